"""The 4D volume as stated: a shape, two vertical limits, a window. No geometry here."""

from dataclasses import dataclass, field
from typing import Literal

from parley.errors import BadAltitude, BadShape
from parley.values.instants import Instant, Interval
from parley.values.lengths import MAX_LENGTH_E4M, Altitude, Bound, VerticalLimit
from parley.values.places import Position

MAX_VERTICES = 10_000


def _width(e4m: int, where: str) -> None:
    if not 0 <= e4m <= MAX_LENGTH_E4M:
        raise BadShape("a radius or width is 0 m or more, and no longer than Earth", where=where)


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within ``radius_e4m`` (0.1 mm) of a point; a radius of 0 is the point."""

    center: Position
    radius_e4m: int
    type: Literal["circle"] = "circle"

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse a negative or absurd radius."""
        _width(self.radius_e4m, "radius_e4m")


@dataclass(frozen=True, slots=True)
class Corridor:
    """Everything within ``half_width_e4m`` (0.1 mm) of a line of geodesics: round ends."""

    line: tuple[Position, ...]
    half_width_e4m: int
    type: Literal["corridor"] = "corridor"

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse a line without legs."""
        _width(self.half_width_e4m, "half_width_e4m")
        if not 2 <= len(self.line) <= MAX_VERTICES:
            raise BadShape(f"a line has 2 to {MAX_VERTICES} points", where="line")


@dataclass(frozen=True, slots=True)
class Polygon:
    """Closed rings of shortest geodesics: the first bounds the area, the others are holes.

    A ring bounds the smaller region, whichever way it runs. First and last position are equal.
    Crossing edges are judged on the ellipsoid, by ``parley.sky``.
    """

    rings: tuple[tuple[Position, ...], ...]
    type: Literal["polygon"] = "polygon"

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse unclosed rings and rings without area."""
        if not self.rings:
            raise BadShape("a polygon has at least one ring", where="rings")
        if sum(map(len, self.rings)) > MAX_VERTICES:
            raise BadShape(f"a polygon has at most {MAX_VERTICES} points", where="rings")
        for i, ring in enumerate(self.rings):
            if len(ring) < 4:
                raise BadShape("a ring has at least 4 positions", where=f"rings[{i}]")
            if ring[0] != ring[-1]:
                raise BadShape("first and last position differ", where=f"rings[{i}]")


Shape = Circle | Corridor | Polygon


@dataclass(frozen=True, slots=True)
class Volume4D:
    """A shape between two limits during a window, all as stated.

    ``lower`` and ``upper``: an Altitude, ``SFC``/``UNL``, or None (nothing stated: a comparison
    stays POSSIBLE). ``time_end`` None means until withdrawn; only zones may say that.
    """

    # which of the three is decided by its type alone, so that a refusal names the right field
    shape: Shape = field(metadata={"discriminator": "type"})
    time_start: int
    time_end: int | None = None
    lower: VerticalLimit = None
    upper: VerticalLimit = None

    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    def __post_init__(self) -> None:
        """Refuse a reversed window, and a floor above a ceiling of the same reference."""
        Interval(
            Instant(self.time_start), None if self.time_end is None else Instant(self.time_end)
        )
        if self.lower is Bound.UNL or self.upper is Bound.SFC:
            raise BadAltitude("the floor cannot be UNL nor the ceiling SFC", where="lower")
        if (
            isinstance(self.lower, Altitude)
            and isinstance(self.upper, Altitude)
            and self.lower.reference == self.upper.reference
            and self.lower.e4m > self.upper.e4m
        ):
            raise BadAltitude(
                "the floor lies above the ceiling", where="lower", hint="swap the two"
            )

    @property
    def during(self) -> Interval:
        """The window as an interval."""
        end = None if self.time_end is None else Instant(self.time_end)
        return Interval(Instant(self.time_start), end)
