"""The geoid: figures of the model, PROJ's own reading, a naive twin, areas, a broken grid."""

import array
import importlib.util
import shutil
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pyproj
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from parley.errors import GeoidDamaged
from parley.sky import prepare
from parley.sky.geodesy import GEOD, ecef
from parley.sky.geoid import COLUMNS, FILE, FOLDER, ROWS, undulation, undulation_range, unpacked
from parley.sky.heights import UNDULATION_UNCERTAINTY_E4M
from parley.values.lengths import Bound
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "src" / "parley" / "sky" / FOLDER / FILE
HALF_CM = 0.005 + 1e-9


def proj_grid() -> Path:
    """Find PROJ's copy of the grid, or skip."""
    for folder in (Path(pyproj.datadir.get_data_dir()), Path("/usr/share/proj")):
        if (folder / "egm96_15.gtx").exists():
            return folder / "egm96_15.gtx"
    pytest.skip("PROJ's egm96_15.gtx is not installed (Debian: proj-data)")


@cache
def raw() -> list[list[int]]:
    """Sum up the shipped steps in plain Python: centimetres, rows from the south."""
    steps = array.array("h", zlib.decompress(SHIPPED.read_bytes()))
    if sys.byteorder == "big":
        steps.byteswap()
    rows: list[list[int]] = []
    columns = [0] * COLUMNS
    for start in range(0, ROWS * COLUMNS, COLUMNS):
        columns = [a + b for a, b in zip(columns, steps[start : start + COLUMNS], strict=True)]
        total, row = 0, []
        for step in columns:
            total += step
            row.append(total)
        rows.append(row)
    return rows


def naive(lon: float, lat: float) -> float:
    """Interpolate between the four nodes around a place, one number at a time."""
    x, y = ((lon + 180.0) % 360.0) * 4, (lat + 90.0) * 4
    i, j = int(x) % COLUMNS, min(int(y), ROWS - 2)
    right, up = x - int(x), y - j
    rows = raw()
    total = 0.0
    for row, weight in ((j, 1 - up), (j + 1, up)):
        total += weight * (1 - right) * rows[row][i]
        total += weight * right * rows[row][(i + 1) % COLUMNS]
    return total / 100


@pytest.mark.parametrize(
    ("lon", "lat", "metres"), [(80, 0, -102.69), (10, 45, 39.05), (147, -8, 84.23)]
)
def test_three_places_are_pinned(lon: float, lat: float, metres: float) -> None:
    """South of India the sea lies low, over the Alps and New Guinea high: the sign is right."""
    assert float(undulation(lon, lat)) == metres


def test_lowest_and_highest_are_those_of_the_model() -> None:
    """EGM96 spans -106.99 m to 85.39 m."""
    lowest, highest = min(map(min, raw())), max(map(max, raw()))
    assert (lowest, highest) == (-10_699, 8_539)


def test_proj_reads_the_same_from_its_own_grid() -> None:
    """At 20,000 places, on seams, at poles and nodes: equal to what whole centimetres allow."""
    there = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=vgridshift +grids={proj_grid()} +multiplier=1 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    rng = np.random.default_rng(96)
    lon = np.concatenate((rng.uniform(-180, 180, 20_000), np.tile(np.arange(-180, 180, 0.25), 3)))
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, 20_000)))
    lat = np.concatenate((lat, np.repeat([-90.0, 45.25, 90.0], COLUMNS)))
    theirs = there.transform(lon, lat, np.zeros_like(lon))[2]
    ours = undulation(lon, lat)
    assert np.abs(np.asarray(theirs)).max() > 80  # PROJ found its grid: no ballpark
    assert np.abs(ours - theirs).max() <= HALF_CM


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("geoid_script", ROOT / "scripts" / "geoid.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_anyone_can_remake_the_grid() -> None:
    """The script makes of PROJ's file what the package holds."""
    made = script().packed(proj_grid().read_bytes())
    assert zlib.decompress(made) == zlib.decompress(SHIPPED.read_bytes())


@given(st.floats(-720, 720), st.floats(-90, 90))
@settings(max_examples=500)
def test_the_naive_twin_agrees(lon: float, lat: float) -> None:
    """Vectorised or one by one: the same."""
    assert float(undulation(lon, lat)) == pytest.approx(naive(lon, lat), abs=1e-9)


@given(st.integers(-720, 1439), st.integers(0, ROWS - 1))
def test_nodes_are_exact(column: int, row: int) -> None:
    """At a node nothing is interpolated, whichever turn the longitude is in."""
    found = float(undulation(column / 4 - 180, row / 4 - 90))
    assert found == raw()[row][column % COLUMNS] / 100


def test_shapes_go_through() -> None:
    """A table of longitudes by latitudes gives a table."""
    lon, lat = np.linspace(-180, 180, 7), np.linspace(-90, 90, 5)[:, None]
    found = undulation(lon, lat)
    assert found.shape == (5, 7)
    assert found[2, 3] == float(undulation(0.0, 0.0))
    assert np.array_equal(found[:, 0], found[:, -1])  # the antimeridian, from both sides
    assert len(set(found[0].tolist())) == len(set(found[-1].tolist())) == 1  # a pole is one place


# --- areas


def place(lon: float, lat: float) -> Position:
    return Position.of_degrees(lat, (lon + 180.0) % 360.0 - 180.0)


lons, lats = st.floats(-180, 180), st.floats(-90, 90)


@st.composite
def circles(draw: st.DrawFn) -> Circle:
    radius = draw(st.sampled_from([0, 500, 20_000, 300_000, 2_000_000, 15_000_000]))
    return Circle(place(draw(lons), draw(lats)), radius * 10_000)


@st.composite
def corridors(draw: st.DrawFn) -> Corridor:
    lon, lat = draw(lons), draw(st.floats(-85, 85))
    line = [place(lon, lat)]
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.floats(1_000, 3_000_000))
        lon, lat = GEOD.fwd(lon, lat, draw(st.floats(0, 360)), way)[:2]
        line.append(place(lon, lat))
    return Corridor(tuple(line), draw(st.sampled_from([0, 9_260, 200_000])) * 10_000)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """A ring of five corners about a middle; near a pole it holds it."""
    lon, lat = draw(lons), draw(st.one_of(lats, st.sampled_from([-90.0, 89.5])))
    turn, ring = draw(st.floats(0, 60)), []
    for corner in range(5):
        way = draw(st.floats(5_000, 1_500_000))
        ring.append(place(*GEOD.fwd(lon, lat, turn + 72 * corner, way)[:2]))
    return Polygon(((*ring, ring[0]),))


def inside(shape: Shape, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw places that a shape holds: from points of its core, up to its radius away."""
    made = prepare(Volume4D(shape, 0, 1, Bound.SFC, Bound.UNL)).footprint
    pieces, count = made.pieces, 200
    k = random.integers(0, len(pieces), count)
    along = random.uniform(0, 1, count) * pieces.length[k]
    lon, lat, _ = GEOD.fwd(pieces.lon[k], pieces.lat[k], pieces.azimuth[k], along)
    if made.region is not None:
        # Halfway from one place of the boundary to another; those within stay.
        azimuth, _, way = GEOD.inv(lon, lat, lon[::-1], lat[::-1])
        lon, lat, _ = GEOD.fwd(lon, lat, azimuth, way * random.uniform(0, 1, count))
        held = made.region.holds(ecef(np.asarray(lon), np.asarray(lat)))
        return np.asarray(lon)[held], np.asarray(lat)[held]
    way = made.radius_m * random.choice([1.0, 1.0, 0.5, 0.1], count)
    lon, lat, _ = GEOD.fwd(lon, lat, random.uniform(0, 360, count), way)
    return np.asarray(lon), np.asarray(lat)


# Far north, a disk is much wider in degrees than its radius over the cosine of its latitude.
@example(Circle(Position.of_degrees(60, -150), 2_500_000 * 10_000), 1)
@given(st.one_of(circles(), corridors(), polygons()), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_no_place_of_a_shape_lies_outside_its_range(shape: Shape, seed: int) -> None:
    """Wherever one flies in it, the geoid lies within the bounds without their margin."""
    band = prepare(Volume4D(shape, 0, 1, Bound.SFC, Bound.UNL)).undulation()
    lon, lat = inside(shape, np.random.default_rng(seed))
    if len(lon):
        found = undulation(lon, lat) * 10_000
        assert band.low + UNDULATION_UNCERTAINTY_E4M <= found.min() + 1e-3
        assert found.max() - 1e-3 <= band.high - UNDULATION_UNCERTAINTY_E4M


def test_a_point_is_bounded_by_its_cell() -> None:
    """The range is that of the four nodes around, and the margin on both sides."""
    rows = raw()
    corners = [rows[j][i] for j in (360, 361) for i in (1040, 1041)]
    within = undulation_range(np.array([80.1]), np.array([0.1]))
    assert within.low == min(corners) * 100 - 50_000
    assert within.high == max(corners) * 100 + 50_000


def test_an_area_is_bounded_by_what_lies_within_not_by_its_corners() -> None:
    """A ring around the low south of India knows of it, though its corners do not."""
    ring = tuple(
        Position.of_degrees(lat, lon)
        for lon, lat in ((60, -15), (98, -15), (98, 25), (60, 25), (60, -15))
    )
    band = prepare(Volume4D(Polygon((ring,)), 0, 1, Bound.SFC, Bound.UNL)).undulation()
    corners = [float(undulation(p.lon, p.lat)) for p in ring]
    assert band.low == -1_069_900 - 50_000
    assert min(corners) > -75


def test_the_antimeridian_is_no_seam() -> None:
    """A circle across it is bounded as narrowly as its neighbours to the east and west."""
    across = Circle(Position.of_degrees(-17, 180), 100_000 * 10_000)
    band = prepare(Volume4D(across, 0, 1, Bound.SFC, Bound.UNL)).undulation()
    assert band.high - band.low < 2 * 50_000 + 100_000  # 10 m; around the globe it is over 100 m
    assert band.low < float(undulation(180.0, -17.0)) * 10_000 < band.high
    assert float(undulation(180.0, -17.0)) == float(undulation(-180.0, -17.0))


@pytest.mark.parametrize(("lat", "rows"), [(-60, slice(0, 121)), (60, slice(-121, None))])
def test_a_ring_around_a_pole_holds_the_pole(lat: int, rows: slice) -> None:
    """All nodes up to the pole count, and no other: no edge is nearer the equator."""
    ring = tuple(Position.of_degrees(lat, lon) for lon in [*range(-180, 180), -180])
    made = prepare(Volume4D(Polygon((ring,)), 0, 1, Bound.SFC, Bound.UNL))
    nodes = [n for row in raw()[rows] for n in row]
    assert made.undulation().low == min(nodes) * 100 - 50_000
    assert made.undulation().high == max(nodes) * 100 + 50_000


# --- a grid that is not there


def test_a_grid_that_is_not_as_made_is_refused() -> None:
    """Cut short, altered, another one: never read."""
    good = SHIPPED.read_bytes()
    altered = bytearray(zlib.decompress(good))
    altered[12_345] ^= 1
    for bad in (b"", good[:-1], good[: len(good) // 2], zlib.compress(bytes(altered)), b"x" + good):
        with pytest.raises(GeoidDamaged) as refused:
            unpacked(bad, "grid")
        assert refused.value.code == "sky-geoid"
    assert unpacked(good, "grid").shape == (ROWS, COLUMNS)


CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
from parley.errors import ParleyError
from parley.sky import Limits, compare, subject_of
from parley.values.lengths import Altitude
from parley.values.places import Position
from parley.values.volumes import Circle, Volume4D

def subject(name, reference):
    level = Altitude(100_000_000, "M", reference)
    volume = Volume4D(Circle(Position(340_000_000, 380_000_000), 0), 0, 1000, level, level)
    return subject_of(name * 64, name, "activity", [volume], Limits(0, 3_048_000, 0))

for pair in ("AMSL AMSL", "W84 W84", "STD AMSL", "W84 AMSL"):
    one, other = pair.split()
    try:
        print(pair, compare(subject("a", one), subject("b", other)).verdict)
    except ParleyError as refused:
        print(pair, refused.code)
"""


def checked(source: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", CHECK, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("damage", ["none", "missing", "altered"])
def test_only_a_mixed_comparison_needs_the_grid(tmp_path: Path, damage: str) -> None:
    """One reference is compared without it; two are refused, not taken for equal."""
    shutil.copytree(
        ROOT / "src" / "parley",
        tmp_path / "parley",
        ignore=shutil.ignore_patterns("__pycache__", "static"),
    )
    grid = tmp_path / "parley" / "sky" / FOLDER / FILE
    if damage == "missing":
        grid.unlink()
    elif damage == "altered":
        grid.write_bytes(grid.read_bytes()[:-100])
    *alike, unlike = checked(tmp_path)
    assert alike == ["AMSL AMSL CONFLICT", "W84 W84 CONFLICT", "STD AMSL POSSIBLE"]
    assert unlike == ("W84 AMSL CONFLICT" if damage == "none" else "W84 AMSL sky-geoid")
