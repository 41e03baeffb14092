"""Published totals as they stand: whether each closes, what it was before, what came later."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from parley.projection.fold import Opened
from parley.projection.register import WordStatus
from parley.projection.shown import names, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.totals import Published


@dataclass(frozen=True, slots=True)
class Toll:
    """A published total, what became of its record, and the issuer's later ones of one period.

    ``corrected_by``: the record of the next total that the same issuer published later of the same
    thing, area and period. ``next``: that of the next period's, and by how much that differs. Both
    are records of the same author: what another says was published corrects nothing.
    """

    opened: Opened
    claim: Published
    word: WordStatus
    corrected_by: str | None = None
    next: str | None = None
    change: int | None = None

    @property
    def holds(self) -> bool:
        """Tell whether it is a latest word of its author."""
        return self.word not in ("replaced", "withdrawn")


def tolls_of(situation: Situation) -> tuple[Toll, ...]:
    """Give every published total in the order of publication; the earlier record first of equals.

    A total keeps its date and its issuer: a later one is set beside it, never in its place.
    """
    pairs = sorted(
        situation.said.claims(Published), key=lambda p: (p[1].published, p[0].origin, p[0].index)
    )
    words = {opened.name: situation.register.status(opened) for opened, _ in pairs}
    later = _later([pair for pair in pairs if words[pair[0].name] not in ("replaced", "withdrawn")])
    return tuple(
        Toll(opened, claim, words[opened.name], *later.get(opened.name, (None, None, None)))
        for opened, claim in pairs
    )


def _later(
    pairs: list[tuple[Opened, Published]],
) -> dict[str, tuple[str | None, str | None, int | None]]:
    """Give, by record, the correction of it, and the next period's with the difference."""
    series: dict[tuple[str | None, ...], list[tuple[Opened, Published]]] = defaultdict(list)
    for opened, claim in pairs:
        what = (opened.party, claim.counted, claim.counted_by, claim.issued_by, claim.area)
        series[what].append((opened, claim))
    found: dict[str, tuple[str | None, str | None, int | None]] = {}
    for said in series.values():
        periods: dict[tuple[int, int], list[tuple[Opened, Published]]] = defaultdict(list)
        for opened, claim in said:
            since = -1 if claim.since is None else claim.since
            periods[claim.until, since].append((opened, claim))
        ends = sorted(periods)
        for here, there in zip(ends, [*ends[1:], None], strict=True):
            of_period = periods[here]
            following = periods[there][-1] if there is not None and there[0] > here[0] else None
            for opened, claim in of_period:
                later = bisect_right(of_period, claim.published, key=lambda p: p[1].published)
                corrected = of_period[later][0].name if later < len(of_period) else None
                change = following[1].total - claim.total if following else None
                found[opened.name] = (corrected, following[0].name if following else None, change)
    return found


def tolls_view(situation: Situation, tolls: tuple[Toll, ...]) -> dict[str, Json]:
    """Write every published total with its parts, its date and its issuer."""
    return {
        "unread": situation.unread,
        "tolls": [toll_json(situation, toll) for toll in tolls],
    }


def toll_json(situation: Situation, toll: Toll) -> dict[str, Json]:
    """Write a published total with its parts and what became of it."""
    claim, register = toll.claim, situation.register
    return {
        **situation.label(toll.opened),
        "status": toll.word,
        "counted": claim.counted,
        "counted_by": claim.counted_by,
        "issued_by": claim.issued_by,
        "published": time_json(claim.published),
        "from": time_json(claim.since),
        "to": time_json(claim.until),
        "area": claim.area,
        "source": claim.source,
        "total": claim.total,
        "parts": [{"label": p.label, "area": p.area, "number": p.number} for p in claim.parts],
        "parts_complete": claim.complete,
        "listed": claim.listed,
        "split": claim.split,
        "off": claim.listed - claim.total if claim.split == "does_not_close" else 0,
        "lead_total": claim.lead_total,
        "lead_differs": claim.lead_total is not None and claim.lead_total != claim.total,
        "confirmed": claim.confirmed,
        "replaced_by": names(register.replaced_by(toll.opened)),
        "corrected_by": toll.corrected_by,
        "next": toll.next,
        "change": toll.change,
    }
