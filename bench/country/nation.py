"""Offices, PCs and the city on a virtual clock; questions take as long as a real city took.

Every PC runs the production engine; the city answers with the production answering half. Modelled
are the stores (`ledger.py`), the wire (10 ms each way) and the city's CPU: a queue before so many
cores of city servers, then one before so many of PostgreSQL. Two simplifications, both against us:
no PC hears anything over its LAN, and a poll that is woken is paid for twice. One in our favour: a
poll is not woken by what its own PC pushed.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.country.costs import Cost, Costs
from bench.country.ledger import START, Ledger, end_of
from models.roster import city_log
from services.sync import answering, core
from services.sync.accept import Member
from services.sync.client import READ_S
from services.sync.messages import Answered, Appended, Ask, Failed, Given, PeerUp, Tick, WakeAt
from services.sync.protocol import Answer, Pull, Push, Question, Suffixes

ONE_WAY_S = 0.01
PCS = 5
DAY_MS = 86_400_000
SAMPLED = 20
"""One office in so many tells how long its acts took."""


class Clock:
    """Virtual seconds and what is due when."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Do `action` at a time."""
        self._count += 1
        heapq.heappush(self._due, (when, self._count, action))

    def run(self, until: float, *, enough: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, until `enough`."""
        while self._due and self._due[0][0] <= until and not enough():
            self.now, _, action = heapq.heappop(self._due)
            action()
        if not enough():
            self.now = until


class Station:
    """So many cores, first come first served; None for as many as are wanted."""

    def __init__(self, clock: Clock, cores: int | None) -> None:
        self.used: Counter[int] = Counter()
        self._clock = clock
        self._free = [0.0] * cores if cores else None

    def serve(self, seconds: float, then: Callable[[], None]) -> None:
        """Work so long on one core, then go on."""
        start = self._clock.now
        if self._free is not None:
            start = max(start, heapq.heappop(self._free))
            heapq.heappush(self._free, start + seconds)
        self.used[int(start)] += seconds  # type: ignore[assignment]
        self._clock.at(start + seconds, then)


class Told:
    """What is counted, second by second where it makes sense."""

    def __init__(self) -> None:
        self.requests: Counter[int] = Counter()
        self.up: Counter[int] = Counter()
        self.down: Counter[int] = Counter()
        self.connections = self.most_connections = 0
        self.unsent = self.most_unsent = 0
        self.lost = 0
        self.to_city: list[float] = []
        self.to_pcs: list[float] = []
        self.emptied = 0.0

    def hold(self, more: int) -> None:
        """Connections opened, or closed."""
        self.connections += more
        self.most_connections = max(self.most_connections, self.connections)

    def owe(self, more: int) -> None:
        """Events that the city does not have, more or fewer."""
        self.unsent += more
        self.most_unsent = max(self.most_unsent, self.unsent)


class City:
    """Answers for all offices."""

    def __init__(self, nation: Nation, cores: tuple[int, int] | None) -> None:
        self.stations = [Station(nation.clock, n) for n in cores or (None, None)]
        key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.key, self._sign = key.public_key().public_bytes_raw(), key.sign
        self._nation = nation
        self._ledgers: dict[str, Ledger] = {}
        self._polls: dict[str, list[Callable[[], None]]] = {}

    def ledger(self, office: str) -> Ledger:
        """What the city holds of an office."""
        if office not in self._ledgers:
            self._ledgers[office] = Ledger(office, sign=self._sign)
        return self._ledgers[office]

    def ask(self, pc: Pc, question: Question, reply: Callable[[Answer], None]) -> None:
        """A question arrives; it is answered when there was a core for it."""
        nation = self._nation
        nation.told.requests[int(nation.clock.now)] += 1
        if isinstance(question, Push):
            cost = nation.costs.push(len(question.run.events))
            self._work(cost, lambda: self._push(pc, question, reply))
        elif isinstance(question, Pull):
            self._work(nation.costs.pull_none, lambda: self._poll(pc, question, reply))
        else:
            self._work(nation.costs.pull_none, lambda: reply(self._answer(pc, question)))

    def _work(self, cost: Cost, then: Callable[[], None]) -> None:
        second, told = int(self._nation.clock.now), self._nation.told
        told.up[second] += int(cost.up)
        told.down[second] += int(cost.down)
        first, second_one = self.stations
        first.serve(cost.city, lambda: second_one.serve(cost.postgres, then))

    def _push(self, pc: Pc, push: Push, reply: Callable[[Answer], None]) -> None:
        ledger = self.ledger(pc.office)
        ledger.now_ms = self._nation.wall_ms()
        before = ledger.heads().get(pc.log, START).seq
        reply(self._answer(pc, push))
        if end_of(push.run) > before:
            self._nation.durable(pc, end_of(push.run) - before)
            for wake in self._polls.pop(pc.office, []):
                wake()

    def _poll(self, pc: Pc, asked: Pull, reply: Callable[[Answer], None]) -> None:
        """Answer when there is something to tell, or when the time is over."""
        found, done = self._answer(pc, asked), False

        def say(said: Answer) -> None:
            nonlocal done
            if not done:
                done = True
                reply(said)

        def wake() -> None:
            """Look again; still nothing: it goes on waiting."""
            if done:  # its time was over before
                return
            said = self._answer(pc, asked)
            events = _events(said)
            if events:
                self._work(self._nation.costs.pull(events), lambda: say(said))
            else:
                self._polls.setdefault(pc.office, []).append(wake)

        if events := _events(found):
            self._work(self._nation.costs.pull(events), lambda: say(found))
        elif not asked.wait_ms:
            say(found)
        else:
            self._polls.setdefault(pc.office, []).append(wake)
            over = self._nation.clock.now + asked.wait_ms / 1000
            self._nation.clock.at(over, lambda: say(self._answer(pc, replace(asked, events=1))))

    def _answer(self, pc: Pc, question: Question) -> Answer:
        ledger = self.ledger(pc.office)
        if isinstance(question, Pull):  # its own log would come as real events, which we lack
            own = ledger.heads().get(pc.log, START)
            question = replace(question, heads={**question.heads, pc.log: own})
        return answering.answer(
            ledger, question, asker=Member(pc.log, bytes(32)),
            me=answering.Me(city_log(self.key, pc.office)), now_ms=self._nation.wall_ms(),
        )  # fmt: skip


def _events(said: Answer) -> int:
    return sum(len(run.events) for run in said.runs) if isinstance(said, Suffixes) else 0


class Pc:
    """The shell around the engine of one PC: one question and one poll travel at a time."""

    def __init__(self, nation: Nation, office: str, number: int) -> None:
        self.office = office
        self.log = f"{office}/{number}".encode().ljust(16, b".")
        self.ledger = Ledger(office)
        self.waiting: deque[tuple[int, float]] = deque()
        self._nation = nation
        self._lanes: tuple[deque[Ask], deque[Ask]] = (deque(), deque())
        self._alarm = 0
        config = core.Config(
            office, self.log, nation.random.random, nation.wall_ms,
            city=city_log(nation.city.key, office), city_key=nation.city.key,
        )  # fmt: skip
        self._state = core.start(config, self.ledger)

    def meet(self, away_ms: int) -> None:
        """The city can be reached."""
        city = self._state.config
        self.give(PeerUp(city.city, city.city_key, "city", away_ms=away_ms))

    def act(self, events: int) -> None:
        """Somebody did something here."""
        seq = self.ledger.write(self.log, events)
        self.waiting.append((seq, self._nation.clock.now))
        self._nation.told.owe(events)
        self.give(Appended())

    def give(self, given: Given) -> None:
        """One step of the engine, and what it wants done."""
        self._state, outputs = core.step(self._state, given, now_ms=self._nation.now_ms())
        for output in outputs:
            if isinstance(output, Ask):
                lane = self._lanes[isinstance(output.question, Pull)]
                lane.append(output)
                if len(lane) == 1:
                    self._carry(lane)
            elif isinstance(output, WakeAt):
                self._sleep_until(output.at_ms / 1000)

    def _sleep_until(self, when: float) -> None:
        self._alarm += 1
        mine = self._alarm

        def ring() -> None:
            if mine == self._alarm:
                self.give(Tick())

        self._nation.clock.at(max(when, self._nation.clock.now), ring)

    def _carry(self, lane: deque[Ask]) -> None:
        """Put the first question of a lane; its answer, or its end, lets the next one go."""
        clock, told, ask = self._nation.clock, self._nation.told, lane[0]
        told.hold(1)
        open_still = [True]

        def end(given: Given) -> None:
            if open_still:
                open_still.clear()
                told.hold(-1)
                lane.popleft()
                if lane:
                    self._carry(lane)
                self.give(given)

        def late() -> None:
            if open_still:
                told.lost += 1
                end(Failed(ask.request, "DB-02"))

        def reply(said: Answer) -> None:
            clock.at(clock.now + ONE_WAY_S, lambda: end(Answered(ask.request, said)))
            self._nation.heard(self, said)

        wait = ask.question.wait_ms / 1000 if isinstance(ask.question, Pull) else 0.0
        clock.at(clock.now + READ_S + wait, late)
        clock.at(clock.now + ONE_WAY_S, lambda: self._nation.city.ask(self, ask.question, reply))


class Nation:
    """So many offices with their PCs, and a city with so many cores for (city, PostgreSQL)."""

    def __init__(
        self, offices: int, costs: Costs, cores: tuple[int, int] | None, *, seed: int = 1
    ) -> None:
        self.clock = Clock()
        self.costs = costs
        self.random = Random(seed)
        self.told = Told()
        self.city = City(self, cores)
        self.pcs = [Pc(self, f"{n:05}", i) for n in range(offices) for i in range(PCS)]
        self._written: dict[tuple[bytes, int], float] = {}

    def now_ms(self) -> int:
        """The engine's clock."""
        return round(self.clock.now * 1000)  # an alarm must not ring a moment too early

    def wall_ms(self) -> int:
        """Everybody's wall clock."""
        return 1_800_000_000_000 + self.now_ms()

    def durable(self, pc: Pc, events: int) -> None:
        """The city holds so many events more of a PC's log."""
        self.told.owe(-events)
        self.told.emptied = self.clock.now
        held = self.city.ledger(pc.office).heads()[pc.log].seq
        while pc.waiting and pc.waiting[0][0] <= held:
            seq, begun = pc.waiting.popleft()
            if self._is_sampled(pc):
                self.told.to_city.append(self.clock.now + ONE_WAY_S - begun)
                self._written[pc.log, seq] = begun

    def heard(self, pc: Pc, said: Answer) -> None:
        """An answer is on its way to a PC: acts of others that it brings."""
        if isinstance(said, Suffixes) and self._is_sampled(pc):
            for run in said.runs:
                begun = self._written.get((run.log, end_of(run)))
                if begun is not None:
                    self.told.to_pcs.append(self.clock.now + ONE_WAY_S - begun)

    def even(self) -> bool:
        """Whether everybody holds everything."""
        return self.told.unsent == 0 and all(
            pc.ledger.heads() == self.city.ledger(pc.office).heads() for pc in self.pcs
        )

    def _is_sampled(self, pc: Pc) -> bool:
        return int(pc.office) % SAMPLED == 0


def acts(
    nation: Nation, seconds: float, *, rate: float, peak: tuple[float, float], times: float
) -> Iterator[float]:
    """Times of acts: `rate` a second in the whole nation, `times` as many within the peak."""
    now = 0.0
    while now < seconds:
        busy = peak[0] <= now < peak[1]
        now += nation.random.expovariate(rate * (times if busy else 1))
        yield now
