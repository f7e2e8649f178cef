"""The pages of the city as one piece: what the application includes, and what it opens for them."""

from __future__ import annotations

from fastapi import FastAPI

from server import pages
from server.board import routes as board
from server.pages import Web
from server.public import routes as public
from server.store.unit import CityDatabase
from services.calendars.load import load_calendar
from services.clock import Clock

__all__ = ["include_pages", "open_pages"]


def include_pages(app: FastAPI) -> None:
    """Answer for the board, the status page and their static files."""
    for router in (pages.router, board.router, public.router):
        app.include_router(router)


def open_pages(app: FastAPI, database: CityDatabase, clock: Clock) -> None:
    """Give the pages what they read; another process keeps the readings fresh."""
    app.state.web = Web(database, clock, load_calendar())
