"""The pages of the board: sign in, the table of offices, alarms, one office, a person, limits."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from models.errors import InputError, OfficeError
from models.workflow import Status, status_words
from server.board import api, words
from server.board.access import (
    Form,
    PageRoute,
    SignedIn,
    cookie_name,
    demand_form,
    demand_right,
    is_secure,
    no_such_office,
    status_of,
)
from server.board.chart import draw_days
from server.board.drill import by_procedure
from server.board.operators import Session, audit, sign_in, sign_out
from server.board.people import look_up_person
from server.board.reading import find_office, period_of, read_board
from server.board.thresholds import LIMITS, read_thresholds, write_threshold
from server.board.view import FILTERS, SORT_WORDS, Chosen, choose, definition, state_words, summary
from server.confirmations import stage_words
from server.pages import HEADERS, Web, link, render, web_of
from server.strangers import source_of

__all__ = ["router"]

pages = APIRouter(prefix="/board", route_class=PageRoute, include_in_schema=False)

_WORDS = {
    "ago": words.ago_words, "moment": words.moment_words, "duration": words.duration_words,
    "rate": words.rate_words, "number": words.number_words, "drift": words.drift_cell,
    "kind": words.kind_words, "state": words.device_words, "behind": words.behind_words,
    "standing": state_words, "stage": stage_words,
    "status_words": lambda value: status_words(Status(value)),
}  # fmt: skip


def _page(
    template: str, session: Session, place: str, *, status: int = 200, **values: Any
) -> Response:  # fmt: skip
    return render(template, status=status, session=session, place=place, **_WORDS, **values)


@pages.get("/login")
def login_page(request: Request) -> Response:
    """The form to sign in."""
    return render("login.html", error=None)


@pages.post("/login")
def login(request: Request, form: Form) -> Response:
    """Check the password; the form again when it is wrong."""
    web = web_of(request)
    address = source_of(request)
    try:
        demand_form(request, form, None)
        cookie = sign_in(
            web.database, form.get("login", ""), form.get("password", ""),
            address=address, clock=web.clock,
        )  # fmt: skip
    except OfficeError as error:
        return render("login.html", status=status_of(error), error=error)
    answer = RedirectResponse(link("/board"), 303, headers=HEADERS)
    answer.set_cookie(
        cookie_name(request),
        cookie,
        httponly=True,
        secure=is_secure(request),
        samesite="strict",
        path="/",
    )
    return answer


@pages.post("/logout")
def logout(request: Request, form: Form, session: SignedIn) -> Response:
    """End the session."""
    demand_form(request, form, session)
    web = web_of(request)
    sign_out(web.database, request.cookies[cookie_name(request)])
    answer = RedirectResponse(link("/board/login"), 303, headers=HEADERS)
    answer.delete_cookie(cookie_name(request), path="/", secure=is_secure(request), httponly=True)
    return answer


@pages.get("")
def offices(request: Request, session: SignedIn) -> Response:
    """The table of offices."""
    web, query = web_of(request), request.query_params
    period, chosen = period_of(web, query.get("days", "")), Chosen.of(query)
    board = read_board(web, session.operator.offices, period)
    sorts = [(key, say()) for key, say in SORT_WORDS.items()]
    if chosen.sort not in SORT_WORDS:
        sorts.append((chosen.sort, "…"))
    return _page(
        "offices.html", session, "offices", period=period, chosen=chosen,
        views=choose(board.views, chosen), total=summary(board.views),
        filters=[(key, say()) for key, (say, _) in FILTERS.items()], sorts=sorts,
        definition=definition(period.days),
    )  # fmt: skip


@pages.get("/alarms")
def alarms(request: Request, session: SignedIn) -> Response:
    """Every alarm of the operator's offices."""
    web = web_of(request)
    board = read_board(web, session.operator.offices, period_of(web, ""))
    return _page(
        "alarms.html", session, "alarms", alarms=board.alarms, many=True, now_ms=board.period.now_ms
    )


@pages.get("/office/{code}")
def office(request: Request, code: str, session: SignedIn) -> Response:
    """The page of one office."""
    web = web_of(request)
    period = period_of(web, "")
    found = find_office(web, code, period) if session.operator.may_see(code) else None
    if found is None:
        raise no_such_office()
    return _page(
        "office.html", session, "office", row=found.row, alarms=found.view.alarms, many=False,
        now_ms=period.now_ms, days=found.days, chart=draw_days(found.days), late=found.late,
        procedures=by_procedure(found.late), books=found.books,
        confirmed=found.confirmed,
        personal="personal" in session.operator.rights, definition=definition(period.days),
    )  # fmt: skip


def _person_page(
    request: Request, session: Session, office: str, *, dossier: str, **values: Any
) -> Response:  # fmt: skip
    """The question for a reason, or the answer; raises what stands in its way."""
    demand_right(session.operator, "personal")
    web = web_of(request)
    page = (
        find_office(web, office, period_of(web, "")) if session.operator.may_see(office) else None
    )
    line = next((line for line in page.late if line.id == dossier), None) if page else None
    if line is None:
        raise no_such_office()
    return _page(
        "person.html", session, "office", office=office, dossier=dossier, code=line.code, **values
    )


@pages.get("/office/{code}/person")
def ask_for_person(request: Request, code: str, session: SignedIn) -> Response:
    """The form that asks why."""
    dossier = request.query_params.get("dossier", "")
    return _person_page(request, session, code, dossier=dossier, person=None, error=None)


@pages.post("/office/{code}/person")
def person(request: Request, code: str, form: Form, session: SignedIn) -> Response:
    """Who handed an overdue dossier in; written down first."""
    demand_form(request, form, session)
    web, dossier = web_of(request), form.get("dossier", "")
    shown = _person_page(request, session, code, dossier=dossier, person=None, error=None)
    try:
        found = look_up_person(
            web.database, session.operator, code, dossier_id=dossier,
            reason=form.get("reason", ""), clock=web.clock,
        )  # fmt: skip
    except InputError as error:
        shown = _person_page(request, session, code, dossier=dossier, person=None, error=error)
        shown.status_code = status_of(error)
        return shown
    return _person_page(request, session, code, dossier=dossier, person=found, error=None)


def _limits_page(
    web: Web, session: Session, *, error: OfficeError | None = None, saved: bool = False,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    with web.database.read("") as tx:
        stored = read_thresholds(tx)
    values = {limit.name: str(getattr(stored, limit.name)) for limit in LIMITS} | (typed or {})
    return _page(
        "limits.html", session, "limits", status=400 if error else 200, limits=LIMITS,
        values=values, error=error, saved=saved,
    )  # fmt: skip


@pages.get("/limits")
def limits(request: Request, session: SignedIn) -> Response:
    """The limits of the alarms."""
    demand_right(session.operator, "settings")
    return _limits_page(web_of(request), session, saved="saved" in request.query_params)


@pages.post("/limits")
def save_limits(request: Request, form: Form, session: SignedIn) -> Response:
    """Store all limits or none."""
    demand_form(request, form, session)
    demand_right(session.operator, "settings")
    web = web_of(request)
    given = {limit.name: form[limit.name] for limit in LIMITS if limit.name in form}
    try:
        with web.database.write("") as tx:
            for name, value in given.items():
                write_threshold(tx, name, value)
            audit(tx, session.operator.login, "limits", subject=repr(given)[:400], clock=web.clock)
    except InputError as error:
        return _limits_page(web, session, error=error, typed=given)
    return RedirectResponse(link("/board/limits", saved=1), 303, headers=HEADERS)


router = APIRouter()
router.include_router(api.router)
router.include_router(pages)
