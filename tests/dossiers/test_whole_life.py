"""One dossier travels whole: received, handled, approved, numbered, signed, sealed, handed over."""

from __future__ import annotations

from models.workflow import Status
from services.dossiers import issuing
from services.dossiers.result_check import check_result
from services.dossiers.search import search_dossiers
from services.journal.verify import verify_journal
from services.papers import receipt_paper
from services.signing.verdict import State
from tests.support.office import Desk


def test_a_dossier_travels_whole(desk: Desk) -> None:
    dossier = desk.receive()
    assert dossier.intake.code == "H26.00316-261116-0001"
    assert dossier.due == "2026-11-19T17:30:00+07:00"
    assert receipt_paper(desk.core, [dossier], "Nguyễn Thị Hồng Hạnh").startswith(b"%PDF")
    desk.to_officer(dossier.id)
    desk.submit(dossier.id)
    assert desk.approve(dossier.id).status is Status.APPROVED
    numbered = desk.number(dossier.id)
    assert numbered.number.notation == "01/GXN-UBND"
    assert desk.sign(dossier.id).status is Status.SIGNED
    sealed = desk.seal(dossier.id)
    core, clerk = desk.core, desk.as_("vanthu")
    issuing.finish(core, clerk, dossier.id)
    final = issuing.hand_over(core, desk.as_("tiepnhan"), dossier.id, receiver="Nguyệt")
    assert final.status is Status.HANDED_OVER
    assert final.status.national == 10
    assert final.result_file == sealed.result_file
    verdict = check_result(core, final).verdict
    assert verdict is not None and verdict.state is State.VALID, verdict
    with core.store.read() as conn:
        report = verify_journal(conn)
        assert report.verified and report.events > 20
        assert search_dossiers(conn, "anh nguyet").total == 1
        assert search_dossiers(conn, "2345").total == 1
        assert search_dossiers(conn, "01/GXN").total == 1
