"""Text sequences of features: one after the other, whatever the blocks, never all at once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadGeoJson, ParleyError
from parley.kinds.air import formats
from parley.kinds.air.formats import format_of, read_file, records_of
from parley.kinds.air.sequence import texts_of
from parley.kinds.air.stated import MAX_BYTES
from tests.spine.air.test_geojson import LINE, POINT, ZONE, changed, collection, read
from tests.spine.air.test_moving_features import FLIGHT

LF = b"\n"
ALL = [LINE, ZONE, POINT, FLIGHT]


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def separated(*values: Any) -> bytes:
    """RFC 8142: each after a record separator, before a line feed; here over several lines."""
    return b"".join(b"\x1e" + json.dumps(value, indent=1).encode() + b"\n" for value in values)


@pytest.mark.parametrize("form", [lines, separated], ids=lambda f: f.__name__)
def test_every_text_is_read_in_its_order(form: Any) -> None:
    """Shapes, zones and trajectories; each as it would be alone in a file."""
    features = list(read_file([form(*ALL)], "sequence"))
    assert [f.body for f in features] == [read(value)[0].body for value in ALL]
    assert [f.party for f in features] == ["coalition", None, "coalition", "coalition"]


def test_a_text_may_be_a_collection() -> None:
    """RFC 8142 leaves the form of a text open; what is blank is no text."""
    data = b"\n\n" + lines(collection(LINE, POINT)) + b"  \n" + lines(ZONE)
    assert len(list(read_file([data], "sequence"))) == 3
    assert list(read_file([], "sequence")) == list(read_file([b" \n\x20"], "sequence")) == []


def test_a_separator_tells_a_sequence_whatever_the_ending() -> None:
    """The first byte decides where the ending says GeoJSON."""
    assert [format_of(n) for n in ("a.geojson", "a.json", "a", "-")] == ["geojson"] * 4
    endings = (".geojsons", ".geojsonl", ".geojsonseq", ".ndjson", ".NDJSON")
    assert {format_of(f"plans{e}") for e in endings} == {"sequence"}
    data = separated(LINE, POINT)
    assert len(list(read_file([data], "geojson"))) == 2
    assert [d.kind for d in records_of(data, party="coalition")] == ["activity/1"] * 2


def test_the_documented_example_is_read(root: Path) -> None:
    """Two features of docs/geojson.md, one a line."""
    page = (root / "docs/geojson.md").read_text(encoding="utf-8")
    example = page.partition("```ndjson\n")[2].partition("```")[0]
    features = list(read_file([example.encode()], format_of("plans.ndjson")))
    assert [(f.where, f.party, f.body.title) for f in features] == [
        ("line 1", "russia", "Strike"),
        ("line 2", "russia", "Tanker"),
    ]


def test_the_raw_text_is_never_held_whole() -> None:
    """The first feature is there after the first block, of however many are to come."""
    asked = 0

    def blocks() -> Iterator[bytes]:
        nonlocal asked
        for _ in range(1000):
            asked += 1
            yield lines(LINE, POINT)

    features = read_file(blocks(), "sequence")
    for count in range(1, 21):
        next(features)
        assert asked <= (count + 1) // 2 + 1
    assert sum(1 for _ in features) == 1980


@given(
    st.booleans(),
    st.lists(st.binary(max_size=8).map(lambda b: b.replace(b"\x1e", b"")), max_size=6),
    st.lists(st.integers(1, 5), min_size=1, max_size=10),
)
def test_the_size_of_the_blocks_makes_no_difference(
    records: bool, texts: list[bytes], sizes: list[int]
) -> None:
    """The same bytes are the same texts, with the line and byte each begins at."""
    mark = b"\x1e" if records else b"\n"
    data = b"".join(b"\x1e" + t + b"\n" for t in texts) if records else b"\n".join(texts)
    if not records and data.startswith((b"\x1e", b"\xef")):
        return
    blocks, at = [], 0
    for i in range(len(data)):
        if at < len(data):
            blocks.append(data[at : at + sizes[i % len(sizes)]])
            at += sizes[i % len(sizes)]
    found = [(t.data, t.line, t.byte) for t in texts_of(blocks)]
    expected = []
    for match in re.finditer(rb"[^" + re.escape(mark) + rb"]+", data):
        text = match[0].strip()
        if text:
            byte = match.start() + len(match[0]) - len(match[0].lstrip())
            expected.append((text, data[:byte].count(b"\n") + 1, byte))
    assert found == expected


def test_a_byte_order_mark_is_no_text() -> None:
    """Some editors write one, before a line as before a separator."""
    for data in (lines(LINE, POINT), separated(LINE, POINT)):
        assert len(list(read_file([b"\xef", b"\xbb", b"\xbf" + data], "sequence"))) == 2
    assert list(texts_of([b"\xef\xbb\xbf"])) == []


BAD: list[tuple[bytes, str, str]] = [
    (
        lines(LINE) + b"\n" + lines(changed(LINE, "properties.titel", 1)),
        "line 3: properties.titel",
        "",
    ),
    (
        lines(LINE, collection(POINT, changed(POINT, "geometry.coordinates", [0, 91]))),
        "line 2: features[1].geometry.coordinates",
        "latitude 91",
    ),
    (lines(LINE, 5), "line 2", "an object"),
    (lines(LINE)[:-2] + b"\n", "line 1", f"line 1, column {len(lines(LINE)) - 1}"),
    (lines(LINE) + b'{"type":\n', "line 2", f"byte {len(lines(LINE)) + 8} (line 2, column 9)"),
    (
        separated(LINE) + b'\x1e\n\n {"type"\n\n',
        f"line {separated(LINE).count(LF) + 3}",
        "not JSON",
    ),
    (lines(LINE) + b"\xff\n", "line 2", "not UTF-8"),
    (lines(LINE) + b"\x1e" + lines(LINE), "line 2", "not JSON"),
    (
        lines(changed(FLIGHT, "temporalGeometry.type", "MovingPolygon")),
        "line 1: temporalGeometry",
        "",
    ),
]


@pytest.mark.parametrize(("data", "where", "what"), BAD, ids=range(len(BAD)))
def test_a_refusal_names_the_line(data: bytes, where: str, what: str) -> None:
    """The line of the text, then the place in it; bytes and lines count from the file's start."""
    with pytest.raises(ParleyError) as refusal:
        list(read_file([data], "sequence"))
    assert refusal.value.where.startswith(where)
    assert what in refusal.value.what


def test_another_party_s_line_is_refused_at_its_line() -> None:
    """Who announces a file signs all of it, or none of it."""
    theirs = changed(LINE, "properties.party", "russia")
    with pytest.raises(ParleyError) as refusal:
        records_of(lines(LINE, theirs), party="coalition", form="sequence", where="body")
    assert refusal.value.where == "body: line 2: properties.party"


def test_one_text_and_all_features_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that never ends is refused before it is held, and so is a file that never does."""
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield b"[" * 1_000_000

    with pytest.raises(BadGeoJson) as refusal:
        list(read_file(endless(), "sequence"))
    assert (refusal.value.where, given) == ("line 1", MAX_BYTES // 1_000_000 + 1)
    monkeypatch.setattr(formats, "MAX_SEQUENCE_FEATURES", 2)
    with pytest.raises(BadGeoJson) as refusal:
        list(read_file([lines(LINE, POINT, ZONE)], "sequence"))
    assert refusal.value.where == "line 3"


def test_a_kmz_is_refused_by_its_name() -> None:
    """It is an archive; what to do is said."""
    with pytest.raises(ParleyError) as refusal:
        format_of("plans.kmz")
    assert "unpack" in refusal.value.hint
