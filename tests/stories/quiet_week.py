"""A quiet week between two parties, as records in their logs: all that happens when nothing does.

2,000 activities in sectors of their own, each answered by the other side; now and then two plans
that meet, seen and settled within minutes; a few answers that come late; warnings as they should
be, read back at once; calls, line checks, rosters, heads with receipts. Every number is drawn from
one seed. What a ceasefire centre logs meanwhile is in ``quiet_centre``. Traps are further records,
planted at an instant of the same week.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from parley.log.merkle import leaf_hash, node_hash
from parley.projection.fold import Opened, open_log
from parley.projection.scene import Scene
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.values.instants import Instant, parse_instant
from tests.spine.projection.test_real_kinds import RealWorld, english
from tests.spine.projection.world import HOUR, MINUTE, Log

MONDAY = parse_instant("2016-06-20T00:00:00Z")
DAY = 24 * HOUR
WEEK = 7 * DAY
WATCH = 8 * HOUR
ACTIVITIES = 2_000
SIDES = ("coalition", "russia")
WEST = {"coalition": 38.6, "russia": 36.0}
NAMED = ("At-Tanf", 33.506, 38.618)
FEET = 3048


def other(party: str) -> str:
    return SIDES[1 - SIDES.index(party)]


def spot(lat: float, lon: float, stated: str, precision_m: int = 500) -> dict[str, Json]:
    return {
        "lat_e7": round(lat * 10**7),
        "lon_e7": round(lon * 10**7),
        "precision_e4m": precision_m * 10_000,
        "stated": stated,
    }


def level(feet: int) -> dict[str, Json]:
    return {"e4m": feet * FEET, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0}


@dataclass
class Tree:
    """The root of a growing log, without hashing what was hashed before (RFC 9162 2.1)."""

    peaks: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0

    def add(self, leaf: bytes) -> None:
        level, value = 0, leaf
        while self.peaks and self.peaks[-1][0] == level:
            value, level = node_hash(self.peaks.pop()[1], value), level + 1
        self.peaks.append((level, value))
        self.size += 1

    def root(self) -> bytes:
        value = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            value = node_hash(left, value)
        return value


Act = Callable[["Week", int], None]


class Week:
    """Builds the logs in the order of time; ``plant`` puts a further act at an instant."""

    def __init__(self, seed: int = 1, activities: int = ACTIVITIES) -> None:
        self.draw = random.Random(seed)
        listed: Json = [{"names": [english(NAMED[0])], "place": spot(NAMED[1], NAMED[2], NAMED[0])}]
        self.world = RealWorld(
            places=listed, in_force_from=MONDAY - HOUR, lead_times_ms={"activity/1": HOUR}
        )
        self._acts: list[tuple[int, int, Act]] = []
        self._order = count()
        self._trees = {origin: Tree() for origin in (log.origin for log in self._logs())}
        self._times: dict[str, list[int]] = {log.origin: [MONDAY] for log in self._logs()}
        self._held_back: list[tuple[str, int, int]] = []
        self.names: dict[str, list[str]] = {}
        self.meetings: list[int] = []
        self.tallies: dict[str, list[int]] = {party: [] for party in SIDES}
        self._opened: dict[str, list[Opened]] | None = None
        self._schedule(activities)

    # --- building

    def _logs(self) -> Iterator[Log]:
        yield from self.world.logs.values()

    def plant(self, at: int, act: Act) -> None:
        heapq.heappush(self._acts, (at, next(self._order), act))

    def say(self, party: str, kind: str, at: int, /, **body: Any) -> str:
        """Log a record; ``filed`` keeps its name, so that a test finds it again.

        ``urgent``, ``issued``, ``refs`` and ``envelope`` (common fields) are not of the body.
        """
        urgent, filed = body.pop("urgent", False), body.pop("filed", "")
        log = self.world.logs[party, "urgent" if urgent else "main"]
        refs = tuple(Ref(role, to) for role, to in body.pop("refs", ()))
        fields = {"issued": Instant(body.pop("issued", at)), **body.pop("envelope", {})}
        name = log.put(log.record(kind, body, refs=refs, **fields))
        self._times[log.origin].append(at)
        if filed:
            self.names.setdefault(filed, []).append(name)
        return name

    def raw(self, log: Log, at: int, entry: bytes) -> None:
        """Put any bytes into a log."""
        log.entries.append(entry)
        self._times[log.origin].append(at)

    def hold_receipts(self, party: str, start: int, end: int) -> None:
        """Let nobody attest a party's log for a while."""
        self._held_back.append((party, start, end))

    def play(self) -> "Week":
        """Let everything happen, in order."""
        while self._acts:
            at, _, act = heapq.heappop(self._acts)
            act(self, at)
        return self

    # --- what happens every week

    def _schedule(self, activities: int) -> None:
        for i in range(activities):
            at = MONDAY + round(i * WEEK / activities) + self.draw.randrange(5 * MINUTE)
            self.plant(at, announce(SIDES[i % 2], meets=i % 180 == 90))
        for side in SIDES:  # the charters were logged and receipted before
            self.plant(MONDAY, attest(side))
        for step in range(WEEK // (10 * MINUTE)):
            for i, side in enumerate(SIDES):
                self.plant(MONDAY + step * 10 * MINUTE + (i + 4) * MINUTE, attest(side))
        for hour in range(WEEK // HOUR):
            self.plant(MONDAY + hour * HOUR + 20 * MINUTE, check_line(SIDES[hour % 2]))
        for watch in range(WEEK // WATCH):
            for side in SIDES:
                self.plant(MONDAY + max(0, watch * WATCH - 30 * MINUTE), roster(side, watch))
        for day in range(6):
            at = MONDAY + day * 24 * HOUR + 9 * HOUR + self.draw.randrange(9 * HOUR)
            self.plant(at, warn(SIDES[day % 2]))
            self.plant(at + 3 * HOUR, ring(SIDES[day % 2]))
        # On Thursday nobody answers at first; on Friday the line is down for half an hour.
        thursday, friday = MONDAY + 3 * 24 * HOUR + 14 * HOUR, MONDAY + 4 * 24 * HOUR + 3 * HOUR
        self.plant(thursday, ring("russia", "no_answer"))
        self.plant(thursday + 20 * MINUTE, ring("russia"))
        for side in SIDES:
            self.hold_receipts(side, friday, friday + 40 * MINUTE)

    # --- what can be seen of it

    def sizes(self, at: int) -> dict[str, int]:
        """How far each log had come by an instant."""
        return {o: sum(t <= at for t in times) for o, times in self._times.items()}

    def scene(self, at: int) -> Scene:
        """What both desks compute over, at an instant of the week."""
        if self._opened is None:
            self._opened = {
                log.origin: open_log(log.origin, log.entries, self.world.kinds)
                for log in self._logs()
            }
            self._memo: dict[Any, Any] = {}
        channel, agreed = self.world.channel, self.world.agreed
        return Scene(
            Situation(channel, self._opened, self.sizes(at), Instant(at), agreed, self._memo)
        )

    @property
    def opened(self) -> Mapping[str, list[Opened]]:
        assert self._opened is not None
        return self._opened

    def tree(self, log: Log) -> Tree:
        tree = self._trees[log.origin]
        for raw in log.entries[tree.size :]:
            tree.add(leaf_hash(raw))
        return tree


def announce(party: str, *, meets: bool) -> Act:
    """Announce a flight in the party's own sector; one that meets another is changed soon after."""

    def act(week: Week, at: int) -> None:
        draw = week.draw
        start = at + HOUR + 10 * MINUTE + draw.randrange(6 * HOUR)
        south, west = 33.2 + draw.random() * 2, WEST[party] + draw.random()
        low = draw.randrange(10, 30) * 1000
        body = flight(south, west, start, start + HOUR + draw.randrange(HOUR), low)
        name = week.say(party, "activity/1", at, **body)
        late = draw.random() < 0.03
        delay = draw.randrange(2, 25) * MINUTE + (25 * MINUTE if late else 0)
        week.plant(at + delay, acknowledge(other(party), name))
        if meets:
            week.meetings.append(at + MINUTE)
            rival = week.say(other(party), "activity/1", at + MINUTE, **body)
            week.plant(at + 12 * MINUTE, acknowledge(party, rival))
            moved = flight(south, WEST[other(party)], start, start + HOUR, low)
            week.plant(at + 15 * MINUTE, replace(other(party), rival, moved))

    return act


def flight(south: float, west: float, start: int, end: int, low: int) -> dict[str, Any]:
    points: list[Json] = [
        {"lat_e7": round((south + i * 0.1) * 10**7), "lon_e7": round((west + i * 0.15) * 10**7)}
        for i in range(3)
    ]
    volume: dict[str, Json] = {
        "shape": {"type": "corridor", "line": points, "half_width_e4m": 18_520_000},
        "lower": level(low),
        "upper": level(low + 3000),
        "time_start": start,
        "time_end": end,
    }
    return {"title": "Routine flight", "volumes": [volume]}


def acknowledge(party: str, name: str, **read_back: Any) -> Act:
    def act(week: Week, at: int) -> None:
        body = {"stance": "acknowledge", "officer": "Duty officer", **read_back}
        week.say(party, "answer/1", at, refs=[("answers", name)], **body)

    return act


def replace(party: str, name: str, body: dict[str, Any]) -> Act:
    def act(week: Week, at: int) -> None:
        moved = week.say(party, "activity/1", at, refs=[("replaces", name)], **body)
        week.plant(at + 5 * MINUTE, acknowledge(other(party), moved))

    return act


def attest(party: str) -> Act:
    """Log a head of the other side's logs, with the receipt over it."""

    def act(week: Week, at: int) -> None:
        owner = other(party)
        if any(p == owner and start <= at < end for p, start, end in week._held_back):
            return
        for lane in ("main", "urgent"):
            log = week.world.logs[owner, lane]
            tree = week._trees[log.origin]
            if tree.size == len(log.entries):
                continue
            tree = week.tree(log)
            note = log.note(tree.size, at, cosigners=[(party, "receipt")], root=tree.root())
            said = {"origin": log.origin, "size": tree.size, "note": note}
            week.say(party, "head/1", at, **said)
            week.plant(at + MINUTE, own_head(owner, said))

    return act


def own_head(party: str, said: dict[str, Any]) -> Act:
    """Log the receipt that the other side gave over a log of ours."""

    def act(week: Week, at: int) -> None:
        week.say(party, "head/1", at, **said)

    return act


def check_line(party: str) -> Act:
    def act(week: Week, at: int) -> None:
        said = {"to": other(party), "medium": "exchange", "tried_at": at, "result": "ok"}
        week.say(party, "line_check/1", at, round_trip_ms=40, **said)

    return act


def roster(party: str, watch: int) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party,
            "roster/1",
            at,
            filed=f"roster {party}",
            watch_from=MONDAY + watch * WATCH,
            watch_to=MONDAY + (watch + 1) * WATCH,
            post="Duty officer",
            deputies=["Deputy duty officer"],
            languages=["en"],
        )

    return act


def warning(at: int, **changes: Any) -> dict[str, Any]:
    """The body of a warning that has everything, with changes; None leaves a field out."""
    body: dict[str, Any] = {
        "urgency": "safety",
        "asked": english("Keep clear of the garrison."),
        "place": spot(NAMED[1], NAMED[2], NAMED[0]),
        "window": {"time_start": at, "time_end": at + 2 * HOUR},
        "valid_until": at + 2 * HOUR,
        "owner": "Chief of watch",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def warn(party: str) -> Act:
    def act(week: Week, at: int) -> None:
        body = warning(at)
        name = week.say(party, "warning/1", at, urgent=True, **body)
        back = {"place": body["place"], "window": body["window"]}
        week.plant(at + 4 * MINUTE, acknowledge(other(party), name, **back))

    return act


def ring(party: str, outcome: str = "connected") -> Act:
    def act(week: Week, at: int) -> None:
        said: dict[str, Any] = {"medium": "telephone", "direction": "out", "to": other(party)}
        if outcome == "connected":
            said["said"] = english("Routine exchange of the day's plans.")
        week.say(party, "call/1", at, opened_at=at, outcome=outcome, **said)

    return act
