"""What map formats share: what of an item may be read back as a plan, and how it is stated."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from parley.desk.exporting.item import Item, Plan
from parley.desk.tables import shown
from parley.values.places import E7, MAX_LAT_E7, MAX_LON_E7
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

READ_BACK = ("activity/1", "zone/1")
"""Kinds that ``parley check`` reads back; whatever else is on a map says its kind otherwise."""

_LONGEST = 300
Number = int | float


def plan_of(item: Item) -> Plan | None:
    """Give what ``parley check`` may take for a plan: of those kinds, and a latest word."""
    if item.plan is None or item.kind not in READ_BACK or not item.stands:
        return None
    return replace(item.plan, title=_line(item.plan.title), activity=_activity(item))


def parts_of(item: Item) -> Iterator[Volume4D | Trajectory]:
    """Give the shapes of an item in their order."""
    yield from item.volumes
    yield from item.trajectories


def number(value: int, per: int) -> Number:
    """Give ``value / per`` as the shortest number that reads back as the same."""
    return value // per if value % per == 0 else value / per


def written(value: Number) -> str:
    """Write a number that ``number`` gave, without an exponent and without trailing zeros."""
    return f"{value:.7f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def lon_lat(lat_e7: int, lon_e7: int) -> list[Number]:
    """Give a position in degrees, longitude first."""
    return [number(lon_e7, E7), number(lat_e7, E7)]


def geometry_type(shape: Shape) -> str:
    """Name the geometry that stands for a shape."""
    if isinstance(shape, Circle):
        return "Point"
    return "LineString" if isinstance(shape, Corridor) else "Polygon"


def rings_of(shape: Polygon) -> list[list[list[Number]]]:
    """Give the rings in degrees; the outer counterclockwise, the others clockwise (RFC 7946)."""
    rings = []
    for i, ring in enumerate(shape.rings):
        points = list(ring)
        twice = sum(
            (there.lon_e7 - here.lon_e7) * (there.lat_e7 + here.lat_e7)
            for here, there in pairwise(points)
        )
        if (twice > 0) == (i == 0):
            points.reverse()
        rings.append([lon_lat(point.lat_e7, point.lon_e7) for point in points])
    return rings


def box_ring(south: int, west: int, north: int, east: int) -> list[list[Number]]:
    """Give the corners of a box, 1e-7 degree, as a closed ring in degrees, counterclockwise."""
    assert -MAX_LAT_E7 <= south <= north <= MAX_LAT_E7  # noqa: S101 - boxes are cells of the globe
    assert -MAX_LON_E7 <= west <= east <= MAX_LON_E7  # noqa: S101
    corners = ((south, west), (south, east), (north, east), (north, west), (south, west))
    return [lon_lat(lat, lon) for lat, lon in corners]


def _activity(item: Item) -> str | None:
    """Give the name that its parts share: its own, or one made of the record's number and name."""
    plan = item.plan
    if plan is None or plan.role != "activity":
        return None
    if plan.activity is not None:
        return _line(plan.activity)
    parts = len(item.volumes) + len(item.trajectories)
    return f"{item.number} {item.record[:13]}" if parts > 1 else None


def _line(text: str) -> str:
    return shown(text)[:_LONGEST]
