"""An attachment is on the disk, under its name, before the row and the event that speak of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import event

from bench.desk import FIRST_DAY, KEY, found_office, open_desk, scan
from services.clock import FixedClock
from services.store.opening import create_store


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fsync of folders")
def test_file_first_then_row_then_event_then_commit(tmp_path: Path) -> None:
    happened: list[str] = []
    watched = {os.fsync: "fsync", os.replace: "rename"}

    def calls(_frame: FrameType, kind: str, function: object) -> None:
        if kind == "c_call" and function in (os.fsync, os.replace):
            happened.append(watched[function])

    def statement(sql: str) -> None:
        if sql.startswith(("INSERT INTO blob ", "INSERT INTO ev ")):
            happened.append(sql.split()[2])
        elif sql == "COMMIT":
            happened.append("commit")

    def listen(raw: Any, *_more: object) -> None:
        raw.set_trace_callback(statement)

    with create_store(tmp_path, KEY) as store:
        found_office(store, tmp_path)
        desk = open_desk(store, tmp_path, FixedClock(FIRST_DAY))
        event.listen(store.engine, "checkout", listen)  # SQLite itself tells: no road past it
        sys.setprofile(calls)
        try:
            first, _ = desk.receive(scan(1))
        finally:
            sys.setprofile(None)
        attached = first.components[0].attachments[0]
        with store.read() as connection:
            assert desk.core.blobs.get(connection, attached.sha256) == scan(1)
    row = happened.index("blob")
    renamed = happened.index("rename")
    assert "fsync" in happened[:renamed]  # the bytes
    assert "fsync" in happened[renamed + 1 : row]  # the name
    assert happened[row:] == ["blob", "ev", "ev", "commit"]
