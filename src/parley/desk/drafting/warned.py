"""``warning/1`` from English: who is told to stay clear, to stop, to turn back, to seek cover."""

import re

from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import mentions
from parley.desk.drafting.moments import resolve
from parley.desk.drafting.places import Places
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.story import Story

_WHOM = r"(?P<whom>(?!by\b|that\b|in\b|on\b)[^,.;:\ufffc]{2,80}?)"
_WHO = r"(?:^|[,;] |\b(?:that|and) )(?P<whom>[^,.;:\ufffc]{2,80}?)"
_MOVES = (
    "approach|enter|fly|land|cross|go|use|fire|strike|attack|sail|travel|move|drive|return|gather|"
    "fish|graze|venture|operate|touch"
)
_DO = (
    r"(?P<asked>(?:(?:keep|stay|steer|move|get|remain|fly|turn) (?:well |at once )?"
    r"(?:clear|away|out|off|back|indoors|inside)|turn (?:back|around)|avoid|leave the area|"
    r"evacuate|stop|cease|hold (?:their |its )?fire|halt|seek shelter|take (?:cover|shelter)|abort|"
    rf"break off|not (?:to )?(?:{_MOVES})|{_MOVES})\b[^;:\ufffc]{{0,200}})"
)
_TELL = (
    r"(?:warned|warns|told|urged|urges|advised|asked|requested|ordered|instructed|cautioned|"
    r"reminded|called on)"
)
_HELD = "(?:are|were|was|is|have been|has been|had been)"
_AGAINST = r"(?P<not>against) (?P<asked>[^;:\ufffc]{3,200})"
_RULES = (
    re.compile(rf"\b{_TELL} {_WHOM} (?P<not>not )?to {_DO}"),
    re.compile(rf"{_WHO} {_HELD} {_TELL} (?:by [\w ]{{2,30}} )?(?P<not>not )?to {_DO}"),
    re.compile(rf"{_WHO} {_HELD} {_TELL} {_AGAINST}"),
    re.compile(rf"\b{_TELL} {_WHOM} {_AGAINST}"),
    re.compile(rf"{_WHO} (?:must|should|shall|are to|is to) (?P<not>not )?{_DO}"),
)
_ABSTAINED = re.compile(rf"(?:{_MOVES})\b")
# "Called on both to stop their offensive" is an appeal in public, not a word on the line.
_APPEAL = re.compile(r"(?:called on|urged|urges)\b")
_STOP = re.compile(r"(?:stop|cease|halt|hold (?:their |its )?fire|abort|break off)\b")
_DISTRESS = re.compile(r"\b(?:mayday|in distress|grave and imminent)\b", re.IGNORECASE)
_AT = re.compile(
    r"\b(?:near|around|over|in|of|at|from|to|between) (?P<place>[A-Z][\w'’-]*(?: "
    r"[A-Z][\w'’-]*){0,2})"
)
_UNTIL = re.compile(r"\b(?:until|till|between|and|to)\s$")
_TRAILING = re.compile(
    r",\s(?:an?|the|two|three|one|it|he|she|they)\b[^,]{0,60}\b(?:said|says|added)\b[^,]*$"
)
_PERSONAL = re.compile(r"(?:it|that|this|which|who)", re.IGNORECASE)


def warnings(
    story: Story, found: list[Sentence], due: list[Finding], places: Places
) -> list[Finding]:
    """Draft the warnings of an English text; what has a deadline is a demand, not a warning."""
    demanded = [draft.span for draft in due if draft.body.get("step") == "demand"]
    drafts = []
    for sentence in found:
        for rule in _RULES:
            match = rule.search(sentence.plain)
            if match is None or _PERSONAL.fullmatch(match.group("whom").strip()):
                continue
            asked = match.group("asked")
            if _ABSTAINED.match(asked) and not match.group("not"):
                continue
            if _APPEAL.match(match.group()) and _STOP.match(asked):
                continue
            if any(span.meets(sentence.span) for span in demanded):
                continue
            drafts.append(_drafted(story, sentence, match, places))
            break
    return drafts


def _drafted(story: Story, sentence: Sentence, match: "re.Match[str]", places: Places) -> Finding:
    plain = sentence.plain
    draft = Finding("warning/1", story.text, sentence.at(match.start(), match.end()))
    start = match.start("not") if match.group("not") else match.start("asked")
    tail = _TRAILING.search(plain, start)
    asked = trimmed(plain, start, tail.start() if tail else match.end("asked"), " .,")
    draft.words("asked", sentence.at(asked.start, asked.end), story.language)
    whom = trimmed(plain, match.start("whom"), match.end("whom"))
    draft.words("whom", sentence.at(whom.start, whom.end), story.language)
    _urgency(draft, sentence, match)
    for place in _AT.finditer(plain, start):
        stated = places.stated(place.group("place"))
        if stated is not None:
            span = sentence.at(place.start("place"), place.end("place"))
            draft.put("place", stated, span, "centre of the populated place so named")
            break
    _until(draft, story, sentence, asked)
    return draft


def _urgency(draft: Finding, sentence: Sentence, match: "re.Match[str]") -> None:
    if _DISTRESS.search(sentence.plain):
        draft.put("urgency", "distress", sentence.span)
    elif _STOP.match(match.group("asked")) and not match.group("not"):
        draft.put("urgency", "stop", sentence.at(match.start("asked"), match.end("asked")))
    # otherwise how urgent it is is not in the words


def _until(draft: Finding, story: Story, sentence: Sentence, asked: Span) -> None:
    """Fill the end of the warning: the last time behind "until", or of "between ... and"."""
    for mention in reversed(mentions(sentence.plain)):
        at = mention.span
        if at.start < asked.start:
            return
        if _UNTIL.search(sentence.plain, max(0, at.start - 9), at.start):
            words = clean(at.of(sentence.text))
            moment = resolve(mention, words, story.frame, ahead=True, to_end=True)
            if moment is not None:
                draft.instant("valid_until", moment, sentence.at(at.start, at.end))
            return
