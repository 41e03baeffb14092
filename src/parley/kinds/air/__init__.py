"""The air: activities, zones, past tracks; their volumes, and GeoJSON as people exchange it."""

from parley.kinds.air.activity import ACTIVITY
from parley.kinds.air.track import TRACK
from parley.kinds.air.zone import ZONE

KINDS = (ACTIVITY, ZONE, TRACK)
PROJECTIONS = ()
