"""What a revoked PC wrote afterwards is kept and listed, and has no effect anywhere."""

from __future__ import annotations

from models.events.handling import Transferred
from models.events.intake import Corrected, Noted
from models.workflow import Status
from tests.journal.test_histories import DESK, OFFICER, heal, received
from tests.support.devices import Pc


def revoke(pc: Pc, log: bytes, after: int) -> None:
    with pc.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET last_seq = ? WHERE log = ?", (after, log))


def test_acts_after_the_last_good_one_are_void_and_hold_up_nobody(pcs) -> None:
    a, b, _ = pcs
    a.act("d1", DESK, received("H26-261116-0001"))
    a.act("d1", DESK, Corrected("sửa", request="trước"))
    a.act("d1", DESK, Transferred("Phòng"))
    heal(pcs)
    b.act("d1", OFFICER, Noted("đã thấy cả ba việc"))
    heal(pcs)
    for pc in pcs:
        revoke(pc, a.journal.device.log, 2)
        found = pc.dossier("d1")
        assert (found.status, found.request, found.waiting) == (Status.RECEIVED, "trước", 0)
        assert [(v.act, v.reason) for v in found.voids] == [("transferred", "revoked")]


def test_a_good_log_is_not_touched(pcs) -> None:
    a, b, _ = pcs
    a.act("d1", DESK, received("H26-261116-0001"))
    heal(pcs)
    revoke(b, a.journal.device.log, 1)
    assert b.dossier("d1").voids == ()
