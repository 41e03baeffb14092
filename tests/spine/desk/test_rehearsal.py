"""The parts of a rehearsal that need no node: instants to look at, speeds, what counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.rehearsal.moments import moments
from parley.desk.rehearsal.said import CONFLICT, PLAYED, SPEED, Rest, Said, Sources
from parley.desk.rehearsal.watching import speed
from parley.desk.scenario.basis import Basis
from parley.desk.scenario.sightings import Sighting
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant
from parley.values.places import Position

DOCUMENTED = Basis("documented", source="a newspaper")
CLAIMED = Basis("claimed", source="a ministry", claimed_by="north", assumed="the hour")
ASSUMED = Basis("assumed", assumed="everything")
AT = Instant(1_466_053_200_000)


def said(rule: str, *bases: Basis) -> Said:
    """Make a finding that rests on entries of these bases."""
    rests = tuple(Rest(f"NO-{i}", f"entry-{i}", "north", each) for i, each in enumerate(bases))
    return Said(AT, ("north",), rule, "A-X", "something", "nothing", ("north",), rests)


@pytest.mark.parametrize(
    ("rule", "bases", "caught"),
    [
        ("W1", (DOCUMENTED,), True),
        ("W1", (DOCUMENTED, CLAIMED), True),
        ("W1", (DOCUMENTED, ASSUMED), False),
        ("W1", (PLAYED,), False),
        ("W1", (), False),
        (CONFLICT, (CLAIMED,), True),
        ("W2", (replace(CLAIMED, assumed_for=("W2",)),), False),
        ("W3", (replace(CLAIMED, assumed_for=("W2",)),), True),
        (CONFLICT, (replace(CLAIMED, assumed_for=(CONFLICT,)),), False),
        (SPEED, (DOCUMENTED,), False),
    ],
)
def test_it_counts_only_on_what_somebody_has_said(
    rule: str, bases: tuple[Basis, ...], caught: bool
) -> None:
    """Every entry behind it must carry that rule; a figure is none."""
    finding = said(rule, *bases)
    assert finding.caught is caught
    assert bool(finding.why_not) is not caught
    assert finding.to_json()["caught"] is caught


def test_records_of_the_nodes_themselves_are_no_entries() -> None:
    """A head or a charter rests on nothing that a scenario states."""
    sources = Sources()
    sources.played("a" * 64, "played-1")
    rows = [
        {"name": "a" * 64, "number": "NO-1", "author": "north"},
        {"name": "b" * 64, "number": "NO-2", "author": "north"},
    ]
    assert [rest.label for rest in sources.rests(rows)] == ["played-1"]


@given(
    due=st.lists(st.integers(AT - 10, AT + 10), max_size=8),
    after=st.integers(AT - 10, AT + 10),
    wait=st.integers(0, 10),
)
def test_every_instant_named_is_looked_at_once_in_order(
    due: list[int], after: int, wait: int
) -> None:
    """After one instant up to another, from whatever depth of a view; the first is not again."""
    view: dict[str, Json] = {
        "rows": [{"due": format_instant(Instant(each)), "n": 7} for each in due],
        "said": "x",
    }
    found = moments([view], [], Instant(after), Instant(after + wait))
    assert found == sorted({each for each in due if after < each <= after + wait})


def test_words_that_look_like_a_time_are_passed_over() -> None:
    """A month 13 is nobody's deadline."""
    view: dict[str, Json] = {
        "a": "2016-13-01T00:00:00Z",
        "b": "see 2016-06-16T05:00:00Z",
        "c": None,
        "d": True,
    }
    assert moments([view], [], Instant(0), Instant(AT * 2)) == []


def sighting(lon: float, at: int, precision_m: int = 0) -> Sighting:
    """Make a sighting on the equator."""
    return Sighting(
        Instant(at), ("north",), "unknown", "T", Position.of_degrees(0, lon), precision_m,
        None, DOCUMENTED,
    )  # fmt: skip


def test_two_sightings_give_a_speed_and_its_bounds() -> None:
    """A degree of the equator is 111,319.49 m on WGS84 (2 pi 6378137 / 360): in an hour, 111 km/h.

    With 500 m about both, 1 km more or less.
    """
    first, last = sighting(10, AT, 500), sighting(11, AT + 3_600_000, 500)
    found = speed(first, last)
    assert found is not None
    assert (found.least, found.stated, found.most) == (110, 111, 112)
    assert speed(first, sighting(11, AT)) is None
    assert speed(last, first) is None
    near = speed(sighting(10, AT, 500), sighting(10, AT + 1000, 500))
    assert near is not None
    assert (near.least, near.stated, near.most) == (0, 0, 3600)
