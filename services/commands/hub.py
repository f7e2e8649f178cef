"""Command serve hub: this PC listens, exchanges and relays for its office, without a window."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from types import FrameType

from models.words import tr
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import OK, Outcome
from services.sync.lan import LanPlan, OfficeLan, first_ports, typed_peers
from services.sync.mdns import Neighbours
from services.sync.service import SyncService

__all__ = ["register_hub", "run"]


def register_hub(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `hub` to the kinds of `serve`."""
    hub = kinds.add_parser("hub", help="the office's hub on this PC, without a window")
    hub.add_argument("--listen", default="", metavar="HOST:PORT", help="default: every address")
    hub.add_argument(
        "--peer", action="append", default=[], metavar="HOST[:PORT]", help="where another PC is"
    )
    hub.add_argument("--no-mdns", action="store_true", help="neither announce nor look by mDNS")
    add_user_argument(hub)
    hub.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Serve until the process is told to stop."""
    ended = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with opened_office(args, training_login="kythuat") as office:
        service = SyncService(office)
        lan = OfficeLan(office, service, _plan(args))
        service.start()
        try:
            lan.start()
            _say_ready(lan.port, as_json=args.json)
            ended.wait()
        finally:
            lan.stop()
            service.stop()
        data = {"stopped": True, "pushed": service.pushed}
    return Outcome(OK, tr("Máy trung tâm đã dừng."), data)


def _plan(args: argparse.Namespace) -> LanPlan:
    neighbours = None if args.no_mdns else Neighbours()
    plan = LanPlan(peers=typed_peers(args.peer), neighbours=neighbours)
    if not args.listen:
        return plan
    host, _, port = args.listen.rpartition(":")
    return plan.at(host.strip("[]"), first_ports(port))


def _say_ready(port: int, *, as_json: bool) -> None:
    words = tr("Máy trung tâm nghe ở cổng {port}.", port=port)
    sys.stdout.write((json.dumps({"listening": port}) if as_json else words) + "\n")
    sys.stdout.flush()
