"""How views write values: RFC 3339 times, whole metres and seconds, limits as stated; no floats."""

from collections.abc import Sequence

from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.record.terms import Minima
from parley.values.instants import Instant, Interval, format_instant
from parley.values.lengths import E4M_PER_METRE, Altitude
from parley.values.places import Place, Position
from parley.values.texts import Text


def time_json(at: int | None) -> Json:
    """Write an instant, or null."""
    return None if at is None else format_instant(Instant(at))


def window_json(during: Interval | None) -> Json:
    """Write a window; an end of null means until further notice."""
    if during is None:
        return None
    return {"from": time_json(during.start), "until": time_json(during.end)}


def text_json(text: Text | None) -> Json:
    """Write a text with its language, or null."""
    return None if text is None else {"lang": text.lang, "text": text.text}


def metres(e4m: int) -> int:
    """Give a length of 0.1 mm units in whole metres, halves upward."""
    return (2 * e4m + E4M_PER_METRE) // (2 * E4M_PER_METRE)


def position_json(at: Position) -> dict[str, Json]:
    """Write a position in units of 1e-7 degree."""
    return {"lat_e7": at.lat_e7, "lon_e7": at.lon_e7}


def place_json(place: Place | None) -> Json:
    """Write a place with its precision and the words used."""
    if place is None:
        return None
    return {
        "lat_e7": place.lat_e7,
        "lon_e7": place.lon_e7,
        "precision_m": metres(place.precision_e4m),
        "stated": place.stated,
    }


def level_json(level: Altitude | None) -> Json:
    """Write a level as stated."""
    return None if level is None else level.stated()


def minima_json(minima: Minima) -> Json:
    """Write separation minima or a margin."""
    return {
        "lateral_m": metres(minima.lateral_e4m),
        "vertical_m": metres(minima.vertical_e4m),
        "time_s": minima.time_ms // 1000,
    }


def unread_json(unread: Sequence[Opened]) -> Json:
    """List unread entries with the reason of each, in words of our own."""
    return [
        {
            "origin": o.origin,
            "index": o.index,
            "code": o.unread.code,
            "what": o.unread.what,
            "name": o.name or None,
        }
        for o in unread
        if o.unread is not None
    ]


def names(values: Sequence[str]) -> Json:
    """Write a list of names."""
    return list(values)


def span_words(ms: int) -> str:
    """Write a stretch of time for people: ``17 s``, ``90 min``, ``26 h``, ``3 days``."""
    seconds = ms // 1000
    for unit, length, least in (("days", 86_400, 3), ("h", 3_600, 3), ("min", 60, 2)):
        if seconds >= length * least:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def distance_words(m: int) -> str:
    """Write a distance for people: metres up to 10 km, then kilometres."""
    return f"{m} m" if m < 10_000 else f"{(m + 500) // 1000} km"
