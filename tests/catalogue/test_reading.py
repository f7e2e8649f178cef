"""Lists as they really arrive: encodings, titles above the headings, workbooks, hostile files."""

import io
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from models.errors import ForeignError, InputError, OfficeError
from services.catalogue import table, workbook
from services.catalogue.reading import read_list

HEAD = "STT,Mã TTHC,Tên thủ tục,Thời hạn giải quyết\n"
ROW = "1,1.001193,Thủ tục đăng ký khai sinh,05 ngày làm việc\n"


def written(folder: Path, data: bytes | str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def one_value(path: Path) -> dict[str, str]:
    (row,) = read_list(path).rows
    return row.values


EXPECTED = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "limit_text": "05 ngày làm việc",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_every_usual_encoding_reads_the_same(tmp_path, encoding):
    text = HEAD + ROW
    if encoding == "cp1258":
        # the old code page stores tones apart from the letters they stand on
        tones = "̣̀́̃̉"
        text = "".join(
            c
            if c.encode("cp1258", "ignore")
            else "".join(_keep_shape(unicodedata.normalize("NFD", c), tones))
            for c in text
        )
    assert one_value(written(tmp_path, text.encode(encoding))) == EXPECTED


def _keep_shape(letters: str, tones: str) -> list[str]:
    tone = [c for c in letters if c in tones]
    shape = unicodedata.normalize("NFC", "".join(c for c in letters if c not in tones))
    return [shape, *tone]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator(tmp_path, separator):
    text = (HEAD + ROW).replace(",", separator)
    assert one_value(written(tmp_path, text)) == EXPECTED


def test_decomposed_text_is_composed_and_invisible_characters_go(tmp_path):
    text = unicodedata.normalize("NFD", HEAD + ROW).replace("khai", "khai\u200b\u00a0")
    assert one_value(written(tmp_path, text)) == EXPECTED


def test_a_title_above_and_field_headings_between_are_not_rows(tmp_path):
    text = f"DANH MỤC THỦ TỤC,,,\nBan hành kèm theo QĐ,,,\n{HEAD}I,,Lĩnh vực Hộ tịch,\n{ROW}\n,,,\n"
    read = read_list(written(tmp_path, text))
    assert [row.number for row in read.rows] == [5]
    assert read.ignored == ("STT",)


def test_lines_inside_a_cell_become_a_list(tmp_path):
    text = 'code,name,components\n1.001193,x,"Tờ khai\nGiấy chứng sinh\n"\n'
    assert one_value(written(tmp_path, text))["components"] == "Tờ khai | Giấy chứng sinh"


def test_a_workbook_reads_like_the_csv(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    book.create_sheet("Ghi chú")
    book.move_sheet("Ghi chú", offset=-1)
    sheet.append(["DANH MỤC"])
    sheet.append(["STT", "Mã TTHC", "Tên thủ tục", "Số ngày", "Đơn vị tính", "Hiệu lực từ"])
    sheet.append(["=ROW()-2", "1.001193", "Khai sinh", 5.0, "ngày làm việc", datetime(2026, 12, 1)])
    sheet.append([2, "1.000656", "Khai tử", 17.5, "ngày làm việc", None])
    path = tmp_path / "list.xlsx"
    book.save(path)
    read = read_list(path)
    assert read.issues == ()
    assert [row.number for row in read.rows] == [3, 4]
    assert read.rows[0].values == {
        "code": "1.001193",
        "name": "Khai sinh",
        "limit_value": "5",
        "limit_unit": "ngày làm việc",
        "effective_from": "2026-12-01",
    }
    assert read.rows[1].values["limit_value"] == "17.5"


def test_formulas_and_error_values_are_reported_not_computed(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["code", "name", "note"])
    sheet.append(["=A9", "=B9", None])
    sheet.append(["1.001193", "Khai sinh", "#REF!"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    read = read_list(path)
    assert [(issue.row, issue.column, issue.code) for issue in read.issues] == [
        (2, "code", "DM-18"),
        (2, "name", "DM-18"),
        (3, "note", "DM-18"),
    ]


def bomb(size: int, members: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(members):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"\0" * size)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    data = bomb(workbook.MAX_UNPACKED + 1)
    assert len(data) < 200_000
    opened = []
    monkeypatch.setattr(workbook.openpyxl, "load_workbook", lambda *a, **k: opened.append(1))
    with pytest.raises(InputError) as caught:
        read_list(written(tmp_path, data, "list.xlsx"))
    assert caught.value.code == "DM-08"
    with pytest.raises(InputError):
        read_list(written(tmp_path, bomb(1, workbook.MAX_MEMBERS), "list.xlsx"))
    assert opened == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"", "DM-07"),
        ("a.csv", b"a,b\n1,2\n", "DM-07"),
        ("a.csv", "Mã TTHC,Lĩnh vực\n1.001193,x\n".encode(), "DM-07"),
        ("a.csv", b"code,name\n\x00\x01", "DM-06"),
        ("a.pdf", b"%PDF-1.7\n\xff\x00\xe1\x9f", "DM-06"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "DM-31"),
        ("a.xlsx", b"PK\x03\x04 and then nonsense", "DM-06"),
        ("a.xlsx", bomb(10), "DM-06"),
        ("a.docx", bomb(10).replace(b"xl/workbook.xml", b"xx/workbook.xml"), "DM-06"),
    ],
)
def test_files_that_are_no_lists_get_one_sentence(tmp_path, name, data, code):
    with pytest.raises(OfficeError) as caught:
        read_list(written(tmp_path, data, name))
    assert caught.value.code == code
    assert name in caught.value.what and caught.value.next_step


def test_a_damaged_workbook_is_refused_wherever_the_damage_is(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["code", "name"])
    book.active.append(["1.001193", "x"])
    out = io.BytesIO()
    book.save(out)
    whole = out.getvalue()
    for at in range(0, len(whole), 97):
        damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        try:
            read_list(written(tmp_path, damaged, "list.xlsx"))
        except OfficeError:
            continue


def test_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError) as caught:
            read_list(path)
        assert caught.value.code == "DM-05"


def test_too_many_rows_and_too_many_bytes(tmp_path):
    rows = "".join(f"1.{i:06d},x\n" for i in range(table.MAX_ROWS + 40))
    with pytest.raises(InputError) as caught:
        read_list(written(tmp_path, "code,name\n" + rows))
    assert caught.value.code == "DM-08"
    with pytest.raises(InputError) as caught:
        read_list(written(tmp_path, b"x" * (table.MAX_BYTES + 1)))
    assert caught.value.code == "DM-08"


def test_an_overlong_cell_is_an_error_of_its_row(tmp_path):
    text = f"code,name\n1.001193,{'x' * 30_000}\n1.000656,Khai tử\n"
    (issue,) = read_list(written(tmp_path, text)).issues
    assert (issue.row, issue.column) == (2, "name")


def test_a_stray_giant_field_is_damage(tmp_path):
    with pytest.raises(ForeignError):
        read_list(written(tmp_path, f'code,name\n1.001193,"{"x" * 200_000}\n'))
