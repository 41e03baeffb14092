"""The HTTP API of one node: every path in one list, one shape of errors, no decision taken here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from parley.desk import openapi, shapes
from parley.desk.access import CARRY, Access, Guard
from parley.desk.exporting.stream import MEDIA_TYPE
from parley.desk.problems import MethodNotAllowed, problem_response
from parley.desk.question_shapes import CheckAnswer
from parley.desk.routes.batches import BatchPaths
from parley.desk.routes.bulletins import BulletinPaths
from parley.desk.routes.carry import CarryPaths
from parley.desk.routes.channels import ChannelPaths
from parley.desk.routes.check import CheckPaths
from parley.desk.routes.dossiers import DossierPaths
from parley.desk.routes.events import EventPaths
from parley.desk.routes.exports import ExportPaths
from parley.desk.routes.logs import LogPaths
from parley.desk.routes.mutes import MutePaths
from parley.desk.routes.nodes import NodePaths
from parley.desk.routes.parts import PartPaths
from parley.desk.routes.records import RecordPaths
from parley.desk.routes.views import ViewPaths
from parley.desk.strict import StrictRoute
from parley.errors import BadQuery, NotHere, ParleyError, Unexpected
from parley.node.runtime import Node

_CHANNEL = "/v1/channels/{channel}"
_RECORD = _CHANNEL + "/records/{ref}"
_PART = _RECORD + "/parts/{digest}"
_LOG = _CHANNEL + "/logs/{log}"


@dataclass(frozen=True, slots=True)
class Path:
    """One method of one path: what answers it, with which shape; ``extra`` goes into OpenAPI."""

    method: str
    path: str
    endpoint: Callable[..., Any]
    shape: type[shapes.Shape] | None = None
    status: int = 200
    media_type: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def paths(node: Node) -> tuple[Path, ...]:
    """List every path of the API."""
    about, channels, records = NodePaths(node), ChannelPaths(node), RecordPaths(node)
    views, logs, carry, events = ViewPaths(node), LogPaths(node), CarryPaths(node), EventPaths(node)
    parts, check = PartPaths(node), CheckPaths(node)
    mutes, batches = MutePaths(node), BatchPaths(node)
    exports, ndjson = ExportPaths(node), MEDIA_TYPE
    dossiers, bulletins = DossierPaths(node), BulletinPaths(node)
    record, charter = openapi.RECORD_BODY, openapi.CHARTER_BODY
    plans, tar, resume = openapi.PLANS_BODY, openapi.TAR_BODY, openapi.RESUME
    zipped, html, octets = "application/zip", "text/html", "application/octet-stream"
    return (
        Path("GET", "/v1", about.state, shapes.NodeState),
        Path("GET", "/v1/kinds", about.kinds, shapes.KindList),
        Path("GET", "/v1/kinds/{name}/{number}/schema", about.schema),
        Path("GET", "/v1/events", events.stream, media_type="text/event-stream"),
        Path("POST", "/v1/check", check.check, CheckAnswer, 200, "", openapi.PLANS_BODY),
        Path("GET", "/v1/channels", channels.listing, shapes.Channels),
        Path("POST", "/v1/channels", channels.enter, shapes.ChannelState, 201, "", charter),
        Path("GET", _CHANNEL, channels.one, shapes.ChannelState),
        Path("GET", _CHANNEL + "/charter", channels.charter, shapes.CharterShape),
        Path("POST", _CHANNEL + "/resume", channels.resume, shapes.Published, 201, "", resume),
        Path("GET", _CHANNEL + "/forks", channels.forks, shapes.Forks),
        Path("GET", _CHANNEL + "/records", records.listing, shapes.Records),
        Path("POST", _CHANNEL + "/records", records.publish, shapes.Published, 201, "", record),
        Path("POST", _CHANNEL + "/batch", batches.publish, shapes.Batch, 201, "", openapi.BATCH),
        Path("GET", _RECORD, records.one, shapes.RecordFull),
        Path("GET", _RECORD + "/grades", records.grades, shapes.Grades),
        Path("GET", _RECORD + "/evidence", records.evidence, media_type=zipped),
        Path("GET", _RECORD + "/page", records.page, media_type=html),
        Path("POST", _CHANNEL + "/geojson", records.notify, shapes.PublishedList, 201, "", plans),
        Path("GET", _CHANNEL + "/views/{name}", views.view, shapes.View),
        Path("GET", _CHANNEL + "/bulletin/{day}", bulletins.bulletin, media_type=html),
        Path("GET", _CHANNEL + "/dossier", dossiers.dossier, shapes.DossierShape),
        Path("GET", _CHANNEL + "/dossier/page", dossiers.page, media_type=html),
        Path("GET", _CHANNEL + "/export", exports.export, media_type=ndjson),
        Path("GET", _CHANNEL + "/mutes", mutes.listing, shapes.Mutes),
        Path("POST", _CHANNEL + "/mutes", mutes.mute, shapes.Mutes, 201, "", openapi.MUTE),
        Path("GET", _CHANNEL + "/logs", logs.listing, shapes.Logs),
        Path("GET", _LOG + "/checkpoint", logs.checkpoint, media_type="text/plain"),
        Path("GET", _LOG + "/tile/{tile_path:path}", logs.tile, media_type=octets),
        Path("GET", _LOG + "/entries/{index}", logs.entry, media_type=octets),
        Path("GET", _LOG + "/inclusion", logs.inclusion, shapes.Inclusion),
        Path("GET", _LOG + "/consistency", logs.consistency, shapes.Consistency),
        Path("GET", _CHANNEL + "/parts/{digest}", parts.content, media_type=octets),
        Path("POST", _PART + "/erase", parts.erase, shapes.Published, 201, "", openapi.ERASURE),
        Path("POST", _PART + "/open", parts.open, shapes.Published, 201, "", openapi.OPENING),
        Path("GET", _CHANNEL + "/carry", carry.out, media_type="application/x-tar"),
        Path("POST", CARRY, carry.take, shapes.Taken, 200, "", tar),
    )


def create_api(node: Node, access: Access) -> Guard:
    """Make the API of a node, behind its guard; nothing serves it without one.

    A body may be half as large again as the largest part, which travels in base64.
    """
    return Guard(make_app(node), access, node.settings.max_part_bytes * 3 // 2)


def make_app(node: Node) -> FastAPI:
    """Make the application alone: for ``create_api``, and for describing it."""
    number = version("parley")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.router.route_class = StrictRoute
    for path in paths(node):
        app.add_api_route(
            path.path,
            path.endpoint,
            methods=[path.method],
            response_model=path.shape,
            response_class=_response_class(path),
            status_code=path.status,
            operation_id=f"{path.method.lower()} {path.path}",
            openapi_extra=path.extra or None,
        )
    described = openapi.describe(app, node.kinds, number)
    app.add_api_route("/v1/openapi.json", lambda: described, include_in_schema=False)
    app.add_exception_handler(ParleyError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Exception, _fault)
    return app


def _response_class(path: Path) -> type[Response]:
    if not path.media_type:
        return JSONResponse
    return type("Described", (Response,), {"media_type": path.media_type})


async def _refused(_: Request, error: Exception) -> Response:
    return problem_response(cast("ParleyError", error))


async def _invalid(_: Request, error: Exception) -> Response:
    first = cast("RequestValidationError", error).errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem_response(BadQuery(str(first["msg"]), where=where))


async def _no_route(request: Request, error: Exception) -> Response:
    status = cast("HTTPException", error).status_code
    if status == 405:
        return problem_response(MethodNotAllowed("no such method here", where=request.method))
    if status == 404:
        return problem_response(NotHere("no such path", where=request.url.path[:200]))
    return problem_response(BadQuery("cannot be read", where="request"))


async def _fault(_: Request, __: Exception) -> Response:
    # The traceback goes to the server's log; the caller learns only that the fault is ours.
    return problem_response(Unexpected("a fault of this node", hint="see what `parley run` prints"))
