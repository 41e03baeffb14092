"""What may leave a channel for everybody: kinds its charter names, late, coarse, without words.

(1) Only kinds that the charter lists as public. (2) Nothing that was issued, begins or ends less
than the delay ago. (3) A place is told by its cell of a fixed grid, a shape by a box of cells, a
province by its code. (4) No words: titles, descriptions, names of areas may hold names of people
and places. Of actors, the members of the channel. (5) Of a record that was withdrawn, only that it
was: who takes back a place, or leave to tell of it, is heeded at once. (6) Not how much a side
logs: no sizes, and no short numbers, which hold the place of a record in its log.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from parley.desk.exporting.columns import COLUMNS, Column
from parley.desk.exporting.grid import Grid, middle
from parley.desk.exporting.item import Alert, Box, Item, Spot, Value
from parley.errors import NothingPublic
from parley.record.terms import Terms
from parley.sky.extent import cap_of
from parley.values.instants import Instant, parse_instant

# OCHA COD-AB: two letters of the country, two digits of the province, then those of smaller areas.
_P_CODE = re.compile(r"([A-Z]{2}[0-9]{2})(?:[0-9]{2}){0,2}")
# A cell wider than this is coarser than many a province; then not even that is told.
_WIDEST_E4M = 500_000_000
_DIGITS = 13  # of a record's name, as where no short number is known


@dataclass(frozen=True, slots=True)
class Publication:
    """The policy that a public export follows: which kinds, how late, how coarse, which names."""

    kinds: tuple[str, ...]
    delay_ms: int
    blur_e4m: int
    members: frozenset[str]
    at: Instant

    @classmethod
    def of(
        cls, charters: Iterable[Terms | None], at: Instant, kinds: tuple[str, ...]
    ) -> "Publication":
        """Take the strictest of several charters; refuse what one of them does not publish.

        ``kinds`` empty: all that they publish.
        """
        terms = [each for each in charters if each is not None]
        allowed = [set(each.public) for each in terms]
        public = set.intersection(*allowed) if allowed else set()
        refused = [kind for kind in kinds if kind not in public]
        if not public or refused:
            what = f"publishes no {refused[0]}" if public else "publishes nothing"
            hint = (
                f"it publishes {', '.join(sorted(public))}"
                if public
                else "it lists none as `public`"
            )
            raise NothingPublic(f"the charter {what}", where="public", hint=hint)
        return cls(
            tuple(kinds or sorted(public)),
            max(each.public_delay_ms for each in terms),
            max(each.public_blur_e4m for each in terms),
            frozenset(member.name for each in terms for member in each.members),
            at,
        )

    @property
    def latest(self) -> int:
        """The latest instant that may be told of, ms UTC."""
        return self.at - self.delay_ms

    def apply(self, items: Iterable[Item]) -> Iterator[Item]:
        """Give what may be told of each item; what is too young is left out."""
        grid = Grid(self.blur_e4m)
        for item in items:
            if not self.too_young(item):
                yield self._coarse(item, grid)

    def too_young(self, item: Item) -> bool:
        """Tell whether it was issued, begins or ends less than the delay ago."""
        times = (item.issued, item.start, item.end)
        return any(at is not None and at > self.latest for at in times)

    def _coarse(self, item: Item, grid: Grid) -> Item:
        bare = replace(
            item,
            number=item.record[:_DIGITS],
            title=None,
            replaced_by=(),
            withdrawn_by=(),
            rivals=(),
            refs=(),
            area=None,
            spot=None,
            volumes=(),
            trajectories=(),
            hulls=(),
            plan=None,
            alert=None
            if item.alert is None
            else Alert(item.alert.asks, urgency=item.alert.urgency),
            values={},
            parts=0,
        )
        if item.state == "withdrawn":
            return replace(bare, start=None, end=None, alert=None)
        return replace(
            bare,
            area=self._province(item.area),
            spot=_cell(item.spot, grid),
            boxes=_boxes(item, grid),
            values=self._values(item),
        )

    def _province(self, area: str | None) -> str | None:
        code = _P_CODE.fullmatch(area or "")
        return code[1] if code and self.blur_e4m <= _WIDEST_E4M else None

    def _values(self, item: Item) -> Mapping[str, Value]:
        columns = [c for c in COLUMNS.get(item.kind, ()) if c.public]
        return {c.name: self._value(c, item.values.get(c.name)) for c in columns}

    def _value(self, column: Column, value: Value) -> Value:
        if value is None or isinstance(value, int):
            return value
        if column.sort == "time":
            return value if parse_instant(value) <= self.latest else None
        if column.sort == "actors":
            return " ".join(name for name in value.split() if name in self.members) or None
        return value


def _cell(spot: Spot | None, grid: Grid) -> Spot | None:
    if spot is None:
        return None
    return middle(grid.cell(spot.lat_e7, spot.lon_e7), spot.within_e4m)


def _boxes(item: Item, grid: Grid) -> tuple[Box, ...]:
    caps = [cap_of(volume) for volume in item.volumes]
    caps += [cap_of(way) for way in item.trajectories]
    spots = [Spot(cap.middle.lat_e7, cap.middle.lon_e7, cap.radius_e4m) for cap in caps]
    return tuple(dict.fromkeys(grid.around(spot) for spot in spots))
