"""There is one byte form: whatever re-reads differently is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import NotCanonical
from parley.record.canonical import MAX_INTEGER, canonical, check_json, decode, decode_lenient

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def naive(value: object) -> str:
    """Write RFC 8785 by hand for integers, sorting keys by UTF-16 code units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(f"{naive(k)}:{naive(value[k])}" for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(naive(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\x7f")
    return json.dumps(value)


@given(JSON)
def test_the_form_equals_its_naive_twin(value: object) -> None:
    """Sorted by UTF-16, no spaces, shortest escapes, as RFC 8785 says."""
    assert canonical(value) == naive(value).encode()


@given(JSON)
def test_canonical_bytes_read_back(value: object) -> None:
    """Decoding the one form gives the value, and encodes to the same bytes."""
    assert canonical(decode(canonical(value))) == canonical(value)


@given(JSON, st.integers(0, 2**32), st.integers(0, 255))
def test_a_changed_byte_is_another_value_or_a_refusal(value: object, at: int, byte: int) -> None:
    """No two byte strings carry the same value."""
    data = bytearray(canonical(value))
    if data[at % len(data)] == byte:
        return
    data[at % len(data)] = byte
    try:
        again = decode(bytes(data))
    except NotCanonical:
        return
    assert canonical(again) == bytes(data) != canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"b":1,"a":2}',
        b'{ "a":1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u0041"}',
        b'{"a":"\xff"}',
        b"[" * 5000,
        b"[" * 70 + b"]" * 70,
        b"",
        b"{",
    ],
)
def test_ambiguous_bytes_are_refused(data: bytes) -> None:
    """Duplicates, floats, -0, huge numbers, other orders, escapes, BOM, surrogates, depth."""
    with pytest.raises(NotCanonical):
        decode(data)


def test_bodies_typed_by_people_may_have_spaces() -> None:
    """Order and spacing are free before signing; duplicates and floats are not."""
    assert decode_lenient(b'{ "b": 1, "a": [2] }') == {"a": [2], "b": 1}
    with pytest.raises(NotCanonical, match="twice"):
        decode_lenient(b'{"a":1, "a":2}')
    with pytest.raises(NotCanonical, match="line 1"):
        decode_lenient(b'{"a":1,}')


def test_the_refusal_names_the_place() -> None:
    """A float deep in a body is named by its path."""
    with pytest.raises(NotCanonical) as refusal:
        check_json({"body": {"lat": [1, 2.5]}})
    assert refusal.value.where == "body.lat[1]"
