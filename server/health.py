"""GET /health and /ready: the process lives; the database answers and there is room on the disk."""

from __future__ import annotations

import asyncio
import shutil

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text

from models.errors import MachineError
from server.context import CityContext

__all__ = ["router"]

FULL_AT = 0.95
router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """One word on the state; `parts` are words by part, "ok" when all is well.

    `key` is the city's public key in hex: a PC tells the city from a login page by it.
    """

    status: str
    parts: dict[str, str] = {}
    key: str = ""


@router.get("/health")
async def get_health(request: Request) -> Health:
    """The process answers; asks nobody else, for the watchdog of the service manager."""
    city: CityContext = request.app.state.city
    return Health(status="ok", key=city.key.public_key.hex())


@router.get("/ready", responses={503: {"model": Health, "description": "not ready"}})
async def get_ready(request: Request, response: Response) -> Health:
    """Whether work can be sent here: database, disk, and the worker is not ending."""
    city: CityContext = request.app.state.city
    parts = await asyncio.to_thread(_parts, city)
    if request.app.state.changes.closing:
        parts["worker"] = "ending"
    well = set(parts.values()) == {"ok"}
    if not well:
        response.status_code = 503
    return Health(status="ok" if well else "not ready", parts=parts)


def _parts(city: CityContext) -> dict[str, str]:
    try:
        with city.database.read_city() as tx:
            tx.execute(text("SELECT 1")).scalar()
        database = "ok"
    except MachineError as error:
        database = error.code
    used = shutil.disk_usage(city.home)
    disk = "ok" if used.used / used.total < FULL_AT else "almost full"
    return {"database": database, "disk": disk}
