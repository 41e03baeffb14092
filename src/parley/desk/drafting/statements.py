"""``statement/1`` from English: who said what, by a verb, a quotation, or "according to"."""

import re
from dataclasses import dataclass
from datetime import date

from parley.desk.drafting.english import (
    ACCORDING,
    CITING,
    DENYING,
    NEGATED,
    NO_SPEAKER,
    PASSIVE,
    SAYING,
    VERB,
)
from parley.desk.drafting.finding import Finding, clean
from parley.desk.drafting.mentions import Mention, mentions
from parley.desk.drafting.moments import Frame, Moment, resolve
from parley.desk.drafting.quotes import FILL
from parley.desk.drafting.sentences import Sentence
from parley.desk.drafting.span import Span, trimmed
from parley.desk.drafting.speakers import MOST_WORDS, Cast, Speaker, speaker_in, with_apposition
from parley.desk.drafting.story import Story

_BREAK = re.compile(rf"[;:{FILL}]| [-—–]+ ")
_TAIL_END = re.compile(
    rf"[,;:{FILL}]|\.(?!\s[A-Z])|"
    rf"\b(?:in|on|at|to|that|who|late|early|while|after|before|during|by|"
    rf"reporters|journalists|when|as|from)\b"
)
_NAMED_TAIL = re.compile(r",\s+(?P<more>(?:an?|the|who|whose|head|chief|spokes\w+)\b[^,.;]{2,90})")
_NEAR_VERB = re.compile(
    r"(?:[\w'’]+ ){0,2}(?:in an? (?:\w+ )?(?:statement|interview|address|email|speech|note) )?"
    r"(?:late |early )?(?:on )?", re.IGNORECASE
)  # fmt: skip
_CALLED = re.compile(r"call(?:ed|s) (?:it|this|that|them|the \w+) (?:an?|the|one)\b")
_TO_DO = re.compile(r"\s+(?:[\w'’-]+ ){1,8}?(?:not )?to (?!reporters|journalists)")
_ONLY_QUOTE = re.compile(rf"\W*{FILL}[\W{FILL}]*")
_ASIDE = re.compile(
    r"\s*(?:(?:quoted|cited|reached|contacted|asked) by|speaking|writing|"
    r"in an? (?:statement|interview))\b"
)
_TOLD_THAT = re.compile(
    r"\s*(?:(?:reporters|journalists|lawmakers|parliament|(?:a|an|the) \w+|state \w+)"
    r"(?: (?:in|on|at|from) [^,]{2,40}?)? )?that\b\s*"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where a sentence says who says it: the verb, the speaker, and what is said."""

    verb: Span
    speaker: Speaker
    said: Span
    word: str
    tail: bool


def statements(story: Story, found: list[Sentence], cast: Cast) -> list[Finding]:
    """Draft the statements of an English text, in order."""
    drafts: list[Finding] = []
    told: date | None = None
    paragraph, follows = -1, False
    for sentence in found:
        if sentence.paragraph != paragraph:
            paragraph, follows = sentence.paragraph, False
        frame = Frame(story.frame.base, story.frame.zone, told)
        times = mentions(sentence.plain)
        draft = _statement(story, sentence, cast, times, frame)
        if draft is None and follows and cast.last and _ONLY_QUOTE.fullmatch(sentence.plain):
            draft = _continued(story, sentence, cast.last[0])
        follows = draft is not None
        told = _told(sentence, times, frame) or told
        if draft is not None:
            drafts.append(draft)
    return drafts


def _told(sentence: Sentence, times: list[Mention], frame: Frame) -> date | None:
    for mention in times:
        moment = resolve(mention, sentence.text[mention.span.start : mention.span.end], frame)
        if moment is not None and mention.day and moment.precision != "month":
            return moment.day
    return None


def _statement(
    story: Story, sentence: Sentence, cast: Cast, times: list[Mention], frame: Frame
) -> Finding | None:
    found = attribution(sentence, times)
    if found is None:
        return None
    speaker = cast.meant(found.speaker, sentence.paragraph)
    draft = Finding("statement/1", story.text, sentence.span)
    if speaker is None:
        speaker = found.speaker
        draft.notes.append(f"whom {speaker.words!r} stands for is not said near by")
        _unnamed(draft, sentence, found)
    else:
        cast.remember(speaker, sentence.paragraph)
        _speaker(draft, sentence, speaker, found)
    draft.denied = found.word in DENYING
    _words(draft, sentence, found, story.language)
    _times(draft, sentence, found, times, frame, story)
    cited = [(m.start("whom"), m.end("whom")) for m in CITING.finditer(sentence.plain)]
    cited += [
        (at.end(), _phrase_end(sentence.plain, at.end()))
        for at in ACCORDING.finditer(sentence.plain)
        if sentence.at(at.start(), at.end()) != draft.verb
    ]
    spans = [sentence.at(*_bare(sentence.plain, *each)) for each in cited]
    draft.hearsay = [span for span in spans if span.start < span.end]
    return draft


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    span = trimmed(text, start, end)
    return span.start, span.end


def _speaker(draft: Finding, sentence: Sentence, speaker: Speaker, found: Attribution) -> None:
    draft.verb = sentence.at(found.verb.start, found.verb.end)
    place = sentence.at(speaker.span.start, speaker.span.end)
    draft.speaker, draft.speaker_how = place, speaker.how
    draft.put("speaker", clean(speaker.words)[:300], place, speaker.how)
    if not speaker.how:
        draft.name("on_behalf_of", place)
    if speaker.role is not None and not speaker.how:
        role = sentence.at(speaker.role.start, speaker.role.end)
        draft.put("role", clean(role.of(draft.text))[:300], role)


def _unnamed(draft: Finding, sentence: Sentence, found: Attribution) -> None:
    draft.verb = sentence.at(found.verb.start, found.verb.end)
    draft.speaker = sentence.at(found.speaker.span.start, found.speaker.span.end)


def _continued(story: Story, sentence: Sentence, speaker: Speaker) -> Finding:
    draft = Finding("statement/1", story.text, sentence.span)
    quote = sentence.quotes[0]
    draft.speaker_how = "a quotation that goes on from the sentence before"
    draft.put("speaker", clean(speaker.words)[:300], sentence.span, draft.speaker_how)
    draft.form = "quote"
    draft.put("form", "quote", quote.span)
    draft.words("text", quote.inner, story.language)
    published = story.published()
    if published is not None:
        draft.when("published_at", *published)
    return draft


def _words(draft: Finding, sentence: Sentence, found: Attribution, language: str) -> None:
    """Fill the words: the quoted alone, else the clause, or all where the verb bends it."""
    if sentence.quotes:
        draft.form = "quote"
        inner = [clean(quote.inner.of(draft.text)).rstrip(" ,") for quote in sentence.quotes]
        whole = Span(sentence.quotes[0].span.start, sentence.quotes[-1].span.end)
        how = "quotations of one sentence, [...] between them" if len(inner) > 1 else ""
        text = " [...] ".join(words for words in inner if words)
        if text:
            draft.put("text", {"lang": language, "text": text}, whole, how)
    else:
        draft.form = "paraphrase"
        kept = sentence.at(found.said.start, found.said.end)
        if found.word not in SAYING | {"according to"} or kept.start >= kept.end:
            kept = sentence.span
        draft.words("text", kept, language)
    draft.put("form", draft.form, sentence.span)


def _times(
    draft: Finding, sentence: Sentence, found: Attribution, times: list[Mention],
    frame: Frame, story: Story,
) -> None:  # fmt: skip
    said: Moment | None = None
    for mention in times:
        if _of_saying(sentence, found, mention):
            words = sentence.text[mention.span.start : mention.span.end]
            said = resolve(mention, clean(words), frame)
            if said is not None:
                draft.when("said_at", said, sentence.at(mention.span.start, mention.span.end))
                break
    published = story.published()
    if published is not None and (said is None or said.ms <= published[0].ms):
        draft.when("published_at", *published)


def _of_saying(sentence: Sentence, found: Attribution, mention: Mention) -> bool:
    """Tell whether a time is that of the saying: before the speaker, or close behind the verb."""
    if not mention.day:
        return False
    plain, speaker = sentence.plain, found.speaker.span
    start = found.speaker.role.start if found.speaker.role else speaker.start
    if not found.tail and mention.span.end <= min(start, speaker.start):
        return min(start, speaker.start) - mention.span.end < 40 and FILL not in plain[:start]
    last = max(found.verb.end, speaker.end if speaker.start > found.verb.start else 0)
    between = plain[last : mention.span.start]
    if speaker.start < found.verb.end <= mention.span.start or mention.span.start >= last:
        return len(between) < 70 and _NEAR_VERB.fullmatch(between.lstrip(" ,")) is not None
    return mention.span.start >= speaker.end and mention.span.end <= found.verb.start


def attribution(sentence: Sentence, times: list[Mention]) -> Attribution | None:
    """Find who says the sentence: at its end, then by its first verb, then by "according to"."""
    plain = sentence.plain
    verbs = [verb for verb in VERB.finditer(plain) if _reports(plain, verb)]
    found = [each for verb in verbs if (each := _by_verb(plain, verb, times)) is not None]
    for each in found:
        if each.tail:
            return each
    if found:
        return found[0]
    for start in ACCORDING.finditer(plain):
        end = _phrase_end(plain, start.end())
        speaker = speaker_in(plain, start.end(), end) or _anybody(plain, start.end(), end)
        if speaker is not None:
            first = start.start() == 0
            said = Span(end, len(plain)) if first else Span(0, start.start())
            verb = Span(start.start(), start.end())
            return Attribution(
                verb, speaker, trimmed(plain, said.start, said.end, " ,.;"), "according to", True
            )
    return None


def _anybody(plain: str, start: int, end: int) -> Speaker | None:
    """Take whoever stands behind "according to" for a speaker, things that say nothing aside."""
    span = trimmed(plain, start, end)
    words = " ".join(plain[span.start : span.end].split())
    named = any(char.isalpha() for char in words)
    if not named or len(words.split()) > MOST_WORDS or NO_SPEAKER.search(words):
        return None
    return Speaker(span, words)


def _phrase_end(plain: str, start: int) -> int:
    stop = re.compile(rf"[,.;:{FILL}]").search(plain, start)
    return stop.start() if stop else len(plain)


def _reports(plain: str, verb: "re.Match[str]") -> bool:
    aux = set(verb.group("aux").lower().split())
    word = verb.group("verb")
    if word == "quoted as saying":
        return bool(aux & PASSIVE) and not aux & NEGATED
    if aux & PASSIVE or aux & NEGATED or verb.group("neither") is not None:
        return False
    if word in ("called", "calls"):
        return _CALLED.match(plain, verb.start("verb")) is not None
    if "would" in aux and word != "say only":
        return False
    if word in ("told", "tells", "warned", "cautioned"):
        return _TO_DO.match(plain, verb.end()) is None
    return True


def _by_verb(plain: str, verb: "re.Match[str]", times: list[Mention]) -> Attribution | None:
    at = Span(verb.start("verb"), verb.end("verb"))
    before = plain[: verb.start()].rstrip()
    word = verb.group("verb")
    if not before or before[-1] in FILL + ",":
        inverted = _inverted(plain, at, before)
        if inverted is not None:
            return Attribution(at, inverted, Span(0, len(before)), word, tail=False)
    start, comma = _clause(plain, verb.start())
    for mention in times:  # "On Monday the ministry announced": the day is no part of the speaker
        if start <= mention.span.start and mention.span.end <= verb.start() and mention.day:
            start = mention.span.end
    speaker = _before(plain, start, verb.start())
    if speaker is None:
        return None
    rest = trimmed(plain, _behind(plain, at.end, times), len(plain), " ")
    tail = comma and (rest.end - rest.start < 60) and _no_clause(plain, at.end, word)
    said = Span(0, speaker.span.start) if tail else rest
    return Attribution(at, speaker, trimmed(plain, said.start, said.end, " ,.;\n"), word, tail)


def _behind(plain: str, start: int, times: list[Mention]) -> int:
    """Give where what is said begins: behind the verb, its day, whom it is said to, and "that"."""
    for mention in times:
        at = mention.span
        near = at.start >= start and _NEAR_VERB.fullmatch(plain[start : at.start].lstrip(" ,"))
        if mention.day and near:
            start = at.end
            break
    told = _TOLD_THAT.match(plain, start)
    return told.end() if told else start


def _no_clause(plain: str, start: int, word: str) -> bool:
    """Tell whether nothing is reported behind the verb: "..., two officials said on Friday."."""
    if word not in SAYING:
        return plain[start : start + 1] in (",", ".")
    rest = plain[start:].strip(" .")
    if rest[:1] in (",", "") or rest.startswith("citing"):
        return True
    return (
        re.match(
            r"(?:late |early )?(?:on|in|at|by|to reporters|to journalists)\b|[A-Z]\w+day", rest
        )
        is not None
    )


def _clause(plain: str, end: int) -> tuple[int, bool]:
    """Give where the clause of a verb begins, and whether more of the sentence stands before it."""
    start = 0
    for sign in _BREAK.finditer(plain, 0, end):
        start = sign.end()
    return start, "," in plain[start:end].rstrip(" ,") and start == 0


def _before(plain: str, start: int, end: int) -> Speaker | None:
    """Read the speaker right before a verb: the last part between commas, or two in apposition."""
    parts = _between_commas(plain, start, end)
    if not parts:
        return None
    closed = plain[:end].rstrip().endswith(",")
    if closed and len(parts) >= 2:
        both = with_apposition(plain, parts[-2], parts[-1])
        if both is not None:
            return both
        if _ASIDE.match(plain, parts[-1].start, parts[-1].end):
            return speaker_in(plain, parts[-2].start, parts[-2].end)
    return None if closed else speaker_in(plain, parts[-1].start, parts[-1].end)


def _between_commas(plain: str, start: int, end: int) -> list[Span]:
    parts = []
    at = start
    for comma in re.finditer(r",\s", plain[start:end] + " "):
        parts.append(Span(at, start + comma.start()))
        at = min(end, start + comma.end())
    parts.append(Span(at, end))
    return [part for part in parts[-3:] if plain[part.start : part.end].strip()]


def _inverted(plain: str, verb: Span, before: str) -> Speaker | None:
    """Read the speaker behind a verb that follows a quotation: said Tariq Haddad, a spokesman."""
    if not before or before.rstrip(",")[-1:] != FILL:
        return None
    stop = _TAIL_END.search(plain, verb.end + 1)
    end = stop.start() if stop else len(plain)
    speaker = speaker_in(plain, verb.end, end)
    if speaker is None:
        return None
    more = _NAMED_TAIL.match(plain, end)
    if more is not None:
        role = trimmed(plain, more.start("more"), more.end("more"))
        return Speaker(speaker.span, speaker.words, role)
    return speaker
