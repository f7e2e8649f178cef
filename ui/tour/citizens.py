"""The made-up citizens of the tour; their numbers carry the training mark, none is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.party import Person
from services.training.people import card_text

__all__ = ["LAN", "LONG", "SINGLE_STATUS", "TAM", "Citizen"]

SINGLE_STATUS = "1.004873"
"""Giấy xác nhận tình trạng hôn nhân: three working days."""


@dataclass(frozen=True)
class Citizen:
    """Who comes to the desk: the card as a scanner types it, and what is told by mouth."""

    key: str
    person: Person
    phone: str
    address: str
    purpose: str

    @property
    def name(self) -> str:
        """The name on the card."""
        return self.person.name

    def card(self) -> str:
        """The text a scanner types from the card."""
        return card_text(self.person, date(2024, 3, 15))


def _citizen(
    key: str, name: str, number: str, *, born: str, sex: str, phone: str, house: str, purpose: str
) -> Citizen:
    address = f"{house}, phường Định Công, thành phố Hà Nội"
    person = Person(
        "individual", name, "personal_id", number, born, "nu" if sex == "nu" else "nam",
        address_on_card=address,
    )  # fmt: skip
    return Citizen(key, person, phone, address, purpose)


TAM = _citizen(
    "tam", "Nguyễn Thị Minh Tâm", "001194990123", born="1994-08-12", sex="nu",
    phone="0301234567", house="Số 12, ngõ 99 đường Định Công Hạ",
    purpose="Đăng ký kết hôn",
)  # fmt: skip
LONG = _citizen(
    "long", "Trần Hoàng Long", "001088990245", born="1988-11-03", sex="nam",
    phone="0302345678", house="Số 45, ngõ 192 đường Lê Trọng Tấn",
    purpose="Mua bán nhà đất",
)  # fmt: skip
LAN = _citizen(
    "lan", "Phạm Thị Ngọc Lan", "001190990367", born="1990-02-27", sex="nu",
    phone="0303456789", house="Số 8, ngách 15, ngõ 35 đường Trần Điền",
    purpose="Đăng ký kết hôn ở nước ngoài",
)  # fmt: skip
