"""One sighting of a scenario: where somebody saw something fly. Volatile; it enters no log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from parley.desk.scenario.basis import BASIS_KEYS, Basis, read_basis
from parley.desk.scenario.measures import a_date, a_table, a_text, check_keys, texts
from parley.errors import BadScenario
from parley.values.instants import Instant
from parley.values.lengths import (
    E4M_PER_METRE,
    Altitude,
    Reference,
    Unit,
    length_e4m,
    to_e4m,
)
from parley.values.places import Position

UNKNOWN = "unknown"
_KEYS = ("at", "who", "of", "label", "lat", "lon", "precision_m", "height", "say", *BASIS_KEYS)
_HEIGHT_KEYS = ("value", "units", "reference", "uncertainty")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A position at an instant, on the desks of those who saw it, and of nobody else.

    ``who`` saw it; ``of`` is the side whose aircraft it is, as far as they say (``unknown``).
    ``label`` names the track: two sightings of one label are of one aircraft. ``precision_m`` is
    the radius within which it was (0: as stated). ``height`` None: not known.
    """

    at: Instant
    who: tuple[str, ...]
    of: str
    label: str
    position: Position
    precision_m: int
    height: Altitude | None
    basis: Basis
    say: str = ""


def read_sighting(table: Mapping[str, object], where: str) -> Sighting:
    """Read a sighting; refuse one without basis, time, place or who saw it."""
    check_keys(table, _KEYS, where)
    for key in ("lat", "lon"):
        if key not in table:
            raise BadScenario("degrees are needed", where=f"{where}.{key}")
    precision = length_e4m(table.get("precision_m", 0), "M", where=f"{where}.precision_m")
    return Sighting(
        at=a_date(table, "at", where),
        who=texts(table.get("who"), f"{where}.who"),
        of=a_text(table, "of", where) if "of" in table else UNKNOWN,
        label=a_text(table, "label", where),
        position=Position.of_degrees(table["lat"], table["lon"], where=where),
        precision_m=-(-precision // E4M_PER_METRE),
        height=_height(table["height"], f"{where}.height") if "height" in table else None,
        basis=read_basis(table, where),
        say=a_text(table, "say", where) if "say" in table else "",
    )


def _height(value: object, where: str) -> Altitude:
    table = a_table(value, where)
    check_keys(table, _HEIGHT_KEYS, where)
    units, reference = a_text(table, "units", where), a_text(table, "reference", where)
    if units not in get_args(Unit):
        raise BadScenario("M or FT", where=f"{where}.units")
    if reference not in get_args(Reference):
        raise BadScenario("AMSL, AGL, STD or W84", where=f"{where}.reference")
    return Altitude(
        to_e4m(table.get("value"), units, where=f"{where}.value"),
        cast("Unit", units),
        cast("Reference", reference),
        to_e4m(table.get("uncertainty", 0), units, where=f"{where}.uncertainty"),
    )
