"""A record has one payload, one name, and signatures that bind its exact bytes."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadEnvelope, BadRecord, NotCanonical, ParleyError, RecordTooLarge
from parley.record.canonical import canonical, decode, digest
from parley.record.envelope import (
    Extent,
    Part,
    Record,
    Ref,
    agreed_digest,
    open_entry,
    origin_of,
    pre_authentication,
    read_record,
    seal,
    signed_by,
)
from parley.record.signature import SeedSigner
from parley.values.instants import Instant

CHANNEL = "ab" * 32
ALICE, BOB = SeedSigner(b"a" * 32), SeedSigner(b"b" * 32)


def record(**changes: object) -> Record:
    """A small good record, with changes."""
    base = Record(
        channel=CHANNEL,
        log=origin_of("russia", CHANNEL, "main", "exercise"),
        id="0" * 32,
        author="russia",
        kind="warning/1",
        status="exercise",
        priority="routine",
        issued=Instant(1_466_049_600_000),
        body={"text": "hello"},
        refs=(Ref("about", "cd" * 32),),
        parts=(Part("map.png", "ef" * 32, 5, "image/png", "personal", ("coalition",)),),
        extent=Extent(1, 2, 3, 4, None, 5, 6, None),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_a_record_reads_back_whole() -> None:
    """Writing and reading the payload gives an equal record."""
    assert read_record(record().payload()) == record()


def test_the_signed_bytes_are_those_of_dsse() -> None:
    """The pre-authentication encoding is the one of the DSSE v1 protocol text."""
    assert (
        pre_authentication(b"hello world", "http://example.com/HelloWorld")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_name_ignores_who_signed() -> None:
    """The same payload under other signatures is the same record."""
    one, two = seal(record().payload(), [ALICE]), seal(record().payload(), [BOB, ALICE])
    assert one.name == two.name == digest(record().payload())
    assert one.raw != two.raw


def test_signatures_are_told_apart_by_key() -> None:
    """Only keys that were asked for and that signed are returned."""
    entry = seal(record().payload(), [ALICE])
    assert signed_by(entry, [ALICE.public, BOB.public]) == (ALICE.public,)
    assert signed_by(entry, [BOB.public]) == ()


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_flipped_byte_never_passes(at: int, flip: int) -> None:
    """No change of one byte leaves an entry that opens, is ours and is signed."""
    raw = bytearray(seal(record().payload(), [ALICE]).raw)
    raw[at % len(raw)] ^= flip
    try:
        entry = open_entry(bytes(raw))
        good = signed_by(entry, [ALICE.public])
    except ParleyError:
        return
    assert good == ()


def test_an_entry_over_the_limit_is_refused_before_it_is_logged() -> None:
    """An entry has at most 65,535 bytes, as tlog-tiles counts them in 16 bits."""
    with pytest.raises(RecordTooLarge, match="65535"):
        seal(record(body={"text": "x" * 60_000}).payload(), [ALICE])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"channel": "xx"}, "channel"),
        ({"log": "russia/main"}, "log"),
        ({"log": origin_of("coalition", CHANNEL, "main", "exercise")}, "log"),
        ({"log": origin_of("russia", CHANNEL, "urgent", "exercise")}, "log"),
        ({"log": origin_of("russia", CHANNEL, "main", "actual")}, "log"),
        ({"id": "0"}, "id"),
        ({"author": "Russia"}, "author"),
        ({"kind": "warning"}, "kind"),
        ({"status": "real"}, "status"),
        ({"priority": "flash"}, "priority"),
        ({"issued": -1}, "issued"),
        ({"issued": True}, "issued"),
        ({"body": []}, "body"),
        ({"refs": [{"role": "about"}]}, "refs[0]"),
        ({"refs": [{"role": "likes", "record": "cd" * 32}]}, "refs[0].role"),
        ({"parts": [{"name": "x"}]}, "parts[0]"),
        ({"extent": {"south_e7": 1}}, "extent"),
        ({"extra": 1}, "extra"),
    ],
)
def test_malformed_common_fields_are_named(change: dict[str, object], where: str) -> None:
    """Each refusal of a common field gives its path."""
    value = decode(record().payload())
    assert isinstance(value, dict)
    with pytest.raises(ParleyError) as refusal:
        read_record(canonical({**value, **change}))
    assert refusal.value.where == where


@pytest.mark.parametrize(
    "part",
    [
        {"audience": None},
        {"class": "shared"},
        {"audience": []},
        {"audience": ["A b"]},
        {"size": -1},
        {"name": "../x"},
        {"media_type": "png"},
    ],
)
def test_parts_state_their_class_and_audience(part: dict[str, object]) -> None:
    """A personal part, and no other, has an audience; sizes and names are sane."""
    value = decode(record().payload())
    assert isinstance(value, dict)
    good: dict[str, object] = value["parts"][0]  # type: ignore[index, assignment]
    merged = {**good, **part}
    if part.get("audience", 0) is None:
        del merged["audience"]
    with pytest.raises(BadRecord):
        read_record(canonical({**value, "parts": [merged]}))


@pytest.mark.parametrize(
    "mangle",
    [
        lambda v: {**v, "payloadType": "text/plain"},
        lambda v: {**v, "signatures": []},
        lambda v: {**v, "signatures": v["signatures"] * 2},
        lambda v: {**v, "more": 1},
        lambda v: {**v, "payload": v["payload"].rstrip("=") + "\n"},
        lambda v: {**v, "signatures": [{"keyid": "0", "sig": v["signatures"][0]["sig"]}]},
    ],
)
def test_what_is_no_envelope_of_ours_is_refused(mangle: object) -> None:
    """Other types, no or repeated signatures, other fields, loose base64: refused."""
    value = decode(seal(record().payload(), [ALICE]).raw)
    with pytest.raises(BadEnvelope):
        open_entry(canonical(mangle(value)))  # type: ignore[operator]


def test_loose_base64_is_refused() -> None:
    """Base64 whose unused bits are set reads the same to a lax decoder; here it is refused."""
    raw = seal(record(body={"text": "hell"}).payload(), [ALICE]).raw
    value = decode(raw)
    assert isinstance(value, dict)
    text = str(value["signatures"][0]["sig"])  # type: ignore[index, call-overload]
    assert text.endswith("==")
    loose = text[:-3] + chr(ord(text[-3]) + 1) + "=="
    assert base64.b64decode(loose) == base64.b64decode(text)
    with pytest.raises((BadEnvelope, NotCanonical)):
        open_entry(raw.replace(text.encode(), loose.encode()))


def test_an_agreed_text_is_named_by_kind_and_body() -> None:
    """The agreed digest is domain-separated and depends on kind and body alone."""
    body = {"minutes": "met"}
    assert agreed_digest("conference/1", body) == digest(
        b'parley/agreed/1\n{"body":{"minutes":"met"},"kind":"conference/1"}'
    )
