"""`parley check` of many activities: all pairs, streamed, and left early by whoever reads."""

import json
import random
import signal
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from parley.desk import checking
from parley.desk.checking import conflicts_of, read_plans
from parley.desk.plan_report import geojson_parts
from parley.desk.tables import as_json, json_parts
from parley.sky import Limits, compare
from parley.values.volumes import Circle

MINIMA = Limits(500_000, 100_000, 10_000)
TYPED = "50m,10m,10s"


def activity(chance: random.Random, number: int) -> dict[str, Any]:
    lowest, hour = chance.randrange(0, 300), chance.randrange(0, 22)
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [36 + chance.random() * 0.2, 33 + chance.random() * 0.2],
        },
        "properties": {
            "kind": "activity/1",
            "party": f"p{number % 7}",
            "title": f"t{number}",
            "radius_m": 300,
            "altitude_lower": {"value": lowest, "units": "M", "reference": "AMSL"},
            "altitude_upper": {"value": lowest + 60, "units": "M", "reference": "AMSL"},
            "time_start": f"2026-06-16T{hour:02}:00:00Z",
            "time_end": f"2026-06-16T{hour:02}:50:00Z",
        },
    }


@pytest.fixture
def many(tmp_path: Path) -> Path:
    chance = random.Random(5)
    file = tmp_path / "many.ndjson"
    file.write_text("".join(json.dumps(activity(chance, i)) + "\n" for i in range(2500)))
    return file


def parley(*arguments: str) -> subprocess.Popen[bytes]:
    # Whatever runs the tests in the background may have it ignore interrupts; a person's shell does
    # not.
    run = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from parley.desk.cli import main; main()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", run, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_every_pair_compared_by_itself_gives_the_same(many: Path) -> None:
    """Left out here, by integers: what is far apart in place or in time."""
    process = parley("check", str(many), "--minima", TYPED, "--format", "json")
    out, err = process.communicate()
    assert (process.returncode, err) == (1, b"")
    value = json.loads(out)
    plans = read_plans([many], MINIMA)
    expected = set()
    for a, b in combinations(plans, 2):
        one, other = a.stated.volumes[0], b.stated.volumes[0]
        ends = [each.time_end for each in (one, other) if each.time_end is not None]
        if max(one.time_start, other.time_start) < min(ends) + 10_001:
            assert isinstance(one.shape, Circle)
            assert isinstance(other.shape, Circle)
            p, q = one.shape.center, other.shape.center
            # 0.01 degree is over 900 m here, and 651 m decide.
            if max(abs(p.lat_e7 - q.lat_e7), abs(p.lon_e7 - q.lon_e7)) < 100_000:
                found = compare(a.subject, b.subject)
                if found is not None:
                    expected.add((found.a, found.b, found.verdict, found.lateral_m))
    told = [
        (c["a"]["id"], c["b"]["id"], c["verdict"], c["closest"]["lateral_m"])
        for c in value["conflicts"]
    ]
    assert len(expected) > 100
    assert told == sorted(expected)
    assert value["checked"]["activities"] == 2500


def test_more_than_are_sorted_come_in_the_same_order_each_time(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the number of threads; and they are the same conflicts."""
    plans = read_plans([many], MINIMA)
    ordered = list(conflicts_of(plans))
    monkeypatch.setattr(checking, "MOST_SORTED", 10)
    once, again = list(conflicts_of(plans)), list(conflicts_of(plans, threads=2))
    assert [c.number for c in once] == [c.number for c in again]
    assert [c.number for c in once] != [c.number for c in ordered]
    assert sorted(c.number for c in once) == sorted(c.number for c in ordered)
    points = json.loads("".join(geojson_parts(once)))["features"]
    assert [p["properties"]["id"] for p in points] == [c.number for c in once]


@pytest.mark.parametrize("items", [[], [1], [{"b": [1, 2], "a": {}}, "x\ny", []]])
@pytest.mark.parametrize("rest", [{}, {"a": 1}, {"z": {"y": 1}}, {"z": [1], "a": {"b": "c"}}])
def test_parts_are_what_the_whole_would_be(rest: dict[str, Any], items: list[Any]) -> None:
    assert "".join(json_parts(rest, "items", items)) == as_json({**rest, "items": items})


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("form", "begins"), [("json", b"{\n"), ("table", b"minima")])
def test_who_reads_may_leave_early(
    many: Path, form: str, begins: bytes, unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even before the first conflict is written, as without a buffer; the exit code is right."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    process = parley("check", str(many), "--minima", "5km,1000m,10s", "--format", form)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(begins)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_an_interrupt_ends_it_in_one_line(many: Path) -> None:
    """Its output is begun and not read on, so that it is sure to be still at it."""
    process = parley("check", str(many), "--minima", "5km,1000m,10s", "--format", "json")
    assert process.stdout is not None
    assert process.stdout.readline() == b"{\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err.strip()) == (130, b"parley: interrupted")


def test_one_plan_twice_is_one_plan_listed_twice(tmp_path: Path) -> None:
    """It is no conflict with itself, and what it meets is told once."""
    chance = random.Random(7)
    one = activity(chance, 1)
    near = json.loads(json.dumps(one))
    near["properties"]["party"] = "other"
    file = tmp_path / "twice.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in (one, one, near)))
    plans = read_plans([file], MINIMA)
    assert len(plans) == 3
    assert len(list(conflicts_of(plans, within_party=True))) == 1


def test_what_cannot_be_compared_is_refused_before_what_cannot_be_read_after_it(
    tmp_path: Path,
) -> None:
    ok = activity(random.Random(7), 1)
    bad = json.loads(json.dumps(ok))
    # An outline that crosses itself.
    ring = [[36, 33], [37, 34], [37, 33], [36, 34], [36, 33]]
    bad["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    del bad["properties"]["radius_m"]
    file = tmp_path / "bad.ndjson"
    file.write_text("".join(json.dumps(each) + "\n" for each in (ok, bad)) + "not JSON\n")
    process = parley("check", str(file))
    _, err = process.communicate()
    assert process.returncode == 2
    assert b"line 2: " in err
    assert str(file).encode() in err
