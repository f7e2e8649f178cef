"""Releasing a result: sealed, checked by our own verifier, and only then sent back to the desk."""

from __future__ import annotations

from dataclasses import dataclass

from models.dossier import Dossier
from services.core import Core, SignedIn
from services.dossiers.issuing import expected_signers, finish, result_bytes, seal_result
from services.own_keys import roots_folder
from services.people import get_staff
from services.signing.keys import SigningKey
from services.signing.roots import load_trust
from services.signing.verdict import State, Verdict, verify

__all__ = ["Released", "check_result", "release", "send_back"]


@dataclass(frozen=True, slots=True)
class Released:
    """A sealed result, what our verifier says of it, and whether it went on to the desk."""

    dossier: Dossier
    verdict: Verdict
    at_desk: bool


def check_result(core: Core, dossier: Dossier) -> Verdict:
    """Judge the newest issued file of a dossier by our own records; raises KY-30..KY-32."""
    trust = load_trust(roots_folder(core))
    with core.store.read() as conn:
        signer = get_staff(conn, dossier.signer)
    expected = expected_signers(core, dossier, signer)
    return verify(result_bytes(core, dossier), trust, now=core.clock.now(), expected=expected)


def release(core: Core, who: SignedIn, dossier_id: str, *, key: SigningKey) -> Released:
    """Seal the signed file, check it, and finish the dossier when the check finds nothing wrong.

    A sealed file that does not pass stays with the records clerk ("chờ chuyển về một cửa").
    """
    return _pass_on(core, who, seal_result(core, who, dossier_id, key=key))


def send_back(core: Core, who: SignedIn, dossier: Dossier) -> Released:
    """Finish a dossier already sealed, after the same check."""
    return _pass_on(core, who, dossier)


def _pass_on(core: Core, who: SignedIn, dossier: Dossier) -> Released:
    verdict = check_result(core, dossier)
    if verdict.state is not State.VALID:
        return Released(dossier, verdict, False)
    return Released(finish(core, who, dossier.id), verdict, True)
