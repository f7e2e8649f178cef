"""What the public page says of each status."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.words import tr
from models.workflow import Status
from server.public.words import answer_for
from tests.board.city import MINUTE, NOW_MS


def row_of(status: Status, **values: object) -> dict[str, object]:
    base = {
        "status": status.value, "due_ms": NOW_MS + 60 * MINUTE, "extended": 0,
        "original_due_ms": NOW_MS, "waiting_since_ms": None, "respond_by": "",
        "finished_ms": NOW_MS - MINUTE, "handed_ms": None, "return_method": "desk",
    }  # fmt: skip
    return base | values


INNER = (
    Status.TRANSFERRED, Status.PROCESSING, Status.SUBMITTED, Status.REFUSAL_PROPOSED,
    Status.APPROVED, Status.NUMBERED, Status.SIGNED, Status.SEALED,
)  # fmt: skip


def test_inner_steps_are_not_told_apart():
    """Nobody learns of a proposed refusal before a leader has decided."""
    assert len({answer_for(row_of(status), NOW_MS) for status in INNER}) == 1


def test_every_status_has_words_and_a_next_step():
    for status in Status:
        for late in (False, True):
            row = row_of(status, due_ms=NOW_MS - 1 if late else NOW_MS + 1)
            answer = answer_for(row, NOW_MS)
            assert answer.heading and answer.lines and answer.next_step.endswith(".")
    late = answer_for(row_of(Status.PROCESSING, due_ms=NOW_MS - 1), NOW_MS)
    assert late.heading == tr("Đang giải quyết, đã quá ngày hẹn")
    moved = answer_for(row_of(Status.PROCESSING, extended=1), NOW_MS)
    assert moved.original_due, "the first promise is told beside the new one"


@given(st.text(max_size=30))
def test_an_odd_answer_date_breaks_nothing(text):
    answer_for(row_of(Status.SUPPLEMENT, respond_by=text), NOW_MS)


def test_the_supplement_names_its_date():
    answer = answer_for(row_of(Status.SUPPLEMENT, respond_by="2026-12-01T17:00:00+07:00"), NOW_MS)
    assert any("01/12/2026" in line for line in answer.lines) and not answer.due
