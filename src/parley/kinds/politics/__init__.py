"""Politics: provisions of a settlement, what each requires, who stands where, how far each came."""

from parley.kinds.politics.progress import PROGRESS
from parley.kinds.politics.provision import PROVISION

KINDS = (PROVISION, PROGRESS)
