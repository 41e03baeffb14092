"""Refusals of the conflict engine: what it needs to decide is not there."""

from parley.errors.refusal import Outcome, ParleyError


class GeoidDamaged(ParleyError):
    """The grid of the geoid that comes with Parley is missing or not as it was made.

    Heights above the ellipsoid and above the sea cannot be compared without it.
    """

    code = "sky-geoid"
    outcome = Outcome.FAILED
