"""Press: what was said in public, by whom, for whom, and whose idea it was."""

from parley.kinds.press.statement import STATEMENT

KINDS = (STATEMENT,)
