import subprocess
from pathlib import Path

from models.lookup import lookup_secret
from services.administration import change_settings
from services.papers import receipt_paper
from tests.support.office import open_desk


def test_the_office_prints_its_own_secret_and_the_address_of_its_settings(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    try:
        change_settings(
            desk.core, desk.as_("quantri"), {"status_page": "tracuu.hanoi.gov.vn/tra-cuu"}
        )
        dossier = desk.receive()
        file = tmp_path / "receipt.pdf"
        file.write_bytes(receipt_paper(desk.core, [dossier], "Lê Thu Hà"))
        done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
        words = " ".join(done.stdout.decode().split())
        assert f"Tra cứu: tracuu.hanoi.gov.vn/tra-cuu · mã {lookup_secret(dossier.id)}" in words
    finally:
        desk.office.close()
