"""The one byte form of the tar file under a bundle: POSIX ustar, plain files, sorted, no times."""

import io
import re
import tarfile
from collections.abc import Mapping

from parley.errors import BadBundle

MAX_BUNDLE = 256 * 1024 * 1024
MAX_MEMBERS = 20_000

# Folders and files below them; no member can name a place outside, hidden or above.
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(/[a-z0-9][a-z0-9.-]{0,63}){1,8}")


def write_tar(members: Mapping[str, bytes]) -> bytes:
    """Write members (name -> content) in their one byte form; refuse names with path tricks."""
    if len(members) > MAX_MEMBERS or sum(map(len, members.values())) > MAX_BUNDLE:
        raise BadBundle(f"over {MAX_MEMBERS} members or {MAX_BUNDLE} bytes")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(members):
            if not _NAME.fullmatch(name):
                raise BadBundle(f"{name[:80]!r} is no name for a member")
            item = tarfile.TarInfo(name)
            item.size, item.mode = len(members[name]), 0o644
            tar.addfile(item, io.BytesIO(members[name]))
    return out.getvalue()


def read_tar(data: bytes) -> dict[str, bytes]:
    """Read members; refuse a file that is not, byte for byte, what ``write_tar`` makes of them.

    Links, devices, extended headers, times, owners, gaps and duplicates cannot survive that.
    """
    if len(data) > MAX_BUNDLE:
        raise BadBundle(f"over {MAX_BUNDLE} bytes")
    members: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for item in tar:
                if item.type != tarfile.REGTYPE or not _NAME.fullmatch(item.name):
                    raise BadBundle(f"{item.name[:80]!r} is no plain member")
                if item.name in members or len(members) == MAX_MEMBERS:
                    raise BadBundle(f"{item.name[:80]!r} is one member too many")
                content = tar.extractfile(item)
                members[item.name] = b"" if content is None else content.read()
    except (tarfile.TarError, ValueError, OverflowError, OSError, EOFError) as error:
        raise BadBundle(f"no tar file: {error}") from None
    if write_tar(members) != data:
        raise BadBundle("is not in the one form of a bundle")
    return members
