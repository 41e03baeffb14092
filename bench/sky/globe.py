"""One plan against everything active, exact on WGS84, beside PostGIS in the plane and on the globe.

Where PostGIS ``geography`` and we differ, the tests' oracle decides: geodesics by geographiclib,
with nothing of ours and nothing of PostGIS. Within a metre beyond the limit we state a conflict.
"""

from dataclasses import dataclass

import numpy as np

from bench.sky.cases import POLYGON, QUERIES, QUERY_SEED, Case, theatre
from bench.sky.engines import Latency, Progress, differences
from bench.sky.geography import Geography
from bench.sky.latencies import HEAD, Measured, engine_rows, measured
from bench.sky.ours import memory, touched
from bench.sky.postgis import PostGIS
from bench.sky.run import Run, WrongError, note, sample
from bench.sky.subjects import Explained, Globe
from bench.sky.table import Figure, aligned
from tests.spine.sky.oracle import Shape, gap

PLACES = ((10.0, 45.0), (38.0, 35.0))
NEAR_M = 1.0
# The oracle takes a second for a pair.
SETTLED = 60
# Queries whose conflicts are explained one by one, which takes longer.
EXPLAINED = 200


@dataclass(frozen=True)
class Difference:
    """A pair on which two engines differ, and how far it truly is from the limit, in m."""

    query: int
    name: int
    ours: bool
    beyond_m: float

    @property
    def verdict(self) -> str:
        """Say who is right: a gap up to the limit is a conflict, a metre more may be."""
        if 0 < self.beyond_m <= NEAR_M:
            return "within our metre"
        return "ours" if self.ours == (self.beyond_m <= 0) else "PostGIS"


def shape(case: Case, row: int) -> Shape:
    """Give a row to the oracle."""
    points = tuple(map(tuple, case.P[row, : case.k[row]].tolist()))
    if case.T[row] == POLYGON:
        return Shape(((*points, points[0]),), 0.0, area=True)
    return Shape((points,), float(case.r[row]))


def settled(case: Case, asked: Case, ours: Latency, theirs: Latency) -> list[Difference]:
    """Ask the oracle about every pair that differs, up to a number that it can do."""
    wrong = differences(ours.answers, theirs.answers)
    found = []
    with Progress("oracle", len(wrong)) as progress:
        for done, (query, name) in enumerate(wrong[:SETTLED]):
            apart = gap(shape(asked, query), shape(case, name))
            mine = bool(np.isin(name, ours.answers[query]))
            found.append(Difference(query, name, mine, apart - case.minima.lateral_m))
            progress.at(done)
    return found


def told(run: Run, found: list[Difference], of: int, left: int) -> None:
    """List the differences; one that the oracle gives to PostGIS is an error of ours."""
    run.say(f"  {len(found) + left} of {of:,} verdicts differ from geography; by the oracle:")
    for d in sorted(found, key=lambda d: abs(d.beyond_m)):
        says = "conflict" if d.ours else "clear"
        run.say(
            f"    query {d.query}, id {d.name}: we say {says}; gap is {d.beyond_m:+.2f} m beyond"
            f" the limit: {d.verdict}"
        )
    if left:
        run.say(f"    {left} more were not put to the oracle")
    wrong = [d for d in found if d.verdict == "PostGIS"]
    if wrong:
        raise WrongError(f"the oracle decides against us in {len(wrong)}: {wrong[0]}")


def main(run: Run) -> list[Figure]:
    """Measure the theatre at two places; the goal is about the first."""
    n, queries = run.scale.of(10_000, 2_000), run.scale.of(QUERIES, 150)
    flat, flat_asked = theatre(n), theatre(queries, seed=QUERY_SEED)
    note(f"theatre {n:,}: PostGIS in the plane")
    plane = PostGIS(run.session())
    planar = measured(plane, flat, flat_asked)
    plane.close()
    figures = []
    for longitude, latitude in PLACES:
        place = f"{latitude:g} N {longitude:g} E"
        case, asked = (c.on_globe(longitude, latitude) for c in (flat, flat_asked))
        note(f"theatre {n:,} on WGS84 around {place}")
        run.say(f"  theatre, {n:,} active around {place}, {queries:,} queries")
        found = compared(run, case, asked)
        mine, theirs = found[Globe.name].rest, found[Geography.name].rest
        differ = settled(case, asked, mine, theirs)
        left = len(differences(mine.answers, theirs.answers)) - len(differ)
        told(run, differ, sum(map(len, theirs.answers)), left)
        found[PostGIS.name] = planar
        run.say(aligned(HEAD, engine_rows(found, Globe.name)))
        beside = f"{planar.rest.p50:.0f} / {mine.p50:.1f} us, {n:,} active around {place}"
        figures.append(Figure("globe-p50-postgis", planar.rest.p50 / mine.p50, beside))
    return figures[:1]


def compared(run: Run, case: Case, asked: Case) -> dict[str, Measured]:
    """Measure ours, bare and explained, and ``geography``; the two of ours must agree."""
    ours, explained, geography = Globe(), Explained(), Geography(run.session())
    found = {Globe.name: measured(ours, case, asked)}
    pairs = sum(map(len, found[Globe.name].rest.answers))
    questions = ours.queries(asked)
    open_ = ours.left_open(questions)
    run.say(memory([touched(ours.index, query, ours.entry_bytes) for query in questions]))
    run.say(f"  {pairs:,} conflicts; the kernel left {open_} pairs to the exact comparison")
    ours.close()
    few = asked.rows(sample(EXPLAINED, len(asked)))
    found[Explained.name] = measured(explained, case, few)
    explained.close()
    bare = [found[Globe.name].rest.answers[row] for row in sample(EXPLAINED, len(asked)).tolist()]
    wrong = differences(bare, found[Explained.name].rest.answers)
    if wrong:
        raise WrongError(f"with and without explanation differ: {wrong[0]}")
    found[Geography.name] = measured(geography, case, asked)
    geography.close()
    return found
