"""The common fields of a record, and the DSSE v1 envelope that signs exact bytes.

The payload is canonical JSON; the DSSE envelope around it is canonical JSON too, and its bytes
*are* the log entry. A record's name is the SHA-256 of its payload (docs/formats.md).
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from parley.errors import BadEnvelope, BadRecord, ParleyError, RecordTooLarge
from parley.record.canonical import Json, canonical, decode, digest
from parley.record.signature import Signer, key_id, verifies
from parley.values.instants import Instant, instant

PAYLOAD_TYPE = "application/vnd.parley.record+json"
MAX_ENTRY = 65_535
MAX_SIGNATURES = 4

Status = Literal["actual", "exercise", "test"]
Priority = Literal["routine", "urgent"]
Role = Literal["replaces", "withdraws", "answers", "about", "opens", "same_event"]
PartClass = Literal["shared", "sealed", "personal"]

_HEX32 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,2}")
_ORIGIN = re.compile(r"(exercise\.invalid/)?[a-z0-9][a-z0-9.-]{0,62}/[0-9a-f]{64}/(main|urgent)")
_MEDIA = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; ?[a-z0-9=.+-]{1,60})*")
_ONE_SIGNATURE = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/]*={0,2})","payloadType":"%b",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/]*={0,2})"\}\]\}'
    % re.escape(PAYLOAD_TYPE).encode()
)


@dataclass(frozen=True, slots=True)
class Ref:
    """A typed pointer to another record by its name."""

    role: Role
    record: str


@dataclass(frozen=True, slots=True)
class Part:
    """What lies beside the log, bound by digest (size in bytes of what was hashed)."""

    name: str
    sha256: str
    size: int
    media_type: str
    part_class: PartClass
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """A 4D box around what a record occupies: degrees e7, 0.1 mm, milliseconds; None is open.

    ``west_e7 > east_e7`` means that the box crosses the antimeridian (RFC 7946 section 5.2).
    """

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int
    lower_e4m: int | None
    upper_e4m: int | None
    time_start: int
    time_end: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """What one party says, once: the common fields and the kind's own body."""

    channel: str
    log: str
    id: str
    author: str
    kind: str
    status: Status
    priority: Priority
    issued: Instant
    body: Mapping[str, Json]
    refs: tuple[Ref, ...] = ()
    parts: tuple[Part, ...] = ()
    extent: Extent | None = None

    def payload(self) -> bytes:
        """Write the record in its one byte form."""
        return canonical(_to_json(self))

    def refers(self, role: Role) -> tuple[str, ...]:
        """Give the names of the records referred to in ``role``, in order."""
        if not self.refs:
            return ()
        return tuple(ref.record for ref in self.refs if ref.role == role)


@dataclass(frozen=True, slots=True)
class EnvelopeSignature:
    """One signature of a DSSE envelope: the hex SHA-256 of the raw public key, and 64 bytes."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A DSSE envelope as it stands in a log: exact bytes, the payload in it, its signatures."""

    raw: bytes
    payload: bytes
    name: str = field(compare=False)
    signatures: tuple[EnvelopeSignature, ...]


def pre_authentication(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Give the bytes that are signed: DSSE v1 PAE."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, signers: Sequence[Signer]) -> Entry:
    """Sign a payload with 1 to 4 keys; refuse what could not be a log entry."""
    if not 1 <= len(signers) <= MAX_SIGNATURES:
        raise BadEnvelope(f"an envelope has 1 to {MAX_SIGNATURES} signatures", where="signatures")
    message = pre_authentication(payload)
    raw = canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": key_id(s.public), "sig": base64.b64encode(s.sign(message)).decode()}
                for s in signers
            ],
        }
    )
    if len(raw) > MAX_ENTRY:
        raise RecordTooLarge(
            f"the signed record has {len(raw)} bytes, {MAX_ENTRY} at most",
            hint="move attachments into shared parts, split geometry over several records",
        )
    return open_entry(raw)


def open_entry(raw: bytes, *, where: str = "") -> Entry:
    """Read a DSSE envelope: canonical, of our payload type, 1 to 4 well-formed signatures.

    No signature is verified here: see ``signed_by``.
    """
    if len(raw) > MAX_ENTRY:
        raise RecordTooLarge(f"{len(raw)} bytes, {MAX_ENTRY} at most", where=where)
    value = _plain(raw) or decode(raw, where=where)
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise BadEnvelope("not a DSSE envelope", where=where)
    if value["payloadType"] != PAYLOAD_TYPE:
        raise BadEnvelope(f"payload type {value['payloadType']!r} is not ours", where=where)
    payload = strict_base64(value["payload"], where=f"{where}payload")
    listed = value["signatures"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_SIGNATURES:
        raise BadEnvelope(f"1 to {MAX_SIGNATURES} signatures are needed", where=where)
    signatures = tuple(_signature(s, f"{where}signatures[{i}]") for i, s in enumerate(listed))
    if len({s.keyid for s in signatures}) != len(signatures):
        raise BadEnvelope("a key signed twice", where=where)
    return Entry(raw, payload, digest(payload), signatures)


def _plain(raw: bytes) -> dict[str, Json] | None:
    """Take an envelope of one signature apart; it is canonical, since nothing in it is escaped."""
    match = _ONE_SIGNATURE.fullmatch(raw)
    if match is None:
        return None
    payload, keyid, sig = (part.decode("ascii") for part in match.groups())
    signatures: list[Json] = [{"keyid": keyid, "sig": sig}]
    return {"payload": payload, "payloadType": PAYLOAD_TYPE, "signatures": signatures}


def signed_by(
    entry: Entry, keys: Iterable[bytes], accepted: frozenset[bytes] = frozenset()
) -> tuple[bytes, ...]:
    """Give those of ``keys`` that signed the entry; a signature that names a key must fit it.

    A signature that names one of ``keys`` but does not verify makes the whole entry bad. Signatures
    of ``accepted`` keys over this very entry were verified before; they alone are not verified now.
    """
    message = pre_authentication(entry.payload)
    known = {key_id(key): key for key in keys}
    good = []
    for signature in entry.signatures:
        key = known.get(signature.keyid)
        if key is None:
            continue
        if key not in accepted and not verifies(key, message, signature.sig):
            raise BadEnvelope(f"the signature of key {signature.keyid[:16]} does not verify")
        good.append(key)
    return tuple(good)


def read_record(payload: bytes, *, where: str = "") -> Record:
    """Read a payload's common fields; refuse unknown, missing and malformed ones by name."""
    value = decode(payload, where=where)
    if not isinstance(value, dict):
        raise BadRecord("a record is an object", where=where)
    try:
        return _from_json(value)
    except ParleyError as error:
        raise error.at(where) if where else error from None


def strict_base64(text: object, *, where: str = "") -> bytes:
    """Decode base64 (RFC 4648 section 4) that re-encodes to itself."""
    try:
        data = base64.b64decode(cast("str", text), validate=True)
    except (ValueError, TypeError):
        raise BadEnvelope("not base64", where=where) from None
    if base64.b64encode(data).decode() != text:
        raise BadEnvelope("base64 that does not re-encode to itself", where=where)
    return data


def agreed_digest(kind: str, body: Mapping[str, Json]) -> str:
    """Name an agreed text: SHA-256 of ``parley/agreed/1`` and the canonical {kind, body}."""
    return digest(b"parley/agreed/1\n" + canonical({"kind": kind, "body": dict(body)}))


def origin_of(party: str, channel: str, lane: str, status: Status) -> str:
    """Name a log: ``<party>/<channel>/<lane>``, prefixed in an exercise or test."""
    prefix = "" if status == "actual" else "exercise.invalid/"
    return f"{prefix}{party}/{channel}/{lane}"


def _signature(value: Json, where: str) -> EnvelopeSignature:
    if not isinstance(value, dict) or set(value) != {"keyid", "sig"}:
        raise BadEnvelope("a signature has a keyid and a sig", where=where)
    keyid, sig = value["keyid"], strict_base64(value["sig"], where=f"{where}.sig")
    if not isinstance(keyid, str) or not _HEX64.fullmatch(keyid) or len(sig) != 64:
        raise BadEnvelope("a keyid is 64 hex digits, a sig 64 bytes", where=where)
    return EnvelopeSignature(keyid, sig)


_FIELDS = {"channel", "log", "id", "author", "kind", "status", "priority", "issued", "body"}
_OPTIONAL = {"refs", "parts", "extent"}


def _to_json(record: Record) -> dict[str, Json]:
    value: dict[str, Json] = {name: getattr(record, name) for name in _FIELDS - {"body"}}
    value["body"] = dict(record.body)
    value["refs"] = [{"role": r.role, "record": r.record} for r in record.refs]
    value["parts"] = [_part_json(p) for p in record.parts]
    if record.extent is not None:
        names = Extent.__slots__
        value["extent"] = {name: getattr(record.extent, name) for name in names}
    return value


def _part_json(part: Part) -> Json:
    value: dict[str, Json] = {
        "name": part.name,
        "sha256": part.sha256,
        "size": part.size,
        "media_type": part.media_type,
        "class": part.part_class,
    }
    if part.part_class == "personal":
        value["audience"] = list(part.audience)
    return value


def _from_json(value: dict[str, Json]) -> Record:
    missing, unknown = _FIELDS - set(value), set(value) - _FIELDS - _OPTIONAL
    if missing or unknown:
        name = min(missing or unknown)
        raise BadRecord("missing" if missing else "unknown common field", where=name)
    body, refs, parts = value["body"], value.get("refs"), value.get("parts")
    if not isinstance(body, dict):
        raise BadRecord("the body is an object", where="body")
    if not isinstance(refs, list) or len(refs) > 64:
        raise BadRecord("a list of at most 64, empty if there are none", where="refs")
    if not isinstance(parts, list) or len(parts) > 64:
        raise BadRecord("a list of at most 64, empty if there are none", where="parts")
    record = Record(
        channel=_text(value, "channel", _HEX64),
        log=_text(value, "log", _ORIGIN),
        id=_text(value, "id", _HEX32),
        author=_text(value, "author", _NAME),
        kind=_text(value, "kind", _KIND),
        status=cast("Status", _choice(value, "status", Status)),
        priority=cast("Priority", _choice(value, "priority", Priority)),
        issued=instant(cast("int", value["issued"]), where="issued"),
        body=body,
        refs=tuple(_ref(r, f"refs[{i}]") for i, r in enumerate(refs)),
        parts=tuple(_part(p, f"parts[{i}]") for i, p in enumerate(parts)),
        extent=_extent(value["extent"]) if "extent" in value else None,
    )
    _check_origin(record)
    return record


def _check_origin(record: Record) -> None:
    lane = "urgent" if record.priority == "urgent" else "main"
    if record.log != origin_of(record.author, record.channel, lane, record.status):
        raise BadRecord(
            "the log's name does not fit author, channel, status, priority", where="log"
        )


def _text(value: Mapping[str, Json], name: str, pattern: re.Pattern[str], where: str = "") -> str:
    text = value.get(name)
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise BadRecord(f"{text!r} does not fit {pattern.pattern}", where=where or name)
    return text


def _choice(value: Mapping[str, Json], name: str, literal: object, where: str = "") -> str:
    choices = get_args(literal)
    text = value.get(name)
    if text not in choices:
        raise BadRecord(f"{text!r} is none of {', '.join(choices)}", where=where or name)
    return cast("str", text)


def _ref(value: Json, where: str) -> Ref:
    if not isinstance(value, dict) or set(value) != {"role", "record"}:
        raise BadRecord("a reference has a role and a record", where=where)
    role = _choice(value, "role", Role, f"{where}.role")
    return Ref(cast("Role", role), _text(value, "record", _HEX64, f"{where}.record"))


def _part(value: Json, where: str) -> Part:
    needed = {"name", "sha256", "size", "media_type", "class"}
    if not isinstance(value, dict) or set(value) - {"audience"} != needed:
        raise BadRecord(f"a part has {', '.join(sorted(needed))}", where=where)
    part_class = cast("PartClass", _choice(value, "class", PartClass, f"{where}.class"))
    name, size = value["name"], value["size"]
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or "/" in name:
        raise BadRecord("a part's name has 1 to 200 characters and no slash", where=f"{where}.name")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= 2**40:
        raise BadRecord("a size is a number of bytes", where=f"{where}.size")
    audience = value.get("audience")
    if (audience is not None) != (part_class == "personal"):
        raise BadRecord("a personal part, and no other, has an audience", where=f"{where}.audience")
    people = audience if isinstance(audience, list) else []
    if part_class == "personal" and not people:
        raise BadRecord("a personal part names its audience", where=f"{where}.audience")
    if not all(isinstance(p, str) and _NAME.fullmatch(p) for p in people):
        raise BadRecord("an audience lists parties", where=f"{where}.audience")
    return Part(
        name=name,
        sha256=_text(value, "sha256", _HEX64, f"{where}.sha256"),
        size=size,
        media_type=_text(value, "media_type", _MEDIA, f"{where}.media_type"),
        part_class=part_class,
        audience=tuple(cast("list[str]", people)),
    )


def _extent(value: Json) -> Extent:
    names = Extent.__slots__
    if not isinstance(value, dict) or set(value) != set(names):
        raise BadRecord(f"an extent has {', '.join(names)}", where="extent")
    optional = {"lower_e4m", "upper_e4m", "time_end"}
    for name in names:
        number = value[name]
        if number is None and name in optional:
            continue
        if isinstance(number, bool) or not isinstance(number, int):
            raise BadRecord("an integer is needed", where=f"extent.{name}")
    extent = Extent(**{name: value[name] for name in names})  # type: ignore[arg-type]
    for name, limit in (("south_e7", 9), ("north_e7", 9), ("west_e7", 18), ("east_e7", 18)):
        if abs(getattr(extent, name)) > limit * 100_000_000:
            raise BadRecord("beyond the globe", where=f"extent.{name}")
    if extent.south_e7 > extent.north_e7:
        raise BadRecord("south lies north of north", where="extent.south_e7")
    instant(extent.time_start, where="extent.time_start")
    if extent.time_end is not None and instant(extent.time_end) < extent.time_start:
        raise BadRecord("ends before it starts", where="extent.time_end")
    return extent
