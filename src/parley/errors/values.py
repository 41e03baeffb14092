"""Refusals of the values: times, lengths, altitudes, texts and shapes outside their types."""

from parley.errors.refusal import Outcome, ParleyError


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
