"""The latest word on a subject, whoever says it, in whatever order it came."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.projection.numbers import check_code, short_number
from parley.values.instants import parse_instant
from tests.spine.projection.world import HOUR, NOON, World


def row(world: World, name: str, at: int = NOON) -> dict[str, Any]:
    (found,) = [r for r in world.data("register", at)["records"] if r["name"] == name]
    return dict(found)


def status(world: World, name: str, at: int = NOON) -> str:
    return str(row(world, name, at)["status"])


def test_a_replaced_record_keeps_its_subject() -> None:
    """Every version bears the name of the first; only the last is open."""
    world = World()
    log = world.main("russia")
    first = log.say("plain/1", text="1")
    second = log.say("plain/1", text="2", refs=[("replaces", first)])
    third = world.urgent("russia").say("plain/1", text="3", refs=[("replaces", second)])
    rows = [row(world, name) for name in (first, second, third)]
    assert [r["status"] for r in rows] == ["replaced", "replaced", "open"]
    assert [r["subject"] for r in rows] == [first] * 3
    assert rows[0]["replaced_by"] == [second]


def test_only_the_author_replaces_or_withdraws() -> None:
    """What another party says of a record changes nothing about it."""
    world = World()
    name = world.main("russia").say("plain/1", text="1")
    other = world.main("coalition").say("plain/1", text="2", refs=[("replaces", name)])
    world.main("coalition").say("plain/1", text="3", refs=[("withdraws", name)])
    assert status(world, name) == "open"
    assert row(world, other)["subject"] == other


def test_a_withdrawal_can_be_withdrawn() -> None:
    """A record holds again once its withdrawal is taken back."""
    world = World()
    log = world.main("russia")
    name = log.say("plain/1", text="1")
    gone = log.say("plain/1", text="2", refs=[("withdraws", name)])
    assert status(world, name) == "withdrawn"
    log.say("plain/1", text="3", refs=[("withdraws", gone)])
    assert status(world, name) == "open"


def test_a_withdrawn_successor_does_not_bring_back_what_it_replaced() -> None:
    """Withdrawing the last version ends the subject."""
    world = World()
    log = world.main("russia")
    first = log.say("plain/1", text="1")
    second = log.say("plain/1", text="2", refs=[("replaces", first)])
    log.say("plain/1", text="3", refs=[("withdraws", second)])
    assert [status(world, name) for name in (first, second)] == ["replaced", "withdrawn"]


def test_two_successors_are_conflicted() -> None:
    """Of two replacements of one record neither wins; both are shown, each naming the other."""
    world = World()
    log = world.main("russia")
    first = log.say("plain/1", text="1")
    rivals = [log.say("plain/1", text=t, refs=[("replaces", first)]) for t in ("2", "3")]
    assert [status(world, name) for name in rivals] == ["conflicted", "conflicted"]
    assert row(world, rivals[0])["rivals"] == [rivals[1]]
    log.say("plain/1", text="4", refs=[("withdraws", rivals[0])])
    assert [status(world, name) for name in rivals] == ["withdrawn", "open"]


def test_a_record_expires_at_the_instant_it_states() -> None:
    """Until the instant it is open, from it on expired."""
    world = World()
    name = world.main("russia").say("notice/1", until=NOON + HOUR)
    seen = [status(world, name, NOON + HOUR - 1), status(world, name, NOON + HOUR)]
    assert seen == ["open", "expired"]


def test_long_chains_of_withdrawals_are_judged() -> None:
    """A party that takes back its taking back three thousand times stops nobody's view."""
    world = World()
    log = world.main("russia")
    first = last = log.say("plain/1", text="0")
    for i in range(3001):
        last = log.say("plain/1", text=str(i), refs=[("withdraws", last)])
    assert status(world, first) == "withdrawn"


def test_a_reference_to_nothing_here_is_shown_as_such() -> None:
    """A dangling reference stands, marked."""
    world = World()
    name = world.main("russia").say("plain/1", refs=[("replaces", "ab" * 32)])
    assert row(world, name)["refs"] == [{"role": "replaces", "record": "ab" * 32, "here": False}]
    assert row(world, name)["subject"] == name


# --- numbers


def test_numbers_follow_the_local_day_and_the_index() -> None:
    """Code, day where the charter's day begins, index in the lane; at least three digits."""
    late = parse_instant("2016-06-15T21:30:00Z")  # 00:30 in Damascus
    assert short_number("RU", "main", 14, late, "Asia/Damascus") == "RU-0616-014"
    assert short_number("RU", "urgent", 14, late, "UTC") == "RU-0615-U014"
    assert short_number("RU", "main", 12345, late, "UTC") == "RU-0615-12345"


def test_check_codes_are_the_first_twenty_bits() -> None:
    """Crockford's alphabet, five bits a character, from the front of the name."""
    assert check_code("00000" + "f" * 59) == "0000"
    assert check_code("fffff" + "0" * 59) == "ZZZZ"
    assert check_code("08421" + "0" * 59) == "1111"


@given(st.binary(min_size=32, max_size=32))
def test_check_codes_use_no_letter_that_is_misheard(name: bytes) -> None:
    """I, L, O and U are not in the alphabet."""
    assert not set(check_code(name.hex())) & set("ILOU")


@pytest.mark.parametrize("spoil", ["later", "unreadable", "other lane"])
def test_no_other_record_changes_a_number(spoil: str) -> None:
    """Later, unreadable and other-lane entries leave numbers as they were."""
    world = World()
    log = world.main("russia")
    log.entries.append(b"garbage")
    name = log.say("plain/1", text="x")
    assert row(world, name)["number"] == "RU-0616-002"
    if spoil == "later":
        log.say("plain/1", text="y")
    elif spoil == "unreadable":
        log.entries.append(b"more garbage")
        log.entries[1] = b"other garbage"
    else:
        world.urgent("russia").say("plain/1", text="z")
    assert row(world, name)["number"] == "RU-0616-002"
