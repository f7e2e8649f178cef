"""What the JSON questions of the server answer when something is wrong: code, what, next step."""

from __future__ import annotations

import logging
import math

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from models.errors import InputError, NotAllowed, OfficeError
from models.words import tr
from server.store.troubles import DiskFull, NotNow

__all__ = ["TROUBLES", "TooLarge", "TooMany", "Trouble", "install_answers"]

_log = logging.getLogger("mot-cua.city")


class Trouble(BaseModel):
    """Why a question was not answered."""

    code: str = Field(examples=["MC-20"])
    what: str
    next_step: str = ""


TROUBLES: dict[int | str, dict[str, object]] = {
    status: {"model": Trouble, "description": words}
    for status, words in {
        400: "not readable", 401: "nobody's key", 403: "not allowed",
        404: "unknown code or office", 409: "known with another content", 413: "too large",
        422: "a field is missing or wrong", 429: "too many: see Retry-After",
        503: "not now: see Retry-After",
    }.items()
}  # fmt: skip


_STATUS = {"MC-07": 404, "MC-20": 404, "TN-23": 404, "TN-21": 401, "TN-22": 409, "TN-24": 409}
"""Codes whose status says more than that something was typed wrong."""


class TooLarge(InputError):
    """The body is larger than this question takes."""


class TooMany(NotAllowed):
    """The budget of the asker is used up; `retry_ms` until there is some again."""

    def __init__(self, retry_ms: int) -> None:
        super().__init__(
            "MC-11",
            tr("Máy này gửi quá nhiều yêu cầu."),
            tr("Không cần làm gì; máy sẽ tự gửi lại sau ít lâu."),
        )
        self.retry_ms = retry_ms


def status_of(error: OfficeError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, TooMany):
        return 429
    if isinstance(error, NotNow):
        return 503
    if error.code in _STATUS:
        return _STATUS[error.code]
    if isinstance(error, NotAllowed):
        return 403
    return 400


def trouble_answer(error: OfficeError, status: int | None = None) -> JSONResponse:
    """The error as JSON, with Retry-After where it makes sense to come again."""
    told = Trouble(code=error.code, what=error.what, next_step=error.next_step)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(math.ceil(error.retry_ms / 1000))
    elif isinstance(error, NotNow):
        headers["Retry-After"] = "60" if isinstance(error, DiskFull) else "5"
    return JSONResponse(told.model_dump(), status or status_of(error), headers=headers)


def install_answers(app: FastAPI) -> None:
    """Every error leaves as `Trouble`; our own faults as MC-99, with their place in the log."""
    app.add_exception_handler(OfficeError, _office_error)
    app.add_exception_handler(RequestValidationError, _wrong_fields)
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _our_fault)


async def _office_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OfficeError)
    return trouble_answer(error)


async def _wrong_fields(_request: Request, error: Exception) -> JSONResponse:
    """Names the fields, not their values."""
    assert isinstance(error, RequestValidationError)
    fields = sorted({".".join(map(str, each["loc"][1:])) or "body" for each in error.errors()})
    told = InputError(
        "MC-10",
        tr("Yêu cầu thiếu hoặc sai trường: {fields}.", fields=", ".join(fields)[:200]),
        tr("Cập nhật chương trình trên máy gửi."),
    )
    return trouble_answer(told, 422)


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, (HTTPException, StarletteHTTPException))
    told = InputError(
        "MC-12", tr("Máy chủ không có địa chỉ này."), tr("Cập nhật chương trình trên máy gửi.")
    )
    answer = trouble_answer(told, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _gone(_request: Request, _error: Exception) -> Response:
    """Whoever asked hung up before the end of the request: nobody reads this."""
    return Response(status_code=400)


async def _our_fault(_request: Request, error: Exception) -> JSONResponse:
    told = NotAllowed(
        "MC-99",
        tr("Máy chủ gặp một lỗi chưa lường trước."),
        tr("Dữ liệu đã nhận vẫn còn; bộ phận kỹ thuật xem nhật ký máy chủ."),
    )
    _log.error("unforeseen", exc_info=error)
    return trouble_answer(told, 500)
