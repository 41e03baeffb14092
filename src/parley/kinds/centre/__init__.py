"""The centre: its meetings with local administrations and armed groups."""

from parley.kinds.centre.meeting import MEETING

KINDS = (MEETING,)
PROJECTIONS = ()
