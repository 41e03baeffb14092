"""The read layout of c2sp.org/tlog-tiles: tiles of 256 hashes and bundles of 256 entries.

Paths: ``tile/<L>/<N>[.p/<W>]`` and ``tile/entries/<N>[.p/<W>]``, the number in groups of three
digits, all but the last with an ``x`` before them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parley.errors import BadTile, LogDamaged, TileMissing
from parley.log.merkle import HASH_SIZE, Hash
from parley.log.store import Store
from parley.record.envelope import MAX_ENTRY

WIDTH = 256
HEIGHT = 8
ENTRIES = -1
"""The level under which entry bundles are named."""

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(x[0-9]{3}/)*[0-9]{3})"
    r"(\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TilePath:
    """A tile: its level (``ENTRIES`` for an entry bundle), its number, its width (1 to 256)."""

    level: int
    number: int
    width: int = WIDTH

    def format(self) -> str:
        """Write the path, without a leading slash."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups: list[str] = []
        number = self.number
        while True:
            number, rest = divmod(number, 1000)
            groups.append(f"{'x' if groups else ''}{rest:03d}")
            if number == 0:
                break
        tail = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(groups))}{tail}"

    @classmethod
    def parse(cls, path: str) -> "TilePath":
        """Read a path; refuse one that would be written in another way."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise BadTile(f"{path[:120]!r} is no path of a tile")
        level = ENTRIES if match["level"] == "entries" else int(match["level"])
        number = int(match["number"].replace("x", "").replace("/", ""))
        width = int(match["width"]) if match["width"] else WIDTH
        found = cls(level, number, width)
        if level > 63 or number >= 1 << 55 or found.format() != path:
            raise BadTile(f"{path[:120]!r} is no path of a tile")
        return found


def tiles_of(start: int, end: int) -> list[TilePath]:
    """Name the bundles (level ``ENTRIES``) that hold the entries ``[start, end)`` of a log."""
    numbers = range(start // WIDTH, (end + WIDTH - 1) // WIDTH)
    return [TilePath(ENTRIES, n, min(WIDTH, end - n * WIDTH)) for n in numbers]


def tile(store: Store, origin: str, path: TilePath) -> bytes:
    """Give a tile or an entry bundle of a stored log; raises TileMissing beyond what is held."""
    start, end = path.number * WIDTH, path.number * WIDTH + path.width
    if path.level == ENTRIES:
        entries = store.entries(origin, start, end)
        if len(entries) != path.width:
            raise TileMissing(f"{path.format()} is not held", where=origin)
        return encode_entries(entries)
    if path.level == 0:
        hashes = store.leaf_hashes(origin, start, end)
    else:
        if end << HEIGHT * path.level > store.size(origin):
            raise TileMissing(f"{path.format()} is not held", where=origin)
        tree = store.reader(origin)
        try:
            hashes = [tree.node(HEIGHT * path.level, index) for index in range(start, end)]
        except LogDamaged:
            hashes = []
    if len(hashes) != path.width:
        raise TileMissing(f"{path.format()} is not held", where=origin)
    return b"".join(hashes)


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """Write entries one after the other, each after its length in two bytes, big-endian."""
    for number, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY:
            raise BadTile(f"{len(entry)} bytes, {MAX_ENTRY} at most", where=f"entry {number}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_entries(data: bytes, width: int) -> list[bytes]:
    """Read exactly ``width`` entries and nothing after them."""
    entries = []
    at = 0
    for number in range(width):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(data) < at + 2 or len(entry) != length:
            raise BadTile("ends within an entry", where=f"entry {number}")
        entries.append(entry)
        at += 2 + length
    if at != len(data):
        raise BadTile(f"{len(data) - at} bytes after the last entry")
    return entries


def decode_hashes(data: bytes, width: int) -> list[Hash]:
    """Read the hashes of a tile of exactly this width."""
    if len(data) != width * HASH_SIZE:
        raise BadTile(f"{len(data)} bytes are not {width} hashes")
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]
