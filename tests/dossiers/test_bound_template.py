"""What the leader approves includes the template's words: a later version changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from models.errors import InputError
from models.events.handling import Draft
from services.administration import save_template
from services.document_templates import pinned
from services.dossiers import approval, handling, issuing
from tests.support.office import Desk

FORM = Path("resources/forms/confirmation.toml")


def words(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in PdfDocument(pdf))


def save_other_words(desk: Desk, mark: str) -> None:
    """A version of the same template that begins with other words."""
    desk.clock.set(desk.clock.now() + timedelta(minutes=1))
    text = FORM.read_text("utf-8").replace("body = [", f'body = [\n  "{mark}",', 1)
    save_template(desk.core, desk.as_("quantri"), "confirmation", text=text)


def submitted(desk: Desk) -> str:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    return dossier.id


def test_a_template_saved_after_approval_does_not_change_the_document(desk: Desk) -> None:
    save_other_words(desk, "LỜI ĐÃ DUYỆT")
    dossier_id = submitted(desk)
    desk.approve(dossier_id)
    save_other_words(desk, "LỜI MỚI CHƯA DUYỆT")
    numbered = desk.number(dossier_id)
    shown = words(issuing.result_bytes(desk.core, numbered))
    assert "LỜI ĐÃ DUYỆT" in shown and "LỜI MỚI" not in shown
    assert not numbered.stale


def test_a_draft_submitted_again_takes_the_new_words(desk: Desk) -> None:
    dossier_id = submitted(desk)
    first = desk.load(dossier_id).draft
    approval.return_to_officer(desk.core, desk.as_("lanhdao"), dossier_id, reason="Mẫu mới")
    save_other_words(desk, "LỜI MỚI")
    second = desk.submit(dossier_id).draft
    assert first.template_version and first.template_version != second.template_version
    desk.approve(dossier_id)
    assert "LỜI MỚI" in words(issuing.result_bytes(desk.core, desk.number(dossier_id)))


def test_an_unknown_or_vanished_template_is_refused_with_a_sentence(desk: Desk) -> None:
    dossier = desk.receive()
    desk.to_officer(dossier.id)
    with pytest.raises(InputError) as caught:
        handling.submit(desk.core, desk.as_("thuly"), dossier.id, draft=Draft("khong_co", {}))
    assert caught.value.code == "TL-06"
    save_other_words(desk, "LỜI ĐÃ DUYỆT")
    desk.submit(dossier.id)
    desk.approve(dossier.id)
    with desk.core.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM template")
    with pytest.raises(InputError) as caught:
        desk.number(dossier.id)
    assert caught.value.code == "TL-31"


def test_a_typed_version_is_never_believed(desk: Desk) -> None:
    claimed = Draft("confirmation", {}, template_version="00")
    assert pinned(desk.core, claimed) == pinned(desk.core, Draft("confirmation", {}))
