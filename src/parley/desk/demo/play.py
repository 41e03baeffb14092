"""A scenario played on the three nodes: each entry is published by its author, and all is told."""

from typing import Any, cast

from parley.desk.demo.desks import Air, Desks
from parley.desk.demo.script import Script
from parley.desk.demo.world import MIRROR, World
from parley.desk.scenario.entries import Line
from parley.desk.scenario.reading import Scenario
from parley.desk.words import Grade, grades_summary
from parley.kinds import KINDS
from parley.node.publishing import Published
from parley.record.envelope import Ref, Role
from parley.values.instants import Instant, parse_instant

_MARKS = {"attention": "!", "information": "i"}


class Play:
    """Plays scenarios in one channel; keeps which record each label became."""

    def __init__(self, world: World, channel: str, script: Script) -> None:
        self._world = world
        self._channel = channel
        self._script = script
        self._terms = world.nodes[MIRROR].terms(channel)
        self._desks = Desks(world, channel)
        self._entered: dict[str, list[Published]] = {}
        self._authors: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._places = [known.names[0].text for known in self._terms.places]

    def run(self, scenario: Scenario) -> None:
        """Play every entry in its order; let time pass where an answer falls due in between."""
        for line in scenario.lines:
            self._pass_time(line.at)
            self._enter(line)
            self._script.pause()

    def published(self, label: str) -> Published:
        """Give the record that an entry became; the first author's, if there are several."""
        return self._entered[label][0]

    def _pass_time(self, until: Instant) -> None:
        while (due := self._desks.next_due()) is not None and due <= until:
            self._world.clock.set(Instant(due))
            self._script.say()
            self._script.head(Instant(due), "time passes; an answer was due by now")
            self._advisories()
            self._script.pause(0.5)

    def _enter(self, line: Line) -> None:
        self._world.clock.set(line.at)
        kind, body = line.record(lambda label: self.published(label).name)
        refs = [Ref(cast("Role", role), self.published(label).name) for role, label in line.refs]
        entered = self._entered[line.label] = []
        for party in line.parties:
            node = self._world.nodes[party]
            done = node.publish(self._channel, kind, body, priority=line.priority, refs=refs)
            entered.append(done)
            self._authors[done.name] = party
        self._world.settle()
        self._script.say()
        for done in entered:
            columns = [f"{self._authors[done.name]:<9}", done.number, f"check {done.check_code}"]
            urgent = ["urgent"] if line.priority == "urgent" else []
            self._script.head(line.at, *columns, kind, *urgent)
        self._script.item("what", line.say)
        self._script.item("basis", line.basis.words())
        for done in entered:
            self._tell_known(done, f"{done.number} " if len(entered) > 1 else "")
        self._tell_consequences(line, kind)

    def _tell_known(self, done: Published, before: str = "") -> None:
        """Say who is proven to know of a record, unless that was said before."""
        found = self._world.known(self._authors[done.name], self._channel, done.name)
        words = grades_summary(cast("list[tuple[Grade, str]]", found))
        if self._known.get(done.name) != words:
            self._known[done.name] = words
            self._script.item("known", before + words)

    def _tell_consequences(self, line: Line, kind: str) -> None:
        for role, label in line.refs:
            target = self.published(label)
            if role in ("about", "answers"):
                self._tell_known(target, f"{target.number} is now ")
        if KINDS[kind].agreed:
            self._agreed_text(line)
        if kind == "answer/1":
            self._read_back(self._entered[line.label][0])
        self._two_accounts(line)
        self._air(self._desks.air())
        self._advisories()

    def _agreed_text(self, line: Line) -> None:
        name = self._entered[line.label][0].name
        for text in self._desks.view("charter").data["texts"]:
            if any(record["name"] == name for record in text["records"]):
                state = "stands" if text["stands"] else "does not stand yet"
                self._script.item(
                    "agreed",
                    f"one text, digest {text['digest'][:16]}, logged by"
                    f" {' and '.join(line.parties)}: it {state}.",
                )

    def _read_back(self, answer: Published) -> None:
        row = self._desks.answered(answer.name)
        if row is None:
            return
        compared = row["read_back"]
        items = [f"{item['what']} {item['result']}" for item in compared["items"]]
        self._script.item("read back", f"{compared['result']} {row['notice']}: {', '.join(items)}")
        places = [place["names"][0]["text"] for place in self._desks.view("charter").data["places"]]
        if places != self._places:
            self._places = places
            self._script.item("agreed list", f"now {', '.join(places)}")

    def _two_accounts(self, line: Line) -> None:
        mine = self._entered[line.label][0]
        for role, label in line.refs:
            other = self.published(label)
            if role == "same_event" and self._authors[other.name] != line.parties[0]:
                self._script.item(
                    "accounts",
                    f"{other.number} of {self._authors[other.name]} and {mine.number} of"
                    f" {line.parties[0]} speak of one event. They stand side by side; which is"
                    " true, Parley does not say.",
                )

    def _advisories(self) -> None:
        for found in self._desks.new_advisories():
            mark = _MARKS[found["severity"]]
            self._script.item(found["rule"], f"{found['text']['text']}  [{found['id']}]", mark)

    # --- the air

    def _air(self, air: Air) -> None:
        for conflict in air.new:
            self._conflict(conflict)
        for conflict in air.gone:
            self._script.item("gone", f"{conflict['id']} stands on neither desk any more.", "*")
        if air.new or air.gone:
            count = {0: "no conflict", 1: "one conflict"}.get(air.left, f"{air.left} conflicts")
            self._script.item(
                "both desks",
                f"show {count}: two nodes, one air view of {len(air.picture.raw)} bytes, byte for"
                f" byte the same (SHA-256 {air.picture.sha256[:16]}).",
            )

    def _conflict(self, conflict: dict[str, Any]) -> None:
        closest = conflict["closest"]
        sides = [_side(conflict[side]) for side in ("a", "b")]
        self._script.item(conflict["verdict"], f"{conflict['id']}  {sides[0]}", "!")
        self._script.item("", f"{' ' * len(conflict['id'])}  {sides[1]}")
        self._script.item("where", place_words(closest["position"]))
        self._script.item(
            "when",
            f"{closest['from']} to {closest['until'] or 'further notice'};"
            f" {_ahead(parse_instant(closest['from']) - self._world.clock.now())}",
        )
        height = closest["vertical_m"]
        up = "height not known" if height is None else f"{height} m vertically"
        self._script.item(
            "how close",
            f"{closest['lateral_m']} m laterally, {up}, {closest['time_gap_s']} s in time;"
            f" minima broken: {', '.join(conflict['broken']) or 'none'}",
        )


def place_words(position: dict[str, int]) -> str:
    """Write a position of a view in degrees with five decimals, as conflicts are rounded."""
    return ", ".join(
        f"{abs(position[key]) // 10_000_000}.{abs(position[key]) % 10_000_000 // 100:05d}"
        f" {letters[position[key] < 0]}"
        for key, letters in (("lat_e7", "NS"), ("lon_e7", "EW"))
    )


def _side(side: dict[str, Any]) -> str:
    return f'{side["party"]} {side["records"][0]["number"]} "{side["title"]}"'


def _ahead(ms: int) -> str:
    if ms <= 0:
        return "it has begun"
    hours, minutes = divmod(ms // 60_000, 60)
    return f"shown {hours} h {minutes} min before it begins"
