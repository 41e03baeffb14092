"""Orders, and what was recorded since: the week before and the week after, counted by author.

Nothing here says that an order was carried out, or that it was the cause of what followed.
"""

from parley.projection.shown import names, time_json
from parley.projection.situation import Situation
from parley.projection.tallies import Tallies
from parley.record.canonical import Json
from parley.record.claims.actors import Counted, Tasked, Visited
from parley.values.instants import FIRST, LAST

WEEK_MS = 7 * 86_400_000


def taskings_view(situation: Situation) -> dict[str, Json]:
    """Write every order, whatever became of its record, with counts and the windows they are of.

    ``before``: the 7 days up to its start. ``after``: the 7 days from it on, cut at the instant of
    the view (then not ``complete``). ``since``: from its start to its end or that instant.
    """
    tallies = Tallies(situation)
    return {
        "unread": situation.unread,
        "taskings": [
            {
                **situation.label(opened),
                "status": situation.register.status(opened),
                "ordered_by": order.ordered_by,
                "to": names(order.to),
                "verb": order.verb,
                "counted": list(order.counted),
                "area": order.area,
                "from": time_json(order.start),
                "until": time_json(order.end),
                "visits": _visits(situation, opened.said.refers("about")),
                **_windows_json(situation, order),
                "counts": [_counts(situation, tallies, order, what) for what in order.counted],
            }
            for opened, order in situation.said.claims(Tasked)
        ],
    }


def _visits(situation: Situation, about: tuple[str, ...]) -> list[Json]:
    """Name the visits in whose course it is said to have been given."""
    found = (situation.said.by_name.get(name) for name in about)
    return [
        situation.label(other)
        for other in found
        if other is not None and any(isinstance(claim, Visited) for claim in other.facts.claims)
    ]


def _windows(situation: Situation, order: Tasked) -> dict[str, tuple[int, int]]:
    """Give the windows, each from its start to before its end, in ms."""
    start, now = order.start, max(order.start, situation.at)
    end = now if order.end is None else min(now, order.end)
    return {
        "before": (max(FIRST, start - WEEK_MS), start),
        "after": (start, min(start + WEEK_MS, now)),
        "since": (start, end),
    }


def _windows_json(situation: Situation, order: Tasked) -> dict[str, Json]:
    return {
        "windows": {
            name: {"from": time_json(start), "until": time_json(end)}
            for name, (start, end) in _windows(situation, order).items()
        },
        "complete": situation.at >= min(LAST, order.start + WEEK_MS),
    }


def _counts(situation: Situation, tallies: Tallies, order: Tasked, what: Counted) -> Json:
    tally = tallies.of(what)
    # an activity states a space, not an area by name: of those all are counted, and that is said
    area = None if what == "activities" else order.area
    counted = {
        name: tally.count(area, start, end)
        for name, (start, end) in _windows(situation, order).items()
    }
    counted["untimed"] = tally.untimed(area)
    authors = sorted({author for by_author in counted.values() for author in by_author})
    return {
        "what": what,
        "area": area,
        "by_author": [
            {"author": author, **{name: each.get(author, 0) for name, each in counted.items()}}
            for author in authors
        ],
    }
