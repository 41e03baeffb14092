"""Russian: statements by their verbs and quotations, and the plainest totals; no other kind."""

import re

from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.quotes import FILL
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.story import Story

_STEMS = (
    "сообщ|заяв|сказа|добав|отмет|подчеркну|уточн|рассказа|объясн|подтверд|призна|утвержда|написа|"
    "предупред|обвин|призва|потребова|предлож|пообеща|опроверг|отрица|отверг"
)
_DENY = re.compile("опроверг|отрица|отверг")
_VERB = rf"(?P<verb>(?:{_STEMS})(?:ил|ил[аои]|ал|ал[аои]|л|л[аои]|л[аи]|ла|ло|ли|яет|яют|ает|ают)?)"
_BEHIND = re.compile(rf"{FILL},? [—–-] {_VERB}\b (?P<who>[^,.;:—{FILL}]{{2,90}})")
_BEFORE = re.compile(rf"^(?P<who>[^,.;:—{FILL}]{{2,90}}?) {_VERB}\b(?P<rest>[^.]*)")
_AS_TOLD = re.compile(
    rf"^Как {_VERB}\b (?:журналистам )?(?P<who>[^,.;:—{FILL}]{{2,90}}), (?P<rest>.*)", re.DOTALL
)
_BY_DATA = re.compile(
    r"^(?P<verb>По (?:данным|словам|сообщению|информации)) (?P<who>[^,.;:—]{2,90}), (?P<rest>.*)",
    re.DOTALL,
)
_IS_SAID = re.compile(
    r", (?P<verb>(?:говорится|сообщается|отмечается) в) (?P<who>[^,.;:—]{2,90})\.?$"
)
_NAME = re.compile(r"[А-ЯЁ][а-яё]+(?: [А-ЯЁ][а-яё]+)+$")
_PRONOUN = re.compile(r"(?:он|она|они|оно)", re.IGNORECASE)
_NUMBERS = {
    "один": 1, "одно": 1, "одна": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5,
    "шесть": 6, "семь": 7, "восемь": 8, "девять": 9, "десять": 10,
}  # fmt: skip
_TOLL = re.compile(
    rf"\b(?P<number>\d{{1,6}}|{'|'.join(_NUMBERS)}) (?:\w+ )?(?P<what>нарушени[яей]|погибши[хй]|"
    rf"раненых|"
    r"населенных пункт(?:а|ов)|населённых пункт(?:а|ов))",
    re.IGNORECASE,
)
_COUNTED = {"нару": "allegations", "поги": "killed", "ране": "injured", "насе": "settlements"}


def statements(story: Story, found: list[Sentence]) -> list[Finding]:
    """Draft the statements of a Russian text, in order."""
    drafts = []
    last, spoke_in = "", -2
    for sentence in found:
        for pattern in (_BEHIND, _AS_TOLD, _BY_DATA, _IS_SAID, _BEFORE):
            match = pattern.search(sentence.plain)
            if match is not None:
                break
        else:
            continue
        who = trimmed(sentence.plain, match.start("who"), match.end("who"))
        words, how = who.of(sentence.plain), ""
        named = _NAME.search(words)
        if _PRONOUN.fullmatch(words):
            if sentence.paragraph - spoke_in > 1:
                continue
            words, how = last, f"{words!r} is taken for the one named before"
        elif named is not None and named.start() > 0:
            who, words = Span(who.start + named.start(), who.end), named.group()
        last, spoke_in = words, sentence.paragraph
        drafts.append(_drafted(story, sentence, match, who, words, how))
    return drafts


def _drafted(
    story: Story, sentence: Sentence, match: "re.Match[str]", who: Span, words: str, how: str
) -> Finding:
    draft = Finding("statement/1", story.text, sentence.span)
    draft.speaker, draft.speaker_how = sentence.at(who.start, who.end), how
    draft.put("speaker", clean(words)[:300], draft.speaker, how)
    draft.name("on_behalf_of", draft.speaker)
    draft.verb = sentence.at(match.start("verb"), match.end("verb"))
    draft.denied = _DENY.match(match.group("verb")) is not None
    if sentence.quotes:
        draft.form = "quote"
        draft.words("text", sentence.quotes[0].inner, "ru")
    else:
        draft.form = "paraphrase"
        draft.words("text", sentence.span, "ru")
    draft.put("form", draft.form, sentence.span)
    published = story.published()
    if published is not None:
        draft.when("published_at", *published)
    return draft


def tolls(story: Story, found: list[Sentence], said: list[Finding]) -> list[Finding]:
    """Draft the plainest totals of a Russian text; what somebody denies is none."""
    denied = [draft.span for draft in said if draft.denied]
    drafts = []
    for sentence in found:
        if sentence.span in denied:
            continue
        for match in _TOLL.finditer(sentence.text):
            draft = Finding("toll/1", story.text, sentence.at(match.start(), match.end()))
            number = match.group("number").lower()
            figure = sentence.at(match.start("number"), match.end("number"))
            draft.put("total", int(number) if number.isdecimal() else _NUMBERS[number], figure)
            what = sentence.at(match.start("what"), match.end("what"))
            draft.put("counted", _COUNTED[match.group("what").lower()[:4]], what)
            draft.words("text", sentence.span, "ru")
            drafts.append(draft)
    return drafts
