"""Zip archives whose bytes follow from what is in them: fixed order, fixed times."""

import io
import zipfile
from collections.abc import Iterable

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can state


def pack(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack (name, content) in the order given."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            about = zipfile.ZipInfo(name, _TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, content)
    return data.getvalue()


def members(data: bytes) -> list[tuple[str, bytes]]:
    """Give what is in a zip, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]
