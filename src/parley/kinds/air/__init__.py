"""The air: activities and zones, their volumes, and GeoJSON as people exchange it."""

from parley.kinds.air.activity import ACTIVITY
from parley.kinds.air.zone import ZONE

KINDS = (ACTIVITY, ZONE)
PROJECTIONS = ()
