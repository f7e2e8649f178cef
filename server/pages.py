"""What all pages of the server share: escaping templates, the language asked for, headers.

The templates in resources/web speak through `tr`, like the code; nothing is loaded from elsewhere,
no script stands in a page, and no page is kept by a browser or a proxy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.calendar import WorkCalendar
from models.errors import InputError
from models.words import current_language, speaking, tr
from server.store.unit import CityDatabase
from services.clock import Clock
from services.language import load_catalogue

__all__ = ["HEADERS", "Web", "in_language_of", "link", "read_form", "render", "router", "web_of"]

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "web"
LARGEST_FORM = 8192
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATIC = {
    "board.css": "text/css; charset=utf-8",
    "refresh.js": "text/javascript; charset=utf-8",
    "logo.svg": "image/svg+xml",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Web:
    """What the pages need of the server; `app.state.web` holds it."""

    database: CityDatabase
    clock: Clock
    calendar: WorkCalendar

    def now_ms(self) -> int:
        """The city's clock in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)


def web_of(request: Request) -> Web:
    """What the application was built with."""
    web: Web = request.app.state.web
    return web


@router.get("/web/{name}")
def static_file(name: str) -> Response:
    """The style sheet, the refresh script, the mark: these three and no other file."""
    if name not in STATIC:
        return Response(status_code=404, headers=HEADERS)
    headers = {**HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response((FOLDER / name).read_bytes(), media_type=STATIC[name], headers=headers)


@cache
def _english() -> Mapping[str, str]:
    return load_catalogue("en")


@contextmanager
def in_language_of(request: Request) -> Iterator[None]:
    """Speak what `?lang=` asks for; Vietnamese unless it is en."""
    english = request.query_params.get("lang") == "en"
    with speaking("en" if english else "vi", _english() if english else {}):
        yield


def link(path: str, **values: object) -> str:
    """An address with its query, in the language of the page; empty values are left out."""
    query = {name: str(value) for name, value in values.items() if value not in ("", None)}
    if current_language() == "en":
        query["lang"] = "en"
    return f"{path}?{urlencode(query)}" if query else path


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(tr=tr, link=link, language=current_language)
    return made


def render(template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page from `resources/web/<template>`; every value is text, never markup."""
    page = _templates().get_template(template).render(**values)
    return HTMLResponse(page, status_code=status, headers=HEADERS)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form, each once. Raises `InputError` MC-65 for anything else."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            break
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if len(body) > LARGEST_FORM or kind != "application/x-www-form-urlencoded":
            raise ValueError
        fields = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=40, errors="strict"
        )
    except ValueError as error:
        raise InputError(
            "MC-65", tr("Biểu mẫu gửi lên không đọc được."), tr("Tải lại trang rồi gửi lại.")
        ) from error
    return {name: values[-1].replace("\0", "") for name, values in fields.items()}
