"""Beside the document: who, what, by when, the papers, and whether the content still stands."""

from __future__ import annotations

from datetime import datetime

from models.calendar import WorkCalendar
from models.dossier import Dossier
from models.intake import Component
from models.words import tr
from services.dossiers.review import Review
from services.signing.slots import field_words
from services.signing.verdict import State, Verdict, word_of
from ui.screens.parts.state import deadline_chip, moment_of
from ui.signing.words import fingerprint
from ui.widgets import (
    Banner,
    Card,
    Chip,
    ChipText,
    CodeLabel,
    Facts,
    Kind,
    Label,
    Quiet,
    ScrollColumn,
    clear,
    row,
)

__all__ = ["SidePanel", "content_card", "refusal_card", "signing_card", "titled", "verdict_card"]

LABEL_WIDTH = 78


class SidePanel(ScrollColumn):
    """Cards about one document; screens add their own with `add`."""

    def __init__(self) -> None:
        super().__init__(gap=10)
        self.empty()

    def empty(self) -> None:
        """Show nothing."""
        clear(self.body)
        self.body.addStretch()

    def show_review(
        self, review: Review, now: datetime, *, calendar: WorkCalendar, content: Card | Banner
    ) -> None:
        """Show the facts of `review`, then `content`, then warnings and the papers given."""
        clear(self.body)
        dossier = review.dossier
        self.body.addWidget(facts_card(review, now, calendar))
        self.body.addWidget(content)
        for warning in warnings(dossier):
            self.body.addWidget(warning)
        if dossier.components:
            self.body.addWidget(papers_card(dossier))
        self.body.addStretch()
        self.verticalScrollBar().setValue(0)

    def add(self, card: Card | Banner, at: int = 2) -> None:
        """Put one more card among the others."""
        self.body.insertWidget(min(at, self.body.count() - 1), card)


def titled(title: str) -> Card:
    """A card whose heading breaks over lines: the column is narrow and English is long."""
    return Card(gap=6).add(Label(title, role="heading").wrapped())


def facts_card(review: Review, now: datetime, calendar: WorkCalendar) -> Card:
    """Person, procedure, handling officer, promise."""
    dossier = review.dossier
    intake, person = dossier.intake, dossier.applicant
    facts: list[tuple[str, str | ChipText]] = []
    if intake is not None:
        facts = [(tr("Thủ tục"), intake.procedure_name)]
    facts.append((tr("Thụ lý"), dossier.assignee_name or tr("chưa phân công")))
    if review.submission is not None:
        by = f"{review.submission.by}\n{review.submission.at:%H:%M %d/%m/%Y}"
        facts.append((tr("Trình"), by))
    if review.approver is not None:
        facts.append((tr("Người duyệt"), review.approver.name))
    facts.append((tr("Hẹn trả"), moment_of(dossier.due)))
    facts.append(("", deadline_chip(dossier, now, calendar)))
    name = Label(person.name if person else "", role="heading").wrapped().selectable()
    code = CodeLabel(intake.code if intake else "")
    return Card().add(name, code, Facts(facts, label_width=LABEL_WIDTH))


def content_card(review: Review, *, deciding: bool) -> Card | Banner:
    """Whether what is shown is what was submitted; said plainly when it is not."""
    said = review.submission
    if review.unchanged and said is not None:
        title = tr("Bạn đang duyệt đúng bản đã trình") if deciding else tr("Đúng bản đã trình")
        words = tr(
            "Nội dung không đổi từ {time} · vân tay {mark}",
            time=f"{said.at:%H:%M %d/%m}",
            mark=fingerprint(review.digest),
        )
        return titled(title).add(Quiet(words).wrapped().selectable())
    banner = Banner()
    banner.say(
        tr("Nội dung đã đổi sau khi trình. Hãy trả lại để cán bộ trình bản mới."),
        kind="overdue",
        details=tr(
            "Vân tay lúc trình {before}, bây giờ {now}",
            before=fingerprint(said.digest) if said else tr("không có"),
            now=fingerprint(review.digest),
        ),
        closable=False,
    )
    return banner


def signing_card(review: Review) -> Card:
    """The number drawn into the document and the fingerprint of the very file to be signed."""
    number = review.dossier.number
    words = tr(
        "Số {notation} · vân tay tệp {mark}",
        notation=number.notation if number else "",
        mark=fingerprint(review.file),
    )
    return titled(tr("Bạn ký đúng tệp đang xem")).add(Quiet(words).wrapped().selectable())


def refusal_card(review: Review) -> Card:
    """The officer's proposal to refuse: reason and legal basis."""
    refusal = review.dossier.refusal
    card = titled(tr("Đề nghị từ chối"))
    if refusal is not None:
        card.add(Label(refusal.reason).wrapped().selectable())
        basis = refusal.legal_basis or tr("chưa ghi")
        card.add(Quiet(tr("Căn cứ: {basis}", basis=basis)).wrapped().selectable())
    return card


def warnings(dossier: Dossier) -> list[Banner]:
    """What must not be overlooked: an approval given on other content, open contradictions."""
    texts = []
    if dossier.stale:
        texts.append(
            tr("Phê duyệt trên bản cũ: nội dung đã đổi sau khi duyệt. Trả lại để trình bản mới.")
        )
    if dossier.blocked:
        texts.append(tr("Hai máy quyết định trái nhau; giải quyết mâu thuẫn trong Hồ sơ trước."))
    if dossier.waiting:
        texts.append(tr("Còn chờ dữ liệu từ máy khác nên chưa làm được gì trên hồ sơ này."))
    banners = []
    for text in texts:
        banner = Banner()
        banner.say(text, kind="soon", closable=False)
        banners.append(banner)
    return banners


def papers_card(dossier: Dossier) -> Card:
    """The checklist of the dossier, what is missing first."""
    asked = [c for c in dossier.components if c.state not in ("not_needed", "not_applicable")]
    given = [c for c in asked if c.state in ("given", "reused")]
    card = Card(
        tr("Thành phần"), remark=tr("{given}/{asked} đủ", given=len(given), asked=len(asked)), gap=5
    )
    for component in sorted(dossier.components, key=lambda c: c.state != "missing"):
        role = "error" if component.state == "missing" else ""
        card.add(Label(f"{state_words(component)} · {component.name}", role=role).wrapped())
    return card


def state_words(component: Component) -> str:
    """Whether a paper is there, in one word."""
    return {
        "given": tr("Đủ"),
        "reused": tr("Đã có"),
        "missing": tr("Thiếu"),
        "not_needed": tr("Không cần"),
    }.get(component.state, tr("Không áp dụng"))


def verdict_card(verdict: Verdict) -> Card:
    """What our verifier says of the issued file, with its reasons."""
    kinds: dict[State, Kind] = {State.VALID: "done", State.INVALID: "overdue"}
    card = titled(tr("Chữ ký số"))
    chip = Chip(word_of(verdict.state), kinds.get(verdict.state, "soon"))
    line = row()
    line.addWidget(chip)
    line.addStretch()
    card.body.addLayout(line)
    for reason in verdict.reasons:
        card.add(Label(reason).wrapped().selectable())
    for found in verdict.signatures:
        words = f"{field_words(found.field)}: {found.signer or tr('không rõ')}"
        card.add(Label(words).wrapped().selectable(), Quiet(found.time_words()).wrapped())
    for note in verdict.notes:
        card.add(Quiet(note).wrapped())
    return card
