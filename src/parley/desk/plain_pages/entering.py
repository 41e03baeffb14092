"""``/plain/login`` and what belongs to it: come in, go out, choose a language."""

from collections import defaultdict
from typing import Any

from fastapi import Request, Response

from parley.desk.login.who import Asking
from parley.desk.outcomes import http_status
from parley.desk.plain_pages.address import BASE, LOG_IN
from parley.desk.plain_pages.form import Typed, Wrong, as_request
from parley.desk.plain_pages.pages import HERE, Pages, see
from parley.desk.plain_pages.words import Language
from parley.desk.routes.sessions import SessionPaths
from parley.errors import ParleyError
from parley.node.runtime import Node

_LOG_IN, _LINK = ("name", "password", "code"), ("link", "name", "display", "post", "password")
_SECRET = frozenset({"password", "code", "again"})


class EnteringPages:
    """Logging in by password and code, or by a one-time link; logging out."""

    def __init__(self, node: Node, pages: Pages) -> None:
        self._sessions = SessionPaths(node)
        self._pages = pages

    def style(self) -> Response:
        """Give the one style of these pages: the same for everybody."""
        text = (HERE / "plain.css").read_bytes()
        return Response(text, media_type="text/css; charset=utf-8")

    def login(self, request: Request, lang: Language | None = None) -> Response:
        """Show the form to log in."""
        return self._form("login.html", request, {}, lang or "", None)

    def log_in(self, request: Request, typed: Typed) -> Response:
        """Log in and lead to the first page, or say that it did not succeed."""
        answer = see(request, BASE)
        given = {name: typed.get(name, "") for name in _LOG_IN}
        try:
            self._sessions.log_in(request, answer, as_request(given))
        except ParleyError as error:
            return self._form("login.html", request, typed, typed.get("lang", ""), error)
        return answer

    def link(self, request: Request, lang: Language | None = None) -> Response:
        """Show the form that takes a one-time link."""
        return self._form("first.html", request, {}, lang or "", None)

    def first(self, request: Request, typed: Typed) -> Response:
        """Take up a one-time link and log in."""
        answer = see(request, BASE)
        given = {name: typed.get(name, "") for name in _LINK}
        # the whole link may be pasted: what counts stands behind its last slash
        given["link"] = given["link"].strip().rpartition("/")[2]
        if typed.get("lang"):
            given["language"] = typed["lang"]
        if typed.get("again") != given["password"]:
            return self._form("first.html", request, typed, typed.get("lang", ""), None, True)
        try:
            self._sessions.first(request, answer, as_request(given))
        except ParleyError as error:
            return self._form("first.html", request, typed, typed.get("lang", ""), error)
        return answer

    def log_out(self, request: Request, who: Asking, typed: Typed) -> Response:
        """Log out."""
        answer = self._sessions.log_out(request, who)
        answer.status_code = 303
        answer.headers["Location"] = LOG_IN
        return answer

    def language(self, request: Request, who: Asking, typed: Typed) -> Response:
        """Choose the language of one's pages."""
        self._sessions.set_language(
            request, who, as_request({"language": typed.get("language", "")})
        )
        return see(request, BASE)

    def _form(
        self,
        template: str,
        request: Request,
        typed: dict[str, str],
        language: str,
        error: ParleyError | None,
        differ: bool = False,
    ) -> Response:
        kept = {name: text for name, text in typed.items() if name not in _SECRET}
        values: dict[str, Any] = {
            "typed": defaultdict(str, kept),
            "wrong": None if error is None else Wrong.of(error),
            "differ": differ,
        }
        status = 422 if differ else 200 if error is None else http_status(error)
        answer = self._pages.page(template, request.scope, values, status=status, language=language)
        retry = getattr(error, "retry_after_s", None)
        if retry is not None:
            answer.headers["Retry-After"] = str(retry)
        return answer
