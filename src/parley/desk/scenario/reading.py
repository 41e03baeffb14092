"""A scenario file: who entered what and when, and on what basis (docs/scenarios.md).

TOML in, frozen values out. Dates and times are TOML's own, with their offset.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from parley.desk.files import read_bytes
from parley.desk.scenario.entries import Line, read_line
from parley.desk.scenario.measures import a_date, a_text, check_keys, tables
from parley.desk.scenario.setting import Setting, default_setting, read_setting
from parley.desk.scenario.sightings import Sighting, read_sighting
from parley.errors import BadScenario, ParleyError
from parley.values.instants import Instant

FORMAT = "parley/scenario/1"
_KEYS = ("format", "title", "announcement", "charter", "entry", "sighting", "until")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case: its charter, its lines and sightings each in the order of their times, its end."""

    title: str
    announcement: str
    setting: Setting
    lines: tuple[Line, ...]
    sightings: tuple[Sighting, ...]
    until: Instant

    @property
    def begins(self) -> Instant:
        """The time of the first line or sighting."""
        return min(_times(self.lines, self.sightings))


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file; refuse entries without basis, dangling labels, times out of order."""
    try:
        data = tomllib.loads(read_bytes(path).decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # also of a number that is too long to read
        raise BadScenario(f"no TOML: {error}", where=path.name) from None
    try:
        return _scenario(data)
    except ParleyError as error:
        raise error.at(path.name) from None


def _scenario(data: Mapping[str, object]) -> Scenario:
    if data.get("format") != FORMAT:
        raise BadScenario(f"the format is {FORMAT!r}", where="format")
    check_keys(data, _KEYS, "")
    lines = _lines(data)
    sightings = _sightings(data)
    if "charter" in data:
        setting = read_setting(data["charter"])
    else:
        named = [party for line in lines for party in line.parties]
        setting = default_setting([*named, *(party for each in sightings for party in each.who)])
    _check_parties(lines, sightings, setting)
    last = max(_times(lines, sightings))
    until = a_date(data, "until", "") if "until" in data else last
    if until < last:
        raise BadScenario("earlier than the last entry", where="until")
    title, announcement = a_text(data, "title", ""), a_text(data, "announcement", "")
    return Scenario(title, announcement, setting, lines, sightings, until)


def _lines(data: Mapping[str, object]) -> tuple[Line, ...]:
    entries = tables(data, "entry")
    if not entries:
        raise BadScenario("a scenario has entries", where="entry")
    lines: list[Line] = []
    labels: set[str] = set()
    for i, entry in enumerate(entries):
        line = read_line(entry, f"entry[{i}]")
        if lines and line.at < lines[-1].at:
            raise BadScenario("earlier than the entry before it", where=f"entry[{i}].at")
        for label in line.points_at():
            if label not in labels:
                raise BadScenario(f"no earlier entry is labelled {label!r}", where=f"entry[{i}]")
        if line.label in labels:
            raise BadScenario(f"the label {line.label!r} is taken", where=f"entry[{i}].label")
        labels.add(line.label)
        lines.append(line)
    return tuple(lines)


def _sightings(data: Mapping[str, object]) -> tuple[Sighting, ...]:
    sightings: list[Sighting] = []
    for i, table in enumerate(tables(data, "sighting")):
        sighting = read_sighting(table, f"sighting[{i}]")
        if sightings and sighting.at < sightings[-1].at:
            raise BadScenario("earlier than the sighting before it", where=f"sighting[{i}].at")
        sightings.append(sighting)
    return tuple(sightings)


def _times(lines: Sequence[Line], sightings: Sequence[Sighting]) -> list[Instant]:
    return [*(line.at for line in lines), *(sighting.at for sighting in sightings)]


def _check_parties(
    lines: tuple[Line, ...], sightings: tuple[Sighting, ...], setting: Setting
) -> None:
    said = [(f"entry[{i}].party", party) for i, e in enumerate(lines) for party in e.parties]
    seen = [(f"sighting[{i}].who", party) for i, e in enumerate(sightings) for party in e.who]
    for where, party in (*said, *seen):
        if party not in setting.parties:
            known = ", ".join(setting.parties)
            raise BadScenario(f"{party!r} is no party of the charter", where=where, hint=known)
