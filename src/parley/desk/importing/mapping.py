"""A mapping: which columns of a file become which fields of a kind (docs/imports.md)."""

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from parley.desk.files import read_bytes
from parley.desk.importing.fields import Field, field_of
from parley.desk.importing.rows import Layout
from parley.errors import BadMapping, ParleyError
from parley.kinds import KINDS
from parley.record.kind import Kind
from parley.values.instants import zone_named

IMPORTED: Final = (
    "site/1", "movement/1", "emergency_movement/1", "incident/1", "observation/1", "casualty/1",
)  # fmt: skip
_TOP: Final = (
    "kind", "source", "id", "zone", "lang", "decimal", "delimiter", "encoding", "sheet", "header",
    "missing", "constants", "columns", "personal", "checks",
)  # fmt: skip
_COLUMN: Final = (
    "column", "lat", "lon", "words", "points", "format", "unit", "values", "precision_m",
    "separator", "exact", "lang",
)  # fmt: skip
_LENGTHS: Final = {"m": "M", "km": "KM", "ft": "FT", "nm": "NM"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the value of a field comes from, and how it is written there.

    ``columns``: several are joined, as a day and a time of day; of a place, latitude and longitude.
    ``constant``: what every row says, in place of columns.
    """

    path: str
    target: Field
    columns: tuple[str, ...] = ()
    constant: Any = None
    words: str | None = None
    points: tuple[tuple[str, str], ...] = ()
    formats: tuple[str, ...] = ()
    unit: str = "M"
    values: Table[str, str] = field(default_factory=dict)
    precision_m: str | None = None
    separator: str = ",;"
    exact: bool = False
    lang: str = "und"

    def named(self) -> tuple[str, ...]:
        """Name every column that it reads."""
        pairs = tuple(name for pair in self.points for name in pair)
        return (*self.columns, *pairs, *(() if self.words is None else (self.words,)))


@dataclass(frozen=True, slots=True)
class Personal:
    """What goes, beside the record, to some parties only and can be erased; names -> columns."""

    audience: tuple[str, ...]
    columns: Table[str, str]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How rows become records; ``identity``: the columns whose cells name a row for good."""

    kind: Kind
    source: str
    identity: tuple[str, ...]
    sources: tuple[Source, ...]
    zone: str | None = None
    decimal: str = "."
    missing: frozenset[str] = frozenset()
    layout: Layout = Layout()  # noqa: RUF009 - frozen
    personal: Personal | None = None
    source_date: Source | None = None
    event: str | None = None

    def columns(self) -> frozenset[str]:
        """Name every column that is read."""
        found = {name for source in self.sources for name in source.named()}
        found.update(self.identity)
        if self.personal is not None:
            found.update(self.personal.columns.values())
        if self.source_date is not None:
            found.update(self.source_date.columns)
        return frozenset(found)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises ``BadMapping`` with the place in it."""
    data = read_bytes(path)
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # also of a number that is too long to read
        raise BadMapping(f"not TOML: {error}", where=str(path)) from None
    try:
        return mapping_of(table)
    except ParleyError as error:
        raise error.at(str(path)) from None


def mapping_of(table: Table[str, Any]) -> Mapping:
    """Make a mapping of what stands in a mapping file; unknown names are refused."""
    _known(table, _TOP, "")
    name = _text(table, "kind", needed=True)
    if name not in IMPORTED:
        raise BadMapping(f"{name!r} is not imported", where="kind", hint=", ".join(IMPORTED))
    kind, lang = KINDS[name or ""], _text(table, "lang") or "und"
    zone = _text(table, "zone")
    if zone is not None:
        zone_named(zone, where="zone")
    decimal = _text(table, "decimal") or "."
    if decimal not in (".", ","):
        raise BadMapping("a point or a comma", where="decimal")
    columns = {
        path: _column(kind, path, said, lang) for path, said in _table(table, "columns").items()
    }
    constants = _table(table, "constants")
    twice = sorted(set(columns) & set(constants))
    if twice:
        raise BadMapping("a field is a column or a constant", where=twice[0])
    fixed = [
        Source(path, field_of(kind, path), constant=said, lang=lang)
        for path, said in constants.items()
    ]
    source_date, event = _checks(table, columns)
    personal = _personal(table)
    told = {name for source in columns.values() for name in source.named()}
    for name, column in ({} if personal is None else personal.columns).items():
        if column in told:
            where = f"personal.columns.{name}"
            raise BadMapping(f"the column {column!r} is mapped to a field as well", where=where)
    return Mapping(
        kind=kind,
        source=_text(table, "source", needed=True) or "",
        identity=_names(table, "id", needed=True),
        sources=(*columns.values(), *fixed),
        zone=zone,
        decimal=decimal,
        missing=frozenset(_names(table, "missing")),
        layout=_layout(table),
        personal=personal,
        source_date=source_date,
        event=event,
    )


def _layout(table: Table[str, Any]) -> Layout:
    header = table.get("header", 1)
    if isinstance(header, bool) or not isinstance(header, int) or not 1 <= header <= 1000:
        raise BadMapping("the number of a row, from 1", where="header")
    delimiter = _text(table, "delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BadMapping("one character", where="delimiter")
    return Layout(_text(table, "encoding"), delimiter, _text(table, "sheet"), header)


def _personal(table: Table[str, Any]) -> Personal | None:
    if "personal" not in table:
        return None
    said = _table(table, "personal")
    _known(said, ("audience", "columns"), "personal.")
    columns = _table(said, "columns", "personal.")
    if not all(isinstance(column, str) for column in columns.values()):
        raise BadMapping("a name and its column", where="personal.columns")
    return Personal(_names(said, "audience", "personal."), columns)


def _checks(
    table: Table[str, Any], columns: Table[str, Source]
) -> tuple[Source | None, str | None]:
    said = _table(table, "checks")
    _known(said, ("source_date", "format", "event"), "checks.")
    names = _names(said, "source_date", "checks.")
    if not names:
        return None, None
    times = [p for p, s in columns.items() if s.target.sort in ("time", "stated_time")]
    event = _text(said, "event", "checks.") or (times[0] if len(times) == 1 else None)
    if event not in times:
        hint = f"one of {', '.join(times) or 'none'}"
        raise BadMapping("which time is that of the event?", where="checks.event", hint=hint)
    formats = _names(said, "format", "checks.")
    date = Source("source date", Field(("source date",), "time"), columns=names, formats=formats)
    return date, event


def _column(kind: Kind, path: str, said: Any, lang: str) -> Source:
    where = f"columns.{path}"
    found = field_of(kind, path)
    if isinstance(said, str | list):
        said = {"column": said}
    if not isinstance(said, dict):
        raise BadMapping("a column, or a table that describes it", where=where)
    _known(said, _COLUMN, f"{where}.")
    columns = _names(said, "column", f"{where}.")
    if found.sort == "place" and "lat" in said and "lon" in said:
        columns = tuple(_text(said, name, f"{where}.") or "" for name in ("lat", "lon"))
    points = said.get("points", [])
    if not isinstance(points, list) or not all(_is_pair(pair) for pair in points):
        raise BadMapping("a list of [latitude, longitude] columns", where=f"{where}.points")
    if not columns and not points:
        raise BadMapping("which column?", where=where)
    unit = (_text(said, "unit", f"{where}.") or "m").lower()
    if unit not in _LENGTHS:
        hint = ", ".join(_LENGTHS)
        raise BadMapping(f"no unit {unit!r}", where=f"{where}.unit", hint=hint)
    values = _table(said, "values", f"{where}.")
    precision = said.get("precision_m")
    return Source(
        path,
        found,
        columns,
        words=_text(said, "words", f"{where}."),
        points=tuple((pair[0], pair[1]) for pair in points),
        formats=_names(said, "format", f"{where}."),
        unit=_LENGTHS[unit],
        values={str(k): str(v) for k, v in values.items()},
        precision_m=None if precision is None else str(precision),
        separator=_text(said, "separator", f"{where}.") or ",;",
        exact=said.get("exact") is True,
        lang=_text(said, "lang", f"{where}.") or lang,
    )


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value)


def _known(table: Table[str, Any], names: tuple[str, ...], at: str) -> None:
    for name in table:
        if name not in names:
            raise BadMapping("unknown name", where=f"{at}{name}", hint=", ".join(names))


def _text(table: Table[str, Any], name: str, at: str = "", *, needed: bool = False) -> str | None:
    value = table.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value:
        raise BadMapping("a text is needed", where=f"{at}{name}")
    return value


def _names(
    table: Table[str, Any], name: str, at: str = "", *, needed: bool = False
) -> tuple[str, ...]:
    value = table.get(name, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(v, str) for v in listed):
        raise BadMapping("a text, or a list of them", where=f"{at}{name}")
    if needed and not listed:
        raise BadMapping("is needed", where=f"{at}{name}")
    return tuple(listed)


def _table(table: Table[str, Any], name: str, at: str = "") -> dict[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise BadMapping("a table is needed", where=f"{at}{name}")
    return value
