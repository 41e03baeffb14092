"""Items as rows under headings and HXL tags: the common columns, then those of the kinds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parley.desk.exporting.cells import Cell, degrees, text_cell
from parley.desk.exporting.columns import COLUMNS, Column, metres
from parley.desk.exporting.item import Head, Item
from parley.values.instants import Instant, format_instant

_PROVINCE = re.compile(r"([A-Z]{2}[0-9]{2})(?:[0-9]{2}){0,2}")
COMMON = (
    ("number", "#meta+number"),
    ("record", "#meta+record"),
    ("channel_status", "#status+channel"),
    ("kind", "#event+type"),
    ("author", "#org+author"),
    ("issued", "#date+reported"),
    ("state", "#status"),
    ("replaced_by", "#meta+replaced_by"),
    ("withdrawn_by", "#meta+withdrawn_by"),
    ("conflicts_with", "#meta+conflicts_with"),
    ("start", "#date+start"),
    ("end", "#date+end"),
    ("province", "#adm1+code"),
    ("area", "#loc+area"),
    ("latitude", "#geo+lat"),
    ("longitude", "#geo+lon"),
    ("within_m", "#geo+within_m"),
    ("title", "#event+title"),
    ("parts_beside", "#meta+parts"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns a table has: those of these kinds, in the order of their lists."""

    head: Head
    columns: tuple[Column, ...]
    headings: tuple[str, ...]

    @classmethod
    def of(cls, head: Head, kinds: Iterable[str]) -> "Layout":
        """Lay out a table for some kinds; columns of one name and tag are one column.

        A name that stands for something else already has the kind's before it.
        """
        found: dict[tuple[str, str], Column] = {}
        taken = {name for name, _ in COMMON}
        headings = []
        for kind in kinds:
            for column in COLUMNS.get(kind, ()):
                if (head.public and not column.public) or (column.name, column.tag) in found:
                    continue
                found[column.name, column.tag] = column
                plain = column.name not in taken
                name = column.name if plain else f"{kind.partition('/')[0]}_{column.name}"
                taken.add(name)
                headings.append(name)
        return cls(head, tuple(found.values()), tuple(headings))

    def heads(self) -> list[str]:
        """Give the headings, no two alike."""
        return [name for name, _ in COMMON] + list(self.headings)

    def tags(self) -> list[str]:
        """Give the HXL tag of each column."""
        return [tag for _, tag in COMMON] + [column.tag for column in self.columns]

    def row(self, item: Item) -> list[Cell]:
        """Give the cells of an item; empty where nothing is stated, or nothing may be told."""
        own = {(c.name, c.tag) for c in COLUMNS.get(item.kind, ())}
        cells: list[Cell] = [*_common(self.head, item)]
        for column in self.columns:
            value = item.values.get(column.name) if (column.name, column.tag) in own else None
            cells.append(text_cell(value) if isinstance(value, str) else value)
        return cells


def _common(head: Head, item: Item) -> list[Cell]:
    province = _PROVINCE.fullmatch(item.area or "")
    spot = item.spot
    return [
        text_cell(item.number),
        item.record,
        head.status,
        item.kind,
        item.author,
        time_text(item.issued),
        item.state,
        " ".join(item.replaced_by) or None,
        " ".join(item.withdrawn_by) or None,
        " ".join(item.rivals) or None,
        time_text(item.start),
        time_text(item.end),
        province[1] if province else None,
        text_cell(item.area),
        degrees(spot.lat_e7 if spot else None),
        degrees(spot.lon_e7 if spot else None),
        metres(spot.within_e4m) if spot else None,
        text_cell(item.title),
        item.parts,
    ]


def time_text(at: int | None) -> str | None:
    """Write an instant, RFC 3339 in UTC."""
    return None if at is None else format_instant(Instant(at))
