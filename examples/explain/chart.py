"""The map of a conflict: both footprints around the closest place, with a graticule and a scale."""

from collections.abc import Iterator, Sequence

import numpy as np
from conflict import Scene, Side, round_step
from picture import FAINT, INK, PAPER, SOFT, Picture, Pixel, Stroke
from plane import width_m
from shapely import LineString, MultiLineString, box
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from parley.values.volumes import Circle, Polygon, Volume4D

WIDTH, HEIGHT = 900, 744
_LEFT, _TOP, _RIGHT, _BOTTOM = 66, 46, 20, 134  # margins of the map itself
_FARTHEST_M = 900_000.0
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)

# Told apart by colour (safe for the colour-blind), by the slope of the hatching, by the dashes of
# the outline and by the shape of the mark.
COLOURS = ("#0072b2", "#c04a00")
FILLS = ("#dcebf5", "#fae6d8")
SLOPES = (45.0, -45.0)
OUTLINES = (Stroke(COLOURS[0], 2.0), Stroke(COLOURS[1], 2.0, (9, 4)))


class Window:
    """What of the frame is shown, and where a metre of it is on the picture."""

    def __init__(self, half_m: float) -> None:
        self.wide = WIDTH - _LEFT - _RIGHT
        self.high = HEIGHT - _TOP - _BOTTOM
        self.scale = min(self.wide, self.high) / 2 / half_m
        x, y = self.wide / 2 / self.scale, self.high / 2 / self.scale
        self.frame = box(-x, -y, x, y)
        self.half = x, y

    def pixel(self, x: float, y: float) -> Pixel:
        """Turn metres of the frame into a place on the picture."""
        return _LEFT + self.wide / 2 + x * self.scale, _TOP + self.high / 2 - y * self.scale

    def pixels(self, points: Sequence[Sequence[float]]) -> list[Pixel]:
        """Turn many into places on the picture."""
        return [self.pixel(x, y) for x, y in points]


def overview(scene: Scene) -> Picture:
    """Draw both plans as a whole, as far as 900 km from the closest place."""
    shapes = [scene.plane.footprint(part) for side in scene.sides for part in side.stated]
    far = max(abs(edge) for shape in shapes for edge in shape.bounds)
    return _map(scene, "both plans", min(_FARTHEST_M, 1.08 * far))


def detail(scene: Scene) -> Picture:
    """Draw the surroundings of the closest place."""
    widths = [width_m(side.part) for side in scene.sides]
    way = max(np.hypot(*side.closest) for side in scene.sides)
    return _map(scene, "the closest place", 1.6 * max(2_000.0, way, *widths))


def _map(scene: Scene, what: str, half_m: float) -> Picture:
    picture = Picture(WIDTH, HEIGHT, f"{scene.title}, {what}")
    window = Window(half_m)
    shapes = [[scene.plane.footprint(part) for part in side.stated] for side in scene.sides]
    for number, _ in enumerate(scene.sides):
        for shape in shapes[number]:
            _fill(picture, window, shape, FILLS[number])
    _graticule(picture, window, scene)
    for number, side in enumerate(scene.sides):
        for shape, stated in zip(shapes[number], side.stated, strict=True):
            _hatch(picture, window, shape, number)
            _outline(picture, window, shape, OUTLINES[number])
            core = scene.plane.core(stated)
            if core.geom_type != "Polygon":
                _outline(picture, window, core, Stroke(COLOURS[number], 1.2))
    _closest(picture, window, scene)
    _mask(picture, window)
    _edge_labels(picture, window, scene)
    _scale_bar(picture, window)
    _north(picture, window)
    picture.words((_LEFT, 28), picture.title, size=16)
    _legend(picture, scene)
    return picture


def _lines(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "LineString" and not part.is_empty:
            yield part


def _areas(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part


def _fill(picture: Picture, window: Window, shape: BaseGeometry, colour: str) -> None:
    for area in _areas(shape.intersection(window.frame)):
        picture.area(window.pixels(area.exterior.coords), colour)
        for hole in area.interiors:
            picture.area(window.pixels(hole.coords), PAPER)


def _hatch(picture: Picture, window: Window, shape: BaseGeometry, number: int) -> None:
    seen = shape.intersection(window.frame)
    if not seen.area:
        return
    reach, step = 2 * max(window.half), 11 / window.scale
    rows = np.arange(-reach, reach, step)
    strokes = MultiLineString([[(-reach, y), (reach, y)] for y in rows])
    strokes = rotate(strokes, SLOPES[number], origin=(0, 0))
    for line in _lines(strokes.intersection(seen)):
        picture.line(window.pixels(line.coords), Stroke(COLOURS[number], 0.5))


def _outline(picture: Picture, window: Window, shape: BaseGeometry, stroke: Stroke) -> None:
    edge = shape.boundary if shape.geom_type in ("Polygon", "MultiPolygon") else shape
    for line in _lines(edge.intersection(window.frame)):
        picture.line(window.pixels(line.coords), stroke)


def _closest(picture: Picture, window: Window, scene: Scene) -> None:
    """Mark the closest point of each core, the way between them, and the place the check gives."""
    a, b = scene.sides
    middle = window.pixel(0, 0)
    ends = [window.pixel(*a.closest), window.pixel(*b.closest)]
    picture.line(ends, Stroke(PAPER, 5))
    picture.line(ends, Stroke(INK, 2.2, (3, 3)))
    for number, side in enumerate(scene.sides):
        x, y = ends[number]
        lon, lat = scene.plane.place(*side.closest)
        about = {"mark": side.letter, "lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}
        # All at one place, the marks are drawn one within the other.
        near = np.hypot(x - middle[0], y - middle[1]) < 12
        size = (2.1, 1.5)[number] if near else 1.0
        picture.area(_mark(side.letter, x, y, size), COLOURS[number], Stroke(INK, 1.5), **about)
    position = scene.conflict.encounter.position
    x, y = middle
    about = {"mark": "closest", "lon": f"{position.lon:.5f}", "lat": f"{position.lat:.5f}"}
    picture.area(_mark("closest", x, y), "#ffd400", Stroke(INK, 1.5), **about)


def _mark(kind: str, x: float, y: float, size: float = 1.0) -> list[Pixel]:
    """Give a circle for a, a square for b, a diamond for the place between."""
    if kind == "a":
        turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        r = 7 * size
        return [(x + r * np.cos(t), y + r * np.sin(t)) for t in turns]
    if kind == "b":
        r = 6 * size
        return [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
    return [(x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)]


def _graticule(picture: Picture, window: Window, scene: Scene) -> None:
    for _, line in _meridians_and_parallels(window, scene):
        for run in _lines(line):
            picture.line(window.pixels(run.coords), Stroke(SOFT, 0.6, (2, 4)))


def _meridians_and_parallels(
    window: Window, scene: Scene
) -> Iterator[tuple[tuple[str, float], BaseGeometry]]:
    x, y = window.half
    middle = scene.plane.middle
    step = _step(2 * y / 111_200.0)
    south = max(-90.0, middle.lat - np.hypot(x, y) / 110_000.0)
    north = min(90.0, middle.lat + np.hypot(x, y) / 110_000.0)
    lats = np.arange(np.ceil(south / step), np.floor(north / step) + 1) * step
    polar = max(abs(south), abs(north)) > 89.9
    wide = 360.0 if polar else 2 * np.hypot(x, y) / 111_200.0 / _least_cosine(south, north)
    beside = 30.0 if polar else _step(2 * x / 111_200.0 / np.cos(np.radians(middle.lat)))
    half = min(180.0, wide / 2)
    first, last = np.ceil((middle.lon - half) / beside), np.floor((middle.lon + half) / beside)
    for number in np.arange(first, last + (0 if half == 180.0 else 1)):
        lon = float((number * beside + 180) % 360 - 180)
        line = _cut(window, scene, np.full(200, lon), np.linspace(south, north, 200))
        if not line.is_empty:
            yield ("lon", lon), line
    lons = np.linspace(middle.lon - half, middle.lon + half, 400)
    for lat in lats:
        line = _cut(window, scene, lons, np.full(400, lat))
        if not line.is_empty and abs(lat) < 90:
            yield ("lat", float(lat)), line


def _least_cosine(south: float, north: float) -> float:
    return max(0.01, float(np.cos(np.radians(max(abs(south), abs(north))))))


def _step(degrees: float) -> float:
    return next((step for step in _STEPS if degrees / step <= 6), _STEPS[-1])


def _cut(window: Window, scene: Scene, lons: np.ndarray, lats: np.ndarray) -> BaseGeometry:
    return LineString(scene.plane.lay(lons, lats)).intersection(window.frame)


def _mask(picture: Picture, window: Window) -> None:
    (left, top), (right, bottom) = (
        window.pixel(-window.half[0], window.half[1]),
        window.pixel(window.half[0], -window.half[1]),
    )
    picture.area([(left, top), (right, top), (right, bottom), (left, bottom)], None, Stroke(INK, 1))


def _edge_labels(picture: Picture, window: Window, scene: Scene) -> None:
    """Write what each line of the graticule is where it meets the lower or the left edge."""
    x, y = window.half
    lower, left = LineString([(-x, -y), (x, -y)]), LineString([(-x, -y), (-x, y)])
    taken: list[Pixel] = []
    for (kind, degrees), line in _meridians_and_parallels(window, scene):
        for edge in (lower, left) if kind == "lon" else (left, lower):
            at = line.intersection(edge.buffer(1e-6 * x))
            if at.is_empty:
                continue
            px, py = window.pixel(at.centroid.x, at.centroid.y)
            on_left = edge is left
            place = (px - 6, py + 4) if on_left else (px, py + 17)
            if _free(place, taken):
                anchor = "end" if on_left else "middle"
                picture.words(place, _degrees(kind, degrees), size=11, anchor=anchor)
            break
        else:
            if kind == "lat":  # around a pole, it stands on the line itself
                points = [point for run in _lines(line) for point in run.coords]
                px, py = window.pixel(*max(points, key=lambda point: point[0] - point[1]))
                if _free((px, py), taken):
                    picture.words((px, py), _degrees(kind, degrees), size=11, colour=SOFT)


def _free(place: Pixel, taken: list[Pixel]) -> bool:
    """Take a place for a label, unless another one is too near."""
    if any(abs(place[0] - x) < 52 and abs(place[1] - y) < 15 for x, y in taken):
        return False
    taken.append(place)
    return True


def _degrees(kind: str, degrees: float) -> str:
    letter = ("E" if degrees >= 0 else "W") if kind == "lon" else ("N" if degrees >= 0 else "S")
    return f"{abs(degrees):.4g}°{letter if degrees and abs(degrees) != 180 else ''}"


def _scale_bar(picture: Picture, window: Window) -> None:
    metres = round_step(2 * window.half[0], 5)
    x, y = _LEFT + 18, HEIGHT - _BOTTOM - 16
    long = metres * window.scale
    picture.area(
        [(x - 8, y - 24), (x + long + 52, y - 24), (x + long + 52, y + 9), (x - 8, y + 9)],
        PAPER,
        Stroke(FAINT, 1),
    )
    picture.area([(x, y - 4), (x + long / 2, y - 4), (x + long / 2, y + 2), (x, y + 2)], INK)
    picture.area([(x, y - 4), (x + long, y - 4), (x + long, y + 2), (x, y + 2)], None, Stroke(INK))
    told = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    picture.words((x, y - 9), "0", size=11, anchor="middle")
    picture.words((x + long, y - 9), told, size=11, anchor="middle")


def _north(picture: Picture, window: Window) -> None:
    x, y = window.pixel(window.half[0], window.half[1])
    x, y = x - 26, y + 22
    picture.area([(x, y - 12), (x + 7, y + 14), (x, y + 8), (x - 7, y + 14)], INK, Stroke(PAPER, 2))
    picture.words((x, y + 29), "N", size=12, anchor="middle")


def _legend(picture: Picture, scene: Scene) -> None:
    y = HEIGHT - _BOTTOM + 42
    for number, side in enumerate(scene.sides):
        x = _LEFT
        corners = [(x, y - 11), (x + 34, y - 11), (x + 34, y + 4), (x, y + 4)]
        picture.area(corners, FILLS[number])
        for k in range(3):
            near, far = x + 2 + 11 * k, x + 13 + 11 * k
            rise = (4, -11) if number == 0 else (-11, 4)
            picture.line(
                [(near, y + rise[0]), (min(far, x + 34), y + rise[1])], Stroke(COLOURS[number], 0.6)
            )
        picture.line([*corners, corners[0]], OUTLINES[number])
        picture.area(_mark(side.letter, x + 56, y - 4), COLOURS[number], Stroke(INK, 1.5))
        picture.words((x + 74, y), f"{side.name} ({_width(side)})", size=13)
        y += 24
    picture.area(_mark("closest", _LEFT + 56, y - 4), "#ffd400", Stroke(INK, 1.5))
    picture.line([(_LEFT, y - 4), (_LEFT + 38, y - 4)], Stroke(INK, 2.2, (3, 3)))
    found = scene.conflict.encounter
    position = found.position
    north, east = ("N" if position.lat >= 0 else "S"), ("E" if position.lon >= 0 else "W")
    told = (
        f"closest: {found.lateral_m:,} m between the edges, at {abs(position.lat):.5f} {north} "
        f"{abs(position.lon):.5f} {east}; the line joins the middles"
    )
    picture.words((_LEFT + 74, y), told, size=13)
    note = "azimuthal equidistant around the closest place, WGS84; edges are geodesics"
    picture.words((_LEFT, y + 24), note, size=11, colour=SOFT)


def _width(side: Side) -> str:
    width, part = width_m(side.part), side.part
    if isinstance(part, Volume4D) and isinstance(part.shape, Polygon):
        return "area"
    if isinstance(part, Volume4D) and isinstance(part.shape, Circle):
        return f"radius {width:,.0f} m"
    return f"{width:,.0f} m to each side" if width else "a line without width"
