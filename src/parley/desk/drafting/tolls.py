"""``toll/1`` from English: a number with what it counts, and the parts it is split into."""

import re
from dataclasses import dataclass, field

from parley.desk.drafting.counts import Counted, counted
from parley.desk.drafting.draft import MOST_DRAFTS
from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import mentions, spells
from parley.desk.drafting.moments import Moment, resolve
from parley.desk.drafting.numbers import Number, numbers
from parley.desk.drafting.places import Places
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.story import Story
from parley.record.canonical import Json

_NOBODY = re.compile(
    r"\b(?:[Nn]o one|[Nn]obody|[Nn]one|[Nn]o (?:[\w-]+ ){1,3}?)"
    r"(?:(?<= )| )(?:was|were|has been|had been|have been) "
    r"(?P<how>killed|wounded|injured|hurt)\b"
    r"|\b(?:[Nn]o|without) (?P<what>violations|breaches|deaths|fatalities)\b"
)
_SHARE = re.compile(
    r"\s?(?:of the (?:dead|killed|wounded|injured|victims|missing)|of them|of those|of whom|"
    r"more of|out of|of \d+)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"(?P<label>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,3}) \($")
_OF_THEM = re.compile(r" of (?:them|whom|these)\b")
_NO_COUNT = re.compile(
    r"[ -]?(?:%|per ?cent|km|kilomet|metres|meters|miles?|feet|ft\b|years?|hours?|days?|weeks?|"
    r"months?|minutes?|times?|mm\b|o'clock|trucks?|vehicles?|aircraft|shells|rockets)",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"(?:[:;,]| [-—–]+|\band|\bincluding|\bamong them|\bof them|\bof whom)\s"
    r"(?:and |another |a further )?(?:at least |about |some |more than |over |around )?$"
)
_SINCE = re.compile(
    r"\b[Ss]ince (?:(?:the|its|their) [\w' ]{1,30}? (?:began|started|opened) (?:on |in )?)?$"
)
_SIDE = re.compile(r"\s(?:on|in|at|from|near)\b")
_OPEN = re.compile(r"\b(?:including|among them|among whom|of them|of whom|of these)\b", re.I)
_PART_END = re.compile(r"[,;:.]|\band\b|\ufffc| [-—–]+ ")
_COUNTER = re.compile(
    r"(?P<who>(?:[Tt]he )?[A-Z\w][\w'’-]*(?: [\w'’-]+){0,6}?) (?:has |have )?"
    r"(?:recorded|counted|registered|documented|logged) $"
)
_IN_PLACE = re.compile(
    r"(?:in|at|near|around) (?:the )?(?:province of |provinces of )?(?P<place>[A-Z][\w' -]+)"
)


@dataclass(slots=True)
class _Total:
    number: Number
    counted: str | None
    start: int
    end: int
    parts: list[tuple[Number, Span]] = field(default_factory=list)
    complete: bool = True


def tolls(
    story: Story, found: list[Sentence], statements: list[Finding], places: Places
) -> list[Finding]:
    """Draft the totals of an English text, in order; the headline's figure joins the body's."""
    drafts: list[Finding] = []
    leads: list[Finding] = []
    said = {draft.span: draft for draft in statements}
    for sentence in found:
        statement = said.get(sentence.span)
        if statement is not None and statement.denied:
            continue
        totals = _totals(sentence)
        since = _since(story, sentence) if totals else None
        for total in totals:
            draft = _drafted(story, sentence, total, statement, places)
            if since is not None:
                draft.instant("period_from", *since)
            lead = next((each for each in leads if _one_count(each, draft)), None)
            if lead is not None and sentence.paragraph > 0:
                draft.put("lead_total", lead.body["total"], lead.span, "the figure in the headline")
                leads.remove(lead)
                drafts.remove(lead)
            drafts.append(draft)
            if sentence.paragraph == 0 and "total" in draft.body:
                leads.append(draft)
        if len(drafts) > MOST_DRAFTS:
            break  # more than are given out: whoever asked is told so
    return drafts


def _one_count(lead: Finding, body: Finding) -> bool:
    return "counted" in lead.body and lead.body["counted"] == body.body.get("counted")


def _totals(sentence: Sentence) -> list[_Total]:
    text = sentence.text
    found = [
        _Total(Number(0, Span(m.start(), m.end())), _zero(m), m.start(), m.end())
        for m in _NOBODY.finditer(text)
    ]
    usable = _usable(text, [each.number.span for each in found])
    for at, number in enumerate(usable):
        limit = usable[at + 1].span.start if at + 1 < len(usable) else len(text)
        what = counted(text, number, limit)
        if found and (what is None or _belongs(text, found[-1], number, what)):
            if _is_part(text, found[-1], number):
                _add(text, found[-1], number)
            continue
        if what is None or _SHARE.match(text, number.span.end):
            continue
        if what.what == "same":
            if not found:
                continue
            what = Counted(found[-1].counted, what.start, what.end)
        found.append(_Total(number, what.what, what.start, what.end))
    return [one for total in found for one in _apart(text, total)]


def _apart(text: str, total: _Total) -> list[_Total]:
    """Tell "120 died on one side and 20 on the other" from a total with one part: two totals.

    A lone number of something else ("and three cars") is neither.
    """
    if len(total.parts) != 1 or not total.complete:
        return [total]
    number, label = total.parts[0]
    if number.span.start < total.end or ":" in text[total.end : number.span.start]:
        return [total]
    alone = _Total(total.number, total.counted, total.start, total.end)
    if _SIDE.match(text, number.span.end) is None:
        return [alone]
    return [alone, _Total(number, total.counted, number.span.start, label.end)]


def _usable(text: str, taken: list[Span]) -> list[Number]:
    """Give the numbers that may count something: no dates, lengths of time, distances, vehicles."""
    barred = [*taken, *(m.span for m in mentions(text)), *(s.span for s in spells(text))]
    barred.sort(key=lambda span: span.start)
    found, at = [], 0
    for number in numbers(text):
        while at < len(barred) and barred[at].end <= number.span.start:
            at += 1
        if at < len(barred) and barred[at].meets(number.span):
            continue
        if not _NO_COUNT.match(text, number.span.end):
            found.append(number)
    return found


def _belongs(text: str, total: _Total, number: Number, what: Counted) -> bool:
    """Tell whether a number that counts something is still a part of the total before it."""
    if _OF_THEM.match(text, number.span.end):
        return True
    same = what.what == total.counted and what.what is not None
    return same and ":" in text[total.end : number.span.start]


def _zero(match: "re.Match[str]") -> str:
    word = (match.group("how") or match.group("what")).lower()
    if word in ("violations", "breaches"):
        return "allegations"
    return "injured" if word in ("wounded", "injured", "hurt") else "killed"


def _is_part(text: str, total: _Total, number: Number) -> bool:
    if number.whole is None:
        return False
    if number.span.start < total.end:  # 2,147 people, 56 of them wounded, have left
        return number.span.start > total.number.span.end
    between = text[total.end : number.span.start]
    if text[number.span.end : number.span.end + 1] == ")":
        return _BRACKETED.search(between) is not None
    last = total.parts[-1][1].end if total.parts else total.end
    if _SPLIT.search(text, last, number.span.start) is None:
        return False
    return re.match(r"\s\w", text[number.span.end : number.span.end + 2]) is not None


def _add(text: str, total: _Total, number: Number) -> None:
    last = total.parts[-1][1].end if total.parts else total.number.span.end
    if _OPEN.search(text, last, number.span.start) or _OF_THEM.match(text, number.span.end):
        total.complete = False
    named = _BRACKETED.search(text, last, number.span.start)
    if named and text[number.span.end : number.span.end + 1] == ")":
        total.parts.append((number, Span(named.start("label"), named.end("label"))))
        return
    stop = _PART_END.search(text, number.span.end)
    label = trimmed(text, number.span.end, stop.start() if stop else len(text))
    if clean(label.of(text)):
        total.parts.append((number, label))


def _drafted(
    story: Story, sentence: Sentence, total: _Total, statement: Finding | None, places: Places
) -> Finding:
    start = min(total.start, total.number.span.start)
    end = max([total.end, *(max(n.span.end, label.end) for n, label in total.parts)])
    draft = Finding("toll/1", story.text, sentence.at(start, end))
    tonnes = total.counted == "tonnes"
    value = total.number.milli if tonnes else total.number.whole
    figure = sentence.at(total.number.span.start, total.number.span.end)
    if value is None:
        draft.notes.append(f"{figure.of(story.text)} is no whole number")
    else:
        draft.put("total", value, figure, "tonnes as kilograms" if tonnes else "")
    if total.number.bound:
        draft.notes.append(f"the text says {total.number.bound!r}: a bound or estimate, no count")
    if total.counted is not None:
        draft.put("counted", total.counted, sentence.at(total.start, total.end))
    else:
        draft.notes.append("casualties: the text does not say whether killed, wounded or both")
    _parts(draft, sentence, total, places)
    draft.words("text", sentence.span, story.language)
    if statement is not None and statement.speaker is not None:
        draft.speaker, draft.verb = statement.speaker, statement.verb
        draft.name("issued_by", statement.speaker)
    counter = _COUNTER.search(sentence.text, max(0, total.start - 80), total.start)
    if counter is not None:
        who = trimmed(sentence.text, counter.start("who"), counter.end("who"))
        draft.name("counted_by", sentence.at(who.start, who.end))
    published = story.published()
    if published is not None:
        draft.when("published", *published)
    return draft


def _since(story: Story, sentence: Sentence) -> tuple[Moment, Span] | None:
    """Give the beginning of what was counted, where the sentence says since when."""
    for mention in mentions(sentence.text):
        at = mention.span
        if _SINCE.search(sentence.text, max(0, at.start - 60), at.start):
            moment = resolve(mention, clean(at.of(sentence.text)), story.frame)
            return None if moment is None else (moment, sentence.at(at.start, at.end))
    return None


def _both(sentence: Sentence, number: Span, label: Span) -> Span:
    return sentence.at(min(number.start, label.start), max(number.end, label.end))


def _parts(draft: Finding, sentence: Sentence, total: _Total, places: Places) -> None:
    parts: list[Json] = []
    for index, (number, label) in enumerate(total.parts):
        words = sentence.at(label.start, label.end)
        part: dict[str, Json] = {
            "label": clean(words.of(draft.text))[:300],
            "number": number.whole,
        }
        place = _IN_PLACE.match(sentence.text, label.start, label.end)
        if place and places.known(place.group("place")):
            part["area"] = clean(place.group("place"))
        parts.append(part)
        draft.cite(f"parts.{index}", _both(sentence, number.span, label))
    if parts:
        draft.body["parts"] = parts
        draft.body["parts_complete"] = total.complete
