"""PostgreSQL with PostGIS: one GiST over envelope, time and height, then the exact distance.

Footprints are cores with a radius, so that both sides compare the same thing: ``ST_DWithin`` of
the cores by the sum of the radii and the minimum, in the plane.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from bench.sky.brute import Pairs
from bench.sky.cases import Case, Ints
from bench.sky.engines import Churn, Latency
from bench.sky.libpq import Bound, Connection, bound
from bench.sky.postgres import cpu_s

COLUMNS = """id int4, party int2, r float8, core geometry, env geometry,
 t tstzrange, z numrange"""
# Rows come in as plain numbers; the server makes its own ranges and envelopes of them.
RAW = """id int4, party int2, r float8, core geometry, t0 float8, t1 float8,
 z0 float8, z1 float8, grow float8, since float8, above float8"""
SETTLED = """SELECT id, party, r + grow, core, ST_Expand(core, r + grow),
 tstzrange(to_timestamp(t0 - since), to_timestamp(t1 + since), '[]'),
 numrange((z0 - above)::numeric, (z1 + above)::numeric, '[]') FROM raw"""
MEETS = """v.env && {env} AND v.t && {t} AND v.z && {z} AND v.party <> {party}
 AND ST_DWithin(v.core, {core}, v.r + {reach})"""
CHECK = "SELECT array_agg(v.id) FROM v WHERE " + MEETS.format(
    env="$1::geometry",
    t="$2::tstzrange",
    z="$3::numrange",
    party="$4::int2",
    core="$5::geometry",
    reach="$6::float8",
)
LOOP = f"""
CREATE OR REPLACE FUNCTION timed(repeats int4, churn int4, begins int4)
 RETURNS TABLE (asked int4, micros float8, ids int4[]) LANGUAGE plpgsql AS $$
DECLARE q asked; began timestamptz; took float8; turn int4 := 0;
BEGIN
 FOR q IN SELECT a.* FROM asked a ORDER BY a.id LOOP
  micros := 'infinity';
  FOR i IN 1..repeats LOOP
   FOR n IN turn * churn .. (turn + 1) * churn - 1 LOOP
    INSERT INTO v SELECT s.* FROM stock s WHERE s.id = begins + n;
    DELETE FROM v WHERE id = (SELECT g.id FROM going g WHERE g.turn = n);
   END LOOP;
   turn := turn + 1;
   began := clock_timestamp();
   SELECT array_agg(v.id) INTO ids FROM v WHERE
    {MEETS.format(env="q.env", t="q.t", z="q.z", party="q.party", core="q.core", reach="q.r")};
   took := extract(epoch FROM clock_timestamp() - began) * 1e6;
   micros := least(micros, took);
  END LOOP;
  asked := q.id;
  RETURN NEXT;
 END LOOP;
END $$"""
PAIRS = f"""SELECT a.id, v.id FROM asked a, v WHERE v.id > a.id AND
 {MEETS.format(env="a.env", t="a.t", z="a.z", party="a.party", core="a.core", reach="a.r")}"""
Grow = tuple[float, float, float]
EPOCH = np.datetime64("1970-01-01T00:00:00", "ms")
BLOCK = 20_000
# One dimension: its count, flags, type, length and first index; then a length before each value.
HEADER, ENTRY = 20, np.dtype([("length", ">i4"), ("value", ">i4")])


class PostGIS:
    """One session on a cluster of ours; it changes while it answers."""

    name = "PostGIS GiST, over a socket"
    name_inside = "PostGIS GiST, in one server-side loop"
    columns, settled, check_sql = COLUMNS, SETTLED, CHECK

    def __init__(self, session: Connection) -> None:
        self.session = session
        session.run("SET client_min_messages = warning")
        session.run("CREATE EXTENSION IF NOT EXISTS postgis")
        session.run("CREATE EXTENSION IF NOT EXISTS btree_gist")
        session.run("SET plan_cache_mode = force_generic_plan")
        session.run("SET enable_seqscan = off")
        self.pid = int(session.run("SELECT pg_backend_pid()")[0][0])

    def build(self, case: Case) -> None:
        """Copy the volumes in and index them."""
        self.table("v", case)
        self.session.run("CREATE INDEX v_all ON v USING gist (env, t, z)")
        self.session.run("CREATE UNIQUE INDEX v_id ON v (id)")
        self.session.run("ANALYZE v")
        self.session.prepare("check", self.check_sql)
        self.session.prepare("add", f"INSERT INTO v VALUES ({PARAMETERS})")
        self.session.prepare("drop", "DELETE FROM v WHERE id = $1::int4")

    def table(self, name: str, case: Case, grow: Grow = (0.0, 0.0, 0.0)) -> None:
        """Make a table of volumes grown by (m, ft, s); their radius grows by as many metres."""
        session = self.session
        session.run(f"DROP TABLE IF EXISTS {name}, raw CASCADE")
        session.run(f"CREATE UNLOGGED TABLE raw ({RAW})")
        session.copy("COPY raw FROM STDIN", copied(case, grow))
        session.run(f"CREATE UNLOGGED TABLE {name} ({self.columns})")
        session.run(f"INSERT INTO {name} {self.settled}")
        session.run("DROP TABLE raw")

    def queries(self, asked: Case) -> Sequence[Bound]:
        """Make every row ready to be asked: geometries as binary, ranges as text."""
        m = asked.minima
        return [
            bound((r.env, r.t, r.z, r.party, r.core, r.r))
            for r in rows(asked, m.lateral_m, m.time_s, m.vertical_ft)
        ]

    def check(self, query: object) -> Ints:
        """Give the ids that conflict."""
        assert isinstance(query, Bound)
        return numbers(self.session.value(b"check", query))

    def stock(self, pool: Case, first: int) -> None:
        """Make rows ready to be inserted, with the ids that follow."""
        found = rows(pool, 0.0, 0.0, 0.0)
        self.ready = [
            bound((struct.pack(">i", first + i), r.party, r.r, r.core, r.env, r.t, r.z))
            for i, r in enumerate(found)
        ]

    def insert(self, row: int) -> None:
        """Add one row of the stock."""
        self.session.value(b"add", self.ready[row])

    def remove(self, name: int) -> None:
        """Take out the volume with this id."""
        self.session.value(b"drop", bound((struct.pack(">i", name),)))

    def go_inside(self, churn: Churn, first: int) -> None:
        """Put the updates into the server too: what comes, and what goes at which turn."""
        session = self.session
        self.table("stock", churn.pool)
        session.run(f"UPDATE stock SET id = id + {first}")
        session.run("CREATE UNIQUE INDEX stock_id ON stock (id)")
        session.run("DROP TABLE IF EXISTS going")
        session.run("CREATE UNLOGGED TABLE going (turn int4 PRIMARY KEY, id int4)")
        turns = enumerate(churn.removed.tolist())
        session.copy("COPY going FROM STDIN", (f"{n}\t{name}\n".encode() for n, name in turns))
        session.run("ANALYZE stock, going")

    def ask_inside(self, asked: Case) -> None:
        """Put the queries into the server, for ``inside`` and ``pairs``."""
        m = asked.minima
        grow = (m.lateral_m, m.vertical_ft, m.time_s)
        self.table("asked", asked, grow)
        self.session.run("CREATE UNIQUE INDEX asked_id ON asked (id)")
        self.session.run("ANALYZE asked")

    def inside(self, repeats: int, *, churn: int = 0, first: int = 0) -> Latency:
        """Ask every query in one loop of the server; what it changes meanwhile is undone."""
        self.session.run(LOOP)
        self.session.run("BEGIN")
        found = self.session.run(f"SELECT micros, ids FROM timed({repeats}, {churn}, {first})")
        self.session.run("ROLLBACK")
        self.session.run("VACUUM v")
        answers = [np.sort(np.fromstring(ids.strip("{}"), np.int64, sep=",")) for _, ids in found]
        return Latency(self.name_inside, np.array([float(us) for us, _ in found]), answers)

    def pairs(self) -> Pairs:
        """Give every pair (i, j), i < j, that conflicts; ``asked`` holds the case itself."""
        sql = f"SELECT string_agg(p.a || ',' || p.b, ',') FROM ({PAIRS}) p (a, b)"
        found = self.session.run(sql)[0][0]
        return np.fromstring(found, np.int64, sep=",").reshape(-1, 2)

    def cpu_s(self) -> float:
        """Give the CPU time that the server's side of the session took so far, in s."""
        return cpu_s(self.pid)

    def close(self) -> None:
        """End the session."""
        self.session.close()


PARAMETERS = (
    "$1::int4, $2::int2, $3::float8, $4::geometry, $5::geometry, $6::tstzrange, $7::numrange"
)


@dataclass(frozen=True)
class Row:
    """Parameters of one volume: numbers and geometries as binary, ranges as text."""

    party: bytes
    r: bytes
    core: bytes
    env: bytes
    t: str
    z: str


def rows(case: Case, lateral: float, time: float, vertical: float) -> list[Row]:
    """Give the parameters of every volume, grown by the minima."""
    cores = shapely.to_wkb(case.cores)
    west, south, east, north = case.boxes.T
    boxes = shapely.box(west - lateral, south - lateral, east + lateral, north + lateral)
    since = EPOCH + np.round((case.t0 - time) * 1e3).astype("timedelta64[ms]")
    until = EPOCH + np.round((case.t1 + time) * 1e3).astype("timedelta64[ms]")
    return [
        Row(
            struct.pack(">h", party),
            struct.pack(">d", r + lateral),
            core,
            env,
            f"[{a}Z,{b}Z]",
            f"[{low:g},{high:g}]",
        )
        for party, r, core, env, a, b, low, high in zip(
            case.party.tolist(),
            case.r.tolist(),
            cores,
            shapely.to_wkb(boxes),
            since,
            until,
            (case.z0 - vertical).tolist(),
            (case.z1 + vertical).tolist(),
            strict=True,
        )
    ]


def copied(case: Case, grow: Grow) -> Iterator[bytes]:
    """Yield the rows of a case in the text form of COPY, by blocks."""
    lateral, vertical, time = grow
    tail = f"{lateral}\t{time}\t{vertical}\n"
    columns = (case.party, case.r, case.t0, case.t1, case.z0, case.z1)
    for start in range(0, len(case), BLOCK):
        part = slice(start, start + BLOCK)
        cores = shapely.to_wkb(case.cores[part], hex=True)
        lists = [c[part].tolist() for c in columns]
        lines = (
            f"{i}\t{p}\t{r!r}\t{core}\t{t0}\t{t1}\t{z0}\t{z1}\t{tail}"
            for i, (core, p, r, t0, t1, z0, z1) in enumerate(zip(cores, *lists, strict=True), start)
        )
        yield "".join(lines).encode()


def numbers(value: bytes | None) -> Ints:
    """Read an array of int4 in its binary form."""
    if value is None:
        return np.empty(0, np.int64)
    return np.frombuffer(value, ENTRY, offset=HEADER)["value"].astype(np.int64)
