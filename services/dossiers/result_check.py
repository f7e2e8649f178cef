"""The result document of a dossier with the verdict on its signatures."""

from __future__ import annotations

from dataclasses import dataclass

from models.dossier import Dossier
from services.core import Core
from services.dossiers.issuing import result_bytes
from services.signers import expected_signers, judge
from services.signing.verdict import Verdict

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
    return CheckedResult(pdf, judge(core, pdf, expected_signers(dossier)))
