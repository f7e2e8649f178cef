"""Phát hành: the records clerk numbers what was approved, seals what was signed, sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from models.authority import reason_against
from models.changed import Changed
from models.errors import OfficeError
from models.words import tr
from models.workflow import Act, Status
from services.dossiers import issuing
from services.dossiers.book_export import next_notation
from services.dossiers.queues import Queue, queue_page, queue_words
from services.dossiers.releasing import Released, release, send_back
from services.dossiers.result_check import check_result
from services.dossiers.review import Review, read_review
from services.dossiers.rows import DossierRow, Page
from services.own_keys import MOST_AT_ONCE, open_seal_key, seal_key_file
from services.signing.verdict import State, Verdict
from ui.screens.acts import run_act
from ui.screens.base import Desk, KeyHint, Screen
from ui.screens.issue.book import open_book
from ui.screens.parts.paper import open_paper
from ui.signing.batch import BatchBox, BatchItem, BatchWords
from ui.signing.keys import KeyChip, key_words
from ui.signing.mail_list import MailGroup, MailItem, MailList
from ui.signing.paper import PaperView
from ui.signing.side import SidePanel, content_card, titled, verdict_card
from ui.signing.words import item_of
from ui.verify import open_verify
from ui.widgets import Button, Card, DangerButton, PrimaryButton, Quiet, column, row

__all__ = ["IssueScreen"]

LIST_WIDTH, SIDE_WIDTH = 286, 290
GROUPS = (Queue.TO_NUMBER, Queue.TO_SEAL, Queue.TO_FINISH)
JUST_DONE = "just done"


class IssueScreen(Screen):
    """List in the order of the work, document, facts; one primary act that follows the document."""

    name = "issue"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Phát hành"))
        self.review: Review | None = None
        self._wanted = ""
        self._wants_focus = False
        self.rows: dict[str, DossierRow] = {}
        self.just_done: dict[str, DossierRow] = {}
        self._pages: dict[Queue, Page] = {}
        self.mail = MailList(
            name=tr("Văn bản chờ phát hành"),
            empty=tr("Không có văn bản nào chờ cấp số hay đóng dấu."),
        )
        self.paper = PaperView(desk.tasks, name=tr("Văn bản"))
        self.side = SidePanel()
        self.start = self.mail
        self._make_buttons()
        self._lay_out()
        self.mail.picked.connect(self._open)
        self._show_acts()

    def shown(self) -> None:
        self.read("lists", self._read_lists, self._show_lists)

    def take_focus(self) -> None:
        """An empty list cannot be focused: it takes the cursor when its documents are there."""
        self._wants_focus = True
        super().take_focus()

    def arrive(self, target: object) -> None:
        """Go to the document of a dossier as soon as the list is there."""
        if isinstance(target, str):
            self._wanted = target
            self.shown()

    def _read_lists(self) -> dict[Queue, Page]:
        office = self.desk.office
        with office.core.store.read() as conn:
            return {queue: queue_page(conn, queue, office.who.staff) for queue in GROUPS}

    def _show_lists(self, pages: dict[Queue, Page]) -> None:
        self._pages = pages
        self.rows = {row.id: row for page in pages.values() for row in page.rows}
        self.just_done = {k: r for k, r in self.just_done.items() if k not in self.rows}
        groups = [
            MailGroup(queue.value, queue_words(queue), self._items(page.rows), page.total)
            for queue, page in pages.items()
        ]
        if self.just_done:
            done = self._items(self.just_done.values())
            groups.append(MailGroup(JUST_DONE, tr("Vừa phát hành"), done, len(done)))
        self.rows |= self.just_done
        sealing = len(self.batch_keys())
        self.several.set_text(tr("Đóng dấu {count} văn bản", count=sealing))
        self.several.setEnabled(sealing > 0)
        waiting = sum(page.total for page in pages.values())
        self.set_subtitle(tr("{count} văn bản chờ phát hành", count=waiting))
        self._open(self._picked(self.mail.show_groups(groups)))

    def _items(self, rows: Sequence[DossierRow] | Any) -> list[MailItem]:
        core = self.desk.office.core
        now = core.clock.now()
        return [item_of(row, now, calendar=core.calendar, mark=row.number) for row in rows]

    def batch_keys(self) -> list[str]:
        """The signed documents that may be sealed as one batch, at most fifty."""
        page = self._pages.get(Queue.TO_SEAL)
        return [row.id for row in page.rows][:MOST_AT_ONCE] if page else []

    def _picked(self, current: str) -> str:
        """The document to show: the one another screen led to, else the current one."""
        wanted, self._wanted = self._wanted, ""
        if self._wants_focus and current:
            self._wants_focus = False
            self.mail.setFocus()
        return wanted if wanted and self.mail.pick(wanted) else current

    def _open(self, dossier_id: str) -> None:
        if not dossier_id:
            self._show(None)
            return
        if self.review is None or self.review.dossier.id != dossier_id:
            self.review = None
            self._show_acts()
        core, who = self.desk.office.core, self.desk.office.who

        def work() -> tuple[Review, str, Verdict | None]:
            review = read_review(core, who, dossier_id)
            status = review.dossier.status
            with core.store.read() as conn:
                coming = next_notation(core, conn, review.dossier)
            judged = status in (Status.SIGNED, Status.SEALED, Status.DONE)
            verdict = check_result(core, review.dossier).verdict if judged else None
            return review, coming if status is Status.APPROVED else "", verdict

        self.read("review", work, lambda found: self._show(*found), failed=self._unreadable)

    def _unreadable(self, error: BaseException) -> None:
        self._show(None)
        if not isinstance(error, OfficeError):
            self.desk.tasks.fail(error)
            return
        self.paper.say(error.sentence())

    def _show(
        self, review: Review | None, coming: str = "", verdict: Verdict | None = None
    ) -> None:
        self.review = review
        if review is None:
            self.side.empty()
            self.paper.say(tr("Chọn một văn bản ở danh sách bên trái.") if self.mail.keys() else "")
            self._show_acts()
            return
        core = self.desk.office.core
        content = verdict_card(verdict) if verdict else content_card(review, deciding=False)
        self.side.show_review(review, core.clock.now(), calendar=core.calendar, content=content)
        if coming:
            card = titled(tr("Số sẽ cấp: {number}", number=coming))
            self.side.add(card.add(Quiet(tr("Số được vẽ vào văn bản trước khi ký.")).wrapped()), 1)
        elif review.dossier.status is Status.APPROVED:
            words = tr("Xem máy nào giữ và cách bàn giao, tiếp quản ở «Sổ văn bản».")
            card = titled(tr("Máy khác đang giữ sổ số văn bản"))
            self.side.add(card.add(Quiet(words).wrapped()), 1)
        self.paper.show_pdf(review.pdf, review.pages, mark=review.dossier.id)
        self._show_acts()

    # acts

    def main_act(self) -> Act | None:
        """What Ctrl+Enter does on the document in view."""
        if self.review is None:
            return None
        return {
            Status.APPROVED: Act.NUMBER,
            Status.SIGNED: Act.SEAL,
            Status.SEALED: Act.FINISH,
        }.get(self.review.dossier.status)

    def giving_up(self) -> Act | None:
        """What F8 gives up: a number not yet signed, or the signed document with its number."""
        if self.review is None:
            return None
        given = (Status.SIGNED, Status.SEALED)
        return Act.REVOKE_SIGNATURE if self.review.dossier.status in given else Act.VOID_NUMBER

    def closed_reason(self, act: Act | None) -> str:
        """Why `act` cannot be done on the document in view; "" when it can."""
        if self.review is None or act is None:
            return ""
        return reason_against(act, self.review.dossier, self.desk.office.who.staff) or ""

    def _show_acts(self) -> None:
        act = self.main_act()
        why = self.closed_reason(act)
        self.main.set_text(
            {
                Act.SEAL: tr("Đóng dấu, chuyển về một cửa"),
                Act.FINISH: tr("Chuyển về một cửa"),
            }.get(act, tr("Cấp số"))
        )
        self.main.setVisible(act is not None or self.review is None)
        self.main.setEnabled(act is not None and not why)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        review = self.review
        self.large.setEnabled(review is not None)
        giving_up = self.giving_up()
        self.void.setVisible(giving_up is not None and not self.closed_reason(giving_up))
        signed = giving_up is Act.REVOKE_SIGNATURE
        self.void.set_text(tr("Hủy văn bản đã ký") if signed else tr("Hủy số, ghi lý do"))

    def _press(self) -> None:
        act, review = self.main_act(), self.review
        if review is None or act is None or self.closed_reason(act):
            return
        if act is Act.SEAL:
            self.seal([review.dossier.id])
        elif act is Act.FINISH:
            self._finish(review)
        else:
            self._number(review)

    def _number(self, review: Review) -> None:
        core, who, dossier_id = self.desk.office.core, self.desk.office.who, review.dossier.id

        def done(dossier: Any) -> None:
            number = dossier.number.notation
            self._acted([dossier_id], tr("Đã cấp số {number}; chờ lãnh đạo ký.", number=number))

        self._busy()
        self.write(lambda: issuing.number(core, who, dossier_id), done, failed=self._refused)

    def _finish(self, review: Review) -> None:
        core, who, dossier = self.desk.office.core, self.desk.office.who, review.dossier
        self._busy()
        self.write(
            lambda: send_back(core, who, dossier),
            lambda result: self._released({dossier.id: result}), failed=self._refused,
        )  # fmt: skip

    def _busy(self) -> None:
        self.review = None
        self._show_acts()

    def _refused(self, error: BaseException) -> None:
        self.desk.tasks.fail(error)
        self.shown()

    def _acted(self, keys: Sequence[str], words: str) -> None:
        if words:
            self.desk.messages.done(words)
        self.desk.changes.tell(Changed(frozenset(keys), queues=True), by=self)

    def void_number(self) -> None:
        """Give up the number of the document in view; it stays in the book with the reason."""
        act = self.giving_up()
        if self.review is not None and act is not None and not self.closed_reason(act):
            run_act(self, self.review.dossier, act)

    def seal_several(self) -> None:
        """Seal everything that was signed, as one listed batch."""
        if self.batch_keys():
            self.seal(self.batch_keys())

    def seal(self, keys: Sequence[str]) -> BatchBox:
        """Open the list of documents to seal with one password."""
        core, who, path = self.desk.office.core, self.desk.office.who, self.chip.key.path
        box = BatchBox(
            self, self.desk,
            BatchWords(
                tr("Đóng dấu cơ quan"),
                lambda count: tr("Đóng dấu {count} văn bản", count=count),
                lambda count: tr("Đóng dấu lại {count} văn bản lỗi", count=count),
                tr("đã đóng dấu"),
                tr("Đóng dấu, kiểm tra chữ ký rồi chuyển kết quả về một cửa."),
            ),
            items=[self._batch_item(key) for key in keys],
            act=lambda item, key: release(core, who, item.key, key=key),
            ended=self._released,
            opener=lambda password: open_seal_key(core, path, password=password),
            about_key=key_words(self.chip.key)[0],
        )  # fmt: skip
        box.open()
        return box

    def _batch_item(self, dossier_id: str) -> BatchItem:
        row = self.rows[dossier_id]
        return BatchItem(dossier_id, f"{row.number} · {row.applicant}", row.procedure_name)

    def _released(self, results: dict[str, Released]) -> None:
        self.chip.look_again()
        at_desk = [key for key, result in results.items() if result.at_desk]
        doubtful = [r for r in results.values() if r.verdict.state is not State.VALID]
        for key in at_desk:
            now = results[key].dossier
            self.just_done[key] = replace(self.rows[key], status=now.status, done_at=now.done_at)
        if doubtful:
            self.desk.messages.warn(
                tr("{count} văn bản đã đóng dấu chưa qua được kiểm tra chữ ký.",
                   count=len(doubtful)),
                " ".join(doubtful[0].verdict.reasons),
            )  # fmt: skip
        words = tr("Đã chuyển {count} kết quả về một cửa.", count=len(at_desk)) if at_desk else ""
        self._acted(list(results), words)

    def enlarge(self) -> None:
        """Open the document in a window of its own, to print or to save it."""
        review = self.review
        if review is None:
            return
        code = review.dossier.intake.code if review.dossier.intake else review.dossier.id
        open_paper(self, tr("Văn bản"), lambda: review.pdf, file_name=f"{code}.pdf")

    # layout

    def _make_buttons(self) -> None:
        core = self.desk.office.core
        self.chip = KeyChip(core, self.desk.tasks, seal_key_file(core), changed=lambda _key: None)
        self.book = Button(tr("Sổ văn bản"), key="F7", act=lambda: open_book(self))
        self.verify = Button(
            tr("Kiểm tra chữ ký"), key="F9", act=lambda: open_verify(self, self.desk)
        )
        self.several = Button("", key="Ctrl+Shift+Return", act=self.seal_several)
        self.several.setEnabled(False)
        self.main = PrimaryButton("", key="Ctrl+Return", act=self._press)
        self.void = DangerButton(tr("Hủy số, ghi lý do"), key="F8", act=self.void_number)
        self.large = Button(tr("Phóng to, in"), key="Ctrl+P", act=self.enlarge)
        self.why = Quiet("").wrapped()
        self.primary_action = self.main

    def _lay_out(self) -> None:
        self.head.addWidget(self.chip)
        for button in (self.verify, self.book, self.several):
            self.add_button(button)
        self.keys.append(KeyHint("Ctrl Enter", tr("Cấp số hoặc đóng dấu văn bản đang xem")))
        self.keys.append(KeyHint("F8", tr("Hủy số, ghi lý do")))
        self.keys.append(KeyHint("Ctrl P", tr("Phóng to, in")))
        self.add_key("PgDown", tr("Xem tiếp văn bản"), lambda: self.paper.scroll(0.9))
        self.add_key("PgUp", tr("Xem lại phía trên"), lambda: self.paper.scroll(-0.9))
        line = row(gap=12)
        holder = Card(margin=0).add(self.mail)
        holder.setFixedWidth(LIST_WIDTH)
        line.addWidget(holder)
        line.addWidget(self.paper, 1)
        right = QWidget()
        right.setFixedWidth(SIDE_WIDTH)
        acts = column(right, gap=10)
        acts.addWidget(self.side, 1)
        for widget in (self.why, self.void, self.large, self.main):
            acts.addWidget(widget)
        line.addWidget(right)
        self.body.addLayout(line, 1)
