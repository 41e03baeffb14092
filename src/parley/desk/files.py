"""Files named on the command line: read within a limit, written whole or not at all."""

import os
import sys
from pathlib import Path

from parley.errors import BadFile, TooLarge
from parley.record.canonical import Json, decode_lenient

MAX_INPUT = 16 * 1024 * 1024


def read_bytes(path: Path, *, limit: int = MAX_INPUT) -> bytes:
    """Read a file of at most ``limit`` bytes; ``-`` is the standard input."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with path.open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise BadFile(error.strerror or "cannot be read", where=str(path)) from None
    if len(data) > limit:
        raise TooLarge(f"over {limit} bytes", where=str(path))
    return data


def read_json(path: Path, *, limit: int = MAX_INPUT) -> Json:
    """Read I-JSON of integers, in any key order and spacing."""
    return decode_lenient(read_bytes(path, limit=limit), where=str(path))


def read_object(path: Path) -> dict[str, Json]:
    """Read a JSON object; refuse anything else."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise BadFile("a JSON object is needed", where=str(path))
    return value


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
