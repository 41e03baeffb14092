"""`parley check` over files of several formats: one answer, and one line where one is bad."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parley.desk.checking import read_plans
from parley.desk.cli import run
from parley.desk.commands.check import command
from parley.sky import Limits
from tests.spine.air.test_check import OVER_IT
from tests.spine.air.test_csv import CORRIDOR
from tests.spine.air.test_csv import FLIGHT as TABLE
from tests.spine.air.test_geojson import LINE, changed
from tests.spine.air.test_kml import CORRIDOR as PLACEMARK
from tests.spine.air.test_kml import TRACK, kml, placemark
from tests.spine.air.test_moving_features import FLIGHT
from tests.spine.air.test_sequences import lines, separated

NONE = Limits(0, 0, 0)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, data: bytes | str) -> str:
        (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return name

    return write_file


def checked(*files: str, form: str = "json") -> tuple[int, str]:
    result = CliRunner().invoke(command, [*files, "--format", form], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_the_same_corridor_in_every_format_conflicts_alike(write: Any) -> None:
    """One answer, whatever the other side's file is written in; its subject is the same too."""
    theirs = write("russia.geojson", json.dumps(OVER_IT))
    answers = []
    for name, data in (
        ("coalition.geojson", json.dumps(LINE).encode()),
        ("coalition.geojsons", separated(LINE)),
        ("coalition.ndjson", lines(LINE)),
        ("coalition.kml", kml(PLACEMARK)),
        ("coalition.csv", CORRIDOR.replace("Support;", "Support to At-Tanf;").encode()),
    ):
        code, out = checked(write(name, data), theirs)
        assert code == 1
        answers.append(out)
    assert answers[1:] == answers[:1] * 4
    assert json.loads(answers[0])["conflicts"][0]["verdict"] == "CONFLICT"


def test_a_flight_in_any_format_is_shown_as_a_trajectory(write: Any) -> None:
    """Through the strike's place and time: a conflict, said to be with a trajectory."""
    theirs = write("russia.geojson", json.dumps(OVER_IT))
    for name, data in (
        ("coalition.geojson", json.dumps(FLIGHT)),
        ("coalition.csv", TABLE),
        ("coalition.kml", kml(placemark(TRACK.replace("T04:20", "T04:40"))).decode()),
    ):
        ours = write(name, data)
        code, out = checked(ours, theirs)
        (conflict,) = json.loads(out)["conflicts"]
        sides = {side["party"]: side for side in (conflict["a"], conflict["b"])}
        assert (code, conflict["verdict"]) == (1, "CONFLICT")
        assert sides["coalition"]["trajectory"] is True
        assert "trajectory" not in sides["russia"]
        assert "(trajectory)" in checked(ours, theirs, form="table")[1]
        (feature,) = json.loads(checked(ours, theirs, form="geojson")[1])["features"]
        assert feature["properties"]["verdict"] == "CONFLICT"


def test_files_of_all_formats_are_checked_together(write: Any) -> None:
    """Each keeps its party: stated, or the name of its file."""
    files = [
        write("alpha.geojson", json.dumps(changed(FLIGHT, "properties.party", None))),
        write("bravo.ndjson", lines(OVER_IT, OVER_IT)),
        write("charlie.kml", kml(PLACEMARK, placemark(TRACK))),
        write("delta.csv", CORRIDOR),
    ]
    plans = read_plans([Path(f) for f in files], NONE)
    assert [(p.subject.party, p.flown) for p in plans] == [
        ("alpha", True),
        ("russia", False),
        ("russia", False),
        ("coalition", False),
        ("charlie", True),
        ("delta", False),
    ]
    code, out = checked(*files)
    assert code == 1
    assert json.loads(out)["checked"]["activities"] == 6


def test_shapes_and_trajectories_may_be_one_activity(write: Any) -> None:
    """A flight and the area it works in share a name, also across files of one party."""
    area = changed(OVER_IT, "properties.party", "coalition")
    area["properties"]["activity"] = "CO-7"
    files = [write("a.geojson", json.dumps(area)), write("b.csv", TABLE)]
    (plan,) = read_plans([Path(f) for f in files], NONE)
    assert (plan.flown, len(plan.subject.parts)) == (True, 2)
    (again,) = read_plans([Path(f) for f in files[::-1]], NONE)
    assert again.id == plan.id


HALF_ROUND: list[list[float]] = [[0, 0], [179.9, 0]]
FAR = {"type": "LineString", "coordinates": HALF_ROUND}


def far_flight() -> dict[str, Any]:
    value = changed(FLIGHT, "temporalGeometry.coordinates", [[*p, 9] for p in HALF_ROUND])
    value["temporalGeometry"]["datetimes"] = value["temporalGeometry"]["datetimes"][:2]
    return value


BAD: list[tuple[str, bytes, str]] = [
    ("x.geojson", b'{"type"', "x.geojson: not JSON at byte 7"),
    (
        "x.geojson",
        json.dumps(far_flight()).encode(),
        "x.geojson: temporalGeometry.coordinates[1]: ",
    ),
    ("x.ndjson", lines(LINE, changed(LINE, "geometry", FAR)), "x.ndjson: line 2: geometry.coord"),
    ("x.ndjson", lines(LINE, far_flight()), "x.ndjson: line 2: temporalGeometry.coordinates[1]: "),
    ("x.ndjson", lines(LINE)[:-2], "x.ndjson: line 1: not JSON at byte "),
    ("x.geojsons", separated(LINE, {}), "x.geojsons: line 3"),
    (
        "x.kml",
        kml(PLACEMARK.replace("37.2,34.4 38.6,33.5", "0,0 179.9,0")),
        "x.kml: line 2, coordinates[1]: the two ends",
    ),
    ("x.kml", kml(PLACEMARK.replace("9260", "x")), "x.kml: line 2, Data half_width_m: 'x' is no"),
    ("x.kml", b"<!DOCTYPE kml><kml/>", "x.kml: line 1: a document type is not read"),
    ("x.kml", b"PK\x03\x04", "x.kml: a .kmz file is not read (unpack it"),
    ("x.kmz", b"PK\x03\x04", "x.kmz: a .kmz file is not read (unpack it"),
    (
        "x.csv",
        CORRIDOR.replace("34.4;37.2", "0;0").replace("33.5;38.6", "0;179.9").encode(),
        "x.csv: line 3, column lat: the two ends",
    ),
    ("x.csv", TABLE.replace("title", "titel").encode(), "x.csv: line 1, column titel: unknown"),
    ("x.csv", b"\xff", "x.csv: not UTF-8"),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD, ids=lambda v: str(v)[:30])
def test_bad_input_is_one_line_and_exit_code_2(
    write: Any, name: str, data: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where and why, nothing on the standard output, whatever else the call names."""
    ours = write("coalition.geojson", json.dumps(LINE))
    assert run(["check", ours, write(name, data)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"parley: {said}")
    assert err.count("\n") == 1


def test_the_sky_s_refusal_names_the_part_it_means(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second trajectory of one activity, in another file than the first."""
    ours, bad = changed(FLIGHT, "id", 1), changed(far_flight(), "id", 2)
    area = changed(LINE, "id", 3)
    area["properties"]["activity"] = "CO-7"
    files = [write("a.geojson", json.dumps(area)), write("b.ndjson", lines(ours, bad))]
    assert run(["check", *files]) == 2
    assert capsys.readouterr().err.startswith("parley: b.ndjson: line 2: temporalGeometry.coord")


def test_reading_tells_how_far_it_is(write: Any) -> None:
    """Bytes of all files together, the last word being all of them."""
    files = [write("a.ndjson", lines(*[LINE] * 3000)), write("b.csv", CORRIDOR)]
    told: list[tuple[int, int]] = []
    read_plans([Path(f) for f in files], NONE, progress=lambda *how_far: told.append(how_far))
    total = sum(Path(f).stat().st_size for f in files)
    assert told[-1] == (total, total)
    assert told == sorted(told)
    assert len(told) > 2
