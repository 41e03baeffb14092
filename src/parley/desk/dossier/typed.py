"""What an officer types for a dossier: an area as a place and a radius, or as a box; a window."""

import re
from collections.abc import Iterable, Sequence

from parley.desk.typed import place_typed, time_typed
from parley.errors import BadPosition
from parley.projection.dossier.scope import Area, Box, Round, Scope
from parley.record.terms import KnownPlace
from parley.values.instants import Interval
from parley.values.lengths import E4M_PER_METRE, E4M_PER_NAUTICAL_MILE
from parley.values.places import Place, Position, to_e7

_HINT = "write 33.506,38.618,20km, At-Tanf,20km, or south,west,north,east in degrees"
_RADIUS = re.compile(r"(\d{1,7})(?:\.(\d{1,3}))?\s*(m|km|NM)", re.IGNORECASE)
_UNIT_E4M = {"m": E4M_PER_METRE, "km": 1000 * E4M_PER_METRE, "nm": E4M_PER_NAUTICAL_MILE}
_DEGREES = re.compile(r"[+-]?\d+(?:\.\d+)?")


def scope_typed(
    area: str,
    begin: str,
    end: str,
    *,
    names: Sequence[str] = (),
    agreed: Iterable[KnownPlace] = (),
    where: str = "",
) -> Scope:
    """Read area and window; ``where`` goes before the name of what is wrong (``query.``)."""
    during = Interval(time_typed(begin, where=f"{where}from"), time_typed(end, where=f"{where}to"))
    return Scope(area_typed(area, agreed=agreed, where=f"{where}area"), during, tuple(names))


def area_typed(text: str, *, agreed: Iterable[KnownPlace] = (), where: str = "") -> Area:
    """Read ``PLACE,RADIUS`` (a position or an agreed place; m, km, NM), or a box in degrees.

    A box is ``south,west,north,east``; west beyond east crosses the antimeridian.
    """
    before, _, last = text.strip().rpartition(",")
    radius = _RADIUS.fullmatch(last.strip())
    if radius is not None and before:
        whole, fraction, unit = radius.groups()
        scaled = int(whole + (fraction or "")) * _UNIT_E4M[unit.lower()]
        radius_m = scaled // 10 ** len(fraction or "") // E4M_PER_METRE
        place = place_typed(before, where=where, agreed=agreed)
        # the centre is a point of the question: how exactly it was typed widens nothing
        return Round(Place(place.lat_e7, place.lon_e7, 0, place.stated), radius_m)
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) != 4 or not all(map(_DEGREES.fullmatch, numbers)):
        raise BadPosition(f"{text!r:.80} is no area", where=where, hint=_HINT)
    south, west, north, east = numbers
    low = Position.of_degrees(south.lstrip("+"), west.lstrip("+"), where=where)
    return Box(
        low.lat_e7,
        low.lon_e7,
        to_e7(north.lstrip("+"), limit=90, where=where),
        to_e7(east.lstrip("+"), limit=180, where=where),
    )
