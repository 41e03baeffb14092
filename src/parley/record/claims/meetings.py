"""Meetings of a centre with local administrations and armed groups, and what was promised there."""

from dataclasses import dataclass
from typing import Literal

from parley.record.claims.claim import Claim
from parley.values.instants import Instant
from parley.values.texts import Text

PartnerSort = Literal["settlement", "armed_group", "administration", "other"]
MeetingOutcome = Literal["agreed", "joined", "refused", "continued"]


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised, by which side of the table, and until when; None: no time was stated."""

    by: Literal["centre", "partner"]
    what: Text
    due: Instant | None


@dataclass(frozen=True, slots=True)
class Met(Claim):
    """A meeting, by the account of the centre that logs it.

    ``partner`` is a handle of the channel, or None: then who it was stands in a part only.
    """

    at: Instant
    area: str
    partner_sort: PartnerSort
    partner: str | None
    outcome: MeetingOutcome
    promises: tuple[Promise, ...]
