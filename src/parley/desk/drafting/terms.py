"""``terms/1`` from English: an arrangement, its start, guarantors, duties, who is excluded."""

import re

from parley.desk.drafting.deadlines import due_in
from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import mentions, spells
from parley.desk.drafting.moments import Moment, after, resolve
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.story import Story
from parley.record.canonical import Json

_WHAT = (
    r"(?P<title>(?:(?:[Tt]he|[Aa]n?|[Tt]his) (?:[\w-]+ ){0,2}?)?(?:cease-?fire|truce|cessation of "
    r"hostilities|armistice|pause|"
    r"memorandum|arrangement|agreement)(?: (?:in|on|for|over) (?:the )?[\w-]+)?)"
)
_ARRANGEMENT = re.compile(rf"\b{_WHAT}\b")
_STARTS = re.compile(
    r"\b(?:in (?:force|effect)|takes? effect|took effect|taking effect|"
    r"(?:enter(?:s|ed)?|comes?|came|goes|went) into (?:force|effect)|"
    r"(?:to|will|shall) (?:begin|start|commence)|began|begins|starts|started|holds?)"
    r"(?: (?:on|at|from|since|as of|as from))?\b"
)
_ITEM_NUMBER = re.compile(r"\(?(\d{1,3})[.)]\s+$")
_NEAR = 50
MOST_LISTED = 200
"""As many duties, and as many left out, as terms may have."""
_ENDS = re.compile(
    r"\b(?:to end on|to end at|ends? on|until|till|expires? on|expires? at|last until)\s$"
)
_LASTS = re.compile(r"\b(?:for|lasts?|within) (?:an? )?$")
_BROKERED = re.compile(
    r"\b(?:brokered|guaranteed|mediated|arranged|agreed|underwritten) (?:by|between) "
    r"(?P<who>[^.;:()]{3,120}?)(?=, (?:has|have|is|was|which|took|will)|[.;:(]|$)"
)
_GUARANTORS = re.compile(
    r"\b[Gg]uarantor(?:s| states| powers)?,? (?P<who>(?:[A-Z][\w-]+(?:, | and )?){1,8})"
)
_ANNOUNCE = re.compile(
    r"^(?P<who>(?:[Tt]he )?[A-Z][\w-]+(?:(?:, | and )(?:the )?[A-Z][\w-]+){1,6}) (?:announce|"
    r"declare|agree|have agreed)"
)
_EXCLUDED = (
    re.compile(
        r"\b(?:does not|do not|did not|will not|shall not) (?:apply to|cover|extend to|include) "
        r"(?P<who>[^.;:]{3,200})"
    ),
    re.compile(
        r"(?:^|, )(?P<who>(?:[Tt]he )?[A-Z][^.;:]{2,120}),? (?:are|is|were|was|remain) "
        r"(?:excluded|left out|not covered)"
    ),
    re.compile(r"\bexclud(?:es|ed|ing) (?!from\b)(?P<who>[^.;:]{3,200})"),
)
_GROUNDS = re.compile(r",\s(?:which|who|whom|as|both of which)\b(?P<why>[^.;]{3,200})")
_UNDERTAKE = re.compile(
    r"\b(?:undertake|undertakes|shall|agree|agreed|commit|commits|obliged|will|duties|terms|"
    r"pledge)\b[^.]{0,60}:$"
)
_AND = re.compile(r",? (?:and|or|nor) |, ")
_CLASSES: tuple[tuple[str, "re.Pattern[str]"], ...] = (
    ("attacks", re.compile(r"\b(?:attacks?|weapons?|shelling|fire|hostilities|strikes?|"
                           r"bombing)\b", re.I)),
    ("territory", re.compile(r"\b(?:territory|positions|ground|advance)\b", re.I)),
    ("detainees", re.compile(r"\b(?:detain\w*|prisoners?|captives|hostages)\b", re.I)),
    ("access", re.compile(r"\b(?:humanitarian|aid|convoys?|relief|access)\b", re.I)),
    ("self_defence", re.compile(r"\bself-defen[cs]e\b", re.I)),
    ("communication", re.compile(r"\b(?:telephone|hotline|line|contact|liaison)\b", re.I)),
    ("politics", re.compile(r"\b(?:negotiat\w*|talks|elections?|constitution)\b", re.I)),
    ("delineation", re.compile(r"\b(?:maps?|delineat\w*|boundar\w*)\b", re.I)),
)  # fmt: skip


def terms(story: Story, found: list[Sentence]) -> list[Finding]:
    """Draft the arrangement that a text gives the start of: the first one; one text, one draft."""
    for sentence in found:
        named = _ARRANGEMENT.search(sentence.plain)
        if named is None:
            continue
        start = _start(story, sentence)
        if start is None:
            continue
        draft = Finding("terms/1", story.text, sentence.span)
        title = sentence.at(named.start("title"), named.end("title"))
        draft.words("title", title, story.language)
        draft.when("starts", *start)
        ends = _end(story, sentence, start[0])
        if ends is not None:
            draft.when("ends", *ends)
        _guarantors(draft, found)
        _excluded(draft, found)
        _duties(draft, story, found)
        _commit(draft, story, found)
        return [draft]
    return []


def _start(story: Story, sentence: Sentence) -> tuple[Moment, Span] | None:
    plain = sentence.plain
    for verb in _STARTS.finditer(plain):
        following = (each for each in mentions(plain) if each.span.start >= verb.end())
        mention = next(following, None)
        if mention is None or mention.span.start - verb.end() > _NEAR:
            continue
        at = mention.span
        past = re.search(r"\b(?:since|began|started|took|came|went|entered)\b", verb.group())
        moment = resolve(mention, clean(at.of(sentence.text)), story.frame, ahead=past is None)
        if moment is not None:
            return moment, sentence.at(at.start, at.end)
    return None


def _end(story: Story, sentence: Sentence, start: Moment) -> tuple[Moment, Span] | None:
    plain = sentence.plain
    for mention in mentions(plain):
        at = mention.span
        if _ENDS.search(plain, max(0, at.start - 16), at.start):
            frame = story.frame.after(start.day)
            words = clean(at.of(sentence.text))
            moment = resolve(mention, words, frame, ahead=True, to_end=True)
            if moment is not None:
                return moment, sentence.at(at.start, at.end)
    for spell in spells(plain):
        if _LASTS.search(plain, max(0, spell.span.start - 12), spell.span.start):
            words = clean(spell.span.of(sentence.text))
            moment = after(spell, words, start, to_end=False)
            if moment is not None:
                return moment, sentence.at(spell.span.start, spell.span.end)
    return None


def _guarantors(draft: Finding, found: list[Sentence]) -> None:
    for pattern in (_BROKERED, _GUARANTORS, _ANNOUNCE):
        for sentence in found:
            match = pattern.search(sentence.plain)
            if match is None:
                continue
            for index, span in enumerate(
                _each(sentence.plain, match.start("who"), match.end("who"))
            ):
                draft.name(f"guarantors.{index}", sentence.at(span.start, span.end))
            return


def _excluded(draft: Finding, found: list[Sentence]) -> None:
    number = 0
    for sentence in found:
        for pattern in _EXCLUDED:
            match = pattern.search(sentence.plain)
            if match is None:
                continue
            start, end = match.start("who"), match.end("who")
            why = _GROUNDS.search(sentence.plain, start, end)
            for span in _each(sentence.plain, start, why.start() if why else end):
                if number == MOST_LISTED:
                    return
                draft.name(f"excluded.{number}.actor", sentence.at(span.start, span.end))
                if why:
                    draft.cite(
                        f"excluded.{number}.grounds", sentence.at(why.start("why"), why.end("why"))
                    )
                number += 1
            break


def _each(plain: str, start: int, end: int) -> list[Span]:
    """Part "the Islamic State group or the Nusra Front" into the two that it names."""
    found, at = [], start
    for sign in [*_AND.finditer(plain, start, end), None]:
        stop = end if sign is None else sign.start()
        span = trimmed(plain, at, stop)
        if span.start < span.end:
            found.append(span)
        at = stop if sign is None else sign.end()
    return found[:16]


def _duties(draft: Finding, story: Story, found: list[Sentence]) -> None:
    """Take the items of the list behind "the parties undertake:" as numbered duties.

    An item keeps the number that the text gives it, so long as no other has it; one without a
    number gets the next. A sentence that goes on within an item belongs to it.
    """
    items: list[tuple[int, Span]] = []
    listing, paragraph = False, -1
    for sentence in found:
        inside = sentence.paragraph == paragraph
        if sentence.item and listing and not inside:
            items.append((_numbered(story.text, sentence.span, items), sentence.span))
            paragraph = sentence.paragraph
        elif items and inside:
            number, span = items[-1]
            items[-1] = number, Span(span.start, sentence.span.end)
        elif items:
            break
        elif not sentence.item:
            listing = _UNDERTAKE.search(sentence.plain) is not None
            paragraph = sentence.paragraph if listing else -1
    duties: list[Json] = []
    for number, whole in items[:MOST_LISTED]:
        span = trimmed(story.text, whole.start, whole.end, " ;.\n")
        words = clean(span.of(story.text))
        if not words:
            continue
        duty: dict[str, Json] = {"number": number, "text": {"lang": story.language, "text": words}}
        known = [name for name, pattern in _CLASSES if pattern.search(words)]
        if known:
            duty["duty_class"] = known[0]
        draft.cite(f"duties.{len(duties)}", span)
        duties.append(duty)
    if duties:
        draft.body["duties"] = duties


def _numbered(text: str, span: Span, before: list[tuple[int, Span]]) -> int:
    last = before[-1][0] if before else 0
    stated = _ITEM_NUMBER.search(text, max(0, span.start - 8), span.start)
    number = int(stated.group(1)) if stated else 0
    return number if number > last else last + 1


def _commit(draft: Finding, story: Story, found: list[Sentence]) -> None:
    for sentence in found:
        if re.search(r"\b(?:take part|join|commit|accede)\b", sentence.plain):
            due = due_in(story, sentence, 0)
            if due is not None:
                draft.when("commit_by", *due)
                return
