"""``call/1`` from English: an attempt to speak, by telephone or radio, and how it ended."""

import re
from datetime import date

from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import mentions
from parley.desk.drafting.moments import Frame, resolve
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import trimmed
from parley.desk.drafting.story import Story

_LINE = (
    r"(?:hotline|telephone line|de-?confliction line|the line|established line|agreed line|"
    r"phone|telephone)"
)
_CALLS: tuple[tuple[str, "re.Pattern[str]"], ...] = (
    ("telephone", re.compile(r"\b(?:telephoned|phoned|rang up|rang) (?P<to>[^,.;:\ufffc]{2,70})")),
    ("radio", re.compile(r"(?P<to>[^,.;:\ufffc]{2,60}) (?:was|were|had been|has been|have been) "
                         r"(?:radioed|hailed)\b")),
    ("radio", re.compile(r"\b(?:radioed|hailed) (?P<to>[^,.;:\ufffc]{2,70})")),
    ("telephone", re.compile(rf"\bcalled (?P<to>the (?:\w+ ){{0,4}}?{_LINE})\b")),
    ("telephone", re.compile(
        r"\bcalled (?P<to>(?:the|its|their|his|our) (?:\w+ ){0,3}?(?:counterparts?|colleagues|"
        r"headquarters|centre|center|"
        r"liaison|duty officer|other side|command post))\b")),
    ("telephone", re.compile(
        rf"\b(?:contacted|reached|warned|informed|notified|spoke (?:to|with)|talked (?:to|with)) "
        rf"(?P<to>[^,.;:\ufffc]{{2,70}}?) (?:by|over|on|through|via) (?:the |its )?(?:\w+ "
        rf"){{0,2}}?{_LINE}\b")),
    ("radio", re.compile(
        r"\b(?:contacted|reached|warned|called) (?P<to>[^,.;:\ufffc]{2,70}?) (?:by|over|on) "
        r"(?:the |its )?"
        r"(?:\w+ ){0,2}?(?:radio|guard frequency|channel \d+|frequency|121\.5)")),
    ("telephone", re.compile(
        r"\b(?:spoke|talked)(?P<to>) (?:by|over the|on the) (?:tele)?phone\b")),
    ("telephone", re.compile(
        rf"\btried (?:\w+ )?to (?:raise|reach|call|phone|contact) (?P<to>[^,.;:\ufffc]{{2,70}}?) "
        rf"(?:on|by|over|through|via) (?:the |its )?(?:\w+ ){{0,2}}?{_LINE}\b")),
    ("", re.compile(
        r"\b(?:[Aa]|[Tt]he|[Oo]ne|[Aa]nother)(?: \w+)? (?:phone |telephone )?calls?\b(?= ?(?:,|"
        r"to\b|was\b|were\b|went\b|got\b|on the\b))"
        r"(?P<to>)")),
)  # fmt: skip
_AGAIN = re.compile(r"\b(?:second|third|next|another|last|first) (?:attempt|try)\b(?P<to>)")
_OUTCOMES: tuple[tuple[str, "re.Pattern[str]"], ...] = (
    ("contact_absent", re.compile(
        r"\b(?:was|is|were) (?:away|absent|unavailable|not there|out of the office)\b|\bcould "
        r"not be reached\b")),
    ("no_answer", re.compile(
        r"\b(?:no answer|not answered|unanswered|no reply|no response|did not (?:reply|respond|"
        r"answer)|"
        r"didn't (?:reply|respond|answer)|nobody (?:answered|picked up)|line was (?:busy|"
        r"engaged|dead)|without (?:a )?(?:reply|answer))\b")),
    ("message_left", re.compile(r"\bleft (?:a|the) message\b")),
    ("hung_up", re.compile(r"\bhung up\b")),
    ("on_hold", re.compile(r"\bon hold\b")),
    ("connected", re.compile(
        r"\b(?:spoke (?:to|with)|talked (?:to|with)|asked (?:it|him|her|them)|told (?:it|him|"
        r"her|them)|replied|acknowledged|assured (?:it|him|her|them)|"
        r"was answered|was successful|got through|promised|spoke (?:by|over|on))\b")),
)  # fmt: skip
_RADIO = re.compile(r"\b(?:radio|frequency|channel \d+)\b")
_PHONE = re.compile(r"\b(?:phone|telephone|hotline|line)\b")
_FREQUENCY = re.compile(
    r"\bon (?P<words>(?:the )?(?:guard frequency|channel \d+|emergency frequency|"
    r"\d{3}\.\d{1,3}(?: MHz)?))"
)


def calls(story: Story, found: list[Sentence]) -> list[Finding]:
    """Draft the calls of an English text, in order; a bad end may stand in the sentence behind."""
    drafts: list[Finding] = []
    told: date | None = None
    for at, sentence in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if following is not None and following.paragraph != sentence.paragraph:
            following = None
        frame = Frame(story.frame.base, story.frame.zone, told)
        again = drafts and drafts[-1].span.end > sentence.span.start - 200
        for medium, pattern in (*_CALLS, ("", _AGAIN)) if again else _CALLS:
            match = pattern.search(sentence.plain)
            if match is not None:
                drafts.append(_drafted(story, sentence, following, medium, match, frame))
                break
        told = _day(sentence, frame) or told
    return drafts


def _day(sentence: Sentence, frame: Frame) -> date | None:
    for mention in mentions(sentence.plain):
        moment = resolve(mention, "a day", frame)
        if moment is not None and mention.day and moment.precision != "month":
            return moment.day
    return None


def _drafted(
    story: Story, sentence: Sentence, following: Sentence | None, medium: str,
    match: "re.Match[str]", frame: Frame,
) -> Finding:  # fmt: skip
    draft = Finding("call/1", story.text, sentence.span)
    plain = sentence.plain
    medium = medium or (
        "radio" if _RADIO.search(plain) else "telephone" if _PHONE.search(plain) else ""
    )
    if medium:
        draft.put("medium", medium, sentence.at(match.start(), match.end()))
    to = trimmed(plain, match.start("to"), match.end("to"))
    if to.start < to.end:
        draft.name("to", sentence.at(to.start, to.end))
    _outcome(draft, sentence, following)
    frequency = _FREQUENCY.search(plain)
    if frequency and medium == "radio":
        span = sentence.at(frequency.start("words"), frequency.end("words"))
        draft.put("frequency", clean(span.of(draft.text)), span)
    for mention in mentions(plain):
        words = clean(mention.span.of(sentence.text))
        moment = resolve(mention, words, frame)
        if moment is None or mention.span.meets(to):
            continue
        if ";" in plain[min(match.end(), mention.span.start) : mention.span.start]:
            break  # another clause, and perhaps another call
        span = sentence.at(mention.span.start, mention.span.end)
        if moment.precision == "minute":
            draft.instant("opened_at", moment, span)
        else:
            draft.notes.append(f"the hour is not stated: {words} ({moment.day.isoformat()})")
        break
    return draft


def _outcome(draft: Finding, sentence: Sentence, following: Sentence | None) -> None:
    for each in (sentence, following):
        if each is None:
            continue
        for outcome, pattern in _OUTCOMES:
            match = pattern.search(each.plain)
            if match is not None:
                draft.put("outcome", outcome, each.at(match.start(), match.end()))
                return
