"""The conflict engine: pure arithmetic on the ellipsoid, usable without node, log or database.

``subject_of`` makes what one side plans, or asks others to respect, a ``Subject`` (it refuses
geometry that cannot be compared); ``compare`` gives the ``Encounter`` of two, ``conflicts`` those
of many; a ``Sky`` holds many that come and go, and answers meanwhile. ``prepare`` and
``prepare_course`` make a single volume or trajectory ready; ``extent_of`` gives the 4D box around
volumes and trajectories; ``undulation`` and ``true_altitude`` lead from one reference of heights to
another. Not loaded from here: ``parley.sky.offers``, the ways out of a conflict.

Lengths are 0.1 mm, times milliseconds UTC, degrees 1e-7, all whole numbers; see docs/sky.md. How
the parts fit together: docs/architecture.md.
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
