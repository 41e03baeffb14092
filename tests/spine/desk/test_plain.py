"""Bodies in plain lines: a trajectory point by point and never cut in silence; one not finished."""

from typing import Any

from parley.desk.plain import MAX_POINTS, plain_lines
from parley.desk.preview import preview
from parley.kinds import KINDS
from parley.kinds.air.activity import ACTIVITY
from parley.record.canonical import Json

START = 1_466_049_600_000


def lines_of(points: int, **more: Json) -> dict[str, tuple[str, ...]]:
    way: dict[str, Json] = {
        "points": [{"lat_e7": 344_000_000 + i, "lon_e7": 372_000_000} for i in range(points)],
        "times": [START + i * 60_000 for i in range(points)],
        "units": "FT",
        "lateral_tolerance_e4m": 18_520_000,
        "vertical_tolerance_e4m": 914_400,
        "time_tolerance_ms": 1500,
        **more,
    }
    body = ACTIVITY.parse({"title": "Transit", "volumes": [], "trajectory": way})
    return {line.label: line.lines for line in plain_lines(body, "Asia/Damascus")}


def test_a_trajectory_is_read_point_by_point() -> None:
    """Place, time and height of each point, then how far it may stray."""
    said = lines_of(2, heights_e4m=[45_720_000, 60_960_000], reference="AMSL")
    assert said["trajectory, from"][0] == "2016-06-16T04:00:00Z  (DTG 160400ZJUN16)"
    assert said["trajectory, until"][0] == "2016-06-16T04:01:00Z  (DTG 160401ZJUN16)"
    second = said["trajectory, point 2"]
    assert second[0].startswith("decimal  34.4000001")
    assert "2016-06-16T04:01:00Z  (DTG 160401ZJUN16)" in second
    assert second[-1] == "height   20000 FT AMSL"
    assert said["trajectory, tolerances"] == (
        "1852 m aside, 91.44 m above or below, 1.5 s early or late",
    )
    assert not any(label.startswith("volumes") for label in said)


def test_a_height_nobody_stated_and_points_left_out_are_said() -> None:
    """What is missing, in the record or on the page, stands there in capitals."""
    said = lines_of(MAX_POINTS + 3)
    assert said["trajectory, point 1"][-1] == "height   NOT STATED"
    assert f"trajectory, point {MAX_POINTS + 1}" not in said
    assert said["trajectory, points"] == (
        "AND 3 MORE POSITIONS, NOT PRINTED HERE: take them from the record itself",
    )


def test_an_unfinished_body_is_previewed_field_by_field() -> None:
    """Times, places, lengths and angles as people read them; what does not fit stays as written."""
    body: dict[str, Any] = {
        "time": {"ms": 1_466_049_600_000, "stated": "at dawn", "zone": "UTC"},
        "place": {"lat_e7": 335_000_000, "lon_e7": -386_000_000, "precision_e4m": 10_000_000},
        "bearing_e4": 450_500,
        "distance_e4m": 60_000_000,
        "observer_place": {"lat_e7": 10**12, "lon_e7": "x"},
        "nonsense": [1, {"ms": True}],
    }
    assert "\n".join(preview(KINDS["observation/1"], body)) == (
        "time:\n  utc: 2016-06-16T04:00:00Z\n  stated: at dawn\n  zone: UTC\n"
        "place:\n  at: 33.5000000 N 38.6000000 W\n  precision: 1000 m\n"
        "bearing: 45.0500 degrees\ndistance: 6000 m\n"
        "observer_place:\n  lat_e7: 1000000000000\n  lon_e7: x\n"
        "nonsense:\n  - 1\n  - ms: yes"
    )
    leg: Json = {"time_start": 1_466_049_600_000, "time_end": 10**17, "half_width_e4m": 10_000_000}
    upper: Json = {"e4m": 3_048_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0}
    shown = "\n".join(preview(KINDS["movement/1"], {"legs": [leg], "upper": upper}))
    assert shown == (
        "legs:\n  - time_start: 2016-06-16T04:00:00Z\n    time_end: 100000000000000000\n"
        "    half_width: 1000 m\nupper: 1000 FT AGL"
    )
