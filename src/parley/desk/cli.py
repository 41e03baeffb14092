"""The command ``parley``: find the verb in one table, load its module, end in one exit code."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

import click

from parley.desk.nearest import did_you_mean
from parley.desk.outcomes import BAD_INPUT, DONE, INTERRUPTED, exit_code
from parley.errors import BadFile, NotInstalled, ParleyError

# Verb -> (module, what it does). The line stands here so that --help loads no module at all.
VERBS: dict[str, tuple[str, str]] = {
    "check": ("parley.desk.commands.check", "Find the conflicts between files of planned flights."),
    "demo": ("parley.desk.commands.demo", "Play two sides and a mirror on this machine."),
    "rehearse": (
        "parley.desk.commands.rehearse",
        "Replay a documented case: what would have been said.",
    ),
    "init": ("parley.desk.commands.init", "Make a node: its keys, its identity, its folder."),
    "charter": ("parley.desk.commands.charter", "Draw up, sign, accept or show a charter."),
    "run": ("parley.desk.commands.run", "Run the node: the line to its peers, and the API."),
    "status": ("parley.desk.commands.status", "Show the node, its channels, and who is silent."),
    "notify": ("parley.desk.commands.notify", "Announce the flights and zones of a GeoJSON file."),
    "warn": ("parley.desk.commands.warn", "Send a warning, or demand a stop."),
    "call": ("parley.desk.commands.call", "Record a telephone call, as our own account."),
    "answer": ("parley.desk.commands.answer", "Acknowledge, object or propose, with read-back."),
    "record": ("parley.desk.commands.record", "Send a record of any kind, its body from a file."),
    "import": ("parley.desk.commands.import_", "Log the rows of a table, spreadsheet or form."),
    "export": (
        "parley.desk.commands.export",
        "Write records as a table, map, alert or calendar.",
    ),
    "forms": ("parley.desk.commands.forms", "Write a form of a kind for ODK or Kobo."),
    "records": ("parley.desk.commands.records", "List the records of a channel."),
    "search": ("parley.desk.commands.search", "Find records by number, name, place and words."),
    "show": ("parley.desk.commands.show", "Show one record, and who is proven to know of it."),
    "view": ("parley.desk.commands.view", "Show a computed view: register, notices, air and more."),
    "bulletin": ("parley.desk.commands.bulletin", "Tell a day: JSON, a page in three languages."),
    "place": ("parley.desk.commands.place", "Find a place by a name as written or heard."),
    "draft": ("parley.desk.commands.draft", "Propose records from a news story; sign nothing."),
    "mute": ("parley.desk.commands.mute", "Silence an advisory here, with a reason and an end."),
    "print": ("parley.desk.commands.print", "Put one record on one page, for telephone or fax."),
    "carry": ("parley.desk.commands.carry", "Exchange by file when the line is cut."),
    "evidence": (
        "parley.desk.commands.evidence",
        "Write a file that proves a record to a stranger.",
    ),
    "dossier": (
        "parley.desk.commands.dossier",
        "Set side by side who was told what, when, and what is not there.",
    ),
    "verify": (
        "parley.desk.commands.verify",
        "Check an evidence file, or an entry with its proof.",
    ),
    "fork": ("parley.desk.commands.fork", "Show, export or check the proof of two histories."),
    "erase": ("parley.desk.commands.erase", "Erase a personal part; its digest and a record stay."),
    "resume": ("parley.desk.commands.resume", "Write on unconfirmed, after a start alone."),
    "account": ("parley.desk.commands.account", "Look after who may use the desk of a node."),
    "key": ("parley.desk.commands.key", "Show this node's keys, or change one by a record."),
    "kinds": ("parley.desk.commands.kinds", "List the kinds of record, or give one's schema."),
}


def _not_installed(verb: str, error: ModuleNotFoundError) -> Exception:
    missing = error.name or ""
    if missing.partition(".")[0] == "parley":
        return error  # a fault of ours, and no package that anybody could install
    what = f"`parley {verb}` needs {missing}, which is not installed here"
    return NotInstalled(what, hint="install parley[node,desk]")


class Verbs(click.Group):
    """A group whose commands are named in ``VERBS`` and imported only when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the module of a verb."""
        if cmd_name not in VERBS:
            return None
        try:
            command: click.Command = import_module(VERBS[cmd_name][0]).command
        except ModuleNotFoundError as error:
            raise _not_installed(cmd_name, error) from None
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb; of one that is not there, say which are near."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = did_you_mean(args[0], VERBS)
            if not near:
                raise
            raise click.UsageError(f"{error.message.rstrip('.')}; {near}", ctx) from None

    def invoke(self, ctx: click.Context) -> object:
        """Run a verb; some packages are imported only where they are used."""
        try:
            result: object = super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _not_installed(ctx.invoked_subcommand or "", error) from None
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs and their lines without loading anything."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, line) in VERBS.items()])


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    try:
        number = version("parley")
    except PackageNotFoundError:
        number = "(not installed)"
    click.echo(f"parley {number}")
    ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clear or done; 1 conflicts, or a check that fails; 2 bad input; "
    "3 a node could not be reached; 130 interrupted.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and leave.",
)
def parley() -> None:
    """Give a channel to sides that do not trust each other but share a sky and a truce.

    Parley warns, records and explains; a person decides. A notification changes nobody's legal
    duties.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the exit code that the outcome has."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; whatever is refused ends in one line on stderr and a code."""
    try:
        result = parley.main(list(arguments), prog_name="parley", standalone_mode=False)
    except ParleyError as error:
        return _refuse(str(error), exit_code(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except click.ClickException as error:
        hint = ""
        if isinstance(error, click.UsageError) and error.ctx is not None:
            hint = f" (see `{error.ctx.command_path} --help`)"
        return _refuse(f"{error.format_message().rstrip('.')}{hint} [desk-usage]", BAD_INPUT)
    except click.Abort:
        return _refuse("interrupted", INTERRUPTED)
    except OSError as error:
        refusal = BadFile(error.strerror or str(error), where=str(error.filename or ""))
        return _refuse(str(refusal), exit_code(refusal))
    return result if isinstance(result, int) else DONE


def _refuse(what: str, code: int) -> int:
    click.echo(f"parley: {' '.join(what.split())}", err=True)
    return code
