"""A record's body in plain lines, from its values alone: every kind reads the same way.

Used for the printed page and the terminal. What is stated is shown as stated; positions, times and
levels are written so that they can be read over a telephone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from parley.desk.grid import decimal_degrees, degrees_minutes_seconds, mgrs
from parley.record.canonical import Json
from parley.record.kind import Body
from parley.record.terms import Minima
from parley.values.instants import (
    LAST,
    Instant,
    StatedTime,
    date_time_group,
    format_instant,
    local_time,
)
from parley.values.lengths import E4M_PER_METRE, Altitude, Bound
from parley.values.places import Place, Position
from parley.values.texts import Text
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Volume4D

MAX_POINTS = 12


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One thing a body says: its label and its lines; ``lang`` is set for text in a language.

    A line that begins with spaces goes on from the one before: a wide page sets it beside that one.
    """

    label: str
    lines: tuple[str, ...]
    lang: str = ""


def plain_lines(body: Body, zone: str) -> tuple[PlainLine, ...]:
    """Write a body in plain lines; local times are those of the charter's day zone."""
    return tuple(_of_model(body, "", zone))


def time_lines(at: Instant, zone: str) -> tuple[str, ...]:
    """Write an instant in UTC with its date-time group, then in the charter's local zone."""
    local = local_time(at, zone)
    offset = local.strftime("%z")
    return (
        f"{format_instant(at)}  (DTG {date_time_group(at)})",
        f"   {local:%Y-%m-%d %H:%M:%S} local {zone} (UTC{offset[:3]}:{offset[3:5]})",
    )


def position_lines(at: Position) -> tuple[str, ...]:
    """Write a position in decimal degrees, degrees-minutes-seconds and MGRS."""
    return (
        f"decimal  {decimal_degrees(at)}",
        f"DMS      {degrees_minutes_seconds(at)}",
        f"MGRS     {mgrs(at)}",
    )


def level(limit: object) -> str:
    """Write a vertical limit as stated."""
    if isinstance(limit, Altitude):
        return limit.stated()
    return limit.value if isinstance(limit, Bound) else "NOT STATED"


def length(e4m: int) -> str:
    """Write a length of 0.1 mm units in metres, without trailing zeros."""
    whole, rest = divmod(abs(e4m), E4M_PER_METRE)
    digits = f"{rest:04d}".rstrip("0")
    return f"{'-' if e4m < 0 else ''}{whole}{'.' if digits else ''}{digits} m"


def json_lines(value: Json, label: str = "") -> Iterator[PlainLine]:
    """Write JSON that no kind here can read, name by name."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from json_lines(item, f"{label} {name}".strip())
    elif isinstance(value, list):
        for i, item in enumerate(value, 1):
            yield from json_lines(item, f"{label} {i}".strip())
    else:
        yield PlainLine(label, ("none" if value is None else str(value),))


def _of_model(model: BaseModel, label: str, zone: str) -> Iterator[PlainLine]:
    known = type(model).model_fields
    # what a kind adds of its own comes first, then what it shares with others, such as the place
    own = [name for name in known if name in type(model).__annotations__]
    for name in [*own, *(n for n in known if n not in own)]:
        value = getattr(model, name)
        if value not in (None, (), {}):
            shown = known[name].alias or name
            yield from _of_value(value, _label(label, shown), zone, known[name])


def _label(parent: str, name: str) -> str:
    words = name.removesuffix("_ms").removesuffix("_e4m").replace("_", " ")
    return f"{parent}, {words}" if parent else words


def _of_value(value: Any, label: str, zone: str, field: FieldInfo | None) -> Iterator[PlainLine]:
    if isinstance(value, BaseModel):
        yield from _of_model(value, label, zone)
    elif isinstance(value, Volume4D):
        yield from _of_volume(value, label, zone)
    elif isinstance(value, Trajectory):
        yield from _of_trajectory(value, label, zone)
    elif isinstance(value, tuple | list):
        if all(isinstance(item, str | int) for item in value):
            yield PlainLine(label, (", ".join(str(item) for item in value),))
        else:
            for i, item in enumerate(value, 1):
                yield from _of_value(item, f"{label} {i}" if len(value) > 1 else label, zone, None)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _of_value(item, _label(label, str(name)), zone, None)
    else:
        yield _of_scalar(value, label, zone, field)


def _of_scalar(value: Any, label: str, zone: str, field: FieldInfo | None) -> PlainLine:
    if isinstance(value, Text):
        return PlainLine(label, (value.text,), value.lang)
    if isinstance(value, Place):
        known = f"known to {length(value.precision_e4m)}"
        lines = (f'as stated: "{value.stated}", {known}', *position_lines(value.position))
        return PlainLine(label, lines)
    if isinstance(value, Position):
        return PlainLine(label, position_lines(value))
    if isinstance(value, StatedTime):
        said = f'as stated: "{value.stated}" ({value.zone})'
        return PlainLine(label, (said, *time_lines(value.at, zone)))
    if isinstance(value, Altitude | Bound):
        return PlainLine(label, (level(value),))
    if isinstance(value, Minima):
        return PlainLine(label, (minima_line(value),))
    if isinstance(value, bool):
        return PlainLine(label, ("yes" if value else "no",))
    if isinstance(value, int) and field is not None and holds_instant(field):
        return PlainLine(label, time_lines(Instant(value), zone))
    if isinstance(value, Enum):
        return PlainLine(label, (str(value.value),))
    if is_dataclass(value) and not isinstance(value, type):
        shown = (f"{f.name} {getattr(value, f.name)}" for f in fields(value))
        return PlainLine(label, (", ".join(shown),))
    return PlainLine(label, (str(value),))


def minima_line(minima: Minima) -> str:
    """Write separation minima or a margin on one line."""
    lateral, vertical = length(minima.lateral_e4m), length(minima.vertical_e4m)
    return f"{lateral} laterally, {vertical} vertically, {minima.time_ms // 1000} s"


def holds_instant(field: FieldInfo) -> bool:
    """Tell whether a whole number is an instant: no other type is bounded by the year 9999."""
    return any(getattr(m, "le", None) == LAST for m in _metadata(field))


def _metadata(holder: Any) -> Iterator[Any]:
    yield from getattr(holder, "metadata", ())
    for item in getattr(holder, "__metadata__", ()):
        yield item
        yield from getattr(item, "metadata", ())
    annotation = getattr(holder, "annotation", None)
    for inner in get_args(annotation if annotation is not None else holder):
        yield from _metadata(inner)


def _of_volume(volume: Volume4D, label: str, zone: str) -> Iterator[PlainLine]:
    yield PlainLine(f"{label}, area", tuple(_shape_lines(volume.shape)))
    yield PlainLine(f"{label}, lower limit", (level(volume.lower),))
    yield PlainLine(f"{label}, upper limit", (level(volume.upper),))
    yield PlainLine(f"{label}, from", time_lines(Instant(volume.time_start), zone))
    if volume.time_end is None:
        yield PlainLine(f"{label}, until", ("withdrawn (no end is stated)",))
    else:
        yield PlainLine(f"{label}, until", time_lines(Instant(volume.time_end), zone))


def _of_trajectory(flown: Trajectory, label: str, zone: str) -> Iterator[PlainLine]:
    """Write the way point by point, each with its time and height; between two it is direct."""
    yield PlainLine(f"{label}, from", time_lines(flown.during.start, zone))
    yield PlainLine(f"{label}, until", time_lines(Instant(flown.times[-1]), zone))
    heights = flown.heights_e4m or (None,) * len(flown.points)
    passed = zip(flown.points, flown.times, heights, strict=True)
    for i, (point, time, height) in enumerate(passed, 1):
        if i > MAX_POINTS:
            break
        yield PlainLine(
            f"{label}, point {i}",
            (
                *position_lines(point),
                *time_lines(Instant(time), zone),
                f"height   {level(flown.altitude(height))}",
            ),
        )
    if len(flown.points) > MAX_POINTS:
        yield PlainLine(f"{label}, points", (_not_printed(len(flown.points) - MAX_POINTS),))
    aside, up = length(flown.lateral_tolerance_e4m), length(flown.vertical_tolerance_e4m)
    early = f"{_seconds(flown.time_tolerance_ms)} s early or late"
    yield PlainLine(f"{label}, tolerances", (f"{aside} aside, {up} above or below, {early}",))


def _seconds(ms: int) -> str:
    return f"{ms // 1000}{f'.{ms % 1000:03d}'.rstrip('0') if ms % 1000 else ''}"


def _not_printed(left: int) -> str:
    return f"AND {left} MORE POSITIONS, NOT PRINTED HERE: take them from the record itself"


def _shape_lines(shape: Circle | Corridor | Polygon) -> Iterator[str]:
    if isinstance(shape, Circle):
        yield f"everything within {length(shape.radius_e4m)} of"
        yield from position_lines(shape.center)
        return
    if isinstance(shape, Corridor):
        yield f"everything within {length(shape.half_width_e4m)} of the line through"
        yield from _point_lines(shape.line)
        return
    yield "the area inside the ring"
    yield from _point_lines(shape.rings[0])
    for hole in shape.rings[1:]:
        yield "without the hole"
        yield from _point_lines(hole)


def _point_lines(points: tuple[Position, ...]) -> Iterator[str]:
    for i, point in enumerate(points[:MAX_POINTS], 1):
        yield f"{i}. {decimal_degrees(point)}"
        yield f"   {degrees_minutes_seconds(point)}"
        yield f"   {mgrs(point)}"
    if len(points) > MAX_POINTS:
        yield _not_printed(len(points) - MAX_POINTS)
