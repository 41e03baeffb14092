"""The one place that maps what a refusal means to an exit code and an HTTP status (RFC 9110)."""

from parley.errors import Outcome, ParleyError

DONE = 0
FAILED = 1
BAD_INPUT = 2
UNREACHABLE = 3
INTERRUPTED = 130  # as shells report a SIGINT

_EXIT_CODES = {
    Outcome.BAD_INPUT: BAD_INPUT,
    Outcome.FAILED: FAILED,
    Outcome.REFUSED: FAILED,
    Outcome.MISSING: BAD_INPUT,
    Outcome.UNREACHABLE: UNREACHABLE,
}
_STATUSES = {
    Outcome.BAD_INPUT: 422,
    Outcome.FAILED: 422,
    Outcome.REFUSED: 409,
    Outcome.MISSING: 404,
    Outcome.UNREACHABLE: 503,
}
# Refusals that HTTP has a name of its own for.
_STATUSES_BY_CODE = {
    "account-csrf": 403,
    "account-needed": 401,
    "account-refused": 401,
    "account-right": 403,
    "account-throttled": 429,
    "desk-fault": 500,
    "desk-host": 403,
    "desk-method": 405,
    "desk-slow": 408,
    "desk-too-large": 413,
    "draft-same-person": 403,
    "draft-two-persons": 403,
    "desk-token": 401,
    "record-too-large": 413,
    "request-limit": 429,
    "sky-geoid": 500,
}


def exit_code(error: ParleyError) -> int:
    """Give the exit code of the command that ends in this refusal."""
    return _EXIT_CODES[error.outcome]


def http_status(error: ParleyError) -> int:
    """Give the HTTP status of the answer that carries this refusal."""
    return _STATUSES_BY_CODE.get(error.code, _STATUSES[error.outcome])
