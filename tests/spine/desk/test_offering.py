"""`parley check --offers`: what either side could change, as JSON and in words people use."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parley.desk.checking import Conflict, check, conflicts_of, read_plans
from parley.desk.commands.check import command
from parley.desk.offering import NOTE, offering_among
from parley.desk.plan_report import geojson_parts, table_parts, value_parts
from parley.sky import Limits


def feature(party: str, title: str, lon: float, low: int | None, at: str, **more: Any) -> dict:
    properties = {
        "kind": "activity/1",
        "party": party,
        "title": title,
        "radius_m": 5000,
        "altitude_upper": {"value": 12_000, "units": "FT", "reference": "AMSL"},
        "time_start": f"2016-06-16T{at}:00Z",
        "time_end": f"2016-06-16T{at[:3]}{int(at[3:]) + 10:02}:00Z",
    }
    if low is not None:
        properties["altitude_lower"] = {"value": low, "units": "FT", "reference": "AMSL"}
    geometry = {"type": "Point", "coordinates": [lon, 34.5]}
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, **more}}


def zone(party: str, lon: float, at: str) -> dict:
    value = feature(party, "hospital", lon, 0, at, zone_type="protected_site", asks="avoid")
    value["properties"]["kind"] = "zone/1"
    return value


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(*features: dict, form: str = "json") -> Any:
        collection = {"type": "FeatureCollection", "features": features}
        Path("plans.geojson").write_text(json.dumps(collection))
        arguments = ["plans.geojson", "--offers", "--format", form]
        result = CliRunner().invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 1, result.output
        return result.stdout if form == "table" else json.loads(result.stdout)

    return run


OURS = feature("coalition", "support", 38.0, 11_000, "04:00")
THEIRS = feature("russia", "strike", 38.05, 11_500, "04:05")


def offers_of(value: Any) -> dict[tuple[str, str], dict]:
    (conflict,) = value["conflicts"]
    plans = {conflict[side]["id"]: conflict[side]["party"] for side in "ab"}
    for offer in conflict["offers"]:
        assert plans[offer["plan"]] == offer["party"]
    return {(offer["party"], offer["axis"]): offer for offer in conflict["offers"]}


def test_both_sides_are_offered_the_least_change(ask: Any) -> None:
    """Computed by hand: windows 04:00 to 04:10 and 04:05 to 04:15, minimum 5 min, and so on."""
    found = offers_of(ask(OURS, THEIRS))
    assert len(found) == 6
    assert found["coalition", "time"]["start_s"] == -601
    assert found["russia", "time"]["start_s"] == 601
    # 11,000 to 12,000 ft and 11,500 to 12,000 ft: the gap must exceed 1000 ft
    assert found["coalition", "level"]["higher_ft"] == -1600
    assert found["russia", "level"]["higher_ft"] == 1600
    lateral = found["coalition", "lateral"]
    # the middles are 4.59 km apart: 19.26 km is not enough, a metre more would be
    assert (lateral["side"], lateral["azimuth_deg"]) == ("west", 270.0)
    assert lateral["offset_m"] == 14_700


def test_they_are_told_in_words_with_what_they_are_not(ask: Any) -> None:
    said = ask(OURS, THEIRS, form="table")
    assert "coalition could start 10 min 1 s earlier, or fly 1,600 ft lower, or fly 14.7" in said
    assert "14.7 km to the west" in said
    assert "russia could start 10 min 1 s later, or fly 1,600 ft higher" in said
    assert NOTE in said
    assert "nothing is approved" in NOTE


def test_a_map_has_them_too(ask: Any) -> None:
    (point,) = ask(OURS, THEIRS, form="geojson")["features"]
    assert len(point["properties"]["offers"]) == 6


def test_none_is_made_around_a_zone(ask: Any) -> None:
    """Neither where the conflict is with the zone, nor where the change would enter it."""
    found = offers_of(ask(OURS, zone("russia", 38.05, "04:05")))
    assert {offer["withheld"] for offer in found.values()} == {"zone_conflict"}
    assert {party for party, _ in found} == {"coalition"}
    said = ask(OURS, zone("russia", 38.05, "04:05"), form="table")
    assert "no way around a zone is searched" in said
    assert "could" not in said
    # ten minutes earlier, the least change would lie over it
    entered = (OURS, THEIRS, zone("russia", 38.0, "03:45"))
    found = offers_of(ask(*entered))
    assert found["coalition", "time"]["withheld"] == "enters_zone"
    assert len(found["coalition", "time"]["zones"]) == 1
    assert "enters a zone (russia: hospital)" in ask(*entered, form="table")


def test_a_height_that_nobody_stated_has_no_other_level(ask: Any) -> None:
    low = feature("coalition", "support", 38.0, None, "04:00")
    found = offers_of(ask(low, THEIRS))
    assert found["coalition", "level"]["withheld"] == "no_level"
    assert found["russia", "level"]["withheld"] == "nothing_near"
    said = ask(low, THEIRS, form="table")
    assert "coalition, no offer: another level (its heights are not all stated as numbers)" in said
    assert "russia, no offer: no level within 60,000 ft clears it" in said


def test_nothing_is_offered_unless_asked_for(ask: Any, tmp_path: Path) -> None:
    ask(OURS, THEIRS)
    plain = CliRunner().invoke(command, ["plans.geojson", "--format", "json"]).stdout
    assert "offers" not in json.loads(plain)["conflicts"][0]
    assert "could" not in CliRunner().invoke(command, ["plans.geojson"]).stdout


def test_the_table_says_which_part_and_which_leg_are_closest(ask: Any) -> None:
    """Features of one activity are its parts; of a trajectory, the leg between two points."""
    far = feature("russia", "strike", 30.0, 11_500, "04:05", activity="strike 1")
    near = feature("russia", "strike", 38.05, 11_500, "04:05", activity="strike 1")
    said = ask(OURS, far, near, form="table")
    assert "russia: strike, part 2 of 2" in said
    flown = {
        "type": "Feature",
        "geometry": None,
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": [f"2016-06-16T04:{minute}:00Z" for minute in ("00", "20", "40")],
            "coordinates": [[30.0, 34.5, 3400], [34.0, 34.5, 3400], [39.0, 34.5, 3400]],
            "interpolation": "Linear",
        },
        "properties": {
            "kind": "activity/1",
            "party": "russia",
            "title": "ferry",
            "altitude_reference": "AMSL",
        },
    }
    passed = feature("coalition", "support", 38.0, 11_000, "04:30")
    value = ask(passed, flown)
    (conflict,) = value["conflicts"]
    (side,) = (conflict[side] for side in "ab" if conflict[side]["party"] == "russia")
    assert side["leg"] == 1
    assert "russia: ferry (trajectory), on the leg from point 2 to 3" in ask(
        passed, flown, form="table"
    )


def test_a_table_without_offers_makes_only_ready_what_meets(tmp_path: Path) -> None:
    """Of many plans, those that meet nothing are told of as they are stated."""
    file = tmp_path / "plans.geojson"
    far = [feature("russia", f"far {i}", 60.0 + i, 11_000, "04:00") for i in range(3)]
    collection = {"type": "FeatureCollection", "features": [OURS, THEIRS, *far]}
    file.write_text(json.dumps(collection))
    minima = Limits(92_600_000, 3_048_000, 300_000)
    checked = check(read_plans([file], minima), minima)
    assert "far 0" not in "".join(table_parts(checked, checked.conflicts, "stated"))
    ready = [plan.title for plan in checked.plans if "subject" in vars(plan.stated)]
    assert ready == ["support", "strike"]


FORMS: dict[str, Callable[..., Iterator[str]]] = {
    "table": lambda checked, found, offering: table_parts(checked, found, "stated", offering),
    "json": value_parts,
    "geojson": lambda _, found, offering: geojson_parts(found, offering),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_conflict_is_told_with_its_offers_before_the_next_is_looked_for(
    form: str, tmp_path: Path
) -> None:
    """However many there are, none of them is kept."""
    file = tmp_path / "plans.geojson"
    pairs = [
        each
        for lon in range(30, 34)
        for each in (
            feature("coalition", f"support {lon}", lon, 11_000, "04:00"),
            feature("russia", f"strike {lon}", lon + 0.05, 11_500, "04:05"),
        )
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": pairs}))
    minima = Limits(92_600_000, 3_048_000, 300_000)
    checked = check(read_plans([file], minima), minima)
    asked: list[str] = []
    told: list[Conflict] = []

    def found() -> Iterator[Conflict]:
        for each in conflicts_of(checked.plans):
            asked.append(each.number)
            yield each

    among = offering_among(checked.plans)

    def offering(conflict: Conflict) -> Any:
        told.append(conflict)
        return among(conflict)

    text = ""
    for part in FORMS[form](checked, found(), offering):
        text += part
        assert [number for number in asked if number not in text] in ([], asked[-1:])
        assert len(told) == len(asked)
    assert len(asked) == 4
    assert all(number in text for number in asked)


def test_a_table_says_where_there_was_too_much_to_measure(tmp_path: Path) -> None:
    """Else all three open would look like a height that nobody stated."""
    file = tmp_path / "plans.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [OURS, THEIRS]}))
    minima = Limits(92_600_000, 3_048_000, 300_000)
    checked = check(read_plans([file], minima), minima)
    (found,) = checked.conflicts
    plain = "".join(table_parts(checked, [found], "stated"))
    left = replace(
        found.encounter, verdict="POSSIBLE", broken=(), open=("lateral", "vertical", "time")
    )
    said = "".join(table_parts(checked, [replace(found, encounter=left)], "stated"))
    assert "too many of their pieces" in said
    assert "too many of their pieces" not in plain
    assert "0 conflicts, 1 possible one" in said
