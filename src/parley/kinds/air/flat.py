"""Properties written as plain text, as in the cells of a table or the data of a KML file. Pure.

Each text becomes the value that GeoJSON states under the same name; numbers are decimal, with a
point, and a level is one text, such as ``15000 FT AMSL``.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from parley.errors import BadGeoJson
from parley.kinds.air.properties import MARGINS, TOLERANCES, WIDTH_OF

NUMBER: Final = r"[+-]?\d+(?:\.\d+)?"
LONGEST_NUMBER: Final = 40
_NUMBER = re.compile(NUMBER)
_LEVEL = re.compile(rf"({NUMBER})\s*(FT|M)\s+([A-Z0-9]+)(?:\s*\+-\s*(\d+(?:\.\d+)?))?")
_LEVEL_HINT = "write 15000 FT AMSL, 15000 FT AMSL +-200, SFC or UNL"

# A name that stands for a member of ``margin``.
MARGIN_OF: Final[Mapping[str, str]] = {f"margin_{name}": name for name in MARGINS}
NAMES: Final = (
    "kind",
    "party",
    "title",
    "description",
    "activity",
    *WIDTH_OF.values(),
    "altitude_lower",
    "altitude_upper",
    "time_start",
    "time_end",
    "altitude_reference",
    *TOLERANCES,
    "zone_type",
    "asks",
    "affects",
    *MARGIN_OF,
)


def is_number(text: str) -> bool:
    """Tell whether a text is a decimal number with a point."""
    return _NUMBER.fullmatch(text) is not None and text.isascii() and len(text) <= LONGEST_NUMBER


def number(text: str, where: str) -> int | Decimal:
    """Read a decimal number with a point, or refuse."""
    if not is_number(text):
        hint = "decimals are written with a point" if "," in text else ""
        raise BadGeoJson(f"{text!r:.60} is no number", where=where, hint=hint)
    return Decimal(text) if "." in text else int(text)


def level(text: str, where: str) -> Any:
    """Read ``15000 FT AMSL``, with an uncertainty or without, ``SFC`` or ``UNL``."""
    if text in ("SFC", "UNL"):
        return text
    match = _LEVEL.fullmatch(text)
    if match is None:
        what = f"{text!r:.60} is no level with its unit and reference"
        raise BadGeoJson(what, where=where, hint=_LEVEL_HINT)
    value, units, reference, spread = match.groups()
    said = {"value": number(value, where), "units": units, "reference": reference}
    return said if spread is None else {**said, "uncertainty": number(spread, where)}


def properties_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """Give the properties that ``texts`` (each under a name of ``NAMES``) state.

    What is left empty is not stated. Without a kind it is an activity. A refusal names
    ``properties.<name>``.
    """
    properties: dict[str, Any] = {"kind": "activity/1"}
    for name, text in texts.items():
        where = f"properties.{name}"
        if not text:
            continue
        if name in MARGIN_OF:
            properties.setdefault("margin", {})[MARGIN_OF[name]] = number(text, where)
        else:
            properties[name] = _READ.get(name, _as_is)(text, where)
    return properties


def _as_is(text: str, where: str) -> Any:
    return text


def _names(text: str, where: str) -> Any:
    return text.split()


_READ: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys((*WIDTH_OF.values(), *TOLERANCES), number),
    "altitude_lower": level,
    "altitude_upper": level,
    "affects": _names,
}
