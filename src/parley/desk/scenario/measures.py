"""Values as a scenario file writes them: TOML's own, and what it adds for lengths, times, places.

A date-time becomes milliseconds UTC; ``{ft = 15000}`` (or ``m``, ``km``, ``nm``) a length of 0.1 mm
units; ``{minutes = 15}`` (or ``seconds``, ``hours``, ``days``) a stretch of milliseconds;
``{lat, lon, precision_m, stated}`` a place, ``{lat, lon}`` a position. ``{entry = "label"}`` is
left as it is: it becomes the name of a record once there is one.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from parley.errors import BadScenario
from parley.record.canonical import Json
from parley.values.instants import LAST, Instant, instant
from parley.values.lengths import to_e4m
from parley.values.places import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTHS = ("m", "ft", "nm", "km")
_STRETCHES = {"seconds": 1_000, "minutes": 60_000, "hours": 3_600_000, "days": 86_400_000}


def check_keys(table: Mapping[str, object], known: Collection[str], where: str) -> None:
    """Refuse a key that is not known, and name the first in order."""
    unknown = set(table) - set(known)
    if unknown:
        hint = f"known here: {', '.join(sorted(known))}"
        raise BadScenario("unknown key", where=joined(where, min(unknown)), hint=hint)


def joined(where: str, key: str) -> str:
    """Give the place of a key in its table."""
    return f"{where}.{key}" if where else key


def a_table(value: object, where: str) -> dict[str, object]:
    """Take a TOML table, or refuse."""
    if not isinstance(value, dict):
        raise BadScenario("a table is needed", where=where)
    return value


def tables(data: Mapping[str, object], key: str, where: str = "") -> list[dict[str, object]]:
    """Take an array of tables, none if the key is left out."""
    given = data.get(key, [])
    if not isinstance(given, list):
        raise BadScenario("an array of tables is needed", where=joined(where, key))
    return [a_table(item, f"{joined(where, key)}[{i}]") for i, item in enumerate(given)]


def a_text(table: Mapping[str, object], key: str, where: str) -> str:
    """Take a text that is not blank, or refuse."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadScenario("a text is needed", where=joined(where, key))
    return value


def texts(value: object, where: str) -> tuple[str, ...]:
    """Take a text, or a list of them; never none."""
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each for each in listed):
        raise BadScenario("a text, or a list of them", where=where)
    return tuple(map(str, listed))


def a_date(table: Mapping[str, object], key: str, where: str) -> Instant:
    """Take a date-time with its offset, or refuse."""
    value = table.get(key)
    if not isinstance(value, datetime):
        raise BadScenario("a date-time with its offset is needed", where=joined(where, key))
    return _instant(value, joined(where, key))


def an_object(table: Mapping[str, object], where: str) -> dict[str, Json]:
    """Turn a table into the JSON of a body."""
    return {key: _value(value, f"{where}.{key}") for key, value in table.items()}


def _instant(at: datetime, where: str) -> Instant:
    if at.tzinfo is None:
        raise BadScenario("the offset is missing", where=where, hint="write 2016-06-16T05:00:00Z")
    return instant((at - _EPOCH) // timedelta(milliseconds=1), where=where)


def _value(value: object, where: str) -> Json:
    if isinstance(value, datetime):
        return _instant(value, where)
    if isinstance(value, list):
        return [_value(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, dict):
        return _measure(value, where)
    if isinstance(value, bool | int | str):
        return value
    raise BadScenario(f"a {type(value).__name__} has no place in a body", where=where)


def _measure(table: dict[str, object], where: str) -> Json:
    if {"lat", "lon"} <= set(table):
        position = Position.of_degrees(table["lat"], table["lon"], where=where)
        place: dict[str, Json] = {"lat_e7": position.lat_e7, "lon_e7": position.lon_e7}
        if "precision_m" in table:
            place["precision_e4m"] = to_e4m(table["precision_m"], "M", where=where)
            place["stated"] = a_text(table, "stated", where)
        return place
    if len(table) == 1:
        unit, number = next(iter(table.items()))
        if unit in _LENGTHS:
            return to_e4m(number, unit.upper(), where=where)
        if unit in _STRETCHES:
            return _stretch(number, _STRETCHES[unit], where)
    return an_object(table, where)


def _stretch(number: object, per: int, where: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise BadScenario("a number of 0 or more is needed", where=where)
    given = Decimal(number)
    if not given.is_finite() or not 0 <= given <= LAST:
        raise BadScenario("a number of 0 or more is needed", where=where)
    ms = given * per
    if ms != ms.to_integral_value():
        raise BadScenario("no whole number of milliseconds", where=where)
    return int(ms)
