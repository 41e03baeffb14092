"""Lines of the watch log as JSON, and how one of them becomes a record."""

from typing import Any, cast

from parley.node.desk_state.watch_log import WatchLog
from parley.node.journal import JournalEntry
from parley.record.canonical import Json
from parley.values.instants import Instant, date_time_group, format_instant

# The field of a kind that says in words what happened, where a line is to be put.
TEXT_FIELDS = {
    "question/1": "text",
    "warning/1": "asked",
    "retraction/1": "reason",
}


def line_json(entry: JournalEntry) -> dict[str, Any]:
    """Write a line with its stamp in UTC and as a date-time group."""
    data = entry.data
    at = Instant(cast("int", data["at"]))
    return {
        "number": entry.number,
        "sort": data["sort"],
        "at": format_instant(at),
        "dtg": date_time_group(at),
        "by": data["by"],
        "post": data.get("post", ""),
        "line": data["line"],
        "about": data.get("about"),
    }


def listing_json(log: WatchLog, after: int | None, limit: int) -> dict[str, Any]:
    """Write lines after a number, or the last ones, with the signed head over the whole log."""
    total = log.size()
    first = max(0, total - limit) if after is None else after
    lines = [line_json(entry) for entry in log.lines(first, limit)]
    return {"lines": lines, "total": total, "after": first, "head": log.head()}


def body_with(
    kind: str, body: dict[str, Any], entry: JournalEntry, lang: str, field: str | None
) -> dict[str, Json]:
    """Put the words of a line into a body, where it does not say them already."""
    name = field or TEXT_FIELDS.get(kind)
    if name is None or name in body:
        return dict(body)
    return {**body, name: {"lang": lang, "text": str(entry.data["line"])}}
