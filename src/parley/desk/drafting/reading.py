"""Drafts read from JSON, whoever drew them up: checked against the form, the text and each kind."""

import hashlib

from pydantic import ValidationError

from parley.desk.drafting.completeness import judge, sums
from parley.desk.drafting.draft import Cited, Draft, Drafts
from parley.desk.drafting.handles import Handles
from parley.desk.drafting.story import decoded
from parley.errors import BadDraft, ParleyError
from parley.record.canonical import Json, canonical, decode_lenient

MOST_BYTES = 50_000_000


def read_drafts(data: bytes, name: str, handles: Handles, story: bytes | None = None) -> Drafts:
    """Read ``parley/draft/1``; with ``story`` each span must have the words that stand there.

    What is missing, wrong or does not add up is judged anew: no file says that of itself. Raises
    ``BadDraft`` with the path of the first fault.
    """
    value = decode_lenient(data, where=name)
    try:
        drafts = Drafts.model_validate_json(canonical(value))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        path = ".".join(str(step) for step in first["loc"])
        what = cause.what if isinstance(cause, ParleyError) else first["msg"]
        raise BadDraft(what, where=f"{name}: {path}") from None
    if story is not None:
        _stands_there(drafts, story, name)
    judged = [_judged(draft, handles) for draft in drafts.drafts]
    return drafts.model_copy(update={"drafts": tuple(judged)})


def _judged(draft: Draft, handles: Handles) -> Draft:
    body: dict[str, Json] = dict(draft.body)
    names = tuple(handles.fill(each, body) if each.handle is None else each for each in draft.names)
    missing, wrong = judge(draft.kind, body)
    return draft.model_copy(
        update={
            "body": body, "names": names, "missing": missing[:100], "wrong": wrong[:100],
            "checks": sums(draft.kind, body),
        }
    )  # fmt: skip


def _stands_there(drafts: Drafts, story: bytes, name: str) -> None:
    text = decoded(story, name)
    if hashlib.sha256(story).hexdigest() != drafts.source.sha256:
        raise BadDraft("drawn up from another text", where=f"{name}: source.sha256")
    for index, draft in enumerate(drafts.drafts):
        for path, each in _all_cited(draft):
            if text[each.start : each.end] != each.text:
                where = f"{name}: drafts.{index}.{path}"
                raise BadDraft("other words stand there in the text", where=where)


def _all_cited(draft: Draft) -> list[tuple[str, Cited]]:
    single = (("span", draft.span), ("speaker", draft.speaker), ("verb", draft.verb))
    found: list[tuple[str, Cited]] = [(path, each) for path, each in single if each is not None]
    for path, many in (
        ("hearsay", draft.hearsay), ("grounds", draft.grounds), ("names", draft.names),
    ):  # fmt: skip
        found += [(f"{path}.{index}", each) for index, each in enumerate(many)]
    return found
