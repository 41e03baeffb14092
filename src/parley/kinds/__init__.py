"""The ribs: one folder for each family of records; families never import each other.

``FAMILIES`` are those named here, ``KINDS`` all their kinds. Both are made when first asked for:
who reads the plans of a file needs no family but ``air``, and starts much sooner.
"""

from importlib import import_module
from types import ModuleType

from parley.record.kind import Kinds

_NAMES = (
    "line",
    "air",
    "truce",
    "actors",
    "casualties",
    "politics",
    "press",
    "centre",
    "relief",
)

FAMILIES: tuple[ModuleType, ...]
KINDS: Kinds


def __getattr__(name: str) -> object:
    """Make what is asked for, once (PEP 562)."""
    if name not in ("FAMILIES", "KINDS"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    families = tuple(import_module(f"{__name__}.{family}") for family in _NAMES)
    listed = Kinds(kind for family in families for kind in family.KINDS)
    globals().setdefault("FAMILIES", families)
    globals().setdefault("KINDS", listed)
    return globals()[name]
