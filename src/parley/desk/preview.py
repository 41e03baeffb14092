"""A body that is not signed yet, as people read it: times in UTC, positions in decimal degrees.

It may lack fields, and fields may be wrong: then it is no body of its kind, so it is read by the
kind's fields one by one. What does not fit stays as it is written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from parley.desk.grid import decimal_degrees
from parley.desk.plain import holds_instant, length
from parley.desk.tables import outline
from parley.errors import ParleyError
from parley.record.canonical import Json
from parley.record.kind import Kind
from parley.values.instants import FIRST, LAST, Instant, format_instant
from parley.values.lengths import Altitude
from parley.values.places import Position

_STATED_TIME = {"ms", "stated", "zone"}
_POSITION = {"lat_e7", "lon_e7"}
_ALTITUDE = {"e4m", "units", "reference", "uncertainty_e4m"}


def preview(kind: Kind, body: Mapping[str, Json], indent: str = "") -> Iterator[str]:
    """Write a body, whole or not, as an indented outline."""
    yield from outline(_object(body, kind.body), indent)


def _object(value: Mapping[str, Any], model: type[BaseModel] | None) -> Any:
    if set(value) == _ALTITUDE:
        return _altitude(value)
    known = {} if model is None else model.model_fields
    fields = {field.alias or name: field for name, field in known.items()}
    found: dict[str, Any] = {}
    for name, item in value.items():
        if name in _POSITION and (at := _position(value)) is not None:
            found["at"] = at
        elif name == "ms" and set(value) == _STATED_TIME:
            found["utc"] = _instant(item)
        else:
            label, shown = _item(name, item, fields.get(name))
            found[label] = shown
    return found


def _item(name: str, item: Any, field: FieldInfo | None) -> tuple[str, Any]:
    if isinstance(item, Mapping):
        return name, _object(item, _model_in(field))
    if isinstance(item, list):
        return name, [_item(name, each, field)[1] for each in item]
    if isinstance(item, bool) or not isinstance(item, int):
        return name, item
    if field is not None and holds_instant(field):
        return name, _instant(item)
    if name.endswith("_e4m"):
        return name.removesuffix("_e4m"), length(item)
    if name.endswith("_e4"):  # 0.0001 degree, as bearings are
        return name.removesuffix("_e4"), f"{item // 10_000}.{item % 10_000:04d} degrees"
    if name.endswith("_ms"):
        return name.removesuffix("_ms"), f"{item // 1000}.{item % 1000:03d} s"
    return name, item


def _instant(value: Any) -> Any:
    if type(value) is int and FIRST <= value <= LAST:
        return format_instant(Instant(value))
    return value


def _position(value: Mapping[str, Any]) -> str | None:
    lat, lon = value.get("lat_e7"), value.get("lon_e7")
    if type(lat) is not int or type(lon) is not int:
        return None
    try:
        return decimal_degrees(Position(lat, lon))
    except ParleyError:
        return None


def _altitude(value: Mapping[str, Any]) -> Any:
    try:
        return Altitude(**value).stated()
    except (ParleyError, TypeError, ValueError, ArithmeticError):
        return dict(value)


def _model_in(holder: Any) -> type[BaseModel] | None:
    """Give the body that a field, or the items of its list, are of; None where there is none."""
    stated = holder.annotation if isinstance(holder, FieldInfo) else holder
    if isinstance(stated, type) and issubclass(stated, BaseModel):
        return stated
    inner = (_model_in(each) for each in get_args(stated))
    return next((each for each in inner if each is not None), None)
