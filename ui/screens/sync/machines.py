"""The machines of the office and the city: last contact, clock, version; the city's receipt."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.words import tr
from services.sync.faults import fault_words
from services.sync.outbox import PcRow, SyncView
from services.sync.standing import WARN_SKEW_MS, skew_words
from services.sync.status import Refusal
from ui.screens.parts.state import moment_of
from ui.widgets import Card, ChipText, CodeLabel, Column, DataTable, Facts, Quiet, column, row
from ui.widgets.tabs import beside

__all__ = ["MachinesSection"]


class MachinesSection(QWidget):
    """Machines and refusals at the left, the city's receipt at the right."""

    def __init__(self) -> None:
        super().__init__()
        layout = row(self, gap=12, margin=(0, 10, 0, 0))
        left = column(gap=10)
        self.table: DataTable[PcRow] = DataTable(
            [
                Column(tr("Máy"), name_words, strong=True),
                Column(tr("Tình trạng"), state_cell, 152,
                       tip=lambda m: fault_words(m.peer.fault) if m.peer and m.peer.fault else ""),
                Column(tr("Là gì"), kind_words, 124),
                Column(tr("Gặp lần cuối"), seen_words, 130),
                Column(tr("Đồng hồ"), clock_cell, 158),
                Column(tr("Phiên bản"), lambda m: (m.peer.app if m.peer else "") or "–", 80),
                Column(tr("Chưa giữ"), missing_words, 86, align="right"),
            ],
            key=lambda m: m.log,
            empty=tr("Chưa có máy nào."),
            name=tr("Danh sách máy"),
        )  # fmt: skip
        card = Card(margin=0)
        card.add(self.table)
        left.addWidget(card, 3)
        self.refused: DataTable[Refusal] = DataTable(
            [
                Column(tr("Lúc"), lambda r: moment_of(r.at), 134),
                Column(tr("Máy từ chối"), lambda r: r.peer_name or "–", 150),
                Column(tr("Mã"), lambda r: r.code, 72, quiet=True),
                Column(tr("Vì sao và cách xử lý"), lambda r: r.words, strong=True),
            ],
            key=lambda r: r.id,
            empty=tr("Không có gói nào bị từ chối."),
            name=tr("Gói bị từ chối"),
        )
        refused = Card(tr("Bị từ chối"), margin=0)
        refused.add(self.refused)
        left.addWidget(refused, 2)
        layout.addLayout(left, 1)
        layout.addWidget(beside(self._right(), 256))

    def _right(self) -> QWidget:
        right = QWidget()
        inner = column(right, gap=10)
        self.receipt = Card(tr("Thành phố đã nhận"))
        self.facts = Facts(label_width=100)
        self.none = Quiet(tr("Thành phố chưa xác nhận gì cho máy này.")).wrapped()
        self.root = CodeLabel("")
        self.root_words = Quiet(tr("Dấu cây nhật ký của thành phố"))
        self.receipt.add(self.none, self.facts, self.root_words, self.root)
        versions = Card(tr("Bản đang dùng"))
        self.versions = Facts(label_width=100)
        versions.add(self.versions)
        inner.addWidget(self.receipt)
        inner.addWidget(versions)
        inner.addStretch()
        return right

    def show_view(self, view: SyncView) -> None:
        """Show the machines and what the city has confirmed."""
        self.table.show_rows(view.machines)
        self.refused.show_rows(view.status.refusals)
        receipt = view.receipt
        self.none.setVisible(receipt is None)
        for widget in (self.facts, self.root, self.root_words):
            widget.setVisible(receipt is not None)
        if receipt is not None:
            self.facts.show_facts(
                [
                    (tr("Lúc"), f"{receipt.received:%H:%M:%S %d/%m/%Y}"),
                    (tr("Đến việc số"), number(receipt.seq)),
                    (tr("Cỡ cây"), number(receipt.tree_size)),
                ]
            )
            self.root.set_text(receipt.root[:16])
        pcs = sum(1 for m in view.machines if m.kind != "city" and not m.revoked)
        self.versions.show_facts(
            [
                (tr("Danh mục"), view.catalogue or "–"),
                (tr("Danh sách máy"), tr("{count} máy", count=pcs)),
                (tr("Máy chủ"), view.status.server or tr("chưa nối")),
            ]
        )


def state_cell(machine: PcRow) -> ChipText:
    """How it stands, in words."""
    if machine.revoked:
        return ChipText(tr("đã thu hồi"), "overdue")
    if machine.own:
        return ChipText(tr("máy này"), "info")
    if machine.peer is None or not (machine.peer.last_ok or machine.peer.fault):
        return ChipText(tr("chưa gặp"), "paused")
    if machine.peer.fault:
        silent = machine.peer.fault in ("DB-01", "DB-02")
        return ChipText(tr("không trả lời") if silent else tr("chưa trao đổi được"), "soon")
    if machine.state == "provisional":
        return ChipText(tr("chờ thành phố nhận"), "soon")
    return ChipText(tr("trao đổi được"), "done")


def name_words(machine: PcRow) -> str:
    """The machine's name; the city is called so in the language of the window."""
    return tr("Thành phố") if machine.kind == "city" else machine.name


def kind_words(machine: PcRow) -> str:
    """The city, the hub or its deputy, or a PC."""
    if machine.kind == "city":
        return tr("Máy chủ")
    if machine.priority == 0:
        return tr("Trung chuyển")
    if machine.priority is not None:
        return tr("Thay trung chuyển")
    return tr("Máy làm việc")


def seen_words(machine: PcRow) -> str:
    """When it last answered."""
    if machine.own:
        return "–"
    return moment_of(machine.peer.last_ok) if machine.peer and machine.peer.last_ok else "–"


def clock_cell(machine: PcRow) -> ChipText | str:
    """How its clock differs from ours."""
    if machine.peer is None or machine.peer.offset_ms is None:
        return "–"
    offset = machine.peer.offset_ms
    if abs(offset) <= WARN_SKEW_MS:
        return skew_words(offset)
    return ChipText(skew_words(offset), "soon")


def missing_words(machine: PcRow) -> str:
    """How many of our events it is not known to hold."""
    return "–" if machine.own or machine.peer is None else number(machine.peer.missing)


def number(count: int) -> str:
    """A count with dots between the thousands."""
    return f"{count:,}".replace(",", ".")
