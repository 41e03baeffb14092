"""Lists of places: the one that ships, and a user's own as CSV.

The shipped one is a cut of GeoNames (CC BY 4.0). Its points are centres of populated places,
kilometres off for a large one: to find a name, never as the coordinates of a site.
"""

import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from parley.desk.files import read_bytes
from parley.desk.gazetteer.named import Named
from parley.errors import BadFile, ParleyError
from parley.values.places import Position

ATTRIBUTION = "Place data: GeoNames, CC BY 4.0"
CAVEAT = "A shipped point is the centre of a populated place: never the coordinates of a site."
CENTRE_M = 5_000
OWN_COLUMNS = {"name", "lat", "lon"}
OWN_MORE = {"id", "alternatenames", "precision_m", "within"}
MOST_BYTES = 50_000_000
_METRES = re.compile("[0-9]{1,8}")


@cache
def shipped() -> tuple[Named, ...]:
    """Read the list that ships: 2,222 places of the Levant."""
    path = files("parley.desk.gazetteer") / "data" / "geonames_places_levant.csv"
    text = path.read_text(encoding="utf-8")
    return tuple(
        Named(
            names=_names(row["name"], row["alternatenames"]),
            position=Position.of_degrees(row["lat"], row["lon"]),
            precision_m=CENTRE_M,
            source="shipped",
            key=row["geonameid"],
            within=f"{row['country']} {row['admin1']}",
            population=int(row["population"]),
        )
        for row in csv.DictReader(io.StringIO(text, newline=""))
    )


def own(path: Path) -> tuple[Named, ...]:
    """Read a user's list: CSV in UTF-8 with ``name``, ``lat``, ``lon``, and what else is known.

    ``alternatenames`` are separated by ``|``. A wrong row is refused with its line.
    """
    try:
        text = read_bytes(path, limit=MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("not in UTF-8", where=path.name, hint="save it as UTF-8") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        heads = list(rows.fieldnames or ())
        given = set(heads)
        if len(given) != len(heads):
            raise BadFile("a column is named twice", where=f"{path.name} line 1")
        missing, unknown = OWN_COLUMNS - given, given - OWN_COLUMNS - OWN_MORE
        if missing or unknown:
            raise BadFile(
                f"{'without' if missing else 'with'} a column {min(missing or unknown)!r}",
                where=f"{path.name} line 1",
                hint=f"columns: {', '.join(sorted(OWN_COLUMNS))}; also "
                + ", ".join(sorted(OWN_MORE)),
            )
        return tuple(_own_rows(rows, path.name))
    except csv.Error as error:
        raise BadFile(str(error), where=f"{path.name} line {rows.line_num}") from None


def _own_rows(rows: "csv.DictReader[str]", name: str) -> Iterator[Named]:
    for row in rows:
        where = f"{name} line {rows.line_num}"
        if "" in row or None in row.values():
            raise BadFile("not as many cells as the head has columns", where=where)
        if not row["name"].strip():
            raise BadFile("a place has a name", where=where)
        precision = row.get("precision_m", "").strip()
        if precision and not _METRES.fullmatch(precision):
            raise BadFile("whole metres", where=f"{where} precision_m")
        try:
            position = Position.of_degrees(row["lat"].strip(), row["lon"].strip())
        except ParleyError as error:
            raise BadFile(error.what, where=where, hint=error.hint) from None
        yield Named(
            names=_names(row["name"], row.get("alternatenames", "")),
            position=position,
            precision_m=int(precision) if precision else None,
            source="own",
            key=row.get("id", "").strip() or f"line {rows.line_num}",
            within=row.get("within", "").strip(),
        )


def _names(main: str, others: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.strip() for n in (main, *others.split("|")) if n.strip()))
