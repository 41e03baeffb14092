"""The example that draws conflicts: its files are there, well formed, and the marks lie right."""

import json
import math
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

from parley.desk.checking import Checked, Conflict, check, read_plans
from parley.sky import Limits

LIMITS = Limits(92_600_000, 3_048_000, 300_000)
SVG = "{http://www.w3.org/2000/svg}"


def example(root: Path, *names: str) -> list[Path]:
    return [root / "examples" / "explain" / name for name in names]


def explained(root: Path, files: list[Path], out: Path) -> str:
    (script,) = example(root, "explain.py")
    said = subprocess.run(
        [sys.executable, script, *files, "--out", out],
        capture_output=True,
        text=True,
        check=False,
        cwd=out.parent,
    )
    assert said.returncode == 1, said.stderr
    return said.stdout


@pytest.fixture(scope="module")
def drawn(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Checked]:
    out = tmp_path_factory.mktemp("explain") / "out"
    files = example(root, "north.geojson", "south.geojson")
    said = explained(root, files, out)
    return out, said, check(read_plans(files, LIMITS), LIMITS)


def page_of(out: Path, number: str) -> ET.Element:
    return ET.fromstring((out / f"{number}.html").read_text(encoding="utf-8"))


def marks(svg: ET.Element) -> dict[str, tuple[dict[str, str], tuple[float, float]]]:
    """Give the marks of a picture by name: what they say, and the middle of where they are."""
    found = {}
    for shape in svg.iter(f"{SVG}polygon"):
        if "data-mark" in shape.attrib:
            points = [tuple(map(float, p.split(","))) for p in shape.attrib["points"].split()]
            middle = (
                sum(x for x, _ in points) / len(points),
                sum(y for _, y in points) / len(points),
            )
            found[shape.attrib["data-mark"]] = (dict(shape.attrib), middle)
    return found


def test_there_is_one_page_for_each_conflict(drawn: tuple[Path, str, Checked]) -> None:
    out, said, checked = drawn
    assert len(checked.conflicts) == 2
    for conflict in checked.conflicts:
        text = (out / f"{conflict.number}.html").read_text(encoding="utf-8")
        page = page_of(out, conflict.number)
        assert page.tag == "html"
        assert len(list(page.iter(f"{SVG}svg"))) == 3
        # It stands alone: nothing is loaded, nothing runs.
        for loads in ("<script", "<link", "<img", "src=", "url(", "@import"):
            assert loads not in text
        assert str(conflict.number) in said
        assert f"{conflict.encounter.lateral_m:,} m between the edges" in text
        assert "nothing is approved" in text


def test_the_marks_lie_where_the_check_says(drawn: tuple[Path, str, Checked]) -> None:
    """Measured on the picture, by its scale bar, against an independent geodesic."""
    out, _, checked = drawn
    for conflict in checked.conflicts:
        for svg in list(page_of(out, conflict.number).iter(f"{SVG}svg"))[:2]:
            found = marks(svg)
            told, middle = found["closest"]
            position = conflict.encounter.position
            assert (told["data-lat"], told["data-lon"]) == (
                f"{position.lat:.5f}",
                f"{position.lon:.5f}",
            )
            scale = metres_per_pixel(svg)
            for name in ("a", "b"):
                mark, at = found[name]
                way = Geodesic.WGS84.Inverse(
                    position.lat, position.lon, float(mark["data-lat"]), float(mark["data-lon"])
                )
                angle = math.radians(way["azi1"])
                east, south = way["s12"] * math.sin(angle), -way["s12"] * math.cos(angle)
                assert at[0] - middle[0] == pytest.approx(east / scale, abs=0.1)
                assert at[1] - middle[1] == pytest.approx(south / scale, abs=0.1)
            apart = math.dist(found["a"][1], found["b"][1]) * scale
            assert apart == pytest.approx(between_cores(conflict), abs=3 * 0.02 * scale + 2)


def between_cores(conflict: Conflict) -> float:
    """Give how far the cores are apart: the gap and the half-width, unless they meet."""
    gap = conflict.encounter.lateral_m
    return 0.0 if gap == 0 else gap + 15_000.0


def metres_per_pixel(svg: ET.Element) -> float:
    """Read the scale bar: its words, and the outline that is as long as it."""
    words = [text.text or "" for text in svg.iter(f"{SVG}text")]
    kilometres = next(float(word[:-3]) for word in words if word.endswith(" km"))
    bars = [shape for shape in svg.iter(f"{SVG}polygon") if shape.attrib["fill"] == "none"]
    lengths = []
    for bar in bars:
        points = [tuple(map(float, p.split(","))) for p in bar.attrib["points"].split()]
        (x0, y0), (x1, y1) = points[0], points[2]
        if abs(y1 - y0) == pytest.approx(6.0, abs=0.02):
            lengths.append(x1 - x0)
    (length,) = lengths
    return kilometres * 1000 / length


def test_the_profile_shows_the_times_of_the_check(drawn: tuple[Path, str, Checked]) -> None:
    out, _, checked = drawn
    for conflict in checked.conflicts:
        profile = list(page_of(out, conflict.number).iter(f"{SVG}svg"))[2]
        found = marks(profile)
        begin, until = conflict.encounter.begin, conflict.encounter.until
        assert until is not None
        assert int(found["from"][0]["data-ms"]) == begin
        assert int(found["until"][0]["data-ms"]) == until
        flown = [name for name in ("a", "b") if name in found]
        assert len(flown) == sum(plan.flown for plan in (conflict.a, conflict.b))
        for name in flown:
            mark, at = found[name]
            assert begin <= int(mark["data-ms"]) <= until
            assert found["from"][1][0] <= at[0] <= found["until"][1][0]


def test_pictures_are_written_as_png(drawn: tuple[Path, str, Checked]) -> None:
    if find_spec("PIL") is None:
        pytest.skip("Pillow is not installed: pip install -r locks/examples.txt")
    from PIL import Image

    out, _, checked = drawn
    for conflict in checked.conflicts:
        for name in ("map", "closest", "profile"):
            with Image.open(out / f"{conflict.number}-{name}.png") as image:
                assert image.size[0] == 900
                # Both sides are in it, each in its colours.
                colours = {colour for _, colour in image.getcolors(1 << 20) or ()}
                assert {(0xDC, 0xEB, 0xF5), (0xFA, 0xE6, 0xD8)} <= colours


def test_the_antimeridian_and_a_pole_are_nothing_special(root: Path, tmp_path: Path) -> None:
    def plan(party: str, title: str, geometry: object, **more: object) -> dict[str, object]:
        window = {"time_start": "2026-05-04T08:00:00Z", "time_end": "2026-05-04T09:00:00Z"}
        names = {"kind": "activity/1", "party": party, "title": title, **window, **more}
        return {"type": "Feature", "geometry": geometry, "properties": names}

    ring = [[0, 88], [90, 88.5], [180, 88.2], [-90, 88], [0, 88]]
    north = [
        plan("north", "<pole> & ring", {"type": "Polygon", "coordinates": [ring]}),
        plan(
            "north",
            "across 180",
            {"type": "LineString", "coordinates": [[178, 70], [-179, 72]]},
            half_width_m=20_000,
        ),
    ]
    south = [
        plan("south", "at the pole", {"type": "Point", "coordinates": [12, 90]}, radius_m=5000),
        plan("south", "beside 180", {"type": "Point", "coordinates": [-179.5, 71]}, radius_m=9000),
    ]
    files = []
    for name, features in (("north", north), ("south", south)):
        files.append(tmp_path / f"{name}.geojson")
        files[-1].write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    explained(root, files, tmp_path / "out")
    checked = check(read_plans(files, LIMITS), LIMITS)
    assert len(checked.conflicts) == 2
    for conflict in checked.conflicts:
        for svg in list(page_of(tmp_path / "out", conflict.number).iter(f"{SVG}svg"))[:2]:
            # Nothing is torn apart: every area is a few hundred kilometres wide at most.
            scale = metres_per_pixel(svg)
            for shape in svg.iter(f"{SVG}polygon"):
                if shape.attrib["fill"] in ("#dcebf5", "#fae6d8"):
                    xs = [float(p.split(",")[0]) for p in shape.attrib["points"].split()]
                    assert (max(xs) - min(xs)) * scale < 700_000
