"""Files of an application: kept at the city before the event that names them, bad ones refused."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from sqlalchemy import text

from models.errors import InputError
from models.events.submission import submission_stream
from models.intake import Attachment
from server.portal.files import MOST, ReadFile, demand_room
from server.roster import stream_events
from tests.portal.test_submitting import (  # noqa: F401  # its databases and portal
    Portal,
    city,
    city_url,
    database,
    portal,
    postgres_city,
    sqlite_city,
)
from tests.signing.laboratory import issued, make_office
from tests.support.city import OFFICE

JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 8192  # two pieces
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


def archive(*names: str) -> bytes:
    """A ZIP with empty members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as box:
        for name in names:
            box.writestr(name, "")
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


def paper(content: bytes, name: str = "C:\\quét\\tờ khai.jpg", **more: object) -> dict[str, object]:
    """One paper with one file."""
    told = {"name": name, "content": base64.b64encode(content).decode(), **more}
    return {"name": "Tờ khai", "files": [told]}


@pytest.mark.parametrize("content", [JPEG, PDF, b"\x89PNG\r\n\x1a\nx", b"<?xml v?>", DOCX])
def test_a_file_is_kept_whole_and_named_by_the_event(portal: Portal, content: bytes):  # noqa: F811
    answer = portal.hand_in(components=[paper(content), paper(content)])
    with portal.city.database.read(OFFICE) as tx:
        said = stream_events(tx, OFFICE, submission_stream(answer.id))[0].event()
    kept = said.components[0].attachments[0]
    assert (kept.name, kept.size) == ("tờ khai.jpg", len(content)) and kept.media
    shelf = portal.context.shelf(OFFICE)
    assert shelf.find_holding(kept.sha256).whole
    size, first = shelf.find_chunk(kept.sha256, 0)
    assert size == len(content) and content.startswith(first)
    assert shelf.check().is_sound
    assert portal.hand_in(components=[paper(content), paper(content)]) == answer


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (paper(b""), "TN-30"),
        (paper(b"MZ\x90\x00"), "TN-31"),
        (paper(archive("evil.exe")), "TN-31"),
        (paper(b"PK\x03\x04" + bytes(50)), "TN-31"),
        (paper(JPEG, signed=True), "TN-32"),
        (paper(PDF, signed=True), "TN-32"),
        (paper(b"%PDF-1.7 /ByteRange [0 1 2 3]", signed=True), "TN-32"),
        (paper(JPEG, name="a\x00b"), "ND-23"),
        ({"name": "x", "files": [{"name": "a", "content": "?"}]}, "TN-29"),
        ({"name": "x", "files": [{"name": "a", "content": "é"}]}, "TN-29"),
    ],
)
def test_what_can_be_no_paper_is_refused_and_nothing_kept(portal, wrong, code):  # noqa: F811
    with pytest.raises(InputError, match=code):
        portal.hand_in(components=[paper(JPEG), wrong])
    with portal.city.database.read(OFFICE) as tx:
        assert tx.execute(text("SELECT count(*) FROM blob")).scalar_one() == 0
    assert portal.events() == 0


def test_a_signed_pdf_is_taken_and_an_altered_one_comes_with_a_remark(portal, tmp_path):  # noqa: F811
    signed = issued(make_office(tmp_path / "keys"))
    portal.hand_in(components=[paper(signed, signed=True)])
    added = signed + b"\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
    other = portal.hand_in(
        external_id="E-2", code="H26.00004-261116-9002", components=[paper(added, signed=True)]
    )
    with portal.city.database.read(OFFICE) as tx:
        said = stream_events(tx, OFFICE, submission_stream(other.id))[0].event()
    assert any(words.startswith("tờ khai.jpg: ") for words in said.remarks)


def test_too_much_is_refused():
    half = ReadFile(Attachment("0" * 64, "a.pdf", MOST // 2, "application/pdf"), bytes(MOST // 2))
    demand_room([half, half])
    with pytest.raises(InputError, match="TN-33"):
        demand_room([half, half, ReadFile(half.attachment, b"x")])
