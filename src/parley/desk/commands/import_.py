"""``parley import``: rows of a table, spreadsheet, GeoJSON or form into records of ours."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from parley.desk.client import Client, running
from parley.desk.files import size_of
from parley.desk.importing.batches import Importer, NodeSink
from parley.desk.importing.forms import Form, form_of, form_rows, kind_of
from parley.desk.importing.mapping import Mapping, Personal, read_mapping
from parley.desk.importing.report import Report
from parley.desk.importing.row import Row
from parley.desk.importing.rows import TABLES, Layout, Rows, read_rows
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.outcomes import DONE, FAILED
from parley.desk.progress import progress_bar
from parley.desk.tables import as_json
from parley.desk.words import LEGAL
from parley.errors import BadMapping, BadTable, BadUsage

_Reads = Callable[[], Rows]


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "mapping_file", type=click.Path(path_type=Path), help="What the columns mean (TOML)."
)
@click.option("--dry-run", is_flag=True, help="Log nothing; say what each row would become.")
@click.option("--strict", is_flag=True, help="Log nothing at all if any row is wrong.")
@click.option("--encoding", metavar="NAME", help="Encoding of a table that is not UTF-8.")
@click.option("--personal-to", metavar="PARTY[,PARTY]", help="Who may have the personal parts.")
@click.option(
    "--without-personal", is_flag=True, help="Leave behind what would be in personal parts."
)
@channel_option
@node_option
@format_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    mapping_file: Path | None,
    dry_run: bool,
    strict: bool,
    encoding: str | None,
    personal_to: str | None,
    without_personal: bool,
    channel: str | None,
    folder: Path | None,
    form: str,
) -> None:
    """Log the rows of FILE as records: .csv, .xlsx, .geojson, or submissions (.json, .xml).

    Each row goes by the id that the mapping names: a row that is logged already is not logged
    again, and one that has changed replaces the version before. A wrong row is named with its line
    and column, and the rest goes in. docs/imports.md describes mapping files.

    Leaves with 0 if every row was right, 1 if some were wrong, 2 if nothing could be read.
    """
    if personal_to is not None and without_personal:
        raise BadUsage("give --personal-to or --without-personal, not both")
    audience = None if personal_to is None else tuple(personal_to.split(","))
    mapping = None if mapping_file is None else read_mapping(mapping_file)
    with (connected if dry_run else running)(folder_of(folder)) as client:
        name = client.channel(channel)
        if mapping is None:
            ours = _form(file)
            zone = str(client.get(f"/v1/channels/{name}")["day_zone"])
            mapping = ours.mapping(zone=zone, audience=())
            reads = _form_reader(file, ours)
        else:
            layout = replace(mapping.layout, encoding=encoding or mapping.layout.encoding)
            reads = _reader(file, layout)
        mapping = _told_to(mapping, audience)
        try:
            importer = Importer(
                file, mapping, without_personal=without_personal, asked=mapping_file is not None
            )
        except BadMapping as error:
            raise error.at(str(mapping_file or file)) from None
        report = _import(importer, reads, client, name, dry_run=dry_run, strict=strict)
    if form == "json":
        click.echo(as_json(report.to_json()))
    else:
        for line in report.lines():
            click.echo(line)
        click.echo(_outcome(report, strict))
    ctx.exit(FAILED if report.counts["wrong"] else DONE)


def _import(
    importer: Importer, reads: _Reads, client: Client, channel: str, *, dry_run: bool, strict: bool
) -> Report:
    if dry_run or strict:
        sink = NodeSink(client, channel, check_only=True)
        with closing(reads()) as rows:
            report = importer.run(rows, sink, dry_run=True)
        if dry_run or report.counts["wrong"]:
            return report
    sink = NodeSink(client, channel, strict=strict)
    with closing(reads()) as rows:
        return importer.run(rows, sink, dry_run=False)


def _reader(file: Path, layout: Layout) -> _Reads:
    def reads() -> Rows:
        if file.suffix.lower() not in TABLES:
            return _counted(read_rows(file, layout))
        bar = progress_bar("read", "bytes")
        size = size_of(file)
        return read_rows(file, layout, None if bar is None else lambda done: bar(done, size))

    return reads


def _counted(rows: Rows) -> Rows:
    bar, count = progress_bar("read", "rows"), 0
    for row in rows:
        count += 1
        if bar is not None:
            bar(count, 0)
        yield row
    if bar is not None:
        bar(count, count)


def _form_reader(file: Path, form: Form) -> _Reads:
    return lambda: form_rows(form, _counted(read_rows(file, Layout())))


def _form(file: Path) -> Form:
    """Tell by the first submission of a file which form of ours it is of."""
    hint = "--map FILE says what the columns mean; docs/imports.md"
    if file.suffix.lower() in (".json", ".xml"):
        try:
            with closing(read_rows(file, Layout())) as rows:
                first = next((row for row in rows if isinstance(row, Row)), None)
        except BadTable as error:
            raise error.at(str(file)) from None
        kind = None if first is None else kind_of(first)
        if kind is not None:
            return form_of(kind)
    raise BadTable("no submissions of a form of ours", where=str(file), hint=hint)


def _told_to(mapping: Mapping, audience: tuple[str, ...] | None) -> Mapping:
    if audience is None:
        return mapping
    columns = {} if mapping.personal is None else mapping.personal.columns
    return replace(mapping, personal=Personal(audience, columns))


def _outcome(report: Report, strict: bool) -> str:
    if report.dry_run:
        refused = strict and report.counts["wrong"]
        return "Nothing was logged: " + ("a row is wrong." if refused else "a dry run.")
    if not report.counts["new"] + report.counts["changed"]:
        return "Nothing was logged: our log says all of it already, or every row is wrong."
    batches = "one batch" if report.batches == 1 else f"{report.batches} batches"
    return f"Durable in our own log, in {batches}. {LEGAL}"
