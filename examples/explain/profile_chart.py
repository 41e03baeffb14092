"""The vertical profile of a conflict: heights against time for both sides, and the minima."""

from collections.abc import Iterator

import numpy as np
from chart import COLOURS, FILLS, OUTLINES, SLOPES
from conflict import Scene, Side, Stated, clock, day, round_step
from picture import FAINT, INK, SOFT, Picture, Pixel, Stroke
from shapely import MultiLineString, MultiPoint, box, unary_union
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from parley.values.lengths import Altitude, Bound
from parley.values.trajectories import Trajectory

WIDTH, HEIGHT = 900, 560
_LEFT, _TOP, _RIGHT, _BOTTOM = 78, 46, 20, 160
_FOOT = 3048
_TIMES_S = (1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)


class _Axes:
    """Which time and which height is where on the picture; heights are in feet as stated."""

    def __init__(self, begin: float, end: float, low: float, high: float) -> None:
        self.begin, self.end, self.low, self.high = begin, end, low, high
        self.wide, self.tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
        self.frame = box(begin, low, end, high)

    def pixel(self, at: float, feet: float) -> Pixel:
        x = _LEFT + (at - self.begin) / (self.end - self.begin) * self.wide
        return x, _TOP + self.tall - (feet - self.low) / (self.high - self.low) * self.tall


def profile(scene: Scene) -> Picture:
    """Draw what each part of both sides takes up in height and time, and where they meet."""
    picture = Picture(WIDTH, HEIGHT, f"{scene.title}, heights against time")
    axes = _axes(scene)
    bands = [[_band(part, axes) for part in side.stated] for side in scene.sides]
    minima = unary_union([_grown(band, scene) for band in bands[1]])
    _area(picture, axes, minima, "#eeeeee", Stroke(SOFT, 1.2, (2, 3)))
    _grid(picture, axes)
    for number, made in enumerate(bands):
        for band in made:
            _area(picture, axes, band, FILLS[number], None)
    for number, side in enumerate(scene.sides):
        for band, part in zip(bands[number], side.stated, strict=True):
            _hatch(picture, axes, band, number)
            _area(picture, axes, band, None, _edge(part, number))
            if isinstance(part, Trajectory) and part.heights_e4m:
                way = zip(part.times, part.heights_e4m, strict=True)
                points = [axes.pixel(at, height / _FOOT) for at, height in way]
                picture.line(points, Stroke(COLOURS[number], 1.2))
    _moments(picture, axes, scene)
    _frame(picture, axes, scene)
    _legend(picture, scene)
    return picture


def _axes(scene: Scene) -> _Axes:
    times: list[float] = []
    heights: list[float] = []
    for side in scene.sides:
        for part in side.stated:
            times += list(_times(part))
            heights += list(_heights(part))
    gap = scene.minima.time_ms
    begin, end = _shown(scene, min(times) - 1.4 * gap, max(times) + 1.4 * gap)
    more = 1.6 * scene.minima.vertical_e4m / _FOOT + 500
    low, high = min(heights, default=0.0) - more, max(heights, default=10_000.0) + more
    return _Axes(begin, end, low if min(heights, default=0.0) < 0 else max(0.0, low), high)


def _shown(scene: Scene, begin: float, end: float) -> tuple[float, float]:
    """Leave out what lies more than 12 hours from the time both come closest."""
    found, half = scene.conflict.encounter, 43_200_000
    return max(begin, found.begin - half), min(end, (found.until or found.begin) + half)


def _times(part: Stated) -> tuple[float, ...]:
    if isinstance(part, Trajectory):
        return part.times[0] - part.time_tolerance_ms, part.times[-1] + part.time_tolerance_ms
    return (part.time_start,) if part.time_end is None else (part.time_start, part.time_end)


def _heights(part: Stated) -> Iterator[float]:
    if isinstance(part, Trajectory):
        for height in part.heights_e4m or ():
            yield (height + part.vertical_tolerance_e4m) / _FOOT
            yield (height - part.vertical_tolerance_e4m) / _FOOT
        return
    for limit in (part.lower, part.upper):
        if isinstance(limit, Altitude):
            yield (limit.e4m + limit.uncertainty_e4m) / _FOOT
            yield (limit.e4m - limit.uncertainty_e4m) / _FOOT
        elif limit is Bound.SFC:
            yield 0.0


def _band(part: Stated, axes: _Axes) -> BaseGeometry:
    """Give what a part takes up, its tolerances or uncertainties included."""
    if not isinstance(part, Trajectory):
        low, high = axes.low, axes.high
        if isinstance(part.lower, Altitude):
            low = (part.lower.e4m - part.lower.uncertainty_e4m) / _FOOT
        if isinstance(part.upper, Altitude):
            high = (part.upper.e4m + part.upper.uncertainty_e4m) / _FOOT
        end = axes.end if part.time_end is None else part.time_end
        return box(part.time_start, low, end, high)
    early, more = part.time_tolerance_ms, part.vertical_tolerance_e4m / _FOOT
    if part.heights_e4m is None:
        return box(part.times[0] - early, axes.low, part.times[-1] + early, axes.high)
    corners = [
        [(at + t, height / _FOOT + z) for t in (-early, early) for z in (-more, more)]
        for at, height in zip(part.times, part.heights_e4m, strict=True)
    ]
    pairs = zip(corners, corners[1:] or corners, strict=False)
    return unary_union([MultiPoint([*one, *other]).convex_hull for one, other in pairs])


def _open(part: Stated) -> bool:
    """Tell whether a height is not stated, or is no number."""
    if isinstance(part, Trajectory):
        return part.heights_e4m is None
    return not (isinstance(part.lower, Altitude) and isinstance(part.upper, Altitude))


def _grown(band: BaseGeometry, scene: Scene) -> BaseGeometry:
    """Widen a band by the minima in time and in height."""
    limits = scene.minima
    time, feet = limits.time_ms, limits.vertical_e4m / _FOOT
    parts = getattr(band, "geoms", [band])
    pieces = []
    for part in parts:
        points = list(part.exterior.coords) if part.geom_type == "Polygon" else list(part.coords)
        for one, other in zip(points, points[1:] or points, strict=False):
            corners = [
                (at + t, height + z)
                for at, height in (one, other)
                for t in (-time, time)
                for z in (-feet, feet)
            ]
            pieces.append(MultiPoint(corners).convex_hull)
    return unary_union([band, *pieces])


def _area(
    picture: Picture, axes: _Axes, shape: BaseGeometry, fill: str | None, stroke: Stroke | None
) -> None:
    seen = shape.intersection(axes.frame)
    for part in getattr(seen, "geoms", [seen]):
        if part.geom_type == "Polygon":
            points = [axes.pixel(*point) for point in part.exterior.coords]
            picture.area(points, fill, None)
            if stroke is not None:
                picture.line(points, stroke)
        elif part.geom_type == "LineString" and len(part.coords) > 1:
            picture.line([axes.pixel(*point) for point in part.coords], stroke or Stroke())


def _edge(part: Stated, number: int) -> Stroke:
    """Outline with dots what is not bounded by two stated heights."""
    return Stroke(COLOURS[number], 1.2, (1, 4)) if _open(part) else OUTLINES[number]


def _strokes(number: int) -> BaseGeometry:
    rows = np.arange(-WIDTH, 2 * WIDTH, 11)
    strokes = MultiLineString([[(-WIDTH, y), (2 * WIDTH, y)] for y in rows])
    return rotate(strokes, -SLOPES[number], origin=(0, 0))


def _hatch(picture: Picture, axes: _Axes, shape: BaseGeometry, number: int) -> None:
    seen = shape.intersection(axes.frame)
    if not seen.area:
        return
    # The slope is that of the picture, so the strokes are made there and cut there.
    outlines = getattr(seen, "geoms", [seen])
    strokes = _strokes(number)
    for part in outlines:
        if part.geom_type != "Polygon":
            continue
        area = MultiPoint([axes.pixel(*p) for p in part.exterior.coords])
        shape = type(part)([(p.x, p.y) for p in area.geoms])
        cut = strokes.intersection(shape)
        for line in getattr(cut, "geoms", [cut]):
            if line.geom_type == "LineString" and not line.is_empty:
                picture.line(line.coords, Stroke(COLOURS[number], 0.5))


def _grid(picture: Picture, axes: _Axes) -> None:
    step = round_step(axes.high - axes.low, 7)
    for number in range(int(np.ceil(axes.low / step)), int(axes.high / step) + 1):
        x, y = axes.pixel(axes.begin, number * step)
        picture.line([(x, y), (x + axes.wide, y)], Stroke(FAINT, 0.8))
        picture.words((x - 8, y + 4), f"{number * step:,.0f}", size=11, anchor="end")
    wanted = (axes.end - axes.begin) / 1000 / 7
    every = next((s for s in _TIMES_S if s >= wanted), 86_400) * 1000
    for number in range(int(np.ceil(axes.begin / every)), int(axes.end / every) + 1):
        x, y = axes.pixel(number * every, axes.low)
        picture.line([(x, y), (x, _TOP)], Stroke(FAINT, 0.8))
        told = clock(number * every, seconds=every < 60_000)
        picture.words((x, y + 17), told, size=11, anchor="middle")
    picture.words((_LEFT - 8, _TOP - 6), "feet", size=11, anchor="end", colour=SOFT)


def _moments(picture: Picture, axes: _Axes, scene: Scene) -> None:
    """Mark the time within the minima that the check gives, and when each trajectory is closest."""
    found = scene.conflict.encounter
    until = axes.end if found.until is None else found.until
    for at, name in ((found.begin, "from"), (until, "until")):
        x, _ = axes.pixel(at, axes.low)
        points = [(x, _TOP), (x, _TOP + axes.tall)]
        picture.area(points, None, Stroke(INK, 1.6, (6, 3)), mark=name, ms=at)
    for number, side in enumerate(scene.sides):
        part = side.part
        if side.at_ms is None or not isinstance(part, Trajectory) or part.heights_e4m is None:
            continue
        height = np.interp(side.at_ms, part.times, part.heights_e4m) / _FOOT
        x, y = axes.pixel(side.at_ms, float(height))
        turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        corners = [(x + 6 * np.cos(t), y + 6 * np.sin(t)) for t in turns]
        picture.area(
            corners, "#ffd400", Stroke(COLOURS[number], 2), mark=side.letter, ms=side.at_ms
        )


def _frame(picture: Picture, axes: _Axes, scene: Scene) -> None:
    left, top = axes.pixel(axes.begin, axes.high)
    right, bottom = axes.pixel(axes.end, axes.low)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    picture.area(corners, None, Stroke(INK, 1))
    picture.words((_LEFT, 28), picture.title, size=16)
    days = f"UTC, from {day(axes.begin)}"
    picture.words(((left + right) / 2, bottom + 34), days, size=11, anchor="middle", colour=SOFT)


def _legend(picture: Picture, scene: Scene) -> None:
    y = HEIGHT - _BOTTOM + 58
    for number, side in enumerate(scene.sides):
        corners = [(_LEFT, y - 11), (_LEFT + 34, y - 11), (_LEFT + 34, y + 4), (_LEFT, y + 4)]
        picture.area(corners, FILLS[number])
        swatch = box(_LEFT, y - 11, _LEFT + 34, y + 4)
        for line in _strokes(number).intersection(swatch).geoms:
            picture.line(line.coords, Stroke(COLOURS[number], 0.6))
        picture.line([*corners, corners[0]], _edge(side.part, number))
        picture.words((_LEFT + 46, y), f"{side.name} ({_above(side)})", size=13)
        y += 23
    corners = [(_LEFT, y - 11), (_LEFT + 34, y - 11), (_LEFT + 34, y + 4), (_LEFT, y + 4)]
    picture.area(corners, "#eeeeee")
    picture.line([*corners, corners[0]], Stroke(SOFT, 1.2, (2, 3)))
    limits = scene.minima
    told = (
        f"B widened by the minima: {limits.vertical_e4m / _FOOT:,.4g} ft, "
        f"{limits.time_ms / 1000:,.4g} s"
    )
    picture.words((_LEFT + 46, y), told, size=13)
    y += 23
    picture.line([(_LEFT, y - 4), (_LEFT + 34, y - 4)], Stroke(INK, 1.6, (6, 3)))
    found = scene.conflict.encounter
    until = "withdrawn" if found.until is None else clock(found.until)
    told = f"within all minima from {clock(found.begin)} to {until}"
    at = [
        f"{side.letter.upper()} closest at {clock(side.at_ms)}"
        + ("" if _open(side.part) else " (circle)")
        for side in scene.sides
        if side.at_ms is not None
    ]
    picture.words((_LEFT + 46, y), "; ".join([told, *at]), size=13)


def _above(side: Side) -> str:
    """Say what the heights of the closest part are above."""
    part = side.part
    if isinstance(part, Trajectory):
        return "no height stated" if part.heights_e4m is None else f"above {part.reference}"
    told = []
    for name, limit in (("from", part.lower), ("to", part.upper)):
        if limit is None:
            told.append(f"{name} a height not stated")
        elif isinstance(limit, Bound):
            told.append(f"{name} {limit.value}")
        else:
            told.append(f"{name} {limit.stated()}")
    return " ".join(told)
