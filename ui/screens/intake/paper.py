"""The receipt as it will be printed, drawn while the clerk types; late drawings are dropped."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from models.dossier import Dossier
from models.words import tr
from services.core import Core
from services.papers import receipt_paper
from ui.screens.parts.paper import PaperView, draw_pages
from ui.tasks import Tasks
from ui.widgets import Dialog, PagePreview

__all__ = ["ReceiptView"]


class ReceiptView(PaperView):
    """The receipt of would-be or stored dossiers, or one sentence why there is none."""

    def __init__(self, tasks: Tasks, *, parent: QWidget | None = None) -> None:
        super().__init__(tasks, name=tr("Giấy tiếp nhận, bản sẽ in"), parent=parent)
        self._drawn = tasks

    def show_receipt(self, core: Core, dossiers: Sequence[Dossier], receiver: str) -> None:
        """Draw the receipt of these dossiers; what was shown stays until it is ready."""
        self.show_made(lambda: receipt_paper(core, dossiers, receiver))

    def enlarge(self) -> None:
        """Open the receipt in a large window: to look at only, nothing is stored yet."""
        if not self.pdf:
            return
        title = tr("Giấy tiếp nhận, bản sẽ in")
        box = Dialog(self.window(), title, cancel=tr("Đóng"), width=760)
        large = PagePreview(name=title)
        large.setMinimumHeight(500)
        box.body.addWidget(large, 1)
        painter = draw_pages(self._drawn, self.pdf, owner=large)
        large.show_document(pages=len(self.preview.pages), painter=painter)
        box.open()
