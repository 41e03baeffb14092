"""How the values of an answer of the API are written on a plain page: times, items, comparisons."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from parley.desk.plain_pages.words import Words

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_EXACT = re.compile(r"(decimal|DMS|MGRS|height|\d+\. |\s{2,}|\d{4}-\d\d-\d\dT)")
_COUNTED = re.compile(r"(.*?)( \d+)?")
# Lines of a record that are sentences have words of the page; ``length`` is what they hold.
_SENTENCES = (
    (re.compile(r"everything within (?P<length>.+) of"), "plain.around"),
    (re.compile(r"everything within (?P<length>.+) of the line through"), "plain.along"),
    (re.compile(r"the area inside the ring"), "plain.ring"),
    (re.compile(r"without the hole"), "plain.hole"),
    (re.compile(r"withdrawn \(no end is stated\)"), "plain.endless"),
)


def day(at: str) -> str:
    """Write an instant of the API (RFC 3339, Z) as ``2016-06-16 16:04Z``."""
    return f"{at[:10]} {at[11:16]}Z"


def left(ms: int) -> str:
    """Write what is left (milliseconds) as hours, minutes, seconds; with a minus, since when."""
    seconds = abs(ms) // 1000
    days, hours, minutes = seconds // 86_400, seconds // 3600, seconds // 60 % 60
    sign = "\u2212" if ms < 0 else ""
    if days:
        return f"{sign}{days} d {hours % 24:02d}:{minutes:02d}"
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{seconds % 60:02d}"
    return f"{sign}{minutes}:{seconds % 60:02d}"


def span(words: Words, ms: int) -> str:
    """Write how long something lasts (milliseconds), with its units."""
    seconds = abs(ms) // 1000
    counts = (seconds // 86_400, seconds % 86_400 // 3600, seconds // 60 % 60, seconds % 60)
    units = ("days", "hours", "minutes", "seconds")
    pieces = [f"{n}\u00a0{words.t(unit)}" for n, unit in zip(counts, units, strict=True) if n]
    text = " ".join(pieces) or f"0\u00a0{words.t('seconds')}"
    return f"\u2212{text}" if ms < 0 else text


def item_text(words: Words, item: Mapping[str, Any]) -> str:
    """Write what an item of the inbox says."""
    says = item["says"]
    values = {
        name: day(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value
        for name, value in says["values"].items()
    }
    return words.said(f"says.{says['code']}", item["text"], **values)


def item_known(words: Words, item: Mapping[str, Any]) -> bool:
    """Tell whether what an item says has words of the page; else it is said in English."""
    return words.has(f"says.{item['says']['code']}")


def row_label(words: Words, text: str) -> str:
    """Write the label of a line of a record, such as ``volumes 2, lower limit``."""
    pieces = []
    for piece in text.split(", "):
        found = _COUNTED.fullmatch(piece)
        name, count = (found[1], found[2] or "") if found else (piece, "")
        pieces.append(words.said(f"field.{name.replace(' ', '_')}", name) + count)
    return ", ".join(piece for piece in pieces if piece)


def row_line(words: Words, line: str) -> str:
    """Write one line of a record; what has no words of the page stays as it is."""
    for form, key in _SENTENCES:
        found = form.fullmatch(line)
        if found is not None:
            return words.t(key, **found.groupdict())
    return line


def blocks(lines: Sequence[str]) -> list[tuple[bool, list[str]]]:
    """Put lines together: figures, which run from left to right (True), and sentences."""
    found: list[tuple[bool, list[str]]] = []
    for line in lines:
        exact = _EXACT.match(line) is not None
        if found and found[-1][0] is exact:
            found[-1][1].append(line)
        else:
            found.append((exact, [line]))
    return found


def compared_value(value: Any) -> str:
    """Write one side of a comparison: a place in degrees, a window by its ends, a level as is."""
    if value is None:
        return "\u2013"
    if isinstance(value, str):
        return day(value) if _INSTANT.fullmatch(value) else value
    if isinstance(value, list):
        return ", ".join(compared_value(each) for each in value)
    if not isinstance(value, dict):
        return str(value)
    if isinstance(value.get("lat_e7"), int) and isinstance(value.get("lon_e7"), int):
        stated = value.get("stated")
        head = f"{stated}\n" if isinstance(stated, str) else ""
        within = value.get("precision_m")
        tail = f" \u00b1{within}\u00a0m" if within else ""
        return f"{head}{_degrees(value['lat_e7'], 'NS')} {_degrees(value['lon_e7'], 'EW')}{tail}"
    if "from" in value and "until" in value:
        return f"{compared_value(value['from'])} \u2013\n{compared_value(value['until'])}"
    told = [f"{name} {compared_value(each)}" for name, each in value.items() if each is not None]
    return ", ".join(told)


def _degrees(e7: int, sides: str) -> str:
    hundred_thousandths = (abs(e7) + 50) // 100
    whole, rest = divmod(hundred_thousandths, 100_000)
    return f"{whole}.{rest:05d} {sides[1] if e7 < 0 else sides[0]}"
