"""Records made to mislead or to exhaust who folds them: no view falls, and no rival is merged."""

from typing import Any

import pytest

from parley.kinds import KINDS
from parley.projection.register import MOST_RIVALS
from parley.projection.view import VIEW_NAMES
from parley.values.instants import FIRST, LAST, Instant
from tests.spine.projection.test_real_kinds import (
    STRIKE,
    RealWorld,
    english,
    good_bodies,
)
from tests.spine.projection.truce import START, Truce, stated, utc

DAY = 86_400_000
FAMILIES = ("actors", "truce", "centre", "relief", "casualties", "politics", "press")


def truce_kinds() -> list[str]:
    return [k.name for k in KINDS if k.body.__module__.split(".")[2] in FAMILIES]


def needed_refs(kind: str) -> list[tuple[str, str]]:
    needs = KINDS[kind].needs_ref
    return [(needs[-1], "ab" * 32)] if needs else []


def moved(value: Any, to: int) -> Any:
    """Move every instant in a body to one."""
    if isinstance(value, dict):
        return {key: moved(item, to) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, to) for item in value]
    is_instant = isinstance(value, int) and 1_400_000_000_000 < value < 1_600_000_000_000
    return to if is_instant else value


@pytest.mark.parametrize("end", [FIRST, LAST], ids=["1970", "9999"])
def test_the_first_and_last_instants_stop_no_view(root: Any, end: int) -> None:
    """Whatever a body states in time, at the ends of what can be stated, every view is written."""
    world = RealWorld()
    for i, (kind, body) in enumerate(good_bodies(root)):
        log = world.main(("coalition", "russia")[i % 2])
        if kind in truce_kinds():
            log.put(log.record(kind, moved(body, end), issued=Instant(end), refs=()))
    for at in (FIRST, STRIKE, LAST):
        for name in VIEW_NAMES:
            view = world.view(name, at)
            assert view.data["unread"] == 0
            assert view.to_bytes()


@pytest.mark.parametrize("kind", truce_kinds())
def test_nobody_replaces_or_withdraws_the_words_of_another(root: Any, kind: str) -> None:
    """A third party's correction of a record is a record of its own; the row stays as it was."""
    world = RealWorld()
    body = next(body for known, body in good_bodies(root) if known == kind)
    name = world.main("russia").say(kind, STRIKE, refs=needed_refs(kind), **body)
    for role, said in (("replaces", (kind, body)), ("withdraws", (kind, body))):
        refs = [(role, name), *needed_refs(kind)]
        world.main("coalition").say(said[0], STRIKE, refs=refs, **said[1])
    records = world.data("register", STRIKE + DAY)["records"]
    (row,) = [r for r in records if r["name"] == name]
    assert (row["replaced_by"], row["withdrawn_by"], row["rivals"]) == ([], [], [])
    assert row["status"] in ("open", "expired")


def test_a_party_with_a_thousand_last_versions_makes_no_view_large() -> None:
    """Rival versions of one record name some of each other, not all; they count once in sums."""
    world = Truce()
    first = world.alleges("russia", "jaysh", "2016-03-01")
    names = [
        world.alleges("russia", "jaysh", "2016-03-01", refs=[("replaces", first)])
        for _ in range(300)
    ]
    records = {r["name"]: r for r in world.data("register", utc("2016-03-05"))["records"]}
    assert {records[name]["status"] for name in names} == {"conflicted"}
    assert {len(records[name]["rivals"]) for name in names} == {MOST_RIVALS}
    days = world.data("allegations", utc("2016-03-05"))["days"]
    assert [count["acts"] for day in days for count in day["counts"]] == [1]


def test_a_delivery_corrected_in_both_lanes_counts_once() -> None:
    """Two last versions of one record, one in each lane, are one action and one meeting."""
    world = RealWorld()

    def delivers(log: Any, refs: Any) -> str:
        return str(
            log.say(
                "delivery/1", STRIKE, refs=refs, organisation="un-wfp", area="SY02",
                ended_at=STRIKE, outcome="delivered", people=100,
            )
        )  # fmt: skip

    def meets(log: Any, refs: Any) -> str:
        return str(
            log.say(
                "meeting/1", STRIKE, refs=refs, held_at=STRIKE, area="SY02",
                partner_sort="settlement", outcome="agreed",
            )
        )  # fmt: skip

    for says in (delivers, meets):
        first = says(world.main("russia"), [])
        says(world.main("russia"), [("replaces", first)])
        says(world.urgent("russia"), [("replaces", first)])
    (counted,) = world.data("relief", STRIKE + 1)["counted"]
    assert (counted["total"]["actions"], counted["total"]["people"]) == (1, 100)
    (held,) = world.data("reconciliation", STRIKE + 1)["held"]
    assert held["total"] == 1


def test_terms_by_the_thousand_push_out_those_of_their_author_alone() -> None:
    """An arrangement that both laid down is followed, however many one of them adds."""
    world = Truce()
    for n in range(70):
        world.lays_down("coalition", title=english(f"Truce {n}"))
    world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    world.alleges("russia", "liwa", "2016-03-01")
    arrangements = world.data("ledger", utc("2016-03-05"))["arrangements"]
    followed = [a for a in arrangements if a["followed"]]
    assert len(arrangements) == 71
    assert len(followed) == 64
    (both,) = [a for a in followed if len(a["records"]) == 2]
    assert [a["actor"] for a in both["actors"]] == ["jaysh", "liwa", "nusra"]
    named = [a for a in followed if "liwa" in {each["actor"] for each in a["actors"]}]
    assert len(named) == 4
    assert both in named


def test_an_attestation_that_is_withdrawn_attests_nothing() -> None:
    """The commitment is one again, the attestation stays listed, and W26 can be raised."""
    world = Truce()
    joined = world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    attested = world.joins("coalition", "jaysh", "attested", "2016-02-26T09:00:00Z", about=joined)
    world.alleges("coalition", "jaysh", "2016-03-01")
    at = utc("2016-03-05")
    assert world.states("jaysh", "russia", at)[-1][-1] == "active"
    assert world.fired("W26", at) == []
    world.withdraws("coalition", attested)
    assert world.states("jaysh", "russia", at)[-1][-1] == "committed"
    assert len(world.fired("W26", at)) == 1
    listed = {r["name"]: r["status"] for r in world.actor("jaysh", at)["records"]}
    assert listed[attested] == "withdrawn"


def test_a_party_attests_nothing_for_itself() -> None:
    """The guarantor that took a commitment adds nothing by an attestation of its own."""
    world = Truce()
    joined = world.joins("russia", "russia", "committed", "2016-02-26T08:00:00Z")
    world.joins("russia", "russia", "attested", "2016-02-26T09:00:00Z", about=joined)
    world.alleges("coalition", "russia", "2016-03-01")
    at = utc("2016-03-05")
    assert world.states("russia", "russia", at)[-1][-1] == "committed"
    assert len(world.fired("W26", at)) == 1


def test_an_act_that_ends_at_midnight_is_of_the_day_before() -> None:
    """Half-open, in the charter's zone: a second later it would touch the day that begins."""
    world = Truce()
    world.joins("russia", "jaysh", "committed", "2016-02-26T08:00:00Z")
    midnight = START + 3 * DAY  # 00:00 in Damascus on 1 March
    world.alleges("russia", "jaysh", midnight - 2 * 3_600_000, until=stated(midnight))
    alleged = [d for d in world.days("jaysh", "russia", midnight + DAY) if d["alleged"]]
    assert [(d["from"], d["until"]) for d in alleged] == [("2016-02-29", "2016-02-29")]
    world.alleges("russia", "jaysh", midnight - 3_600_000, until=stated(midnight + 1))
    alleged = [d for d in world.days("jaysh", "russia", midnight + DAY) if d["alleged"]]
    assert alleged[-1]["until"] == "2016-03-01"
    world.alleges("russia", "jaysh", midnight + DAY, until=stated(midnight + DAY))
    alleged = [d for d in world.days("jaysh", "russia", midnight + 2 * DAY) if d["alleged"]]
    assert alleged[-1]["until"] == "2016-03-02"


def test_so_many_overlapping_totals_are_not_all_set_beside_the_records() -> None:
    """Sums of people have a limit of work; W23 says from which total on nothing was compared."""
    world = RealWorld()
    area = "SY020301"
    for n in range(500):
        world.main("russia").say(
            "casualty/1", STRIKE, handle=f"c-{n}", harm="killed", area=area,
            number={"at_least": 1, "at_most": 1}, when=stated(STRIKE), status="civilian",
            cause="shelling",
            sources=[{"kind": "own_observation"}],
        )  # fmt: skip
    parts = [{"label": a, "number": 500, "area": a} for a in ("SY02", "SY0203", area)]
    for n in range(260):
        world.main("coalition").say(
            "toll/1", STRIKE, counted="killed", counted_by="russia", issued_by="russia",
            published=stated(STRIKE + n), period_from=STRIKE - DAY + n, period_to=STRIKE + DAY,
            total=500, parts=parts, parts_complete=False,
        )  # fmt: skip
    found = world.fired("W23", STRIKE + DAY)
    assert all("add up" in f["text"]["text"] or "overlap" in f["text"]["text"] for f in found)
    assert len([f for f in found if "too many periods overlap" in f["text"]["text"]]) == 1


def test_a_group_and_its_parts_count_each_and_are_named() -> None:
    """By the author's own ties alone; another's tie names nothing in the author's figures."""
    world = Truce()
    for actor in ("front", "jaysh", "liwa"):
        world.joins("russia", actor, "committed", "2016-02-26T08:00:00Z")

    def is_part(party: str, actor: str) -> None:
        world.main(party).say(
            "actor/1", START, actor=actor, sort="armed_group", names=[english(actor)],
            ties=[{"relation": "part_of", "other": "front"}],
        )  # fmt: skip

    is_part("coalition", "liwa")
    is_part("russia", "jaysh")
    (joined,) = world.data("reconciliation", utc("2016-03-05"))["joined"]
    assert joined["groups"]["total"] == 3
    assert joined["within"] == [{"actor": "jaysh", "whole": "front"}]


def test_w25_names_of_areas_stay_somebodys_words() -> None:
    """A name that turns the line around stands quoted, without what turns it."""
    world = RealWorld()
    for total in (3, 5):
        world.main("russia").say(
            "toll/1", STRIKE, counted="killed", counted_by="russia", issued_by="russia",
            published=stated(STRIKE), period_to=STRIKE, total=total, area="north \u202e htron",
        )  # fmt: skip
    (found,) = world.fired("W25", STRIKE + DAY)
    assert 'in "north \N{REPLACEMENT CHARACTER} htron"' in found["text"]["text"]
