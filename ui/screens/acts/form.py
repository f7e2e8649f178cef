"""The dialog every act is asked with: fields, one primary button, refusals said in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from models.changed import Changed
from models.dossier import Dossier
from models.errors import InputError, OfficeError
from models.words import tr
from services.core import Core, SignedIn
from services.doing import CommandStored, new_command
from ui.screens.base import Screen
from ui.widgets import Dialog, Elided, Field, FieldFrame, TextArea

__all__ = ["ActForm"]

F = TypeVar("F", bound=FieldFrame)


class ActForm(Dialog):
    """A dialog for one act on one dossier.

    Add fields with `ask(name, field)` (the name is the `field` of an `InputError`), then give
    `decide` the service call, or `carry_out` when more than words is asked; it is made in the data
    lane, which must not read fields, and returns the dossier after the act.

    >>> box = ActForm(screen, dossier, title=tr("Rút hồ sơ"), primary=tr("Rút hồ sơ"))
    >>> reason = box.ask("reason", TextArea(tr("Lý do")))
    >>> box.decide((reason,), lambda why: withdraw(..., reason=why), said)
    """

    def __init__(
        self,
        screen: Screen,
        dossier: Dossier,
        *,
        title: str,
        primary: str,
        danger: bool = False,
        width: int = 520,
    ) -> None:
        super().__init__(screen.window(), title, primary=primary, danger=danger, width=width)
        self.screen = screen
        self.dossier = dossier
        self.fields: dict[str, FieldFrame] = {}
        self._busy = False
        self._command = new_command(screen.desk.office.core)
        code = dossier.intake.code if dossier.intake else ""
        name = dossier.applicant.name if dossier.applicant else ""
        procedure = dossier.intake.procedure_name if dossier.intake else ""
        self.body.addWidget(Elided(f"{code} · {name} · {procedure}", role="quiet"))

    @property
    def core(self) -> Core:
        """The services of the office."""
        core: Core = self.screen.desk.office.core
        return core

    @property
    def who(self) -> SignedIn:
        """Who acts."""
        who: SignedIn = self.screen.desk.office.who
        return who

    def ask(self, name: str, field: F) -> F:
        """Add a field under the name the service calls it in its errors."""
        self.fields[name] = field
        self.body.addWidget(field)
        return field

    def start(self) -> None:
        """Open with the cursor in the first field."""
        self.open()
        if self.fields:
            next(iter(self.fields.values())).setFocus()

    def carry_out(
        self,
        work: Callable[[], Dossier],
        said: str,
        *,
        then: Callable[[Dossier], object] | None = None,
    ) -> bool:
        """Do `work`, close and say `said`; always False, for the dialog closes itself later."""
        if self._busy:
            return False
        self._busy = True
        self.primary.setEnabled(False)
        self.say_problem("")
        screen = self.screen

        def done(after: Dossier) -> None:
            self._busy = False
            self.accept()
            screen.desk.messages.done(said)
            screen.desk.changes.tell(Changed(frozenset({after.id}), queues=True), by=screen)
            if then is not None:
                then(after)

        screen.write(work, done, failed=self._refused, command=self._command)
        return False

    def decide(
        self, fields: Sequence[Field | TextArea], work: Callable[..., Dossier], said: str
    ) -> None:
        """Let the primary button do `work` with the words the fields hold then, and open."""

        def act() -> bool:
            words = [field.text() for field in fields]
            return self.carry_out(lambda: work(*words), said)

        self.on_primary(act)
        self.start()

    def reject(self) -> None:
        """Leave without doing, unless the act is being written."""
        if not self._busy:
            super().reject()

    def _refused(self, error: BaseException) -> None:
        self._busy = False
        self.primary.setEnabled(True)
        if isinstance(error, CommandStored):
            self.accept()
            self.screen.desk.tasks.fail(error)
            return
        if not isinstance(error, OfficeError):
            self.screen.desk.tasks.fail(error)
            return
        field = self.fields.get(error.field) if isinstance(error, InputError) else None
        if field is None:
            self.say_problem(tr("{words} ({code})", words=error.sentence(), code=error.code))
            return
        field.set_error(error.sentence())
        field.setFocus()
