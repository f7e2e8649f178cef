"""One entry for every act: its dialog, or the screen it lives on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.dossier import Dossier
from models.words import tr
from models.workflow import Act, act_words
from ui.screens.acts import deciding, facts, moving, supplement
from ui.screens.base import Screen

__all__ = ["FORMS", "PLACES_OF", "can_run", "run_act"]

FORMS: Mapping[Act, Callable[[Screen, Dossier], None]] = {
    Act.TRANSFER: moving.ask_transfer,
    Act.ASSIGN: moving.ask_assign,
    Act.HANDLE: moving.ask_handle,
    Act.NOTE: moving.ask_note,
    Act.RETURN: moving.ask_return,
    Act.CORRECT: facts.ask_correct,
    Act.COLLECT_FEE: facts.ask_collect_fee,
    Act.REQUEST_SUPPLEMENT: supplement.ask_request_supplement,
    Act.RECEIVE_SUPPLEMENT: supplement.ask_receive_supplement,
    Act.REQUIRE_PAYMENT: deciding.ask_require_payment,
    Act.PROPOSE_REFUSAL: deciding.ask_propose_refusal,
    Act.REFUSE: deciding.ask_refuse,
    Act.WITHDRAW: deciding.ask_withdraw,
    Act.STOP: deciding.ask_stop,
    Act.EXTEND: deciding.ask_extend,
    Act.VOID_NUMBER: deciding.ask_void_number,
    Act.REVOKE_SIGNATURE: deciding.ask_revoke_signature,
    Act.RESOLVE: deciding.ask_resolve,
}
"""Acts that are asked in a dialog."""

PLACES_OF: Mapping[Act, str] = {
    Act.SUBMIT: "mine",
    Act.APPROVE: "approve",
    Act.SIGN: "approve",
    Act.NUMBER: "issue",
    Act.SEAL: "issue",
    Act.FINISH: "issue",
    Act.HAND_OVER: "handover",
    Act.RESCHEDULE: "admin",
}
"""Acts that have a screen of their own."""


def can_run(act: Act) -> bool:
    """Whether `run_act` knows a way to do this act on a dossier that exists."""
    return act in FORMS or act in PLACES_OF


def run_act(screen: Screen, dossier: Dossier, act: Act) -> None:
    """Ask what `act` needs in a dialog and do it, or lead to the screen where it is done."""
    ask = FORMS.get(act)
    if ask is not None:
        ask(screen, dossier)
        return
    place = PLACES_OF.get(act)
    if place is None or screen.desk.go(place, dossier.id) is None:
        words = tr("«{act}» không làm được từ màn hình này.", act=act_words(act))
        screen.desk.messages.warn(words)
