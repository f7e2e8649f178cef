"""Passing a dossier on: to a department, to an officer; notes and appraisals."""

from __future__ import annotations

from models.dossier import Dossier
from models.staff import Role, Staff
from models.words import tr
from services.dossiers import approval, handling
from services.people import staff_rows
from ui.screens.acts.form import ActForm
from ui.screens.base import Screen
from ui.widgets import ComboField, Field, Label, TextArea

__all__ = [
    "ask_assign", "ask_handle", "ask_note", "ask_return", "ask_transfer", "department_items",
    "officer_items", "read_officers",
]  # fmt: skip


def department_items(screen: Screen) -> list[tuple[object, str]]:
    """The departments to choose from."""
    return [(name, name) for name in screen.desk.office.core.departments]


def read_officers(screen: Screen) -> tuple[Staff, ...]:
    """The officers who may be given dossiers."""
    with screen.desk.office.core.store.read() as conn:
        return tuple(s for s in staff_rows(conn, Role.OFFICER) if s.active)


def officer_items(officers: tuple[Staff, ...]) -> list[tuple[object, str]]:
    """The officers with their department, to choose from."""
    return [(s, f"{s.name} · {s.department}" if s.department else s.name) for s in officers]


def ask_transfer(screen: Screen, dossier: Dossier) -> None:
    """To which department?"""
    box = ActForm(screen, dossier, title=tr("Chuyển phòng chuyên môn"), primary=tr("Chuyển hồ sơ"))
    place = box.ask("department", ComboField(tr("Phòng nhận"), department_items(screen)))
    note = box.ask("note", Field(tr("Ghi chú"), optional=True, limit=1000))

    def act() -> bool:
        department, text = str(place.value()), note.text()
        return box.carry_out(
            lambda: handling.transfer(
                box.core, box.who, dossier.id, department=department, note=text
            ),
            tr("Đã chuyển hồ sơ đến {department}.", department=department),
        )

    box.on_primary(act)
    box.start()


def ask_assign(screen: Screen, dossier: Dossier) -> None:
    """To which officer?"""

    def open_box(officers: tuple[Staff, ...]) -> None:
        box = ActForm(screen, dossier, title=tr("Phân công"), primary=tr("Phân công"))
        choice = box.ask("assignee", ComboField(tr("Công chức xử lý"), officer_items(officers)))
        own = [s for s in officers if s.id == dossier.assignee]
        near = [s for s in officers if s.department == dossier.department]
        choice.set_value((own or near or list(officers) or [None])[0])
        note = box.ask("note", Field(tr("Ghi chú"), optional=True, limit=1000))

        def act() -> bool:
            officer, text = choice.value(), note.text()
            if not isinstance(officer, Staff):
                choice.set_error(tr("Chọn một công chức."))
                return False
            return box.carry_out(
                lambda: handling.assign(
                    box.core, box.who, dossier.id, assignee=officer.id, note=text
                ),
                tr("Đã phân công cho {name}.", name=officer.name),
            )

        box.on_primary(act)
        box.start()

    screen.read("act/officers", lambda: read_officers(screen), open_box)


def ask_handle(screen: Screen, dossier: Dossier) -> None:
    """What did the appraisal find?"""
    box = ActForm(screen, dossier, title=tr("Ghi kết quả thẩm định"), primary=tr("Ghi vào hồ sơ"))
    note = box.ask("note", TextArea(tr("Kết quả thẩm định"), lines=6))

    def act() -> bool:
        text = note.text()
        if not text:
            note.set_error(tr("Ghi kết quả thẩm định."))
            return False
        return box.carry_out(
            lambda: handling.handle(box.core, box.who, dossier.id, note=text),
            tr("Đã ghi kết quả thẩm định."),
        )

    box.on_primary(act)
    box.start()


def ask_note(screen: Screen, dossier: Dossier) -> None:
    """A remark for whoever opens the dossier next."""
    box = ActForm(screen, dossier, title=tr("Ghi chú"), primary=tr("Ghi vào hồ sơ"))
    note = box.ask("note", TextArea(tr("Ghi chú"), lines=5))

    box.decide(
        (note,),
        lambda text: handling.note(box.core, box.who, dossier.id, text=text),
        tr("Đã ghi chú vào hồ sơ."),
    )


def ask_return(screen: Screen, dossier: Dossier) -> None:
    """Why does the work go back, and where should the officer look?"""
    box = ActForm(screen, dossier, title=tr("Trả lại"), primary=tr("Trả lại người xử lý"))
    if dossier.number is not None:
        words = tr(
            "Số {number} đã cấp sẽ bị hủy và giữ lại trong sổ kèm lý do.",
            number=dossier.number.notation,
        )
        box.body.addWidget(Label(words).wrapped())
    reason = box.ask("reason", TextArea(tr("Lý do trả lại"), lines=4))
    place = box.ask("place", Field(tr("Chỗ cần sửa"), optional=True))

    box.decide(
        (reason, place),
        lambda why, where: approval.return_to_officer(
            box.core, box.who, dossier.id, reason=why, place=where
        ),
        tr("Đã trả lại hồ sơ."),
    )
