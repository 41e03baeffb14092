"""``parley check``: the conflicts between files of planned flights and zones; no node needed."""

import os
import re
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import click

from parley.desk.checking import Checked, conflicts_of, pairs_of, read_plans
from parley.desk.offering import offering_among
from parley.desk.outcomes import DONE, FAILED
from parley.desk.plan_report import geojson_parts, table_parts, value_parts
from parley.desk.progress import progress_bar
from parley.errors import BadUsage
from parley.sky import Limits
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, E4M_PER_NAUTICAL_MILE

DEFAULT_MINIMA = "5NM,1000ft,5min"
_LATERAL = {"nm": E4M_PER_NAUTICAL_MILE, "km": 1000 * E4M_PER_METRE, "m": E4M_PER_METRE}
_VERTICAL = {"ft": E4M_PER_FOOT, "m": E4M_PER_METRE}
_TIME = {"h": 3_600_000, "min": 60_000, "s": 1000}
_PART = re.compile(r"\s*(\d{1,9})(?:\.(\d{1,4}))?\s*([A-Za-z]+)\s*")


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--charter", type=click.Path(path_type=Path), help="Take the minima of a charter.")
@click.option("--minima", metavar="L,V,T", help=f"Such as {DEFAULT_MINIMA}, the default.")
@click.option("--within-party", is_flag=True, help="Compare activities of one party as well.")
@click.option("--offers", is_flag=True, help="Say what either side could change to clear it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "geojson"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    charter: Path | None,
    minima: str | None,
    within_party: bool,
    offers: bool,
    form: str,
) -> None:
    """Find the conflicts between FILES of planned flights and zones.

    FILES are GeoJSON or, by their ending, GeoJSON text sequences (.geojsons, .ndjson), KML (.kml)
    or tables of routes (.csv), in any mixture.

    Two activities of different parties conflict when they come within the minima laterally,
    vertically and in time. A zone is compared, by its own margin, with the activities of the
    parties it affects. A feature without a party takes its file's name without the ending.

    What depends on something that nobody stated, such as a height, or is too much to measure, is
    POSSIBLE, with what is open: never clear.

    With --offers, each conflict comes with the least change of start, level and place of either
    activity that clears it and makes no new one among these plans: for people to consider.

    Leaves with 0 if clear, 1 if there are conflicts or possible ones, 2 if a file cannot be read.
    """
    limits, source = _minima(charter, minima)
    plans = read_plans(files, limits, progress=progress_bar("read", "bytes"))
    compared = progress_bar("compared", "parts")
    found = conflicts_of(
        plans, within_party=within_party, threads=os.cpu_count() or 1, progress=compared
    )
    # Of many conflicts none is kept: each is told as it comes.
    checked = Checked(limits, plans, (), pairs_of(plans, within_party=within_party))
    offering = None
    if offers:
        offering = offering_among(plans, progress=progress_bar("offers for", "conflicts"))
    # Before a word is written: who reads may leave at any, and the exit code is still right.
    first = list(islice(found, 1))
    conflicts = chain(first, found)
    if form == "table":
        _write(table_parts(checked, conflicts, source, offering))
    elif form == "json":
        _write(value_parts(checked, conflicts, offering))
    else:
        _write(geojson_parts(conflicts, offering))
    ctx.exit(FAILED if first else DONE)


def _write(parts: Iterator[str]) -> None:
    """Write parts as they come; conflicts are many, so not each is flushed for itself."""
    try:
        for part in parts:
            sys.stdout.write(part)
        click.echo()
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads, as `head`, has enough; nothing is left to be flushed to it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _minima(charter: Path | None, minima: str | None) -> tuple[Limits, str]:
    if charter is None:
        return minima_typed(minima or DEFAULT_MINIMA), "--minima" if minima else "by default"
    if minima is not None:
        raise BadUsage("give --charter or --minima, not both")
    from parley.desk.agreed_minima import minima_of  # with all kinds of the line: seldom needed

    return minima_of(charter), f"of {charter}"


def minima_typed(text: str) -> Limits:
    """Read minima such as ``5NM,1000ft,5min``: lateral, vertical, time, each with its unit."""
    parts = text.split(",")
    if len(parts) != 3:
        raise BadUsage(f"{text!r} is not three minima", where="--minima", hint=_example())
    values = [
        _part(part, units) for part, units in zip(parts, (_LATERAL, _VERTICAL, _TIME), strict=True)
    ]
    return Limits(*values)


def _part(text: str, units: dict[str, int]) -> int:
    match = _PART.fullmatch(text)
    if match is None or match[3].lower() not in units:
        allowed = ", ".join(units)
        raise BadUsage(
            f"{text!r} is no number with one of the units {allowed}",
            where="--minima",
            hint=_example(),
        )
    whole, fraction, unit = match[1], match[2] or "", units[match[3].lower()]
    scaled = int(whole + fraction) * unit
    per: int = 10 ** len(fraction)
    return (2 * scaled + per) // (2 * per)


def _example() -> str:
    return f"write {DEFAULT_MINIMA}"
