"""Fonts of this machine, sample data and ways to look into a PDF."""

import os
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from services.clock import VIETNAM
from services.documents.data import (
    ComponentLine,
    FeeLine,
    Letterhead,
    Party,
    ReceiptData,
    ReceiptDossier,
)
from services.documents.fonts import FontSet, font_folders, load_fonts

OFFICE = Letterhead(("Ủy ban nhân dân", "phường Hoàn Kiếm"), "Hoàn Kiếm")


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return load_fonts(font_folders(os.environ))


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], str]:
    """The words of a PDF as another program reads them, runs of white space as one blank."""

    def read(data: bytes) -> str:
        file = tmp_path / "look.pdf"
        file.write_bytes(data)
        done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
        return " ".join(done.stdout.decode().split())

    return read


def characters(data: bytes) -> list[tuple[int, tuple[float, float, float, float]]]:
    """(page, box) of every visible character."""
    found = []
    document = pypdfium2.PdfDocument(data)
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        for place in range(text.count_chars()):
            if text.get_text_range(place, 1).strip():
                found.append((index, text.get_charbox(place)))
    document.close()
    return found


def page_count(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    count = len(document)
    document.close()
    return count


def dossier(**changes: Any) -> ReceiptDossier:
    values: dict[str, Any] = {
        "code": "H26.103.25-261120-0001",
        "procedure": "Đăng ký khai sinh",
        "components": (ComponentLine("Tờ khai", 1), ComponentLine("Giấy chứng sinh", 0, 0, 1, 1)),
        "limit": "03 ngày làm việc",
        "received_at": datetime(2026, 11, 20, 9, 5, tzinfo=VIETNAM),
        "promised_at": datetime(2026, 11, 26, 17, 30, tzinfo=VIETNAM),
        "fees": (FeeLine("Lệ phí", 15_000),),
    }
    return ReceiptDossier(**(values | changes))


def receipt(*dossiers: ReceiptDossier, **changes: Any) -> ReceiptData:
    values: dict[str, Any] = {
        "letterhead": OFFICE,
        "office": "Điểm phục vụ hành chính công phường Hoàn Kiếm",
        "submitter": Party("Nguyễn Văn Bình", "001085012345", "Số 12, phố Hàng Bài"),
        "dossiers": dossiers or (dossier(),),
        "channel": "trực tiếp",
        "return_at": "Điểm phục vụ hành chính công",
        "receiver": "Lê Thu Hà",
        "issued_on": date(2026, 2, 5),
    }
    return ReceiptData(**(values | changes))
