"""What an officer typed from a notice against what the notice says; each difference, both values.

Tolerances: a place within 1 km or the notice's own precision, whichever is larger; a shape by one
of its points (the centre of a circle, an end of a corridor or way, a corner of an area) within
1 km, however large it is; both ends of the window within one minute; a level of the same reference
within 100 ft.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parley.projection.shown import level_json, place_json, window_json
from parley.record.canonical import Json
from parley.record.kind import ReadBack, Subject
from parley.sky.ranges import range_m
from parley.values.instants import Instant, Interval
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, Altitude
from parley.values.places import Place

PLACE_M = 1_000
WINDOW_MS = 60_000
LEVEL_E4M = 100 * E4M_PER_FOOT

What = Literal["place", "window", "lower", "upper"]
Result = Literal["same", "differs", "not read back", "not in the notice"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing compared; ``expected`` and ``read`` as views write them, null where not stated."""

    what: What
    result: Result
    expected: Json
    read: Json
    off_m: int | None = None

    def to_json(self) -> Json:
        """Write the item."""
        value: dict[str, Json] = {
            "what": self.what,
            "result": self.result,
            "expected": self.expected,
            "read": self.read,
        }
        if self.off_m is not None:
            value["off_m"] = self.off_m
        return value


@dataclass(frozen=True, slots=True)
class Comparison:
    """A read-back compared. ``asked``: the charter asks for one; then what is missing counts."""

    items: tuple[Item, ...]
    asked: bool

    @property
    def result(self) -> Literal["matches", "differs", "missing", "none"]:
        """Give the outcome; ``none``: nothing was read back and nothing was asked for."""
        results = {item.result for item in self.items}
        if results & {"differs", "not in the notice"}:
            return "differs"
        if self.asked and "not read back" in results:
            return "missing"
        return "matches" if "same" in results else "none"

    def to_json(self) -> Json:
        """Write the comparison."""
        items: list[Json] = [item.to_json() for item in self.items]
        return {"asked": self.asked, "result": self.result, "items": items}


def compare_read_back(
    subjects: Sequence[Subject], read: ReadBack | None, *, asked: bool
) -> Comparison:
    """Compare a read-back with what a notice is about.

    Of several subjects, and of all of them taken together, the one that fits best is compared.
    """
    told = read or ReadBack()
    stated = [s for s in subjects if s.manner != "mentioned"] or list(subjects)
    candidates = [*stated, *_together(stated)] or [Subject("mentioned")]
    compared = [_items(subject, told) for subject in candidates]
    return Comparison(min(compared, key=_faults), asked)


def _faults(items: Sequence[Item]) -> tuple[int, int]:
    results = [item.result for item in items]
    same = results.count("same")
    return len(results) - same - results.count("not read back"), -same


def _together(subjects: Sequence[Subject]) -> list[Subject]:
    if len(subjects) < 2:
        return []
    windows = [s.during for s in subjects if s.during is not None]
    during = None
    if windows:
        ends = [w.end for w in windows]
        last = None if None in ends else Instant(max(e for e in ends if e is not None))
        during = Interval(min(w.start for w in windows), last)
    lowest = [s.lower for s in subjects if s.lower is not None]
    highest = [s.upper for s in subjects if s.upper is not None]
    lower = min(lowest, key=lambda a: a.e4m) if len(lowest) == len(subjects) else None
    upper = max(highest, key=lambda a: a.e4m) if len(highest) == len(subjects) else None
    points = tuple(point for s in subjects for point in s.points)
    return [Subject(subjects[0].manner, subjects[0].place, during, lower, upper, points=points)]


def _items(subject: Subject, read: ReadBack) -> tuple[Item, ...]:
    found = (
        _place(subject, read.place),
        _window(subject.during, read.during),
        _level("lower", subject.lower, read.lower),
        _level("upper", subject.upper, read.upper),
    )
    return tuple(item for item in found if item is not None)


def _absent(what: What, expected: Json, read: Json) -> Item | None:
    if expected is None:
        return None if read is None else Item(what, "not in the notice", None, read)
    return Item(what, "not read back", expected, None)


def _place(subject: Subject, read: Place | None) -> Item | None:
    expected = subject.place
    if read is not None and subject.points:
        expected = _nearest(subject, read)
    if expected is None or read is None:
        return _absent("place", place_json(expected), place_json(read))
    off = range_m(expected.position, read.position)
    within = max(PLACE_M * E4M_PER_METRE, expected.precision_e4m)
    result: Result = "same" if off * E4M_PER_METRE <= within else "differs"
    return Item("place", result, place_json(expected), place_json(read), off)


def _nearest(subject: Subject, read: Place) -> Place:
    """Give the point of a shape that was read back: the one nearest to what was typed."""
    point = min(subject.points, key=lambda p: (range_m(p, read.position), p.lat_e7, p.lon_e7))
    stated = "a point of the plan" if subject.place is None else subject.place.stated
    return Place(point.lat_e7, point.lon_e7, 0, stated)


def _window(expected: Interval | None, read: Interval | None) -> Item | None:
    shown = window_json(expected), window_json(read)
    if expected is None or read is None:
        return _absent("window", *shown)
    same = abs(expected.start - read.start) <= WINDOW_MS and _near(expected.end, read.end)
    return Item("window", "same" if same else "differs", *shown)


def _near(expected: Instant | None, read: Instant | None) -> bool:
    if expected is None or read is None:
        return expected is read
    return abs(expected - read) <= WINDOW_MS


def _level(what: What, expected: Altitude | None, read: Altitude | None) -> Item | None:
    shown = level_json(expected), level_json(read)
    if expected is None or read is None:
        return _absent(what, *shown)
    same = expected.reference == read.reference and abs(expected.e4m - read.e4m) <= LEVEL_E4M
    return Item(what, "same" if same else "differs", *shown)
