"""Rules on published totals: sums that do not close, and headlines that say something else.

Numbers R are explained in docs/rules.md. Neither says which figure is right.
"""

from collections.abc import Iterator

from parley.projection.advisories import Advisory, advisory, listed, quoted
from parley.projection.recorded import HARMS, Recorded, Sum
from parley.projection.scene import Scene
from parley.projection.tolls import Toll
from parley.record.claims.totals import Published
from parley.values.instants import day_of

MOST_LOOKED_AT = 500_000
"""So many records of people are looked at for all totals together."""


def unclosed(scene: Scene) -> Iterator[Advisory]:
    """W23 (R7): a published total is not the sum of its parts, or unlike its counter's records.

    A total is set beside the records of the party that counted, where it has any of that sort in
    the period. Of running totals of people, the newest is: each repeats the one before. Where so
    many periods overlap that it would take too long, that is said of the rest.
    """
    newest = _newest(scene.tolls)
    left, last = MOST_LOOKED_AT, False
    for toll in scene.tolls:
        if not toll.holds or toll.corrected_by is not None:
            continue
        why = [*_within(toll.claim)]
        if toll.claim.counted not in HARMS or toll.opened.name in newest:
            left -= _work(scene.recorded, toll.claim)
            if left >= 0:
                why += _against_records(scene.recorded, toll.claim)
            elif not last:
                last = True
                why.append(
                    "it, and all published after it, are not set beside the records of people:"
                    " too many periods overlap"
                )
        if why:
            yield _finding(scene, "W23", toll, f"{'; '.join(why)}.")


def lead_differs(scene: Scene) -> Iterator[Advisory]:
    """W24 (R8): the lead of a published text gives another figure than its body."""
    for toll in scene.tolls:
        claim = toll.claim
        if not toll.holds or toll.corrected_by is not None:
            continue
        if claim.lead_total is not None and claim.lead_total != claim.total:
            said = f"the lead says {_number(claim, claim.lead_total)}"
            yield _finding(scene, "W24", toll, f"{said}, the body {_number(claim, claim.total)}.")


def _finding(scene: Scene, rule: str, toll: Toll, why: str) -> Advisory:
    claim = toll.claim
    number = scene.situation.number(toll.opened.name)
    day = day_of(claim.published, scene.casualties.zone)
    return advisory(
        rule,
        "information",
        (toll.opened,),
        (toll.opened.party,),
        f"{number}, a total of {claim.counted} counted by {claim.counted_by} and published by"
        f" {claim.issued_by} on {day}: {why}",
        f"A correction published by {claim.issued_by}; or a replacement of {number} by"
        f" {toll.opened.party} if the figures were misread; or the records that are missing.",
    )


def _within(claim: Published) -> Iterator[str]:
    if claim.split == "does_not_close":
        parts = " + ".join(str(part.number) for part in claim.parts[:12])
        more = " + ..." if len(claim.parts) > 12 else ""
        yield f"its parts {parts}{more} add up to {claim.listed}, it says {claim.total}"
    if claim.confirmed is not None and claim.confirmed > claim.total:
        yield f"{claim.issued_by} confirms {claim.confirmed} of {claim.total}"


def _against_records(recorded: Recorded, claim: Published) -> Iterator[str]:
    by = claim.counted_by
    period = (claim.since, claim.until)
    whole = recorded.sum(claim.counted, by, claim.area, *period)
    if whole is None:
        return
    if not whole.allows(claim.total):
        yield f"it says {claim.total}, the records of {by} here add up to {_bounds(whole)}"
    unlike = []
    for part in claim.parts:
        if part.area is not None:
            there = recorded.sum(claim.counted, by, part.area, *period)
            if there is not None and not there.allows(part.number):
                unlike.append(f"{quoted(part.label)} {part.number}, not {_bounds(there)}")
    if unlike:
        yield f"unlike the records of {by}: {listed(unlike)}"


def _work(recorded: Recorded, claim: Published) -> int:
    areas = {part.area for part in claim.parts if part.area is not None}
    return sum(
        recorded.work(claim.counted, claim.counted_by, area, claim.since, claim.until)
        for area in (claim.area, *areas)
    )


def _newest(tolls: tuple[Toll, ...]) -> frozenset[str]:
    """Name the last of each author's totals that begin alike and run ever longer."""
    last: dict[tuple[object, ...], tuple[int, str]] = {}
    for toll in tolls:
        claim = toll.claim
        if toll.holds:
            what = (claim.counted, claim.counted_by, claim.issued_by, claim.area, claim.since)
            series = (toll.opened.party, *what)
            if series not in last or claim.until >= last[series][0]:
                last[series] = (claim.until, toll.opened.name)
    return frozenset(name for _, name in last.values())


def _bounds(found: Sum) -> str:
    if found.most is None:
        return f"at least {found.least}"
    return str(found.least) if found.least == found.most else f"{found.least} to {found.most}"


def _number(claim: Published, number: int) -> str:
    return f"{number} kg" if claim.counted == "tonnes" else str(number)
