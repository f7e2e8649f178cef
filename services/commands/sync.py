"""Command sync: exchange once with the city and the other PCs, or say how things stand."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from models.errors import InputError
from models.words import tr
from services.commands.opening import add_user_argument, opened_office
from services.commands.outcome import CANNOT_TELL, NO, OK, Outcome
from services.oversight.words import kind_words
from services.sync.faults import fault_words
from services.sync.once import Exchange, exchange_once, read_status
from services.sync.status import SyncStatus

__all__ = ["register", "run"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sync --once` and `sync status`."""
    parser = subparsers.add_parser("sync", help="exchange with the city and the office's PCs")
    parser.add_argument("--once", action="store_true", help="exchange until all is even, then end")
    parser.add_argument("--seconds", type=float, default=600.0, help="give up after so long")
    add_user_argument(parser)
    parser.set_defaults(run=run, sync_act="")
    acts = parser.add_subparsers(dest="sync_act")
    status = acts.add_parser("status", help="what is unsent, with age, owner and reason")
    status.add_argument("--user", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    status.set_defaults(run=run)


def run(args: argparse.Namespace) -> Outcome:
    """Do what was asked for."""
    if args.sync_act == "status":
        with opened_office(args, read_only=True, training_login="kythuat") as office:
            return _status(read_status(office))
    if not args.once:
        raise InputError(
            "DL-14", tr("Lệnh sync cần --once hoặc status."), tr("Ví dụ: main.py sync --once.")
        )
    with opened_office(args, training_login="kythuat") as office:
        return _once(exchange_once(office, seconds=args.seconds), read_status(office))


def _once(done: Exchange, now: SyncStatus) -> Outcome:
    """0 when all is even, 1 when something is left, 2 when no peer could be reached."""
    data = asdict(done)
    faults = data.pop("faults")
    text = tr(
        "Đã gửi {pushed}, đã nhận {pulled}, mâu thuẫn {conflicts}, chưa gửi {unsent}.",
        pushed=done.pushed, pulled=done.pulled, conflicts=done.conflicts, unsent=done.unsent,
    )  # fmt: skip
    text = "\n".join((text, *(fault_words(code) for code in faults)))
    if done.heads_equal and not done.unsent:
        return Outcome(OK, text, data)
    text = "\n".join((text, *_refusals(now)))
    return Outcome(CANNOT_TELL if faults else NO, text, {**data, "faults": list(faults)})


def _status(found: SyncStatus) -> Outcome:
    data = {
        "enrolled": found.enrolled, "server": found.server, "unsent": found.unsent,
        "here_only": found.here_only, "relayed": found.relayed, "conflicts": found.conflicts,
        "revoked_after": found.revoked_after, "forked": [log.hex() for log in found.forked],
        "acts": [
            {"id": a.event_id, "kind": a.kind, "stream": a.stream, "owner": a.owner_name or a.owner,
             "age_seconds": a.age_seconds, "reason": a.reason, "words": a.words,
             "here_only": a.here_only}
            for a in found.acts
        ],
        "peers": [
            {"kind": p.kind, "name": p.name, "address": p.address, "app": p.app,
             "last_ok": p.last_ok, "fault": p.fault, "offset_ms": p.offset_ms,
             "missing": p.missing}
            for p in found.peers
        ],
        "refusals": [
            {"code": r.code, "words": r.words, "at": r.at, "peer": r.peer_name}
            for r in found.refusals
        ],
    }  # fmt: skip
    return Outcome(OK, "\n".join(_lines(found)), data)


def _lines(found: SyncStatus) -> list[str]:
    lines = [
        tr(
            "Chưa gửi: {unsent}; chỉ có trên máy này: {here}; mâu thuẫn: {conflicts}.",
            unsent=found.unsent, here=found.here_only, conflicts=found.conflicts,
        )
    ]  # fmt: skip
    if not found.enrolled:
        lines.append(tr("Máy này chưa ghi danh với thành phố."))
    for act in found.acts:
        who = act.owner_name or act.owner
        what = kind_words(act.kind)
        minutes = act.age_seconds // 60
        lines.append(tr("{what}, {who}, {minutes} phút: {words}", what=what, who=who,
                        minutes=minutes, words=act.words))  # fmt: skip
    for peer in found.peers:
        words = fault_words(peer.fault) if peer.fault else peer.last_ok
        lines.append(f"{peer.name} {peer.address}: {words}")
    return lines + _refusals(found)


def _refusals(found: SyncStatus) -> list[str]:
    """What this PC would not take, or was not taken from it, and why."""
    return [f"{r.peer_name}: {r.words} [{r.code}]" for r in found.refusals]
