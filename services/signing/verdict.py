"""The verdict on a PDF: valid, invalid or cannot tell, each with reasons a clerk can read aloud.

Order: our byte guard, the digest of the signed bytes, pyHanko strictly and without network, the
local list of revoked certificates, and last whether these people were allowed to sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from models.words import tr
from services.clock import VIETNAM
from services.signing.checked import Checked, Envelope, Result
from services.signing.expected import Expected, authorisation_faults, training_shape_faults
from services.signing.guard import GuardReport, SignedPart, inspect
from services.signing.holder import Holder
from services.signing.roots import Trust
from services.signing.slots import field_words
from services.signing.stages import digest_of

__all__ = ["SignatureFinding", "State", "Verdict", "verify", "word_of"]

CLOCK_SLACK = timedelta(minutes=5)


class State(Enum):
    """The three answers; the values are those of the command line."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


def word_of(state: State) -> str:
    """The words a clerk reads for `state`."""
    return {
        State.VALID: tr("hợp lệ"),
        State.INVALID: tr("không hợp lệ"),
        State.INDETERMINATE: tr("chưa kết luận được"),
    }[state]


@dataclass(frozen=True)
class SignatureFinding:
    """One signature: who, for whom, how far it reaches, and what is known about its time.

    `time_kind` is "timestamp" when a trusted time stamp says so, else "claimed": the signer's
    own word. `holder` is None when the certificate could not be read.
    """

    field: str
    holder: Holder | None
    covers_to_end: bool
    time_kind: str = "claimed"
    claimed_at: datetime | None = None
    trusted_at: datetime | None = None

    @property
    def signer(self) -> str:
        """The signer's name as in the certificate, or "" when unknown."""
        return self.holder.name if self.holder else ""

    def time_words(self) -> str:
        """What may honestly be said about the time of this signature."""
        if self.trusted_at is not None:
            return tr("Dấu thời gian tin cậy: {time}", time=_time(self.trusted_at))
        if self.claimed_at is None:
            return tr("Không rõ giờ ký – chưa có dấu thời gian tin cậy")
        return tr(
            "Ký lúc {time} theo đồng hồ máy – chưa có dấu thời gian tin cậy",
            time=_time(self.claimed_at),
        )


@dataclass(frozen=True)
class Verdict:
    """The answer about one file; `notes` limit a "valid" or add to the reasons."""

    state: State
    reasons: tuple[str, ...]
    signatures: tuple[SignatureFinding, ...]
    sha256: str
    notes: tuple[str, ...] = ()


def verify(pdf: bytes, trust: Trust, *, now: datetime, expected: Expected | None = None) -> Verdict:
    """Judge the signatures of `pdf` at `now` believing only `trust`; never fetches.

    Raises nothing but MemoryError: foreign files belong into the child process of `child.py`.

    `expected` adds what our records say: exact fields, signers, digest of the final file.
    """
    report = inspect(pdf, expected.boxes() if expected else None)
    from services.signing import validation  # lazy: slow import  # noqa: PLC0415

    envelopes = [(part, validation.open_envelope(part.cms)) for part in report.parts]
    findings = _findings(envelopes)
    faults = [*report.faults, *_digest_faults(pdf, envelopes, expected)]
    if not report.parts and not report.doubts and not faults:
        faults.append(tr("Tệp không có chữ ký số nào."))
    if faults:
        return _verdict(State.INVALID, faults, findings, pdf=pdf)
    if report.doubts:
        return _verdict(State.INDETERMINATE, report.doubts, findings, pdf=pdf)
    if not trust.roots:
        none = tr("Chưa có chứng thư gốc nào để đối chiếu nên chưa thể kết luận.")
        return _verdict(State.INDETERMINATE, [none], findings, pdf=pdf)
    try:
        checked = validation.validate(pdf, trust, now=now)
        return _Judge(pdf, report, trust, now, expected, findings, checked).judge()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - foreign files raise anything; each is a "cannot tell"
        unread = tr("Bộ kiểm tra chữ ký không đọc được tệp này nên chưa thể kết luận.")
        return _verdict(State.INDETERMINATE, [unread], findings, pdf=pdf)


def _findings(
    envelopes: Sequence[tuple[SignedPart, Envelope | None]],
) -> tuple[SignatureFinding, ...]:
    return tuple(
        SignatureFinding(part.field, each.holder if each else None, part.covers_to_end)
        for part, each in envelopes
        if part.kind != "DocTimeStamp"
    )


def _digest_faults(
    pdf: bytes,
    envelopes: Sequence[tuple[SignedPart, Envelope | None]],
    expected: Expected | None,
) -> list[str]:
    found = []
    if expected and expected.sha256 and digest_of(pdf) != expected.sha256.lower():
        found.append(tr("Tệp này không phải đúng tệp đã ghi trong sổ phát hành."))
    for part, envelope in envelopes:
        if part.kind == "DocTimeStamp":
            continue
        name = field_words(part.field)
        if envelope is None:
            found.append(
                tr(
                    "Ô {field}: dữ liệu chữ ký bị hỏng hoặc quá yếu.",
                    field=field_words(part.field),
                )
            )
        elif not envelope.fits(pdf, part):
            found.append(tr("Nội dung đã bị sửa sau khi ký."))
        elif not envelope.genuine:
            found.append(tr("Ô {field}: chữ ký không khớp với dữ liệu được ký.", field=name))
        elif not envelope.strong:
            found.append(tr("Ô {field}: chữ ký dùng thuật toán yếu.", field=name))
    return found


def _verdict(
    state: State,
    reasons: Iterable[str],
    findings: tuple[SignatureFinding, ...],
    *,
    pdf: bytes,
    notes: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(state, tuple(dict.fromkeys(reasons)), findings, digest_of(pdf), notes)


@dataclass(frozen=True)
class _Judge:
    """Puts together what guard, validator, lists and records say about a readable file."""

    pdf: bytes
    report: GuardReport
    trust: Trust
    now: datetime
    expected: Expected | None
    findings: tuple[SignatureFinding, ...]
    checked: list[Checked]

    def judge(self) -> Verdict:
        timed = self._timed()
        faults, doubts = self._signature_reasons(timed)
        if not self._same_signatures():
            doubts.append(tr("Hai bộ đọc thấy các chữ ký khác nhau nên chưa thể kết luận."))
        if self.report.changeable and len(self.report.parts) > 1:
            doubts.append(tr("Tệp có ô điền được, nội dung hiển thị có thể đã đổi sau khi ký."))
        holders = {each.field: each.holder for each in timed if each.holder}
        faults += training_shape_faults(holders)
        if self.expected:
            faults += authorisation_faults(holders, self.expected)
        notes = tuple(self._notes(timed))
        if faults:
            return _verdict(State.INVALID, faults, timed, pdf=self.pdf, notes=notes)
        if doubts:
            return _verdict(State.INDETERMINATE, doubts, timed, pdf=self.pdf, notes=notes)
        good = tr("Chữ ký còn nguyên vẹn và thuộc chứng thư được chấp nhận.")
        return _verdict(State.VALID, [good], timed, pdf=self.pdf, notes=notes)

    def _same_signatures(self) -> bool:
        mine = {
            (part.field, (0, part.hole[0], part.hole[1], part.end - part.hole[1]))
            for part in self.report.parts
            if part.kind != "DocTimeStamp"
        }
        return mine == {(each.field, each.byte_range) for each in self.checked}

    def _timed(self) -> tuple[SignatureFinding, ...]:
        by_field = {each.field: each for each in self.checked}
        out = []
        for finding in self.findings:
            seen = by_field.get(finding.field)
            out.append(
                SignatureFinding(
                    finding.field,
                    finding.holder,
                    finding.covers_to_end,
                    "timestamp" if seen and seen.trusted_at else "claimed",
                    seen.claimed_at if seen else None,
                    seen.trusted_at if seen else None,
                )
            )
        return tuple(out)

    def _signature_reasons(
        self, timed: tuple[SignatureFinding, ...]
    ) -> tuple[list[str], list[str]]:
        faults: list[str] = []
        doubts: list[str] = []
        by_field = {each.field: each for each in self.checked}
        for finding in timed:
            seen = by_field.get(finding.field)
            if seen is None:
                continue
            fault, doubt = self._one(seen.result, finding)
            faults += [fault] if fault else []
            doubts += [doubt] if doubt else []
            if revoked := self._revoked(finding):
                faults.append(revoked)
        return faults, doubts

    def _one(self, result: Result, finding: SignatureFinding) -> tuple[str, str]:
        """(fault, doubt) for one result of the validator; both empty when it is good."""
        name = finding.signer
        if result is Result.EXPIRED:
            return self._out_of_time(finding)
        faults = {
            Result.ALTERED: tr("Chữ ký của {name} không khớp với nội dung.", name=name),
            Result.CHANGED_AFTER: tr("Tệp đã bị sửa sau khi {name} ký.", name=name),
            Result.WEAK: tr("Chữ ký của {name} dùng thuật toán yếu.", name=name),
            Result.UNTRUSTED: tr(
                "Chứng thư của {name} không thuộc hệ thống chứng thư được chấp nhận.", name=name
            ),
        }
        doubt = tr("Chưa kết luận được về chữ ký của {name}.", name=name)
        return faults.get(result, ""), doubt if result is Result.UNKNOWN else ""

    def _out_of_time(self, finding: SignatureFinding) -> tuple[str, str]:
        """Outside its validity by the signer's own word is a fault; expired since is a doubt."""
        holder, claimed = finding.holder, finding.trusted_at or finding.claimed_at
        if holder and claimed and holder.valid_from <= claimed <= holder.valid_to:
            return "", tr(
                "Chứng thư của {name} nay đã hết hạn và không có dấu thời gian tin cậy.",
                name=finding.signer,
            )
        return tr("Chứng thư của {name} không có hiệu lực lúc ký.", name=finding.signer), ""

    def _revoked(self, finding: SignatureFinding) -> str:
        since = self.trust.revoked.get(finding.holder.serial) if finding.holder else None
        if since is None or (finding.trusted_at is not None and finding.trusted_at < since):
            return ""
        return tr(
            "Chứng thư của {name} đã bị thu hồi từ {time}.", name=finding.signer, time=_time(since)
        )

    def _notes(self, timed: tuple[SignatureFinding, ...]) -> Iterable[str]:
        if self.trust.revocation_known:
            yield tr("Đã đối chiếu danh sách thu hồi lưu tại máy; chưa hỏi nơi cấp chứng thư.")
        else:
            yield tr("Chưa kiểm tra trạng thái thu hồi của chứng thư.")
        for each in timed:
            if each.trusted_at is None:
                yield f"{each.signer}: {each.time_words()}."
            if each.claimed_at and each.claimed_at > self.now + CLOCK_SLACK:
                yield tr("Giờ khai không khớp: {name} ký ở thời điểm chưa tới.", name=each.signer)
        if any(each.holder and each.holder.training for each in timed):
            yield tr("Chữ ký tập huấn – không có giá trị pháp lý.")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
