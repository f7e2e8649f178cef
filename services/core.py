"""The opened office that services share: store, journal, clock, identity, calendar, catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from models.calendar import WorkCalendar
from models.envelope import Actor
from models.staff import Role, Staff
from services.catalogue.catalogue import Catalogue
from services.clock import Clock
from services.journal.append import Journal
from services.office_file import OfficeFile
from services.settings import read_settings
from services.store.blobs import BlobStore
from services.store.unit import Store

__all__ = ["Core", "SignedIn"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at work: the staff record and the id of this session."""

    staff: Staff
    session: str

    def acting_as(self, role: Role) -> Actor:
        """The actor written into events when the person uses `role`."""
        return Actor(self.staff.id, role.value, self.session)


@dataclass
class Core:
    """What every service of an opened office needs; made once by `services.assembly`.

    `calendar` and `catalogue` are replaced as a whole when a notice or a new version comes in.
    """

    home: Path
    office: OfficeFile
    store: Store
    journal: Journal
    blobs: BlobStore
    clock: Clock
    calendar: WorkCalendar
    catalogue: Catalogue
    settings: dict[str, str] = field(default_factory=dict)

    def reload_settings(self) -> None:
        """Read the settings again after one was changed."""
        with self.store.read() as conn:
            self.settings = read_settings(conn)

    @property
    def agency_code(self) -> str:
        """The agency's identifier in dossier codes: the setting, else one made of the unit code.

        The codes of the 126 new communes are not published (domain §2.2): until IT staff enter
        the official one, "H26." and the five-digit unit code stand in for it.
        """
        return self.settings.get("agency_code") or f"H26.{self.office.unit_code}"

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments a dossier may be passed to."""
        return tuple(d.strip() for d in self.settings["departments"].splitlines() if d.strip())
