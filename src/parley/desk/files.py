"""Files named on the command line: read within a limit, written whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import click

from parley.errors import BadFile, TooLarge
from parley.record.canonical import Json, decode_lenient

MAX_INPUT = 16 * 1024 * 1024
BLOCK = 1024 * 1024


def read_bytes(path: Path, *, limit: int = MAX_INPUT) -> bytes:
    """Read a file of at most ``limit`` bytes; ``-`` is the standard input."""
    return b"".join(blocks_of(path, limit=limit))


def blocks_of(path: Path, *, limit: int = MAX_INPUT) -> Iterator[bytes]:
    """Read a file of at most ``limit`` bytes piece by piece; ``-`` is the standard input.

    Raises ``BadFile`` or ``TooLarge`` when the piece is reached that cannot be had.
    """
    left = limit
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
            while block := file.read(min(BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    raise TooLarge(f"over {limit} bytes", where=str(path))
                yield block
    except OSError as error:
        raise BadFile(error.strerror or "cannot be read", where=str(path)) from None


def size_of(path: Path) -> int:
    """Tell how many bytes a file seems to have; 0 where that cannot be told before reading it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_json(path: Path, *, limit: int = MAX_INPUT) -> Json:
    """Read I-JSON of integers, in any key order and spacing."""
    return decode_lenient(read_bytes(path, limit=limit), where=str(path))


def read_object(path: Path) -> dict[str, Json]:
    """Read a JSON object; refuse anything else."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise BadFile("a JSON object is needed", where=str(path))
    return value


def tell_written(path: Path, data: bytes) -> None:
    """Say which file was written, and how large it is; of the standard output nothing."""
    if str(path) != "-":
        click.echo(f"{path}: {len(data)} bytes")


def write_bytes(path: Path, data: bytes, *, replace: bool = False, secret: bool = False) -> None:
    """Write a file whole; refuse to overwrite unless ``replace``; mode 0600 if ``secret``.

    A crash leaves either no file or the whole one. ``-`` is the standard output.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    if not replace and path.exists():
        raise BadFile("is there already", where=str(path), hint="name another file")
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        mode = 0o600 if secret else 0o644
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise BadFile(error.strerror or "cannot be written", where=str(path)) from None
