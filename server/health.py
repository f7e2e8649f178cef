"""GET /health and /ready: the process lives; the database answers and there is room on the disk."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from pathlib import Path

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text

from models.errors import MachineError
from server.context import CityContext
from server.store.troubles import was_full

__all__ = ["router"]

FULL_AT = 0.95
DISKS = "MOTCUA_CITY_DISKS"
"""Folders on other disks, parted like PATH: PostgreSQL's and the archive's (docs/city.md)."""
_log = logging.getLogger("mot-cua.city")
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
    _tell(request, {part: word for part, word in parts.items() if word != "ok"})
    if not well:
        response.status_code = 503
    return Health(status="ok" if well else "not ready", parts=parts)


def _tell(request: Request, wrong: dict[str, str]) -> None:
    """The log says what is wrong when that changes, not with every question."""
    state = request.app.state
    if wrong != getattr(state, "told", {}):
        state.told = wrong
        level = logging.WARNING if wrong else logging.INFO
        _log.log(level, "not ready" if wrong else "ready", extra={"data": {"parts": wrong}})


def _parts(city: CityContext) -> dict[str, str]:
    try:
        with city.database.read_city() as tx:
            tx.execute(text("SELECT 1")).scalar()
        database = "no room" if was_full() else "ok"
    except MachineError as error:
        database = error.code
    return {"database": database, **_disks(city.home)}


def _disks(home: Path) -> dict[str, str]:
    """`disk` is that of our own folder; others are named when they are disks of their own."""
    named = [Path(each) for each in os.environ.get(DISKS, "").split(os.pathsep) if each]
    found = {os.stat(home).st_dev: ("disk", home)}
    for folder in (home / "blobs", *named):
        if folder.exists():
            found.setdefault(os.stat(folder).st_dev, (f"disk {folder}", folder))
    return {part: _room(folder) for part, folder in found.values()}


def _room(folder: Path) -> str:
    disk = shutil.disk_usage(folder)
    return "ok" if disk.used < FULL_AT * (disk.used + disk.free) else "almost full"
