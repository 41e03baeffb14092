"""The conflict engine: pure arithmetic on the ellipsoid, usable without node, log or database.

``prepare`` makes a stated volume ready (and refuses geometry that cannot be compared); a
``Subject`` is what one side plans or asks others to respect; ``compare`` gives the ``Encounter`` of
two subjects, ``conflicts`` those of many; ``extent_of`` gives the 4D box around volumes.
"""

from parley.sky.encounters import Encounter, Subject, compare, subject_of
from parley.sky.extent import Box, Cap, cap_of, extent_of
from parley.sky.heights import EARTH, Relief
from parley.sky.index import Sky, conflicts, pairs_compared
from parley.sky.separation import Limits, Minima, larger
from parley.sky.volumes import Prepared, prepare

__all__ = [
    "EARTH",
    "Box",
    "Cap",
    "Encounter",
    "Limits",
    "Minima",
    "Prepared",
    "Relief",
    "Sky",
    "Subject",
    "cap_of",
    "compare",
    "conflicts",
    "extent_of",
    "larger",
    "pairs_compared",
    "prepare",
    "subject_of",
]
