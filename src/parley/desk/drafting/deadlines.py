"""``deadline/1`` from English: a demand with a time, its extension, and what came of it."""

import re

from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import Mention, Spell, mentions, spells
from parley.desk.drafting.moments import Frame, Moment, after, resolve, start_of
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.story import Story

_WHOM = r"(?P<whom>[^,.;:\ufffc]{2,90}?)"
_WHO = r"(?:^|[,;] |\b(?:that|and) )(?P<whom>[^,.;:\ufffc]{2,90}?)"
_TIME = r"(?:\w+|\d+)"
_TO = r"to (?P<what>[^;:\ufffc]{3,240})"
_ALLOTTED = (
    rf"(?P<spell>(?:until|till|{_TIME} (?:more )?(?:hours?|days?|weeks?)\b)"
    r"[^,.;:\ufffc]{0,40}?)"
)
_BIDDEN = "(?:told|ordered|asked|required|instructed|called on|invited|requested|expected|obliged)"
_BID = "(?:told|tells|ordered|asked|urged|instructed|warned|called on|required)"
_HELD = "(?:have been|has been|had been|were|was|are|is)"
_ACTS = "(?:leave|withdraw|hand|stop|release|open|return|lift|end|give|pull)"
_DEMANDS = (
    re.compile(rf"\b(?:gave|gives?|given|giving) {_WHOM} {_ALLOTTED} ?{_TO}"),
    re.compile(rf"\b{_BID} {_WHOM} {_TO}"),
    re.compile(rf"{_WHO} (?:has|have|had|{_HELD} given) {_ALLOTTED} ?{_TO}"),
    re.compile(rf"{_WHO} {_HELD} {_BIDDEN} {_TO}"),
    re.compile(
        rf"{_WHO} (?:must|shall|have to|has to|are to|is to|should) "
        r"(?P<what>[^;:\ufffc]{3,240})"
    ),
    re.compile(rf"\bdemand(?:ed|s) that {_WHOM} (?P<what>{_ACTS}\b[^;:\ufffc]{{3,240}})"),
)
_EXTENDED = re.compile(
    r"\b(?:extend(?:ed|s)|prolong(?:ed|s)|put off|pushed back|moved) "
    r"(?P<what>(?:the|its|this|that|an?) (?:\w+ ){0,2}(?:deadline|ultimatum|demand))"
    r"|(?P<gave>\b(?:gave|give|gives|given|granted?|allowed) [^,.;]{2,60}? more time)"
)
_ENDED = re.compile(
    r"\b(?:deadline|ultimatum|\d+ (?:hours|days))\b(?P<between>[\w' ]{0,110}?)\b"
    r"(?P<came>expired|lapsed|passed|ran out|withdrawn|lifted|met)\b"
)
_CAME = {
    "expired": "lapsed", "lapsed": "lapsed", "passed": "lapsed", "ran out": "lapsed",
    "withdrawn": "withdrawn", "lifted": "withdrawn", "met": "met",
}  # fmt: skip
_OTHERWISE = re.compile(
    r",? or (?P<then>(?:else |face |they |it |be |risk |he |see )[^;:\ufffc]{3,200})"
    r"|, (?:warning|threatening|saying|adding) (?:that )?"
    r"(?P<warned>[^;:\ufffc]{0,80}\botherwise\b[^;:\ufffc]{0,120})",
    re.IGNORECASE,
)
_NEXT_OTHERWISE = re.compile(
    r"(?:If (?:it|they|he|she|the \w+) (?:fails?|do(?:es)? not|refuses?)|Otherwise|Those who "
    r"(?:do not|fail|stay)|"
    r"Whoever|Anyone who|Failing that)\b"
)
_DUE = re.compile(
    r"\b(?:[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|no later than|not later than)\s(?P<end>the end "
    r"(?:of )?)?$"
)
_WITHIN = re.compile(r"\b[Ww]ithin (?:the next |another )?$")
# To stay away until a time is asked of somebody at once: a warning, and no deadline to act.
_ABSTAIN = re.compile(r"(?:keep|stay|steer|remain|avoid|not|refrain)\b")
_TAIL = re.compile(r",\s(?:an?|the|two|three|one|according)\b[^,]{0,60}\b(?:said|says|to)\b[^,]*$")


def deadlines(story: Story, found: list[Sentence]) -> list[Finding]:
    """Draft the demands, extensions and outcomes of an English text, in order."""
    drafts: list[Finding] = []
    for at, sentence in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if following is not None and following.paragraph != sentence.paragraph:
            following = None
        draft = _ended(story, sentence) or _extended(story, sentence)
        draft = draft or _demanded(story, sentence, following)
        if draft is not None:
            drafts.append(draft)
    return drafts


def _ended(story: Story, sentence: Sentence) -> Finding | None:
    match = _ENDED.search(sentence.plain)
    if match is None or re.search(r"\b(?:not|never|before)\b", match.group("between")):
        return None
    draft = Finding("deadline/1", story.text, sentence.at(match.start(), match.end()))
    whole = sentence.at(match.start(), match.end())
    draft.put("step", "outcome", whole)
    draft.put("outcome", _CAME[match.group("came")], whole)
    draft.words("text", sentence.span, story.language)
    return draft


def _extended(story: Story, sentence: Sentence) -> Finding | None:
    match = _EXTENDED.search(sentence.plain)
    if match is None:
        return None
    draft = Finding("deadline/1", story.text, sentence.span)
    draft.put("step", "extension", sentence.at(match.start(), match.end()))
    draft.words("text", sentence.span, story.language)
    due = due_in(story, sentence, match.end())
    if due is not None:
        draft.when("due", *due)
    return draft


def _demanded(story: Story, sentence: Sentence, following: Sentence | None) -> Finding | None:
    plain = sentence.plain
    for pattern in _DEMANDS:
        match = pattern.search(plain)
        if match is None or _ABSTAIN.match(match.group("what")):
            continue
        due = due_in(story, sentence, 0, allotted=match.groupdict().get("spell") is not None)
        if due is None:
            continue
        draft = Finding("deadline/1", story.text, sentence.at(0, len(plain)))
        draft.put("step", "demand", sentence.at(match.start(), match.end()))
        what, then = _parted(plain, Span(match.start("what"), match.end("what")))
        draft.words("demand", sentence.at(what.start, what.end), story.language)
        if then is not None:
            draft.words("consequence", sentence.at(then.start, then.end), story.language)
        elif following is not None and _NEXT_OTHERWISE.match(following.plain):
            draft.words("consequence", following.span, story.language)
        whom = trimmed(plain, match.start("whom"), match.end("whom"))
        draft.name("addressed_to.0", sentence.at(whom.start, whom.end))
        draft.when("due", *due)
        return draft
    return None


def _parted(plain: str, what: Span) -> tuple[Span, Span | None]:
    """Part what is demanded from what is said to follow otherwise, and from who says so."""
    words = plain[what.start : what.end]
    tail = _TAIL.search(words)
    end = what.start + tail.start() if tail else what.end
    otherwise = _OTHERWISE.search(plain, what.start, end)
    if otherwise is None:
        return trimmed(plain, what.start, end, " .,"), None
    name = "then" if otherwise.group("then") else "warned"
    then = trimmed(plain, otherwise.start(name), end, " .,")
    return trimmed(plain, what.start, otherwise.start(), " .,"), then


def due_in(
    story: Story, sentence: Sentence, start: int, *, allotted: bool = False
) -> tuple[Moment, Span] | None:
    """Find until when something is due: by or until a time, or within so long of the day told.

    ``allotted``: a length of time counts without "within", as in "48 hours to leave".
    """
    plain = sentence.plain
    times = mentions(plain)
    told = _told(story, plain, times)
    frame = story.frame.after(told.day if told else None)
    for mention in times:
        before = _DUE.search(plain, max(0, mention.span.start - 30), mention.span.start)
        if mention.span.start < start or before is None:
            continue
        end = before.group("end") is not None
        to_end = not before.group().lower().startswith("before")
        words = clean(sentence.text[mention.span.start : mention.span.end])
        moment = resolve(mention, words, frame, ahead=True, to_end=to_end, month_end=end)
        if moment is not None:
            return moment, sentence.at(mention.span.start, mention.span.end)
    for spell in spells(plain):
        found = _within(story, sentence, spell, told, allotted)
        if found is not None and spell.span.start >= start:
            return found
    return None


def _within(
    story: Story, sentence: Sentence, spell: Spell, told: Moment | None, allotted: bool
) -> tuple[Moment, Span] | None:
    plain = sentence.plain
    before = _WITHIN.search(plain, max(0, spell.span.start - 24), spell.span.start)
    begins = before.start() if before else spell.span.start
    if before is None and not allotted:
        return None
    frame: Frame = story.frame
    origin = told or start_of(frame.base, frame.base.isoformat(), frame.zone, "day of the text")
    if origin is None:
        return None
    words = clean(sentence.text[begins : spell.span.end])
    moment = after(spell, words, origin, to_end=True)
    return None if moment is None else (moment, sentence.at(begins, spell.span.end))


def _told(story: Story, plain: str, times: list[Mention]) -> Moment | None:
    """Give the first time of the sentence that nothing is due at: when the demand was made."""
    for mention in times:
        before = plain[max(0, mention.span.start - 30) : mention.span.start]
        if _DUE.search(before) or not mention.day:
            continue
        words = clean(plain[mention.span.start : mention.span.end])
        moment = resolve(mention, words, story.frame)
        if moment is not None and moment.precision != "month":
            return moment
    return None
