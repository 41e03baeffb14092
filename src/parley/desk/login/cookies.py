"""The cookie of a session (RFC 6265bis): for this origin only, out of reach of any script.

Over TLS its name begins with ``__Host-``, so that no other host, sub-domain or plain page can have
set it. Browsers do not part cookies by port: the port is in the name, so that two desks on one
machine do not log each other out.
"""

from collections.abc import Sequence

from starlette.responses import Response

from parley.errors import BadQuery

HEADER = b"cookie"


class Cookie:
    """The session cookie of one desk: its name, and how it is set, read and taken away."""

    def __init__(self, port: int, *, secure: bool) -> None:
        self.secure = secure
        self.name = f"{'__Host-' if secure else ''}parley-{port}"

    def put(self, response: Response, secret: str) -> None:
        """Set it, until the browser is closed; the session ends earlier by itself."""
        response.set_cookie(
            self.name, secret, path="/", secure=self.secure, httponly=True, samesite="strict"
        )

    def drop(self, response: Response) -> None:
        """Take it away."""
        response.delete_cookie(
            self.name, path="/", secure=self.secure, httponly=True, samesite="strict"
        )

    def read(self, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """Give the secret that a request carries, or nothing; refuse two of them (BadQuery).

        Two could mean two sessions, and one of them may have been planted.
        """
        found = cookies_named(self.name, headers)
        if len(found) > 1:
            raise BadQuery("this cookie may occur once", where="cookie")
        return found[0] if found else ""


def cookies_named(name: str, headers: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """Give the values of every cookie of this very name, in the order in which they came."""
    pieces = [
        piece.strip().partition("=")
        for key, value in headers
        if key.lower() == HEADER
        for piece in value.decode("latin-1").split(";")
    ]
    return [value for key, _, value in pieces if key == name]
