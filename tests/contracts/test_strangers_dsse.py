"""securesystemslib verifies our DSSE envelopes, and refuses tampered ones."""

import base64
import json
from typing import Any

import pytest

from parley.record.envelope import Record, origin_of, read_record, seal
from parley.record.signature import SeedSigner, key_id
from parley.values.instants import Instant

dsse = pytest.importorskip("securesystemslib.dsse", reason="securesystemslib is not installed")
signer = pytest.importorskip("securesystemslib.signer")
exceptions = pytest.importorskip("securesystemslib.exceptions")

CHANNEL = "7e" * 32
ALICE, BOB = SeedSigner(b"A" * 32), SeedSigner(b"B" * 32)
PAYLOAD = Record(
    channel=CHANNEL,
    log=origin_of("coalition", CHANNEL, "main", "exercise"),
    id="1" * 32,
    author="coalition",
    kind="warning/1",
    status="exercise",
    priority="routine",
    issued=Instant(1_466_049_600_000),
    body={"text": "снова над Эт-Танфом \U0001f6a8"},
).payload()


def key(one: SeedSigner) -> Any:
    return signer.SSlibKey(key_id(one.public), "ed25519", "ed25519", {"public": one.public.hex()})


def accepts(value: dict[str, Any], keys: list[SeedSigner], threshold: int) -> bool:
    envelope = dsse.Envelope.from_dict(json.loads(json.dumps(value)))
    try:
        envelope.verify([key(k) for k in keys], threshold)
    except exceptions.VerificationError:
        return False
    return True


def test_it_verifies_our_envelopes() -> None:
    """One signature and two; the payload comes out whole."""
    one, two = json.loads(seal(PAYLOAD, [ALICE]).raw), json.loads(seal(PAYLOAD, [ALICE, BOB]).raw)
    assert accepts(one, [ALICE], 1)
    assert accepts(two, [ALICE, BOB], 2)
    assert not accepts(one, [ALICE, BOB], 2)
    assert not accepts(one, [BOB], 1)
    payload = dsse.Envelope.from_dict(json.loads(json.dumps(one))).payload
    assert read_record(payload).author == "coalition"


def test_it_refuses_every_flipped_byte() -> None:
    """Of the payload, of the signature, and another payload type."""
    value = json.loads(seal(PAYLOAD, [ALICE]).raw)
    payload, sig = (
        base64.b64decode(value["payload"]),
        base64.b64decode(value["signatures"][0]["sig"]),
    )
    for at in range(len(payload)):
        bad = payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :]
        assert not accepts({**value, "payload": base64.b64encode(bad).decode()}, [ALICE], 1)
    for at in range(len(sig)):
        bad = sig[:at] + bytes([sig[at] ^ 1]) + sig[at + 1 :]
        line = {**value["signatures"][0], "sig": base64.b64encode(bad).decode()}
        assert not accepts({**value, "signatures": [line]}, [ALICE], 1)
    assert not accepts({**value, "payloadType": value["payloadType"] + "+"}, [ALICE], 1)


def test_it_writes_what_we_read() -> None:
    """Its own form of our envelope is ours, spacing and order of keys aside."""
    entry = seal(PAYLOAD, [ALICE, BOB])
    theirs = dsse.Envelope.from_dict(json.loads(entry.raw)).to_dict()
    assert theirs == json.loads(entry.raw)
