"""The one byte form of a zip archive in Parley: stored members, sorted, with fixed headers. Pure.

Any unzip program opens it. Only one byte string exists for given contents, so that whatever hides
between, before or after members, in times, comments, extra fields or a second directory is refused
by writing the archive again (PKWARE APPNOTE 6.3, method 0; docs/formats.md).
"""

import re
import struct
import zlib
from collections.abc import Mapping

from parley.errors import BadArchive

MAX_ARCHIVE = 64 * 1024 * 1024
MAX_MEMBERS = 20_000
MAX_FILE = MAX_ARCHIVE + 4 * 1024 * 1024  # with the directory

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 10  # PKWARE 1.0: stored members, nothing else
_MIDNIGHT, _FIRST_DAY = 0, 0x0021  # 1980-01-01 00:00, the first time a zip can state
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,3}")


def is_archive(data: bytes) -> bool:
    """Tell whether the bytes begin like a zip archive with at least one member."""
    return data[:4] == b"PK\x03\x04"


def write_archive(members: Mapping[str, bytes]) -> bytes:
    """Write members (name -> content) in their one byte form; refuse names with path tricks."""
    if not 1 <= len(members) <= MAX_MEMBERS:
        raise BadArchive(f"an archive has 1 to {MAX_MEMBERS} members")
    bodies: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for name in sorted(members):
        if not _NAME.fullmatch(name):
            raise BadArchive(f"{name[:80]!r} is no name for a member")
        content, path = members[name], name.encode("ascii")
        fixed = (_VERSION, 0, 0, _MIDNIGHT, _FIRST_DAY)
        measured = (zlib.crc32(content), len(content), len(content), len(path))
        head = _LOCAL.pack(b"PK\x03\x04", *fixed, *measured, 0)
        bodies += (head, path, content)
        entry = _CENTRAL.pack(b"PK\x01\x02", _VERSION, *fixed, *measured, 0, 0, 0, 0, 0, offset)
        directory += (entry, path)
        offset += len(head) + len(path) + len(content)
        if offset > MAX_ARCHIVE:
            raise BadArchive(f"over {MAX_ARCHIVE} bytes", where=name)
    listing = b"".join(directory)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)
    return b"".join((*bodies, listing, end))


def read_archive(data: bytes) -> dict[str, bytes]:
    """Read an archive; refuse one that is not, byte for byte, what ``write_archive`` writes."""
    if len(data) > MAX_FILE:
        raise BadArchive(f"over {MAX_FILE} bytes")
    members: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\x03\x04":
        if len(data) < at + _LOCAL.size or len(members) == MAX_MEMBERS:
            raise BadArchive("cut off, or too many members", where=f"byte {at}")
        size, name_length = _LOCAL.unpack_from(data, at)[8:10]
        start = at + _LOCAL.size + name_length
        try:
            name = data[at + _LOCAL.size : start].decode("ascii")
        except UnicodeDecodeError:
            raise BadArchive("a member's name is not ASCII", where=f"byte {at}") from None
        if name in members:
            raise BadArchive("a member occurs twice", where=f"byte {at}")
        members[name] = data[start : start + size]
        at = start + size
    if not members or write_archive(members) != data:
        raise BadArchive("not the one byte form of an archive", where=f"byte {min(at, len(data))}")
    return members
