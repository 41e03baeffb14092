"""The truce: terms, who joined and left, who holds what, allegations and what came of them."""

from parley.kinds.truce.allegation import ALLEGATION
from parley.kinds.truce.control import CONTROL
from parley.kinds.truce.deadline import DEADLINE
from parley.kinds.truce.finding import FINDING
from parley.kinds.truce.incident import INCIDENT
from parley.kinds.truce.joining import JOINING
from parley.kinds.truce.leaving import LEAVING
from parley.kinds.truce.observation import OBSERVATION
from parley.kinds.truce.referral import REFERRAL
from parley.kinds.truce.terms import TERMS

KINDS = (
    TERMS,
    JOINING,
    LEAVING,
    CONTROL,
    DEADLINE,
    INCIDENT,
    OBSERVATION,
    ALLEGATION,
    FINDING,
    REFERRAL,
)
