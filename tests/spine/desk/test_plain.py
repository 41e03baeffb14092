"""A trajectory in plain lines: point by point, as stated, and never cut in silence."""

from parley.desk.plain import MAX_POINTS, plain_lines
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
