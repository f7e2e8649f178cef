"""National records: every status by its code, times as the portal wants them, nothing invented."""

import json
from datetime import datetime, timedelta

import pytest

import main
from models.national import NEVER_KNOWN, national_progress, national_record
from models.workflow import Status
from services.clock import VIETNAM
from services.dossiers import handling, issuing
from services.dossiers.national import export_national, national_lines
from services.dossiers.read_model import dossier_stream
from services.journal.reading import stream_events
from tests.support.office import open_desk


def record_of(desk, dossier_id):
    with desk.core.store.read() as conn:
        stored = stream_events(conn, dossier_stream(dossier_id))
    return national_record(desk.load(dossier_id), stored), stored


def test_a_dossier_handed_over_has_its_times_and_result(tmp_path):
    desk = open_desk(tmp_path)
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    desk.number(dossier.id)
    desk.sign(dossier.id)
    desk.seal(dossier.id)
    desk.clock.advance(hours=2)
    issuing.finish(desk.core, desk.as_("vanthu"), dossier.id)
    record, stored = record_of(desk, dossier.id)
    fields = record.fields
    assert fields["MaHoSo"] == dossier.intake.code
    assert fields["TrangThaiHoSo"] == 9
    assert fields["NgayTiepNhan"] == "20261116083000"
    assert fields["NgayKetThucXuLy"] > fields["NgayTiepNhan"]
    assert fields["NgayTra"] == ""
    assert len(fields["NgayHenTra"]) == 14
    assert fields["ChuHoSo"] == "Nguyễn Thị Ánh Nguyệt"
    assert fields["DinhDanhCHS"] == {"LoaiDinhDanh": 1, "SoDinhDanh": "001194012345"}
    assert fields["KenhThucHien"] == 1
    result = fields["DanhSachGiayToKetQua"]
    assert [each["GiayToId"] for each in result] == [desk.load(dossier.id).result_file]
    people = {"staff-thuly": desk.as_("thuly").staff}
    progress = national_progress(desk.load(dossier.id), stored, people)
    assert [line["TrangThai"] for line in progress] == [2, 4, 4, 4, 4, 4, 4, 4, 9]
    assert {line["NguoiXuLy"] for line in progress if line["ChucDanh"]} <= {
        desk.as_("thuly").staff.name
    }


def test_a_supplement_keeps_both_dates(tmp_path):
    desk = open_desk(tmp_path)
    dossier = desk.receive()
    before = dossier.due
    desk.to_officer(dossier.id)
    who = desk.as_("thuly")
    handling.request_supplement(
        desk.core, who, dossier.id, items=("Giấy khai sinh",), reason="Thiếu", legal_basis=""
    )
    open_record, _ = record_of(desk, dossier.id)
    (asked,) = open_record.fields["DanhSachHoSoBoSung"]
    assert open_record.fields["TrangThaiHoSo"] == 5
    assert (asked["TrangThaiBoSung"], asked["NgayHenTraMoi"]) == (0, "")
    desk.clock.advance(days=2)
    handling.receive_supplement(desk.core, desk.as_("tiepnhan"), dossier.id)
    record, _ = record_of(desk, dossier.id)
    (closed,) = record.fields["DanhSachHoSoBoSung"]
    assert closed["TrangThaiBoSung"] == 1
    assert closed["NgayHenTraTruoc"] == f"{datetime.fromisoformat(before):%Y%m%d%H%M%S}"
    assert closed["NgayHenTraMoi"] > closed["NgayHenTraTruoc"]


def test_what_is_not_known_is_empty_and_listed(tmp_path):
    desk = open_desk(tmp_path)
    record, _ = record_of(desk, desk.receive().id)
    assert set(NEVER_KNOWN) <= set(record.unknown)
    assert all(record.fields[name] == "" for name in record.unknown)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_national_code(status):
    assert 1 <= status.national <= 10


def test_lines_since_a_moment_and_the_export_is_written_down(tmp_path):
    desk = open_desk(tmp_path / "home")
    desk.receive()
    desk.clock.advance(days=1)
    later = desk.receive()
    since = int((desk.clock.now() - timedelta(hours=1)).timestamp() * 1000)
    with desk.core.store.read() as conn:
        lines = list(national_lines(conn, since))
    assert [line["DongBoHoSoMC"]["MaHoSo"] for line in lines] == [later.intake.code]
    count = export_national(desk.core, desk.as_("quantri"), tmp_path / "out.jsonl")
    assert count == 2
    read = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["DongBoHoSoMC"]["TrangThaiHoSo"] for line in read] == [2, 2]
    with desk.core.store.read() as conn:
        last = stream_events(conn, "journal/office")[-1].event()
    assert (last.dossiers, last.file) == (2, "out.jsonl")


def test_the_command_writes_the_file_and_says_when_it_cannot(tmp_path, capsys):
    desk = open_desk(tmp_path / "home", start=f"{datetime.now(VIETNAM):%Y-%m-%d}T08:30")
    desk.receive()
    desk.office.close()
    out = tmp_path / "records.jsonl"
    home = str(tmp_path / "home")
    assert main.main(["national", "export", str(out), "--home", home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dossiers"] == 1
    nowhere = str(tmp_path / "no" / "x.jsonl")
    assert main.main(["national", "export", nowhere, "--home", home]) == 3
    assert "DL-21" in capsys.readouterr().err
