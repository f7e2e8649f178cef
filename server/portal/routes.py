"""POST /portal/v1/submissions and GET of one: how a portal hands in applications and asks."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError

from models.errors import NotAllowed
from models.words import tr
from server.answers import TROUBLES, TooMany
from server.bodies import announced_size, read_body
from server.budgets import PORTAL, charge, cost_of
from server.context import CityContext
from server.portal.messages import StateOut, SubmissionIn, SubmissionOut
from server.portal.portals import find_portal
from server.portal.receiving import receive_submission
from server.portal.state import submission_state
from server.strangers import Strangers, source_of

__all__ = ["router"]

LARGEST = 28 << 20
"""20 MB of files in base64, and the words."""
_bearer = HTTPBearer(auto_error=False, description="the token of `city portal add`")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
router = APIRouter(prefix="/portal/v1", tags=["portal"])


async def _asking(request: Request, bearer: Bearer) -> str:
    """The name of the portal that asks; raises `NotAllowed` TN-21 before the body is read."""
    city: CityContext = request.app.state.city
    strangers: Strangers = request.app.state.strangers
    token = bearer.credentials if bearer else ""
    with strangers.trial(source_of(request), "portal", guilty=NotAllowed):
        name = await asyncio.to_thread(find_portal, city.journal, token) if token else None
        if name is None:
            raise NotAllowed(
                "TN-21", tr("Khóa của cổng không đúng hoặc đã bị gỡ."),
                tr("Xin khóa mới ở bộ phận kỹ thuật của thành phố."),
            )  # fmt: skip
    request.scope["told"]["portal"] = name
    return name


Portal = Annotated[str, Depends(_asking)]


def _body_schema() -> dict[str, Any]:
    """The request's description in one piece: references would point outside of it."""
    schema = SubmissionIn.model_json_schema()
    parts = schema.pop("$defs")
    return {name: _inlined(each, parts) for name, each in schema.items()}


def _inlined(value: Any, parts: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(each, parts) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(parts[value["$ref"].rpartition("/")[2]], parts)
    return {name: _inlined(each, parts) for name, each in value.items()}


_BODY = {"required": True, "content": {"application/json": {"schema": _body_schema()}}}


@router.post("/submissions", responses=TROUBLES, openapi_extra={"requestBody": _BODY})
async def post_submission(request: Request, portal: Portal) -> SubmissionOut:
    """Hand in an application; the same again gets the same answer, a wrong one stores nothing."""
    city: CityContext = request.app.state.city
    size = announced_size(request) or LARGEST
    await asyncio.to_thread(_charge, city, portal, cost_of(min(size, LARGEST)))
    body = await read_body(request, LARGEST)
    return await asyncio.to_thread(_post, city, portal, body)


@router.get("/submissions/{submission_id}", responses=TROUBLES)
async def get_submission(
    request: Request,
    portal: Portal,
    submission_id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")],
) -> StateOut:
    """The national status of an application of this portal, and its times."""
    city: CityContext = request.app.state.city
    return await asyncio.to_thread(_get, city, portal, submission_id)


def _post(city: CityContext, portal: str, body: bytes) -> SubmissionOut:
    try:
        said = SubmissionIn.model_validate_json(body)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from error
    return receive_submission(city, portal, said)


def _get(city: CityContext, portal: str, submission_id: str) -> StateOut:
    _charge(city, portal, 1)
    return submission_state(city, portal, submission_id)


def _charge(city: CityContext, portal: str, cost: float) -> None:
    with city.database.write("") as tx:
        now = city.journal.now_ms()
        wait = charge(tx, "", f"portal {portal}", bucket=PORTAL, cost=cost, now_ms=now)
    if wait:
        raise TooMany(wait)
