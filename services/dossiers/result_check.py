"""The result document of a dossier with the verdict on its signatures."""

from __future__ import annotations

from dataclasses import dataclass

from models.dossier import Dossier
from services.core import Core
from services.dossiers.issuing import expected_signers, result_bytes
from services.people import get_staff
from services.signing.roots import load_trust
from services.signing.verdict import Verdict, verify

__all__ = ["CheckedResult", "check_result"]


@dataclass(frozen=True)
class CheckedResult:
    """The newest file of the result; `verdict` is None while nobody has signed."""

    pdf: bytes
    verdict: Verdict | None


def check_result(core: Core, dossier: Dossier) -> CheckedResult:
    """Read the result and judge its signatures against our own records.

    Raises `ForeignError` TL-30 before a number is drawn, `InputError` KY-30/KY-32 when no root
    certificate is here.
    """
    pdf = result_bytes(core, dossier)
    if dossier.signed is None:
        return CheckedResult(pdf, None)
    with core.store.read() as conn:
        signer = get_staff(conn, dossier.signed.signer)
    trust = load_trust(core.home / "keys" / "roots")
    expected = expected_signers(core, dossier, signer)
    return CheckedResult(pdf, verify(pdf, trust, now=core.clock.now(), expected=expected))
