"""Views are byte-equal at equal arguments, in whatever order and by whatever road records came."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import ViewAhead, ViewUnknown
from parley.projection.fold import Opened, Reader
from parley.projection.heads import Memo
from parley.projection.view import ADVISORY_RULES, RULES, VIEW_NAMES, compute, views
from parley.record.canonical import canonical
from parley.record.signature import SeedSigner
from parley.values.instants import Instant
from tests.spine.projection.test_air import column
from tests.spine.projection.world import (
    AGREED,
    HOUR,
    KINDS,
    MINUTE,
    NOON,
    Log,
    World,
    b64,
    place,
    possession,
    signer,
)

STANCES = ("acknowledge", "object", "propose")
WHERE = tuple(place(33.5 + i * 0.05, 38.6, stated=s) for i, s in enumerate(("A", "At-Tanf", "C")))


class Drawn:
    """A channel in which parties do whatever they may, drawn step by step."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        parties = ("coalition", "russia", "turkey")[: self.pick((2, 3))]
        self.world = World(
            *parties,
            voices=["village"],
            listed=(("At-Tanf", WHERE[1]),),
            readback=("notice/1",),
        )
        self.names = ["ab" * 32]
        steps = (
            self.warns, self.answers, self.plans, self.happens, self.calls, self.refers,
            self.attests, self.spoils, self.turns_keys, self.suspends, self.meets,
        )  # fmt: skip
        for _ in range(data.draw(st.integers(0, 14), label="steps")):
            self.pick(steps)(self.log())

    def pick(self, choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def log(self) -> Log:
        return self.world.logs[self.pick(sorted(self.world.logs))]

    def when(self) -> int:
        return NOON + self.pick((-HOUR, 0, MINUTE, 20 * MINUTE, 90 * MINUTE, 7 * HOUR))

    def ref(self, *roles: str) -> list[tuple[str, str]]:
        return [(self.pick(roles), self.pick(self.names))]

    def warns(self, log: Log) -> None:
        manner, at = self.pick(("warned", "planned")), self.when()
        of = self.pick((None, ("village",), ("russia", "coalition")))
        self.names.append(
            log.say("notice/1", at, manner=manner, place=self.pick(WHERE), start=at, of=of)
        )

    def answers(self, log: Log) -> None:
        where = self.pick((None, *WHERE))
        said = {"says": self.pick(STANCES), "place": where}
        self.names.append(log.say("reply/1", self.when(), refs=self.ref("answers"), **said))

    def plans(self, log: Log) -> None:
        volume = column(33.5 + self.pick((0, 1)) / 10, start=self.when(), end=NOON + 9 * HOUR)
        role = self.pick(("activity", "zone"))
        group = self.pick((None, "lift"))
        refs = self.pick(([], self.ref("replaces")))
        said = {"title": "x", "volumes": (volume,), "role": role, "activity": group}
        self.names.append(log.say("plan/1", self.when(), refs=refs, **said))

    def happens(self, log: Log) -> None:
        at, refs = self.when(), self.pick(([], self.ref("same_event")))
        said = {"manner": "happened", "place": self.pick(WHERE), "start": at, "end": at}
        self.names.append(log.say("about/1", at, refs=refs, **said))

    def calls(self, log: Log) -> None:
        to = self.pick(((), ("village",), ("russia",)))
        said = {"to": to, "got_through": self.pick((True, False)), "spoken_at": self.when()}
        log.say("rang/1", self.when(), refs=self.ref("about"), **said)

    def refers(self, log: Log) -> None:
        refs = self.ref("replaces", "withdraws", "withdraws")
        self.names.append(log.say("plain/1", self.when(), text=str(self.pick(range(9))), refs=refs))

    def attests(self, log: Log) -> None:
        other, at = self.log(), max(self.when(), NOON)
        cosigners = [(h, r) for h in ("mirror", log.party) for r in ("witness", "receipt")]
        root = self.pick((None, None, None, b"\x01" * 32))
        size = self.data.draw(st.integers(1, len(other.entries)))
        log.say("head/1", at, note=other.note(size, at, cosigners=cosigners, root=root))

    def spoils(self, log: Log) -> None:
        what = self.pick(("garbage", "replay", "future", "stranger", "test"))
        if what == "garbage":
            log.entries.append(self.data.draw(st.binary(max_size=20)))
        elif what == "replay":
            log.entries.append(self.pick(self.log().entries))
        elif what == "future":
            log.say("future/7", self.when(), text="?")
        elif what == "stranger":
            log.say("plain/1", by=[signer("nobody", "author")])
        else:
            log.say("plain/1", changes={"status": "test"})

    def turns_keys(self, log: Log) -> None:
        new, old = signer(log.party, "author", 1), signer(log.party, "author")
        author = (log.party, "author")
        since = self.data.draw(st.integers(0, 9))
        changes = [(*author, b64(new.public), "add", since, possession(new, *author))]
        if self.pick((True, False)):
            changes.append((*author, b64(old.public), "revoke", since, ""))
        by: SeedSigner = self.pick((old, new, signer(log.party, "recovery")))
        log.put(log.record("keys/1", {"changes": tuple(changes)}), [by])

    def suspends(self, log: Log) -> None:
        log.say("line/1", self.when(), state=self.pick(("open", "suspended")))

    def meets(self, log: Log) -> None:
        log.say("minutes/1", self.when(), text=self.pick(("met", "parted")))


def all_views(
    world: World,
    logs: Mapping[str, list[Opened]],
    upto: Mapping[str, int],
    at: int,
    memo: Memo | None = None,
) -> dict[str, bytes]:
    found = views(VIEW_NAMES, world.channel, logs, upto, Instant(at), AGREED, memo)
    return {name: view.to_bytes() for name, view in found.items()}


class Node:
    """A node that hears of a channel piece by piece, and looks at its views in between."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.readers = {log.origin: Reader(log.origin, KINDS) for log in world.logs.values()}
        self.logs: dict[str, list[Opened]] = {}
        self.memo: Memo = {}

    def hears(self, log: Log, count: int) -> None:
        reader = self.readers[log.origin]
        self.readers[log.origin], more = reader.read(log.entries[reader.size : reader.size + count])
        self.logs.setdefault(log.origin, []).extend(more)

    def catches_up(self) -> None:
        for log in reversed(list(self.world.logs.values())):
            self.hears(log, len(log.entries))

    def looks(self, at: int) -> dict[str, bytes]:
        sizes = {origin: len(entries) for origin, entries in self.logs.items()}
        return all_views(self.world, self.logs, sizes, at, self.memo)


INSTANTS = (NOON, NOON + 30 * MINUTE, NOON + 3 * HOUR, NOON + 30 * HOUR)


def check_agreement(data: st.DataObject) -> None:
    drawn = Drawn(data)
    world = drawn.world
    nodes = [Node(world), Node(world)]
    for node in nodes:
        for _ in range(data.draw(st.integers(0, 8), label="pieces")):
            node.hears(drawn.log(), data.draw(st.integers(1, 3)))
            node.looks(drawn.pick(INSTANTS))  # what was computed on the way changes nothing
        node.catches_up()
    for at in INSTANTS:
        rebuilt = all_views(world, world.opened(), world.sizes(), at)
        assert [node.looks(at) for node in nodes] == [rebuilt, rebuilt]


@settings(max_examples=25)
@given(st.data())
def test_any_order_and_any_road_give_equal_bytes(data: st.DataObject) -> None:
    """Nodes that heard piecewise, interleaved, with or without memory, agree on every view."""
    check_agreement(data)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=1000)
@given(st.data())
def test_any_order_and_any_road_give_equal_bytes_at_length(data: st.DataObject) -> None:
    """The same, many times over."""
    check_agreement(data)


@settings(max_examples=15)
@given(st.data())
def test_a_view_sees_nothing_at_or_above_its_sizes(data: st.DataObject) -> None:
    """At every smaller size, a node that knows more gives what one that knows no more gives."""
    drawn = Drawn(data)
    world, at = drawn.world, drawn.pick(INSTANTS)
    whole = world.opened()
    for _ in range(4):
        upto = {
            log.origin: data.draw(st.integers(0, len(log.entries))) for log in world.logs.values()
        }
        cut = Node(world)
        for log in world.logs.values():
            cut.hears(log, upto[log.origin])
        memo: Memo = {}
        all_views(world, whole, world.sizes(), at, memo)
        assert all_views(world, whole, upto, at, memo) == cut.looks(at)


@settings(max_examples=15)
@given(st.data())
def test_numbers_never_move(data: st.DataObject) -> None:
    """A number once given is the same in every later register."""
    world = Drawn(data).world
    whole, final = world.opened(), dict[str, str]()
    for record in world.data("register")["records"]:
        final[record["name"]] = record["number"]
    assert len(set(final.values())) == len(final)
    for log in world.logs.values():
        for size in range(1, len(log.entries) + 1):
            upto = {log.origin: size}
            view: Any = compute("register", world.channel, whole, upto, Instant(NOON), AGREED).data
            for record in view["records"]:
                assert record["number"] == final[record["name"]]


@settings(max_examples=15)
@given(st.data())
def test_the_fast_writer_gives_canonical_bytes(data: st.DataObject) -> None:
    """Views are written by the standard library's writer, byte for byte as RFC 8785 demands."""
    world = Drawn(data).world
    for name in VIEW_NAMES:
        view = world.view(name)
        assert view.to_bytes() == canonical(view.to_json())


def test_canonical_bytes_of_text_in_any_script() -> None:
    """Escapes and scripts beyond ASCII are written the one way too."""
    world = World()
    stated = 'التنف "Танф" \\ \U0001f54a \x7f\u2028'
    world.main("russia").say("notice/1", manner="warned", place=place(1, 2, stated=stated))
    for name in VIEW_NAMES:
        view = world.view(name, NOON + 9 * HOUR)
        assert view.to_bytes() == canonical(view.to_json())


def test_a_view_prints_its_arguments() -> None:
    """Channel, sizes, instant and rules stand in every view."""
    world = World()
    for name in VIEW_NAMES:
        shown = world.view(name, NOON + 1).to_json()
        assert (shown["view"], shown["channel"], shown["at"], shown["rules"]) == (
            name,
            world.channel,
            "2016-06-16T12:00:00.001Z",
            RULES,
        )
        assert shown["upto"] == world.sizes()


def test_a_view_beyond_what_was_read_is_refused() -> None:
    """Neither a size not reached, nor another channel's log, nor an unknown view."""
    world, other = World(), World(note="other")
    origin = world.main("russia").origin
    for upto in ({origin: 2}, {origin: -1}, {other.main("russia").origin: 0}):
        with pytest.raises(ViewAhead):
            world.view("register", upto=upto)
    with pytest.raises(ViewUnknown, match="no view 'weather'"):
        world.view("weather")


def test_the_first_charters_hash_decides_even_in_an_empty_channel() -> None:
    """Before anything was heard every view exists, and none says clear."""
    world = World()
    for name in VIEW_NAMES:
        shown: Any = compute(name, world.channel, {}, {}, Instant(NOON), AGREED).data
        assert shown["unread"] == 0
        assert not shown.get("clear", False)


def test_every_rule_says_its_number() -> None:
    """Rules are listed in the order of their numbers, each with a docstring that opens with it."""
    numbers = [str(rule.__doc__).split(" ")[0].rstrip(":") for rule in ADVISORY_RULES]
    assert numbers == [f"W{i}" for i in range(1, len(ADVISORY_RULES) + 1)]
