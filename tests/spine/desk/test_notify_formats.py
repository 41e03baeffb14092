"""`parley notify` with files of every format: logged as they are read, or refused by place."""

import json
from pathlib import Path
from typing import Any

import pytest

from parley.desk.cli import run
from parley.kinds.air.formats import format_of, records_of
from tests.spine.air.test_csv import CORRIDOR
from tests.spine.air.test_csv import FLIGHT as TABLE
from tests.spine.air.test_geojson import LINE
from tests.spine.air.test_kml import CORRIDOR as PLACEMARK
from tests.spine.air.test_kml import TRACK, kml, placemark
from tests.spine.air.test_moving_features import FLIGHT
from tests.spine.air.test_sequences import lines, separated
from tests.spine.desk.conftest import Desk

FILES = [
    ("plans.geojson", json.dumps(FLIGHT).encode()),
    ("plans.geojsons", separated(LINE, FLIGHT)),
    ("plans.ndjson", lines(FLIGHT, LINE)),
    ("plans.kml", kml(PLACEMARK, placemark(TRACK))),
    ("plans.csv", TABLE.encode()),
    ("corridor.CSV", CORRIDOR.encode()),
]


def notify(desk: Desk, file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Give the exit code and both outputs of the verb."""
    capsys.readouterr()
    code = run(["notify", str(file), "--node", str(desk.node.folder), "--format", "json"])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(("name", "data"), FILES, ids=[name for name, _ in FILES])
def test_every_plan_of_a_file_is_logged(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes
) -> None:
    """What is logged is what the reader read: bodies, trajectories and units as stated."""
    file = tmp_path / name
    file.write_bytes(data)
    code, out, err = notify(desk, file, capsys)
    assert (code, err) == (0, "")
    logged: list[Any] = []
    for record in json.loads(out)["records"]:
        path = f"/v1/channels/{desk.channel}/records/{record['name']}"
        logged.append(desk.http.get(path).json()["body"])
    drafts = records_of(data, party="coalition", form=format_of(name))
    assert logged == [draft.body for draft in drafts]


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [
        ("plans.ndjson", lines(LINE, {**FLIGHT, "crs": 5}), "line 2: crs"),
        ("plans.kml", kml(PLACEMARK.replace("9260", "far")), "line 2, Data half_width_m"),
        ("plans.csv", TABLE.replace("coalition", "russia").encode(), "line 2, column party"),
        ("plans.kmz", b"PK", "plans.kmz: a .kmz file"),
    ],
    ids=["sequence", "kml", "csv", "kmz"],
)
def test_a_bad_file_logs_nothing(
    desk: Desk,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    data: bytes,
    where: str,
) -> None:
    """One line with the place, exit 2, nothing on the standard output, no record."""
    before = desk.http.get(f"/v1/channels/{desk.channel}/records").json()["total"]
    file = tmp_path / name
    file.write_bytes(data)
    code, out, err = notify(desk, file, capsys)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert where in err
    assert desk.http.get(f"/v1/channels/{desk.channel}/records").json()["total"] == before
