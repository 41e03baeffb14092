"""Who is who: actors and what each is said to be to another; visits, orders, forces moved."""

from parley.kinds.actors.actor import ACTOR
from parley.kinds.actors.posture import POSTURE
from parley.kinds.actors.tasking import TASKING
from parley.kinds.actors.visit import VISIT

KINDS = (ACTOR, VISIT, TASKING, POSTURE)
