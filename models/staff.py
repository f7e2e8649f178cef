"""People of the office: roles, which roles exclude each other, who may see dossiers.

The roles are those of the one-stop mechanism in Hà Nội: the receptionist belongs to the city's
Centre, the others to the commune's People's Committee (design notes: domain §1.1, §5.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.words import tr

__all__ = ["Role", "Staff", "first_role", "role_clash", "role_words"]


class Role(StrEnum):
    """What a person is appointed to do; the values are stored and never renamed."""

    RECEPTIONIST = "receptionist"
    OFFICER = "officer"
    DEPARTMENT_HEAD = "department_head"
    LEADER = "leader"
    RECORDS_CLERK = "records_clerk"
    CASHIER = "cashier"
    BUSINESS_ADMIN = "business_admin"
    TECHNICAL_ADMIN = "technical_admin"
    INSPECTOR = "inspector"


def role_words(role: Role) -> str:
    """The role's name as officials say it."""
    return {
        Role.RECEPTIONIST: tr("Tiếp nhận và trả kết quả"),
        Role.OFFICER: tr("Công chức thụ lý"),
        Role.DEPARTMENT_HEAD: tr("Lãnh đạo phòng"),
        Role.LEADER: tr("Lãnh đạo UBND"),
        Role.RECORDS_CLERK: tr("Văn thư"),
        Role.CASHIER: tr("Thu phí, lệ phí"),
        Role.BUSINESS_ADMIN: tr("Quản trị nghiệp vụ"),
        Role.TECHNICAL_ADMIN: tr("Quản trị kỹ thuật"),
        Role.INSPECTOR: tr("Giám sát, thanh tra"),
    }[role]


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who may sign in. `position` and `department` are printed as they are."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    position: str = ""
    department: str = ""
    organisation: str = ""
    phone: str = ""
    active: bool = True

    def has(self, *roles: Role) -> bool:
        """Whether the person holds any of `roles`."""
        return any(role in self.roles for role in roles)

    @property
    def sees_dossiers(self) -> bool:
        """Technical administrators have no access to dossiers (domain §5.3)."""
        return bool(self.roles - {Role.TECHNICAL_ADMIN})


def first_role(staff: Staff) -> Role:
    """The role a person is shown with: the first of theirs in the order of `Role`."""
    return min(staff.roles, key=list(Role).index)


def role_clash(roles: frozenset[Role]) -> str | None:
    """Why these roles may not be held by one person, in words; None when they may."""
    if Role.TECHNICAL_ADMIN in roles and len(roles) > 1:
        return tr("Quản trị kỹ thuật không kiêm vai trò nghiệp vụ nào.")
    if Role.INSPECTOR in roles and len(roles) > 1:
        return tr("Người giám sát chỉ được xem, không kiêm vai trò khác.")
    if {Role.LEADER, Role.RECORDS_CLERK} <= roles:
        return tr("Người phê duyệt không được kiêm cấp số, đóng dấu.")
    return None
