"""Charters before they are logged: made from identity files, checked against our own keys."""

import base64
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from parley.errors import BadCharter, WrongStatus
from parley.kinds.line.charter import CHARTER, Charter
from parley.node.identity import Identity
from parley.record.canonical import Json, canonical, decode
from parley.record.envelope import agreed_digest
from parley.values.instants import Instant
from parley.values.lengths import E4M_PER_FOOT, E4M_PER_NAUTICAL_MILE

MINUTE = 60_000

DEFAULTS: Mapping[str, Json] = {
    "minima": {
        "lateral_e4m": 5 * E4M_PER_NAUTICAL_MILE,
        "vertical_e4m": 1000 * E4M_PER_FOOT,
        "time_ms": 5 * MINUTE,
    },
    "deadlines": {
        "routine": {"receipt_ms": 15 * MINUTE, "answer_ms": 360 * MINUTE},
        "urgent": {"receipt_ms": 2 * MINUTE, "answer_ms": 15 * MINUTE},
    },
    "day_zone": "UTC",
}
"""What a charter says where nobody said otherwise; every value is meant to be agreed on."""


def new_charter(
    parties: Sequence[Identity],
    mirrors: Sequence[Identity] = (),
    *,
    at: Instant,
    voices: Sequence[tuple[str, str]] = (),
    title: str = "Channel",
    changes: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """Draft a charter's body from checked identities.

    ``voices`` lists (name, code) of parties without node and key. ``changes`` replaces whole fields
    of the body, such as ``minima`` or ``agreed_places`` (as ``places``).
    """
    nodes = [*parties, *mirrors]
    statuses = {identity.status for identity in nodes}
    if len(statuses) != 1:
        raise WrongStatus("identities of different status cannot share a charter", where="status")
    for identity, role in [(i, "party") for i in parties] + [(i, "mirror") for i in mirrors]:
        if identity.role != role:
            raise BadCharter(f"{identity.name} is a {identity.role}, not a {role}", where="members")
    languages = dict.fromkeys(tag for identity in nodes for tag in identity.languages)
    body: dict[str, Json] = {
        "title": {"lang": next(iter(languages), "en"), "text": title},
        "status": statuses.pop(),
        "members": [*map(_member, nodes), *(_voice(name, code) for name, code in voices)],
        "keys": [key for identity in nodes for key in _keys(identity)],
        "endpoints": [_endpoint(identity) for identity in nodes],
        "languages": list(languages) or ["en"],
        "liaisons": [
            {"party": i.name, "post": i.liaison, "languages": list(i.languages)}
            for i in nodes
            if i.liaison
        ],
        "in_force_from": at,
        **DEFAULTS,
        **(changes or {}),
    }
    return read_charter(body).to_json()


def read_charter(body: Mapping[str, Json]) -> Charter:
    """Check a charter's body: form, members, distinct and proven keys of full order."""
    return _parsed(canonical(dict(body)))


@lru_cache(maxsize=32)
def _parsed(body: bytes) -> Charter:
    # Pure, asked for several times on the way into a channel, and slow: every key is verified.
    return cast("Charter", CHARTER.parse(cast("dict[str, Json]", decode(body))))


def channel_of(body: Mapping[str, Json]) -> str:
    """Give the agreed digest that a first charter names its channel by (64 hex digits)."""
    return agreed_digest(CHARTER.name, read_charter(body).to_json())


def fingerprint(body: Mapping[str, Json]) -> str:
    """Write the agreed digest in groups of four, to be read aloud and compared."""
    digest = channel_of(body)
    return " ".join(digest[i : i + 4] for i in range(0, 64, 4))


def check_own_part(body: Mapping[str, Json], identity: Identity) -> Charter:
    """Refuse a charter that is not about this identity, in this order.

    (1) it is a sound charter, written in its one form, and replaces none; (2) its status is the
    identity's; (3) it names us in our role; (4) every key it gives us is one of ours, and our one
    key in that role; (5) its endpoint and certificate for us are ours.
    """
    charter = read_charter(body)
    if canonical(charter.to_json()) != canonical(dict(body)):
        raise BadCharter("not in its written form; make it with `charter new`", where="body")
    if charter.replaces is not None:
        raise BadCharter("replaces another charter: publish it in its channel", where="replaces")
    if charter.status != identity.status:
        raise WrongStatus(
            f"a charter of status {charter.status}, an identity of status {identity.status}",
            where="status",
            hint="parley init --status adds an identity to this node",
        )
    member = next((m for m in charter.members if m.name == identity.name), None)
    if member is None or member.role != identity.role:
        raise BadCharter(f"does not name {identity.name} as a {identity.role}", where="members")
    given = {(k.role, k.public) for k in charter.keys if k.holder == identity.name}
    ours = {(r, base64.b64encode(k.public).decode()) for r, k in identity.keys.items()}
    if not ours <= given or any(role != "author" for role, _ in given - ours):
        raise BadCharter(f"the keys of {identity.name} are not this node's", where="keys")
    endpoint = next((e for e in charter.endpoints if e.holder == identity.name), None)
    if endpoint is not None and endpoint.model_dump() != _endpoint(identity):
        raise BadCharter(f"the endpoint of {identity.name} is not this node's", where="endpoints")
    return charter


def _member(identity: Identity) -> Json:
    languages = list(identity.languages)
    return {
        "name": identity.name,
        "code": identity.code,
        "role": identity.role,
        "display": {"lang": languages[0] if languages else "und", "text": identity.display},
        "languages": cast("Json", languages),
    }


def _voice(name: str, code: str) -> Json:
    display: Json = {"lang": "und", "text": name}
    return {"name": name, "code": code, "role": "voice", "display": display, "languages": []}


def _keys(identity: Identity) -> list[Json]:
    value = identity.to_json()["keys"]
    keys = cast("dict[str, dict[str, Json]]", value)
    return [{"holder": identity.name, "role": role, **key} for role, key in keys.items()]


def _endpoint(identity: Identity) -> Json:
    certificate = base64.b64encode(identity.tls_cert).decode()
    return {"holder": identity.name, "url": identity.endpoint, "tls_cert": certificate}
