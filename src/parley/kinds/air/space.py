"""What a volume of the air says to the other layers, and the checks that the sky makes of it."""

from collections.abc import Sequence

from parley.record.kind import Subject
from parley.sky.extent import cap_of
from parley.sky.volumes import prepare
from parley.values.instants import Instant
from parley.values.lengths import Altitude, VerticalLimit
from parley.values.places import Place
from parley.values.volumes import Volume4D

WIDEST_PLACE_E4M = 10**10  # a place is no less precise than 1,000 km


def check_volumes(volumes: Sequence[Volume4D]) -> None:
    """Refuse a volume that the sky could not compare; the place is ``volumes.<i>.shape...``."""
    for i, volume in enumerate(volumes):
        prepare(volume, where=f"volumes.{i}")


def planned(title: str, volumes: Sequence[Volume4D]) -> tuple[Subject, ...]:
    """Give what each volume is about: a place that holds it all, its window, its levels."""
    return tuple(
        Subject("planned", _place(title, v), v.during, _altitude(v.lower), _altitude(v.upper))
        for v in volumes
    )


def last_end(volumes: Sequence[Volume4D]) -> Instant | None:
    """Give the instant at which the last volume ends, or None if one states no end."""
    ends = [v.time_end for v in volumes if v.time_end is not None]
    return Instant(max(ends)) if len(ends) == len(volumes) else None


def _place(title: str, volume: Volume4D) -> Place | None:
    cap = cap_of(volume)
    if cap.radius_e4m > WIDEST_PLACE_E4M:
        return None
    return Place(cap.middle.lat_e7, cap.middle.lon_e7, cap.radius_e4m, title)


def _altitude(limit: VerticalLimit) -> Altitude | None:
    return limit if isinstance(limit, Altitude) else None
