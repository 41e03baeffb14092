"""What is read quickly from exact bytes is what the slow way reads, whatever stands in them."""

import base64
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.errors import NotCanonical, ParleyError
from parley.record.canonical import MAX_INTEGER, Json, canonical, decode, digest
from parley.record.envelope import (
    PAYLOAD_TYPE,
    Extent,
    Part,
    Record,
    Ref,
    Written,
    agreed_digest,
    open_entry,
    origin_of,
    read_record,
    seal,
)
from parley.record.signature import SeedSigner
from parley.values.instants import Instant

CHANNEL = "ab" * 32
ALICE, BOB = SeedSigner(b"a" * 32), SeedSigner(b"b" * 32)

# Around what ends a body within a payload: quotes, commas, the name of the field that follows.
TEXT = st.sampled_from(
    ["channel", "body", ',"channel":"', '","channel":"', "}", '"', "\\", "\U0001f6f0", "é", ""]
) | st.text(max_size=5)
BODIES = st.dictionaries(
    TEXT,
    st.recursive(
        st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def record(body: dict[str, Json], author: str = "russia") -> Record:
    return Record(
        channel=CHANNEL,
        log=origin_of(author, CHANNEL, "main", "exercise"),
        id="0" * 32,
        author=author,
        kind="warning/1",
        status="exercise",
        priority="routine",
        issued=Instant(1_466_049_600_000),
        body=body,
    )


@given(BODIES, st.sampled_from(["r", "russia", "a" * 63]), st.booleans())
@example({"channel": "x", ',"channel":"': {"channel": ["channel"]}}, "russia", True)
def test_the_body_is_found_within_the_payload(
    body: dict[str, Json], author: str, more: bool
) -> None:
    """Its bytes are its own canonical form; it reads and compares as the dictionary that it is."""
    said = record(body, author)
    if more:
        part = Part(',"channel":"', "ef" * 32, 5, "image/png", "shared")
        said = replace(
            said,
            refs=(Ref("about", "cd" * 32),),
            parts=(part,),
            extent=Extent(1, 2, 3, 4, None, 5, 6, None),
        )
    found = read_record(said.payload())
    assert isinstance(found.body, Written)
    assert found.body.canonical == canonical(body)
    assert dict(found.body) == body
    assert found.body == body
    assert found == said
    assert len(found.body) == len(body)
    assert found.payload() == said.payload()
    assert agreed_digest(said.kind, found.body) == agreed_digest(said.kind, body)


def opened_slowly(raw: bytes) -> tuple[bytes, str, tuple[tuple[str, bytes], ...]]:
    """Read an envelope by the rules alone: canonical JSON, its fields, base64 in its one form."""
    value = decode(raw)
    assert isinstance(value, dict)
    assert set(value) == {"payload", "payloadType", "signatures"}
    assert value["payloadType"] == PAYLOAD_TYPE
    payload, listed = bits(value["payload"]), value["signatures"]
    assert isinstance(listed, list)
    assert 1 <= len(listed) <= 4
    signatures = []
    for each in listed:
        assert isinstance(each, dict)
        assert set(each) == {"keyid", "sig"}
        assert isinstance(each["keyid"], str)
        assert re.fullmatch("[0-9a-f]{64}", each["keyid"])
        assert len(bits(each["sig"])) == 64
        signatures.append((each["keyid"], bits(each["sig"])))
    assert len({keyid for keyid, _ in signatures}) == len(signatures)
    return payload, digest(payload), tuple(signatures)


def bits(text: Json) -> bytes:
    assert isinstance(text, str)
    assert re.fullmatch("[A-Za-z0-9+/]*={0,2}", text)
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text
    return data


@given(
    st.binary(max_size=9),
    st.booleans(),
    st.integers(-400, 400),
    st.sampled_from(b'=A"0fg+/\\\n {}z\x80\xff'),
    st.sampled_from(["change", "insert", "drop", "leave"]),
)
def test_an_envelope_is_read_as_by_the_rules_alone(
    payload: bytes, twice: bool, at: int, byte: int, what: str
) -> None:
    """One byte off at any place, in any field: both ways read the same, or both refuse."""
    raw = bytearray(seal(payload, [ALICE, BOB] if twice else [ALICE]).raw)
    at %= len(raw)
    if what == "change":
        raw[at] = byte
    elif what == "insert":
        raw.insert(at, byte)
    elif what == "drop":
        del raw[at]
    try:
        slowly = opened_slowly(bytes(raw))
    except (AssertionError, ParleyError, ValueError):
        with pytest.raises(ParleyError):
            open_entry(bytes(raw))
        return
    entry = open_entry(bytes(raw))
    assert (entry.payload, entry.name) == slowly[:2]
    assert tuple((s.keyid, s.sig) for s in entry.signatures) == slowly[2]


@pytest.mark.parametrize("field", ["channel", "log", "author", "kind", "status", "priority"])
@pytest.mark.parametrize("wrong", [None, True, 7, "", "x" * 300, [], ["main"], {}, {"a": 1}])
def test_what_names_a_log_is_refused_again_and_again(field: str, wrong: Json) -> None:
    """What was found sound is remembered; what was not is refused each time it comes."""
    value = decode(record({"text": "x"}).payload())
    assert isinstance(value, dict)
    read_record(canonical(value))
    for _ in range(3):
        with pytest.raises(ParleyError) as refused:
            read_record(canonical({**value, field: wrong}))
        assert refused.value.where == field
    read_record(canonical(value))


@pytest.mark.parametrize(
    "number", [b"1.5", b"1e3", b"-0", b"NaN", b"9007199254740992", b"1" + b"0" * 400, b"01"]
)
def test_a_number_that_is_not_signed_is_refused_wherever_it_stands(number: bytes) -> None:
    """Within a body of a kind that nobody knows, too: what it means is not asked first."""
    payload = record({"deep": [{"n": 7}]}).payload().replace(b'"n":7', b'"n":' + number)
    with pytest.raises(NotCanonical):
        read_record(payload)


def test_a_field_twice_is_refused_at_any_depth() -> None:
    """The last of two would win in a lax reader, and the bytes would say two things."""
    payload = record({"deep": [{"n": 7}]}).payload()
    for once, twice in ((b'"n":7', b'"n":7,"n":7'), (b'"body":{', b'"body":{},"body":{')):
        with pytest.raises(NotCanonical):
            read_record(payload.replace(once, twice))
