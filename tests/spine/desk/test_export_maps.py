"""Maps read back: what is exported as a plan is the same plan to ``parley check``."""

import json
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from parley.desk.checking import conflicts_of, read_plans
from parley.errors import ParleyError
from parley.kinds import KINDS
from parley.kinds.air.formats import read_file
from parley.kinds.air.geojson import Feature
from parley.record.kind import Body
from parley.sky import Limits
from parley.values.trajectories import Trajectory
from parley.values.volumes import Polygon, Volume4D
from tests.spine.desk.exports import HOUR, bodies, open_desk, run

WIDE = Limits(9_260 * 10_000, 3_048_000, 300_000)
PLANS = ("--kind", "activity/1", "--kind", "zone/1")


def stated() -> list[tuple[str, dict[str, Any]]]:
    """Give bodies of plans: those of the vectors, and one with every odd fraction."""
    found = [(kind, body) for kind in ("activity/1", "zone/1") for body in bodies(kind)]
    start = 1_466_049_600_123
    odd: dict[str, Any] = {
        "title": "Odd fractions",
        "volumes": [
            {
                "shape": {
                    "type": "circle",
                    "center": {"lat_e7": -334_567_891, "lon_e7": -1},
                    "radius_e4m": 12_345_679,
                },
                "time_start": start,
                "time_end": start + HOUR + 1,
                "lower": {
                    "e4m": 3_049,
                    "units": "FT",
                    "reference": "AGL",
                    "uncertainty_e4m": 1_001,
                },
                "upper": {"e4m": 99_999, "units": "M", "reference": "W84", "uncertainty_e4m": 0},
            }
        ],
    }
    return [*found, ("activity/1", odd)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maps") / "coalition"
    with open_desk(folder) as desk:
        for kind, body in stated():
            desk.log(kind, body)
        gone = desk.log("zone/1", {**bodies("zone/1")[0], "title": "Gone"})
        old = desk.log("activity/1", {**bodies("activity/1")[0], "title": "Old"})
        desk.log("activity/1", {**bodies("activity/1")[0], "title": "New"}, ("replaces", old))
        said = {"reason": {"lang": "en", "text": "over"}}
        desk.log("retraction/1", said, ("withdraws", gone))
    return folder


def parts(body: Body) -> list[Any]:
    """Give the volumes and trajectories of a body in a form in which alike means the same space."""
    occupancy = body.occupancy()  # type: ignore[attr-defined]
    return [alike(part) for part in (*occupancy.volumes, *occupancy.trajectories)]


def alike(part: Volume4D | Trajectory) -> Any:
    if isinstance(part, Trajectory):
        return replace(part, units="M")
    if isinstance(part.shape, Polygon):
        rings = tuple(min(ring, ring[::-1], key=repr) for ring in part.shape.rings)
        return replace(part, shape=replace(part.shape, rings=rings))
    return part


def wanted(titles: tuple[str, ...] = ("New",)) -> list[Any]:
    """Give what was logged and stands, part by part."""
    said = [(kind, body) for kind, body in stated()]
    said += [("activity/1", {**bodies("activity/1")[0], "title": title}) for title in titles]
    return sorted(
        (
            repr((kind, KINDS[kind].parse(body).title, part))  # type: ignore[attr-defined]
            for kind, body in said
            for part in parts(KINDS[kind].parse(body))
        )
    )


def read(data: bytes, form: str) -> tuple[Feature, ...]:
    return tuple(read_file([data], form))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_plans_read_back_as_the_same_plans(folder: Path, form: str) -> None:
    features = read(run(folder, "--as", form, *PLANS)[1], form)
    found = sorted(repr((f.kind.name, f.body.title, p)) for f in features for p in parts(f.body))
    assert {feature.party for feature in features} == {"coalition"}
    if form == "geojson":
        assert found == wanted()
    else:
        assert unheighted(found) == unheighted(wanted())


def unheighted(said: list[str]) -> list[str]:
    """Leave out heights above the ellipsoid or by pressure of tracks: KML has no word for them."""
    return [line.partition("Trajectory(")[0] if "Trajectory(" in line else line for line in said]


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_zones_read_back_with_what_they_ask_of_whom(folder: Path, form: str) -> None:
    features = read(run(folder, "--as", form, "--kind", "zone/1")[1], form)
    names = ("zone_type", "asks", "affects", "margin", "title")
    found = {repr([getattr(feature.body, name) for name in names]) for feature in features}
    logged = [KINDS["zone/1"].parse(body) for body in bodies("zone/1")]
    assert found == {repr([getattr(body, name) for name in names]) for body in logged}


def test_check_takes_the_exports_of_both_forms_for_the_same_activities(
    folder: Path, tmp_path: Path
) -> None:
    """Each plan of one file meets the same plan in the other, where parties differ."""
    mine, theirs = tmp_path / "a.geojson", tmp_path / "b.geojson"
    data = run(folder, "--as", "geojson", "--kind", "activity/1")[1]
    mine.write_bytes(data)
    theirs.write_bytes(data.replace(b'"party": "coalition"', b'"party": "russia"'))
    plans = read_plans([mine, theirs], WIDE)
    ours = [plan for plan in plans if plan.stated.party == "coalition"]
    assert len(ours) * 2 == len(plans)
    met = {(c.a.title, c.b.title) for c in conflicts_of(plans)}
    assert {(plan.title, plan.title) for plan in ours} <= met


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_what_no_longer_stands_is_named_and_is_no_plan(folder: Path, form: str) -> None:
    data = run(folder, "--as", form, *PLANS)[1]
    titles = {feature.body.title for feature in read(data, form)}
    assert "New" in titles
    assert not titles & {"Old", "Gone"}
    assert b"Old" in data
    assert b"Gone" in data
    if form == "geojson":
        past = json.loads(data)["x-no-longer"]
        states = {each["properties"]["title"]: each["properties"]["state"] for each in past}
        assert states == {"EXERCISE: Old": "replaced", "EXERCISE: Gone": "withdrawn"}


def test_what_is_no_plan_is_not_mistaken_for_one(tmp_path: Path) -> None:
    """A protected site on the map is refused by ``parley check``, not read as somebody's flight."""
    with open_desk(tmp_path / "coalition") as desk:
        desk.log_vectors("site/1", "incident/1")
    for form in ("geojson", "kml"):
        with pytest.raises(ParleyError):
            read(run(tmp_path / "coalition", "--as", form)[1], form)


def test_every_plan_on_a_map_says_that_it_is_an_exercise(folder: Path) -> None:
    value = json.loads(run(folder, "--as", "geojson", *PLANS)[1])
    assert {each["properties"]["x-status"] for each in value["features"]} == {"exercise"}
    marks = ET.fromstring(run(folder, "--as", "kml", *PLANS)[1]).iter(f"{KML}Placemark")
    said = [{d.get("name"): d.findtext(f"{KML}value") for d in m.iter(f"{KML}Data")} for m in marks]
    assert {each["x-status"] for each in said} == {"exercise"}


KML = "{http://www.opengis.net/kml/2.2}"


def test_geojson_keeps_to_its_rules(folder: Path) -> None:
    """RFC 7946: longitude first, closed rings, the outer one counterclockwise."""
    value = json.loads(run(folder, "--as", "geojson", *PLANS)[1])
    shapes = [each["geometry"] for each in value["features"] if "geometry" in each]
    rings = [each["coordinates"] for each in shapes if each["type"] == "Polygon"]
    assert rings
    for outer, *holes in rings:
        for ring in (outer, *holes):
            assert ring[0] == ring[-1]
        assert area(outer) > 0
        assert all(area(hole) < 0 for hole in holes)
    assert [38.618, 33.506] in [each["coordinates"] for each in shapes if each["type"] == "Point"]


def area(ring: list[list[float]]) -> float:
    pairs = pairwise(ring)
    return sum(x * v - u * y for (x, y), (u, v) in pairs) / 2


def test_the_odd_fractions_are_in_both(folder: Path) -> None:
    """Said once more in figures, so that no rounding hides in how things are compared."""
    for form in ("geojson", "kml"):
        features = read(run(folder, "--as", form, *PLANS)[1], form)
        (volume,) = next(f for f in features if f.body.title == "Odd fractions").body.volumes
        assert asdict(volume.shape)["center"] == {"lat_e7": -334_567_891, "lon_e7": -1}
        assert volume.shape.radius_e4m == 12_345_679  # type: ignore[union-attr]
        assert volume.lower.e4m == 3_049  # type: ignore[union-attr]
        assert volume.lower.uncertainty_e4m == 1_001  # type: ignore[union-attr]
        assert (volume.time_start, volume.time_end) == (1_466_049_600_123, 1_466_053_200_124)
