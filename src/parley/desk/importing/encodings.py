"""The encodings in which tables come: told by a mark, declared, or refused; never guessed."""

import codecs
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from parley.errors import BadTable

DECLARED: Final = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "cp1254", "cp1255",
    "cp1256", "cp866", "koi8-r", "iso-8859-1", "iso-8859-5", "iso-8859-6", "iso-8859-8",
)  # fmt: skip
MOST_LINE: Final = 4_000_000
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HINT = "say --encoding cp1251 (Cyrillic) or cp1256 (Arabic), or save it as UTF-8"


def decoded(blocks: Iterable[bytes], declared: str | None) -> Iterator[str]:
    """Give a file that comes in blocks as text, without its mark.

    (1) A mark decides; a declaration that says otherwise is refused. (2) Else the declaration
    counts; a single-byte one is refused where the file's beginning is UTF-8 beyond ASCII. (3) Else
    it is UTF-8. Raises ``BadTable`` with the line of the first byte that is not of the encoding.
    """
    if declared is not None and declared not in DECLARED:
        raise BadTable(f"no encoding {declared!r}", hint=", ".join(DECLARED))
    parts = iter(blocks)
    first = next(parts, b"")
    encoding, skipped = _encoding(first, declared)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, block = 1, first[skipped:]
    while True:
        following = next(parts, None)
        try:
            text = decoder.decode(block, following is None)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            raise BadTable(
                f"not {encoding.upper()}: byte 0x{error.object[error.start]:02x}",
                where=f"line {line + good.count(chr(10))}",
                hint=_HINT if declared is None else "another encoding than declared?",
            ) from None
        line += text.count("\n")
        if text:
            yield text
        if following is None:
            return
        block = following


def lines_of(texts: Iterable[str]) -> Iterator[str]:
    """Cut text that comes in pieces into lines with their ends (LF, CR LF or CR)."""
    rest, count = "", 0
    for text in texts:
        rest += text
        if len(rest) > MOST_LINE:
            where = f"line {count + 1}"
            raise BadTable(f"over {MOST_LINE} characters in one line", where=where)
        # not splitlines(), which ends a line at characters that no table means so
        lines = list(StringIO(rest, newline=""))
        # the last one may go on, and a CR at its end may be half of a CR LF
        rest = lines.pop() if lines else ""
        count += len(lines)
        yield from lines
    yield from StringIO(rest, newline="")


def _encoding(first: bytes, declared: str | None) -> tuple[str, int]:
    """Tell the encoding of a file from its beginning, and how many bytes its mark has."""
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            if declared is not None and not encoding.startswith(declared):
                what = f"declared as {declared}, but it begins with the mark of {encoding}"
                raise BadTable(what, where="line 1", hint="leave --encoding out")
            return encoding, len(mark)
    if declared is None:
        if b"\x00" in first[:4096]:
            hint = "say --encoding utf-16-le or utf-16-be, or save it as UTF-8"
            raise BadTable("not UTF-8: it has zero bytes", where="line 1", hint=hint)
        return "utf-8", 0
    if declared == "utf-16":
        hint = "say utf-16-le or utf-16-be"
        raise BadTable("UTF-16 without a mark has no byte order", where="line 1", hint=hint)
    if not declared.startswith("utf") and _is_utf8_beyond_ascii(first):
        what = f"declared as {declared}, but it reads as UTF-8"
        raise BadTable(what, where="line 1", hint="leave --encoding out")
    return declared, 0


def _is_utf8_beyond_ascii(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True
