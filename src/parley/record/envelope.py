"""The DSSE v1 envelope that signs the exact bytes of a record.

The payload is canonical JSON; the DSSE envelope around it is canonical JSON too, and its bytes
*are* the log entry. A record's name is the SHA-256 of its payload (docs/formats.md).
"""

import base64
import re
from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from parley.errors import BadEnvelope, BadRecord, ParleyError, RecordTooLarge
from parley.record.canonical import Json, canonical, decode, digest
from parley.record.fields import (
    Extent,
    Part,
    PartClass,
    Priority,
    Record,
    Ref,
    Role,
    Status,
    Written,
    origin_of,
    record_of,
)
from parley.record.signature import Signer, key_id, verifies

__all__ = [
    "Extent",
    "Part",
    "PartClass",
    "Priority",
    "Record",
    "Ref",
    "Role",
    "Status",
    "Written",
    "origin_of",
]

PAYLOAD_TYPE = "application/vnd.parley.record+json"
MAX_ENTRY = 65_535
MAX_SIGNATURES = 4

_HEX64 = re.compile(r"[0-9a-f]{64}")
# What stands around payload, key id and signature in an envelope of one signature.
_HEAD: Final = b'{"payload":"'
_MIDDLE: Final = b'","payloadType":"%b","signatures":[{"keyid":"' % PAYLOAD_TYPE.encode()
_LINK: Final = b'","sig":"'
_TAIL: Final = b'"}]}'
_SIG_BYTES: Final = 64
_SIG_AT: Final = -len(_TAIL) - 4 * -(-_SIG_BYTES // 3)
_KEYID_AT: Final = _SIG_AT - len(_LINK) - 64
_MIDDLE_AT: Final = _KEYID_AT - len(_MIDDLE)


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
    plain = _plain(raw)
    if plain is not None:
        return plain
    value = decode(raw, where=where)
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


def _plain(raw: bytes) -> Entry | None:
    """Take an envelope of one signature apart; it is canonical, since nothing in it is escaped.

    None: it must be read by the rules, which say what is wrong with it, if anything is.
    """
    if not (
        raw.startswith(_HEAD)
        and raw.endswith(_TAIL)
        and raw[_MIDDLE_AT:_KEYID_AT] == _MIDDLE
        and raw[_KEYID_AT + 64 : _SIG_AT] == _LINK
    ):
        return None
    text, sig_text = raw[len(_HEAD) : _MIDDLE_AT], raw[_SIG_AT : -len(_TAIL)]
    try:
        payload, sig = a2b_base64(text), a2b_base64(sig_text)
    except BadBase64:
        return None
    # Nothing but base64 in its one form re-encodes to itself, so no letter was skipped.
    if b2a_base64(payload, newline=False) != text or b2a_base64(sig, newline=False) != sig_text:
        return None
    keyid = _key_named(raw[_KEYID_AT : _KEYID_AT + 64])
    if len(sig) != _SIG_BYTES or keyid is None:
        return None
    return Entry(raw, payload, digest(payload), (EnvelopeSignature(keyid, sig),))


@lru_cache(maxsize=1024)  # a log is signed by few keys: one copy of a name serves
def _key_named(keyid: bytes) -> str | None:
    text = keyid.decode("latin-1")
    return text if _HEX64.fullmatch(text) else None


def signed_by(
    entry: Entry, keys: Iterable[bytes], accepted: frozenset[bytes] = frozenset()
) -> tuple[bytes, ...]:
    """Give those of ``keys`` that signed the entry; a signature that names a key must fit it.

    A signature that names one of ``keys`` but does not verify makes the whole entry bad. Signatures
    of ``accepted`` keys over this very entry were verified before; they alone are not verified now.
    """
    known = {key_id(key): key for key in keys}
    good = []
    for signature in entry.signatures:
        key = known.get(signature.keyid)
        if key is None:
            continue
        if key not in accepted and not verifies(
            key, pre_authentication(entry.payload), signature.sig
        ):
            raise BadEnvelope(f"the signature of key {signature.keyid[:16]} does not verify")
        good.append(key)
    return tuple(good)


def read_record(payload: bytes, *, where: str = "") -> Record:
    """Read a payload's common fields; refuse unknown, missing and malformed ones by name."""
    value = decode(payload, where=where)
    if not isinstance(value, dict):
        raise BadRecord("a record is an object", where=where)
    try:
        return record_of(value, payload)
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
    if isinstance(body, Written):
        agreed = b'{"body":%b,"kind":%b}' % (body.canonical, canonical(kind))
    else:
        agreed = canonical({"kind": kind, "body": dict(body)})
    return digest(b"parley/agreed/1\n" + agreed)


def _signature(value: Json, where: str) -> EnvelopeSignature:
    if not isinstance(value, dict) or set(value) != {"keyid", "sig"}:
        raise BadEnvelope("a signature has a keyid and a sig", where=where)
    keyid, sig = value["keyid"], strict_base64(value["sig"], where=f"{where}.sig")
    if not isinstance(keyid, str) or not _HEX64.fullmatch(keyid) or len(sig) != 64:
        raise BadEnvelope("a keyid is 64 hex digits, a sig 64 bytes", where=where)
    return EnvelopeSignature(keyid, sig)
