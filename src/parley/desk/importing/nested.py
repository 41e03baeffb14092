"""JSON as others write it, read exactly, and its objects laid flat into cells."""

import json
from decimal import Decimal
from typing import Any, Final

from parley.desk.importing.row import Cell
from parley.errors import BadRow, BadTable

MOST_BYTES: Final = 256 * 1024**2
MOST_CELLS: Final = 5_000
_DEEPEST: Final = 20


def read_nested(data: bytes) -> Any:
    """Read JSON in UTF-8, with or without a mark; decimals are kept exactly, NaN is refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = "JSON is exchanged in UTF-8 (RFC 8259 section 8.1): save it so"
        raise BadTable(f"not UTF-8 at byte {error.start}", hint=hint) from None
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise BadTable(f"not JSON: {error.msg}", where=where) from None
    except RecursionError:
        raise BadTable("nested too deeply") from None
    except ValueError as error:
        raise BadTable(str(error)) from None


def flat(value: dict[str, Any]) -> dict[str, Cell]:
    """Lay an object flat: members within members are named by a path with ``/``.

    A GeoJSON Point within, as ODK Central writes a position, becomes ``lat lon altitude accuracy``;
    what is repeated is numbered from 0. Raises ``BadRow`` for one nested too deeply, of too many
    cells, or with two members that would have one path.
    """
    cells: dict[str, Cell] = {}
    _lay(value, "", cells, 0)
    return cells


def _lay(value: Any, path: str, cells: dict[str, Cell], depth: int) -> None:
    if depth > _DEEPEST or len(cells) > MOST_CELLS:
        raise BadRow("nested too deeply, or of too many cells")
    if isinstance(value, dict):
        point = _point(value)
        if point is not None:
            _put(cells, path, point)
            return
        for name, inner in value.items():
            _lay(inner, f"{path}/{name}" if path else str(name), cells, depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(each, dict | list) for each in value):
            _put(cells, path, value)
            return
        for i, inner in enumerate(value):
            _lay(inner, f"{path}/{i}", cells, depth + 1)
    else:
        _put(cells, path, value)


def _put(cells: dict[str, Cell], path: str, cell: Cell) -> None:
    if path in cells:
        raise BadRow("two members would have one path", where=path)
    cells[path] = cell


def _point(value: dict[str, Any]) -> str | None:
    coordinates = value.get("coordinates")
    if value.get("type") != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    lon, lat, *rest = coordinates
    altitude = rest[0] if rest and rest[0] is not None else 0
    properties = value.get("properties")
    accuracy = properties.get("accuracy") if isinstance(properties, dict) else None
    return f"{lat} {lon} {altitude} {0 if accuracy is None else accuracy}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
