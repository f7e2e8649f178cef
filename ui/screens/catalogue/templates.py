"""Document templates: the list, the text with its faults told while typing, the printed sample."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from models.errors import OfficeError
from models.words import tr
from services.administration import save_template
from services.documents.preview import PageImage, page_count, render_page
from services.documents.templates import merge_field_labels
from services.template_library import TemplateText, sample_pdf, template_texts
from ui.screens.base import Screen
from ui.tasks import Lane
from ui.widgets import (
    Card,
    ChipText,
    Column,
    DataTable,
    Label,
    Link,
    PagePreview,
    PrimaryButton,
    Small,
    nfc,
    row,
)

__all__ = ["TemplatesSection"]

PAUSE_MS = 350
A4_INCHES = 8.27


class TemplatesSection(QWidget):
    """Left the list, in the middle the text, right the page it makes."""

    def __init__(self, screen: Screen, *, editable: bool) -> None:
        super().__init__()
        self._screen = screen
        self._one: TemplateText | None = None
        self._good = False
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        self.table = self._table()
        listed = Card(margin=0)
        listed.add(self.table)
        listed.setFixedWidth(262)
        layout.addWidget(listed)
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(tr("Nội dung mẫu"))
        self.editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.editor.setTabChangesFocus(True)
        self.editor.setReadOnly(not editable)
        layout.addWidget(self._edit_card(editable), 3)
        self.preview = PagePreview(name=tr("Bản in thử với số liệu giả"))
        layout.addWidget(self.preview, 2)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.check)
        self.editor.textChanged.connect(self._typed)
        self.table.picked.connect(self._show_one)

    def shown(self) -> None:
        """Read the templates in use."""
        core = self._screen.desk.office.core
        self._screen.read("templates", lambda: template_texts(core), self._show)

    def text(self) -> str:
        """The text as it stands in the editor, in NFC."""
        return nfc(self.editor.toPlainText())

    def check(self) -> None:
        """Print the text with made-up values: its faults, or the page."""
        core, text = self._screen.desk.office.core, self.text()
        self._screen.desk.tasks.latest(
            f"{id(self)}/check", lambda: sample_pdf(core, text), self._show_page, self._fault,
            lane=Lane.FREE, owner=self,
        )  # fmt: skip

    def save(self) -> None:
        """Keep the text as the office's own template."""
        core, who, text, one = (
            self._screen.desk.office.core, self._screen.desk.office.who, self.text(), self._one,
        )  # fmt: skip
        if one is None:
            return

        def done(_version: str) -> None:
            self._screen.desk.messages.done(tr("Đã lưu mẫu “{name}”.", name=one.type_name))
            self.shown()

        self._screen.write(
            lambda: save_template(core, who, one.code, text=text), done, failed=self._fault
        )

    def _edit_card(self, editable: bool) -> Card:
        card = Card(tr("Nội dung mẫu (TOML)"))
        card.add(self.editor)
        card.body.setStretch(0, 1)
        self.state = Label("").wrapped()
        card.add(self.state)
        self.fields = Small(", ".join(f"{{{n}}} {w}" for n, w in merge_field_labels().items()))
        self.fields.wrapped()
        self.fields.hide()
        show = Link(tr("Các trường trộn dùng được"))
        show.clicked.connect(lambda: self.fields.setVisible(not self.fields.isVisible()))
        line = row(gap=8)
        line.addWidget(show)
        line.addStretch()
        self.save_button = PrimaryButton(tr("Lưu mẫu của cơ quan"), key="Ctrl+S", act=self.save)
        self.save_button.setVisible(editable)
        line.addWidget(self.save_button)
        card.add(self.fields)
        card.body.addLayout(line)
        return card

    def _table(self) -> DataTable[TemplateText]:
        return DataTable(
            [
                Column(tr("Mẫu"), lambda t: t.type_name, strong=True),
                Column(tr("Nguồn"), origin_cell, 118),
            ],
            key=lambda t: t.code,
            empty=tr("Không có mẫu nào."),
            name=tr("Danh sách mẫu văn bản"),
        )

    def _show(self, rows: tuple[TemplateText, ...]) -> None:
        self.table.show_rows(rows)
        if self.table.current() is None:
            self.table.pick_first()
        else:
            self._one = self.table.current()

    def _show_one(self, one: TemplateText | None) -> None:
        self._one = one
        self.editor.setPlainText(one.text if one else "")
        self._pause.stop()
        self.check()

    def _typed(self) -> None:
        self._pause.start()

    def _fault(self, error: BaseException) -> None:
        if not isinstance(error, OfficeError):
            self._screen.desk.tasks.fail(error)
            return
        self._say(error.sentence(), tone="overdue")
        self.save_button.setEnabled(False)

    def _show_page(self, pdf: bytes) -> None:
        one = self._one
        source = tr("Nguồn: {source}", source=one.source) if one else ""
        self._say(f"{tr('Mẫu đọc được.')} {source}", tone="done")
        self.save_button.setEnabled(one is not None and self.text() != nfc(one.text))
        self._screen.desk.tasks.run(
            lambda: page_count(pdf),
            lambda pages: self._draw(pdf, pages),
            lane=Lane.FREE,
            owner=self,
        )

    def _draw(self, pdf: bytes, pages: int) -> None:
        def painter(page: int, width: int, answer: Callable[[PageImage], None]) -> None:
            self._screen.desk.tasks.run(
                lambda: render_page(pdf, page, dots_per_inch=width / A4_INCHES), answer,
                lane=Lane.FREE, owner=self,
            )  # fmt: skip

        self.preview.show_document(pages=pages, painter=painter)

    def _say(self, words: str, *, tone: str) -> None:
        self.state.setText(words)
        self.state.setProperty("tone", tone)
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)


def origin_cell(template: TemplateText) -> ChipText:
    """Whether the office has its own version."""
    return ChipText(tr("của cơ quan"), "info") if template.own else ChipText(tr("có sẵn"))
