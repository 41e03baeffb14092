"""What an officer types from a notice: place, window and levels, taken as a body holds them.

Nothing is filled in from the notice. Hours and minutes alone mean the nearest such time to now.
"""

from collections.abc import Sequence
from dataclasses import asdict

from parley.desk.quick.hours import nearest_time, next_time
from parley.desk.typed import altitude_typed, level_typed, place_typed
from parley.errors import BadInterval
from parley.record.canonical import Json
from parley.record.terms import KnownPlace
from parley.values.instants import Instant
from parley.values.lengths import Altitude

FIELDS = ("place", "from", "until", "lower", "upper")


def typed_scope(
    typed: dict[str, str], agreed: Sequence[KnownPlace], now: Instant, where: str
) -> dict[str, Json]:
    """Read typed words into the fields of a scope; empty words are left out.

    ``typed`` has any of the keys place, from, until, lower, upper; a refusal names
    ``where`` and the key. ``SFC`` and ``UNL`` are no numbers: they are not compared, so not kept.
    """
    words = {name: said.strip() for name, said in typed.items() if said.strip()}
    body: dict[str, Json] = {}
    if "place" in words:
        body["place"] = asdict(place_typed(words["place"], where=f"{where}.place", agreed=agreed))
    window: dict[str, Json] = {}
    if "from" in words:
        window["time_start"] = nearest_time(words["from"], now, where=f"{where}.from")
    if "until" in words:
        window["time_end"] = _end(words["until"], window.get("time_start"), now, f"{where}.until")
    if window:
        body["window"] = window
    for name in ("lower", "upper"):
        if name in words:
            level = level_typed(words[name], where=f"{where}.{name}")
            if isinstance(level, Altitude):
                body[name] = asdict(altitude_typed(words[name], where=f"{where}.{name}"))
    if set(window) == {"time_end"}:
        raise BadInterval("the end of a window without its start", where=f"{where}.from")
    return body


def _end(words: str, start: Json, now: Instant, where: str) -> Instant:
    """Read the end of a window: after its start, where that is stated."""
    if isinstance(start, int):
        return next_time(words, Instant(start), where=where)
    return nearest_time(words, now, where=where)
