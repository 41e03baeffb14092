"""PostGIS ``geography`` on WGS84: the same schema, the index on geocentric boxes.

``ST_DWithin`` on the spheroid looks for the nearest places on a sphere and measures between them
on the ellipsoid, so that its distance may be too long by tens of metres.
"""

from collections.abc import Sequence

from bench.sky.cases import Case
from bench.sky.libpq import Bound, bound
from bench.sky.postgis import COLUMNS, MEETS, SETTLED, PostGIS, rows


class Geography(PostGIS):
    """Vertices are degrees; radii stay metres."""

    name = "PostGIS geography, over a socket"
    columns = COLUMNS.replace("geometry", "geography")
    settled = SETTLED.replace(
        "core, ST_Expand(core, r + grow)",
        "geography(ST_SetSRID(core, 4326)), "
        "_ST_Expand(geography(ST_SetSRID(core, 4326)), r + grow)",
    )
    check_sql = "SELECT array_agg(v.id) FROM v WHERE " + MEETS.format(
        env="_ST_Expand($4::geography, $5::float8)",
        t="$1::tstzrange",
        z="$2::numrange",
        party="$3::int2",
        core="$4::geography",
        reach="$5::float8",
    )

    def queries(self, asked: Case) -> Sequence[Bound]:
        """Make every row ready to be asked."""
        m = asked.minima
        found = rows(asked, m.lateral_m, m.time_s, m.vertical_ft)
        return [bound((r.t, r.z, r.party, r.core, r.r)) for r in found]
