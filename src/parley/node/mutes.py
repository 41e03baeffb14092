"""Which advisories this desk has muted: local, with who, why and until when.

A mute is no record and changes no view; other desks never hear of it. It holds for one advisory
just as it stood when it was muted: as soon as that gains a record, or says anything else, it sounds
again. Nothing is ever taken out of the list, so that it can be asked later who silenced what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from parley.errors import BadMute
from parley.log.database import Database
from parley.record.canonical import Json, canonical, digest
from parley.values.instants import Instant, format_instant

FILE = "desk.db"
LONGEST_MS = 7 * 24 * 3_600_000
MAX_WORDS = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mute (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    advisory TEXT NOT NULL,
    mark TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS mute_channel ON mute (channel);
"""
_INSERT = (
    "INSERT INTO mute (channel, advisory, mark, by, reason, since, until)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LIST = (
    "SELECT advisory, mark, by, reason, since, until FROM mute WHERE channel = ? ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Mute:
    """One advisory silenced: by whom, why, from when until when (exclusive).

    ``mark`` is the digest of the advisory as it stood then.
    """

    advisory: str
    mark: str
    by: str
    reason: str
    since: Instant
    until: Instant

    def holds(self, at: Instant) -> bool:
        """Tell whether it has not expired."""
        return self.since <= at < self.until

    def to_json(self, at: Instant, standing: dict[str, Json] | None) -> dict[str, Json]:
        """Write it, with the advisory it is about as that stands now, if it does.

        ``state``: ``muted``, ``sounds again`` (it is not what was muted any more), ``settled`` (it
        no longer stands) or ``expired``.
        """
        state = "expired"
        if self.holds(at):
            state = "settled"
            if standing is not None:
                state = "muted" if mark_of(standing) == self.mark else "sounds again"
        return {
            "advisory": self.advisory,
            "by": self.by,
            "reason": self.reason,
            "since": format_instant(self.since),
            "until": format_instant(self.until),
            "state": state,
            "standing": None if standing is None else dict(standing),
        }


class Mutes:
    """The mutes of one node, in a file of its own beside the logs; safe for threads."""

    def __init__(self, path: Path) -> None:
        self._file = Database(path, _SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def add(self, channel: str, mutes: Sequence[Mute]) -> None:
        """Put mutes down; durable when this returns. A later one for the same advisory counts."""
        rows = [
            (channel, m.advisory, m.mark, m.by, m.reason, int(m.since), int(m.until)) for m in mutes
        ]
        with self._file.writing() as db:
            db.executemany(_INSERT, rows)

    def latest(self, channel: str) -> list[Mute]:
        """Give the last mute of each advisory of a channel, in the order in which they were set."""
        with self._file.reading() as db:
            rows = db.execute(_LIST, (channel,)).fetchall()
        last: dict[str, Mute] = {}
        for advisory, mark, by, reason, since, until in rows:
            last.pop(advisory, None)
            last[advisory] = Mute(advisory, mark, by, reason, Instant(since), Instant(until))
        return list(last.values())


def mark_of(advisory: dict[str, Json]) -> str:
    """Name an advisory as it stands: rule, severity, records, parties and words."""
    return digest(canonical(advisory))


def new_mutes(
    view: dict[str, Json], target: str, *, by: str, reason: str, at: Instant, until: Instant | None
) -> list[Mute]:
    """Make the mutes of one advisory, or of all that a cause has now; refuse with ``BadMute``.

    ``view`` is the data of the advisories view. A reason and an expiry are needed; the expiry lies
    ahead, 7 days at most.
    """
    for name, words in (("reason", reason), ("by", by)):
        if not words.strip() or len(words) > MAX_WORDS or not words.isprintable():
            raise BadMute(f"1 to {MAX_WORDS} letters on one line are needed", where=name)
    if until is None:
        raise BadMute("a mute ends; say when", where="until")
    if not at < until <= at + LONGEST_MS:
        raise BadMute(
            "it ends later than now, and after 7 days at most",
            where="until",
            hint=f"between {format_instant(at)} and {format_instant(Instant(at + LONGEST_MS))}",
        )
    standing = standing_in(view)
    named = [target] if target in standing else _of_cause(view, target)
    if not named:
        raise BadMute(
            "no such advisory stands now, and no such cause",
            where="advisory",
            hint="parley view advisories lists them",
        )
    return [Mute(name, mark_of(standing[name]), by, reason, at, until) for name in named]


def standing_in(view: dict[str, Json]) -> dict[str, dict[str, Json]]:
    """Give the advisories of a view's data by id; of several with one id, all in the first."""
    found: dict[str, dict[str, Json]] = {}
    for each in cast("list[dict[str, Json]]", view["advisories"]):
        name = str(each["id"])
        if name in found:
            also = cast("list[Json]", found[name].setdefault("also", []))
            also.append(each["text"])
        else:
            found[name] = dict(each)
    return found


def _of_cause(view: dict[str, Json], cause: str) -> list[str]:
    for group in cast("list[dict[str, Json]]", view.get("groups", [])):
        if group["cause"] == cause:
            return [str(name) for name in cast("list[Json]", group["advisories"])]
    return []
