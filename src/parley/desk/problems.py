"""The one shape of an error over HTTP: problem details (RFC 9457), made from the error tree."""

import json
from collections.abc import Iterator

from starlette.responses import Response

from parley.desk.outcomes import http_status
from parley.errors import ParleyError, Throttled, TooLarge, TooSlow, Unexpected

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:parley:error:"


class MethodNotAllowed(ParleyError):
    """A method that a path does not take."""

    code = "desk-method"


def problem(error: ParleyError) -> dict[str, str | int]:
    """Give a refusal as problem details; ``code`` is stable, ``detail`` is for people."""
    title = (type(error).__doc__ or "").partition("\n")[0].rstrip(".")
    return {
        "type": TYPE_PREFIX + error.code,
        "title": title,
        "status": http_status(error),
        "detail": error.what,
        "code": error.code,
        "where": error.where,
        "hint": error.hint,
    }


def problem_response(error: ParleyError) -> Response:
    """Give a refusal as an answer."""
    headers = {"WWW-Authenticate": "Bearer"} if error.code == "desk-token" else {}
    if isinstance(error, TooLarge | TooSlow):
        headers["Connection"] = "close"  # what is left of the request is not read
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(error.retry_after_s)
    return Response(
        json.dumps(problem(error)),
        status_code=http_status(error),
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def refusal(value: object) -> ParleyError:
    """Turn problem details back into the error they were made from, by the code."""
    if not isinstance(value, dict) or not isinstance(value.get("code"), str):
        return Unexpected("the node answered with something that is not a problem of ours")
    known = {error.code: error for error in _tree(ParleyError)}
    error = known.get(value["code"], Unexpected)
    return error(
        str(value.get("detail", "")),
        where=str(value.get("where", "")),
        hint=str(value.get("hint", "")),
    )


def _tree(root: type[ParleyError]) -> Iterator[type[ParleyError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


PROBLEM_SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "where", "hint"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:parley:error:"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong, for people"},
        "code": {"type": "string", "description": "stable; see docs/errors.md"},
        "where": {
            "type": "string",
            "description": "a path into the input, a file, a log and index",
        },
        "hint": {"type": "string", "description": "what to do about it, where that is known"},
    },
}
