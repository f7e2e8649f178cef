"""Foreign files are opened in a limited child; the command answers with one row per file."""

from __future__ import annotations

import json
import sys

import pytest

import main
from models.errors import InputError
from models.words import use_language
from services.commands.outcome import CANNOT_TELL, NO, OK, WRONG_USAGE
from services.commands.verify_pdf import exit_code
from services.signing.child import Limits, verify_foreign
from services.signing.verdict import State, Verdict, verify
from services.signing.wire import verdict_from_data, verdict_to_data
from tests.signing.altering import flip, modern
from tests.signing.laboratory import NOW

LOOP = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [ 3 0 R ] >> >>\n"
    b"endobj\n2 0 obj\n<< /Type /Pages /Kids [ 2 0 R ] /Count 1 /Parent 2 0 R >>\nendobj\n"
    b"3 0 obj\n<< /FT /Sig /T (a) /Kids [ 3 0 R 3 0 R ] /Parent 3 0 R >>\nendobj\n"
)


@pytest.fixture
def files(tmp_path, document):
    """Name -> path of a good, a tampered, a missing and a looping file."""
    contents = {
        "good": document,
        "bad": flip(document, document.index(b"150 square")),
        "loop": LOOP + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R /Size 4 >>\n"
        b"startxref\n%d\n%%%%EOF\n" % len(LOOP),
        "unread": modern(filter_name=b"LZWDecode"),
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)
    return {name: tmp_path / f"{name}.pdf" for name in [*contents, "missing"]}


@pytest.fixture
def vietnamese():
    yield
    use_language("vi", {})


def test_the_child_says_what_we_would_say(office, files, document):
    found = verify_foreign(list(files.values()), office.pki.roots, now=NOW)
    states = dict(zip(files, [each.state for each in found], strict=True))
    assert states == {
        "good": State.VALID,
        "bad": State.INVALID,
        "loop": State.INVALID,
        "unread": State.INDETERMINATE,
        "missing": State.INDETERMINATE,
    }
    assert found[0] == verify(document, office.trust, now=NOW)


def test_a_file_too_large_is_not_opened(office, tmp_path):
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    (verdict,) = verify_foreign([path], office.pki.roots, now=NOW)
    assert verdict.state is State.INDETERMINATE and "50 MB" in verdict.reasons[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory there")
def test_a_file_that_starves_the_child_is_given_up_and_the_next_is_read(office, files, tmp_path):
    huge = tmp_path / "huge.pdf"
    huge.write_bytes(b"%PDF-1.4\n" + b"1 0 obj\n[ " + b"<> " * 600_000 + b"]\nendobj\n%%EOF\n")
    limits = Limits(memory=110 * 1024 * 1024, cpu=60, wait=100)
    found = verify_foreign([huge, files["good"]], office.pki.roots, now=NOW, limits=limits)
    assert [each.state for each in found] == [State.INDETERMINATE, State.VALID]
    assert "bộ nhớ" in found[0].reasons[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of processor time there")
def test_a_file_that_takes_too_long_is_given_up(office, tmp_path):
    slow = tmp_path / "slow.pdf"
    body = b"[ " + b"[ ] " * 4_000_000 + b"]"
    slow.write_bytes(b"%PDF-1.4\n1 0 obj\n" + body + b"\nendobj\n%%EOF\n")
    limits = Limits(memory=8 << 30, cpu=0, wait=100)
    (verdict,) = verify_foreign([slow], office.pki.roots, now=NOW, limits=limits)
    assert verdict.state is State.INDETERMINATE and "thời gian" in verdict.reasons[0]


def test_a_silent_child_is_not_waited_for(office, files):
    limits = Limits(wait=0, start=0.001)
    (verdict,) = verify_foreign([files["good"]], office.pki.roots, now=NOW, limits=limits)
    assert verdict.state is State.INDETERMINATE


def test_a_missing_folder_of_roots_is_said_before_any_file_is_opened(files, tmp_path):
    with pytest.raises(InputError, match="KY-30"):
        verify_foreign([files["good"]], tmp_path / "none", now=NOW)


def test_a_verdict_survives_the_border(office, document):
    for verdict in (verify(document, office.trust, now=NOW), verify(b"", office.trust, now=NOW)):
        carried = json.loads(json.dumps(verdict_to_data(verdict)))
        assert verdict_from_data(carried) == verdict


def _command(capsys, *words) -> tuple[int, object]:
    code = main.main(["verify-pdf", *map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_answers_in_the_promised_shape(office, files, capsys):
    roots = ("--roots", office.pki.roots)
    code, rows = _command(capsys, *(files[name] for name in ("good", "bad", "missing")), *roots)
    assert (code, [row["verdict"] for row in rows]) == (NO, ["valid", "invalid", "indeterminate"])
    assert all(row["reasons"] for row in rows)
    row = rows[0]
    assert list(row) == ["file", "verdict", "reasons", "signatures"]
    assert (row["file"], row["verdict"]) == (str(files["good"]), "valid")
    assert row["signatures"] == [
        {
            "field": "ChuKyLanhDao",
            "signer": "Nguyễn Thị Bích",
            "covers_to_end": False,
            "time_kind": "claimed",
        },
        {
            "field": "DauCoQuan",
            "signer": office.seal.holder.name,
            "covers_to_end": True,
            "time_kind": "claimed",
        },
    ]


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([State.VALID, State.VALID], OK),
        ([State.VALID, State.INDETERMINATE], CANNOT_TELL),
        ([State.INDETERMINATE, State.INVALID], NO),
    ],
)
def test_the_exit_code_is_that_of_the_worst_file(states, code):
    assert exit_code([Verdict(each, (), (), "") for each in states]) == code


def test_the_command_without_roots_is_wrong_usage(files, tmp_path, capsys):
    code, said = _command(capsys, files["good"], "--roots", tmp_path / "none")
    assert code == WRONG_USAGE and said["error"] == "KY-30"
    with pytest.raises(SystemExit) as caught:
        main.main(["verify-pdf", str(files["good"])])
    assert caught.value.code == WRONG_USAGE


def test_the_command_speaks_english(office, files, capsys, vietnamese):
    words = ["verify-pdf", str(files["bad"]), "--roots", str(office.pki.roots)]
    assert main.main(["--lang", "en", *words]) == NO
    said = capsys.readouterr().out
    assert "not valid" in said and "changed after signing" in said
