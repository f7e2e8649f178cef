"""Logs written by hand for the tests of sync: real keys, real chains, any payload."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from models.codec import to_payload
from models.envelope import GENESIS, Actor, Envelope, Sealed, log_id, seal
from services.clock import FixedClock
from services.journal.device import Device, make_device
from services.sync.protocol import Head, Origin, Run
from tests.support.devices import OFFICE, START

ACTOR = Actor("staff-a", "receptionist", "s")


@dataclass
class Writer:
    """A device and the log it has written so far."""

    device: Device
    office: str = OFFICE
    events: list[Sealed] = field(default_factory=list)

    @property
    def log(self) -> bytes:
        return self.device.log

    @property
    def head(self) -> Head:
        return self.head_at(len(self.events))

    def head_at(self, seq: int) -> Head:
        return Head(seq, self.events[seq - 1].hash if seq else GENESIS)

    def write(self, *events, stream: str = "dossier/d1", signed: bool = True) -> None:
        """One act of `events`, its last one signed."""
        for event in events:
            seq = len(self.events) + 1
            self.events.append(
                seal(
                    Envelope(
                        id=f"{self.log.hex()[:8]}-{seq}", log=self.log, seq=seq,
                        prev=self.head.hash, office=self.office, stream=stream, type=event.KIND,
                        type_version=event.VERSION, parents=(), hlc=seq << 16, wall=seq, skew=None,
                        actor=ACTOR, fold=1, payload=to_payload(event),
                    )
                )
            )  # fmt: skip
        if signed:
            last = self.events[-1]
            self.events[-1] = replace(last, signature=self.device.sign(last.hash))

    def run(self, after: int = 0, until: int | None = None) -> Run:
        picked = self.events[after:until]
        pairs = tuple((item.body, item.signature) for item in picked)
        return Run(self.log, Origin(self.device.public_key, self.device.incarnation), pairs)

    def twin(self, at: int | None = None) -> Writer:
        """The same key and log, restored to what it was after `at` events."""
        return Writer(self.device, self.office, self.events[:at])

    def reborn(self) -> Writer:
        """The same key with its next log."""
        number = self.device.incarnation + 1
        log = log_id(self.device.public_key, number)
        return Writer(replace(self.device, incarnation=number, log=log), self.office)


def writer(name: str, office: str = OFFICE) -> Writer:
    """A new device, the same for the same name."""
    clock = FixedClock(START, seed=sum(name.encode()))
    return Writer(make_device(clock, name=name, slot=1), office)
