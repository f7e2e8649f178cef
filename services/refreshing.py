"""What an open office takes up after events of other PCs came in: settings, calendar, catalogue.

The rows are written by the projectors in the transaction that stored the events; this is for what
the program holds in memory or in files beside the store.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.changed import Changed
from services.administration import reload_calendar, use_catalogue_of_today
from services.core import Core
from services.key_store import take_up_roots

__all__ = ["refresh_core"]


def refresh_core(core: Core, streams: Iterable[str]) -> Changed:
    """Take up what `streams` (those of a `Taken`) changed; says which screens may differ.

    Harmless to repeat. Called once when sync starts with every stream of the office, too: a power
    cut may have come between storing and taking up. Raises `MachineError` when the disk refuses a
    root certificate.
    """
    kinds: dict[str, set[str]] = {}
    for stream in streams:
        kind, _, key = stream.partition("/")
        kinds.setdefault(kind, set()).add(key)
    if "office" in kinds:
        core.reload_settings()
    if kinds.keys() & {"office", "calendar"}:
        reload_calendar(core)
    if "catalogue" in kinds:
        use_catalogue_of_today(core)
    if "key" in kinds:
        take_up_roots(core)
    dossiers = frozenset(kinds.get("dossier", ()))
    return Changed(
        dossiers,
        queues=bool(kinds.keys() & {"dossier", "submission", "staff", "calendar", "book"}),
        catalogue=bool(kinds.keys() & {"catalogue", "template"}),
        settings=bool(kinds.keys() & {"office", "staff", "calendar", "key"}),
    )
