"""Refusals of the projection: views that are not computed, or not yet."""

from parley.errors.refusal import Outcome, ParleyError


class ViewUnknown(ParleyError):
    """A view that Parley does not compute."""

    code = "view-unknown"
    outcome = Outcome.MISSING


class ViewAhead(ParleyError):
    """A view at a size of a log that has not been read here, or of a log of another channel."""

    code = "view-ahead"
    outcome = Outcome.MISSING
