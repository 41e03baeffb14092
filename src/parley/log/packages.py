"""Uploads of entries in packages, as the request body of c2sp.org/tlog-mirror ``add-entries``.

Each package ends at a multiple of 256 (or at the end of the upload) and carries the proof that its
entries stand under the head of size ``end``. A prefix of the packages is a valid upload.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from parley.errors import BadNote, BadUpload
from parley.log.checkpoint import note_base64, parse_decimal
from parley.log.merkle import HASH_SIZE, MAX_HASHES, Hash, subtree_consistency_proof
from parley.log.store import Store
from parley.log.tiles import WIDTH, encode_entries

MAX_PACKAGES = 32
"""Packages in one request: 8,192 entries (tlog-mirror, *Implementation considerations*)."""
MAX_UPLOAD = 32 * 1024 * 1024
"""Bytes in one request of ours; always at least one package."""

_MAX_ORIGIN = 512
_MAX_TICKET = 512


@dataclass(frozen=True, slots=True)
class Package:
    """Entries ``[start, end)`` and the proof of the subtree ``[start rounded down, end)``."""

    start: int
    end: int
    entries: tuple[bytes, ...]
    proof: tuple[Hash, ...]

    @property
    def subtree_start(self) -> int:
        """The first leaf of the subtree that the proof is about: a multiple of 256."""
        return self.start - self.start % WIDTH

    def encode(self) -> bytes:
        """Write the entries, the number of hashes in one byte, the hashes."""
        return encode_entries(self.entries) + bytes([len(self.proof)]) + b"".join(self.proof)


@dataclass(frozen=True, slots=True)
class UploadHead:
    """What an upload is about: entries ``[start, end)`` of a log, and the mirror's own ticket."""

    origin: str
    start: int
    end: int
    ticket: bytes = b""

    def encode(self) -> bytes:
        """Write the fixed part that stands before the packages."""
        name = self.origin.encode()
        return b"".join(
            (
                len(name).to_bytes(2, "big"),
                name,
                self.start.to_bytes(8, "big"),
                self.end.to_bytes(8, "big"),
                len(self.ticket).to_bytes(2, "big"),
                self.ticket,
            )
        )

    def bounds(self) -> list[tuple[int, int]]:
        """Give the (start, end) of each package of the whole upload, in order."""
        cuts = range(self.start - self.start % WIDTH, self.end, WIDTH)
        if self.start == self.end:
            return []
        return [(max(self.start, cut), min(self.end, cut + WIDTH)) for cut in cuts]


@dataclass(frozen=True, slots=True)
class MirrorInfo:
    """Where a mirror is, as it says with 202 and 409: a valid end, its next entry, a ticket."""

    size: int
    next_entry: int
    ticket: bytes = b""

    def format(self) -> bytes:
        """Write the three lines of ``text/x.tlog.mirror-info``."""
        ticket = base64.b64encode(self.ticket).decode()
        return f"{self.size}\n{self.next_entry}\n{ticket}\n".encode()

    @classmethod
    def parse(cls, data: bytes) -> "MirrorInfo":
        """Read the three lines in their one form."""
        try:
            lines = data.decode("ascii").split("\n")
            if len(lines) != 4 or lines[3]:
                raise BadUpload("three lines say where a mirror is")
            size, following = (parse_decimal(line, where="mirror info") for line in lines[:2])
            return cls(size, following, note_base64(lines[2], where="ticket"))
        except (UnicodeDecodeError, BadNote) as error:
            raise BadUpload(f"not where a mirror is: {error}") from None


def write_upload(
    store: Store, head: UploadHead, *, max_packages: int = MAX_PACKAGES, max_bytes: int = MAX_UPLOAD
) -> bytes:
    """Write an upload, or as long a prefix of it as the limits allow, from a stored log."""
    tree = store.reader(head.origin)
    pieces = [head.encode()]
    length = len(pieces[0])
    for start, end in head.bounds()[:max_packages]:
        proof = subtree_consistency_proof(tree, start - start % WIDTH, end, head.end)
        entries = tuple(store.entries(head.origin, start, end))
        piece = Package(start, end, entries, tuple(proof)).encode()
        if len(pieces) > 1 and length + len(piece) > max_bytes:
            break
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)


def read_head(data: bytes) -> tuple[UploadHead, int]:
    """Read the fixed part of an upload; return it and where the packages begin."""
    cursor = _Cursor(data)
    name = cursor.sized("origin", _MAX_ORIGIN)
    start, end = cursor.number(8), cursor.number(8)
    ticket = cursor.sized("ticket", _MAX_TICKET)
    try:
        origin = name.decode("utf-8")
    except UnicodeDecodeError:
        raise BadUpload("not UTF-8", where="origin") from None
    if not start <= end < 1 << 63:
        raise BadUpload(f"[{start}, {end}) are no entries", where="start")
    return UploadHead(origin, start, end, ticket), cursor.at


def read_packages(head: UploadHead, data: bytes, at: int) -> Iterator[Package]:
    """Read the packages that are whole, in order; what is cut off at the end is left out.

    Raises BadUpload for bytes after the last package, and for what no cut can explain.
    """
    cursor = _Cursor(data, at)
    for start, end in head.bounds():
        try:
            package = _package(cursor, start, end)
        except _CutOff:
            return
        yield package
    if cursor.at != len(data):
        raise BadUpload("bytes after the last package", where="packages")


def _package(cursor: "_Cursor", start: int, end: int) -> Package:
    entries = tuple(cursor.take(cursor.number(2)) for _ in range(start, end))
    count = cursor.number(1)
    if count > MAX_HASHES:
        raise BadUpload(f"{count} hashes, {MAX_HASHES} at most", where=f"package at {start}")
    return Package(start, end, entries, tuple(cursor.take(HASH_SIZE) for _ in range(count)))


class _CutOff(BadUpload):
    """The bytes end within a value; within a package that is an upload cut short."""


class _Cursor:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at

    def take(self, length: int) -> bytes:
        value = self._data[self.at : self.at + length]
        if len(value) != length:
            raise _CutOff("ends within a value", where=f"byte {len(self._data)}")
        self.at += length
        return value

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def sized(self, name: str, limit: int) -> bytes:
        length = self.number(2)
        if length > limit:
            raise BadUpload(f"{length} bytes, {limit} at most", where=name)
        return self.take(length)
