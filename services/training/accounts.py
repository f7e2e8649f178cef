"""The printed accounts of every training office: one person per role, some roles twice."""

from __future__ import annotations

from models.staff import Role, Staff

__all__ = ["PASSWORD", "training_staff"]

PASSWORD = "motcua"  # printed on the sign-in window of every training office
"""The password of every training account and key; a training office protects nothing real."""

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
    ("chutich", "Hoàng Quốc Vinh", {Role.LEADER}, "Chủ tịch", "", ""),
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
