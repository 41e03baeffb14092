"""A place that has names: where it is, how well that is known, and by whose list."""

from dataclasses import dataclass
from typing import Literal

from parley.values.places import Position

ListName = Literal["channel", "proposed", "own", "shipped"]
ORDER: tuple[ListName, ...] = ("channel", "proposed", "own", "shipped")
"""Whose word goes first: what the sides agreed, what one proposed, the user's own list, ours."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place by its names, the main one first; precision in metres, None where nobody says.

    ``key``: its id within its list. ``within``: country and first-level area, as that list has it.
    """

    names: tuple[str, ...]
    position: Position
    precision_m: int | None
    source: ListName
    key: str
    within: str = ""
    population: int = 0
