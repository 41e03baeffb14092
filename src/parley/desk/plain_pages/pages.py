"""Pages made from templates: escaped by default, without a script, with a policy of their own."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from parley.desk.login.gate import Scope, session_of
from parley.desk.login.who import SCOPE_KEY
from parley.desk.plain_pages import saying
from parley.desk.plain_pages.address import BASE, LOG_IN, STYLE
from parley.desk.plain_pages.words import LANGUAGES, Words, language_of, language_wanted
from parley.desk.static_files import DeskFiles
from parley.desk.trail import OUTCOME_KEY
from parley.desk.words import LEGAL, banner
from parley.node.accounts.rights import Who
from parley.node.accounts.sessions import csrf_of
from parley.node.runtime import Node

HERE = Path(__file__).parent
# Nothing runs, nothing is loaded but our own style, nothing is sent but to us, no frame around it.
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SEE_OTHER = 303


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "base": BASE,
        "log_in": LOG_IN,
        "style": STYLE,
        "languages": LANGUAGES,
        "legal": LEGAL,
        "day": saying.day,
        "left": saying.left,
        "blocks": saying.blocks,
        "compared_value": saying.compared_value,
    }
    return made


def words_of(scope: Scope, language: str = "") -> Words:
    """Give the words for whoever asks: as chosen, as the account has it, as the browser wants."""
    entered = session_of(scope)
    chosen = language_of(language or ("" if entered is None else entered.account.language))
    if chosen is not None:
        return Words(chosen)
    given = [value for name, value in scope["headers"] if name.lower() == b"accept-language"]
    return Words(language_wanted(given[0].decode("latin-1") if given else ""))


class Pages:
    """The pages of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._files = DeskFiles()

    def page(
        self,
        template: str,
        scope: Scope,
        values: Mapping[str, Any],
        *,
        status: int = 200,
        channel: str = "",
        language: str = "",
    ) -> Response:
        """Make a page. ``channel`` is the one that it is about, if any."""
        words, who = words_of(scope, language), scope.get(SCOPE_KEY)
        seated = who if isinstance(who, Who) else None
        entered = session_of(scope)
        standing = ""
        if seated is not None:
            node = self._node
            standing = node.terms(channel).status if channel else node.identity.status
        told = {
            "words": words,
            "t": words.t,
            "said": words.said,
            "span": partial(saying.span, words),
            "item_text": partial(saying.item_text, words),
            "item_known": partial(saying.item_known, words),
            "row_label": partial(saying.row_label, words),
            "row_line": partial(saying.row_line, words),
            "who": seated,
            "may_write": seated is not None and "write" in seated.rights,
            "csrf": "" if entered is None else csrf_of(entered.secret),
            "standing": standing,
            "banner": banner(standing),
            "channel": channel,
            "full_desk": self._files.built,
            "wrong": None,
        }
        text = _environment().get_template(template).render({**told, **values})
        return Response(
            text,
            status_code=status,
            media_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY, "Content-Language": words.language},
        )


def see(request: Request, address: str, made: Mapping[str, Any] | None = None) -> Response:
    """Lead on to a page after a form was taken; ``made``: the record that came of it, if one."""
    if made is not None:
        request.scope[OUTCOME_KEY] = {"records": [made["name"]]}
    return Response(status_code=SEE_OTHER, headers={"Location": address})
