"""The catalogue: what is loaded, what is unverified, versions, import, document templates."""

from __future__ import annotations

from pathlib import Path

from models.changed import Changed
from models.staff import Role
from models.words import tr
from services.catalogue.importing import preview, read_list
from ui.screens.base import Desk, Screen
from ui.screens.catalogue.import_dialog import ImportDialog
from ui.screens.catalogue.procedures import ProceduresSection
from ui.screens.catalogue.templates import TemplatesSection
from ui.screens.catalogue.versions import VersionsSection
from ui.tasks import Lane
from ui.widgets import PrimaryButton
from ui.widgets.files import ask_file
from ui.widgets.tabs import Tabs

__all__ = ["CatalogueScreen"]


class CatalogueScreen(Screen):
    """Everybody reads; the business administrator imports lists and edits templates."""

    name = "catalogue"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Danh mục"))
        self.editable = desk.office.who.staff.has(Role.BUSINESS_ADMIN)
        if self.editable:
            self.primary(
                PrimaryButton(
                    tr("Nhập danh mục của Thành phố"), key="Ctrl+O", icon_name="download",
                    act=self.choose_list,
                )
            )  # fmt: skip
        self.procedures = ProceduresSection(self)
        self.versions = VersionsSection(self)
        self.templates = TemplatesSection(self, editable=self.editable)
        self.tabs = Tabs(tr("Các phần của danh mục"))
        self.tabs.add(tr("Các thủ tục"), self.procedures, shown=self.procedures.shown)
        self.tabs.add(tr("Phiên bản"), self.versions, shown=self.versions.shown)
        self.tabs.add(tr("Mẫu văn bản"), self.templates, shown=self.templates.shown)
        self.body.addWidget(self.tabs, 1)
        self.start = self.procedures.search
        self.add_key("Ctrl+F", tr("Tìm thủ tục"), self._to_search)
        self._plan: ImportDialog | None = None

    def shown(self) -> None:
        """Read what the section in front shows."""
        core = self.desk.office.core
        bundle = core.catalogue.bundle
        self.set_subtitle(
            tr("Phiên bản {version}, dùng từ {day}", version=bundle.version,
               day=f"{bundle.effective_from:%d/%m/%Y}")
        )  # fmt: skip
        self.tabs.show_current()

    def refresh(self, changed: Changed) -> None:
        """Only the catalogue itself matters here."""
        if changed.catalogue:
            self.shown()

    def arrive(self, target: object) -> None:
        """Show the procedure with the code `target`."""
        self.tabs.setCurrentIndex(0)
        self.procedures.find(str(target))

    def choose_list(self) -> None:
        """Ask for the city's list."""
        words = tr("Danh mục (*.csv *.xlsx)")
        ask_file(self, tr("Chọn danh mục của Thành phố"), pattern=words, act=self.load_list)

    def load_list(self, path: Path) -> None:
        """Read a foreign list beside the daily work and show what it would change."""
        core = self.desk.office.core
        today = core.clock.now().date()
        self.write(
            lambda: preview(core.catalogue.bundle, read_list(path), day=today),
            lambda plan: self._show_plan(ImportDialog(self, plan, today=today)),
            lane=Lane.FREE,
        )

    def _show_plan(self, dialog: ImportDialog) -> None:
        self._plan = dialog
        dialog.open()

    def _to_search(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.procedures.search.setFocus()
