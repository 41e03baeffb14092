"""Published totals: each keeps its date and issuer; sums that do not close are pointed out."""

from typing import Any

import pytest

from parley.record.canonical import Json
from parley.values.instants import parse_instant
from tests.spine.projection.test_casualties import casualty
from tests.spine.projection.test_real_kinds import STRIKE, RealWorld, english
from tests.spine.projection.world import HOUR

DAY = 24 * HOUR
JUNE_25 = parse_instant("2017-06-24T21:00:00Z")  # midnight in Damascus


def parts(**numbers: int) -> Json:
    return [{"label": label.replace("_", " "), "number": n} for label, n in numbers.items()]


def provinces(**numbers: int) -> Json:
    return [{"label": area, "area": area, "number": n} for area, n in numbers.items()]


def toll(
    world: RealWorld,
    counted: str,
    total: int,
    *,
    by: str = "russia",
    start: int | None = JUNE_25,
    published: int | None = None,
    refs: tuple[tuple[str, str], ...] = (),
    author: str = "russia",
    **more: Any,
) -> str:
    end = (STRIKE if start is None else start) + DAY
    said: dict[str, Any] = {
        "counted": counted,
        "counted_by": by,
        "issued_by": "russia",
        "published": {"ms": published or end, "stated": "that day", "zone": "Asia/Damascus"},
        "period_to": end,
        "total": total,
        "parts": [],
        "parts_complete": True,
        **more,
    }
    if start is not None:
        said["period_from"] = start
    return world.main(author).say("toll/1", end, refs=refs, **said)


def fired(world: RealWorld, rule: str) -> list[tuple[str, str]]:
    """Give the record and the words after its name of each finding of a rule."""
    found = world.fired(rule, JUNE_25 + 9 * DAY)
    assert all(f["severity"] == "information" and f["settles"]["text"] for f in found)
    return [(f["records"][0]["name"], f["text"]["text"].partition(": ")[2]) for f in found]


def test_w23_ten_casualties_that_close_raise_nothing() -> None:
    """Seven by hostile fire, two in a helicopter crash, one self-inflicted: ten."""
    world = RealWorld()
    said = parts(hostile_fire=7, helicopter_crash=2, self_inflicted=1)
    name = toll(world, "killed", 10, parts=said, start=STRIKE - 260 * DAY)
    assert fired(world, "W23") == []
    assert fired(world, "W24") == []
    (row,) = world.data("tolls", STRIKE)["tolls"]
    assert (row["name"], row["split"], row["listed"], row["off"]) == (name, "closes", 10, 0)
    assert (row["published"], row["issued_by"]) == ("2015-10-01T04:00:00Z", "russia")


def test_w23_one_part_off_is_named_with_both_figures() -> None:
    """Eight, two and one are eleven."""
    world = RealWorld()
    said = parts(hostile_fire=8, helicopter_crash=2, self_inflicted=1)
    name = toll(world, "killed", 10, parts=said)
    assert fired(world, "W23") == [(name, "its parts 8 + 2 + 1 add up to 11, it says 10.")]


def bulletin(world: RealWorld) -> dict[str, str]:
    """25 June 2017: lead 7 and 6, splits 9 and 8; eight actions, and 6 + 6 + 1 of them listed."""
    return {
        "russia": toll(
            world, "allegations", 9, parts=provinces(Damascus=4, Latakia=5), lead_total=7
        ),
        "turkey": toll(
            world, "allegations", 8, by="turkey", parts=provinces(Daraa=3, Damascus=5), lead_total=6
        ),
        "actions": toll(world, "actions", 8, parts=parts(Aleppo=6, Homs=6, Hama=1)),
    }


def test_the_bulletin_of_25_june_2017_is_flagged() -> None:
    """Its lead contradicts its body twice (W24), and its actions do not close (W23)."""
    world = RealWorld()
    said = bulletin(world)
    assert dict(fired(world, "W24")) == {
        said["russia"]: "the lead says 7, the body 9.",
        said["turkey"]: "the lead says 6, the body 8.",
    }
    assert fired(world, "W23") == [
        (said["actions"], "its parts 6 + 6 + 1 add up to 13, it says 8.")
    ]
    listed = {t["name"]: t for t in world.data("tolls", JUNE_25 + DAY)["tolls"]}
    assert [listed[n]["split"] for n in said.values()] == ["closes", "closes", "does_not_close"]
    assert [listed[n]["lead_differs"] for n in said.values()] == [True, True, False]


def test_w24_a_lead_that_says_the_same_raises_nothing() -> None:
    """The near miss: the same bulletin with the figures of its body in its lead."""
    world = RealWorld()
    toll(world, "allegations", 9, parts=provinces(Damascus=4, Latakia=5), lead_total=9)
    assert fired(world, "W24") == []


@pytest.mark.parametrize(("split", "fires"), [(6, False), (11, False), (12, True)])
def test_w23_a_total_split_in_part_may_be_more_than_its_parts(split: int, fires: bool) -> None:
    """As "Damascus 4; the rest not split": only parts that exceed the total are wrong."""
    world = RealWorld()
    toll(world, "allegations", 11, parts=provinces(Damascus=split), parts_complete=False)
    assert bool(fired(world, "W23")) == fires


def test_w23_more_confirmed_than_counted() -> None:
    """Three of twelve is a claim; thirteen of twelve is an error."""
    world = RealWorld()
    toll(world, "allegations", 12, by="turkey", confirmed=3)
    name = toll(world, "allegations", 12, by="turkey", confirmed=13, start=JUNE_25 + DAY)
    assert fired(world, "W23") == [(name, "russia confirms 13 of 12.")]


def test_a_correction_stands_beside_what_was_published() -> None:
    """The issuer's later total of one period settles it; both stay, each with its date."""
    world = RealWorld()
    wrong = toll(world, "actions", 8, parts=parts(Aleppo=6, Homs=6, Hama=1))
    assert len(fired(world, "W23")) == 1
    later = JUNE_25 + 2 * DAY
    right = toll(world, "actions", 13, parts=parts(Aleppo=6, Homs=6, Hama=1), published=later)
    assert fired(world, "W23") == []
    shown = [(t["name"], t["total"], t["status"], t["corrected_by"])
             for t in world.data("tolls", later)["tolls"]]  # fmt: skip
    assert shown == [(wrong, 8, "open", right), (right, 13, "open", None)]


def test_what_another_says_was_published_corrects_nothing() -> None:
    """Nor does a rival version of the same hour: both stay judged, each by its author."""
    world = RealWorld()
    unsound: dict[str, Any] = {"parts": parts(Aleppo=6, Homs=6, Hama=1)}
    wrong = toll(world, "actions", 8, **unsound)
    toll(world, "actions", 13, published=JUNE_25 + 2 * DAY, author="coalition", **unsound)
    rival = toll(world, "actions", 9, **unsound)
    assert [name for name, _ in fired(world, "W23")] == [wrong, rival]
    assert {t["corrected_by"] for t in world.data("tolls")["tolls"]} == {None}


def test_w23_another_s_running_total_does_not_stand_for_the_counter_s() -> None:
    """The coalition says that a newer one was published: the one that is here is looked at."""
    world = RealWorld()
    casualty(world, "russia")
    name = toll(world, "killed", 2, start=STRIKE - HOUR)
    end = STRIKE - HOUR + 9 * DAY
    toll(world, "killed", 1, start=STRIKE - HOUR, published=end, period_to=end, author="coalition")
    assert [found for found, _ in fired(world, "W23")] == [name]


def test_a_misread_total_is_replaced_and_stays_listed() -> None:
    """What its author replaces is no longer judged, and does not disappear."""
    world = RealWorld()
    wrong = toll(world, "actions", 8, parts=parts(Aleppo=6, Homs=6, Hama=1))
    right = toll(world, "actions", 13, parts=parts(Aleppo=6, Homs=6, Hama=1),
                 refs=(("replaces", wrong),))  # fmt: skip
    assert fired(world, "W23") == []
    shown = {t["name"]: (t["status"], t["replaced_by"]) for t in world.data("tolls")["tolls"]}
    assert shown == {wrong: ("replaced", [right]), right: ("open", [])}


def test_running_totals_show_the_change_from_each_to_the_next() -> None:
    """259 settlements after 218: 41 more, as the bulletin of 26 July 2016 says."""
    world = RealWorld()
    first = toll(world, "settlements", 218, start=None)
    said: dict[str, Any] = {"period_to": STRIKE + 2 * DAY}
    second = toll(world, "settlements", 259, start=None, published=STRIKE + 2 * DAY, **said)
    shown = [(t["name"], t["next"], t["change"]) for t in world.data("tolls")["tolls"]]
    assert shown == [(first, second, 41), (second, None, None)]


# --- against the records of the party that counted


def allegation(world: RealWorld, party: str, area: str, number: int) -> None:
    world.main(party).say(
        "allegation/1", JUNE_25 + HOUR, text=english("shelling"), act="shelling", number=number,
        area=area, time={"ms": JUNE_25 + HOUR, "stated": "0100", "zone": "Asia/Damascus"},
    )  # fmt: skip


def test_w23_a_split_by_province_is_set_beside_the_records_of_who_counted() -> None:
    """Nine as the records say raises nothing; a province off is named, and the sum."""
    world = RealWorld()
    allegation(world, "russia", "Damascus", 4)
    allegation(world, "russia", "Latakia", 5)
    allegation(world, "coalition", "Latakia", 7)
    toll(world, "allegations", 9, parts=provinces(Damascus=4, Latakia=5))
    assert fired(world, "W23") == []
    off = toll(world, "allegations", 10, parts=provinces(Damascus=4, Latakia=6),
               published=JUNE_25 + 2 * DAY)  # fmt: skip
    why = "it says 10, the records of russia here add up to 9;"
    assert fired(world, "W23") == [
        (off, f'{why} unlike the records of russia: "Latakia" 6, not 5.')
    ]


def test_w23_where_who_counted_has_no_record_nothing_is_compared() -> None:
    """Another's count is not judged by our records, nor another day's."""
    world = RealWorld()
    allegation(world, "russia", "Damascus", 4)
    toll(world, "allegations", 8, by="turkey", parts=provinces(Daraa=3, Damascus=5))
    toll(world, "allegations", 7, start=JUNE_25 + 3 * DAY)
    assert fired(world, "W23") == []


@pytest.mark.parametrize(("total", "fires"), [(9, True), (10, False), (12, False), (13, True)])
def test_w23_a_toll_of_people_lies_within_the_bounds_of_the_register(
    total: int, fires: bool
) -> None:
    """Between at least ten and at most twelve, by the records of the side that counts."""
    world = RealWorld()
    casualty(world, "russia", 10, 12)
    casualty(world, "coalition", 50, 50)
    name = toll(world, "killed", total, start=STRIKE - HOUR)
    why = f"it says {total}, the records of russia here add up to 10 to 12."
    assert fired(world, "W23") == ([(name, why)] if fires else [])


def test_w23_of_running_totals_of_people_the_newest_is_set_beside_the_records() -> None:
    """Each repeats the one before; who corrects the figure is not reminded of the old ones."""
    world = RealWorld()
    casualty(world, "russia")
    since: dict[str, Any] = {"period_from": STRIKE - HOUR}
    for days, total in ((1, 3), (2, 1)):
        end = STRIKE + days * DAY
        toll(world, "killed", total, start=STRIKE, published=end, **since, period_to=end)
    assert fired(world, "W23") == []
    end = STRIKE + 3 * DAY
    newest = toll(world, "killed", 2, start=STRIKE, published=end, **since, period_to=end)
    assert [name for name, _ in fired(world, "W23")] == [newest]


def joining(world: RealWorld, actor: str, sort: str, at: int, step: str = "committed") -> None:
    time = {"ms": at, "stated": "then", "zone": "UTC"}
    world.main("russia").say(
        "joining/1", at, actor=actor, actor_type=sort, step=step, to="russia", time=time,
        area="Hama", location_told_to=[],
    )  # fmt: skip


def test_w23_running_totals_of_settlements_and_groups_are_those_that_committed() -> None:
    """Each counts once, however often it is recorded; an invitation is not yet one."""
    world = RealWorld()
    for at, actor in ((0, "north"), (1, "north"), (2, "south")):
        joining(world, actor, "settlement", JUNE_25 + at * HOUR)
    joining(world, "east", "settlement", JUNE_25, step="invited")
    joining(world, "a-brigade", "armed_group", JUNE_25)
    end: dict[str, Any] = {"period_to": JUNE_25 + DAY, "published": JUNE_25 + DAY, "start": None}
    toll(world, "settlements", 2, **end)
    toll(world, "groups", 1, **end)
    assert fired(world, "W23") == []
    wrong = toll(world, "settlements", 3, **{**end, "published": JUNE_25 + 2 * DAY})
    why = "it says 3, the records of russia here add up to 2."
    assert fired(world, "W23") == [(wrong, why)]


def delivery(world: RealWorld, outcome: str, kg: int | None, people: int) -> None:
    item = {"good": "food"} if kg is None else {"good": "food", "kg": kg}
    world.main("russia").say(
        "delivery/1", JUNE_25 + HOUR, organisation="centre", area="Aleppo", outcome=outcome,
        ended_at=JUNE_25 + HOUR, people=people, items=[item],
    )  # fmt: skip


def test_w23_actions_weight_and_people_are_those_of_what_arrived() -> None:
    """A weight that one delivery does not state leaves the total open upward, not downward."""
    world = RealWorld()
    delivery(world, "delivered", 4_800, 300)
    delivery(world, "delivered", 4_100, 200)
    for counted, total in (("actions", 2), ("tonnes", 8_900), ("people", 500)):
        toll(world, counted, total)
    assert fired(world, "W23") == []
    delivery(world, "delivered", None, 100)
    later: dict[str, Any] = {"published": JUNE_25 + 2 * DAY}
    toll(world, "actions", 3, **later)
    toll(world, "tonnes", 99_000, **later)
    people = toll(world, "people", 500, **later)
    assert fired(world, "W23") == [
        (people, "it says 500, the records of russia here add up to 600.")
    ]
    weight = toll(world, "tonnes", 8_899, published=JUNE_25 + 3 * DAY)
    why = "it says 8899, the records of russia here add up to at least 8900."
    assert dict(fired(world, "W23"))[weight] == why
