"""A node's public identity: its name, its keys by role with proof of possession, its endpoint."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from parley.errors import BadIdentity, ParleyError
from parley.record.canonical import Json, canonical, decode_lenient
from parley.record.envelope import Status, strict_base64
from parley.record.signature import check_possession, enrol
from parley.values.hosts import is_loopback

FORMAT = "parley/identity/1"
MAX_IDENTITY = 65_535

KeyRole = Literal["author", "log", "witness", "receipt", "line", "recovery"]
PARTY_ROLES: tuple[KeyRole, ...] = get_args(KeyRole)
MIRROR_ROLES: tuple[KeyRole, ...] = ("witness", "receipt", "line", "recovery")

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_CODE = re.compile(r"[A-Z]{2,4}")
_FIELDS = {
    "format", "name", "code", "display", "role", "status", "keys", "tls_cert", "endpoint",
    "languages",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key (32 bytes) and the proof (64 bytes) that its holder has the private one."""

    public: bytes
    possession: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """What a node shows the others before a charter names it; nothing in it is secret."""

    name: str
    code: str
    display: str
    role: Literal["party", "mirror"]
    status: Status
    keys: Mapping[KeyRole, PublicKey]
    tls_cert: bytes
    endpoint: str
    languages: tuple[str, ...]
    liaison: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Give the identity as it stands in ``identity.json``."""
        keys: dict[str, Json] = {
            role: {"public": _b64(key.public), "possession": _b64(key.possession)}
            for role, key in self.keys.items()
        }
        value: dict[str, Json] = {
            "format": FORMAT,
            "name": self.name,
            "code": self.code,
            "display": self.display,
            "role": self.role,
            "status": self.status,
            "keys": keys,
            "tls_cert": _b64(self.tls_cert),
            "endpoint": self.endpoint,
            "languages": list(self.languages),
        }
        if self.liaison is not None:
            value["liaison"] = self.liaison
        return value


def possession_statement(name: str, role: str, status: str) -> bytes:
    """Give what a key signs to prove possession: whose it is, for what, of which status."""
    return canonical({"name": name, "role": role, "status": status})


def read_identity(path: Path) -> Identity:
    """Read and check an identity file: form, possession, full-order and distinct keys."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadIdentity(f"cannot be read: {error.strerror}", where=str(path)) from None
    if len(data) > MAX_IDENTITY:
        raise BadIdentity(f"over {MAX_IDENTITY} bytes", where=str(path))
    try:
        return parse_identity(decode_lenient(data))
    except ParleyError as error:
        raise error.at(str(path)) from None


def parse_identity(value: Json) -> Identity:
    """Read an identity from JSON and check it."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BadIdentity(f"not an identity ({FORMAT})", where="format")
    missing, unknown = _FIELDS - set(value), set(value) - _FIELDS - {"liaison"}
    if missing or unknown:
        raise BadIdentity("missing" if missing else "unknown", where=min(missing or unknown))
    keys, languages = value["keys"], value["languages"]
    if not isinstance(keys, dict) or not isinstance(languages, list):
        raise BadIdentity("keys are an object, languages a list", where="keys")
    texts = ("name", "code", "display", "role", "status", "endpoint")
    for name in texts:
        if not isinstance(value[name], str) or not value[name]:
            raise BadIdentity("a text is needed", where=name)
    liaison = value.get("liaison")
    identity = Identity(
        **{name: value[name] for name in texts},  # type: ignore[arg-type]  # just checked
        keys={cast("KeyRole", r): _public_key(k, f"keys.{r}") for r, k in keys.items()},
        tls_cert=strict_base64(value["tls_cert"], where="tls_cert"),
        languages=tuple(str(tag) for tag in languages),
        liaison=liaison if isinstance(liaison, str) else None,
    )
    check_identity(identity)
    return identity


def check_identity(identity: Identity) -> None:
    """Refuse what no charter could use: bad names, weak, shared or unproven keys, open HTTP."""
    if not _NAME.fullmatch(identity.name):
        raise BadIdentity("lower-case letters, digits, dots and dashes", where="name")
    if not _CODE.fullmatch(identity.code):
        raise BadIdentity("two to four capital letters", where="code", hint="such as RU")
    if identity.role not in ("party", "mirror"):
        raise BadIdentity("party or mirror", where="role")
    if identity.status not in get_args(Status):
        raise BadIdentity("actual, exercise or test", where="status")
    wanted = PARTY_ROLES if identity.role == "party" else MIRROR_ROLES
    if set(identity.keys) != set(wanted):
        raise BadIdentity(f"exactly the roles {', '.join(wanted)}", where="keys")
    for role, key in identity.keys.items():
        where = f"keys.{role}"
        enrol(key.public, where=where)
        statement = possession_statement(identity.name, role, identity.status)
        check_possession(key.public, statement, key.possession, where=where)
    if len({key.public for key in identity.keys.values()}) != len(wanted):
        raise BadIdentity("one key serves two roles", where="keys")
    check_endpoint(identity.endpoint)


def check_endpoint(endpoint: str) -> str:
    """Refuse an endpoint that is not ``https://host:port`` (or ``http`` on loopback)."""
    parts = urlsplit(endpoint)
    try:
        port = parts.port
    except ValueError:
        port = None
    if endpoint != f"{parts.scheme}://{parts.netloc}" or not parts.hostname or port is None:
        raise BadIdentity(
            f"{endpoint!r} is no scheme, host and port", where="endpoint", hint="https://host:8461"
        )
    if "@" in parts.netloc or parts.scheme not in ("https", "http"):
        raise BadIdentity("https, or http on loopback", where="endpoint")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadIdentity("plain HTTP is for loopback only", where="endpoint")
    return endpoint


def _public_key(value: Json, where: str) -> PublicKey:
    if not isinstance(value, dict) or set(value) != {"public", "possession"}:
        raise BadIdentity("a key has public and possession", where=where)
    return PublicKey(
        strict_base64(value["public"], where=f"{where}.public"),
        strict_base64(value["possession"], where=f"{where}.possession"),
    )


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
