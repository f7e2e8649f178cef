"""Administration: people, calendar, unit, device, keys, machines, each behind its tab."""

from __future__ import annotations

from models.changed import Changed
from models.words import tr
from ui.screens.admin.calendar import CalendarSection
from ui.screens.admin.device import DeviceSection
from ui.screens.admin.keys import KeysSection
from ui.screens.admin.machines import MachinesSection
from ui.screens.admin.people import PeopleSection
from ui.screens.admin.unit import UnitSection
from ui.screens.base import Desk, Screen
from ui.widgets.tabs import Tabs

__all__ = ["AdminScreen"]


class AdminScreen(Screen):
    """For the business administrator (people, calendar, unit) and the technical one (machine)."""

    name = "admin"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Quản trị"))
        self.people = PeopleSection(self)
        self.calendar = CalendarSection(self)
        self.unit = UnitSection(self)
        self.device = DeviceSection(self)
        self.signing_keys = KeysSection(self)
        self.machines = MachinesSection(self)
        self.tabs = Tabs(tr("Các phần quản trị"))
        self.tabs.add(tr("Người dùng"), self.people, shown=self.people.shown)
        self.tabs.add(tr("Lịch nghỉ"), self.calendar, shown=self.calendar.shown)
        self.tabs.add(tr("Đơn vị"), self.unit, shown=self.unit.shown)
        self.tabs.add(tr("Thiết bị"), self.device, shown=self.device.shown)
        self.tabs.add(tr("Khóa ký"), self.signing_keys, shown=self.signing_keys.shown)
        self.tabs.add(tr("Máy của cơ quan"), self.machines, shown=self.machines.shown)
        self.body.addWidget(self.tabs, 1)
        self.start = self.people.table
        for number in range(self.tabs.count()):
            words = self.tabs.tabText(number)
            self.add_key(f"Alt+{number + 1}", words, lambda n=number: self.tabs.setCurrentIndex(n))
        office = desk.office.core.office
        kind = tr("bản tập huấn") if office.training else tr("văn phòng thật")
        self.set_subtitle(f"{office.unit_name} · {kind}")

    def shown(self) -> None:
        """Read what the section in front shows."""
        self.tabs.show_current()

    def arrive(self, target: object) -> None:
        """Come to a part by its name."""
        if target == "machines":
            self.tabs.setCurrentWidget(self.machines)

    def refresh(self, changed: Changed) -> None:
        """Settings may have changed elsewhere."""
        if changed.settings:
            self.shown()
