"""A case played on real nodes with one clock: entries as they come, and time between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

from parley.desk.demo.desks import Desks
from parley.desk.demo.world import World
from parley.desk.rehearsal.moments import moments
from parley.desk.rehearsal.said import CONFLICT, Said, Sources
from parley.desk.rehearsal.watching import AGREED, looked_at
from parley.desk.scenario.entries import Line
from parley.desk.scenario.reading import Scenario
from parley.desk.scenario.sightings import Sighting
from parley.errors import ParleyError
from parley.kinds import KINDS
from parley.node.publishing import PartInput, Published
from parley.projection.view import VIEW_NAMES, views
from parley.record.envelope import Ref, Role
from parley.record.terms import Terms
from parley.values.instants import Instant

Event = Line | Sighting


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry as it was played: the records it became, by author, or why it became none."""

    line: Line
    published: tuple[tuple[str, Published], ...]
    skipped: str = ""


@dataclass(slots=True)
class Course:
    """What a rehearsal came to: its channel, what was entered, and all that was said."""

    channel: str
    terms: Terms
    entered: list[Entered] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    looks: int = 0


class Seat(Protocol):
    """A person who plays one side."""

    side: str

    def turn(self, line: Line) -> bool:
        """Let the person act where its side has an entry; tell whether the case's is entered."""

    def asked(self, notice: Published, line: Line) -> None:
        """Let the person act on what another side has just sent and asks about."""

    def hear(self, entered: Entered) -> None:
        """Show what another side has entered."""

    def told(self, said: Said) -> None:
        """Show what stands on its desk since now."""


class Rehearsal:
    """Plays one scenario in one channel of a world; ``seat`` puts a person in one side's place."""

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        channel: str,
        *,
        tell: Callable[[Entered | Said], None] | None = None,
    ) -> None:
        self._tell = tell
        self._world = world
        self._scenario = scenario
        self._channel = channel
        self.desks = Desks(world, channel)
        self.sources = Sources()
        self.course = Course(channel, world.nodes[world.setting.parties[0]].terms(channel))
        self.seat: Seat | None = None
        self._published: dict[str, Published] = {}
        self._standing: dict[str, Said] = {}
        self._tracks: dict[str, list[Sighting]] = {}

    @property
    def parties(self) -> tuple[str, ...]:
        """The sides, each with a desk."""
        return self._world.setting.parties

    def run(self) -> Course:
        """Play all entries and sightings in the order of their times, then on to the end."""
        self.look()
        for event in in_order(self._scenario.lines, self._scenario.sightings):
            self._pass_time(event.at)
            if isinstance(event, Line):
                self._enter(event)
            else:
                self._sight(event)
        self._pass_time(self._scenario.until)
        return self.course

    # --- time

    def _pass_time(self, until: Instant) -> None:
        """Look at every instant named up to then, and set the clock."""
        clock = self._world.clock
        logs = self._world.nodes[self.parties[0]].opened(self._channel)
        sizes = {origin: len(log) for origin, log in logs.items()}
        folded = views(VIEW_NAMES, self._channel, logs, sizes, clock.now(), AGREED)
        shown = [dict(view.data) for view in folded.values()]
        records = [opened for log in logs.values() for opened in log]
        for at in moments(shown, records, clock.now(), until):
            clock.set(at)
            self.look()
        clock.set(until)

    def look(self) -> None:
        """Compare what stands on all desks now with what stood there before."""
        self.course.looks += 1
        now: dict[str, Said] = {}
        for row in self.desks.view("air").data["conflicts"]:
            now[row["id"]] = self._conflict(row)
        for row in self.desks.view("advisories").data["advisories"]:
            now[row["id"]] = self._finding(row)
        at = self._world.clock.now()
        for name in self._standing.keys() - now.keys():
            self._standing.pop(name).until = at
        for name, said in now.items():
            if name not in self._standing:
                self._standing[name] = said
                self._say(said)

    def _say(self, said: Said) -> None:
        self.course.said.append(said)
        if self._tell is not None:
            self._tell(said)
        if self.seat is not None and self.seat.side in said.to:
            self.seat.told(said)

    def _finding(self, row: dict[str, Any]) -> Said:
        return Said(
            self._world.clock.now(),
            self.parties,
            row["rule"],
            row["id"],
            row["text"]["text"],
            row["settles"]["text"],
            tuple(row["parties"]),
            self.sources.rests(row["records"]),
        )

    def _conflict(self, row: dict[str, Any]) -> Said:
        sides, closest = (row["a"], row["b"]), row["closest"]
        named = [f'{s["records"][0]["number"]} "{s["title"]}" of {s["party"]}' for s in sides]
        height = closest["vertical_m"]
        up = "height not known" if height is None else f"{height} m in height"
        return Said(
            self._world.clock.now(),
            self.parties,
            CONFLICT,
            row["id"],
            f"{row['id']}, {row['verdict']}: {named[0]} and {named[1]},"
            f" {closest['lateral_m']} m aside, {up}, {closest['time_gap_s']} s in time,"
            f" from {closest['from']}.",
            "An answer by either side to the other's notice, or a change of one of the two.",
            tuple(side["party"] for side in sides),
            self.sources.rests([record for side in sides for record in side["records"]]),
        )

    # --- what is entered and seen

    def _enter(self, line: Line) -> None:
        seat = self.seat
        self.look()
        if seat is not None and seat.side in line.parties and not seat.turn(line):
            others = tuple(party for party in line.parties if party != seat.side)
            if not others:
                self.course.entered.append(Entered(line, (), f"{seat.side} did otherwise"))
                return
        else:
            others = line.parties
        entered = self._log(line, others)
        self.course.entered.append(entered)
        if self._tell is not None:
            self._tell(entered)
        for _, done in entered.published:
            self.sources.entered(done.name, line)
        if entered.published:
            self._published[line.label] = entered.published[0][1]
            self._world.settle()
        if seat is not None and seat.side not in others:
            seat.hear(entered)
        self.look()
        if seat is not None and seat.side not in line.parties:
            for _, done in entered.published:
                seat.asked(done, line)

    def _log(self, line: Line, parties: Sequence[str]) -> Entered:
        try:
            if missing := set(line.points_at()) - self._published.keys() - _dropped(line):
                return Entered(
                    line, (), f"what it names was not sent: {', '.join(sorted(missing))}"
                )
            kind, body = line.record(lambda label: self._published[label].name)
            refs = [
                Ref(cast("Role", role), self._published[label].name)
                for role, label in line.refs
                if label in self._published
            ]
            needed = set(KINDS[kind].needs_ref)
            if needed and not needed & {ref.role for ref in refs}:
                return Entered(line, (), "what it refers to was not sent")
            done = []
            for party in parties:
                node, parts = self._world.nodes[party], _for_others(line.parts, party)
                published = node.publish(
                    self._channel, kind, body, priority=line.priority, refs=refs, parts=parts
                )
                done.append((party, published))
        except ParleyError as error:
            raise error.at(f"entry {line.label!r}") from None
        return Entered(line, tuple(done))

    def _sight(self, sighting: Sighting) -> None:
        self.look()
        track = self._tracks.setdefault(sighting.label, [])
        node = self._world.nodes[sighting.who[0]]
        for said in looked_at(node, self._channel, self.sources, sighting, track):
            self._say(said)
        track.append(sighting)


def _dropped(line: Line) -> set[str]:
    """Give the labels of its references: one that was not sent is left out."""
    return {label for _, label in line.refs}


def _for_others(parts: Sequence[PartInput], party: str) -> list[PartInput]:
    """Leave the author out of an audience: it has its own parts anyway."""
    return [
        replace(part, audience=tuple(name for name in part.audience if name != party))
        for part in parts
    ]


def in_order(lines: Sequence[Line], sightings: Sequence[Sighting]) -> list[Event]:
    """Put entries and sightings in the order of their times; of one time, entries come first."""
    return sorted([*lines, *sightings], key=lambda event: (event.at, isinstance(event, Sighting)))
