"""Drafts as people read them: each with its words, what it rests on, and what is missing."""

from collections.abc import Iterator

from parley.desk.drafting.draft import Check, Draft, Drafts
from parley.desk.preview import preview
from parley.desk.tables import shown
from parley.kinds import KINDS

_CHECKS = {
    "closes": "the parts make up the total",
    "does_not_close": "THE PARTS DO NOT MAKE UP THE TOTAL",
    "partly_split": "the parts are not meant to be all",
    "agrees": "the headline says the same",
    "differs": "THE HEADLINE SAYS ANOTHER FIGURE",
}
FILING = "Nothing is signed or sent: complete a body, look at it, and file it by `parley record`."


def as_lines(drafts: Drafts) -> Iterator[str]:
    """Write drafts for the terminal."""
    source = drafts.source
    day = source.day or f"{drafts.as_of} (as given; none in the text)"
    size = f"{source.characters} characters"
    yield f"{shown(source.name)}: {size}, {source.language}, day {day}, {drafts.zone}"
    for note in drafts.notes:
        yield f"  note: {shown(note)}"
    for index, draft in enumerate(drafts.drafts):
        yield ""
        yield from _one(index, draft)
    yield ""
    ready = sum(draft.complete for draft in drafts.drafts)
    yield f"{len(drafts.drafts)} drafts, {ready} of them whole. {FILING}"


def _one(index: int, draft: Draft) -> Iterator[str]:
    state = "whole" if draft.complete else "to be completed"
    yield f"{index}  {draft.kind}  characters {draft.span.start}-{draft.span.end}  ({state})"
    yield f"   words: {shown(' '.join(draft.span.text.split()))}"
    if draft.speaker is not None or draft.speaker_how:
        who = "" if draft.speaker is None else shown(draft.speaker.text)
        how = f" ({shown(draft.speaker_how)})" if draft.speaker_how else ""
        verb = "" if draft.verb is None else f", by {shown(draft.verb.text)!r}"
        denied = ", a denial" if draft.denied else ""
        yield f"   speaker: {who}{how}{verb}{', ' + draft.form if draft.form else ''}{denied}"
    for each in draft.hearsay:
        yield f"   at second hand: {shown(each.text)}"
    for line in preview(KINDS[draft.kind], draft.body):
        yield f"   {line}"
    for ground in draft.grounds:
        if ground.how:
            yield f"   {shown(ground.field)}: from {shown(ground.text)!r}: {shown(ground.how)}"
    for name in draft.names:
        if name.handle is None:
            yield f"   {shown(name.field)}: {shown(name.text)!r} has no handle here (--names)"
    yield from _findings(draft)


def _findings(draft: Draft) -> Iterator[str]:
    for note in draft.notes:
        yield f"   note: {shown(note)}"
    for check in draft.checks:
        yield f"   sum: {_sum(check)}"
    if draft.missing:
        yield f"   missing: {shown(', '.join(draft.missing))}"
    for wrong in draft.wrong:
        yield f"   wrong: {shown(wrong.field)}: {shown(wrong.what)}"


def _sum(check: Check) -> str:
    return f"{_CHECKS[check.result]} ({check.stated}, {check.other})"
