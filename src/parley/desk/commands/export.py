"""``parley export``: records as tables, maps, alerts or calendars that others can read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from parley.desk.exporting.formats import DEFAULT_KINDS, FORMATS
from parley.desk.exporting.item import Item
from parley.desk.exporting.stream import read_lines
from parley.desk.files import write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, node_option
from parley.desk.progress import progress_bar
from parley.desk.words import LEGAL, banner
from parley.errors import BadFile


@click.command("export")
@click.option("--as", "form", type=click.Choice(list(FORMATS)), required=True, help="Which format.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only these; may be repeated.")
@click.option("--since", metavar="TIME", help="Only what is about a time from here on.")
@click.option("--until", metavar="TIME", help="Only what is about a time before this.")
@click.option("--public", is_flag=True, help="Only what the charter lets out, late and coarse.")
@click.option("--upto", metavar="JSON", help="Sizes by log, as for parley view; else all.")
@click.option("--at", "moment", metavar="TIME", help="The instant it is computed for; else now.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="- for stdout."
)
@channel_option
@node_option
def command(
    form: str,
    kinds: tuple[str, ...],
    since: str | None,
    until: str | None,
    public: bool,
    upto: str | None,
    moment: str | None,
    out: Path,
    channel: str | None,
    folder: Path | None,
) -> None:
    """Write the records of a channel to a file: what each says, and what became of it since.

    csv and xlsx carry HXL tags; geojson and kml read back in parley check; cap is a zip of CAP 1.2
    messages of what is urgent; ics a calendar. Sealed and personal parts are never in it.

    With --public only kinds that the charter publishes, no sooner and no finer than it says.
    """
    if str(out) != "-" and out.exists():  # said before the work, not after it
        raise BadFile("is there already", where=str(out), hint="name another file")
    with connected(folder_of(folder)) as client:
        lines = client.lines(
            f"/v1/channels/{client.channel(channel)}/export",
            kind=kinds or (() if public else DEFAULT_KINDS.get(form, ())),
            since=since,
            until=until,
            public="true" if public else None,
            upto=upto,
            at=moment,
        )
        export = read_lines(lines)
        counted = _Counted(export.items, export.head.records)
        data = FORMATS[form](replace(export, items=counted))
    write_bytes(out, data)
    mark = banner(export.head.status)
    if mark:
        click.echo(mark, err=True)
    click.echo(f"{out}: records {counted.done}, {len(data)} bytes", err=True)
    click.echo(LEGAL, err=True)


class _Counted(Iterable[Item]):
    """Counts items as they go by, and shows how far a long export is."""

    def __init__(self, items: Iterable[Item], of: int) -> None:
        self._items = items
        self._of = of
        self.done = 0

    def __iter__(self) -> Iterator[Item]:
        """Give the items."""
        tell = progress_bar("exported", "records") if self._of else None
        for item in self._items:
            self.done += 1
            if tell is not None:
                tell(self.done, self._of)
            yield item
        if tell is not None and self.done < self._of:
            tell(self._of, self._of)  # fewer came: the rest is about other times, or not public
