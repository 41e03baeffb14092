"""``/v1/session/...``: one's own second factors, and logging in by a passkey."""

import threading
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.login.passkeys import Passkeys, Site
from parley.desk.login.who import Asking
from parley.desk.routes.sessions import address_of, former_of, seat
from parley.desk.strict import RawBody, read_shape
from parley.errors import NoRight
from parley.node.accounts.changes import Changes
from parley.node.runtime import Node

Asking = Asking
Body = RawBody


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ProofInput(_Strict):
    """One's password, typed once more before a lock is changed."""

    password: str = Field("", max_length=2000)


class CodeInput(_Strict):
    """A code that one's telephone shows."""

    code: str = Field(max_length=100)


class PasskeyInput(_Strict):
    """A passkey as the browser made it (``PublicKeyCredential.toJSON()``), and what to call it."""

    credential: dict[str, Any]
    label: str = Field("", max_length=200)


class PasskeyLogIn(_Strict):
    """What the browser answered to a challenge (``PublicKeyCredential.toJSON()``)."""

    credential: dict[str, Any]


class FactorPaths:
    """Second factors of whoever is logged in."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._kept: Passkeys | None = None

    def listing(self, who: Asking) -> dict[str, Any]:
        """Say which factors one has."""
        factors = self._node.accounts.factors
        return {
            "totp": factors.wants_code(who.name),
            "recovery_left": factors.recovery_left(who.name),
            "passkeys": [each.to_json() for each in factors.passkeys(who.name)],
        }

    def begin_totp(self, who: Asking, data: Body) -> dict[str, Any]:
        """Draw a secret for one-time codes; it counts once a code of it was typed."""
        import segno

        given = read_shape(ProofInput, data)
        secret, uri = Changes(self._node.accounts).begin_totp(who, given.password)
        rows = segno.make(uri, micro=False).matrix
        qr = ["".join("1" if cell else "0" for cell in row) for row in rows]
        return {"secret": secret, "uri": uri, "qr": qr}

    def confirm_totp(
        self, request: Request, response: Response, who: Asking, data: Body
    ) -> dict[str, Any]:
        """Ask for codes from now on; recovery codes are shown this once."""
        code = read_shape(CodeInput, data).code
        codes, entered = Changes(self._node.accounts).confirm_totp(who, code)
        return {"recovery": codes, "session": seat(self._node, request, response, entered)}

    def end_totp(
        self, request: Request, response: Response, who: Asking, data: Body
    ) -> dict[str, Any]:
        """Ask for no codes any more."""
        given = read_shape(ProofInput, data)
        entered = Changes(self._node.accounts).end_totp(who, given.password)
        return seat(self._node, request, response, entered)

    def begin_passkey(self, request: Request, who: Asking, data: Body) -> dict[str, Any]:
        """Give what the browser needs to make a passkey (``parseCreationOptionsFromJSON``)."""
        given = read_shape(ProofInput, data)
        return self._passkeys().begin(who, given.password, _site(request))

    def add_passkey(
        self, request: Request, response: Response, who: Asking, data: Body
    ) -> dict[str, Any]:
        """Keep a passkey that the browser made."""
        given = read_shape(PasskeyInput, data)
        if who.by in ("token", "operator"):
            raise NoRight("a person in a session does that", where="session")
        entered = self._passkeys().finish(who, given.credential, given.label, _site(request))
        return seat(self._node, request, response, entered)

    def end_passkey(
        self, request: Request, response: Response, passkey: str, who: Asking
    ) -> dict[str, Any]:
        """Take one of one's passkeys away."""
        entered = Changes(self._node.accounts).end_passkey(who, passkey)
        return seat(self._node, request, response, entered)

    def ask_passkey(self, request: Request) -> dict[str, Any]:
        """Give what the browser needs to log in by a passkey (``parseRequestOptionsFromJSON``)."""
        return self._passkeys().ask(_site(request))

    def enter_by_passkey(self, request: Request, response: Response, data: Body) -> dict[str, Any]:
        """Log in by a passkey."""
        given = read_shape(PasskeyLogIn, data)
        entered = self._passkeys().enter(
            given.credential,
            _site(request),
            address=address_of(request),
            former=former_of(request),
        )
        return seat(self._node, request, response, entered)

    def _passkeys(self) -> Passkeys:
        with self._lock:
            if self._kept is None:
                self._kept = Passkeys(self._node.accounts)
            return self._kept


def _site(request: Request) -> Site:
    return Site.of(f"{request.url.scheme}://{request.headers['host']}")
