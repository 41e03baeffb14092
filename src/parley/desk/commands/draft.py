"""``parley draft``: propose records from a text, or check drafts in a file; sign nothing."""

import re
from datetime import date
from pathlib import Path

import click

from parley.desk.drafting.draft import Drafts
from parley.desk.drafting.handles import Handles, read_handles
from parley.desk.drafting.places import Places
from parley.desk.drafting.proposing import propose
from parley.desk.drafting.reading import MOST_BYTES, read_drafts
from parley.desk.drafting.report import as_lines
from parley.desk.drafting.story import MOST_BYTES as MOST_STORY
from parley.desk.files import read_bytes
from parley.desk.gazetteer import lists
from parley.desk.options import format_option
from parley.desk.outcomes import DONE, FAILED
from parley.desk.tables import as_json
from parley.errors import BadUsage
from parley.values.instants import zone_named

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TEXT = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command("draft")
@click.argument("story", type=_TEXT, required=False)
@click.option(
    "--as-of", metavar="DATE", help="The day the text is read: 2016-06-19. Needed to draft."
)
@click.option(
    "--zone", default="UTC", show_default=True, metavar="IANA",
    help="Zone of days, and of hours that name no other: Asia/Damascus.",
)  # fmt: skip
@click.option(
    "--names", type=_TEXT, metavar="TOML", help="Written names and the channel's handles."
)
@click.option("--places", type=_TEXT, metavar="CSV", help="A list of places of one's own.")
@click.option("--read", "drawn", type=_TEXT, metavar="FILE", help="Check drafts that are there.")
@click.option(
    "--body", type=click.IntRange(0), metavar="N", help="Print the body of draft N alone."
)
@format_option
def command(
    story: Path | None, as_of: str | None, zone: str, names: Path | None, places: Path | None,
    drawn: Path | None, body: int | None, form: str,
) -> int:  # fmt: skip
    """Read a news story or communique in STORY (UTF-8) and propose records, each with its words.

    Proposed are statement/1, toll/1, deadline/1, terms/1, warning/1 and call/1. Rules read it; what
    the text does not say stays out, and is listed as missing. Nothing is signed or sent: a person
    completes a body and files it by `parley record KIND FILE`.

    With --read FILE nothing is drafted: the drafts in FILE (parley/draft/1, docs/drafts.md) are
    checked, and with STORY their spans against the text. Exit code 1: a draft has a wrong field.
    """
    handles = Handles({}) if names is None else read_handles(names)
    if drawn is not None:
        text = None if story is None else read_bytes(story, limit=MOST_STORY)
        drafts = read_drafts(read_bytes(drawn, limit=MOST_BYTES), drawn.name, handles, text)
    elif story is not None:
        own = Places() if places is None else Places(lists.own(places))
        drafts = propose(
            read_bytes(story, limit=MOST_STORY), story.name, as_of=_day(as_of),
            zone=_zone(zone), handles=handles, places=own,
        )  # fmt: skip
    else:
        raise BadUsage("what is to be read?", hint="name a STORY, or drafts by --read FILE")
    _print(drafts, body, form)
    return FAILED if any(draft.wrong for draft in drafts.drafts) else DONE


def _print(drafts: Drafts, body: int | None, form: str) -> None:
    if body is not None:
        if body >= len(drafts.drafts):
            raise BadUsage(f"there are {len(drafts.drafts)} drafts, from 0", where="--body")
        click.echo(as_json(drafts.drafts[body].body))
    elif form == "json":
        click.echo(as_json(drafts.model_dump(mode="json", exclude_none=True)))
    else:
        for line in as_lines(drafts):
            click.echo(line)


def _zone(name: str) -> str:
    zone_named(name, where="--zone")
    return name


def _day(text: str | None) -> date:
    try:
        if text is None or not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise BadUsage("a day such as 2016-06-19 is needed", where="--as-of") from None
    if not 1970 <= day.year <= 9998:
        raise BadUsage("a day between 1970 and 9998", where="--as-of")
    return day
