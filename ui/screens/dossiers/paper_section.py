"""Văn bản: the result document with its verdict, and the forms to print again."""

from __future__ import annotations

from models.dossier import Dossier
from models.errors import OfficeError
from models.words import tr
from services.dossiers.control_rows import control_rows
from services.dossiers.result_check import CheckedResult, check_result
from services.dossiers.view import DossierView
from services.papers import control_paper, receipt_paper, result_paper, supplement_paper
from services.signing.verdict import State, Verdict, word_of
from ui.screens.base import Screen
from ui.screens.dossiers.sections import Section
from ui.screens.parts.paper import Make, PaperView, open_paper, save_file
from ui.tasks import Lane
from ui.widgets import Button, Chip, Kind, Label, WhyPanel, row

__all__ = ["PaperSection"]

KINDS: dict[State, Kind] = {
    State.VALID: "done", State.INVALID: "overdue", State.INDETERMINATE: "soon",
}  # fmt: skip


class PaperSection(Section):
    """Our own PDF only: it is drawn here; the verdict has three answers and its reasons."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.view: DossierView | None = None
        self.pdf = b""
        self._add_prints()
        state = row(gap=8)
        self.number = Label("", role="strong")
        self.verdict = Chip("", "neutral")
        self.keep = Button(tr("Lưu bản sao…"), icon_name="download", act=self._keep)
        state.addWidget(self.number)
        state.addWidget(self.verdict)
        state.addStretch()
        state.addWidget(self.keep)
        self.box.addLayout(state)
        middle = row(gap=8)
        self.paper = PaperView(screen.desk.tasks, name=tr("Văn bản kết quả"))
        middle.addWidget(self.paper, 3)
        self.reasons = WhyPanel()
        middle.addWidget(self.reasons, 2)
        self.box.addLayout(middle, 1)

    def title(self) -> str:
        """The words of its tab."""
        return tr("Văn bản")

    def fill(self, view: DossierView) -> None:
        """Show the newest file of the result, or the draft, or nothing yet."""
        self.view, self.pdf = view, b""
        dossier, core = view.dossier, self.screen.desk.office.core
        self.number.setText(dossier.number.notation if dossier.number else "")
        self.form02.setEnabled(bool(view.requests))
        self.verdict.hide()
        self.keep.hide()
        self._remark()
        if dossier.number is None and dossier.draft is None:
            self.paper.say(tr("Chưa có văn bản. Dự thảo của công chức xử lý sẽ hiện ở đây."))
        elif dossier.number is None:
            self._remark(tr("Bản dự thảo, chưa có số và chữ ký."))
            self.paper.show_made(lambda: result_paper(core, dossier, signer=None).data)
        else:
            self._check(dossier)

    def _check(self, dossier: Dossier) -> None:
        core, tasks = self.screen.desk.office.core, self.screen.desk.tasks
        self.paper.say(tr("Đang kiểm tra chữ ký…"))

        def failed(error: BaseException) -> None:
            if not isinstance(error, OfficeError):
                tasks.fail(error)
                return
            self.paper.say(f"{error.sentence()} ({error.code})")

        tasks.latest(
            f"result/{id(self)}", lambda: check_result(core, dossier), self._show, failed,
            lane=Lane.FREE, owner=self,
        )  # fmt: skip

    def _show(self, checked: CheckedResult) -> None:
        self.pdf = checked.pdf
        self.keep.show()
        self.paper.show_made(lambda: checked.pdf)
        if checked.verdict is None:
            self._remark(tr("Đã cấp số, chưa có chữ ký."))
            return
        self.verdict.show()
        words = tr("Chữ ký {verdict}", verdict=word_of(checked.verdict.state))
        self.verdict.show_state(words, KINDS[checked.verdict.state])
        self._remark(*reason_lines(checked.verdict))

    def _remark(self, *lines: str) -> None:
        self.reasons.setVisible(bool(lines))
        self.reasons.explain("", lines)

    def _keep(self) -> None:
        if self.view is not None and self.view.dossier.intake is not None and self.pdf:
            save_file(self.screen, self.pdf, f"{self.view.dossier.intake.code}.pdf")

    def _add_prints(self) -> None:
        prints = row(gap=8)
        prints.addWidget(Button(tr("Giấy tiếp nhận"), icon_name="printer", act=self._print_01))
        self.form02 = Button(tr("Phiếu bổ sung"), icon_name="printer", act=self._print_02)
        prints.addWidget(self.form02)
        prints.addWidget(Button(tr("Phiếu kiểm soát"), icon_name="printer", act=self._print_06))
        prints.addStretch()
        self.box.addLayout(prints)

    def _print_01(self) -> None:
        view = self.view
        if view is not None:
            core, name = self.screen.desk.office.core, view.name_of(view.dossier.receiver)
            self._open(
                tr("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"), "01",
                make=lambda: receipt_paper(core, [view.dossier], name),
            )  # fmt: skip

    def _print_02(self) -> None:
        view = self.view
        if view is not None and view.requests:
            core, guide = self.screen.desk.office.core, self.screen.desk.office.who.staff.name
            count = len(view.requests)
            self._open(
                tr("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"), "02",
                make=lambda: supplement_paper(
                    core, view.dossier, view.requests[-1], guide=guide, number=count
                ),
            )  # fmt: skip

    def _print_06(self) -> None:
        view = self.view
        if view is not None:
            core, dossier = self.screen.desk.office.core, view.dossier
            self._open(
                tr("Phiếu kiểm soát quá trình giải quyết hồ sơ"), "06",
                make=lambda: control_paper(core, dossier, control_rows(core, dossier.id)),
            )  # fmt: skip

    def _open(self, title: str, form: str, *, make: Make) -> None:
        assert self.view is not None and self.view.dossier.intake is not None
        name = f"{self.view.dossier.intake.code}-{form}.pdf"
        open_paper(self.screen, title, make, file_name=name)


def reason_lines(verdict: Verdict) -> list[str]:
    """Each reason and each limit of the verdict, in words a clerk can read aloud."""
    return [*verdict.reasons, *verdict.notes]
