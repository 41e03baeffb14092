"""``/v1/session``: log in, see who one is, log out, change one's own password and language."""

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.login.gate import cookie_of, session_of
from parley.desk.login.who import Asking
from parley.desk.strict import RawBody, read_shape
from parley.desk.words import banner
from parley.node.accounts.accounts import Entered
from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import Who
from parley.node.accounts.sessions import LONGEST_MS, csrf_of
from parley.node.runtime import Node
from parley.values.instants import Instant, format_instant

Asking = Asking
Body = RawBody


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LogInInput(_Strict):
    """Name, password, and a one-time or recovery code where the account wants one."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=2000)
    code: str = Field("", max_length=100)


class LinkInput(_Strict):
    """A one-time link, and the account that it is to be."""

    link: str = Field(max_length=200)
    name: str = Field("", max_length=200, description="of an invitation: as it was made, or empty")
    display: str = Field("", max_length=200)
    post: str = Field("", max_length=200)
    password: str = Field(max_length=2000)
    language: str = Field("en", max_length=8)


class PasswordInput(_Strict):
    """The old password and the new one."""

    password: str = Field(max_length=2000)
    new: str = Field(max_length=2000)


class LanguageInput(_Strict):
    """The language of one's desk."""

    language: str = Field(max_length=8)


class SessionPaths:
    """Sessions of people; the cookie holds the secret, and nothing else does."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def log_in(self, request: Request, response: Response, data: Body) -> dict[str, Any]:
        """Log in; the session that this browser had ends, and a new one begins."""
        given = read_shape(LogInInput, data)
        entered = self._node.accounts.log_in(
            given.name,
            given.password,
            given.code,
            address=address_of(request),
            former=former_of(request),
        )
        return seat(self._node, request, response, entered)

    def first(self, request: Request, response: Response, data: Body) -> dict[str, Any]:
        """Make the first account, or take up an invitation, by a one-time link; log in."""
        given = read_shape(LinkInput, data)
        entered = self._node.accounts.by_link(
            given.link.strip(),
            name=given.name,
            display=given.display,
            post=given.post,
            password=given.password,
            language=given.language,
            address=address_of(request),
            former=former_of(request),
        )
        return seat(self._node, request, response, entered)

    def look(self, request: Request, who: Asking) -> dict[str, Any]:
        """Say who asks, and what their pages need to know."""
        entered = session_of(request.scope)
        if entered is not None:
            return session_told(self._node, entered)
        return who_told(self._node, who)

    def log_out(self, request: Request, who: Asking) -> Response:
        """Log out: the session ends here, whatever became of the cookie."""
        answer = Response(status_code=204)
        if session_of(request.scope) is not None:
            self._node.accounts.log_out(who)
        cookie_of(request.scope).drop(answer)
        return answer

    def change_password(
        self, request: Request, response: Response, who: Asking, data: Body
    ) -> dict[str, Any]:
        """Change one's own password; all one's sessions end, and this one goes on as a new one."""
        given = read_shape(PasswordInput, data)
        entered = Changes(self._node.accounts).change_password(who, given.password, given.new)
        return seat(self._node, request, response, entered)

    def set_language(self, request: Request, who: Asking, data: Body) -> dict[str, Any]:
        """Choose the language of one's desk."""
        given = read_shape(LanguageInput, data)
        Changes(self._node.accounts).set_language(who, given.language)
        return self.look(request, who)


def seat(node: Node, request: Request, response: Response, entered: Entered) -> dict[str, Any]:
    """Put the cookie of a session that has just begun, and tell about it."""
    cookie_of(request.scope).put(response, entered.secret)
    return session_told(node, entered)


def session_told(node: Node, entered: Entered) -> dict[str, Any]:
    """Tell about a session."""
    until = format_instant(Instant(entered.session.made_at + LONGEST_MS))
    told = who_told(node, entered.who)
    return told | {
        "csrf": csrf_of(entered.secret),
        "language": node.accounts.people.get(entered.account.name).language,
        "expires": until,
    }


def who_told(node: Node, who: Who) -> dict[str, Any]:
    """Tell about somebody who asks by a token, which needs no word against forgery."""
    identity = node.identity
    return {
        "name": who.name,
        "display": who.display,
        "post": who.post,
        "roles": sorted(who.roles),
        "rights": sorted(who.rights),
        "by": who.by,
        "csrf": "",
        "status": identity.status,
        "banner": banner(identity.status),
        "language": "en",
        "expires": None,
    }


def address_of(request: Request) -> str:
    """Give where a request comes from."""
    return request.client.host if request.client is not None else "unknown"


def former_of(request: Request) -> str:
    """Give the secret of the session that the browser has at this moment."""
    entered = session_of(request.scope)
    return "" if entered is None else entered.secret
