"""When to look again between two entries: at every instant that a view or a record names.

A deadline that passes in silence falls between entries. Whatever rule looks at it, its instant
stands in a view (as due) or in the record that set it.
"""

import re
from collections.abc import Iterable, Iterator

from parley.errors import ParleyError
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.values.instants import FIRST, Instant, parse_instant

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
# Times along a way change nothing in between: the whole of it was compared when it was announced.
_PASSED_OVER = ("trajectory", "trajectories")
_LEAST = 100_000_000_000  # ms: in 1973; no length, count or degree of a record is as great


def moments(
    views: Iterable[Json], records: Iterable[Opened], after: Instant, until: Instant
) -> list[Instant]:
    """Give the instants named that lie after one instant and not after another, in order."""
    found = {at for view in views for at in _of_view(view)}
    for opened in records:
        if opened.unread is None and opened.record is not None:
            found.update(_of_body(dict(opened.record.body)))
    return sorted(Instant(at) for at in found if after < at <= until)


def _of_view(value: Json) -> Iterator[int]:
    if isinstance(value, str):
        if _TIME.fullmatch(value):
            try:
                yield parse_instant(value)
            except ParleyError:  # words of somebody that only look like a time
                return
    elif isinstance(value, dict):
        for item in value.values():
            yield from _of_view(item)
    elif isinstance(value, list):
        for item in value:
            yield from _of_view(item)


def _of_body(value: Json) -> Iterator[int]:
    if isinstance(value, int) and not isinstance(value, bool):
        if value >= max(_LEAST, FIRST):
            yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _PASSED_OVER:
                yield from _of_body(item)
    elif isinstance(value, list):
        for item in value:
            yield from _of_body(item)
