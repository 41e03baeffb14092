"""Relief: protected sites, movements, help asked for and brought, and how it was let through."""

from parley.kinds.relief.aid_request import AID_REQUEST
from parley.kinds.relief.delivery import DELIVERY
from parley.kinds.relief.emergency_movement import EMERGENCY_MOVEMENT
from parley.kinds.relief.movement import MOVEMENT
from parley.kinds.relief.passage import PASSAGE
from parley.kinds.relief.site import SITE

KINDS = (SITE, MOVEMENT, EMERGENCY_MOVEMENT, AID_REQUEST, DELIVERY, PASSAGE)
PROJECTIONS = ()
