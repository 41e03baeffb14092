"""The root of every refusal, and what a refusal means to the one who asked.

A refusal says *what* is wrong, *where* (a path into the input, a file, a log and index) and, where
it helps, *what to do*.
"""

from enum import Enum
from typing import ClassVar


class Outcome(Enum):
    """What a refusal means to the one who asked."""

    BAD_INPUT = "bad input"
    FAILED = "a check failed"
    REFUSED = "refused in this state"
    MISSING = "not here"
    UNREACHABLE = "a node could not be reached"


class ParleyError(Exception):
    """A deliberate refusal: what is wrong, where, and what to do about it."""

    code: ClassVar[str] = "parley"
    outcome: ClassVar[Outcome] = Outcome.REFUSED

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Give the refusal as one line: ``where: what (hint) [code]``."""
        head = f"{self.where}: " if self.where else ""
        tail = f" ({self.hint})" if self.hint else ""
        return f"{head}{self.what}{tail} [{self.code}]"

    def at(self, prefix: str) -> "ParleyError":
        """Return the same refusal with ``prefix`` put before its place."""
        where = f"{prefix}: {self.where}" if self.where else prefix
        return type(self)(self.what, where=where, hint=self.hint)
