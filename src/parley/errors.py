"""Every deliberate refusal of Parley: one tree, each class with a stable code.

A refusal says *what* is wrong, *where* (a path into the input, a file, a log and index) and, where
it helps, *what to do*. ``Outcome`` decides the exit code and the HTTP status; both are mapped in
one place, ``parley.desk.outcomes``. A code, once published, keeps its meaning.
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


# --- values


class BadValue(ParleyError, ValueError):
    """A value outside what its type allows."""

    code = "value"
    outcome = Outcome.BAD_INPUT


class BadInstant(BadValue):
    """A time that is not an instant with its zone written, or out of range."""

    code = "value-instant"


class BadInterval(BadValue):
    """A window that ends before it starts, or lacks an end it must have."""

    code = "value-interval"


class BadPosition(BadValue):
    """A latitude or longitude that is not a finite number on the globe."""

    code = "value-position"


class BadLength(BadValue):
    """A length that is not finite, negative where it cannot be, or of an unknown unit."""

    code = "value-length"


class BadAltitude(BadValue):
    """A vertical limit with an unknown reference, or a floor above its ceiling."""

    code = "value-altitude"


class BadText(BadValue):
    """A text without language, empty, or with characters that cannot be exchanged."""

    code = "value-text"


class BadShape(BadValue):
    """A geometry that cannot be compared: unclosed or self-crossing rings, empty lines."""

    code = "value-shape"


# --- record


class NotCanonical(ParleyError):
    """Bytes that are not the one canonical form (RFC 8785, integers only)."""

    code = "record-not-canonical"
    outcome = Outcome.BAD_INPUT


class BadRecord(ParleyError):
    """A payload whose common fields are missing, unknown or malformed."""

    code = "record-fields"
    outcome = Outcome.BAD_INPUT


class RecordTooLarge(ParleyError):
    """An entry over 65,535 bytes; attachments travel as parts."""

    code = "record-too-large"
    outcome = Outcome.BAD_INPUT


class BadEnvelope(ParleyError):
    """Bytes that are not a DSSE envelope of ours."""

    code = "record-envelope"
    outcome = Outcome.BAD_INPUT


class BadSignature(ParleyError):
    """A signature that does not verify under the key it names."""

    code = "record-signature"
    outcome = Outcome.FAILED


class WeakKey(ParleyError):
    """A public key under which a signature could fit any message; it cannot be enrolled."""

    code = "key-weak"
    outcome = Outcome.BAD_INPUT


class UnknownKind(ParleyError):
    """A kind, or a version of one, that this node does not know."""

    code = "kind-unknown"
    outcome = Outcome.BAD_INPUT


class BadBody(ParleyError):
    """A body that its kind refuses; the place is the path into the body."""

    code = "kind-body"
    outcome = Outcome.BAD_INPUT
