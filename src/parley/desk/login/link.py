"""How a one-time link is written: behind ``#``, which a browser sends to no server and no log."""

from parley.desk.static_files import DeskFiles

_DESK = "/desk/#/link/"
_PLAIN = "/plain/first"


def link_line(url: str, secret: str, *, built: bool | None = None) -> str:
    """Write the link that a secret makes at a node's address, for a person to open.

    Where the desk was not built (``built``; None: as it is here) the plain page takes the secret,
    to be typed in: no address that a server sees may hold it.
    """
    if DeskFiles().built if built is None else built:
        return f"{url}{_DESK}{secret}"
    return f"{url}{_PLAIN}  and there the link {secret}"
