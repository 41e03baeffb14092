"""What ``parley check`` prints: for people, as JSON, as GeoJSON."""

from collections.abc import Iterator
from typing import Any

from parley.desk.checking import Checked, Conflict, Plan
from parley.desk.tables import pairs, shown
from parley.sky import Limits
from parley.values.instants import Instant, format_instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE, E4M_PER_NAUTICAL_MILE
from parley.values.places import Position


def as_value(checked: Checked) -> dict[str, Any]:
    """Give the result as JSON."""
    return {
        "minima": {
            "lateral_m": _number(checked.minima.lateral_e4m, E4M_PER_METRE),
            "vertical_m": _number(checked.minima.vertical_e4m, E4M_PER_METRE),
            "time_s": _number(checked.minima.time_ms, 1000),
        },
        "conflicts": [_conflict_value(conflict) for conflict in checked.conflicts],
        "checked": {"activities": checked.activities, "pairs": checked.pairs},
    }


def as_geojson(checked: Checked) -> dict[str, Any]:
    """Give the conflicts as points where they are closest, ready for a map."""
    features = []
    for conflict in checked.conflicts:
        value = _conflict_value(conflict)
        closest = value.pop("closest")
        place = closest.pop("position")
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place},
                "properties": {
                    "title": f"{conflict.number} {conflict.encounter.verdict}",
                    **value,
                    **closest,
                },
            }
        )
    return {"type": "FeatureCollection", "features": features}


def as_table(checked: Checked, source: str) -> str:
    """Give the result for people: what was compared and by which minima, then each conflict."""
    blocks = [pairs(_heading(checked, source))]
    blocks += [_block(conflict) for conflict in checked.conflicts]
    certain = sum(c.encounter.verdict == "CONFLICT" for c in checked.conflicts)
    possible = len(checked.conflicts) - certain
    zones = len(checked.plans) - checked.activities
    looked = (
        f"{_count(checked.activities, 'activity', 'activities')}, {_count(zones, 'zone')}, "
        f"{_count(checked.pairs, 'pair')} compared"
    )
    if not checked.pairs:
        blocks.append(f"Nothing was compared: no two plans here bind each other ({looked}).")
    elif checked.conflicts:
        blocks.append(
            f"{_count(certain, 'conflict')}, {_count(possible, 'possible one')} ({looked})."
        )
    else:
        blocks.append(f"Clear: no conflict between these plans ({looked}).")
    return "\n\n".join(blocks)


def _heading(checked: Checked, source: str) -> Iterator[tuple[str, str]]:
    yield "minima", f"{_minima(checked.minima)} ({source})"
    seen: dict[tuple[str, str], int] = {}
    for plan in checked.plans:
        key = (plan.subject.party, plan.party_from)
        seen[key] = seen.get(key, 0) + 1
    for (party, where), number in seen.items():
        yield "party", f"{party}: {_count(number, 'plan')} ({where})"
    # A misspelt party would make a zone bind nobody, which looks just like clear.
    parties = {plan.subject.party for plan in checked.plans}
    for plan in checked.plans:
        for name in plan.subject.affects or ():
            if name not in parties:
                yield "note", f"{_plan(plan)} affects {shown(name)}, of which no plan is here"


def _minima(minima: Limits) -> str:
    lateral = _number(minima.lateral_e4m, E4M_PER_NAUTICAL_MILE)
    vertical = _number(minima.vertical_e4m, E4M_PER_FOOT)
    lateral_m = _number(minima.lateral_e4m, E4M_PER_METRE)
    vertical_m = _number(minima.vertical_e4m, E4M_PER_METRE)
    return (
        f"{lateral:.6g} NM ({lateral_m} m) laterally, {vertical:.6g} ft ({vertical_m} m) "
        f"vertically, {_number(minima.time_ms, 1000)} s in time"
    )


def _block(conflict: Conflict) -> str:
    found = conflict.encounter
    vertical = (
        "height not known" if found.vertical_m is None else f"{found.vertical_m} m vertically"
    )
    apart = f", {found.time_gap_s} s in time" if found.time_gap_s else ""
    until = "until withdrawn" if found.until is None else f"to {format_instant(found.until)}"
    when = "between" if found.time_gap_s else "both from"
    lines = [
        ("a", _plan(conflict.a)),
        ("b", _plan(conflict.b)),
        ("apart", f"{found.lateral_m} m laterally, {vertical}{apart}"),
        ("where", _place(found.position)),
        ("when", f"{when} {format_instant(found.begin)} {until}"),
        ("broken", ", ".join(found.broken) or "-"),
        ("open", ", ".join(found.open) or "-"),
    ]
    body = "\n".join(f"  {line}" for line in pairs(lines).splitlines())
    return f"{found.verdict}  {conflict.number}\n{body}"


def _plan(plan: Plan) -> str:
    zone = "zone: " if plan.subject.role == "zone" else ""
    return f"{shown(plan.subject.party)}: {zone}{shown(plan.title)}"


def _place(position: Position) -> str:
    north = "N" if position.lat_e7 >= 0 else "S"
    east = "E" if position.lon_e7 >= 0 else "W"
    return f"{abs(position.lat):.5f} {north}, {abs(position.lon):.5f} {east}"


def _conflict_value(conflict: Conflict) -> dict[str, Any]:
    found = conflict.encounter
    return {
        "id": conflict.number,
        "verdict": found.verdict,
        "a": _plan_value(conflict.a),
        "b": _plan_value(conflict.b),
        "closest": {
            "lateral_m": found.lateral_m,
            "vertical_m": found.vertical_m,
            "time_gap_s": found.time_gap_s,
            "position": [round(found.position.lon, 5), round(found.position.lat, 5)],
            "from": _time(found.begin),
            "until": _time(found.until),
        },
        "broken": list(found.broken),
        "open": list(found.open),
    }


def _plan_value(plan: Plan) -> dict[str, str]:
    return {"id": plan.id, "party": plan.subject.party, "title": plan.title}


def _time(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


def _number(value: int, unit: int) -> int | float:
    return value // unit if value % unit == 0 else value / unit


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
