"""Releasing a result: sealed, checked by our own verifier, and only then sent back to the desk."""

from __future__ import annotations

from dataclasses import dataclass

from models.dossier import Dossier
from services.core import Core, SignedIn
from services.dossiers.issuing import finish, result_bytes, seal_result
from services.signers import expected_signers, judge
from services.signing.keys import SigningKey
from services.signing.verdict import State, Verdict

__all__ = ["Released", "release", "send_back"]


@dataclass(frozen=True, slots=True)
class Released:
    """A sealed result, what our verifier says of it, and whether it went on to the desk."""

    dossier: Dossier
    verdict: Verdict
    at_desk: bool


def release(core: Core, who: SignedIn, dossier_id: str, *, key: SigningKey) -> Released:
    """Seal the signed file, check it, and finish the dossier when the check finds nothing wrong.

    A seal that our verifier would not accept is refused before anything is stored.
    """
    return _pass_on(core, who, seal_result(core, who, dossier_id, key=key))


def send_back(core: Core, who: SignedIn, dossier: Dossier) -> Released:
    """Finish a dossier already sealed, after the same check.

    A file that does not pass (a root was taken away, the certificate was revoked) stays with the
    records clerk, who may give the signed document up.
    """
    return _pass_on(core, who, dossier)


def _pass_on(core: Core, who: SignedIn, dossier: Dossier) -> Released:
    verdict = judge(core, result_bytes(core, dossier), expected_signers(dossier))
    if verdict.state is not State.VALID:
        return Released(dossier, verdict, False)
    return Released(finish(core, who, dossier.id), verdict, True)
