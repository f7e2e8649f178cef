"""The exchange with other machines while somebody works: its news come into the UI thread here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from models.changed import Changed
from models.errors import OfficeError
from services.assembly import OpenOffice
from services.sync.service import SyncService
from ui.changes import Changes
from ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from services.sync.lan import OfficeLan

__all__ = ["Exchange"]

log = logging.getLogger(__name__)


class Exchange(QObject):
    """Runs the service of sync from sign-in until the store is closed.

    The service calls from its own threads; the two signals carry what it says over to the windows.
    It outlives the window: `stop` is called in the lane that closes the store, after `start`.
    """

    arrived = Signal(object)
    noted = Signal()

    def __init__(self, office: OpenOffice, tasks: Tasks, changes: Changes) -> None:
        super().__init__()
        self._office, self._tasks, self._changes = office, tasks, changes
        self.service: SyncService | None = None
        self._lan: OfficeLan | None = None
        self.arrived.connect(self._tell)

    def start(self) -> None:
        """Begin beside the daily work; in an office that is enrolled nowhere it stays silent."""
        self._tasks.run(self._begin)

    def stop(self) -> None:
        """End the threads of sync; the store may be closed afterwards. Takes up to some seconds."""
        service, self.service = self.service, None
        lan, self._lan = self._lan, None
        if lan is not None:
            lan.stop()
        if service is not None:
            service.stop()

    def send_now(self) -> bool:
        """Begin anew with every peer, whatever was waited for; False when there is none."""
        service = self.service
        peers = tuple(service.peers()) if service is not None else ()
        for log in peers:
            self._tasks.run(lambda log=log: self._meet(log), lane=Lane.FREE)
        if service is not None and not peers:  # enrolled a moment ago, perhaps
            self._tasks.run(service.take_up_enrolment)
        return bool(peers)

    def _begin(self) -> None:
        service = SyncService(
            self._office, changed=self.arrived.emit, noted=self.noted.emit
        )  # fmt: skip
        service.start()
        self.service = service
        from services.sync.lan import start_lan  # lazy: slow  # noqa: PLC0415

        try:
            self._lan = start_lan(self._office, service)
        except OfficeError as error:  # no port is free: the others are still asked from here
            log.warning("this machine does not listen: %s", error.code)

    def _meet(self, log: bytes) -> None:
        if self.service is not None:
            self.service.meet(log)

    def _tell(self, changed: Changed) -> None:
        """Others' work is here: screens show it, keeping rows and what is being typed."""
        self._changes.tell(changed, by=self)
