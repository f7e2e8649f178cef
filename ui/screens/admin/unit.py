"""The unit: every setting of the office with its sentence, saved together or not at all."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from models.changed import Changed
from models.words import tr
from services.administration import change_settings
from services.settings import SETTINGS, Setting
from ui.screens.base import Screen
from ui.widgets import (
    Card,
    ComboField,
    Facts,
    Field,
    FieldFrame,
    PrimaryButton,
    Quiet,
    ScrollColumn,
    TextArea,
    column,
    row,
)

__all__ = ["UnitSection"]

ELSEWHERE = "backup_"
"""Settings whose names begin so have their own place, beside what came of them."""

LINES = {"centre": 2, "departments": 5, "seal_organisation": 2}
"""Settings of several lines."""


class UnitSection(QWidget):
    """A form made from the typed list of settings."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        layout = column(self, gap=10, margin=(0, 10, 0, 0))
        scroll = ScrollColumn(gap=10)
        office = screen.desk.office.core.office
        facts = Card(tr("Đơn vị của thư mục dữ liệu này"))
        facts.add(
            Facts([(tr("Tên"), office.unit_name), (tr("Mã đơn vị hành chính"), office.unit_code),
                   (tr("Lập lúc"), office.created[:16].replace("T", " "))], label_width=150)
        )  # fmt: skip
        scroll.body.addWidget(facts)
        self.fields: dict[str, FieldFrame] = {}
        card = Card(tr("Cài đặt"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        here = [each for each in SETTINGS if not each.name.startswith(ELSEWHERE)]
        for number, setting in enumerate(here):
            self.fields[setting.name] = field = make_field(setting)
            grid.addWidget(field, number // 2, number % 2)
            grid.setColumnStretch(number % 2, 1)
        card.body.addLayout(grid)
        scroll.body.addWidget(card)
        scroll.body.addStretch()
        layout.addWidget(scroll, 1)
        line = row(gap=10)
        note = tr("Đổi giờ làm việc không dời những ngày đã hẹn; hồ sơ mới tính theo giờ mới.")
        line.addWidget(Quiet(note).wrapped(), 1)
        line.addWidget(PrimaryButton(tr("Lưu cài đặt"), key="Ctrl+S", act=self.save))
        layout.addLayout(line)

    def shown(self) -> None:
        """Show what is in force."""
        settings = self._screen.desk.office.core.settings
        for name, field in self.fields.items():
            put_value(field, settings[name])

    def save(self) -> None:
        """Store what was changed."""
        core, who = self._screen.desk.office.core, self._screen.desk.office.who
        values = {name: value_of(field) for name, field in self.fields.items()}
        failed = self._screen.blame(self.fields)
        self._screen.write(lambda: change_settings(core, who, values), self._saved, failed=failed)

    def _saved(self, changed: tuple[str, ...]) -> None:
        messages = self._screen.desk.messages
        if not changed:
            messages.inform(tr("Không có gì thay đổi."))
            return
        messages.done(tr("Đã lưu {count} cài đặt.", count=len(changed)))
        self.shown()
        self._screen.desk.changes.tell(Changed(settings=True), by=self._screen)


def make_field(setting: Setting) -> FieldFrame:
    """The right kind of field for a setting."""
    words = setting.words()
    if setting.choices:
        return ComboField(words, [(choice, choice_words(choice)) for choice in setting.choices])
    if setting.name in LINES:
        return TextArea(words, lines=LINES[setting.name])
    return Field(words, limit=200, hint=hint_of(setting.name))


def hint_of(name: str) -> str:
    """A short help for settings that are easily typed wrong."""
    return {
        "agency_code": tr("Để trống khi chưa được cấp: dùng tạm H26 và mã đơn vị."),
        "hours": tr("Ví dụ 08:00-12:00,13:30-17:30"),
    }.get(name, "")


def choice_words(choice: str) -> str:
    """A stored choice in words."""
    return {
        "per_type": tr("mỗi loại văn bản một sổ"),
        "pooled": tr("một sổ chung"),
        "whole_days": tr("cả ngày, ngày đầu không tính"),
        "elapsed": tr("theo giờ làm việc đã trôi qua"),
        "vi": tr("Tiếng Việt"),
        "en": tr("Tiếng Anh"),
    }.get(choice, choice)


def put_value(field: FieldFrame, value: str) -> None:
    """Show a stored value."""
    if isinstance(field, ComboField):
        field.set_value(value)
    elif isinstance(field, Field | TextArea):
        field.set_text(value)


def value_of(field: FieldFrame) -> str:
    """The value as it will be stored."""
    if isinstance(field, ComboField):
        return str(field.value() or "")
    return field.text() if isinstance(field, Field | TextArea) else ""
