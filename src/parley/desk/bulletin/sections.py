"""The sections of a bulletin's page: which figures stand in which table."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from parley.desk.bulletin.words import Words

Data = Mapping[str, Any]
MOST_INFORMED = 40
"""So many advisories that are no alarm are printed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section by the key of its heading, and what writes the pieces of it."""

    name: str
    write: Callable[[Words, Data], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """HTML that is already escaped, with the class of its cell."""

    html: str
    style: str = ""


def value(stated: object, lang: str = "") -> str:
    """Set a value apart in its own direction; ``lang`` is set for text in a language.

    The direction is that of the first letter that has one, as ``dir="auto"`` has it, written out:
    what sets the PDF does not look for it. Characters that would turn the text around are shown as
    what they are not: letters.
    """
    if stated is None or stated == "":
        return "–"
    text = "".join("\N{REPLACEMENT CHARACTER}" if c in _TURNING else c for c in str(stated))
    said = f' lang="{escape(lang)}"' if lang else ""
    return f'<bdi{said} dir="{_direction(text)}">{escape(text)}</bdi>'


_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _direction(text: str) -> Literal["ltr", "rtl"]:
    sorts = (unicodedata.bidirectional(char) for char in text)
    strong = next((sort for sort in sorts if sort in ("L", "R", "AL")), "L")
    return "ltr" if strong == "L" else "rtl"


def _number(stated: int | str | None) -> Cell:
    return Cell(value(stated), "num")


def _cell(item: object) -> Cell:
    return item if isinstance(item, Cell) else Cell(value(item))


def table(
    words: Words, heads: Sequence[str], rows: Iterable[Sequence[object]], *, off: str = ""
) -> str:
    """Write a table with headings by key; a row that begins with ``off`` is struck out."""
    rows, lines = list(rows), []
    for row in rows:
        struck = bool(off) and row[0] == off
        cells = [_cell(item) for item in (row[1:] if off else row)]
        tds = "".join(f"<td{_class(cell.style)}>{cell.html}</td>" for cell in cells)
        lines.append(f"<tr{_class('off' if struck else '')}>{tds}</tr>")
    if not lines:
        return f"<p>{escape(words('none'))}</p>"
    shaped = [cell.style if isinstance(cell, Cell) else "" for cell in rows[0][bool(off) :]]
    named = "".join(
        f"<th{_class('num' if style == 'num' else '')}>{_head(words, head)}</th>"
        for head, style in zip(heads, shaped, strict=True)
    )
    return f"<table><thead><tr>{named}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _class(style: str) -> str:
    return f' class="{style}"' if style else ""


def _head(words: Words, head: str) -> str:
    comma = "، " if words.direction == "rtl" else ", "
    return escape(comma.join(words(key) for key in head.split("+")))


def _areas(words: Words, rows: Iterable[Data], key: str) -> Cell:
    named = [
        f'<span class="keep">{value(r["area"] or words("no_area"))} {value(r[key])}</span>'
        for r in rows
    ]
    return Cell(words.joined(named) or "–")


def _h3(words: Words, key: str) -> str:
    return f"<h3>{escape(words(key))}</h3>"


# --- the sections


def _reconciliation(words: Words, data: Data) -> Iterator[str]:
    told = data["reconciliation"]
    heads = ["by", "settlements+in_day", "in_all", "groups+in_day", "in_all"]
    yield table(
        words,
        [*heads, "meetings+in_day", "in_all"],
        (
            [
                row["by"],
                *(_number(row["settlements"][key]) for key in ("new", "total")),
                *(_number(row["groups"][key]) for key in ("new", "total")),
                *(_number(row["meetings"][key]) for key in ("new", "total")),
            ]
            for row in told["by"]
        ),
    )
    joined = [
        (each["area"] or words("no_area"), each["actor"], each["actor_type"], row["by"])
        for row in told["by"]
        for each in row["joined"]
    ]
    if joined:
        yield _h3(words, "joined")
        rows = (
            [area, actor, words.known(sort), by]
            for area, actor, sort, by in sorted(joined)
        )  # fmt: skip
        yield table(words, ["area", "who", "sort", "by"], rows)
    yield from totals(words, told["totals"])


def _truce(words: Words, data: Data) -> Iterator[str]:
    told = data["truce"]
    yield table(
        words,
        ["by", "alleged+in_day", "by_area", "laid_to", "confirmed", "alleged+in_all"],
        (
            [
                row["party"],
                _number(row["acts"]),
                _areas(words, row["areas"], "acts"),
                _laid(words, row["laid_to"]) if row["acts"] else None,
                _confirmed(words, row["confirmed"]),
                _number(row["running"]),
            ]
            for row in told["by"]
        ),
    )
    biased = [value(row["party"]) for row in told["by"] if row["laid_to"]["one_sided"]]
    if biased:
        yield f'<p class="bias">{escape(words("one_sided"))} {", ".join(biased)}.</p>'
    for each in told["arrangements"]:
        title = value(each["title"]["text"], each["title"]["lang"])
        sums = words.joined(f"{value(by['party'])} {value(by['acts'])}" for by in each["by"])
        yield f"<p>{escape(words('since'))} {title} ({value(each['from'])}): {sums}</p>"
    if told["acts"]:
        yield table(
            words,
            ["record", "area", "act", "number", "weapon", "laid_to", "stands"],
            (
                [
                    "yes" if act["counted"] else "no",
                    Cell(value(act["number"]), "keep"),
                    act["area"],
                    act["act"].replace("_", " "),
                    _number(act["acts"]),
                    act["weapon"],
                    ", ".join(act["laid_to"]),
                    (act["state"] if act["counted"] else act["status"]).replace("_", " "),
                ]
                for act in told["acts"]
            ),
            off="no",
        )
    yield from totals(words, told["totals"])


def _laid(words: Words, laid: Data) -> Cell:
    keys = {"others": "others", "own_side": "own_side", "nobody_named": "nobody"}
    told = [
        f'<span class="keep">{escape(words(phrase))} {value(laid[key])}</span>'
        for key, phrase in keys.items()
        if laid[key] or key == "own_side"
    ]
    return Cell(words.joined(told))


def _confirmed(words: Words, confirmed: Iterable[Data]) -> Cell:
    told = [
        f'<span class="keep">{value(each["party"])}: {value(_span(each["least"], each["most"]))}'
        f" {escape(words('of'))} {value(each['judged'])}</span>"
        for each in confirmed
        if each["judged"]
    ]
    return Cell(words.joined(told) or "–")


def _relief(words: Words, data: Data) -> Iterator[str]:
    told = data["relief"]
    heads = ["by", "actions+in_day", "not_delivered", "tonnes", "people", "treated"]
    yield table(
        words,
        [*heads, "by_area", "actions+in_all", "tonnes+in_all"],
        (
            [
                row["by"],
                _number(row["new"]["actions"]),
                _number(row["new"]["not_delivered"]),
                _number(tonnes(row["new"]["kg"])),
                _number(row["new"]["people"]),
                _number(row["new"]["treated"]),
                _areas(words, row["areas"], "actions"),
                _number(row["total"]["actions"]),
                _number(tonnes(row["total"]["kg"])),
            ]
            for row in told["by"]
        ),
    )
    actions = [each for row in told["by"] for each in row["actions"]]
    if actions:
        yield table(
            words,
            ["record", "area", "organisation", "outcome", "tonnes", "people"],
            (
                [
                    Cell(value(each["number"]), "keep"),
                    each["area"],
                    each["organisation"],
                    each["outcome"].replace("_", " "),
                    _number(None if each["kg"] is None else tonnes(each["kg"])),
                    _number(each["people"]),
                ]
                for each in actions
            ),
        )
    yield from totals(words, told["totals"])


def _casualties(words: Words, data: Data) -> Iterator[str]:
    told = data["casualties"]
    yield table(
        words,
        ["harm", "bounds+in_day", "unbounded", "by_area", "bounds+in_all", "unbounded"],
        (
            [
                words.known(row["harm"]),
                _bounds(row["day"]),
                _number(row["day"]["unbounded"]),
                Cell(
                    words.joined(
                        f'<span class="keep">{value(a["area"] or words("no_area"))}'
                        f" {value(_span(a['min'], a['max']))}</span>"
                        for a in told["areas"]
                        if a["harm"] == row["harm"]
                    )
                    or "–"
                ),
                _bounds(row["running"]),
                _number(row["running"]["unbounded"]),
            ]
            for row in told["harms"]
        ),
    )
    yield from totals(words, told["totals"])


def _bounds(row: Data) -> Cell:
    return _number(_span(row["min"], row["max"]))


def _span(least: int, most: int | None) -> str:
    if most is None:
        return f"{least}+"
    return str(least) if least == most else f"{least}–{most}"


def _statements(words: Words, data: Data) -> Iterator[str]:
    rows = []
    for each in data["statements"]:
        said = value(each["text"]["text"], each["text"]["lang"])
        origin = ""
        if each["originator_apart"]:
            origin = f"; {escape(words('idea_of'))} {value(each['originator'])}"
        withdrawn = "no" if each["status"] in ("withdrawn", "replaced") else "yes"
        who = value(each["speaker"])
        if each["on_behalf_of"]:
            who += f" ({value(each['on_behalf_of'])})"
        told = f"{said} ({escape(words(each['form']))}{origin})"
        rows.append([withdrawn, Cell(value(each["number"]), "keep"), Cell(who), Cell(told)])
    yield table(words, ["record", "speaker", "said"], rows, off="no")


def _advisories(words: Words, data: Data) -> Iterator[str]:
    pressing = [each for each in data["advisories"] if each["severity"] == "attention"]
    others = [each for each in data["advisories"] if each["severity"] != "attention"]
    for key, found in (("attention", pressing), ("information", others[:MOST_INFORMED])):
        if found or key == "attention":
            yield _h3(words, key)
            yield table(
                words,
                ["rule", "advisory", "text"],
                (
                    [
                        each["rule"],
                        Cell(value(each["id"]), "keep"),
                        Cell(value(each["text"]["text"], each["text"]["lang"])),
                    ]
                    for each in found
                ),
            )
    if len(others) > MOST_INFORMED:
        yield f"<p>{value(len(others) - MOST_INFORMED)} {escape(words('more'))}.</p>"


def totals(words: Words, found: Sequence[Data]) -> Iterator[str]:
    """Write typed totals, each with what its parts and the records here say of it."""
    if not found:
        return
    yield _h3(words, "totals")
    yield table(
        words,
        ["counted", "by", "published_by", "figure", "lead", "parts", "here", "flags"],
        (
            [
                words.known(each["counted"]),
                each["counted_by"],
                each["issued_by"],
                _number(each["total"]),
                _number(each["lead_total"]),
                Cell(
                    words.joined(f"{value(p['label'])} {value(p['number'])}" for p in each["parts"])
                    or "–"
                ),
                _number(_recorded(each["recorded"])),
                Cell("<br>".join(_flag(flag) for flag in each["flags"]) or "–"),
            ]
            for each in found
        ),
    )


def _recorded(recorded: Data | None) -> str | None:
    return None if recorded is None else _span(recorded["min"], recorded["max"])


def _flag(flag: Data) -> str:
    return f'<span class="flag">{value(flag["rule"])}</span> {value(flag["text"], "en")}'


def tonnes(kg: int) -> str:
    """Write kilograms in tonnes, without trailing zeros."""
    whole, rest = divmod(kg, 1000)
    digits = f"{rest:03d}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


SECTIONS = (
    Section("reconciliation", _reconciliation),
    Section("truce", _truce),
    Section("relief", _relief),
    Section("casualties", _casualties),
    Section("statements", _statements),
    Section("advisories", _advisories),
)
"""Every section, in the order of the page."""
