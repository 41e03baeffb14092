"""What a number in an English sentence counts: by the words behind it, or by those before it."""

import re
from dataclasses import dataclass

from parley.desk.drafting.numbers import Number

_BOUND = (
    "(?: (?:at least|at most|about|around|some|nearly|almost|more than|over|up to|as many as|"
    "no less than|no fewer than|not less than|fewer than|less than))?"
)
_REACHED = (
    r"(?:(?:climb|ris|gr|go|went|stand|stood|increas|reach|br)\w*(?: up)?(?: to| at)?|rose to|"
    r"is|was|"
    r"to|at)"
)
_DEATHS = (
    "killed|dead|died|die|dies|deaths|fatalities|lost their lives|kills|eliminated|slain|martyrs|"
    "martyred|perished"
)
_BEHIND: tuple[tuple[str | None, str], ...] = (
    (
        "killed",
        _DEATHS,
    ),
    ("injured", r"wounded|injured|hurt|injuries"),
    ("missing", r"missing"),
    ("detained", r"detained|arrested|captured|taken prisoner"),
    ("allegations", r"violations?|breaches|breach|infringements?|infractions?"),
    (
        "settlements",
        r"settlements?|(?:villages|towns|localities) (?:that |which )?(?:have |had )?joined",
    ),
    (
        "groups",
        r"(?:armed|opposition|rebel) groups|groups (?:have |had )?(?:joined|applied|signed)",
    ),
    ("actions", r"humanitarian (?:actions?|operations?)|(?:relief|aid) actions?"),
    ("tonnes", r"tonnes|tons"),
    ("people", r"evacuated|displaced|refugees"),
    (None, r"casualties"),
)
_BEHIND_RULES = tuple((name, re.compile(rf"\b(?:{words})\b", re.I)) for name, words in _BEHIND)
_MOVED = re.compile(
    r"\s(?:[\w-]+ ){0,3}?(?:people|civilians|residents|fighters|families|refugees|militants)"
    r"(?:, [^,.;]{2,40},)?(?: have| has| had| were| was)?(?: been)? "
    r"(?:left|evacuated|displaced|fled|taken out|bused out|moved out|returned)\b"
)
_BEFORE_RULES: tuple[tuple[str, "re.Pattern[str]"], ...] = tuple(
    (name, re.compile(rf"\b(?:{words}){_BOUND} $", re.I))
    for name, words in (
        ("killed", r"killing|killed|kills|kill|claimed the lives of|dead at|[Dd]eath toll of"),
        ("killed", rf"death toll\b[\w' ]{{0,60}}?{_REACHED}"),
        ("killed", rf"number of [\w ]{{0,30}}?(?:killed|dead|deaths)\b[\w' ]{{0,60}}?{_REACHED}"),
        ("injured", r"wounding|wounded|wounds|injuring|injured|injures"),
        ("killed", r"the (?:dead|toll|death toll) at"),
        ("injured", r"the (?:wounded|injured) at"),
        (
            "people",
            rf"number of (?:the )?(?:displaced|refugees|evacuated)\b[\w ]{{0,40}}?{_REACHED}",
        ),
        (
            "settlements",
            rf"number of [\w ]{{0,30}}(?:settlements|towns|villages)\b[\w ]{{0,60}}?{_REACHED}",
        ),
        ("groups", rf"number of [\w ]{{0,20}}groups\b[\w ]{{0,60}}?{_REACHED}"),
        (
            "same",
            r"(?:bring|brings|bringing|brought) (?:the|their|its) (?:total |overall )?number to",
        ),
    )
)
_ASIDE = re.compile(
    r"\s(?:[\w-]+ ){0,3}[\w-]+(?P<aside>, (?:including|among them|most of them|mostly|all of them|"
    r"both) [^,;.]{2,60}, )"
)
_STOP = re.compile(r"[,;:.]| [-—–]+ |\band\b|\bor\b")
_WINDOW = 110
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted and the stretch that says so, from the beginning of the sentence.

    ``what``: as ``toll/1`` has it; None where the word leaves it open (casualties); "same" for what
    the number before it counts.
    """

    what: str | None
    start: int
    end: int


def counted(text: str, number: Number, limit: int) -> Counted | None:
    """Give what a number counts; ``limit``: where the next number begins."""
    begin = max(0, number.span.start - _WINDOW)
    for name, pattern in _BEFORE_RULES:
        before = pattern.search(text[begin : number.span.start])
        if before:
            return Counted(name, begin + before.start(), number.span.end)
    moved = _MOVED.match(text, number.span.end)
    if moved:
        return Counted("people", number.span.start, moved.end())
    reach = min(limit, number.span.end + _WINDOW)
    # "Three people, including a nurse, were killed": what stands between the commas is passed over
    aside = _ASIDE.match(text, number.span.end, reach)
    if aside is None:
        return _behind(text, number, number.span.end, reach)
    before_it = _behind(text, number, number.span.end, aside.start("aside"))
    return before_it or _behind(text, number, aside.end(), reach)


def _behind(text: str, number: Number, start: int, reach: int) -> Counted | None:
    stop = _STOP.search(text, start, reach)
    end = stop.start() if stop else reach
    found = [
        (match.start(), match.end(), at)
        for at, (_, pattern) in enumerate(_BEHIND_RULES)
        if (match := pattern.search(text, start, end))
    ]
    if not found:
        return None
    _, last, at = min(found)
    if len(text[start:last].split()) > _MOST_WORDS:
        return None
    return Counted(_BEHIND_RULES[at][0], number.span.start, last)
