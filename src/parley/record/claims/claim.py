"""The base of every claim: what a record says that some fold counts, compares or follows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the author of a record says; never a fact, whoever says it.

    Each fold of ``projection`` has its own claims, in a file beside this one: frozen dataclasses of
    values, without the name of any kind. A body gives them through the trait ``Claims``.
    """
