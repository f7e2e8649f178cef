"""The public status page: `GET /tra-cuu` shows the form, `POST` the answer; no cookie, no trace.

A secret never stands in an address, so it reaches no log. Every refusal looks alike and takes the
same time class: unknown code, wrong secret, text that is no code.
"""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from models.words import tr
from server.board.access import Form, PageRoute, demand_form
from server.board.limits import allow
from server.board.thresholds import read_thresholds
from server.pages import HEADERS, Web, render, web_of
from server.public.looking import PER_ADDRESS, PER_CODE, Found, find_answer, tidy_code
from server.public.words import time_words
from server.strangers import source_of

__all__ = ["router"]

LEAST_S = 0.15
"""Every answer takes at least so long: what the database needs does not show."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/tra-cuu")
def form_page(request: Request) -> Response:
    """The form; `?ma=` fills the code in, as a QR may do one day."""
    return _page(code=tidy_code(request.query_params.get("ma", "")))


@router.post("/tra-cuu")
async def answer_page(request: Request, form: Form) -> Response:
    """The answer, after no less than `LEAST_S`."""
    floor = asyncio.create_task(asyncio.sleep(LEAST_S))
    demand_form(request, form, None)
    try:
        return await run_in_threadpool(_answer, request, form)
    finally:
        await floor


@router.get("/robots.txt")
def robots() -> Response:
    """Search engines stay out of everything."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n", headers=HEADERS)


def _answer(request: Request, form: dict[str, str]) -> Response:
    web = web_of(request)
    code, secret = tidy_code(form.get("ma", "")), form.get("mat", "")
    address = source_of(request)
    with web.database.write("") as tx:
        wait = allow(tx, PER_ADDRESS, address, clock=web.clock, weight=0)
        limits = read_thresholds(tx)
    if wait:
        return _too_often(code, wait)
    found = find_answer(
        web.database, code, secret, limits=limits, calendar=web.calendar, now_ms=web.now_ms()
    )
    wait = _count(web, code, address, weight=int(found is None))
    if wait:
        return _too_often(code, wait)
    if found is None:
        words = tr(
            "Không tìm thấy hồ sơ với mã hồ sơ và mã tra cứu này. Xem lại hai mã trên giấy hẹn; "
            "hồ sơ vừa nộp có thể cần ít phút mới có ở đây."
        )
        return _page(code=code, problem=words, status=404)
    return _page(code=code, found=found)


def _count(web: Web, code: str, address: str, *, weight: int) -> int:
    """Count a wrong secret (`weight` 1) for its sender and for the code; the seconds to wait.

    A right one waits too while there were too many for its code.
    """
    with web.database.write("") as tx:
        return max(
            allow(tx, PER_ADDRESS, address, clock=web.clock, weight=weight),
            allow(tx, PER_CODE, code, clock=web.clock, weight=weight),
        )


def _too_often(code: str, wait: int) -> Response:
    words = tr(
        "Đã tra cứu quá nhiều lần. Thử lại sau {minutes} phút, hoặc gọi nơi tiếp nhận.",
        minutes=-(-wait // 60),
    )
    answer = _page(code=code, problem=words, status=429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _page(
    *, code: str, found: Found | None = None, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    values: dict[str, Any] = {"code": code, "found": found, "problem": problem, "time": time_words}
    return render("status.html", status=status, **values)
