"""``/v1/session/oidc``: log in by the one OpenID Connect issuer that the node's folder names."""

import threading
from html import escape
from typing import Annotated

from fastapi import Query, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from parley.desk.login.cookies import cookies_named
from parley.desk.login.gate import cookie_of
from parley.desk.login.issuer import Issuer
from parley.desk.routes.sessions import address_of, former_of
from parley.errors import NotHere
from parley.node.runtime import Node
from parley.node.settings import load_issuer

RETURN = "/v1/session/oidc/return"
_AFTER = "/"

Word = Annotated[str, Query(max_length=4096)]


class OidcPaths:
    """The way to the issuer and back."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._kept: Issuer | None = None

    def leave(self, request: Request) -> Response:
        """Send the browser to the issuer; 404 where no issuer is configured."""
        way = self._issuer().send(f"{_origin(request)}{RETURN}")
        answer = RedirectResponse(way.address, status_code=303)
        cookie = cookie_of(request.scope)
        # Lax: it has to come back with a request that the issuer's page makes.
        answer.set_cookie(
            _name(request),
            way.browser,
            max_age=300,
            path="/",
            secure=cookie.secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    def come_back(
        self,
        request: Request,
        state: Word = "",
        code: Word = "",
        iss: Word = "",
        error: Word = "",
        error_description: Word = "",
        session_state: Word = "",
    ) -> Response:
        """Log in whoever comes back from the issuer, and lead on to the desk."""
        found = cookies_named(_name(request), request.scope["headers"])
        entered = self._issuer().receive(
            state=state,
            code=code,
            issuer=iss,
            browser=found[0] if len(found) == 1 else "",
            address=address_of(request),
            former=former_of(request),
        )
        # No redirect: a strict cookie is not sent along a way that began on another site.
        to = escape(_AFTER, quote=True)
        answer = HTMLResponse(
            f'<!doctype html><html lang="en"><title>Parley</title>'
            f'<meta http-equiv="refresh" content="0;url={to}"><a href="{to}">Go on</a></html>'
        )
        cookie_of(request.scope).put(answer, entered.secret)
        answer.delete_cookie(_name(request), path="/")
        return answer

    def _issuer(self) -> Issuer:
        with self._lock:
            if self._kept is None:
                settings = load_issuer(self._node.folder)
                if settings is None:
                    raise NotHere("no issuer is configured here", where="oidc.toml")
                self._kept = Issuer(settings, self._node.accounts)
            return self._kept


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}"


def _name(request: Request) -> str:
    return f"{cookie_of(request.scope).name}-issuer"
