"""Areas as records name them: which lies in which, as far as their p-codes say.

OCHA's p-codes nest by their start (COD-AB: the district ``SY0203`` lies in the province ``SY02``).
Of two areas with other names nothing is known: they are compared by the name alone.
"""

import re
from collections.abc import Container

from parley.projection.advisories import quoted

# a country, then at least its provinces, down to communities; no longer, so that it nests boundedly
_PCODE = re.compile(r"[A-Z]{2}[0-9]{2,12}")
_COUNTRY_AND_PROVINCE = 4


def wholes_of(area: str) -> tuple[str, ...]:
    """Name the area, then every p-code in which it lies, the narrowest first."""
    if not _PCODE.fullmatch(area):
        return (area,)
    return tuple(area[:size] for size in range(len(area), _COUNTRY_AND_PROVINCE - 1, -1))


def widest(area: str, named: Container[str]) -> str:
    """Name the widest of the areas named that holds this one; itself if none does.

    ``named`` is asked whether it contains a name, so give it as a set or mapping.
    """
    return next((whole for whole in reversed(wholes_of(area)) if whole in named), area)


def area_words(area: str) -> str:
    """Write an area in a text of ours: a p-code as it is, other names as somebody's words."""
    return area if _PCODE.fullmatch(area) else quoted(area)
