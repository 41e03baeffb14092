"""The ribs: one folder for each family of records; families never import each other."""

from parley.kinds import actors, air, casualties, centre, line, politics, press, relief, truce
from parley.record.kind import Kinds

FAMILIES = (line, air, truce, actors, casualties, politics, press, centre, relief)

KINDS = Kinds(kind for family in FAMILIES for kind in family.KINDS)
