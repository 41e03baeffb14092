"""The HTTP API of one node: its paths put together, one shape of errors, no decision taken here."""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from parley.desk import openapi
from parley.desk.access import Access, Guard
from parley.desk.bounded import PATIENCE_S
from parley.desk.login.cookies import Cookie
from parley.desk.login.gate import Gate
from parley.desk.path import Path
from parley.desk.paths import paths
from parley.desk.plain_pages.refusal import Refuse, refusals
from parley.desk.problems import MethodNotAllowed
from parley.desk.routes.logs import publishes_proofs
from parley.desk.strict import StrictRoute
from parley.desk.trail import Trail
from parley.errors import BadQuery, NotHere, ParleyError, Unexpected
from parley.node.accounts.accounts import Accounts
from parley.node.runtime import Node


def create_api(node: Node, access: Access, patience_s: float = PATIENCE_S) -> Guard:
    """Make the API of a node, behind its guard; nothing serves it without one.

    A body may be half as large again as the largest part, which travels in base64.
    ``patience_s``: how long a body may keep us waiting.
    """

    def accounts() -> Accounts:
        return node.accounts

    listed = paths(node)
    gate = Gate(
        rules=tuple(path.rule() for path in listed),
        token=access.token,
        cookie=Cookie(access.port, secure=access.secure),
        accounts=accounts,
        publishes=partial(publishes_proofs, node),
    )
    most = node.settings.max_part_bytes * 3 // 2
    app, trail = make_app(node, listed), Trail(accounts)
    refuse = refusals(node)
    return Guard(app, access, most, gate, trail, node.clock, refuse=refuse, patience_s=patience_s)


def make_app(node: Node, listed: Sequence[Path] | None = None) -> FastAPI:
    """Make the application alone: for ``create_api``, and for describing it."""
    number = version("parley")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.router.route_class = StrictRoute
    for path in paths(node) if listed is None else listed:
        app.add_api_route(
            path.path,
            path.endpoint,
            methods=[path.method],
            response_model=path.shape,
            response_class=_response_class(path),
            status_code=path.status,
            operation_id=f"{path.method.lower()} {path.path}",
            openapi_extra=openapi.with_right(path.extra, path.allow),
            include_in_schema=not path.hidden,
        )
    described = openapi.describe(app, node.kinds, number)
    app.add_api_route("/v1/openapi.json", lambda: described, include_in_schema=False)
    _answer_refusals(app, refusals(node))
    return app


def _response_class(path: Path) -> type[Response]:
    if not path.media_type:
        return JSONResponse
    return type("Described", (Response,), {"media_type": path.media_type})


def _answer_refusals(app: FastAPI, refuse: Refuse) -> None:
    """Give every refusal, and every fault, the one shape that it has at its path."""

    async def refused(request: Request, error: Exception) -> Response:
        return refuse(request.scope, cast("ParleyError", error))

    async def invalid(request: Request, error: Exception) -> Response:
        first = cast("RequestValidationError", error).errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return refuse(request.scope, BadQuery(str(first["msg"]), where=where))

    async def no_route(request: Request, error: Exception) -> Response:
        status = cast("HTTPException", error).status_code
        found: ParleyError = BadQuery("cannot be read", where="request")
        if status == 405:
            found = MethodNotAllowed("no such method here", where=request.method)
        elif status == 404:
            found = NotHere("no such path", where=request.url.path[:200])
        return refuse(request.scope, found)

    async def fault(request: Request, _: Exception) -> Response:
        # The traceback goes to the server's log; the caller learns only that the fault is ours.
        hint = "see what `parley run` prints"
        return refuse(request.scope, Unexpected("a fault of this node", hint=hint))

    app.add_exception_handler(ParleyError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, no_route)
    app.add_exception_handler(Exception, fault)
