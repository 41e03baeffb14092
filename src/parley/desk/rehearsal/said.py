"""One thing that Parley would have said: when, on whose desks, on which records, and if it counts.

It counts as caught only if every entry it rests on is documented or claimed, and was entered by
then. What rests on our own filling is printed, and does not count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.desk.scenario.basis import Basis
from parley.desk.scenario.entries import Line
from parley.values.instants import Instant, format_instant

CONFLICT = "conflict"
SIGHTING = "sighting"
SPEED = "speed"
PLAYED = Basis("assumed", assumed="entered by the person at the seat")


@dataclass(frozen=True, slots=True)
class Rest:
    """What a finding rests on: a record by number and label, or a sighting (without number)."""

    number: str | None
    label: str
    party: str
    basis: Basis

    def to_json(self) -> dict[str, object]:
        """Write it with its basis."""
        named = {"number": self.number, "label": self.label, "party": self.party}
        return {**named, **self.basis.to_json()}


@dataclass(slots=True)
class Said:
    """A finding, a conflict or a look at a sighting, as it first stood on the desks ``to``.

    ``rule`` is W and a number, ``conflict``, ``sighting`` or ``speed``; ``id`` is the finding's.
    ``until`` is the instant at which it no longer stood, if that came.
    """

    at: Instant
    to: tuple[str, ...]
    rule: str
    id: str
    what: str
    settles: str
    concerns: tuple[str, ...]
    rests: tuple[Rest, ...]
    until: Instant | None = field(default=None)

    @property
    def why_not(self) -> str:
        """Say why it does not count as caught; empty if it does."""
        weak = [rest for rest in self.rests if not rest.basis.carries(self.rule)]
        if self.rule == SPEED:
            return "a figure, no finding"
        if not self.rests:
            return "rests on no entry"
        if weak:
            return f"rests on what is assumed: {', '.join(rest.label for rest in weak)}"
        return ""

    @property
    def caught(self) -> bool:
        """Tell whether it rests on documented or claimed entries alone."""
        return not self.why_not

    def to_json(self) -> dict[str, object]:
        """Write it for a program to read."""
        return {
            "at": format_instant(self.at),
            "to": list(self.to),
            "rule": self.rule,
            "id": self.id,
            "what": self.what,
            "settles": self.settles,
            "concerns": list(self.concerns),
            "caught": self.caught,
            "why_not": self.why_not or None,
            "rests_on": [rest.to_json() for rest in self.rests],
            "until": None if self.until is None else format_instant(self.until),
        }


class Sources:
    """Which entry of the scenario each record came from, by the record's name."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[str, Basis]] = {}

    def entered(self, record: str, line: Line) -> None:
        """Note the entry that a record is."""
        self._lines[record] = (line.label, line.basis)

    def played(self, record: str, label: str) -> None:
        """Note that a record was entered by the person at the seat."""
        self._lines[record] = (label, PLAYED)

    def rests(self, records: Iterable[Mapping[str, Any]]) -> tuple[Rest, ...]:
        """Trace records, as a view names them, to entries; what the nodes log is none."""
        found = []
        for record in records:
            known = self._lines.get(record["name"])
            if known is not None:
                label, basis = known
                found.append(Rest(record["number"], label, record["author"], basis))
        return tuple(found)
