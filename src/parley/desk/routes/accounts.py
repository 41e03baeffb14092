"""``/v1/accounts``: who may use this desk, for its administrators."""

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.login.who import Asking
from parley.desk.routes.sessions import seat
from parley.desk.strict import RawBody, read_shape
from parley.node.accounts.changes import Changes
from parley.node.accounts.links import INVITATION_MS
from parley.node.runtime import Node
from parley.values.instants import Instant, format_instant

Asking = Asking
Body = RawBody


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AccountInput(_Strict):
    """A new account; its owner sets the password by the link that comes back."""

    name: str = Field(max_length=200)
    display: str = Field("", max_length=200)
    post: str = Field("", max_length=200)
    roles: list[str] = Field(max_length=10)
    language: str = Field("en", max_length=8)


class RolesInput(_Strict):
    """The roles that an account has from now on."""

    roles: list[str] = Field(max_length=10)


class PostInput(_Strict):
    """The post of an account on this watch, and how people call its owner."""

    post: str = Field(max_length=200)
    display: str | None = Field(None, max_length=200)


class DisableInput(_Strict):
    """Whether the account is shut."""

    disabled: bool = True


class InviteInput(_Strict):
    """Whether second factors that were lost are taken away as well."""

    factors: bool = False


class SubjectInput(_Strict):
    """The issuer's name (``sub``) for the account's owner; null parts them."""

    subject: str | None = Field(max_length=400)


class AccountPaths:
    """Accounts, one change each."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def listing(self) -> dict[str, Any]:
        """List the accounts."""
        return {"accounts": self._changes().told()}

    def add(self, who: Asking, data: Body) -> dict[str, Any]:
        """Make an account and draw the link by which its owner sets a password."""
        given = read_shape(AccountInput, data)
        secret = self._changes().add(
            who,
            name=given.name,
            display=given.display,
            post=given.post,
            roles=given.roles,
            language=given.language,
        )
        return self._invited(given.name, secret)

    def roles(
        self, request: Request, response: Response, name: str, who: Asking, data: Body
    ) -> dict[str, Any]:
        """Give an account other roles; its sessions end, one's own goes on as a new one."""
        self._changes().set_roles(who, name, read_shape(RolesInput, data).roles)
        if who.session and who.by != "token" and who.name == name.strip().lower():
            seat(self._node, request, response, self._node.accounts.renew(who))
        return self.listing()

    def disable(self, name: str, who: Asking, data: Body) -> dict[str, Any]:
        """Shut an account, or open it again."""
        if read_shape(DisableInput, data).disabled:
            self._changes().disable(who, name)
        else:
            self._changes().enable(who, name)
        return self.listing()

    def invite(self, name: str, who: Asking, data: Body) -> dict[str, Any]:
        """Draw a link by which its owner sets a new password; the old one is void at once."""
        factors = read_shape(InviteInput, data).factors
        return self._invited(name, self._changes().invite(who, name, factors=factors))

    def post(self, name: str, who: Asking, data: Body) -> dict[str, Any]:
        """Say what somebody is on this watch."""
        given = read_shape(PostInput, data)
        self._changes().set_post(who, name, post=given.post, display=given.display)
        return self.listing()

    def subject(self, name: str, who: Asking, data: Body) -> dict[str, Any]:
        """Link an account to a person of the OpenID Connect issuer, or unlink it."""
        self._changes().set_subject(who, name, read_shape(SubjectInput, data).subject)
        return self.listing()

    def _changes(self) -> Changes:
        return Changes(self._node.accounts)

    def _invited(self, name: str, secret: str) -> dict[str, Any]:
        until = Instant(self._node.accounts.clock.now() + INVITATION_MS)
        link = {"name": name.strip().lower(), "link": secret}
        return link | {"until": format_instant(until)}
