"""Media types between nodes, and the size that ``add-checkpoint`` answers with (tlog-witness)."""

from parley.errors import BadNote, BadRequest
from parley.log.checkpoint import parse_decimal

NOTE = "text/plain"
SIZE = "text/x.tlog.size"
MIRROR_INFO = "text/x.tlog.mirror-info"
OCTETS = "application/octet-stream"


def size_body(size: int) -> bytes:
    """Write a size as the answer 409 of ``add-checkpoint``."""
    return f"{size}\n".encode()


def parse_size(data: bytes) -> int:
    """Read a size in its one form."""
    try:
        text = data.decode("ascii")
        if not text.endswith("\n"):
            raise BadRequest("a size ends in a newline", where="size")
        return parse_decimal(text[:-1], where="size")
    except (UnicodeDecodeError, BadNote):
        raise BadRequest("no size", where="size") from None
