"""What came of the rows of a file: counted in full, named up to a bound."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parley.desk.preview import preview
from parley.desk.tables import outline, table
from parley.errors import ParleyError
from parley.kinds import KINDS

MOST_NAMED = 1_000
MOST_WRONG = 10_000
MOST_EXAMPLES = 3

STATES = ("new", "changed", "same", "twice", "wrong")


@dataclass(slots=True)
class Report:
    """``counts``: rows by state; ``rows``: the first of each as ``{place, state, ...}``.

    The states: ``new``; ``changed``, which replaces the version before; ``same`` as logged
    already; ``twice`` in the file with the same content; ``wrong``, with the refusal. ``unseen``:
    columns of the mapping that no row has. ``examples``: what the first rows would say to all, and
    in their personal parts; of a dry run only.
    """

    dry_run: bool
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {s: [] for s in STATES})
    batches: int = 0
    unseen: list[str] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, state: str, place: str, **more: Any) -> None:
        """Count a row, and name it while there is room."""
        self.counts[state] += 1
        if len(self.rows[state]) < (MOST_WRONG if state == "wrong" else MOST_NAMED):
            self.rows[state].append({"place": place, **more})

    def wrong(self, error: ParleyError, place: str, file: str) -> None:
        """Count a row that became no record."""
        said = error if error.where.startswith(place) else error.at(place)
        at = said.at(file)
        more = {"where": at.where, "what": at.what, "hint": at.hint, "code": at.code}
        self.add("wrong", place, **more)

    def to_json(self) -> dict[str, Any]:
        """Give all of it for a program."""
        return {
            "dry_run": self.dry_run,
            "batches": self.batches,
            "counts": self.counts,
            "columns_in_no_row": self.unseen,
            "examples": self.examples,
            "rows": self.rows,
        }

    def lines(self) -> Iterator[str]:
        """Give it for people: an example, rows that matter, then the counts."""
        for example in self.examples[:1]:
            yield f"{example['place']} would say to every member:"
            yield from preview(KINDS[example["kind"]], example["body"], "  ")
            if example["personal"] is not None:
                yield f"and to {', '.join(example['audience'])} alone:"
                yield from outline(example["personal"], "  ")
        listed = [
            (
                row["place"],
                state,
                row.get("number") or row.get("first") or row.get("replaces") or "",
            )
            for state in ("new", "changed", "twice")
            for row in self.rows[state][:50]
        ]
        if listed:
            yield table(listed, ("row", "state", "record or row"))
        named = sum(min(len(self.rows[s]), 50) for s in ("new", "changed", "twice"))
        left = sum(self.counts[s] for s in ("new", "changed", "twice")) - named
        if left:
            yield f"{left} more such rows: --format json names the first {MOST_NAMED} of each state"
        for row in self.rows["wrong"]:
            hint = f" ({row['hint']})" if row["hint"] else ""
            yield f"{row['where']}: {row['what']}{hint} [{row['code']}]"
        unnamed = self.counts["wrong"] - len(self.rows["wrong"])
        if unnamed:
            yield f"{unnamed} more wrong rows"
        for name in self.unseen:
            yield f"no row has the column {name!r}"
        yield ", ".join(f"{count} {state}" for state, count in self.counts.items())
