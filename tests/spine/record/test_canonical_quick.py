"""The quick way to read and write canonical bytes never accepts what the slow way refuses."""

import json

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from parley.errors import NotCanonical
from parley.record.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    Json,
    canonical,
    check_json,
    decode,
    decode_lenient,
    write_checked,
)

# Around the borders on which the two ways might part: surrogates, U+FFFF, digits, brackets.
LETTERS = st.sampled_from(
    'ab[]{}",:\\/0129-\x00\x1f\x7f\x80\u2028\ud7ff\ue000\uffff\U00010000\U0001f6f0'
)
TEXT = st.text(LETTERS, max_size=20)
NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.integers(10**14, 10**16)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


def slowly(data: bytes) -> Json:
    """Read as the strict reader did before there was a quick way."""
    value = decode_lenient(data)
    if rfc8785.dumps(value) != data:
        raise NotCanonical("another form")
    return value


def outcome(read: object, data: bytes) -> tuple[str, object]:
    assert callable(read)
    try:
        value = read(data)
    except NotCanonical:
        return "refused", None
    return "read", json.dumps(value)


@given(VALUES)
def test_the_quick_writer_writes_rfc_8785(value: object) -> None:
    """Whatever may be signed is written as the reference writer writes it."""
    try:
        check_json(value)
    except NotCanonical:
        with pytest.raises(NotCanonical):
            canonical(value)
        return
    assert canonical(value) == write_checked(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES, st.booleans(), st.booleans())
@example({"\ue000": 1, "\U00010000": 2}, True, True)
@example(["]"] * 3, True, True)
def test_the_quick_reader_agrees_with_the_slow_one(
    value: object, ordered: bool, compact: bool
) -> None:
    """Canonical or nearly so: both read the same, and both refuse the same."""
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=False, sort_keys=ordered, separators=separators)
    data = text.encode()
    assert outcome(decode, data) == outcome(slowly, data)


@pytest.mark.parametrize(
    "depth", [MAX_DEPTH // 2 - 1, MAX_DEPTH, MAX_DEPTH + 1, MAX_DEPTH + 2, 9_000]
)
@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_nesting_is_counted_whatever_stands_in_the_texts(depth: int, pair: str) -> None:
    """Brackets within texts hide no depth: the same limit holds on both ways."""
    opening = '["]",' if pair == "[]" else '{"a}":'
    data = (opening * depth + pair + pair[1] * depth).encode()
    assert outcome(decode, data) == outcome(slowly, data)
    assert (outcome(decode, data)[0] == "read") == (depth <= MAX_DEPTH)


@pytest.mark.parametrize(
    "data",
    [b"1e3", b"1.5", b"NaN", b"-0", b"Infinity", b'{"a":1,"a":1}', b'"\\ud800"', b'"\\u0061"', b""],
)
def test_what_only_looks_canonical_is_refused(data: bytes) -> None:
    """Floats, a key twice, escapes that are not needed, lone surrogates."""
    with pytest.raises(NotCanonical):
        decode(data)
