"""The conflict engine: pure arithmetic on the ellipsoid, usable without node, log or database.

``prepare`` makes a stated volume ready, ``prepare_course`` a trajectory (both refuse geometry that
cannot be compared); a ``Subject`` is what one side plans or asks others to respect; ``compare``
gives the ``Encounter`` of two subjects, ``conflicts`` those of many; ``extent_of`` gives the 4D box
around volumes and trajectories; ``undulation`` and ``true_altitude`` lead from one reference of
heights to another.
"""

from parley.sky.atmosphere import true_altitude
from parley.sky.courses import Course, prepare_course, prepare_courses
from parley.sky.encounters import Encounter, Subject, Which, compare, subject_of
from parley.sky.extent import Box, Cap, cap_of, extent_of
from parley.sky.geoid import undulation
from parley.sky.heights import EARTH, Relief
from parley.sky.index import Sky, conflicts, pairs_compared
from parley.sky.separation import Limits, Minima, larger
from parley.sky.volumes import Prepared, prepare

__all__ = [
    "EARTH",
    "Box",
    "Cap",
    "Course",
    "Encounter",
    "Limits",
    "Minima",
    "Prepared",
    "Relief",
    "Sky",
    "Subject",
    "Which",
    "cap_of",
    "compare",
    "conflicts",
    "extent_of",
    "larger",
    "pairs_compared",
    "prepare",
    "prepare_course",
    "prepare_courses",
    "subject_of",
    "true_altitude",
    "undulation",
]
