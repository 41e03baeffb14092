"""`parley check`: files in, conflicts out; the same answer whoever asks, and bad input named."""

import base64
import copy
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parley.desk.checking import read_plans
from parley.desk.cli import run
from parley.desk.commands.check import command, minima_typed
from parley.errors import BadUsage
from parley.kinds.air.stated import MAX_BYTES
from parley.kinds.line.charter import CHARTER
from parley.sky import Limits
from tests.spine.air.test_geojson import LINE, POINT, ZONE, changed, collection

OVER_IT = changed(
    changed(POINT, "geometry.coordinates", [38.6175, 33.5055]), "properties.party", "russia"
)
OVER_IT["properties"] |= {
    "title": "Strike north of the garrison",
    "altitude_lower": {"value": 4000, "units": "M", "reference": "AMSL"},
    "altitude_upper": {"value": 6000, "units": "M", "reference": "AMSL"},
    "time_start": "2016-06-16T04:30:00Z",
    "time_end": "2016-06-16T05:00:00.500Z",
}
FAR = changed(OVER_IT, "geometry.coordinates", [35.95, 35.4])


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, value: Any) -> str:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        (tmp_path / name).write_bytes(data)
        return name

    return write_file


def checked(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(command, [*arguments, "--format", "json"], catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)


def test_a_conflict_between_two_files(write: Any) -> None:
    """The whole of the JSON, its number and subjects computed by hand from the formats."""
    ours, theirs = write("coalition.geojson", LINE), write("russia.geojson", OVER_IT)
    code, value = checked(ours, theirs)
    names = {p.subject.party: p.id for p in read_plans([Path(ours), Path(theirs)], Limits(0, 0, 0))}
    body = {
        "title": "Strike north of the garrison",
        "volumes": [
            {
                "shape": {
                    "center": {"lat_e7": 335055000, "lon_e7": 386175000},
                    "radius_e4m": 10000000,
                    "type": "circle",
                },
                "time_start": 1466051400000,
                "time_end": 1466053200500,
                "lower": {"e4m": 40000000, "units": "M", "reference": "AMSL", "uncertainty_e4m": 0},
                "upper": {"e4m": 60000000, "units": "M", "reference": "AMSL", "uncertainty_e4m": 0},
            }
        ],
    }
    subject = json.dumps(
        {"features": [body], "party": "russia"}, sort_keys=True, separators=(",", ":")
    )
    assert names["russia"] == hashlib.sha256(subject.encode()).hexdigest()
    first, second = sorted(names, key=lambda party: names[party])
    said = "parley/conflict/1\n" + names[first] + names[second]
    number = "C-" + base64.b32encode(hashlib.sha256(said.encode()).digest()).decode()[:13]
    titles = {"coalition": "Support to At-Tanf", "russia": "Strike north of the garrison"}

    def side(party: str) -> dict[str, str]:
        return {"id": names[party], "party": party, "title": titles[party]}

    assert value == {
        "minima": {"lateral_m": 9260, "vertical_m": 304.8, "time_s": 300},
        "conflicts": [
            {
                "id": number,
                "verdict": "CONFLICT",
                "a": side(first),
                "b": side(second),
                "closest": {
                    "lateral_m": 0,
                    "vertical_m": 0,
                    "time_gap_s": 0,
                    "position": [38.6175, 33.5055],
                    "from": "2016-06-16T04:30:00Z",
                    "until": "2016-06-16T05:00:01Z",
                },
                "broken": ["lateral", "vertical", "time"],
                "open": [],
            }
        ],
        "checked": {"activities": 2, "pairs": 1},
    }
    assert code == 1
    assert checked(theirs, ours) == (code, value)


def test_clear_possible_and_within_one_party(write: Any) -> None:
    """Clear leaves with 0; what a missing height leaves open is possible and leaves with 1."""
    ours, far = write("coalition.geojson", LINE), write("far.geojson", FAR)
    code, value = checked(ours, far)
    assert (code, value["conflicts"], value["checked"]) == (0, [], {"activities": 2, "pairs": 1})
    unknown = changed(changed(OVER_IT, "properties.altitude_lower", None), "id", 3)
    code, value = checked(ours, write("russia.geojson", unknown))
    (conflict,) = value["conflicts"]
    assert (code, conflict["verdict"], conflict["open"]) == (1, "POSSIBLE", ["vertical"])
    assert conflict["broken"] == ["lateral", "time"]
    assert conflict["closest"]["vertical_m"] is None
    same = write("same.geojson", changed(OVER_IT, "properties.party", "coalition"))
    assert checked(ours, same)[0] == 0
    assert checked(ours, same, "--within-party")[0] == 1


def test_a_party_is_stated_or_the_name_of_the_file(write: Any) -> None:
    """Two files of one stem in two folders are one party; both are shown."""
    nameless = changed(OVER_IT, "properties.party", None)
    ours, theirs = write("coalition.geojson", LINE), write("ru.forces.geojson", nameless)
    code, value = checked(ours, theirs)
    (conflict,) = value["conflicts"]
    assert (code, {conflict["a"]["party"], conflict["b"]["party"]}) == (
        1,
        {"coalition", "ru.forces"},
    )
    assert checked(ours, write("coalition.json", nameless))[0] == 0
    shown = CliRunner().invoke(command, [ours, theirs]).stdout
    assert "coalition: 1 plan (stated in coalition.geojson)" in shown
    assert "ru.forces: 1 plan (named after ru.forces.geojson)" in shown


def test_features_that_share_an_activity_are_one(write: Any) -> None:
    """Two legs of one activity conflict once, under a number that their order does not change."""
    one, two = copy.deepcopy(OVER_IT), copy.deepcopy(OVER_IT)
    one["properties"]["activity"] = two["properties"]["activity"] = "strike 1"
    two["geometry"]["coordinates"] = [38.0, 33.9]
    ours = write("coalition.geojson", LINE)
    code, value = checked(ours, write("russia.geojson", collection(one, two)))
    assert (code, len(value["conflicts"]), value["checked"]["activities"]) == (1, 1, 2)
    # Both legs are in the corridor: the southern one speaks.
    assert value["conflicts"][0]["closest"]["position"] == [38.6175, 33.5055]
    assert checked(ours, write("russia.geojson", collection(two, one))) == (code, value)
    separate = collection(one, changed(two, "properties.activity", "strike 2"))
    assert len(checked(ours, write("russia.geojson", separate))[1]["conflicts"]) == 2


def test_zones_bind_whom_they_affect(write: Any) -> None:
    """A zone is compared with the activities of the parties it affects, and with no other zone."""
    zone = changed(ZONE, "properties.affects", ["russia"])
    ours = write("coalition.geojson", collection(LINE, zone))
    theirs = write("russia.geojson", collection(OVER_IT, ZONE))
    code, value = checked(ours, theirs)
    assert code == 1
    assert value["checked"] == {"activities": 2, "pairs": 3}
    assert [c["verdict"] for c in value["conflicts"]] == ["CONFLICT"] * 3
    untouched = changed(zone, "properties.affects", ["syria"])
    code, value = checked(write("zone.geojson", untouched), theirs)
    assert (code, value["checked"]["pairs"]) == (1, 1)
    shown = CliRunner().invoke(command, ["zone.geojson", theirs]).stdout
    assert "note    zone: zone: Keep clear affects syria, of which no plan is here" in shown


def test_minima_are_taken_from_the_command_line_or_a_charter(write: Any, root: Path) -> None:
    """The larger distance turns clear into a conflict; what was taken is printed."""
    ours, far = write("coalition.geojson", LINE), write("far.geojson", FAR)
    assert checked(ours, far, "--minima", "200NM,1000ft,5min")[0] == 1
    vectors = json.loads((root / "src/parley/kinds/line/vectors/charter.json").read_text())
    body = vectors["good"][0]["body"]
    body["minima"] = {"lateral_e4m": 3_704_000_000, "vertical_e4m": 1, "time_ms": 0}
    CHARTER.parse(body)
    charter = write("charter.json", body)
    code, value = checked(ours, far, "--charter", charter)
    assert (code, value["minima"]) == (
        1,
        {"lateral_m": 370_400, "vertical_m": 0.0001, "time_s": 0},
    )
    table = CliRunner().invoke(command, [ours, far, "--charter", charter]).stdout
    assert "200 NM (370400 m) laterally" in table
    assert "(of charter.json)" in table
    del body["minima"]["time_ms"]
    write("charter.json", body)
    assert run(["check", ours, "--charter", charter]) == 2
    assert run(["check", ours, "--charter", charter, "--minima", "1NM,1ft,1s"]) == 2


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("5NM,1000ft,5min", Limits(92_600_000, 3_048_000, 300_000)),
        ("0m,0m,0s", Limits(0, 0, 0)),
        (" 9.26 km , 304.8 M, 0.5 h", Limits(92_600_000, 3_048_000, 1_800_000)),
        ("0.0001nm,0.5ft,1.5S", Limits(1_852, 1_524, 1_500)),
    ],
)
def test_minima_are_read_in_the_units_people_use(text: str, limits: Limits) -> None:
    """Decimal figures, each with a unit of its kind."""
    assert minima_typed(text) == limits


@pytest.mark.parametrize(
    "text", ["5NM", "5,1000ft,5min", "5NM,1000ft,5", "5ft,1000ft,5min", "-5NM,1ft,1s", "5NM,1NM,1s"]
)
def test_minima_without_their_units_are_refused(text: str) -> None:
    """A number whose unit is not said is not guessed."""
    with pytest.raises(BadUsage):
        minima_typed(text)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b'{"type": "Feature"', "theirs.geojson: not JSON at byte 18"),
        (b'{"a": NaN}', "theirs.geojson: NaN"),
        (changed(LINE, "properties.titel", 1), "theirs.geojson: properties.titel: unknown name"),
        (
            collection(changed(LINE, "geometry.coordinates", [[37, 34], [38, 91]])),
            "theirs.geojson: features[0].geometry.coordinates[1]: latitude 91",
        ),
        (b" " * (MAX_BYTES + 1), "theirs.geojson: over 20000000 bytes"),
    ],
    ids=("json", "nan", "name", "latitude", "size"),
)
def test_bad_input_is_one_line_and_exit_code_2(
    write: Any, value: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed but one line that says where and why."""
    ours = write("coalition.geojson", LINE)
    assert run(["check", ours, write("theirs.geojson", value)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"parley: {said}")
    assert err.count("\n") == 1


def test_a_missing_file_is_bad_input(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is never an empty one."""
    assert run(["check", write("coalition.geojson", LINE), "gone.geojson"]) == 2
    assert capsys.readouterr().err.startswith("parley: gone.geojson: ")
    assert run(["check"]) == 2


def test_the_table_says_it_in_words(write: Any) -> None:
    """Aligned, in UTC, without colour, with what was compared."""
    ours = write("coalition.geojson", LINE)
    shown = CliRunner().invoke(command, [ours, write("russia.geojson", OVER_IT)]).stdout
    assert "\x1b" not in shown
    assert "minima  5 NM (9260 m) laterally, 1000 ft (304.8 m) vertically, 300 s in time" in shown
    for line in (
        "apart   0 m laterally, 0 m vertically",
        "where   33.50550 N, 38.61750 E",
        "when    both from 2016-06-16T04:30:00Z to 2016-06-16T05:00:01Z",
        "broken  lateral, vertical, time",
        "1 conflict, 0 possible ones (2 activities, 0 zones, 1 pair compared).",
    ):
        assert line in shown
    clear = CliRunner().invoke(command, [ours, write("far.geojson", FAR)])
    assert "Clear: no conflict between these plans" in clear.stdout
    alone = CliRunner().invoke(command, [ours])
    assert (alone.exit_code, "Nothing was compared" in alone.stdout) == (0, True)


def test_conflicts_as_geojson_are_points_for_a_map(write: Any) -> None:
    """Each conflict is a point where the two are closest."""
    ours, theirs = write("coalition.geojson", LINE), write("russia.geojson", OVER_IT)
    result = CliRunner().invoke(command, [ours, theirs, "--format", "geojson"])
    (feature,) = json.loads(result.stdout)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [38.6175, 33.5055]}
    assert feature["properties"]["verdict"] == "CONFLICT"


def test_a_check_loads_nothing_heavy(write: Any) -> None:
    """No compiler, no data frames, no server is loaded for a small check."""
    ours = write("coalition.geojson", LINE)
    code = (
        "import sys; from parley.desk.cli import run; run(['check', sys.argv[1]]); "
        "print([m for m in sys.modules if m in "
        "('numba', 'scipy', 'pandas', 'fastapi', 'uvicorn', 'httpx', 'rich', 'sqlite3')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, ours], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
