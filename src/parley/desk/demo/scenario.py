"""A scenario file: who entered what and when, and on what basis (docs/scenarios.md).

TOML in, frozen values out. Dates and times are TOML's own, with their offset. In bodies a date-time
becomes milliseconds UTC, ``{ft = 15000}`` (or ``m``, ``nm``) a length of 0.1 mm units, and
``{lat, lon, precision_m, stated}`` a place.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

from parley.errors import BadScenario, ParleyError
from parley.record.canonical import Json
from parley.values.instants import Instant, instant
from parley.values.lengths import to_e4m
from parley.values.places import Position

FORMAT = "parley/scenario/1"
BasisKind = Literal["documented", "claimed", "assumed"]

_LINE_KEYS = {
    "at", "party", "label", "kind", "priority", "basis", "source", "claimed_by", "assumed",
    "say", "refs", "body", "feature",
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an entry rests on: a document, a side's claim, or nothing but our assumption.

    ``source`` names the document; ``claimed_by`` the side; ``assumed`` says what in an otherwise
    documented entry is our own filling, such as the hour.
    """

    kind: BasisKind
    source: str = ""
    claimed_by: str = ""
    assumed: str = ""

    def words(self) -> str:
        """Say the basis in a few words."""
        tail = f" (assumed: {self.assumed})" if self.assumed else ""
        if self.kind == "documented":
            return f"documented: {self.source}{tail}"
        if self.kind == "claimed":
            return f"claimed by {self.claimed_by}: {self.source}{tail}"
        return f"assumed: {self.assumed}"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the scenario: the author's record, or a feature file to be notified.

    Exactly one of ``body`` (with ``kind``) and ``feature`` (GeoJSON, telling its kind) is given.
    ``parties`` has several members when an agreed text is logged by each of them.
    """

    at: Instant
    parties: tuple[str, ...]
    label: str
    kind: str
    priority: Literal["routine", "urgent"]
    basis: Basis
    say: str
    refs: tuple[tuple[str, str], ...]
    body: Mapping[str, Json] | None
    feature: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named sequence of lines, in the order of their times."""

    title: str
    announcement: str
    lines: tuple[Line, ...]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file; refuse entries without basis, dangling labels, times out of order."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadScenario(f"no TOML: {error}", where=path.name) from None
    try:
        return _scenario(data)
    except ParleyError as error:
        raise error.at(path.name) from None


def _scenario(data: dict[str, object]) -> Scenario:
    if data.get("format") != FORMAT:
        raise BadScenario(f"the format is {FORMAT!r}", where="format")
    unknown = set(data) - {"format", "title", "announcement", "entry"}
    if unknown:
        raise BadScenario("unknown key", where=min(unknown))
    entries = data.get("entry")
    if not isinstance(entries, list) or not entries:
        raise BadScenario("a scenario has entries", where="entry")
    lines: list[Line] = []
    labels: set[str] = set()
    for i, entry in enumerate(entries):
        line = _line(entry, f"entry[{i}]")
        if lines and line.at < lines[-1].at:
            raise BadScenario("earlier than the entry before it", where=f"entry[{i}].at")
        for _, label in line.refs:
            if label not in labels:
                raise BadScenario(f"no earlier entry is labelled {label!r}", where=f"entry[{i}]")
        if line.label in labels:
            raise BadScenario(f"the label {line.label!r} is taken", where=f"entry[{i}].label")
        labels.add(line.label)
        lines.append(line)
    return Scenario(_text(data, "title", ""), _text(data, "announcement", ""), tuple(lines))


def _line(entry: object, where: str) -> Line:
    if not isinstance(entry, dict):
        raise BadScenario("an entry is a table", where=where)
    unknown = set(entry) - _LINE_KEYS
    if unknown:
        raise BadScenario("unknown key", where=f"{where}.{min(unknown)}")
    at = entry.get("at")
    if not isinstance(at, datetime):
        raise BadScenario("a date-time with its offset is needed", where=f"{where}.at")
    party = entry.get("party")
    parties = party if isinstance(party, list) else [party]
    if not parties or not all(isinstance(p, str) and p for p in parties):
        raise BadScenario("a party, or a list of them", where=f"{where}.party")
    body, feature = entry.get("body"), entry.get("feature")
    if (body is None) == (feature is None):
        raise BadScenario("either a body or a feature", where=where)
    if body is not None and not isinstance(body, dict):
        raise BadScenario("a body is a table", where=f"{where}.body")
    if (body is None) != ("kind" not in entry):
        raise BadScenario("a body needs its kind; a feature tells its own", where=f"{where}.kind")
    priority = entry.get("priority", "routine")
    if priority not in ("routine", "urgent"):
        raise BadScenario("routine or urgent", where=f"{where}.priority")
    return Line(
        at=_instant(at, f"{where}.at"),
        parties=tuple(map(str, parties)),
        label=_text(entry, "label", where),
        kind="" if body is None else _text(entry, "kind", where),
        priority=priority,
        basis=_basis(entry, where),
        say=_text(entry, "say", where),
        refs=_refs(entry.get("refs", []), where),
        body=None if body is None else _object(body, f"{where}.body"),
        feature=cast("dict[str, object] | None", feature),
    )


def _basis(entry: dict[str, object], where: str) -> Basis:
    kind = entry.get("basis")
    if kind not in ("documented", "claimed", "assumed"):
        raise BadScenario(
            "every entry says what it rests on",
            where=f"{where}.basis",
            hint="documented (with source), claimed (claimed_by, source) or assumed",
        )
    source, claimed_by = str(entry.get("source", "")), str(entry.get("claimed_by", ""))
    assumed = str(entry.get("assumed", ""))
    if kind != "assumed" and not source.strip():
        raise BadScenario(f"a {kind} entry names its source", where=f"{where}.source")
    if (kind == "claimed") != bool(claimed_by.strip()):
        raise BadScenario("a claim, and no other, names its side", where=f"{where}.claimed_by")
    if kind == "assumed" and not assumed.strip():
        raise BadScenario("an assumption says what is assumed", where=f"{where}.assumed")
    return Basis(kind, source, claimed_by, assumed)


def _refs(value: object, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise BadScenario("a list of {role, entry}", where=f"{where}.refs")
    refs = []
    for i, ref in enumerate(value):
        if not isinstance(ref, dict) or set(ref) != {"role", "entry"}:
            raise BadScenario("a reference has a role and an entry", where=f"{where}.refs[{i}]")
        refs.append((str(ref["role"]), str(ref["entry"])))
    return tuple(refs)


def _text(table: dict[str, object], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadScenario("a text is needed", where=f"{where}.{key}" if where else key)
    return value


def _instant(at: datetime, where: str) -> Instant:
    if at.tzinfo is None:
        raise BadScenario("the offset is missing", where=where, hint="write 2016-06-16T05:00:00Z")
    return instant((at - _EPOCH) // timedelta(milliseconds=1), where=where)


def _object(table: dict[str, object], where: str) -> dict[str, Json]:
    return {key: _value(value, f"{where}.{key}") for key, value in table.items()}


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
            place["stated"] = _text(table, "stated", where)
        return place
    if len(table) == 1 and next(iter(table)) in ("m", "ft", "nm", "km"):
        unit, number = next(iter(table.items()))
        return to_e4m(number, unit.upper(), where=where)
    return _object(table, where)
