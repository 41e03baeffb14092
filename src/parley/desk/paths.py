"""Every path of the API, in sections: its method, what it needs (``allow``), what answers it.

``allow`` has no default: whoever adds a path says who may ask. The guard asks once, for all.
"""

from parley.desk import account_shapes, openapi, shapes
from parley.desk.access import CARRY
from parley.desk.exporting.stream import MEDIA_TYPE
from parley.desk.path import Path
from parley.desk.plain_pages.paths import plain_paths
from parley.desk.question_shapes import CheckAnswer
from parley.desk.routes.accounts import (
    AccountInput,
    AccountPaths,
    DisableInput,
    InviteInput,
    PostInput,
    RolesInput,
    SubjectInput,
)
from parley.desk.routes.audit import AuditPaths
from parley.desk.routes.batches import BatchPaths
from parley.desk.routes.bulletins import BulletinPaths
from parley.desk.routes.carry import CarryPaths
from parley.desk.routes.channels import ChannelPaths
from parley.desk.routes.check import CheckPaths
from parley.desk.routes.dossiers import DossierPaths
from parley.desk.routes.events import EventPaths
from parley.desk.routes.exports import ExportPaths
from parley.desk.routes.factors import (
    CodeInput,
    FactorPaths,
    PasskeyInput,
    PasskeyLogIn,
    ProofInput,
)
from parley.desk.routes.logs import LogPaths
from parley.desk.routes.mutes import MutePaths
from parley.desk.routes.nodes import NodePaths
from parley.desk.routes.oidc import OidcPaths
from parley.desk.routes.parts import PartPaths
from parley.desk.routes.records import RecordPaths
from parley.desk.routes.searches import SearchPaths
from parley.desk.routes.sessions import (
    LanguageInput,
    LinkInput,
    LogInInput,
    PasswordInput,
    SessionPaths,
)
from parley.desk.routes.tokens import TokenInput, TokenPaths
from parley.desk.routes.views import ViewPaths
from parley.desk.search_shapes import FoundRecords
from parley.desk.watch_paths import watch_paths
from parley.node.accounts.rights import Right
from parley.node.runtime import Node

_CHANNEL = "/v1/channels/{channel}"
_RECORD = _CHANNEL + "/records/{ref}"
_PART = _RECORD + "/parts/{digest}"
_LOG = _CHANNEL + "/logs/{log}"
_SESSION = "/v1/session"

_READ, _WRITE, _RELEASE = Right.READ, Right.WRITE, Right.RELEASE
_ADMINISTER, _OPEN, _PROOFS = Right.ADMINISTER, Right.OPEN, Right.LOG
_HTML, _OCTETS = "text/html", "application/octet-stream"


def paths(node: Node) -> tuple[Path, ...]:
    """List every path of the API, and every plain page."""
    return (
        *node_paths(node),
        *channel_paths(node),
        *record_paths(node),
        *derived_paths(node),
        *log_paths(node),
        *hand_paths(node),
        *session_paths(node),
        *factor_paths(node),
        *account_paths(node),
        *watch_paths(node),
        *plain_paths(node),
    )


def node_paths(node: Node) -> tuple[Path, ...]:
    """List what the node says about itself, and what may be asked of all it knows."""
    about, events, check = NodePaths(node), EventPaths(node), CheckPaths(node)
    plans = openapi.PLANS_BODY
    return (
        Path("GET", "/v1", _READ, about.state, shapes.NodeState),
        Path("GET", "/v1/kinds", _READ, about.kinds, shapes.KindList),
        Path("GET", "/v1/kinds/{name}/{number}/schema", _READ, about.schema),
        Path("GET", "/v1/events", _READ, events.stream, media_type="text/event-stream"),
        Path(
            "POST",
            "/v1/check",
            _READ,
            check.check,
            CheckAnswer,
            200,
            "",
            plans,
            stores=False,
            large=True,
        ),
    )


def channel_paths(node: Node) -> tuple[Path, ...]:
    """List what concerns a channel as a whole."""
    channels, mutes = ChannelPaths(node), MutePaths(node)
    charter, resume, one = openapi.CHARTER_BODY, openapi.RESUME, shapes.ChannelState
    return (
        Path("GET", "/v1/channels", _READ, channels.listing, shapes.Channels),
        Path("POST", "/v1/channels", _ADMINISTER, channels.enter, one, 201, "", charter),
        Path("GET", _CHANNEL, _READ, channels.one, one),
        Path("GET", _CHANNEL + "/charter", _READ, channels.charter, shapes.CharterShape),
        Path(
            "POST",
            _CHANNEL + "/resume",
            _ADMINISTER,
            channels.resume,
            shapes.Published,
            201,
            "",
            resume,
        ),
        Path("GET", _CHANNEL + "/forks", _READ, channels.forks, shapes.Forks),
        Path("GET", _CHANNEL + "/mutes", _READ, mutes.listing, shapes.Mutes),
        Path("POST", _CHANNEL + "/mutes", _WRITE, mutes.mute, shapes.Mutes, 201, "", openapi.MUTE),
    )


def record_paths(node: Node) -> tuple[Path, ...]:
    """List records and their parts: what was said, and how something is said."""
    records, batches, parts = RecordPaths(node), BatchPaths(node), PartPaths(node)
    one, many, batch = shapes.Published, shapes.PublishedList, shapes.Batch
    record, plans, listed = openapi.RECORD_BODY, openapi.PLANS_BODY, openapi.BATCH
    erase, opening = openapi.ERASURE, openapi.OPENING
    return (
        Path("GET", _CHANNEL + "/records", _READ, records.listing, shapes.Records),
        Path(
            "POST", _CHANNEL + "/records", _WRITE, records.publish, one, 201, "", record, large=True
        ),
        Path(
            "POST", _CHANNEL + "/batch", _WRITE, batches.publish, batch, 201, "", listed, large=True
        ),
        Path(
            "POST", _CHANNEL + "/geojson", _WRITE, records.notify, many, 201, "", plans, large=True
        ),
        Path("GET", _RECORD, _READ, records.one, shapes.RecordFull),
        Path("GET", _RECORD + "/grades", _READ, records.grades, shapes.Grades),
        Path("GET", _RECORD + "/evidence", _READ, records.evidence, media_type="application/zip"),
        Path("GET", _RECORD + "/page", _READ, records.page, media_type=_HTML),
        # Parts may be personal: what names a patient or a family is not for whoever may only look.
        Path("GET", _CHANNEL + "/parts/{digest}", _WRITE, parts.content, media_type=_OCTETS),
        Path("POST", _PART + "/erase", _RELEASE, parts.erase, one, 201, "", erase),
        Path("POST", _PART + "/open", _RELEASE, parts.open, one, 201, "", opening),
    )


def derived_paths(node: Node) -> tuple[Path, ...]:
    """List what follows from the records: views, bulletins, searches, dossiers, exports."""
    views, bulletins = ViewPaths(node), BulletinPaths(node)
    dossiers, exports, searches = DossierPaths(node), ExportPaths(node), SearchPaths(node)
    return (
        Path("GET", _CHANNEL + "/views/{name}", _READ, views.view, shapes.View),
        Path("GET", _CHANNEL + "/bulletin/{day}", _READ, bulletins.bulletin, media_type=_HTML),
        Path("GET", _CHANNEL + "/search", _READ, searches.search, FoundRecords),
        Path("GET", _CHANNEL + "/dossier", _READ, dossiers.dossier, shapes.DossierShape),
        Path("GET", _CHANNEL + "/dossier/page", _READ, dossiers.page, media_type=_HTML),
        Path("GET", _CHANNEL + "/export", _READ, exports.export, media_type=MEDIA_TYPE),
    )


def log_paths(node: Node) -> tuple[Path, ...]:
    """List the logs, byte for byte, and the proofs over them."""
    logs = LogPaths(node)
    return (
        Path("GET", _CHANNEL + "/logs", _READ, logs.listing, shapes.Logs),
        Path("GET", _LOG + "/checkpoint", _PROOFS, logs.checkpoint, media_type="text/plain"),
        Path("GET", _LOG + "/tile/{tile_path:path}", _READ, logs.tile, media_type=_OCTETS),
        Path("GET", _LOG + "/entries/{index}", _READ, logs.entry, media_type=_OCTETS),
        Path("GET", _LOG + "/inclusion", _PROOFS, logs.inclusion, shapes.Inclusion),
        Path("GET", _LOG + "/consistency", _PROOFS, logs.consistency, shapes.Consistency),
    )


def hand_paths(node: Node) -> tuple[Path, ...]:
    """List what is carried by hand when the line is cut."""
    carry = CarryPaths(node)
    tar = openapi.TAR_BODY
    return (
        Path("GET", _CHANNEL + "/carry", _READ, carry.out, media_type="application/x-tar"),
        Path("POST", CARRY, _WRITE, carry.take, shapes.Taken, 200, "", tar),
    )


def session_paths(node: Node) -> tuple[Path, ...]:
    """List how somebody comes in, and what they change of their own.

    What audits itself, with more to say than that it was asked for, says ``stores=False``.
    """
    sessions, one = SessionPaths(node), account_shapes.SessionShape
    log_in, first = openapi.shape_body(LogInInput), openapi.shape_body(LinkInput)
    password, language = openapi.shape_body(PasswordInput), openapi.shape_body(LanguageInput)
    mine = _SESSION + "/password"
    return (
        Path("POST", _SESSION, _OPEN, sessions.log_in, one, 200, "", log_in, stores=False),
        Path("GET", _SESSION, _READ, sessions.look, one),
        Path("DELETE", _SESSION, _READ, sessions.log_out, None, 204, stores=False),
        Path("POST", _SESSION + "/first", _OPEN, sessions.first, one, 200, "", first, stores=False),
        Path("POST", mine, _READ, sessions.change_password, one, 200, "", password),
        Path("POST", _SESSION + "/language", _READ, sessions.set_language, one, 200, "", language),
    )


def factor_paths(node: Node) -> tuple[Path, ...]:
    """List one's own second factors, and the other ways in: by a passkey, by an issuer."""
    factors, oidc, body = FactorPaths(node), OidcPaths(node), openapi.shape_body
    one, totp, passkey = account_shapes.SessionShape, _SESSION + "/totp", _SESSION + "/passkey"
    begun, confirmed = account_shapes.TotpBegun, account_shapes.TotpConfirmed
    proof, code, way = body(ProofInput), body(CodeInput), _SESSION + "/oidc"
    made, entering = body(PasskeyInput), body(PasskeyLogIn)
    ask, enter = factors.ask_passkey, factors.enter_by_passkey
    return (
        Path("GET", _SESSION + "/factors", _READ, factors.listing, account_shapes.FactorsShape),
        Path("POST", totp, _READ, factors.begin_totp, begun, 200, "", proof),
        Path("POST", totp + "/confirm", _READ, factors.confirm_totp, confirmed, 200, "", code),
        Path("POST", totp + "/end", _READ, factors.end_totp, one, 200, "", proof),
        Path("POST", passkey + "/begin", _READ, factors.begin_passkey, None, 200, "", proof),
        Path("POST", passkey, _READ, factors.add_passkey, one, 200, "", made),
        Path("DELETE", passkey + "/{passkey}", _READ, factors.end_passkey, one),
        Path("POST", passkey + "/ask", _OPEN, ask, None, 200, "", stores=False),
        Path("POST", passkey + "/enter", _OPEN, enter, one, 200, "", entering, stores=False),
        Path("GET", way, _OPEN, oidc.leave, status=303, media_type=_HTML),
        Path("GET", way + "/return", _OPEN, oidc.come_back, media_type=_HTML),
    )


def account_paths(node: Node) -> tuple[Path, ...]:
    """List accounts, tokens and the audit trail."""
    accounts, tokens, audit = AccountPaths(node), TokenPaths(node), AuditPaths(node)
    every, invited = account_shapes.AccountList, account_shapes.Invitation
    made, listed, trail = (
        account_shapes.TokenMade,
        account_shapes.TokenList,
        account_shapes.AuditShape,
    )
    body, one = openapi.shape_body, "/v1/accounts/{name}"
    add, roles, token = body(AccountInput), body(RolesInput), body(TokenInput)
    shut, invite, post = body(DisableInput), body(InviteInput), body(PostInput)
    subject = body(SubjectInput)
    return (
        Path("GET", "/v1/accounts", _ADMINISTER, accounts.listing, every),
        Path("POST", "/v1/accounts", _ADMINISTER, accounts.add, invited, 201, "", add),
        Path("POST", one + "/roles", _ADMINISTER, accounts.roles, every, 200, "", roles),
        Path("POST", one + "/disable", _ADMINISTER, accounts.disable, every, 200, "", shut),
        Path("POST", one + "/invite", _ADMINISTER, accounts.invite, invited, 200, "", invite),
        Path("POST", one + "/post", _ADMINISTER, accounts.post, every, 200, "", post),
        Path("POST", one + "/subject", _ADMINISTER, accounts.subject, every, 200, "", subject),
        Path("GET", "/v1/tokens", _READ, tokens.listing, listed),
        Path("POST", "/v1/tokens", _READ, tokens.make, made, 201, "", token),
        Path("DELETE", "/v1/tokens/{token}", _READ, tokens.end, None, 204),
        Path("GET", "/v1/audit", _ADMINISTER, audit.listing, trail),
    )
