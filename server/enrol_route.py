"""POST /enrol: a new PC hands in its one-time code and public key, and gets its place."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from server.answers import TROUBLES, TooMany
from server.bodies import read_body
from server.budgets import ENROLMENT, charge
from server.context import CityContext
from server.enrolment import Enrolled, NewDevice, clean_code, enrol, wrong_code
from server.offices import find_office

__all__ = ["router"]

LARGEST = 32 << 10
MOST_OTHERS = 40
"""Ten PCs, each of which may have been restored a few times."""
Hex = StringConstraints(pattern="^[0-9a-fA-F]*$", max_length=64)
Line = StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
router = APIRouter(tags=["enrolment"])


class HeadOfLog(BaseModel):
    """The end of the log that the PC brings along; (0, zeros) for an empty one."""

    seq: int = Field(ge=0, lt=2**63)
    hash: Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$")]


class OfDevice(BaseModel):
    """A PC; `log` must be the id made from `public_key` and `incarnation`."""

    model_config = ConfigDict(extra="ignore")

    public_key: Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$")]
    incarnation: int = Field(ge=1, lt=2**31)
    log: Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{32}$")]
    name: Annotated[str, Line, Field(min_length=1)]
    slot: int | None = Field(default=None, ge=0, le=9, description="the number it works with")


class EnrolRequest(OfDevice):
    """What a new PC says, with its one-time code.

    `others` are PCs of the office whose work it holds; those the city does not know are listed
    provisionally.
    """

    code: Annotated[str, StringConstraints(min_length=11, max_length=64)]
    app: Annotated[str, Line] = ""
    head: HeadOfLog | None = None
    office: Annotated[str, Line] | None = None
    others: list[OfDevice] = Field(default=[], max_length=MOST_OTHERS)


class EnrolledOffice(BaseModel):
    """The office the PC belongs to now."""

    code: str
    name: str
    profile: dict[str, str]


class EnrolledDevice(BaseModel):
    """The PC's place on the roster."""

    log: str
    slot: int
    kind: str
    name: str


class EnrolAnswer(BaseModel):
    """What the PC keeps: the city's key is the one it trusts from now on."""

    office: EnrolledOffice
    city_key: str
    city_log: str
    device: EnrolledDevice
    server_time: int = Field(description="milliseconds since 1970")
    known: bool = Field(description="it was admitted before; the code is still good for another")


def _body_schema() -> dict[str, Any]:
    """The request's description in one piece: references would point outside of it."""
    schema = EnrolRequest.model_json_schema()
    parts = schema.pop("$defs")
    schema["properties"]["head"]["anyOf"][0] = parts["HeadOfLog"]
    schema["properties"]["others"]["items"] = parts["OfDevice"]
    return schema


_BODY = {"required": True, "content": {"application/json": {"schema": _body_schema()}}}


@router.post("/enrol", responses=TROUBLES, openapi_extra={"requestBody": _BODY})
async def post_enrol(request: Request) -> EnrolAnswer:
    """Admit a PC to the office of its code. Asked again with the same key it answers the same."""
    said = _read(await read_body(request, LARGEST))
    city: CityContext = request.app.state.city
    return await asyncio.to_thread(_enrol, city, said)


def _read(body: bytes) -> EnrolRequest:
    try:
        return EnrolRequest.model_validate_json(body)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from error


def _enrol(city: CityContext, said: EnrolRequest) -> EnrolAnswer:
    office = clean_code(said.code).partition("-")[0]
    if find_office(city.database, office) is None:  # nothing is counted for offices there are not
        raise wrong_code()
    with city.database.write(office) as tx:
        now = city.journal.now_ms()
        wait = charge(tx, office, "enrol", bucket=ENROLMENT, cost=1, now_ms=now)
    if wait:
        raise TooMany(wait)
    others = tuple(map(_device, said.others))
    return _answer(city, enrol(city.journal, said.code, _device(said), others=others))


def _device(said: OfDevice) -> NewDevice:
    return NewDevice(
        bytes.fromhex(said.log), bytes.fromhex(said.public_key), said.incarnation,
        said.name.strip(), said.slot,
    )  # fmt: skip


def _answer(city: CityContext, done: Enrolled) -> EnrolAnswer:
    office, device = done.office, done.device
    return EnrolAnswer(
        office=EnrolledOffice(code=office.code, name=office.name, profile=office.profile),
        city_key=city.key.public_key.hex(),
        city_log=city.key.log(office.code).hex(),
        device=EnrolledDevice(
            log=device.log.hex(), slot=done.slot, kind=done.kind, name=device.name
        ),
        server_time=city.journal.now_ms(),
        known=done.known,
    )
