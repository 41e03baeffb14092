"""GeoJSON text sequences (RFC 8142), and texts one a line: read one after the other. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from parley.errors import BadGeoJson
from parley.kinds.air.stated import MAX_BYTES

MAX_SEQUENCE_BYTES: Final = 1_000_000_000
MAX_SEQUENCE_FEATURES: Final = 1_000_000

RS: Final = b"\x1e"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a sequence: its bytes, its first line in the file, the bytes before it."""

    data: bytes
    line: int
    byte: int


def texts_of(blocks: Iterable[bytes]) -> Iterator[Text]:
    """Give the texts of a sequence that comes in blocks of any size; blank ones are left out.

    If the first byte is a record separator (RS, 0x1E), each text follows one and may run over
    several lines (RFC 7464, section 2.1); otherwise each line is a text. At most one text of
    ``stated.MAX_BYTES`` and one block are held. Raises ``BadGeoJson`` naming the line.
    """
    held = b""
    mark = b""
    line, byte = 1, 0
    for block in blocks:
        held += block
        if not mark:
            if len(held) < 4 and (_BOM + RS).startswith(held):
                continue  # too little to tell
            skipped = len(_BOM) if held.startswith(_BOM) else 0
            held, byte = held[skipped:], skipped
            mark = RS if held.startswith(RS) else b"\n"
        if mark == b"\n" and not held.strip():
            # A file of nothing but line ends is not taken apart line by line.
            line, byte, held = line + held.count(mark), byte + len(held), b""
            continue
        *whole, held = held.split(mark)
        for data in whole:
            if data.strip():
                yield _text(data, line, byte)
            line += data.count(b"\n") + (mark == b"\n")
            byte += len(data) + 1
        if len(held) > MAX_BYTES:
            raise BadGeoJson(f"more than {MAX_BYTES} bytes in one text", where=f"line {line}")
    if not mark:
        held = held.removeprefix(_BOM).removeprefix(RS)
    if held.strip():
        yield _text(held, line, byte)


def _text(data: bytes, line: int, byte: int) -> Text:
    """Leave out what is blank before a text, so that its line is the one it begins in."""
    rest = data.lstrip()
    blank = data[: len(data) - len(rest)]
    return Text(rest.rstrip(), line + blank.count(b"\n"), byte + len(blank))
