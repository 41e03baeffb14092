"""Measure what `parley draft` finds in the labelled texts: precision and recall a kind.

``python scripts/draft_score.py`` prints the tables of docs/drafts.md: of the texts the rules were
written with, of those held out, and of those written last. ``--show PART`` lists what was missed,
invented or read wrongly; whoever writes rules looks at the first part alone.

A draft and a label match when they are of one kind and share at least half of the shorter one's
characters; each matches once. A matched draft is right when each field that the label names is.
"""

import argparse
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from parley.desk.drafting.draft import DRAFTED, Draft
from parley.desk.drafting.proposing import propose
from parley.values.instants import Instant, day_of, format_instant

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "tests" / "spine" / "desk" / "draft_texts"


@dataclass(slots=True)
class Tally:
    """For one kind: labels, drafts, matches, and fields read rightly of those a label names."""

    labels: int = 0
    drafts: int = 0
    found: int = 0
    fields: int = 0
    right: int = 0
    said: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.labels += other.labels
        self.drafts += other.drafts
        self.found += other.found
        self.fields += other.fields
        self.right += other.right
        self.said += other.said


def texts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the labelled texts, by name."""
    for path in sorted(TEXTS.glob("*.toml")):
        yield path.stem, tomllib.loads(path.read_text(encoding="utf-8"))


def facts(draft: Draft, zone: str) -> dict[str, object]:
    """Give what labels may name of a draft, in the words of a label."""
    body = draft.body
    known: dict[str, object] = {
        key: body[key]
        for key in (
            "total",
            "counted",
            "lead_total",
            "step",
            "outcome",
            "medium",
            "urgency",
            "form",
        )
        if key in body
    }
    known["speaker"] = body.get("speaker")
    known["verb"] = None if draft.verb is None else draft.verb.text
    known["denied"] = draft.denied
    known["parts"] = [part["number"] for part in body.get("parts", [])]
    known["duties"] = len(body.get("duties", []))
    known["consequence"] = "consequence" in body
    for name, key in (("said", "said_at"), ("due", "due"), ("ends", "ends"), ("starts", "starts"),
                      ("until", "valid_until"), ("opened", "opened_at")):  # fmt: skip
        if key in body:
            known[name] = _time(draft, key, zone, start=name in ("said", "starts", "opened"))
    for name in ("guarantors", "excluded"):
        known[name] = sum(each.field.startswith(name + ".") for each in draft.names)
    if "whom" in body:
        known["whom"] = body["whom"]["text"]
    return known


def _time(draft: Draft, key: str, zone: str, *, start: bool) -> tuple[str, str]:
    value = draft.body[key]
    ms = value if isinstance(value, int) else value["ms"]
    exact = next(g.precision for g in draft.grounds if g.field == key)
    day = day_of(Instant(ms if start or exact == "minute" else ms - 1), zone)
    return format_instant(Instant(ms)), day if exact == "day" or start else ""


def agrees(wanted: object, known: object) -> bool:
    """Tell whether a field is as labelled; a time as an instant, or as its day."""
    return wanted in known if isinstance(known, tuple) else wanted == known


def score(name: str, labelled: Mapping[str, Any]) -> dict[str, Tally]:
    """Draft from one labelled text and compare."""
    text, zone = labelled["text"], labelled["zone"]
    drafts = propose(
        text.encode(), name, as_of=date.fromisoformat(labelled["as_of"]), zone=zone
    ).drafts
    result: dict[str, Tally] = {kind: Tally() for kind in DRAFTED}
    for kind, tally in result.items():
        mine = [draft for draft in drafts if draft.kind == kind]
        labels = [label for label in labelled.get("label", []) if label["kind"] == kind]
        tally.labels, tally.drafts = len(labels), len(mine)
        left = list(mine)
        for label in labels:
            start = text.index(label["words"])
            span = range(start, start + len(label["words"]))
            best = max(left, key=lambda draft: _shared(draft, span), default=None)
            if best is None or _shared(best, span) < 0.5:
                tally.said.append(f"{name}: missed {kind}: {label['words']}")
                continue
            left.remove(best)
            tally.found += 1
            known = facts(best, zone)
            for key, wanted in label["fields"].items():
                tally.fields += 1
                if agrees(wanted, known.get(key)):
                    tally.right += 1
                else:
                    tally.said.append(f"{name}: {kind} {key}: {known.get(key)!r}, not {wanted!r}")
        tally.said += [f"{name}: invented {kind}: {draft.span.text[:150]!r}" for draft in left]
    return result


def _shared(draft: Draft, span: range) -> float:
    common = min(draft.span.end, span.stop) - max(draft.span.start, span.start)
    return common / min(draft.span.end - draft.span.start, len(span))


PARTS = {
    "written with": "Texts that the rules were written with",
    "held out": "Texts held out, written before the rules",
    "written after": "Texts held out, written when the rules were finished",
}


def part_of(labelled: Mapping[str, Any]) -> str:
    """Tell which part of the texts one belongs to."""
    if not labelled["held_out"]:
        return "written with"
    return "written after" if labelled.get("after_rules") else "held out"


def table(part: str) -> dict[str, Tally]:
    """Score one part of the texts, a kind a row."""
    total: dict[str, Tally] = {kind: Tally() for kind in DRAFTED}
    for name, labelled in texts():
        if part_of(labelled) == part:
            for kind, tally in score(name, labelled).items():
                total[kind].add(tally)
    return total


def _per_cent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "-"


def lines(total: Mapping[str, Tally]) -> Iterator[str]:
    """Write a table of Markdown."""
    yield "| kind | labels | drafts | matched | precision | recall | fields right |"
    yield "|---|---|---|---|---|---|---|"
    every = Tally()
    for tally in total.values():
        every.add(tally)
    for kind, row in [*total.items(), ("all", every)]:
        yield (
            f"| {kind} | {row.labels} | {row.drafts} | {row.found} "
            f"| {_per_cent(row.found, row.drafts)} | {_per_cent(row.found, row.labels)} "
            f"| {row.right} of {row.fields} |"
        )


def main() -> None:
    """Print a table for each part of the texts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", choices=PARTS, action="append", default=[])
    given = parser.parse_args()
    for part, title in PARTS.items():
        total = table(part)
        count = sum(part_of(labelled) == part for _, labelled in texts())
        print(f"{title} ({count}):\n")
        print("\n".join(lines(total)) + "\n")
        if part in given.show:
            for tally in total.values():
                print(*tally.said, sep="\n")


if __name__ == "__main__":
    main()
