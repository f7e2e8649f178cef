"""The places of the rail: which screens exist, their keys, and who sees them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from models.staff import Role, Staff
from models.words import tr
from ui.screens.base import Desk, Screen, ScreenSpec

__all__ = ["PLACES", "Place", "specs_for"]


@dataclass(frozen=True)
class Place:
    """One screen: where its class is, how it stands in the rail, which roles see it."""

    name: str
    screen: str
    icon: str
    key: str
    section: int
    words: Callable[[], str]
    roles: frozenset[Role]


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_DOSSIERS = frozenset(Role) - {Role.TECHNICAL_ADMIN}
_HANDLING = _roles(Role.OFFICER, Role.RECEPTIONIST, Role.DEPARTMENT_HEAD, Role.CASHIER)

PLACES: tuple[Place, ...] = (
    Place("today", "TodayScreen", "home", "Ctrl+1", 1, lambda: tr("Hôm nay"), _DOSSIERS),
    Place("intake", "IntakeScreen", "receive", "F2", 1, lambda: tr("Tiếp nhận"),
          _roles(Role.RECEPTIONIST)),
    Place("mine", "MyWorkScreen", "person", "Ctrl+2", 1, lambda: tr("Việc của tôi"), _HANDLING),
    Place("dossiers", "DossiersScreen", "folder", "Ctrl+3", 1, lambda: tr("Hồ sơ"), _DOSSIERS),
    Place("approve", "ApproveScreen", "sign", "Ctrl+4", 1, lambda: tr("Phê duyệt và ký"),
          _roles(Role.LEADER, Role.DEPARTMENT_HEAD)),
    Place("issue", "IssueScreen", "stamp", "Ctrl+5", 1, lambda: tr("Phát hành"),
          _roles(Role.RECORDS_CLERK)),
    Place("handover", "HandoverScreen", "handover", "Ctrl+6", 1, lambda: tr("Trả kết quả"),
          _roles(Role.RECEPTIONIST)),
    Place("catalogue", "CatalogueScreen", "catalogue", "Ctrl+7", 2, lambda: tr("Danh mục"),
          frozenset(Role)),
    Place("journal", "JournalScreen", "journal", "Ctrl+8", 2, lambda: tr("Nhật ký"),
          _roles(Role.INSPECTOR, Role.BUSINESS_ADMIN, Role.LEADER, Role.TECHNICAL_ADMIN)),
    Place("sync", "SyncScreen", "sync", "Ctrl+0", 2, lambda: tr("Đồng bộ"), frozenset(Role)),
    Place("admin", "AdminScreen", "admin", "Ctrl+9", 2, lambda: tr("Quản trị"),
          _roles(Role.BUSINESS_ADMIN, Role.TECHNICAL_ADMIN)),
)  # fmt: skip


def _factory(place: Place) -> Callable[[Desk], Screen]:
    """Makes the screen when it is first opened: start-up reads no screen it does not show."""

    def make(desk: Desk) -> Screen:
        module = importlib.import_module(f"ui.screens.{place.name}.screen")
        return cast(Screen, getattr(module, place.screen)(desk))

    return make


def specs_for(staff: Staff) -> tuple[ScreenSpec, ...]:
    """The places this person sees, in the order of the rail."""
    return tuple(
        ScreenSpec(place.name, place.words(), place.icon, _factory(place), place.key, place.section)
        for place in PLACES
        if place.roles & staff.roles
    )
