"""A paper of our own in a window: looked at, printed, saved; print is what was shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedLayout, QWidget

from models.errors import MachineError, OfficeError
from models.words import tr
from services.documents.preview import PageImage, page_count, render_page
from ui.screens.base import Screen
from ui.tasks import Lane, Tasks
from ui.widgets import Button, Dialog, Empty, PagePreview, PrimaryButton

__all__ = ["Make", "PaperView", "draw_pages", "open_paper", "print_pdf", "save_file"]

A4_INCHES = 210 / 25.4
PRINT_DPI = 300

Make = Callable[[], bytes]


def draw_pages(
    tasks: Tasks, pdf: bytes, *, owner: QWidget
) -> Callable[[int, int, Callable[[PageImage], None]], None]:
    """A painter for `PagePreview` that draws pages of our own `pdf` away from the window."""

    def paint(page: int, width: int, answer: Callable[[PageImage], None]) -> None:
        dots = width / A4_INCHES
        tasks.run(
            lambda: render_page(pdf, page, dots_per_inch=dots), answer,
            lane=Lane.FREE, owner=owner,
        )  # fmt: skip

    return paint


class PaperView(QWidget):
    """The pages of a paper, or one sentence why there is none.

    >>> view.show_made(lambda: result_paper(core, dossier, signer=None).data)
    """

    def __init__(self, tasks: Tasks, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.pdf = b""
        self.preview = PagePreview(name=name)
        self.empty = Empty("")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.preview)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentIndex(1)

    def say(self, sentence: str) -> None:
        """Show a sentence instead of pages."""
        self.pdf = b""
        self.preview.show_nothing()
        self.empty.set_sentence(sentence)
        self._stack.setCurrentIndex(1)
        self._tasks.latest(self._key(), lambda: None, lambda _none: None, owner=self)

    def show_made(self, make: Make, *, then: Callable[[], None] | None = None) -> None:
        """Make the paper in the background and show it; of several the newest is shown."""

        def work() -> tuple[bytes, int]:
            pdf = make()
            return pdf, page_count(pdf)

        def show(answer: tuple[bytes, int]) -> None:
            self.pdf, pages = answer
            painter = draw_pages(self._tasks, self.pdf, owner=self)
            self.preview.show_document(pages=pages, painter=painter)
            self._stack.setCurrentIndex(0)
            if then is not None:
                then()

        def failed(error: BaseException) -> None:
            if not isinstance(error, OfficeError):
                self._tasks.fail(error)
                return
            self.say(f"{error.sentence()} ({error.code})")

        self._tasks.latest(self._key(), work, show, failed, lane=Lane.FREE, owner=self)

    def _key(self) -> str:
        return f"paper/{id(self)}"


def open_paper(screen: Screen, title: str, make: Make, *, file_name: str) -> Dialog:
    """Open a paper of our own: preview, print (Ctrl+Enter), save a copy (Ctrl+S).

    `make` runs in the background and returns the PDF; `file_name` is proposed for the copy.

    >>> open_paper(self, tr("Phiếu kiểm soát"), lambda: control_paper(core, dossier, rows),
    ...            file_name=f"{code}-06.pdf")
    """
    box = Dialog(screen.window(), title, cancel=tr("Đóng"), width=760)
    view = PaperView(screen.desk.tasks, name=title)
    view.setMinimumHeight(480)
    view.say(tr("Đang dựng bản in…"))
    box.body.addWidget(view, 1)
    save = Button(
        tr("Lưu bản sao…"), key="Ctrl+S", icon_name="download",
        act=lambda: save_file(screen, view.pdf, file_name),
    )  # fmt: skip
    printing = PrimaryButton(
        tr("In"), key="Ctrl+Return", icon_name="printer",
        act=lambda: print_pdf(screen, view.pdf, title=title),
    )  # fmt: skip
    for button in (save, printing):
        button.setEnabled(False)
        box.buttons.addWidget(button)

    def ready() -> None:
        save.setEnabled(True)
        printing.setEnabled(True)

    view.show_made(make, then=ready)
    box.open()
    return box


def save_file(screen: Screen, data: bytes, name: str) -> None:
    """Ask where to keep a copy and write it there."""
    chosen, _kind = QFileDialog.getSaveFileName(screen.window(), tr("Lưu bản sao"), name)
    if not chosen:
        return
    path = Path(chosen)

    def work() -> str:
        try:
            path.write_bytes(data)
        except OSError as error:
            raise MachineError(
                "MA-61",
                tr("Không ghi được tệp {name}.", name=path.name),
                tr("Chọn thư mục khác còn chỗ trống và được phép ghi."),
            ) from error
        return path.name

    def done(saved: str) -> None:
        screen.desk.messages.done(tr("Đã lưu {name}.", name=saved))

    screen.desk.tasks.run(work, done, lane=Lane.FREE, owner=screen)


def print_pdf(screen: Screen, pdf: bytes, *, title: str) -> None:
    """Ask for the printer, then print the very pages that were shown."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, screen.window())
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return

    def work() -> list[PageImage]:
        return [render_page(pdf, n, dots_per_inch=PRINT_DPI) for n in range(page_count(pdf))]

    def done(pages: list[PageImage]) -> None:
        paint_pages(printer, pages)
        screen.desk.messages.done(tr("Đã gửi ra máy in: {title}.", title=title))

    screen.desk.tasks.run(work, done, lane=Lane.FREE, owner=screen)


def paint_pages(printer: QPrinter, pages: list[PageImage]) -> None:
    """Put the drawn pages on paper, each as large as the sheet."""
    painter = QPainter(printer)
    for number, page in enumerate(pages):
        if number:
            printer.newPage()
        shape = QImage.Format.Format_RGB888
        image = QImage(page.data, page.width, page.height, page.stride, shape)
        sheet = printer.pageLayout().fullRectPixels(printer.resolution())
        size = image.size().scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRect(0, 0, size.width(), size.height()), image)
    painter.end()
