"""What ``parley check`` prints: for people, as JSON, as GeoJSON."""

from collections.abc import Iterable, Iterator
from typing import Any

from parley.desk.checking import Checked, Conflict, Plan
from parley.desk.encounter_value import closest_value, minima_value, number_value
from parley.desk.offering import NOTE, Offering, offered_lines, offered_value
from parley.desk.tables import json_parts, pairs, shown
from parley.sky import Limits, Which
from parley.values.instants import format_instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, E4M_PER_NAUTICAL_MILE
from parley.values.places import Position
from parley.values.trajectories import Trajectory

_DIMENSIONS = ("lateral", "vertical", "time")
# What a POSSIBLE says that no missing height explains: see MOST_MEASURED in sky/pairing.py.
_UNMEASURED = "too many of their pieces are about as close to measure all: they may be within"


def value_parts(
    checked: Checked, conflicts: Iterable[Conflict], offering: Offering | None = None
) -> Iterator[str]:
    """Give the result as JSON, in parts: each conflict as soon as it comes."""
    heading = {
        "minima": minima_value(checked.minima),
        "checked": {"activities": checked.activities, "pairs": checked.pairs},
    }
    return json_parts(heading, "conflicts", (_conflict_value(c, offering) for c in conflicts))


def geojson_parts(conflicts: Iterable[Conflict], offering: Offering | None = None) -> Iterator[str]:
    """Give the conflicts as points where they are closest, ready for a map, as they come."""
    features = (_feature(conflict, offering) for conflict in conflicts)
    return json_parts({"type": "FeatureCollection"}, "features", features)


def _feature(conflict: Conflict, offering: Offering | None) -> dict[str, Any]:
    value = _conflict_value(conflict, offering)
    closest = value.pop("closest")
    place = closest.pop("position")
    title = f"{conflict.number} {conflict.encounter.verdict}"
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"title": title, **value, **closest},
    }


def table_parts(
    checked: Checked,
    conflicts: Iterable[Conflict],
    source: str,
    offering: Offering | None = None,
) -> Iterator[str]:
    """Give the result for people, in parts: what was compared, then each conflict as it comes."""
    yield pairs(_heading(checked, source))
    found = {"CONFLICT": 0, "POSSIBLE": 0}
    for conflict in conflicts:
        found[conflict.encounter.verdict] += 1
        yield "\n\n" + _block(conflict, checked, offering)
    if offering is not None:
        yield "\n\n" + NOTE
    yield "\n\n" + _sum(checked, found["CONFLICT"], found["POSSIBLE"])


def _sum(checked: Checked, certain: int, possible: int) -> str:
    zones = len(checked.plans) - checked.activities
    looked = (
        f"{_count(checked.activities, 'activity', 'activities')}, {_count(zones, 'zone')}, "
        f"{_count(checked.pairs, 'pair')} compared"
    )
    if not checked.pairs:
        return f"Nothing was compared: no two plans here bind each other ({looked})."
    if certain or possible:
        return f"{_count(certain, 'conflict')}, {_count(possible, 'possible one')} ({looked})."
    return f"Clear: no conflict between these plans ({looked})."


def _heading(checked: Checked, source: str) -> Iterator[tuple[str, str]]:
    yield "minima", f"{_minima(checked.minima)} ({source})"
    seen: dict[tuple[str, str], int] = {}
    for plan in checked.plans:
        key = (plan.stated.party, plan.party_from)
        seen[key] = seen.get(key, 0) + 1
    for (party, where), number in seen.items():
        yield "party", f"{party}: {_count(number, 'plan')} ({where})"
    # A misspelt party would make a zone bind nobody, which looks just like clear.
    parties = {plan.stated.party for plan in checked.plans}
    for plan in checked.plans:
        for name in plan.stated.affects or ():
            if name not in parties:
                yield "note", f"{_plan(plan)} affects {shown(name)}, of which no plan is here"


def _minima(minima: Limits) -> str:
    lateral = number_value(minima.lateral_e4m, E4M_PER_NAUTICAL_MILE)
    vertical = number_value(minima.vertical_e4m, E4M_PER_FOOT)
    lateral_m = number_value(minima.lateral_e4m, E4M_PER_METRE)
    vertical_m = number_value(minima.vertical_e4m, E4M_PER_METRE)
    return (
        f"{lateral:.6g} NM ({lateral_m} m) laterally, {vertical:.6g} ft ({vertical_m} m) "
        f"vertically, {number_value(minima.time_ms, 1000)} s in time"
    )


def _block(conflict: Conflict, checked: Checked, offering: Offering | None) -> str:
    found = conflict.encounter
    vertical = (
        "height not known" if found.vertical_m is None else f"{found.vertical_m} m vertically"
    )
    apart = f", {found.time_gap_s} s in time" if found.time_gap_s else ""
    until = "until withdrawn" if found.until is None else f"to {format_instant(found.until)}"
    when = "between" if found.time_gap_s else "both from"
    lines = [
        ("a", _plan(conflict.a) + _leg(conflict.a, found.which[0])),
        ("b", _plan(conflict.b) + _leg(conflict.b, found.which[1])),
        ("apart", f"{found.lateral_m} m laterally, {vertical}{apart}"),
        ("where", _place(found.position)),
        ("when", f"{when} {format_instant(found.begin)} {until}"),
        ("broken", ", ".join(found.broken) or "-"),
        ("open", ", ".join(found.open) or "-"),
    ]
    if len(found.open) == len(_DIMENSIONS):
        lines.append(("note", _UNMEASURED))
    offered = () if offering is None else offering(conflict)
    lines += [("offer", line) for line in offered_lines(offered, checked.plans)]
    body = "\n".join(f"  {line}" for line in pairs(lines).splitlines())
    return f"{found.verdict}  {conflict.number}\n{body}"


def _plan(plan: Plan) -> str:
    zone = "zone: " if plan.stated.role == "zone" else ""
    flown = " (trajectory)" if plan.flown else ""
    return f"{shown(plan.stated.party)}: {zone}{shown(plan.title)}{flown}"


def _place(position: Position) -> str:
    north = "N" if position.lat_e7 >= 0 else "S"
    east = "E" if position.lon_e7 >= 0 else "W"
    return f"{abs(position.lat):.5f} {north}, {abs(position.lon):.5f} {east}"


def _conflict_value(conflict: Conflict, offering: Offering | None) -> dict[str, Any]:
    found = conflict.encounter
    value: dict[str, Any] = {
        "id": conflict.number,
        "verdict": found.verdict,
        "a": {**_plan_value(conflict.a), **_told(conflict.a, found.which[0])},
        "b": {**_plan_value(conflict.b), **_told(conflict.b, found.which[1])},
        "closest": closest_value(found),
        "broken": list(found.broken),
        "open": list(found.open),
    }
    if offering is not None:
        value["offers"] = offered_value(offering(conflict))
    return value


def _plan_value(plan: Plan) -> dict[str, Any]:
    value: dict[str, Any] = {"id": plan.id, "party": plan.stated.party, "title": plan.title}
    return {**value, "trajectory": True} if plan.flown else value


def _told(plan: Plan, which: Which) -> dict[str, int]:
    return which.told(len(plan.stated.parts))


def _leg(plan: Plan, which: Which) -> str:
    """Name what is closest: the part if there are several, the leg by its points, from 1."""
    many = len(plan.stated.parts)
    part = f", part {which.part + 1} of {many}" if many > 1 else ""
    if which.leg is None:
        return part
    stated = plan.stated.parts[which.part]
    last = len(stated.points) if isinstance(stated, Trajectory) else 0
    first = which.leg + 1
    leg = f"on the leg from point {first} to {first + 1}" if first < last else "at its point"
    return f"{part}, {leg}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
