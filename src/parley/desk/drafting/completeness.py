"""What a draft lacks to be a record of its kind, and what its kind refuses in it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationError

from parley.desk.drafting.draft import Check, Wrong
from parley.errors import ParleyError
from parley.kinds import KINDS
from parley.record.canonical import Json, canonical
from parley.record.kind import Kind

_KINDS: dict[str, Kind] = {kind.name: kind for kind in KINDS}


def judge(kind: str, body: Mapping[str, Json]) -> tuple[tuple[str, ...], tuple[Wrong, ...]]:
    """Give the fields still missing and those that are wrong, each once, by path.

    A rule between fields speaks only when no field is missing: a second look may list one more.
    """
    try:
        _KINDS[kind].body.model_validate_json(canonical(dict(body)))
    except ValidationError as error:
        problems = error.errors(include_url=False)
    else:
        return (), ()
    missing: dict[str, None] = {}
    wrong: dict[tuple[str, str], None] = {}
    for problem in problems:
        path = ".".join(str(step) for step in problem["loc"])
        cause = problem.get("ctx", {}).get("error")
        if problem["type"] == "missing":
            missing[path] = None
        elif isinstance(cause, ParleyError):
            where = ".".join(step for step in (path, cause.where) if step)
            if path == "" and cause.where and cause.where not in body:
                missing[cause.where] = None
            else:
                wrong[where, cause.what] = None
        else:
            wrong[path, problem["msg"]] = None
    return tuple(missing), tuple(Wrong(field=field, what=what) for field, what in wrong)


def sums(kind: str, body: Mapping[str, Json]) -> tuple[Check, ...]:
    """Check the parts of a toll, and its headline, against its total."""
    total = body.get("total")
    if kind != "toll/1" or not isinstance(total, int):
        return ()
    checks = []
    result: Literal["closes", "does_not_close", "partly_split", "agrees", "differs"]
    parts = body.get("parts")
    if isinstance(parts, list) and parts:
        listed = sum(_number(part) for part in parts)
        if body.get("parts_complete", True) and listed == total:
            result = "closes"
        elif body.get("parts_complete", True) or listed > total:
            result = "does_not_close"
        else:
            result = "partly_split"
        checks.append(Check(check="sum", result=result, stated=total, other=listed))
    lead = body.get("lead_total")
    if isinstance(lead, int):
        result = "agrees" if lead == total else "differs"
        checks.append(Check(check="lead", result=result, stated=total, other=lead))
    return tuple(checks)


def _number(part: Json) -> int:
    number = part.get("number") if isinstance(part, dict) else None
    return number if isinstance(number, int) else 0
