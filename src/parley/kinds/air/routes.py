"""Tables of routes (CSV, RFC 4180): one row a waypoint. Pure.

The columns bear the names of the GeoJSON properties. Rows with a ``time`` make a trajectory, rows
without one a corridor or a circle. Every refusal names line and column.
"""

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, cast

from parley.errors import BadAltitude, BadCsv, BadGeoJson, BadLength, ParleyError
from parley.kinds.air.flat import MARGIN_OF, NAMES, is_number, number, properties_of
from parley.kinds.air.geojson import Feature, read_feature
from parley.kinds.air.properties import WIDTH_OF
from parley.kinds.air.stated import MAX_BYTES, sayable
from parley.values.lengths import Unit

# What a row says of its waypoint; everything else is said once of the whole route.
_WAYPOINT: Final = ("lat", "lon", "time", "altitude")
_KEYS: Final = ("id", "activity")
_OWN: Final = ("id", *_WAYPOINT, "units", "reference")
COLUMNS: Final = (*_OWN, *(name for name in NAMES if name != "altitude_reference"))
_LIMITS: Final = {"lat": ("latitude", 90), "lon": ("longitude", 180)}


class _Row(NamedTuple):
    """A line of the table: what it states, which is its cells that are not empty."""

    line: int
    cells: Mapping[str, str]
    columns: Sequence[str]

    def place(self, column: str) -> str:
        return f"line {self.line}, column {column}"


@dataclass(slots=True)
class _Route:
    """The rows of one route, and what they say of it: column to row."""

    rows: list[_Row] = field(default_factory=list)
    said: dict[str, _Row] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        """Take a row in; refuse one that says something else of the same route."""
        self.rows.append(row)
        for column, text in row.cells.items():
            if column in _WAYPOINT:
                continue
            first = self.said.setdefault(column, row)
            if first.cells[column] != text:
                said = f"{text!r:.60} differs from line {first.line}: a route says it once"
                raise BadCsv(said, where=row.place(column))

    def text(self, column: str) -> str:
        """Give what is said of the route in a column; empty if nothing is."""
        return self.said[column].cells[column] if column in self.said else ""

    def told(self, error: ParleyError) -> ParleyError:
        """Name the line and column that a member of the feature stands in."""
        kind = BadCsv if isinstance(error, BadGeoJson) else type(error)
        root, _, rest = error.where.partition(".")
        if root == "properties":
            column = _column(rest)
            row = self.said.get(column, self.rows[0])
            hint = error.hint
            if column in WIDTH_OF.values() and not self.text(column):
                hint = f"{hint}; or write a time in every row"
            if column not in row.columns:
                hint = f"add a column {column}" + (f"; {hint}" if hint else "")
            return kind(error.what, where=row.place(column), hint=hint)
        member, _, index = rest.partition("[")
        number_of = index.partition("]")[0]
        row = self.rows[int(number_of)] if number_of.isdigit() else self.rows[0]
        column = "time" if member == "datetimes" else "lat"
        if isinstance(error, BadAltitude | BadLength):
            column = "altitude"
        return kind(error.what, where=row.place(column), hint=error.hint)


def read_routes(
    data: bytes, *, untitled: str | None = None, prepared_later: bool = False
) -> Iterator[Feature]:
    """Read the routes of a table, in the order in which they begin.

    UTF-8, comma or semicolon; the first line names the columns. ``id``, or ``activity`` where there
    is none, says which route a row belongs to. ``untitled`` and ``prepared_later`` are those of
    ``geojson.read_features``.
    """
    routes: dict[str, _Route] = {}
    for row in _rows(_text(data)):
        key = next((k for k in _KEYS if k in row.cells), "")
        if not key:
            said = "which route is this a point of?"
            raise BadCsv(said, where=row.place(_KEYS[1]), hint="name it in activity or id")
        routes.setdefault(f"{key} {row.cells[key]}", _Route()).add(row)
    for route in routes.values():
        try:
            value, units = _feature(route)
            read = read_feature(
                value, untitled=untitled, prepared_later=prepared_later, units=units
            )
        except BadCsv:
            raise
        except ParleyError as error:
            raise route.told(error) from None
        yield replace(read, where=f"line {route.rows[0].line}", told=route.told)


# --- rows


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise BadCsv(f"{len(data)} bytes; a table has at most {MAX_BYTES}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCsv(f"not UTF-8 at byte {error.start}") from None


def _rows(text: str) -> Iterator[_Row]:
    head = text.partition("\n")[0]
    mark = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    columns: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if columns is None:
                columns = _columns(cells)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(columns):
                    said = f"{len(cells)} cells, where the first line names {len(columns)} columns"
                    hint = "put a text that holds the separator in quotation marks"
                    raise BadCsv(said, where=f"line {line}", hint=hint)
                named = zip(columns, map(str.strip, cells), strict=True)
                yield _Row(line, {name: text for name, text in named if text}, columns)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadCsv(f"no CSV: {error}", where=f"line {line}") from None
    if columns is None:
        raise BadCsv("the first line names the columns", where="line 1")


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.strip() for cell in cells]
    for i, name in enumerate(columns):
        where = f"line 1, column {sayable(name) or i + 1}"
        if name in columns[:i]:
            raise BadCsv("is named twice", where=where)
        if name in COLUMNS or name.startswith("x-"):
            continue
        nearest = difflib.get_close_matches(name[:60], COLUMNS, n=1, cutoff=0.0)[0]
        hint = f"the nearest known name is {nearest}; names of your own begin with x-"
        raise BadCsv(f"unknown name {name!r:.60}", where=where, hint=hint)
    for needed in ("lat", "lon"):
        if needed not in columns:
            raise BadCsv("is needed", where=f"line 1, column {needed}")
    return columns


# --- features


def _feature(route: _Route) -> tuple[dict[str, Any], Unit]:
    """Write a route as a GeoJSON feature; give the units of its third coordinate too."""
    texts = {name: route.text(name) for name in route.said if name in NAMES}
    for name in ("altitude_lower", "altitude_upper"):
        if is_number(texts.get(name, "")):
            texts[name] = f"{texts[name]} {_needed(route, 'units')} {_needed(route, 'reference')}"
    points = [[_degrees(row, "lon"), _degrees(row, "lat")] for row in route.rows]
    feature: dict[str, Any] = {"type": "Feature", "properties": properties_of(texts)}
    timed = [row for row in route.rows if "time" in row.cells]
    high = [row for row in route.rows if "altitude" in row.cells]
    if not timed:
        if high:
            hint = "write altitude_lower and altitude_upper, or a time in every row"
            said = "goes with a time"
            raise BadCsv(said, where=high[0].place("altitude"), hint=hint)
        circle = len(points) == 1
        feature["geometry"] = {
            "type": "Point" if circle else "LineString",
            "coordinates": points[0] if circle else points,
        }
        return feature, "M"
    _check_all(route, timed, "time")
    units = "M"
    if high:
        _check_all(route, high, "altitude")
        units = _needed(route, "units")
        for point, row in zip(points, route.rows, strict=True):
            point.append(_number(row, "altitude"))
    if route.text("reference"):
        feature["properties"]["altitude_reference"] = route.text("reference")
    feature["temporalGeometry"] = {
        "type": "MovingPoint",
        "datetimes": [row.cells["time"] for row in route.rows],
        "coordinates": points,
    }
    return feature, cast("Unit", units)


def _check_all(route: _Route, having: list[_Row], column: str) -> None:
    if len(having) == len(route.rows):
        return
    lacking = next(row for row in route.rows if column not in row.cells)
    said = f"is needed: line {having[0].line} of the same route has one"
    raise BadCsv(said, where=lacking.place(column))


def _needed(route: _Route, column: str) -> str:
    text = route.text(column)
    allowed = {"units": ("M", "FT"), "reference": ("W84", "AMSL", "AGL", "STD")}[column]
    if text not in allowed:
        row = route.said.get(column, route.rows[0])
        said = f"unknown: {text!r:.60}" if text else "is needed, where a height is a bare number"
        hint = f"write {', '.join(allowed[:-1])} or {allowed[-1]}"
        raise BadCsv(said, where=row.place(column), hint=hint)
    return text


def _degrees(row: _Row, column: str) -> Any:
    degrees = _number(row, column)
    name, most = _LIMITS[column]
    if abs(degrees) > most:
        said = f"{name} {degrees} is beyond {most} degrees"
        raise BadCsv(said, where=row.place(column))
    return degrees


def _number(row: _Row, column: str) -> Any:
    place = row.place(column)
    if column not in row.cells:
        raise BadCsv("a number is needed", where=place)
    try:
        return number(row.cells[column], place)
    except BadGeoJson as error:
        raise BadCsv(error.what, where=error.where, hint=error.hint) from None


def _column(member: str) -> str:
    """Give the column of a property: ``margin.lateral_m`` stands in ``margin_lateral_m``."""
    parts = member.partition("[")[0].split(".")
    if parts[0] == "altitude_reference":
        return "reference"
    joined = "_".join(parts[:2])
    return joined if joined in MARGIN_OF else parts[0]
