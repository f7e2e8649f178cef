"""A dossier as the national portal's `DongBoHoSoMC` record, and its progress lines.

The city forwards; this only fills in what the journal knows. What it does not know stays empty and
is listed, never guessed (design notes: domain §3.3, fields read in a specification of 2022; code
lists differ between endpoints, so those that do are left to the forwarder's table).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.calendar import VIETNAM
from models.dossier import Dossier
from models.envelope import Sealed
from models.events.handling import SupplementReceived, SupplementRequested
from models.fold import fold
from models.intake import Component, FeeLine
from models.order import canonical
from models.staff import Staff
from models.workflow import Act, Status, act_words

__all__ = ["NationalRecord", "national_progress", "national_record"]

SUMMARY_LIMIT = 1000
"""TrichYeuHoSo holds at most so many characters."""
HANDLER_LIMIT = 50
"""NguoiXuLy of a progress line holds at most so many characters."""

NEVER_KNOWN = (
    "MaDoiTuong", "MaLinhVuc", "Fax", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen",
    "DSKetNoiCSDL", "LoaiDoiTuong",
)  # fmt: skip
"""Facts this office does not have: accounts and payments of the portal, codes only it gives."""

_ID_TYPES = {"personal_id": 1, "cmnd": 2}
_PAYMENT_STAGES = {1: 1, 2: 2, 3: 4}
"""When a fee was taken -> HinhThucThu: at intake 1, at the supplement 2, at the return 4."""


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """The record ready for JSON, and the names of fields that are empty for want of the fact."""

    fields: Mapping[str, Any]
    unknown: tuple[str, ...]


def national_record(
    dossier: Dossier, stored: Sequence[Sealed], *, place: int = 2
) -> NationalRecord | None:
    """The record of one dossier from its state and events; None before it was received.

    `place` is NoiNopHoSo: 1 the national portal, 2 the local one or the desk. Times are
    yyyyMMddHHmmss in Vietnam's zone, "" for what has not happened.
    """
    intake = dossier.intake
    if intake is None or dossier.applicant is None:
        return None
    fields: dict[str, Any] = {
        "MaHoSo": intake.code,
        "MaTTHC": intake.procedure,
        "TenTTHC": intake.procedure_name,
        "TenLinhVuc": intake.field,
        "KenhThucHien": intake.channel,
        "TrichYeuHoSo": (dossier.request or intake.procedure_name)[:SUMMARY_LIMIT],
        "DonViXuLy": intake.competent_unit,
        "GhiChu": intake.note,
        "HinhThuc": 1 if intake.return_method == "postal" else 0,
        "NoiNopHoSo": place,
        "TrangThaiHoSo": dossier.status.national,
        "ThongTinTra": dossier.handed_over.note if dossier.handed_over else "",
        **_person(dossier),
        **_times(dossier, stored),
        **_papers(dossier),
        "DanhSachLePhi": _fees(dossier, stored),
        "DanhSachHoSoBoSung": _supplements(stored),
    }
    fields.update(dict.fromkeys(NEVER_KNOWN, ""))
    unknown = (*NEVER_KNOWN, *(n for n in ("SoGiayToChuHoSo", "SoDienThoai") if not fields[n]))
    return NationalRecord(fields, tuple(sorted(unknown)))


def national_progress(
    dossier: Dossier, stored: Sequence[Sealed], people: Mapping[str, Staff]
) -> tuple[Mapping[str, str | int], ...]:
    """`CapNhatTienDoHoSoMC` lines: one per act that had an effect, in canonical order.

    `people` are the staff by id; TrangThai is the national status after the act.
    """
    if dossier.intake is None:
        return ()
    void = {each.event for each in dossier.voids}
    lines: list[Mapping[str, str | int]] = []
    for item, status in _statuses(dossier, stored):
        if item.hash in void:
            continue
        e = item.envelope
        person = people.get(e.actor.staff)
        lines.append({
            "MaHoSo": dossier.intake.code,
            "NguoiXuLy": (person.name if person else e.actor.staff)[:HANDLER_LIMIT],
            "ChucDanh": person.position if person else "",
            "ThoiDiemXuLy": _stamp_ms(e.wall),
            "PhongBanXuLy": person.department if person else "",
            "NoiDungXuLy": act_words(Act(e.type.partition(".")[2])),
            "TrangThai": status.national,
            "NgayKetThucTheoQuyDinh": _stamp(dossier.due),
        })  # fmt: skip
    return tuple(lines)


def _statuses(dossier: Dossier, stored: Sequence[Sealed]) -> list[tuple[Sealed, Status]]:
    """Every act of the dossier with the status it led to."""
    events = canonical(stored).events
    known = [item for item in events if item.envelope.type.partition(".")[2] in tuple(Act)]
    places = {item.hash: place for place, item in enumerate(events, start=1)}
    return [(item, fold(dossier.id, events[: places[item.hash]]).status) for item in known]


def _person(dossier: Dossier) -> dict[str, Any]:
    applicant, submitter = dossier.applicant, dossier.submitter
    assert applicant is not None
    contact = submitter or applicant
    identity: dict[str, Any] = {}
    if applicant.id_kind in _ID_TYPES:
        identity = {
            "LoaiDinhDanh": _ID_TYPES[applicant.id_kind],
            "SoDinhDanh": applicant.id_number,
        }
    return {
        "ChuHoSo": applicant.name,
        "SoGiayToChuHoSo": applicant.id_number,
        "SoDienThoai": applicant.phone or contact.phone,
        "Email": applicant.email or contact.email,
        "ThongTinKhac": applicant.address,
        "DinhDanhCHS": identity,
    }


def _times(dossier: Dossier, stored: Sequence[Sealed]) -> dict[str, str]:
    """NgayTuChoi is the time of the act that ended it without a result."""
    intake = dossier.intake
    assert intake is not None
    refused = _last_wall(stored, Act.REFUSE) if dossier.status is Status.REFUSED else ""
    return {
        "NgayNopHoSo": _stamp(intake.received_at),
        "NgayTiepNhan": _stamp(intake.received_at),
        "NgayHenTra": _stamp(dossier.due),
        "NgayKetThucXuLy": _stamp(dossier.done_at) or refused or _ended(dossier, stored),
        "NgayTra": _stamp(dossier.handed_over.at) if dossier.handed_over else "",
        "NgayTuChoi": refused,
    }


def _ended(dossier: Dossier, stored: Sequence[Sealed]) -> str:
    act = {Status.WITHDRAWN: Act.WITHDRAW, Status.STOPPED: Act.STOP}.get(dossier.status)
    return _last_wall(stored, act) if act else ""


def _last_wall(stored: Sequence[Sealed], act: Act) -> str:
    walls = [i.envelope.wall for i in stored if i.envelope.type == f"dossier.{act.value}"]
    return _stamp_ms(max(walls)) if walls else ""


def _papers(dossier: Dossier) -> dict[str, Any]:
    """Papers with files are TaiLieuNop, others DanhSachTepDinhKemKhac; the result by its hash."""
    given = [c for c in dossier.components if c.state in ("given", "reused")]
    scanned = [(c, file) for c in given for file in c.attachments]
    number = dossier.number
    result = [
        {
            "TenGiayTo": dossier.intake.result_name if dossier.intake else "",
            "GiayToId": dossier.result_file,
            "MaGiayToKetQua": number.notation if number else "",
            "DuongDanTepTinKetQua": "",
        }
    ]
    return {
        "TaiLieuNop": [_file(component, each.sha256, each.name) for component, each in scanned],
        "DanhSachTepDinhKemKhac": [
            {"TenGiayTo": c.name, "SoLuong": c.count, "LoaiGiayTo": c.kind}
            for c in given if not c.attachments
        ],
        "DanhSachGiayToKetQua": result if dossier.sealed else [],
        "HoSoCoThanhPhanSoHoa": int(bool(scanned)),
    }  # fmt: skip


def _file(component: Component, sha256: str, name: str) -> dict[str, Any]:
    return {
        "TepDinhKemId": sha256,
        "TenTepDinhKem": name,
        "IsDeleted": False,
        "MaThanhPhanHoSo": "",
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": 1,
        "DuocTaiSuDung": int(component.state == "reused"),
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "",
    }


def _fees(dossier: Dossier, stored: Sequence[Sealed]) -> list[dict[str, Any]]:
    """Fees owed at intake, and those that were taken with the stage at which they were."""
    assert dossier.intake is not None
    paid = [
        _fee(line, _PAYMENT_STAGES.get(item.event().stage, 1))
        for item in canonical(stored).events
        if item.envelope.type == f"dossier.{Act.COLLECT_FEE.value}"
        for line in item.event().lines
    ]
    return paid or [_fee(line, 1) for line in dossier.intake.fees]


def _fee(line: FeeLine, stage: int) -> dict[str, Any]:
    return {
        "TenPhiLePhi": line.name,
        "MaPhiLePhi": "",
        "HinhThucThu": stage,
        "Gia": line.payable,
        "LoaiPhiLePhi": "",
    }


def _supplements(stored: Sequence[Sealed]) -> list[dict[str, Any]]:
    """Every request for papers, closed by what came; dates before and after beside each other."""
    found: list[dict[str, Any]] = []
    due = ""
    for item in canonical(stored).events:
        match item.event():
            case SupplementRequested() as asked:
                found.append({
                    "HoSoBoSungId": item.envelope.id,
                    "NguoiYeuCauBoSung": item.envelope.actor.staff,
                    "NoiDungBoSung": "; ".join(asked.items) or asked.reason,
                    "NgayBoSung": _stamp(asked.at),
                    "NguoiTiepNhanBoSung": "",
                    "ThongTinTiepNhan": "",
                    "NgayTiepNhanBoSung": "",
                    "TrangThaiBoSung": 0,
                    "NgayHenTraTruoc": due,
                    "NgayHenTraMoi": "",
                })  # fmt: skip
            case SupplementReceived() as came if found and not found[-1]["TrangThaiBoSung"]:
                found[-1].update({
                    "NguoiTiepNhanBoSung": item.envelope.actor.staff,
                    "ThongTinTiepNhan": came.note,
                    "NgayTiepNhanBoSung": _stamp(came.at),
                    "TrangThaiBoSung": 1,
                    "NgayHenTraMoi": _stamp(came.promise.due),
                })  # fmt: skip
        due = _stamp(_due_of(item.event())) or due
    return found


def _due_of(event: Any) -> str:
    promise = getattr(event, "promise", None)
    return promise.due if promise is not None else ""


def _stamp(iso: str) -> str:
    """yyyyMMddHHmmss in Vietnam's zone."""
    return f"{datetime.fromisoformat(iso).astimezone(VIETNAM):%Y%m%d%H%M%S}" if iso else ""


def _stamp_ms(wall: int) -> str:
    return f"{datetime.fromtimestamp(wall / 1000, VIETNAM):%Y%m%d%H%M%S}"
