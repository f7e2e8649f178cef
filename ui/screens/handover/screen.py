"""Trả kết quả: find the citizen's result by scan, name or phone, and hand it over."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from models.authority import reason_against
from models.errors import OfficeError
from models.fee import dong
from models.words import tr
from models.workflow import Act, Status, status_words
from services.dossiers.handing import Waiting, find_waiting
from services.dossiers.review import Review, read_review
from services.dossiers.rows import DossierRow
from ui.screens.acts import run_act
from ui.screens.acts.facts import fees_due
from ui.screens.base import Desk, KeyHint, Screen
from ui.screens.handover.giving import ask_hand_over
from ui.screens.parts.paper import open_paper
from ui.screens.parts.state import moment_of
from ui.signing.mail_list import MailGroup, MailItem, MailList
from ui.signing.paper import PaperView
from ui.signing.side import SidePanel, titled
from ui.widgets import (
    Banner,
    Button,
    Card,
    ChipText,
    Facts,
    Field,
    PrimaryButton,
    Quiet,
    column,
    row,
)

__all__ = ["HandoverScreen"]

LIST_WIDTH, SIDE_WIDTH = 320, 290


class HandoverScreen(Screen):
    """A search field that scanners type into, the results that wait, the paper, the facts."""

    name = "handover"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Trả kết quả"))
        self.review: Review | None = None
        self.rows: dict[str, DossierRow] = {}
        self._give_when_read = ""
        self.search = Field(
            tr("Tìm kết quả"),
            placeholder=tr("Quét mã giấy hẹn hoặc thẻ căn cước; gõ tên, điện thoại"),
            limit=2000,
        )
        self.search.edited.connect(lambda _text: self._look())
        self.search.on_enter(self._entered)
        self.note = Banner()
        self.mail = MailList(
            name=tr("Kết quả chờ trả"),
            empty=tr("Không có kết quả nào chờ trả. Hồ sơ xong sẽ hiện ở đây."),
        )
        self.paper = PaperView(desk.tasks, name=tr("Văn bản kết quả"))
        self.side = SidePanel()
        self.start = self.search
        self._make_buttons()
        self._lay_out()
        self.mail.picked.connect(self._open)
        self._show_acts()

    def shown(self) -> None:
        self._look()

    def arrive(self, target: object) -> None:
        """Go to the result of a dossier."""
        if isinstance(target, str):
            self.search.set_text("")
            self._look(then=target)

    def _entered(self) -> None:
        """A scanner ends with Enter: open what was scanned at once."""
        self._look(entered=True)

    def _look(self, *, entered: bool = False, then: str = "") -> None:
        office, typed = self.desk.office, self.search.text()

        def work() -> Waiting:
            with office.core.store.read() as conn:
                return find_waiting(conn, office.who.staff, typed)

        def done(found: Waiting) -> None:
            self._show_found(found, typed)
            if then and self.mail.pick(then):
                self._open(then)
            if entered:
                self._decide(found)

        def failed(error: BaseException) -> None:
            if not isinstance(error, OfficeError):
                self.desk.tasks.fail(error)
                return
            self.search.set_error(error.sentence())

        self.read("found", work, done, failed=failed)

    def _show_found(self, found: Waiting, typed: str) -> None:
        self.search.set_error("")
        self.rows = {row.id: row for row in found.rows}
        words = tr("Tìm thấy") if typed else tr("Chờ trả kết quả")
        items = [result_item(row) for row in found.rows]
        self.mail.set_empty(
            tr("Không có kết quả nào chờ trả khớp với nội dung tìm.")
            if typed
            else tr("Không có kết quả nào chờ trả. Hồ sơ xong sẽ hiện ở đây.")
        )
        groups = [MailGroup("waiting", words, items, found.total)]
        key = self.mail.show_groups(groups)
        self._say_others(found, typed)
        if not typed:
            self.set_subtitle(tr("{count} kết quả chờ người dân đến nhận", count=found.total))
        self._open(key)

    def _say_others(self, found: Waiting, typed: str) -> None:
        """Why something that was looked for cannot be given away now."""
        meant = found.exact if found.exact and found.exact.status is not Status.DONE else None
        other = meant or (found.others[0] if typed and not found.rows and found.others else None)
        if other is None:
            self.note.hide()
            return
        self.note.say(
            tr("Hồ sơ {code} của {name}: {status}.", code=other.code, name=other.applicant,
               status=status_words(other.status)),
            kind="soon",
            act=(tr("Xem hồ sơ"), lambda: self.desk.go("dossiers", other.id)),
            closable=False,
        )  # fmt: skip

    def _decide(self, found: Waiting) -> None:
        """After Enter: an exact code opens the handover, one hit is chosen, else on to the list."""
        if found.exact is not None and found.exact.id in self.rows:
            self.mail.pick(found.exact.id)
            self._give_when_read = found.exact.id
            self._open(found.exact.id)
        elif found.rows:
            self.mail.setFocus()

    def _open(self, dossier_id: str) -> None:
        if not dossier_id:
            self._show(None)
            return
        if self.review is None or self.review.dossier.id != dossier_id:
            self.review = None
            self._show_acts()
        core, who = self.desk.office.core, self.desk.office.who
        self.read(
            "review", lambda: read_review(core, who, dossier_id), self._show,
            failed=self._unreadable,
        )  # fmt: skip

    def _unreadable(self, error: BaseException) -> None:
        self._show(None)
        if not isinstance(error, OfficeError):
            self.desk.tasks.fail(error)
            return
        self.paper.say(error.sentence())

    def _show(self, review: Review | None) -> None:
        self.review = review
        if review is None:
            self.side.empty()
            self.paper.say(tr("Chọn một kết quả ở danh sách bên trái.") if self.mail.keys() else "")
            self._show_acts()
            return
        core = self.desk.office.core
        self.side.show_review(
            review, core.clock.now(), calendar=core.calendar, content=self._money(review)
        )
        self.side.add(return_card(review), 1)
        self.paper.show_pdf(review.pdf, review.pages, mark=review.dossier.id)
        self._show_acts()
        if self._give_when_read == review.dossier.id:
            self._give_when_read = ""
            self.give()

    def _money(self, review: Review) -> Card | Banner:
        due = fees_due(review.dossier)
        if not due:
            return titled(tr("Phí, lệ phí")).add(Quiet(tr("Không còn khoản phải thu.")))
        banner = Banner()
        banner.say(
            tr("Còn phải thu {sum}.", sum=dong(sum(line.payable for line in due))),
            kind="soon",
            act=(tr("Thu phí"), self.collect),
            closable=False,
        )
        return banner

    # acts

    def closed_reason(self) -> str:
        """Why the result in view cannot be handed over; "" when it can."""
        if self.review is None:
            return ""
        who = self.desk.office.who.staff
        return reason_against(Act.HAND_OVER, self.review.dossier, who) or ""

    def _show_acts(self) -> None:
        why = self.closed_reason()
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.main.setEnabled(self.review is not None and not why)
        self.large.setEnabled(self.review is not None)

    def give(self) -> None:
        """Ask who receives the result in view, and record it."""
        if self.review is not None and not self.closed_reason():
            ask_hand_over(self, self.review.dossier, then=self._again)

    def collect(self) -> None:
        """Take what is still to be paid."""
        if self.review is not None:
            run_act(self, self.review.dossier, Act.COLLECT_FEE)

    def enlarge(self) -> None:
        """Open the result in a window of its own, to print or to save it."""
        review = self.review
        if review is None:
            return
        code = review.dossier.intake.code if review.dossier.intake else review.dossier.id
        open_paper(self, tr("Văn bản kết quả"), lambda: review.pdf, file_name=f"{code}.pdf")

    # layout

    def _make_buttons(self) -> None:
        self.main = PrimaryButton(tr("Trả kết quả"), key="Ctrl+Return", act=self.give)
        self.large = Button(tr("Phóng to, in, lưu"), key="Ctrl+P", act=self.enlarge)
        self.why = Quiet("").wrapped()
        self.primary_action = self.main
        self.keys.append(KeyHint("Ctrl Enter", tr("Trả kết quả")))
        self.keys.append(KeyHint("Ctrl P", tr("Phóng to, in, lưu")))
        self.add_key("F8", tr("Tìm kết quả khác"), self._again)

    def _again(self) -> None:
        self.search.set_text("")
        self.search.setFocus()
        self._look()

    def _lay_out(self) -> None:
        line = row(gap=12)
        left = QWidget()
        left.setFixedWidth(LIST_WIDTH)
        finding = column(left, gap=8)
        finding.addWidget(self.search)
        finding.addWidget(self.note)
        finding.addWidget(Card(margin=0).add(self.mail), 1)
        line.addWidget(left)
        line.addWidget(self.paper, 1)
        right = QWidget()
        right.setFixedWidth(SIDE_WIDTH)
        acts = column(right, gap=10)
        acts.addWidget(self.side, 1)
        for widget in (self.why, self.large, self.main):
            acts.addWidget(widget)
        line.addWidget(right)
        self.body.addLayout(line, 1)


def result_item(row: DossierRow) -> MailItem:
    """A result as one line: whose, what, since when it waits."""
    since = moment_of(row.done_at)[6:11]
    chip = ChipText(tr("xong {day}", day=since), "done") if since else ChipText("")
    return MailItem(row.id, row.applicant, f"{row.code} · {row.procedure_name}", chip, row.phone)


def return_card(review: Review) -> Card:
    """How the citizen wanted the result, and how to reach the person who brought the dossier."""
    dossier = review.dossier
    facts: list[tuple[str, str | ChipText]] = []
    if dossier.submitter is not None:
        facts = [(tr("Người nộp"), dossier.submitter.name),
                 (tr("Điện thoại"), dossier.submitter.phone or tr("không có"))]  # fmt: skip
    if dossier.intake is not None:
        facts.append((tr("Cách nhận"), method_words(dossier.intake.return_method)))
        if dossier.intake.return_address:
            facts.append((tr("Gửi tới"), dossier.intake.return_address))
    return titled(tr("Người nhận")).add(Facts(facts, label_width=78))


def method_words(method: str) -> str:
    """How a result reaches the citizen."""
    return {
        "postal": tr("Qua bưu chính công ích"),
        "online": tr("Trực tuyến"),
    }.get(method, tr("Tại nơi tiếp nhận"))
