"""Addresses: private ones only, told by each PC itself, known to all, and never believed."""

from __future__ import annotations

import pytest

from models.errors import InputError
from models.events.roster import AddressesTold, addresses_stream
from models.lan_address import parse_address
from services.people import system_actor
from services.sync.addresses import members, places_of, tell
from tests.journal.conftest import office, pcs  # noqa: F401 - fixtures
from tests.journal.test_histories import DESK, heal


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("192.168.1.20", "https://192.168.1.20:47126"),
        (" 10.0.0.7:5000 ", "https://10.0.0.7:5000"),
        ("https://172.16.0.1:47126/", "https://172.16.0.1:47126"),
        ("fd00::7", "https://[fd00::7]:47126"),
        ("[fd00::7]:5000", "https://[fd00::7]:5000"),
        ("127.0.0.1:1", "https://127.0.0.1:1"),
    ],
)
def test_an_address_of_the_office_is_read(typed, url) -> None:
    assert parse_address(typed) == url == parse_address(url)


@pytest.mark.parametrize("typed", ["", "hub", "1.2.3", "10.0.0.7:99999", "10.0.0.7:x", "a b"])
def test_what_is_no_address_is_refused(typed) -> None:
    with pytest.raises(InputError) as refused:
        parse_address(typed)
    assert refused.value.code == "LAN-02"


@pytest.mark.parametrize("typed", ["8.8.8.8", "2001:4860:4860::8888", "0.0.0.0", "203.0.114.9:80"])
def test_an_address_on_the_internet_is_refused(typed) -> None:
    with pytest.raises(InputError) as refused:
        parse_address(typed)
    assert refused.value.code == "LAN-03"


def told(pc, other) -> tuple[str, ...]:
    with pc.store.read() as conn:
        wanted = other.journal.device.log
        member = next(each for each in members(conn) if each.log == wanted)
        return places_of(conn, member)


def test_every_pc_learns_where_the_others_listen(pcs) -> None:  # noqa: F811
    a, b, c = pcs
    tell(a.journal, "s", ["https://10.0.0.1:47126"])
    tell(b.journal, "s", ["https://10.0.0.2:47126", "https://[fd00::2]:47126"])
    heads = len(a.hashes())
    tell(a.journal, "s", ["https://10.0.0.1:47126"])
    assert len(a.hashes()) == heads, "the same word is not said twice"
    tell(a.journal, "s", ["https://10.0.0.9:47126"])
    heal(pcs)
    for pc in pcs:
        assert told(pc, a) == ("https://10.0.0.9:47126",)
        assert told(pc, b) == ("https://10.0.0.2:47126", "https://[fd00::2]:47126")
        assert told(pc, c) == ()


def test_nobody_says_where_another_pc_listens(pcs) -> None:  # noqa: F811
    a, b, _ = pcs
    tell(a.journal, "s", ["https://10.0.0.1:47126"])
    heal(pcs)
    with b.journal.act(system_actor("s")) as act:
        act.add(addresses_stream(a.journal.device.log), AddressesTold(("https://10.6.6.6:1",)))
    with a.journal.act(DESK) as act:
        act.add(addresses_stream(a.journal.device.log), AddressesTold(("https://8.8.8.8:1", "x")))
    heal(pcs)
    for pc in pcs:
        assert told(pc, a) == ()


def test_the_place_of_the_last_meeting_comes_first_and_the_revoked_are_not_looked_for(
    pcs,  # noqa: F811
) -> None:
    a, b, _ = pcs
    tell(b.journal, "s", ["https://10.0.0.2:47126"])
    heal(pcs)
    log = b.journal.device.log
    with a.store.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO peer (log, kind, name, address) VALUES (?, 'pc', 'b', ?)",
            (log, "https://10.0.0.77:47126"),
        )
    assert told(a, b) == ("https://10.0.0.77:47126", "https://10.0.0.2:47126")
    with a.store.write() as tx:
        tx.exec_driver_sql("UPDATE device SET last_seq = 1 WHERE log = ?", (log,))
    with a.store.read() as conn:
        assert log not in {each.log for each in members(conn)}
