"""What a rehearsal came to, for people and for programs."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from parley.desk.plain import minima_line
from parley.desk.rehearsal.play import Course, Entered
from parley.desk.rehearsal.said import Rest, Said
from parley.desk.scenario.reading import Scenario
from parley.desk.scenario.setting import Setting
from parley.desk.tables import shown
from parley.desk.words import EXERCISE, LEGAL
from parley.projection.shown import span_words
from parley.record.canonical import Json
from parley.values.instants import format_instant

FORMAT = "parley/rehearsal/1"
UNCOUNTED = (
    "Caught: rests on entries that are documented or claimed, and were entered by then. What rests"
    " on our own filling is shown and not counted. That there was a channel, and its charter, is"
    " assumed throughout."
)
_WIDTHS = (20, 17, 8, 52, 11, 30)
_HEADS = ("WHEN", "TO", "RULE", "WHAT", "VERDICT", "RESTS ON")


def as_value(scenario: Scenario, course: Course) -> dict[str, object]:
    """Give the whole rehearsal as JSON."""
    setting = scenario.setting
    return {
        "format": FORMAT,
        "status": "exercise",
        "title": scenario.title,
        "announcement": scenario.announcement,
        "legal": LEGAL,
        "charter": {
            "channel": course.channel,
            "parties": list(setting.parties),
            "voices": [name for name, _ in setting.voices],
            "terms": dict(setting.terms),
            **setting.basis.to_json(),
        },
        "entered": [_entered_json(each) for each in course.entered],
        "said": [said.to_json() for said in course.said],
        "looks": course.looks,
        "caught": sum(said.caught for said in course.said),
        "not_counted": sum(not said.caught for said in course.said),
    }


def _entered_json(entered: Entered) -> dict[str, object]:
    line = entered.line
    return {
        "at": format_instant(line.at),
        "label": line.label,
        "kind": line.kind_name,
        "say": line.say,
        "records": [
            {"party": party, "number": done.number, "name": done.name}
            for party, done in entered.published
        ],
        "skipped": entered.skipped or None,
        **line.basis.to_json(),
    }


def as_table(scenario: Scenario, course: Course) -> Iterator[str]:
    """Give the whole rehearsal as lines."""
    yield from (EXERCISE, shown(scenario.title), *_wrapped(scenario.announcement, 140), "")
    yield from charter_lines(scenario.setting, course)
    yield from ("", "WHAT WAS ENTERED", "")
    rows = [_entered_row(each) for each in course.entered]
    yield from _table(rows, ("WHEN", "RECORD", "LABEL", "WHAT", "BASIS"), (20, 15, 18, 46, 43))
    yield from ("", "WHAT PARLEY WOULD HAVE SAID", "")
    yield from _table([_said_row(each) for each in course.said], _HEADS, _WIDTHS)
    caught = sum(said.caught for said in course.said)
    yield from ("", f"{caught} caught, {len(course.said) - caught} not counted.")
    yield from _wrapped(UNCOUNTED, 140)
    yield LEGAL


def charter_lines(setting: Setting, course: Course) -> Iterator[str]:
    """Say what the charter of the rehearsal lays down."""
    terms = course.terms
    yield f"charter      {course.channel[:16]}  {shown(setting.basis.words())}"
    for player in setting.players:
        liaison = f", {player.liaison}" if player.liaison else ""
        tags = ", ".join(player.languages)
        yield f"{player.role:<12} {shown(f'{player.name} ({player.display}), {tags}{liaison}')}"
    for name, code in setting.voices:
        yield f"voice        {shown(f'{name} ({code}), no node')}"
    yield f"minima       {minima_line(terms.minima)}"
    for priority, deadlines in terms.deadlines.items():
        stored, answered = span_words(deadlines.receipt_ms), span_words(deadlines.answer_ms)
        yield f"{priority:<12} stored within {stored}, answered within {answered}"
    for known in terms.places:
        names = ", ".join(name.text for name in known.names)
        yield f"{'place':<12} {shown(f'{names}: {known.place.stated}')}"
    for key in sorted(set(setting.terms) - {"minima", "deadlines", "places"}):
        yield f"{key:<12} {shown(_term(key, setting.terms[key]))}"


def _term(key: str, value: Json) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_term(key, item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_term(key, item) for item in value)
    return span_words(value) if key.endswith("_ms") and isinstance(value, int) else str(value)


def _entered_row(entered: Entered) -> tuple[str, ...]:
    line = entered.line
    numbers = ", ".join(done.number for _, done in entered.published) or "not sent"
    what = f"{line.say} [{entered.skipped}]" if entered.skipped else line.say
    return format_instant(line.at), numbers, line.label, what, line.basis.words()


def _said_row(said: Said) -> tuple[str, ...]:
    verdict = "caught" if said.caught else "not counted"
    rests = dict.fromkeys(_rest_words(said, rest) for rest in said.rests)
    cells = (format_instant(said.at), ", ".join(said.to), said.rule, said.what, verdict)
    return (*cells, ", ".join(rests))


def _rest_words(said: Said, rest: Rest) -> str:
    named = f"{rest.number} {rest.label}" if rest.number else f"sighting {rest.label}"
    return named if rest.basis.carries(said.rule) else f"{named} (assumed)"


def _table(
    rows: Sequence[Sequence[str]], heads: Sequence[str], widths: Sequence[int]
) -> Iterator[str]:
    """Lay rows out in columns of given widths, each cell wrapped; nothing is cut off."""
    for row in (heads, *rows):
        cells: list[list[str]] = [
            _wrapped(cell, width) or [""] for cell, width in zip(row, widths, strict=True)
        ]
        for i in range(max(map(len, cells))):
            parts = (
                f"{cell[i] if i < len(cell) else '':<{width}}"
                for cell, width in zip(cells, widths, strict=True)
            )
            yield " ".join(parts).rstrip()


def _wrapped(text: Any, width: int) -> list[str]:
    return textwrap.wrap(shown(text), width, break_on_hyphens=False)
