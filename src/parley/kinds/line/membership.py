"""Who belongs to a channel: members, their keys with proof of possession, where they listen.

Part of ``charter/1``. Keys: docs/formats.md, section "Keys".
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from parley.errors import BadValue, ParleyError
from parley.record.canonical import canonical
from parley.record.envelope import Status, strict_base64
from parley.record.kind import Body, Line, PartyName
from parley.record.scope import LanguageTag
from parley.record.signature import check_possession, enrol
from parley.record.terms import Member, RoleKey
from parley.values.hosts import is_loopback
from parley.values.texts import Text

KeyRole = Literal["author", "log", "witness", "receipt", "line", "recovery"]
PARTY_ROLES: tuple[KeyRole, ...] = get_args(KeyRole)
MIRROR_ROLES: tuple[KeyRole, ...] = ("witness", "receipt", "line", "recovery")

Base64 = Annotated[str, StringConstraints(min_length=4, max_length=12_000)]
_URL = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([1-9][0-9]{0,4})")


class MemberEntry(Body):
    """A party that holds a log, a mirror that stores, or a party reached by voice only."""

    name: PartyName = Field(description="name, as it stands in logs; never changes")
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}$")] = Field(
        description="two to four capital letters, for short numbers"
    )
    role: Literal["party", "mirror", "voice"] = Field(
        description="party: signs a log; mirror: stores; voice: no node and no key"
    )
    display: Text = Field(description="name for people")
    languages: tuple[LanguageTag, ...] = Field((), description="languages its desk works in")

    def member(self) -> Member:
        """Give the member as projections need it."""
        return Member(self.name, self.code, self.role, self.languages)


class KeyEntry(Body):
    """A public key of a member in one role, with proof that its holder has the private one."""

    holder: PartyName = Field(description="the member whose key it is")
    role: KeyRole = Field(description="the one purpose the key serves")
    public: Base64 = Field(description="Ed25519 public key, base64 of 32 bytes")
    possession: Base64 = Field(
        description="base64 of the signature over 'parley/possession/1', a line feed and the"
        " canonical JSON of name, role and status"
    )

    def key(self) -> RoleKey:
        """Give the key as projections need it."""
        return RoleKey(self.holder, self.role, strict_base64(self.public))


class Endpoint(Body):
    """Where a member's node listens, and the certificate it must show, byte for byte."""

    holder: PartyName = Field(description="the member whose node it is")
    url: Line = Field(description="https://host:port; http on loopback only")
    tls_cert: Base64 | None = Field(
        None, description="base64 of the DER certificate; absent for http"
    )


def verify_key(holder: str, role: str, status: Status, public: str, proof: str, where: str) -> None:
    """Refuse a key that is weak, or whose proof of possession is missing or wrong."""
    statement = canonical({"name": holder, "role": role, "status": status})
    place = f"{where}.possession"
    try:
        key = enrol(strict_base64(public, where=f"{where}.public"), where=f"{where}.public")
        check_possession(key, statement, strict_base64(proof, where=place), where=place)
    except ParleyError as error:
        raise BadValue(error.what, where=error.where, hint=error.hint) from None


def check_members(members: Sequence[MemberEntry]) -> None:
    """Refuse names or codes used twice, and a channel of fewer than two sides."""
    for field in ("name", "code"):
        seen: set[str] = set()
        for i, member in enumerate(members):
            value = getattr(member, field)
            if value in seen:
                raise BadValue(f"{value!r} is used twice", where=f"members.{i}.{field}")
            seen.add(value)
    if not any(m.role == "party" for m in members):
        raise BadValue("at least one party holds a log", where="members")
    if sum(m.role != "mirror" for m in members) < 2:
        raise BadValue("a channel joins at least two parties", where="members")


def check_keys(keys: Sequence[KeyEntry], members: Sequence[MemberEntry], status: Status) -> None:
    """Check every key, in order: known holder, fitting role, distinct, full order, possession."""
    roles = {m.name: m.role for m in members}
    seen: dict[str, str] = {}
    for i, key in enumerate(keys):
        where = f"keys.{i}"
        # (1) the holder is a member that has keys, and this role is one of its roles
        if roles.get(key.holder) not in ("party", "mirror"):
            raise BadValue(f"{key.holder!r} is no party or mirror here", where=f"{where}.holder")
        if roles[key.holder] == "mirror" and key.role not in MIRROR_ROLES:
            raise BadValue(f"a mirror has no {key.role} key", where=f"{where}.role")
        # (2) one key serves one holder in one role: a cosignature does not name its cosigner
        if key.public in seen:
            raise BadValue(f"the same key as {seen[key.public]}", where=f"{where}.public")
        seen[key.public] = where
        # (3) full order, and (4) the holder has the private key
        verify_key(key.holder, key.role, status, key.public, key.possession, where)
    # (5) nobody lacks a key; only authors may have several
    for member in members:
        _check_complete(member, [key.role for key in keys if key.holder == member.name])


def _check_complete(member: MemberEntry, held: Sequence[str]) -> None:
    if member.role == "voice":
        return
    for role in PARTY_ROLES if member.role == "party" else MIRROR_ROLES:
        count = held.count(role)
        if count == 0:
            raise BadValue(f"{member.name} lacks its {role} key", where="keys")
        if count > 1 and role != "author":
            raise BadValue(f"{member.name} has {count} {role} keys", where="keys")


def check_endpoints(endpoints: Sequence[Endpoint], members: Sequence[MemberEntry]) -> None:
    """Refuse endpoints of strangers, two of one holder, open HTTP, and HTTPS without a pin."""
    hosts = {m.name for m in members if m.role != "voice"}
    seen: set[str] = set()
    for i, endpoint in enumerate(endpoints):
        where = f"endpoints.{i}"
        if endpoint.holder not in hosts:
            raise BadValue("no party or mirror of this channel", where=f"{where}.holder")
        if endpoint.holder in seen:
            raise BadValue(f"a second endpoint of {endpoint.holder}", where=f"{where}.holder")
        seen.add(endpoint.holder)
        _check_endpoint(endpoint, where)


def _check_endpoint(endpoint: Endpoint, where: str) -> None:
    match = _URL.fullmatch(endpoint.url)
    if match is None or int(match[3]) > 65_535:
        raise BadValue(
            "no scheme, host and port", where=f"{where}.url", hint="such as https://host:8461"
        )
    if match[1] == "http":
        if not is_loopback(match[2].strip("[]")):
            raise BadValue("plain HTTP is for loopback only", where=f"{where}.url")
        return
    if endpoint.tls_cert is None:
        raise BadValue("HTTPS needs the certificate it will show", where=f"{where}.tls_cert")
    try:
        certificate = strict_base64(endpoint.tls_cert)
    except ParleyError as error:
        raise BadValue(error.what, where=f"{where}.tls_cert") from None
    if not certificate.startswith(b"\x30"):
        raise BadValue("no DER certificate", where=f"{where}.tls_cert")
