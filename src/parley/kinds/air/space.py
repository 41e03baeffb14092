"""What a volume or trajectory says to the other layers, and the checks the sky makes of it."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationInfo

from parley.errors import BadShape
from parley.record.kind import Subject
from parley.sky.courses import prepare_course
from parley.sky.extent import cap_of
from parley.sky.regions import LONGEST_LINE_E4M
from parley.sky.volumes import edges_e4m
from parley.values.instants import Instant, spanning
from parley.values.lengths import Altitude, VerticalLimit
from parley.values.places import Place, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Circle, Corridor, Shape, Volume4D

WIDEST_PLACE_E4M = 10**10  # a place is no less precise than 1,000 km

PREPARED_LATER: Final[dict[str, Any]] = {"prepared": "later"}
"""Validation context of one who prepares every shape of a body anyway, and so checks it then."""


def prepared_later(info: ValidationInfo) -> bool:
    """Tell whether the reader of a body has taken it on itself to check its shapes."""
    return info.context is PREPARED_LATER


def check_volumes(volumes: Sequence[Volume4D]) -> None:
    """Refuse a volume that the sky could not compare; the place is ``volumes.<i>.shape...``.

    All edges of all volumes together are no longer than those of one may be: a few bytes can state
    a line around the globe, and a record many of them.
    """
    total = 0
    for i, volume in enumerate(volumes):
        total += edges_e4m(volume, where=f"volumes.{i}")
        if total > LONGEST_LINE_E4M and i:
            said = f"the edges of all volumes are over {LONGEST_LINE_E4M // 10**7:,} km in all"
            raise BadShape(said, where=f"volumes.{i}.shape")


def check_trajectory(trajectory: Trajectory) -> None:
    """Refuse a trajectory that the sky could not compare; the place is ``trajectory.points...``."""
    prepare_course(trajectory, where="trajectory")


def planned(
    title: str, volumes: Sequence[Volume4D], trajectories: Sequence[Trajectory] = ()
) -> tuple[Subject, ...]:
    """Give what each is about: a place that holds it all, its window, its lowest and highest level.

    It is read back by the centre of a circle, an end of a corridor or way, a corner of an area.
    Window and levels of a trajectory are as stated: those of its points, tolerances not counted.
    """
    areas = [
        Subject(
            "planned",
            _place(title, v),
            v.during,
            _altitude(v.lower),
            _altitude(v.upper),
            points=_points(v.shape),
        )
        for v in volumes
    ]
    ways = [
        Subject("planned", _place(title, t), t.during, t.lowest, t.highest, points=_ends(t.points))
        for t in trajectories
    ]
    return (*areas, *ways)


def last_end(
    volumes: Sequence[Volume4D], trajectories: Sequence[Trajectory] = ()
) -> Instant | None:
    """Give the instant at which the last of them ends, or None if one states no end.

    A trajectory ends when what flies it may still be late by its tolerance.
    """
    windows = [v.during for v in volumes] + [t.occupied for t in trajectories]
    return spanning(windows).end


def _place(title: str, part: Volume4D | Trajectory) -> Place | None:
    cap = cap_of(part)
    if cap.radius_e4m > WIDEST_PLACE_E4M:
        return None
    return Place(cap.middle.lat_e7, cap.middle.lon_e7, cap.radius_e4m, title)


def _points(shape: Shape) -> tuple[Position, ...]:
    if isinstance(shape, Circle):
        return (shape.center,)
    return _ends(shape.line) if isinstance(shape, Corridor) else shape.rings[0][:-1]


def _ends(line: Sequence[Position]) -> tuple[Position, ...]:
    return line[0], line[-1]


def _altitude(limit: VerticalLimit) -> Altitude | None:
    return limit if isinstance(limit, Altitude) else None
