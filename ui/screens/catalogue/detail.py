"""One procedure in full: every fact with its source, what is unverified, the internal process."""

from __future__ import annotations

from decimal import Decimal

from models.procedure import (
    Procedure,
    handler_name,
    published_limit,
    unverified_fields,
    unverified_kinds,
)
from models.process import Process, planned_hours
from models.staff import Role, role_words
from models.words import tr
from services.catalogue.catalogue import Catalogue
from ui.widgets import (
    Banner,
    Card,
    ChipText,
    CodeLabel,
    Empty,
    Facts,
    Label,
    Quiet,
    ScrollColumn,
    Small,
    Step,
    Timeline,
    clear,
)

__all__ = ["ProcedureDetail", "process_steps", "working_hours"]

Fact = tuple[str, str | ChipText]
HOURS_A_DAY = Decimal(8)


class ProcedureDetail(ScrollColumn):
    """The panel beside the list; `catalogue` gives the internal process."""

    def __init__(self) -> None:
        super().__init__(gap=10)
        self.catalogue: Catalogue | None = None
        self.show_procedure(None)

    def show_procedure(self, procedure: Procedure | None) -> None:
        """Show another procedure, or that none is chosen."""
        clear(self.body)
        self.verticalScrollBar().setValue(0)
        if procedure is None:
            self.body.addWidget(Empty(tr("Chọn một thủ tục để xem đầy đủ.")))
            return
        head = Card()
        head.add(Label(procedure.name, role="heading").wrapped(), CodeLabel(procedure.code))
        head.add(Facts(main_facts(procedure), label_width=118))
        self.body.addWidget(head)
        open_questions = unverified_fields(procedure)
        if open_questions:
            warning = Banner()
            listed = "; ".join(open_questions)
            warning.say(tr("Cần kiểm tra: {list}.", list=listed), kind="soon", closable=False)
            self.body.addWidget(warning)
        self.body.addWidget(self._papers(procedure))
        self.body.addWidget(self._source(procedure))
        if self.catalogue is not None:
            self.body.addWidget(
                self._process(self.catalogue.process_for(procedure.code), procedure)
            )
        self.body.addStretch()

    def _papers(self, procedure: Procedure) -> Card:
        card = Card(tr("Thành phần hồ sơ"), remark=str(len(procedure.components) or ""))
        for number, part in enumerate(procedure.components, 1):
            card.add(Label(f"{number}. {part.name}").wrapped().selectable())
            if part.unclear:
                card.add(Small(tr("Tên bị cắt ở nguồn, cần kiểm tra.")))
        if not procedure.components:
            card.add(Quiet(tr("Chưa có trong danh mục; cán bộ ghi khi tiếp nhận.")).wrapped())
        return card

    def _source(self, procedure: Procedure) -> Card:
        card = Card(tr("Nguồn và độ tin cậy"))
        card.add(Facts(source_facts(procedure), label_width=118))
        return card

    def _process(self, process: Process, procedure: Procedure) -> Card:
        remark = tr("mẫu chung") if process.is_template else tr("đã công bố")
        card = Card(tr("Quy trình nội bộ"), remark=remark)
        card.add(Timeline(process_steps(process, working_hours(procedure))))
        if process.source:
            card.add(Small(tr("Nguồn: {source}", source=process.source)).wrapped())
        return card


def main_facts(p: Procedure) -> list[Fact]:
    """What a clerk asks first; what is unknown says so."""
    open_kinds = unverified_kinds(p)
    amount = f"{p.fee.amount or 0:,}".replace(",", ".")
    fee = p.fee.text or (tr("{amount} đ", amount=amount) if p.fee.amount else "")
    free = p.fee.known and p.fee.amount == 0 and not p.fee.text
    return [
        (tr("Lĩnh vực"), p.field or unknown()),
        (tr("Giải quyết"), handler_name(p.handled_by)),
        (tr("Thời hạn"), unknown() if "limit" in open_kinds else published_limit(p)),
        (tr("Nguyên văn"), p.limit_text or "–"),
        (
            tr("Mốc 15 giờ"),
            tr("có: {source}", source=p.cutoff_source) if p.cutoff_15h else tr("không"),
        ),
        (tr("Phí, lệ phí"), tr("không thu") if free else fee or unknown()),
        (tr("Kết quả"), "; ".join(p.results) or unknown()),
        (tr("Căn cứ"), "; ".join(p.legal_basis) or unknown()),
        (tr("Trực tuyến"), p.online_level or unknown()),
    ]


def source_facts(p: Procedure) -> list[Fact]:
    """Where the facts come from and how sure they are."""
    levels = {"high": tr("cao"), "medium": tr("trung bình"), "low": tr("thấp")}
    sure = levels.get(p.confidence, tr("chưa rõ"))
    starts = f"{p.effective_from:%d/%m/%Y}" if p.effective_from else tr("không ghi")
    ends = f"{p.effective_to:%d/%m/%Y}" if p.effective_to else tr("đang hiệu lực")
    return [
        (tr("Nguồn"), p.source or unknown()),
        (tr("Nguồn thời hạn"), p.limit_source or "–"),
        (tr("Thuộc cấp xã"), tr("độ tin cậy {level}", level=sure)),
        (tr("Số nguồn khớp"), str(p.verified)),
        (tr("Hiệu lực"), f"{starts} – {ends}"),
        (tr("Phiên bản"), p.version or "–"),
        (tr("Ghi chú"), p.note or "–"),
    ]


def unknown() -> ChipText:
    """The mark of a field that nobody has verified."""
    return ChipText(tr("cần kiểm tra"), "soon")


def working_hours(p: Procedure) -> Decimal | None:
    """The limit in working hours, None when it does not count working time."""
    if p.limit_unit == "same_day":
        return HOURS_A_DAY
    if p.limit_value is None:
        return None
    factor = {"working_day": HOURS_A_DAY, "working_hour": Decimal(1)}.get(p.limit_unit)
    return None if factor is None else p.limit_value * factor


def process_steps(process: Process, total: Decimal | None) -> list[Step]:
    """The steps with who does them and how long they may take."""
    planned = planned_hours(process, total) if total is not None else None
    steps = []
    for number, step in enumerate(process.steps):
        who = role_words(Role(step.role)) if step.role in set(Role) else ""
        hours = planned[number] if planned else step.hours
        when = _hours_words(hours) if hours else step.hours_text
        effect = "" if step.counted else tr("không tính vào thời hạn")
        both = " · ".join(word for word in (who, step.actor) if word)
        steps.append(Step(f"{step.number}. {step.name}", when, both, effect))
    return steps


def _hours_words(hours: Decimal) -> str:
    text = f"{hours.quantize(Decimal('0.1')):f}".removesuffix(".0").replace(".", ",")
    return tr("{count} giờ", count=text)
