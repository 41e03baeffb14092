"""Times as an English text has them: days, hours of the day, and how long something is to take."""

import re
from dataclasses import dataclass
from itertools import pairwise

from parley.desk.drafting.numbers import number_word
from parley.desk.drafting.span import Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
ZONES = {
    "gmt": "UTC", "utc": "UTC", "damascus time": "Asia/Damascus", "beirut time": "Asia/Beirut",
    "moscow time": "Europe/Moscow", "amman time": "Asia/Amman", "baghdad time": "Asia/Baghdad",
    "jerusalem time": "Asia/Jerusalem", "ankara time": "Europe/Istanbul",
    "istanbul time": "Europe/Istanbul", "nicosia time": "Asia/Nicosia",
    "cairo time": "Africa/Cairo", "tehran time": "Asia/Tehran", "geneva time": "Europe/Zurich",
    "london time": "Europe/London", "washington time": "America/New_York",
}  # fmt: skip
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?)"
)
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,3})"
_PART = r"(?: (?:early |late )?(?:morning|afternoon|evening|night))?"
_DAY = re.compile(
    rf"\b(?:(?P<which>last|next|this|the previous|the following) )?(?P<weekday>{_WEEKDAY}){_PART}\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>\d{{4}}))?(?!\w)"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,? (?P<y2>\d{{4}})\b)?"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    rf"|\b(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Tt]his morning){_PART}\b"
    rf"|\b(?P<count>{_COUNT}) (?P<unit>day|week)s? (?P<way>ago|earlier|later|before(?=[,.;]|$))\b"
    r"|\b[Tt]he (?P<side>day before|previous day|next day|following day)\b"
    r"|(?:(?<=since )|(?<=Since )|(?<=in )|(?<=In )|(?<=until )|(?<=by )|(?<=By )|(?<=of )|"
    r"(?<=from )|(?<=last )|(?<=previous ))"
    rf"(?P<month>{_MONTH})(?! \d{{1,2}}\b)(?: (?P<y3>\d{{4}}))?(?!\w)",
)
_COUNTED = re.compile(
    rf"\b(?P<count>{_COUNT}) (?P<unit>day|week)s? (?P<way>ago|earlier|later|before(?=[,.;]|$))\b",
    re.I,
)
_CLOCK = re.compile(
    r"\b(?P<h1>\d{1,2})[:.](?P<n1>[0-5]\d)(?: ?(?P<p1>[ap])\.?m\b\.?)?(?![\w:]|\.\d)"
    r"|\b(?P<h2>\d{1,2}) ?(?P<p2>[ap])\.?m\b\.?"
    r"|\b(?P<h3>[01]\d|2[0-4])(?P<n3>[0-5]\d)(?: (?P<hours>hours|hrs))?\b(?!-)"
    r"|\b(?P<noon>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s?(?:(?P<named>" + "|".join(ZONES) + r")|(?P<local>local time))\b", re.IGNORECASE
)
_JOIN = re.compile(r"(?:,? (?:(?:on|at|of|by|until|before) )?)")
_SHARED = re.compile(r" (?:and|to) |-|–")
_BEFORE_CLOCK = re.compile(
    r"\b(at|by|until|till|before|from|between|and|to|around|about|after)\s$", re.IGNORECASE
)
_YEARLIKE = re.compile(r"(?:19|20)\d\d")
_SPELL = re.compile(
    rf"\b(?P<n>{_COUNT}|\d{{1,4}}|twenty-four|forty-eight|seventy-two|thirty-six)[ -]"
    r"(?P<u>minute|hour|day|week|month)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day and the zone named with it (None: none is)."""

    hour: int
    minute: int
    zone: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """A day, an hour of the day, or both, as the sentence has it; positions count from its start.

    ``day``: the groups of the pattern that a day was read by.
    """

    span: Span
    day: tuple[tuple[str, str], ...] = ()
    clock: Clock | None = None

    @property
    def said(self) -> dict[str, str]:
        """The groups by name."""
        return dict(self.day)


@dataclass(frozen=True, slots=True)
class Spell:
    """A length of time: 48 hours, six months."""

    count: int
    unit: str
    span: Span


def mentions(text: str) -> list[Mention]:
    """Find the times of an English sentence, in order; a day and its hour are one."""
    days = [
        Mention(
            Span(found.start(), found.end()),
            tuple((k, v) for k, v in found.groupdict().items() if v),
        )
        for found in _DAY.finditer(text)
    ]
    taken = [day.span for day in days]
    days += [
        Mention(
            Span(found.start(), found.end()),
            tuple((k, v) for k, v in found.groupdict().items() if v),
        )
        for found in _COUNTED.finditer(text)
        if not any(Span(found.start(), found.end()).meets(span) for span in taken[-40:])
    ]
    clocks = [clock for clock in _clocks(text) if not any(clock.span.meets(s) for s in taken)]
    return _joined(text, sorted(days, key=lambda day: day.span.start), clocks)


def spells(text: str) -> list[Spell]:
    """Find the lengths of time of a sentence."""
    found = []
    for match in _SPELL.finditer(text):
        count = number_word(match.group("n"))
        if count:
            span = Span(match.start(), match.end())
            found.append(Spell(count, match.group("u").lower(), span))
    return found


def _clocks(text: str) -> list[Clock]:
    found = []
    for match in _CLOCK.finditer(text):
        zone = _ZONE.match(text, match.end())
        end = zone.end() if zone else match.end()
        named = ZONES[zone.group("named").lower()] if zone and zone.group("named") else None
        if match.group("h3") and not _is_hour(text, match, bool(zone)):
            continue
        if match.group("h1") and not match.group("p1") and text[match.start() : match.end()].count(
            "."
        ) and not zone:  # fmt: skip
            continue  # 5.20 is a number unless something says that it is a time
        hour, minute = _hour(match)
        if hour < 24:
            found.append(Clock(hour, minute, named, Span(match.start(), end)))
    return found


def _is_hour(text: str, match: "re.Match[str]", zoned: bool) -> bool:
    """Tell four digits that are an hour from a year and from any other number."""
    if zoned or match.group("hours") or text[match.end() :].startswith(" on "):
        return True
    before = _BEFORE_CLOCK.search(text, max(0, match.start() - 9), match.start())
    if before is None:
        return False
    return before.group(1).lower() == "at" or not _YEARLIKE.fullmatch(match.group())


def _hour(match: "re.Match[str]") -> tuple[int, int]:
    if match.group("noon"):
        return (0 if match.group("noon").lower() == "midnight" else 12), 0
    hour = int(match.group("h1") or match.group("h2") or match.group("h3"))
    minute = int(match.group("n1") or match.group("n3") or 0)
    half = (match.group("p1") or match.group("p2") or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return 99, 0
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, minute


def _joined(text: str, days: list[Mention], clocks: list[Clock]) -> list[Mention]:
    """Bring each hour to the day beside it, and the second of two dates of one day to the first."""
    for first, second in pairwise(list(clocks)):
        if _SHARED.fullmatch(text[first.span.end : second.span.start]) and first.zone is None:
            at = clocks.index(first)
            clocks[at] = Clock(first.hour, first.minute, second.zone, first.span)
    found: list[Mention] = []
    left = list(days)
    for clock in clocks:
        day = next((d for d in left if _beside(text, d.span, clock.span)), None)
        if day is None:
            found.append(Mention(clock.span, (), clock))
            continue
        left.remove(day)
        start, end = min(day.span.start, clock.span.start), max(day.span.end, clock.span.end)
        found.append(Mention(Span(start, end), day.day, clock))
    found += left
    found.sort(key=lambda each: each.span.start)
    return _twice_dated(text, _shared_day(text, found))


def _beside(text: str, one: Span, other: Span) -> bool:
    first, second = (one, other) if one.start < other.start else (other, one)
    gap = text[first.end : second.start]
    return len(gap) < 12 and _JOIN.fullmatch(gap) is not None


def _shared_day(text: str, found: list[Mention]) -> list[Mention]:
    """Give the first hour of "between 0500 and 1400 on Wednesday" the day of the second."""
    for at, (first, second) in enumerate(pairwise(list(found))):
        gap = text[first.span.end : second.span.start]
        if not first.day and second.day and second.clock and _SHARED.fullmatch(gap):
            found[at] = Mention(first.span, second.day, first.clock)
    return found


def _twice_dated(text: str, found: list[Mention]) -> list[Mention]:
    """Make "Saturday, 18 June" one day: the date counts, the weekday is kept to be checked."""
    kept: list[Mention] = []
    for each in found:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.clock is None
            and ("weekday" in last.said or last.said.get("near", "").lower() == "today")
            and ("m1" in each.said or "m2" in each.said)
            and text[last.span.end : each.span.start] in (", ", " ", " (")
        ):
            named = last.said.get("weekday")
            day = (*each.day, ("weekday", named)) if named else each.day
            kept[-1] = Mention(Span(last.span.start, each.span.end), day, each.clock)
        else:
            kept.append(each)
    return kept
