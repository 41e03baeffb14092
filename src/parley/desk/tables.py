"""What the terminal shows: aligned columns, and text of others made safe to print."""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

# Text that reorders, hides or erases what stands around it could make a record look like another.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_KEPT = {"\u200c", "\u200d"}  # joiners that several scripts need


def shown(value: object) -> str:
    """Write a value on one line, with control and direction characters spelled out."""
    text = "" if value is None else str(value)
    return "".join(_visible(c) for c in text)


def _visible(char: str) -> str:
    if char in "\n\t":
        return " "
    if unicodedata.category(char) in _UNSAFE and char not in _KEPT:
        return f"\\u{{{ord(char):x}}}"
    return char


def width(text: str) -> int:
    """Count the columns that a terminal needs for a text."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> str:
    """Lay rows out in columns as wide as they need; nothing is cut off."""
    lines = [[shown(cell) for cell in row] for row in rows]
    lines.insert(0, [head.upper() for head in heads])
    widths = [max(width(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(c + " " * (w - width(c)) for c, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def pairs(items: Mapping[str, object] | Iterable[tuple[str, object]]) -> str:
    """Lay names and values out, one pair a line."""
    listed = [(shown(k), v) for k, v in (items.items() if isinstance(items, Mapping) else items)]
    room = max((width(name) for name, _ in listed), default=0)
    return "\n".join(
        f"{name}{' ' * (room - width(name))}  {shown(value)}".rstrip() for name, value in listed
    )


def as_json(value: object) -> str:
    """Write JSON for a program to read: sorted, indented, ASCII only."""
    return json.dumps(value, indent=2, sort_keys=True)


def json_parts(value: Mapping[str, object], name: str, items: Iterable[object]) -> Iterator[str]:
    """Write what ``as_json`` would if ``value`` had a list of the items under ``name``, in parts.

    Each item is written before the next one is asked for.
    """
    before, after = (
        json.dumps(
            {k: v for k, v in value.items() if (k < name) is first}, indent=2, sort_keys=True
        )
        for first in (True, False)
    )
    yield before[:-2] + ",\n" if before != "{}" else "{\n"
    yield f"  {json.dumps(name)}: ["
    mark = ""
    for item in items:
        body = "\n".join(f"    {line}" for line in as_json(item).splitlines())
        yield f"{mark}\n{body}"
        mark = ","
    yield "\n  ]" if mark else "]"
    yield ",\n" + after[2:] if after != "{}" else "\n}"


def outline(value: object, indent: str = "") -> Iterator[str]:
    """Write nested JSON as an indented outline, for people."""
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list) and item:
                yield f"{indent}{shown(name)}:"
                yield from outline(item, indent + "  ")
            else:
                yield f"{indent}{shown(name)}: {_leaf(item)}"
    elif isinstance(value, list):
        for item in value:
            lines = list(outline(item, indent + "  "))
            if lines:
                yield f"{indent}- {lines[0].lstrip()}"
                yield from lines[1:]
    else:
        yield f"{indent}{_leaf(value)}"


def _leaf(value: object) -> str:
    if value is None or value == {} or value == []:
        return "-"
    return ("yes" if value else "no") if isinstance(value, bool) else shown(value)
