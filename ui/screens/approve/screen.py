"""Phê duyệt và ký: what waits for the leader, paged through like mail, signed after being seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from models.authority import reason_against
from models.changed import Changed
from models.errors import OfficeError
from models.staff import Role
from models.words import tr
from models.workflow import Act, Status
from services.dossiers import approval, issuing
from services.dossiers.queues import Queue, queue_page, queue_words
from services.dossiers.review import Review, read_review
from services.dossiers.rows import DossierRow, Page
from services.own_keys import MOST_AT_ONCE, open_own_key, own_key_file
from ui.screens.acts import run_act
from ui.screens.base import Desk, KeyHint, Screen
from ui.signing.batch import BatchBox, BatchItem, BatchWords
from ui.signing.keys import KeyChip, key_words
from ui.signing.mail_list import MailGroup, MailItem, MailList
from ui.signing.paper import PaperView
from ui.signing.side import SidePanel, content_card, refusal_card, signing_card
from ui.signing.words import item_of
from ui.widgets import (
    Banner,
    Button,
    Card,
    DangerButton,
    PrimaryButton,
    Quiet,
    column,
    row,
)

__all__ = ["ApproveScreen"]

LIST_WIDTH, SIDE_WIDTH = 286, 290
GROUPS = (Queue.TO_APPROVE, Queue.TO_SIGN, Queue.STALE)


class ApproveScreen(Screen):
    """List, document, facts; one primary act that follows the document in view."""

    name = "approve"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Phê duyệt và ký"))
        self.review: Review | None = None
        self._wanted = ""
        self._wants_focus = False
        self.rows: dict[str, DossierRow] = {}
        self.to_sign: list[str] = []
        self.seen: dict[str, str] = {}
        self._pages: dict[Queue, Page] = {}
        self.mail = MailList(
            name=tr("Văn bản chờ duyệt và chờ ký"),
            empty=tr("Không có văn bản nào chờ. Việc cán bộ trình sẽ hiện ở đây."),
        )
        self.paper = PaperView(desk.tasks, name=tr("Văn bản"))
        self.side = SidePanel()
        self.start = self.mail
        self._make_buttons()
        self._lay_out()
        self.mail.picked.connect(self._open)
        self.paper.seen.connect(self._was_seen)
        self.add_key("PgDown", tr("Xem tiếp văn bản"), lambda: self.paper.scroll(0.9))
        self.add_key("PgUp", tr("Xem lại phía trên"), lambda: self.paper.scroll(-0.9))
        self._show_acts()

    @property
    def is_leader(self) -> bool:
        """Whether the person signs; a department head only looks and returns."""
        return self.desk.office.who.staff.has(Role.LEADER)

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
        staff = office.who.staff
        wanted = GROUPS if staff.has(Role.LEADER) else GROUPS[:1]
        with office.core.store.read() as conn:
            return {queue: queue_page(conn, queue, staff) for queue in wanted}

    def _show_lists(self, pages: dict[Queue, Page]) -> None:
        self._pages = pages = once_each(pages)
        self.rows = {row.id: row for page in pages.values() for row in page.rows}
        signing = pages.get(Queue.TO_SIGN)
        me = self.desk.office.who.staff.id
        rows = signing.rows if signing else ()
        self.to_sign = [r.id for r in rows if not r.stale and r.approver == me]
        self.seen = {key: file for key, file in self.seen.items() if key in self.to_sign}
        self._open(self._picked(self._show_groups()))

    def _show_groups(self) -> str:
        groups = [
            MailGroup(
                queue.value,
                queue_words(queue),
                [self._item(row) for row in p.rows],
                p.total,
            )
            for queue, p in self._pages.items()
            if p.total or queue is not Queue.STALE
        ]
        waiting = sum(p.total for q, p in self._pages.items() if q is not Queue.STALE)
        ready = len(self.batch_keys())
        self.set_subtitle(
            tr("{count} văn bản chờ · {ready} đã xem, ký được cùng lúc", count=waiting, ready=ready)
            if self.is_leader
            else tr("{count} văn bản chờ lãnh đạo duyệt · bạn xem và trả lại được", count=waiting)
        )
        self.several.set_text(tr("Ký {count} văn bản đã xem", count=ready))
        self.several.setEnabled(ready > 0)
        return self.mail.show_groups(groups)

    def _item(self, row: DossierRow) -> MailItem:
        core = self.desk.office.core
        mark = tr("đã xem") if row.id in self.seen else ""
        return item_of(row, core.clock.now(), calendar=core.calendar, mark=mark)

    def batch_keys(self) -> list[str]:
        """The documents that may be signed together: seen, unchanged since, at most fifty."""
        return [key for key in self.to_sign if key in self.seen][:MOST_AT_ONCE]

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
        office = self.desk.office
        who = office.who
        self.read(
            "review", lambda: read_review(office.core, who, dossier_id), self._show,
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
            self.paper.say(tr("Chọn một văn bản ở danh sách bên trái.") if self.mail.keys() else "")
        else:
            core = self.desk.office.core
            self.side.show_review(
                review, core.clock.now(), calendar=core.calendar, content=self._content(review)
            )
            self.paper.show_pdf(review.pdf, review.pages, mark=review.dossier.id)
        self._show_acts()

    def _content(self, review: Review) -> Card | Banner:
        status = review.dossier.status
        if status is Status.REFUSAL_PROPOSED:
            return refusal_card(review)
        if status is Status.NUMBERED:
            return signing_card(review)
        return content_card(review, deciding=self.is_leader)

    def _was_seen(self, dossier_id: str) -> None:
        review = self.review
        if review is None or review.dossier.id != dossier_id or dossier_id not in self.to_sign:
            return
        if self.seen.get(dossier_id) != review.file:
            self.seen[dossier_id] = review.file
            self._show_groups()

    # acts

    def main_act(self) -> Act | None:
        """What Ctrl+Enter does on the document in view."""
        if self.review is None:
            return None
        return {
            Status.SUBMITTED: Act.APPROVE,
            Status.REFUSAL_PROPOSED: Act.REFUSE,
            Status.NUMBERED: Act.SIGN,
        }.get(self.review.dossier.status)

    def closed_reason(self, act: Act | None) -> str:
        """Why `act` cannot be done on the document in view; "" when it can."""
        review = self.review
        if review is None or act is None:
            return ""
        if act is Act.APPROVE and not review.unchanged and self.is_leader:
            return tr("Chỉ phê duyệt được đúng bản đã trình.")
        return reason_against(act, review.dossier, self.desk.office.who.staff) or ""

    def _show_acts(self) -> None:
        act = self.main_act()
        why = self.closed_reason(act)
        self.main.set_text(
            {
                Act.REFUSE: tr("Đồng ý từ chối"),
                Act.SIGN: tr("Ký văn bản này"),
            }.get(act, tr("Phê duyệt"))
        )
        self.main.setVisible(self.is_leader)
        self.main.setEnabled(act is not None and not why)
        self.why.setText(why if self.is_leader else tr("Lãnh đạo UBND phê duyệt và ký."))
        self.why.setVisible(self.review is not None and bool(self.why.text()))
        self.back.setEnabled(self.review is not None and not self.closed_reason(Act.RETURN))
        self.skip.setEnabled(self.review is not None)

    def _press(self) -> None:
        act = self.main_act()
        review = self.review
        if review is None or act is None or self.closed_reason(act):
            return
        if act is Act.SIGN:
            self.sign([review.dossier.id])
        elif act is Act.REFUSE:
            run_act(self, review.dossier, act)
        else:
            self._approve(review)

    def _approve(self, review: Review) -> None:
        core, who = self.desk.office.core, self.desk.office.who
        dossier_id, digest = review.dossier.id, review.digest
        name = review.dossier.applicant.name if review.dossier.applicant else ""
        words = tr("Đã phê duyệt hồ sơ của {name}; văn thư cấp số rồi bạn ký.", name=name)
        self.review = None
        self._show_acts()
        self.write(
            lambda: approval.approve(core, who, dossier_id, seen=digest),
            lambda _d: self._acted([dossier_id], words),
            failed=self._refused,
        )

    def _refused(self, error: BaseException) -> None:
        self.desk.tasks.fail(error)
        self.shown()

    def _acted(self, keys: Sequence[str], words: str) -> None:
        self.desk.messages.done(words)
        self.desk.changes.tell(Changed(frozenset(keys), queues=True), by=self)

    def send_back(self) -> None:
        """Return the document in view with a reason and the place to put right."""
        review = self.review
        if review is None or self.closed_reason(Act.RETURN):
            return
        run_act(self, review.dossier, Act.RETURN)

    def skip_this(self) -> None:
        """Leave the document for later."""
        if not self.mail.step(1):
            self.desk.messages.inform(tr("Đây là văn bản cuối danh sách."))

    def sign_several(self) -> None:
        """Sign every document that was seen, as one listed batch."""
        if self.batch_keys():
            self.sign(self.batch_keys())

    def sign(self, keys: Sequence[str]) -> BatchBox:
        """Open the list of documents to sign with one password."""
        core, who, path = self.desk.office.core, self.desk.office.who, self.chip.key.path
        seen = dict(self.seen)
        if self.review is not None:
            seen.setdefault(self.review.dossier.id, self.review.file)

        def sign_one(item: BatchItem, key: Any) -> object:
            return issuing.sign_result(core, who, item.key, key=key, seen=seen[item.key])

        box = BatchBox(
            self, self.desk,
            BatchWords(
                tr("Ký số văn bản"),
                lambda count: tr("Ký {count} văn bản", count=count),
                lambda count: tr("Ký lại {count} văn bản lỗi", count=count),
                tr("đã ký"),
                tr("Mật khẩu chỉ dùng cho các văn bản trong danh sách này và không được lưu lại."),
            ),
            items=[self._batch_item(key) for key in keys],
            act=sign_one,
            ended=self._signed,
            opener=lambda password: open_own_key(core, who, path, password=password),
            about_key=key_words(self.chip.key)[0],
        )  # fmt: skip
        box.open()
        return box

    def _batch_item(self, dossier_id: str) -> BatchItem:
        row = self.rows[dossier_id]
        return BatchItem(dossier_id, f"{row.number} · {row.applicant}", row.procedure_name)

    def _signed(self, results: dict[str, Any]) -> None:
        self.chip.look_again()
        self._acted(list(results), tr("Đã ký {count} văn bản.", count=len(results)))

    # layout

    def _make_buttons(self) -> None:
        core, staff = self.desk.office.core, self.desk.office.who.staff
        self.chip = KeyChip(
            core, self.desk.tasks, own_key_file(core, staff), changed=lambda _key: None
        )
        self.chip.setVisible(self.is_leader)
        self.several = Button("", key="Ctrl+Shift+Return", act=self.sign_several)
        self.several.setVisible(self.is_leader)
        self.several.setEnabled(False)
        self.main = PrimaryButton("", key="Ctrl+Return", act=self._press)
        self.back = DangerButton(tr("Trả lại, ghi lý do"), key="F8", act=self.send_back)
        self.skip = Button(tr("Bỏ qua, xem sau"), hint="→", act=self.skip_this)
        self.why = Quiet("").wrapped()
        self.primary_action = self.main

    def _lay_out(self) -> None:
        self.head.addWidget(self.chip)
        self.head.addWidget(self.several)
        if self.is_leader:
            self.keys.append(KeyHint("Ctrl Enter", tr("Phê duyệt hoặc ký văn bản đang xem")))
            self.keys.append(KeyHint("Ctrl Shift Enter", tr("Ký các văn bản đã xem")))
        self.keys.append(KeyHint("F8", tr("Trả lại, ghi lý do")))
        self.add_key("Right", tr("Bỏ qua, xem sau"), self.skip_this)
        self.add_key("Left", tr("Về văn bản trước"), lambda: self.mail.step(-1))
        line = row(gap=12)
        holder = Card(margin=0).add(self.mail)
        holder.setFixedWidth(LIST_WIDTH)
        line.addWidget(holder)
        line.addWidget(self.paper, 1)
        right = QWidget()
        right.setFixedWidth(SIDE_WIDTH)
        acts = column(right, gap=10)
        acts.addWidget(self.side, 1)
        for widget in (self.why, self.back, self.skip, self.main):
            acts.addWidget(widget)
        line.addWidget(right)
        self.body.addLayout(line, 1)


def once_each(pages: dict[Queue, Page]) -> dict[Queue, Page]:
    """The pages without the documents that stand in an earlier one as well."""
    met: set[str] = set()
    found: dict[Queue, Page] = {}
    for queue, page in pages.items():
        rows = tuple(row for row in page.rows if row.id not in met)
        met.update(row.id for row in rows)
        found[queue] = Page(rows, page.total - len(page.rows) + len(rows))
    return found
