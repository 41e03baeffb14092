"""A bulletin for the terminal: the figures of each section, and where to read on."""

from collections.abc import Iterator, Mapping
from typing import Any

from parley.desk.bulletin.sections import tonnes
from parley.desk.bulletin.words import Words, begun_later
from parley.desk.tables import pairs, shown, table

Data = Mapping[str, Any]


def text_bulletin(view: Data) -> str:
    """Write the figures of a bulletin's view; lists of records are left to the page."""
    return "\n".join(_lines(view))


def _lines(view: Data) -> Iterator[str]:
    data = view["data"]
    yield pairs(
        {
            "bulletin of": data["day"],
            "from": data["from"],
            "until": data["until"] if data["closed"] else f"{view['at']} (the day is not over)",
            "unread": data["unread"],
        }
    )
    began = begun_later(data)
    if began is not None:
        yield f"{Words('en')(began)} {data['channel_from']}"
    yield from ("", "RECONCILIATION", _reconciliation(data["reconciliation"]))
    yield from ("", "TRUCE", _truce(data["truce"]))
    for row in data["truce"]["by"]:
        if row["laid_to"]["one_sided"]:
            yield f"{shown(row['party'])} counts acts of others almost only: no comparison of sides"
    yield from ("", "RELIEF", _relief(data["relief"]))
    yield from ("", "CASUALTIES (least to most)", _casualties(data["casualties"]))
    for section in ("reconciliation", "truce", "relief", "casualties"):
        for total in data[section]["totals"]:
            for flag in total["flags"]:
                yield f"{flag['rule']}: {shown(flag['text'])}"
    pressing = sum(each["severity"] == "attention" for each in data["advisories"])
    rest = len(data["advisories"]) - pressing
    yield f"\nstatements {len(data['statements'])}"
    yield f"advisories: {pressing} for attention, {rest} more"
    yield f"rules {view['rules']}; channel {view['channel']}"
    yield pairs((f"up to {origin}", size) for origin, size in view["upto"].items())


def _reconciliation(told: Data) -> str:
    heads = ("by", "settlements", "new", "groups", "new", "meetings", "new")
    rows = (
        [row["by"], *(row[k][n] for k in ("settlements", "groups", "meetings") for n in _TOTAL_NEW)]
        for row in told["by"]
    )
    return table(rows, heads)


_TOTAL_NEW = ("total", "new")


def _truce(told: Data) -> str:
    rows = (
        [
            row["party"],
            row["acts"],
            "; ".join(f"{area['area'] or '-'} {area['acts']}" for area in row["areas"]) or "-",
            "; ".join(
                f"{c['party']} {c['least']}-{c['most']} of {c['judged']}"
                for c in row["confirmed"]
                if c["judged"]
            )
            or "-",
            row["running"],
        ]
        for row in told["by"]
    )
    return table(rows, ("by", "acts", "areas", "confirmed", "in all"))


def _relief(told: Data) -> str:
    rows = (
        [
            row["by"],
            row["new"]["actions"],
            tonnes(row["new"]["kg"]),
            row["new"]["people"],
            row["total"]["actions"],
        ]
        for row in told["by"]
    )
    return table(rows, ("by", "actions", "tonnes", "people", "actions in all"))


def _casualties(told: Data) -> str:
    rows = (
        [
            row["harm"],
            f"{row['day']['min']}-{row['day']['max']}",
            f"{row['running']['min']}-{row['running']['max']}",
        ]
        for row in told["harms"]
    )
    return table(rows, ("harm", "in the day", "in all"))
