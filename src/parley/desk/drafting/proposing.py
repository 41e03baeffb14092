"""From a text to the drafts that the rules propose, in the order of the text."""

from datetime import date

from parley.desk.drafting import arabic, russian
from parley.desk.drafting.calls import calls
from parley.desk.drafting.deadlines import deadlines
from parley.desk.drafting.draft import DRAFTED, MOST_DRAFTS, Drafts, Source
from parley.desk.drafting.finding import Finding, cited
from parley.desk.drafting.handles import Handles
from parley.desk.drafting.places import Places
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.speakers import Cast
from parley.desk.drafting.statements import statements
from parley.desk.drafting.story import Story, read_story
from parley.desk.drafting.terms import terms
from parley.desk.drafting.tolls import tolls
from parley.desk.drafting.warned import warnings
from parley.errors import TooLarge

RULES = "parley rules 1"
_RULED = {
    "ru": "Russian: rules for statement/1 and the plainest toll/1 only; read the rest yourself",
    "ar": "Arabic: rules for statement/1 only; read the rest yourself",
    "und": "no rules for the language of this text: nothing is drafted",
}
_NOTHING = Handles({})
_SHIPPED = Places()


def propose(
    data: bytes, name: str, *, as_of: date, zone: str, handles: Handles = _NOTHING,
    places: Places = _SHIPPED,
) -> Drafts:  # fmt: skip
    """Read a text (UTF-8, at most 500,000 bytes) and draft what it says.

    ``as_of``: the day on which it is read; its dateline and past days lie on or before. ``zone``:
    the IANA zone of its days and of hours that name no other.
    """
    story = read_story(data, name, as_of, zone)
    found = _findings(story, places)
    if len(found) > MOST_DRAFTS:
        raise TooLarge(f"over {MOST_DRAFTS} drafts", where=name, hint="cut the text in parts")
    line = story.dateline
    notes = [_RULED[story.language]] if story.language in _RULED else []
    if line is None or line.day is None:
        notes.append(f"no day in a dateline: days count from {as_of.isoformat()}, as given")
    return Drafts(
        format="parley/draft/1",
        drafted_by=RULES,
        as_of=as_of.isoformat(),
        zone=zone,
        source=Source(
            name=name[:300] or "-",
            sha256=story.sha256,
            characters=len(story.text),
            language=story.language,
            dateline=None if line is None else cited(story.text, line.span),
            day=None if line is None or line.day is None else line.day.isoformat(),
        ),
        notes=tuple(notes),
        drafts=tuple(each.draft(handles) for each in found),
    )


def _findings(story: Story, places: Places) -> list[Finding]:
    read = _without_dateline(story)
    found: list[Finding] = []
    if story.language == "en":
        said = statements(story, read, Cast())
        due = deadlines(story, read)
        found = [
            *said, *due, *tolls(story, read, said, places), *warnings(story, read, due, places),
            *calls(story, read), *terms(story, read),
        ]  # fmt: skip
    elif story.language == "ru":
        said = russian.statements(story, read)
        found = [*said, *russian.tolls(story, read, said)]
    elif story.language == "ar":
        found = arabic.statements(story, read)
    return sorted(found, key=lambda each: (each.span.start, DRAFTED.index(each.kind)))


def _without_dateline(story: Story) -> list[Sentence]:
    """Take the dateline off the sentence that it opens; a line that is all date goes whole."""
    line = story.dateline
    kept: list[Sentence] = []
    for sentence in story.sentences:
        if (
            line is None
            or not line.span.meets(sentence.span)
            or (line.span.start > sentence.span.start)
        ):
            kept.append(sentence)
            continue
        rest = sentence.rest(line.span.end)
        if rest is not None:
            kept.append(rest)
    return kept
