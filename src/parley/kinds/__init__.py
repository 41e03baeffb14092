"""The ribs: one folder for each family of records; families never import each other."""

from parley.kinds import air, line
from parley.record.kind import Kinds

FAMILIES = (line, air)

KINDS = Kinds(kind for family in FAMILIES for kind in family.KINDS)
