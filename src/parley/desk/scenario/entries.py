"""One entry of a scenario: the record that a side logs, when, and what it rests on."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from parley.desk.scenario.basis import BASIS_KEYS, Basis, read_basis
from parley.desk.scenario.measures import (
    a_date,
    a_table,
    a_text,
    an_object,
    check_keys,
    tables,
    texts,
)
from parley.errors import BadScenario
from parley.kinds.air.geojson import Feature, read_features
from parley.node.publishing import PartInput
from parley.record.canonical import Json
from parley.values.instants import Instant

_KEYS = (
    *("at", "party", "label", "kind", "priority", "say", "refs", "parts", "body", "feature"),
    *BASIS_KEYS,
)
_PART_KEYS = ("name", "class", "audience", "text", "body")


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
    parts: tuple[PartInput, ...] = ()

    def record(self, name_of: Callable[[str], str]) -> tuple[str, dict[str, Json]]:
        """Give the kind and the body that the entry is published with.

        ``name_of`` gives the name of the record that an entry became, by its label.
        """
        if self.feature is None:
            return self.kind, {k: _named(v, name_of) for k, v in (self.body or {}).items()}
        feature = _only_feature(self.feature)
        return feature.kind.name, feature.body.to_json()

    @property
    def kind_name(self) -> str:
        """The kind of its record."""
        if self.feature is None:
            return self.kind
        return _only_feature(self.feature).kind.name

    def points_at(self) -> tuple[str, ...]:
        """Give the labels of the entries that it refers to, in its references or its body."""
        inside: list[str] = []

        def note(label: str) -> str:
            inside.append(label)
            return label

        for value in (self.body or {}).values():
            _named(value, note)
        return (*(label for _, label in self.refs), *inside)


def _named(value: Json, name_of: Callable[[str], str]) -> Json:
    """Put record names in place of ``{entry = "label"}``."""
    if isinstance(value, list):
        return [_named(item, name_of) for item in value]
    if not isinstance(value, dict):
        return value
    label = value.get("entry")
    if len(value) == 1 and isinstance(label, str):
        return name_of(label)
    return {key: _named(item, name_of) for key, item in value.items()}


def read_line(entry: Mapping[str, object], where: str) -> Line:
    """Read an entry; refuse one without basis, body, author or time."""
    check_keys(entry, _KEYS, where)
    at = a_date(entry, "at", where)
    parties = texts(entry.get("party"), f"{where}.party")
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
        at=at,
        parties=parties,
        label=a_text(entry, "label", where),
        kind="" if body is None else a_text(entry, "kind", where),
        priority=priority,
        basis=read_basis(entry, where),
        say=a_text(entry, "say", where),
        refs=_refs(entry.get("refs", []), where),
        body=None if body is None else an_object(body, f"{where}.body"),
        feature=None if feature is None else a_table(feature, f"{where}.feature"),
        parts=tuple(
            _part(part, f"{where}.parts[{i}]")
            for i, part in enumerate(tables(entry, "parts", where))
        ),
    )


def _only_feature(value: Mapping[str, object]) -> Feature:
    """Read the feature of an entry; refuse a collection of none or several."""
    found = read_features(dict(value))
    if len(found) != 1:
        raise BadScenario("one feature an entry", where="feature")
    return found[0]


def _refs(value: object, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        raise BadScenario("a list of {role, entry}", where=f"{where}.refs")
    refs = []
    for i, ref in enumerate(value):
        if not isinstance(ref, dict) or set(ref) != {"role", "entry"}:
            raise BadScenario("a reference has a role and an entry", where=f"{where}.refs[{i}]")
        refs.append((str(ref["role"]), str(ref["entry"])))
    return tuple(refs)


def _part(part: Mapping[str, object], where: str) -> PartInput:
    check_keys(part, _PART_KEYS, where)
    part_class = part.get("class")
    if part_class not in ("shared", "sealed", "personal"):
        raise BadScenario("shared, sealed or personal", where=f"{where}.class")
    body = part.get("body")
    if (body is None) == ("text" not in part):
        raise BadScenario("either a text or a body", where=where)
    if body is None:
        data, media_type = a_text(part, "text", where), "text/plain"
    elif isinstance(body, dict):
        data = json.dumps(an_object(body, f"{where}.body"), ensure_ascii=False, sort_keys=True)
        media_type = "application/json"
    else:
        raise BadScenario("a body is a table", where=f"{where}.body")
    audience = texts(part["audience"], f"{where}.audience") if "audience" in part else ()
    return PartInput(a_text(part, "name", where), data.encode(), media_type, part_class, audience)
