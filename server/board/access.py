"""Who asks: the session of a page, the key of the JSON API; what a posted form must prove."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute

from models.errors import InputError, MachineError, NotAllowed, OfficeError, TooManyTries
from models.words import tr
from server.board.operators import Operator, Session, find_by_token, find_session
from server.pages import HEADERS, in_language_of, link, read_form, render, web_of

__all__ = [
    "ApiRoute", "Asking", "Form", "PageRoute", "SignedIn", "cookie_name", "demand_form",
    "demand_right", "is_secure", "no_such_office",
]  # fmt: skip

STATUS = ((TooManyTries, 429), (NotAllowed, 403), (InputError, 400), (MachineError, 503))
MISSING = ("MC-68", "MC-69")


class SignInFirst(Exception):
    """Nobody is signed in, or not any more."""


class PageRoute(APIRoute):
    """A page: speaks the language asked for, shows errors in words, sends strangers to sign in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with all that around it."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            with in_language_of(request):
                try:
                    return await handler(request)
                except SignInFirst:
                    return RedirectResponse(link("/board/login"), 303, headers=HEADERS)
                except OfficeError as error:
                    return render("problem.html", status=status_of(error), error=error)

        return answer


class ApiRoute(APIRoute):
    """The same for programs: errors are JSON with a code."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with all that around it."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            with in_language_of(request):
                try:
                    response = await handler(request)
                except SignInFirst:
                    words = {"code": "MC-60", "what": tr("Cần khóa API hoặc phiên đăng nhập.")}
                    return JSONResponse(words, 401, headers=HEADERS)
                except OfficeError as error:
                    words = {"code": error.code, "what": error.what, "next_step": error.next_step}
                    return JSONResponse(words, status_of(error), headers=HEADERS)
            response.headers.update(HEADERS)
            return response

        return answer


def status_of(error: OfficeError) -> int:
    """The HTTP status that says the same as the error."""
    if error.code in MISSING:
        return 404
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def is_secure(request: Request) -> bool:
    """Whether the browser came over TLS (nginx tells by X-Forwarded-Proto)."""
    return request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    """The session's cookie; over TLS the prefix keeps it to this host and to TLS."""
    return "__Host-motcua" if is_secure(request) else "motcua"


def _session(request: Request) -> Session:
    """The session of the request's cookie; raises `SignInFirst`."""
    web = web_of(request)
    cookie = request.cookies.get(cookie_name(request), "")
    is_act = request.headers.get("x-refresh") != "auto"
    found = find_session(web.database, cookie, clock=web.clock, is_act=is_act) if cookie else None
    if found is None:
        raise SignInFirst
    return found


def _asking(request: Request) -> Operator:
    """Who asks the API: `Authorization: Bearer KEY`, or the session of a page."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        found = find_by_token(web_of(request).database, token.strip())
        if found is None:
            raise SignInFirst
        return found
    return _session(request).operator


SignedIn = Annotated[Session, Depends(_session)]
Asking = Annotated[Operator, Depends(_asking)]
Form = Annotated[dict[str, str], Depends(read_form)]


def demand_form(request: Request, form: dict[str, str], session: Session | None) -> None:
    """Refuse a form that another site made: its origin, and the session's token, must be ours.

    Raises `NotAllowed` MC-66.
    """
    origin = request.headers.get("origin", "")
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    foreign = bool(origin) and urlsplit(origin).hostname != host
    forged = session is not None and not hmac.compare_digest(
        form.get("csrf", "").encode(), session.csrf.encode()
    )
    if foreign or forged:
        raise NotAllowed(
            "MC-66", tr("Biểu mẫu không thuộc phiên làm việc này."), tr("Mở lại trang rồi gửi lại.")
        )


def demand_right(operator: Operator, right: str) -> None:
    """Raise `NotAllowed` MC-67 when the operator lacks the right."""
    if right not in operator.rights:
        raise NotAllowed(
            "MC-67", tr("Tài khoản không có quyền này."), tr("Hỏi quản trị thành phố.")
        )


def no_such_office() -> NotAllowed:
    """An unknown office and one that is not the operator's are told alike."""
    return NotAllowed(
        "MC-68", tr("Không có đơn vị này trong phạm vi của tài khoản."), tr("Chọn từ danh sách.")
    )
