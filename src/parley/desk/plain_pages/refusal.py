"""A refusal as a plain page: whoever is not logged in is led to where they can."""

from collections.abc import Callable

from fastapi import Response

from parley.desk.login.gate import Scope
from parley.desk.plain_pages.address import LOG_IN, is_plain
from parley.desk.plain_pages.form import Wrong
from parley.desk.plain_pages.pages import SEE_OTHER, Pages
from parley.desk.problems import problem_response
from parley.desk.trail import OUTCOME_KEY
from parley.errors import NotLoggedIn, NoToken, ParleyError
from parley.node.runtime import Node

Refuse = Callable[[Scope, ParleyError], Response]
"""What answers a refused request."""

_KEPT = ("connection", "retry-after")


def refusals(node: Node) -> Refuse:
    """Give what answers a refused request: a page under ``/plain/``, elsewhere a problem."""
    pages = Pages(node)

    def refused(scope: Scope, error: ParleyError) -> Response:
        if not is_plain(scope["path"]):
            return problem_response(error)
        scope[OUTCOME_KEY] = {"code": error.code}
        if isinstance(error, NotLoggedIn | NoToken):
            return Response(status_code=SEE_OTHER, headers={"Location": LOG_IN})
        bare = problem_response(error)
        answer = pages.page(
            "refused.html", scope, {"wrong": Wrong.of(error)}, status=bare.status_code
        )
        for name in _KEPT:
            if name in bare.headers:
                answer.headers[name] = bare.headers[name]
        return answer

    return refused
