"""Our engine exact on WGS84, as a program would use it: subjects with stated volumes."""

from collections.abc import Sequence

import numpy as np

from bench.sky.cases import CIRCLE, POLYGON, Case, Ints, Minima
from bench.sky.ours import RECORD_BYTES, packed
from parley.sky import Limits, Sky, Subject, compare, subject_of
from parley.sky.kernel.entries import HIT, Entries
from parley.sky.layout import Parties, lay_out
from parley.values.lengths import Altitude
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon, Shape, Volume4D

DAY_MS = 1_466_035_200_000
FOOT_E4M = 3048


def limits(m: Minima) -> Limits:
    """State the minima in 0.1 mm and ms."""
    return Limits(round(m.lateral_m * 1e4), round(m.vertical_ft * FOOT_E4M), round(m.time_s * 1e3))


def volume(case: Case, row: int) -> Volume4D:
    """State one row of a case whose vertices are degrees."""
    places = [
        Position.of_degrees(latitude, longitude)
        for longitude, latitude in case.P[row, : case.k[row]].tolist()
    ]
    radius = round(float(case.r[row]) * 1e4)
    shape: Shape
    if case.T[row] == POLYGON:
        shape = Polygon(((*places, places[0]),))
    elif case.T[row] == CIRCLE:
        shape = Circle(places[0], radius)
    else:
        shape = Corridor(tuple(places), radius)
    low, high = (
        Altitude(round(float(feet) * FOOT_E4M), "FT", "AMSL")
        for feet in (case.z0[row], case.z1[row])
    )
    since, until = (DAY_MS + round(float(t) * 1000) for t in (case.t0[row], case.t1[row]))
    return Volume4D(shape, since, until, low, high)


def subjects(case: Case, first: int = 0) -> list[Subject]:
    """Prepare every row of a case on the globe; names count from ``first``."""
    minima = limits(case.minima)
    parties = case.party.tolist()
    return [
        subject_of(
            f"{first + row:064x}",
            f"party{parties[row]}",
            "activity",
            [volume(case, row)],
            minima,
        )
        for row in range(len(case))
    ]


class Globe:
    """The kernel's index on the globe; what it leaves open, the exact comparison decides."""

    name = "ours, exact on WGS84"

    def build(self, case: Case) -> None:
        """Prepare the volumes, lay them out and load them; owners are the rows."""
        self.parties = Parties()
        self.subjects = subjects(case)
        laid = lay_out(self.subjects, self.parties)
        self.index = packed(laid.entries)
        self.entry_bytes = RECORD_BYTES + laid.entries.block.nbytes / len(laid.entries)
        self.asked: list[Subject] = []

    def queries(self, asked: Case) -> Sequence[tuple[Entries, int]]:
        """Lay out every row as a subject of its own."""
        first = len(self.subjects)
        self.asked = subjects(asked, first)
        owners = range(first, first + len(asked))
        laid = lay_out(self.asked, self.parties, owners=owners)
        return [(laid.entries, row) for row in range(len(asked))]

    def check(self, query: object) -> Ints:
        """Give the ids that conflict."""
        assert isinstance(query, tuple)
        found = self.index.check(query[0], query[1], 1)
        names: Ints = found["owner"]
        if not self.index.undecided:
            return names
        sure = found["verdict"] == HIT
        mine = self.asked[query[1]]
        settled = [compare(mine, self.subjects[name]) is not None for name in names[~sure].tolist()]
        sure[~sure] = settled
        kept: Ints = names[sure]
        return kept

    def left_open(self, asked: Sequence[tuple[Entries, int]]) -> int:
        """Count the pairs that the kernel leaves to the exact comparison."""
        return int((self.index.check(asked[0][0])["verdict"] != HIT).sum())

    def close(self) -> None:
        """Let go of the index."""
        del self.index


class Explained:
    """All subjects in a ``Sky``: every conflict with its place, time and gaps."""

    name = "ours, every conflict explained"

    def build(self, case: Case) -> None:
        """Prepare the volumes and lay them out."""
        self.sky = Sky(subjects(case))
        self.count = len(case)

    def queries(self, asked: Case) -> Sequence[Subject]:
        """Prepare every row as a subject of its own."""
        return subjects(asked, self.count)

    def check(self, query: object) -> Ints:
        """Give the ids that conflict."""
        assert isinstance(query, Subject)
        found = self.sky.against(query)
        return np.array([int(e.a, 16) for e in found], np.int64)

    def close(self) -> None:
        """Let go of the index."""
        del self.sky
