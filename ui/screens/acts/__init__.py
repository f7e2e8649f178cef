"""Acts on a dossier, the same from every screen: `run_act(screen, dossier, act)`.

>>> from ui.screens.acts import run_act, run_bulk
>>> run_act(self, dossier, Act.ASSIGN)          # opens the act's dialog, or the screen it lives on

Every dialog asks what the act needs, calls its service through `screen.write`, puts an
`InputError` under the field it names, says other refusals above the buttons and stays open.
When the act is done it says so in the banner and tells `desk.changes` with
`Changed({dossier.id}, queues=True)`: screens refresh from there, so the caller needs no answer.

Acts with a screen of their own (approve, sign, number, seal, finish, hand over, submit) lead
there with `desk.go(place, dossier.id)`. Ask `models.authority.allowed_acts` before offering an
act; the service asks again.

`run_bulk(screen, rows, ...)` does one act on many rows and shows one result per row.
"""

from __future__ import annotations

from ui.screens.acts.bulk import assign_many, run_bulk, transfer_many
from ui.screens.acts.run import FORMS, PLACES_OF, can_run, run_act

__all__ = [
    "FORMS", "PLACES_OF", "assign_many", "can_run", "run_act", "run_bulk", "transfer_many",
]  # fmt: skip
