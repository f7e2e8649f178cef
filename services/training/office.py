"""The made-up office of training mode: fixed accounts for every role, keys from a training CA."""

from __future__ import annotations

from pathlib import Path

from models.staff import Role, Staff
from models.unit import Unit
from services.assembly import Account, OpenOffice, create_office
from services.clock import Clock, SystemClock
from services.office_file import Mode
from services.signing.training_pki import create_training_pki
from services.store.wraps import Kdf

__all__ = ["PASSWORD", "create_training_office", "training_staff"]

PASSWORD = "motcua"  # printed on the sign-in window of every training office
"""The password of every training account and key; a training office protects nothing real."""

TRAINING_KDF = Kdf(memory_kib=8 * 1024, passes=1, lanes=1)

CENTRE = "Trung tâm Phục vụ hành chính công thành phố Hà Nội"
CULTURE = "Phòng Văn hóa - Xã hội"
ECONOMY = "Phòng Kinh tế"

_PEOPLE = (
    ("tiepnhan", "Nguyễn Thị Hồng Hạnh", {Role.RECEPTIONIST}, "Công chức tiếp nhận", "", CENTRE),
    ("tiepnhan2", "Vũ Minh Châu", {Role.RECEPTIONIST, Role.CASHIER}, "Công chức tiếp nhận", "",
     CENTRE),
    ("thuly", "Lê Minh Đức", {Role.OFFICER}, "Công chức Tư pháp - Hộ tịch", CULTURE, ""),
    ("thuly2", "Trịnh Thu Hà", {Role.OFFICER}, "Công chức Văn hóa - Xã hội", CULTURE, ""),
    ("thuly3", "Phạm Gia Khánh", {Role.OFFICER}, "Công chức Địa chính", ECONOMY, ""),
    ("phong", "Trần Thu Phương", {Role.DEPARTMENT_HEAD}, "Trưởng phòng", CULTURE, ""),
    ("lanhdao", "Nguyễn Văn Quyết", {Role.LEADER}, "Phó Chủ tịch", "", ""),
    ("chutich", "Hoàng Quốc Việt", {Role.LEADER}, "Chủ tịch", "", ""),
    ("vanthu", "Đỗ Thùy Linh", {Role.RECORDS_CLERK}, "Văn thư", "", ""),
    ("thuphi", "Bùi Thanh Tùng", {Role.CASHIER}, "Thu phí, lệ phí", "", CENTRE),
    ("quantri", "Đặng Hải Yến", {Role.BUSINESS_ADMIN}, "Quản trị nghiệp vụ", "", ""),
    ("kythuat", "Ngô Đức Thắng", {Role.TECHNICAL_ADMIN}, "Quản trị kỹ thuật", "", ""),
    ("giamsat", "Phan Thị Mai", {Role.INSPECTOR}, "Giám sát", "", ""),
)  # fmt: skip


def training_staff(unit_name: str) -> tuple[Staff, ...]:
    """One person per role, some roles twice; ids are stable so that exercises can be compared."""
    return tuple(
        Staff(
            f"staff-{login}", login, name, frozenset(roles), position, department,
            organisation or f"UBND {unit_name}",
        )
        for login, name, roles, position, department, organisation in _PEOPLE
    )  # fmt: skip


def create_training_office(home: Path, unit: Unit, *, clock: Clock | None = None) -> OpenOffice:
    """Make a training office with every account and key, opened by its business administrator."""
    clock = clock or SystemClock()
    staff = training_staff(unit.name)
    first = [p for p in staff if Role.BUSINESS_ADMIN in p.roles]
    others = [p for p in staff if Role.BUSINESS_ADMIN not in p.roles]
    office = create_office(
        home,
        mode=Mode.TRAINING,
        unit=unit,
        accounts=tuple(Account(p, PASSWORD) for p in (*first, *others)),
        clock=clock,
        kdf=TRAINING_KDF,
    )
    leaders = [(p.id, p.name, p.position) for p in staff if Role.LEADER in p.roles]
    create_training_pki(
        home / "keys", unit_name=unit.name, people=leaders, now=clock.now(), password=PASSWORD
    )
    return office
