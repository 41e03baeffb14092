"""From a row to what the node is to log: its body, its personal part, and the key it goes by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from parley.desk.importing.cells import Reading, value_of
from parley.desk.importing.mapping import Mapping, Source
from parley.desk.importing.row import Cell, Row, is_empty
from parley.desk.importing.times import day_in, time_of
from parley.errors import BadBody, BadMapping, BadRow, BadTable, ParleyError
from parley.record.canonical import Json, canonical, write_checked

_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A row as it is to be logged; ``personal`` is the content of its personal part, if any.

    ``content`` is body and personal part in one byte form: equal rows have equal bytes.
    """

    place: str
    identity: str
    key: str
    kind: str
    body: dict[str, Json]
    personal: dict[str, Json] | None
    content: bytes


class Drafter:
    """Makes drafts of rows by one mapping; raises ``BadRow`` with the place of the row.

    Raises ``BadMapping`` at once for a constant that its field does not take.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._by_length = sorted(mapping.sources, key=lambda s: -len(s.target.path))
        self._read_sources = [s for s in mapping.sources if s.constant is None]
        self._constants = dict(_constants(mapping))

    def draft(self, row: Row) -> Drafted:
        """Make the draft of a row."""
        mapping = self._mapping
        said = {n: c for n, c in row.cells.items() if not self._is_missing(c)}
        identity = "\n".join(_escaped(said.get(name)) for name in mapping.identity)
        if not identity.strip():
            raise BadRow("no id", where=f"{row.place}, column {mapping.identity[0]}")
        found = dict(self._constants)
        exact: dict[str, Json] = {}
        how = Reading(mapping.zone, mapping.decimal, row.epoch)
        for source in self._read_sources:
            value = self._read(source, said, how, row, exact)
            if value is not None and value != []:
                found[source.target.path] = value
        body = self._checked_body(self._without_idle_groups(found), row)
        self._check_source_date(said, body, row)
        key = f"{mapping.source}\n{identity}"
        personal = self._personal(said, exact)
        try:
            apart = canonical({"key": key, "personal": personal})
        except ParleyError as error:
            raise BadRow(error.what, where=row.place, hint=error.hint) from None
        content = write_checked(body) + apart
        return Drafted(row.place, identity, key, mapping.kind.name, body, personal, content)

    def check_columns(self, names: Iterable[str]) -> None:
        """Refuse a table that lacks a column of the mapping.

        Rows of nested files leave out what was not answered, so those are asked for nothing.
        """
        lacking = sorted(self._mapping.columns() - set(names))
        if lacking:
            listed = ", ".join(names)
            raise BadTable(f"no column {lacking[0]!r}", hint=f"it has {listed[:300]}")

    def _is_missing(self, cell: Cell) -> bool:
        if isinstance(cell, str):
            return not cell.strip() or cell.strip() in self._mapping.missing
        return is_empty(cell)

    def _read(
        self,
        source: Source,
        said: dict[str, Cell],
        how: Reading,
        row: Row,
        exact: dict[str, Json],
    ) -> Json:
        names = (*source.columns, *(n for pair in source.points for n in pair))
        cells = [said[name] for name in names if name in said]
        if not cells:
            return None
        words = None if source.words is None else str(said.get(source.words, "")) or None
        sort = source.target.sort
        if (source.points or sort == "place") and len(cells) != len(names):
            lacking = next(name for name in names if name not in said)
            raise BadRow("half of a position", where=f"{row.place}, column {lacking}")
        try:
            value = value_of(cells, words, source, how)
        except ParleyError as error:
            place = self._place(row, source)
            raise BadRow(error.what, where=place, hint=error.hint) from None
        if sort in ("place", "way") and not source.exact:
            exact[source.path] = " ".join(_words(cells))
        return value

    def _without_idle_groups(self, found: dict[_Path, Json]) -> dict[_Path, Json]:
        """Leave out groups that may be absent and of which a row says nothing but constants."""
        speaking: set[_Path] = set()
        silent: set[_Path] = set()
        for source in self._mapping.sources:
            for group in source.target.groups:
                if source.constant is not None:
                    continue
                (speaking if source.target.path in found else silent).add(group)
        idle = silent - speaking
        return {
            path: value
            for path, value in found.items()
            if not any(path[: len(group)] == group for group in idle)
        }

    def _checked_body(self, found: dict[_Path, Json], row: Row) -> dict[str, Json]:
        try:
            return self._mapping.kind.parse(_nested(found)).to_json()
        except BadBody as error:
            path = error.where.removeprefix("body").strip(".")
            raise BadRow(error.what, where=self._field(row, path), hint=error.hint) from None
        except ParleyError as error:
            raise BadRow(error.what, where=row.place, hint=error.hint) from None

    def _field(self, row: Row, path: str) -> str:
        """Name the column that a path of the body came from, or the field where none did."""
        for source in self._by_length:
            own = source.path
            if not source.named():
                continue
            if path == own or path.startswith(f"{own}.") or (path and own.startswith(f"{path}.")):
                return self._place(row, source)
        return f"{row.place}, field {path}" if path else row.place

    def _place(self, row: Row, source: Source) -> str:
        named = source.named()
        return f"{row.place}, column {named[0]}" if named else f"{row.place}, {source.path}"

    def _check_source_date(self, said: dict[str, Cell], body: dict[str, Json], row: Row) -> None:
        """Refuse a source that is dated before the event it tells of."""
        mapping, dated = self._mapping, self._mapping.source_date
        if dated is None or mapping.event is None:
            return
        cells = [said[name] for name in dated.columns if name in said]
        event = next(s for s in mapping.sources if s.path == mapping.event)
        happened = [said[name] for name in event.columns if name in said]
        if not cells or not happened:
            return
        how = {"zone": mapping.zone, "epoch": row.epoch}
        try:
            written = time_of(cells, formats=dated.formats, **cast("Any", how))
        except BadRow as error:
            place = self._place(row, dated)
            raise BadRow(error.what, where=place, hint=error.hint) from None
        then = time_of(happened, formats=event.formats, **cast("Any", how))
        by_day = written.only_day or then.only_day
        before = day_in(written) < day_in(then) if by_day else written.at < then.at
        if before:
            what = f"the source is of {written.stated}, before the event of {then.stated}"
            raise BadRow(what, where=self._place(row, dated))

    def _personal(self, said: dict[str, Cell], exact: dict[str, Json]) -> dict[str, Json] | None:
        personal = self._mapping.personal
        if personal is None:
            return None
        told: dict[str, Json] = {
            name: " ".join(_words([said[column]]))
            for name, column in personal.columns.items()
            if column in said
        }
        if exact:
            told["exact"] = exact
        return told or None


def _constants(mapping: Mapping) -> Iterator[tuple[_Path, Json]]:
    how = Reading(mapping.zone, mapping.decimal, 1900)
    for source in mapping.sources:
        if source.constant is None:
            continue
        said = source.constant
        try:
            value = value_of([str(said) if isinstance(said, float) else said], None, source, how)
        except ParleyError as error:
            where = f"constants.{source.path}"
            raise BadMapping(error.what, where=where, hint=error.hint) from None
        if value is not None and value != []:
            yield source.target.path, value


def _escaped(cell: Cell) -> str:
    """Write a part of an id so that two ids never read the same, whatever their cells hold."""
    said = "" if cell is None else str(cell).strip()
    return said.replace("\\", "\\\\").replace("\n", "\\n")


def _words(cells: list[Cell]) -> list[str]:
    return [
        str(each).strip()
        for cell in cells
        for each in (cell if isinstance(cell, list) else [cell])
        if each is not None
    ]


def _nested(found: dict[_Path, Json]) -> dict[str, Json]:
    """Put values at their paths; items of lists of which nothing is said close up."""
    body: dict[str | int, Any] = {}
    for path, value in found.items():
        here = body
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = value
    return cast("dict[str, Json]", _closed(body))


def _closed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_closed(value[key]) for key in sorted(value)]
    return {key: _closed(inner) for key, inner in value.items()}
