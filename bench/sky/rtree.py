"""SQLite's R*Tree in four dimensions, and Shapely's exact distance on what it finds."""

import sqlite3
from collections.abc import Sequence

import numpy as np
import shapely

from bench.sky.cases import Case, Floats, Ints
from bench.sky.strtree import Exact, Question

# A column of the tree is a 32-bit float, rounded outwards by SQLite: a superset, as it must be.
TABLE = "CREATE VIRTUAL TABLE v USING rtree(id, x0, x1, y0, y1, z0, z1, t0, t1)"
ADD = "INSERT INTO v VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
FIND = """SELECT id FROM v WHERE x0 <= ? AND x1 >= ? AND y0 <= ? AND y1 >= ?
 AND z0 <= ? AND z1 >= ? AND t0 <= ? AND t1 >= ?"""


def columns(case: Case) -> Floats:
    """Give the rows of the table without their ids: n x 8."""
    b = case.boxes
    found = (b[:, 0], b[:, 2], b[:, 1], b[:, 3], case.z0, case.z1, case.t0, case.t1)
    return np.column_stack(found)


class Rtree:
    """A database in memory; it changes while it answers."""

    name = "SQLite R*Tree 4D + Shapely"

    def build(self, case: Case) -> None:
        """Insert every box, in one transaction."""
        self.exact = Exact(case)
        self.database = sqlite3.connect(":memory:", isolation_level=None)
        self.database.execute(TABLE)
        self.database.execute("BEGIN")
        rows = ((i, *row) for i, row in enumerate(columns(case).tolist()))
        self.database.executemany(ADD, rows)
        self.database.execute("COMMIT")

    def queries(self, asked: Case) -> Sequence[tuple[tuple[float, ...], Question]]:
        """Make every row ready to be asked."""
        made = []
        for q in (Question(asked, row) for row in range(len(asked))):
            west, south, east, north = shapely.bounds(q.box).tolist()
            made.append(((east, west, north, south, q.high, q.low, q.until, q.since), q))
        return made

    def check(self, query: object) -> Ints:
        """Give the ids that conflict."""
        assert isinstance(query, tuple)
        found = self.database.execute(FIND, query[0]).fetchall()
        i = np.fromiter((row[0] for row in found), np.intp, len(found))
        return self.exact.among(i, query[1])

    def stock(self, pool: Case, first: int) -> None:
        """Make rows ready to be inserted, with the ids that follow."""
        e = self.exact
        self.ready = [(first + i, *row) for i, row in enumerate(columns(pool).tolist())]
        shapely.prepare(pool.cores)
        e.cores = np.concatenate((e.cores, pool.cores))
        for name in ("r", "party", "z0", "z1", "t0", "t1"):
            setattr(e, name, np.concatenate((getattr(e, name), getattr(pool, name))))

    def insert(self, row: int) -> None:
        """Add one row of the stock."""
        self.database.execute(ADD, self.ready[row])

    def remove(self, name: int) -> None:
        """Take out the volume with this id."""
        self.database.execute("DELETE FROM v WHERE id = ?", (name,))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
