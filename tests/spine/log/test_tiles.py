"""Tiles, entry bundles, uploads and offers: the bytes of the C2SP texts, in one form only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadTile, BadUpload, HeadRefused, TileMissing
from parley.log.merkle import leaf_hash, root_of, verify_subtree_consistency
from parley.log.offer import HeadOffer
from parley.log.packages import MirrorInfo, UploadHead, read_head, read_packages, write_upload
from parley.log.store import Store
from parley.log.tiles import (
    ENTRIES,
    TilePath,
    decode_entries,
    decode_hashes,
    encode_entries,
    tile,
    tiles_of,
)

LOG = "coalition/" + "5a" * 32 + "/main"
SIZE = 70_000
SMALL = [b"%d" % n for n in range(SIZE)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a log of 70,000 entries, the size that tlog-tiles takes as its example."""
    with Store(tmp_path_factory.mktemp("tiles") / "parley.db") as opened:
        opened.open_log(LOG, own=False)
        opened.append(LOG, SMALL, after=0)
        yield opened


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (TilePath(0, 1_234_067), "tile/0/x001/x234/067"),
        (TilePath(0, 0), "tile/0/000"),
        (TilePath(1, 999, 17), "tile/1/999.p/17"),
        (TilePath(ENTRIES, 1000, 255), "tile/entries/x001/000.p/255"),
        (TilePath(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_paths_are_those_of_the_text(path: TilePath, text: str) -> None:
    """Groups of three digits, an x before all but the last, a width only where partial."""
    assert path.format() == text
    assert TilePath.parse(text) == path


@given(
    level=st.integers(-1, 63),
    number=st.integers(0, 10**12),
    width=st.integers(1, 256),
)
def test_a_path_reads_back(level: int, number: int, width: int) -> None:
    """Each path is read as what it was written from."""
    path = TilePath(level, number, width)
    assert TilePath.parse(path.format()) == path


@pytest.mark.parametrize(
    "text",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/001/000",
        "tile/entries/../000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
    ],
)
def test_other_paths_are_refused(text: str) -> None:
    """What would be written in another way names nothing."""
    with pytest.raises(BadTile):
        TilePath.parse(text)


def test_a_log_is_served_as_the_tiles_of_its_size(store: Store) -> None:
    """70,000 entries: 273 full tiles and one of 112 at level 0, then 1 and 17, then 1."""
    hashes = [leaf_hash(entry) for entry in SMALL]
    assert len(tiles_of(0, SIZE)) == 274
    last = tile(store, LOG, TilePath(0, 273, 112))
    assert decode_hashes(last, 112) == hashes[-112:]
    full = decode_hashes(tile(store, LOG, TilePath(1, 0)), 256)
    assert full[3] == root_of(hashes[768:1024])
    partial = decode_hashes(tile(store, LOG, TilePath(1, 1, 17)), 17)
    assert partial[16] == root_of(hashes[272 * 256 : 273 * 256])
    assert decode_hashes(tile(store, LOG, TilePath(2, 0, 1)), 1) == [root_of(full)]


@pytest.mark.parametrize(
    "path",
    [
        TilePath(0, 273, 113),
        TilePath(0, 273),
        TilePath(0, 274, 1),
        TilePath(1, 1, 18),
        TilePath(2, 0, 2),
        TilePath(3, 0, 1),
        TilePath(63, 0, 1),
        TilePath(ENTRIES, 273, 113),
        TilePath(ENTRIES, 10**9),
    ],
)
def test_what_is_not_complete_is_not_served(store: Store, path: TilePath) -> None:
    """A tile that the log has not filled yet is missing, not shorter."""
    with pytest.raises(TileMissing):
        tile(store, LOG, path)


def test_entry_bundles_hold_the_entries(store: Store) -> None:
    """A bundle is each entry after its length in two bytes."""
    data = tile(store, LOG, TilePath(ENTRIES, 273, 112))
    assert decode_entries(data, 112) == SMALL[-112:]
    assert tile(store, LOG, TilePath(ENTRIES, 0, 2)) == b"\x00\x010\x00\x011"


@given(entries=st.lists(st.binary(max_size=300), max_size=20), data=st.data())
def test_entry_bundles_read_back_and_nothing_else_does(
    entries: list[bytes], data: st.DataObject
) -> None:
    """A bundle cut short, with bytes after it, or of another width is refused."""
    encoded = encode_entries(entries)
    assert decode_entries(encoded, len(entries)) == entries
    with pytest.raises(BadTile):
        decode_entries(encoded + b"\0", len(entries))
    if encoded:
        cut = data.draw(st.integers(0, len(encoded) - 1))
        with pytest.raises(BadTile):
            decode_entries(encoded[:cut], len(entries))


@pytest.mark.parametrize(
    ("start", "end", "bounds"),
    [
        (0, 0, []),
        (7, 7, []),
        (0, 256, [(0, 256)]),
        (0, 257, [(0, 256), (256, 257)]),
        (300, 600, [(300, 512), (512, 600)]),
        (255, 257, [(255, 256), (256, 257)]),
    ],
)
def test_packages_end_at_multiples_of_256(
    start: int, end: int, bounds: list[tuple[int, int]]
) -> None:
    """The cuts are those of tlog-mirror's canonical sequence."""
    assert UploadHead(LOG, start, end).bounds() == bounds


@pytest.mark.parametrize(("start", "end"), [(0, 1), (69_000, 70_000), (300, 5000), (255, 8500)])
def test_each_package_proves_itself(store: Store, start: int, end: int) -> None:
    """With the entries before it, a package is a subtree under the head of size ``end``."""
    body = write_upload(store, UploadHead(LOG, start, end, b"ticket"), max_packages=64)
    head, at = read_head(body)
    assert head == UploadHead(LOG, start, end, b"ticket")
    root = root_of([leaf_hash(entry) for entry in SMALL[:end]])
    got: list[bytes] = []
    for package in read_packages(head, body, at):
        got += package.entries
        subtree = root_of([leaf_hash(e) for e in SMALL[package.subtree_start : package.end]])
        verify_subtree_consistency(
            package.subtree_start, package.end, subtree, end, root, package.proof
        )
    assert got == SMALL[start:end]


def test_an_upload_keeps_to_its_limits(store: Store) -> None:
    """At most 32 packages, and as many bytes as allowed, though always one package."""
    head = UploadHead(LOG, 0, SIZE)
    body = write_upload(store, head)
    _, at = read_head(body)
    assert len(list(read_packages(head, body, at))) == 32
    small = write_upload(store, head, max_bytes=1)
    assert len(list(read_packages(head, small, at))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        UploadHead(LOG, 5, 4).encode(),
        UploadHead("x" * 513, 0, 0).encode(),
        UploadHead(LOG, 0, 0, b"t" * 513).encode(),
        b"\x00\x01\xff" + b"\0" * 18,
        UploadHead(LOG, 0, 1).encode()[:-1],
    ],
)
def test_a_malformed_head_of_an_upload_is_refused(data: bytes) -> None:
    """Reversed, oversized, cut or unreadable: nothing of it is taken."""
    with pytest.raises(BadUpload):
        read_head(data)


def test_a_proof_of_over_63_hashes_is_refused() -> None:
    """The number of hashes is read before the hashes."""
    head = UploadHead(LOG, 0, 1)
    body = head.encode() + encode_entries([b"x"]) + bytes([64]) + bytes(64 * 32)
    with pytest.raises(BadUpload):
        list(read_packages(head, body, len(head.encode())))


def test_where_a_mirror_is_reads_back() -> None:
    """Three lines, in one form."""
    info = MirrorInfo(700, 256, b"ticket")
    assert info.format() == b"700\n256\ndGlja2V0\n"
    assert MirrorInfo.parse(info.format()) == info
    for text in (b"700\n256\n", b"0700\n256\n\n", b"700\n+1\n\n", b"7\n2\nAB==\n", b"7\n2\n\n\n"):
        with pytest.raises(BadUpload):
            MirrorInfo.parse(text)


def test_an_offer_reads_back_in_one_form() -> None:
    """The old size, the proof and the note of add-checkpoint; nothing lenient about it."""
    offer = HeadOffer(3, (b"h" * 32, b"i" * 32), b"origin\n5\nroot\n\n\xe2\x80\x94 origin c2ln\n")
    assert HeadOffer.parse(offer.format()) == offer
    assert HeadOffer.parse(HeadOffer(0, (), b"note").format()) == HeadOffer(0, (), b"note")
    for text in (
        b"",
        b"old 3\n",
        b"old 03\n\nnote",
        b"old -1\n\nnote",
        b"new 3\n\nnote",
        b"old 3\nAAAA\n\nnote",
        b"old 3\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\nnote",
        "old ３\n\nnote".encode(),
    ):
        with pytest.raises(HeadRefused):
            HeadOffer.parse(text)


def test_a_store_without_the_log_serves_no_tile(tmp_path: Path) -> None:
    """An empty log has no tiles at all."""
    with Store(tmp_path / "parley.db") as empty:
        empty.open_log(LOG, own=False)
        for path in (TilePath(0, 0, 1), TilePath(ENTRIES, 0, 1), TilePath(1, 0, 1)):
            with pytest.raises(TileMissing):
                tile(empty, LOG, path)
