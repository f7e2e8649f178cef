"""A PC that has the office's data but no place among its PCs gets one from a PC that invites it.

That is a PC whose data were put back from a backup of another one: its key is new, the others do
not know it. The city gives it a place by `register_office`; without the city, any PC of the office
does, provisionally (`services/sync/inviting.py`).
"""

from __future__ import annotations

from models.staff import Role
from services.assembly import OpenOffice
from services.journal.device import this_machine
from services.journal.incarnation import ELSEWHERE
from services.people import demand_role
from services.store.statement import rows_of
from services.sync.enrolled import find_enrolment, former_logs, write_enrolment
from services.sync.enrolment import Place, first_of, other_office
from services.sync.inviting import split_invitation
from services.sync.peer_source import PeerSource

__all__ = ["enter_by_invitation"]

_LISTED = (
    "INSERT OR IGNORE INTO device (log, off, public_key, slot, name, incarnation, kind, state, "
    "last_seq) VALUES (?,?,?,?,?,?,?,?,?)"
)
_MINE = "UPDATE device SET slot = ?, name = ?, state = 'provisional' WHERE log = ?"
_DONE = "DELETE FROM sync_state WHERE name = ?"


def enter_by_invitation(office: OpenOffice, invitation: str, *, peer: str, name: str = "") -> Place:
    """Get a place from the PC at `peer` (HOST or HOST:PORT); its code is good once.

    Raises `InputError` SL-33 for the invitation of another office, and what the inviting PC says.
    """
    core = office.core
    demand_role(office.who, Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)
    secret, wanted = split_invitation(invitation)
    device = first_of(office)
    device = device.as_listed(device.slot, this_machine(name or device.name))
    source = PeerSource(peer, device, secret=secret, fingerprint=wanted, clock=core.clock)
    try:
        place = source.admit(device)
    finally:
        source.close()
    if place.office != core.office.unit_code:
        raise other_office()
    with core.store.write() as tx:
        for row in place.roster:
            rows_of(tx, _LISTED, row)
        for log in former_logs(tx, core.journal.device.log):
            rows_of(tx, _MINE, (place.slot, place.device_name, log))
        if place.city_key and find_enrolment(tx, place.office) is None:
            write_enrolment(tx, place.server, place.city_key, office=place.office)
        rows_of(tx, _DONE, (ELSEWHERE,))
    office.follow()
    return place
