"""Encounters, minima and offers as JSON, in the one form that every face of Parley gives them."""

from typing import Any

from parley.record.terms import Minima
from parley.sky import Encounter, Limits
from parley.sky.offers import Offer, Withheld
from parley.values.instants import Instant, format_instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_METRE


def closest_value(met: Encounter) -> dict[str, Any]:
    """Say how close two plans come, where and when: metres, seconds, degrees, UTC."""
    return {
        "lateral_m": met.lateral_m,
        "vertical_m": met.vertical_m,
        "time_gap_s": met.time_gap_s,
        "position": [round(met.position.lon, 5), round(met.position.lat, 5)],
        "from": time_value(met.begin),
        "until": time_value(met.until),
    }


def minima_value(minima: Limits | Minima) -> dict[str, Any]:
    """Give separation minima in metres and seconds."""
    return {
        "lateral_m": number_value(minima.lateral_e4m, E4M_PER_METRE),
        "vertical_m": number_value(minima.vertical_e4m, E4M_PER_METRE),
        "time_s": number_value(minima.time_ms, 1000),
    }


def offer_value(offer: Offer | Withheld) -> dict[str, Any]:
    """Give a way out: the change on its axis, in the unit its step is stated in, or why none."""
    if isinstance(offer, Withheld):
        return {"axis": offer.axis, "withheld": offer.reason, "zones": list(offer.zones)}
    amount = offer.shift.amount
    if offer.axis == "time":
        return {"axis": "time", "start_s": amount // 1000}
    if offer.axis == "level":
        return {"axis": "level", "higher_ft": amount // E4M_PER_FOOT}
    aside = offer.shift.aside
    assert aside is not None  # noqa: S101 - for the type checker: lateral shifts have one
    return {
        "axis": "lateral",
        "offset_m": amount // E4M_PER_METRE,
        "azimuth_deg": round(aside.azimuth, 1) % 360,
        "side": aside.side,
    }


def time_value(at: Instant | None) -> str | None:
    """Write an instant in UTC, or None for no end."""
    return None if at is None else format_instant(at)


def number_value(value: int, unit: int) -> int | float:
    """Divide, to a whole number where it is one."""
    return value // unit if value % unit == 0 else value / unit
