"""Casualties: people killed, injured, missing or detained, and the totals that are published."""

from parley.kinds.casualties.casualty import CASUALTY
from parley.kinds.casualties.toll import TOLL

KINDS = (CASUALTY, TOLL)
