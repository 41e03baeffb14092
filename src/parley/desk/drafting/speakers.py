"""Who speaks: the phrase beside a reporting verb, its name and office, and who "he" is.

A rule takes a phrase for a speaker only if it is a pronoun, names an office, an organisation or a
group of people that can speak, or is written as a name.
"""

import re
from dataclasses import dataclass, field

from parley.desk.drafting.span import Span, trimmed

_OFFICES = (
    "minister|ministry|president|premier|chancellor|king|emir|governor|mayor|secretary|ambassador|"
    "envoy|adviser|advisor|aide|chief|chairman|chairwoman|leader|head|director|spokesman|"
    "spokeswoman|spokesperson|official|officials|officer|officers|commander|commanders|general|"
    "colonel|major|captain|lieutenant|admiral|marshal|delegate|delegation|negotiator|negotiators|"
    "mediator|mediators|lawmaker|doctor|doctors|medic|medics|resident|residents|villager|villagers|"
    "witness|witnesses|activist|activists|rescuer|rescuers|analyst|diplomat|diplomats|monitor|"
    "monitors|observers|member|members|representative|representatives|source|sources|master|people|"
    "families|survivor|survivors|shopkeeper|teacher|farmer|farmers|relative|relatives"
)
_BODIES = (
    "government|army|navy|forces|force|military|command|headquarters|staff|coalition|alliance|"
    "centre|center|committee|council|commission|mission|agency|office|department|group|groups|"
    "opposition|rebels|faction|factions|party|parties|side|sides|parliament|court|guard|police|"
    "defence|defense|media|television|radio|newspaper|statement|report|notice|bulletin|communique|"
    "embassy|hospital|union|organisation|organization|charity|crescent|cross|nations|brigade|"
    "front|militia|authorities|authority|administration|guarantors|observatory|pentagon|kremlin"
)
_ROLE = re.compile(rf"\b(?:{_OFFICES}|{_BODIES})\b", re.IGNORECASE)
_OFFICE = re.compile(rf"\b(?:{_OFFICES})\b", re.IGNORECASE)
_DESCRIBES = re.compile(r"(?:an?|the|one of|who|whose)\b")
_PRONOUN = re.compile(r"(?:he|she|they|it)", re.IGNORECASE)
_NAME = re.compile(
    r"(?:[A-Z][\w'’-]*\.? |al-[A-Z]\w* )*(?:[A-Z][\w'’]*|al)(?:-[A-Z]?\w+)*(?: (?:von|van|bin|de) "
    r"[A-Z]\w+)?"
)
_TITLES = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Maj|Capt|Sgt|Adm|Brig|Cmdr)\.? |(?:General|Colonel|Major|"
    r"Captain|"
    r"Lieutenant|Admiral|Marshal|President|Minister|Ambassador|Secretary|Chancellor) )+"
)
_BARRED = re.compile(
    r"\b(?:is|was|are|were|be|been|has|had|have|that|which|because|if|when|while|not|would|could|"
    r"will|who|whom|whose|said|says)\b",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:the|an?|its|his|their|one|two|three|some|several|many)\b", re.I)
_PREPOSED = re.compile(
    r"(?:after|before|at|in|on|during|since|by|from|for|with|as|to|late|early|late on)\b", re.I
)
_LEADING = re.compile(
    r"(?:and|but|while|yet|however|meanwhile|earlier|later|then|also|separately|still|"
    r"though)\b,?\s*",
    re.IGNORECASE,
)
MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name or the phrase (``span``), its office, and how a pronoun was read."""

    span: Span
    words: str
    role: Span | None = None
    how: str = ""


@dataclass(slots=True)
class Cast:
    """Who spoke of late: what a pronoun is taken for, if they spoke near enough.

    "He" and "she" reach back to the paragraph before; "it" and "they" only to the last statement
    of their own paragraph. Beyond that nobody is named: a wrong speaker is worse than none.
    """

    person: tuple[Speaker, int] | None = None
    last: tuple[Speaker, int] | None = None
    known: set[str] = field(default_factory=set)

    def meant(self, speaker: Speaker, paragraph: int) -> Speaker | None:
        """Give the speaker that a pronoun stands for, itself where it is none; None: unknown."""
        word = speaker.words.lower()
        if not _PRONOUN.fullmatch(word):
            return speaker
        near, reach = (self.person, 1) if word in ("he", "she") else (self.last, 0)
        if near is None or paragraph - near[1] > reach:
            return None
        if word == "it" and self.person == near:
            return None
        how = f"{speaker.words!r} is taken for the one named before"
        return Speaker(speaker.span, near[0].words, near[0].role, how)

    def remember(self, speaker: Speaker, paragraph: int) -> None:
        """Note who spoke, and in which paragraph."""
        self.last = (speaker, paragraph)
        words = speaker.words.split()
        if is_person(speaker.words, bool(speaker.role)) or words[-1] in self.known:
            self.person = (speaker, paragraph)
            if words[-1][:1].isupper():
                self.known.add(words[-1])


def is_person(words: str, has_role: bool) -> bool:
    """Tell a person from an organisation by the words: a name with an office, or an office."""
    if _PREPOSED.match(words):
        return False
    named = _NAME.fullmatch(words) is not None and not _ROLE.search(words)
    return (named and (has_role or " " in words)) or (
        not named and _OFFICE.search(words) is not None and "ministry" not in words.lower()
    )


def speaker_in(text: str, start: int, end: int) -> Speaker | None:
    """Read a phrase of the text as a speaker; None where nothing says that it can speak."""
    span = _stripped(text, trimmed(text, start, end))
    words = span.of(text)
    if not words or len(words.split()) > MOST_WORDS or _BARRED.search(words):
        return None
    if _PRONOUN.fullmatch(words):
        return Speaker(span, words)
    name = _name_at_end(words)
    if name is not None:
        named = Span(span.start + name, span.end)
        role = trimmed(text, span.start, named.start)
        return Speaker(named, named.of(text), role if role.start < role.end else None)
    if _ROLE.search(words) or _NAME.fullmatch(words):
        return Speaker(span, " ".join(words.split()))
    capital = re.search(r"(?<!^)\b[A-Z]\w+", words)
    return Speaker(span, " ".join(words.split())) if capital else None


def with_apposition(text: str, first: Span, second: Span) -> Speaker | None:
    """Read "the chief, Omar Rashid," and "Igor Belov, a spokesman for the command,"."""
    one, other = trimmed(text, first.start, first.end), trimmed(text, second.start, second.end)
    one = _stripped(text, one)
    if not one.of(text) or not other.of(text):
        return None
    if _NAME.fullmatch(other.of(text)) and _ROLE.search(one.of(text)):
        return Speaker(other, other.of(text), one)
    known = speaker_in(text, one.start, one.end)
    if known is None:
        return None
    if _NAME.fullmatch(known.words) and (
        _ROLE.search(other.of(text)) or _DESCRIBES.match(other.of(text))
    ):
        return Speaker(known.span, known.words, other)
    return None


def _stripped(text: str, span: Span) -> Span:
    """Leave out what stands before the speaker: and, but, "After the raid"."""
    start = span.start
    while leading := _LEADING.match(text, start, span.end):
        start = leading.end()
    words = text[start : span.end]
    if _PREPOSED.match(words):
        determined = list(_DETERMINED.finditer(words))
        if len(determined) > 1:
            start += determined[-1].start()
    return trimmed(text, start, span.end)


def _name_at_end(words: str) -> int | None:
    """Give where a personal name begins at the end of a phrase that begins with an office."""
    titled = list(_TITLES.finditer(words))
    if titled and _NAME.fullmatch(words, titled[-1].end()) and titled[-1].end() < len(words):
        return titled[-1].end()
    office = list(_OFFICE.finditer(words))
    if office and office[-1].end() < len(words):
        rest = office[-1].end() + 1
        if _NAME.fullmatch(words, rest) and words[office[-1].end()] == " ":
            return rest
    return None
