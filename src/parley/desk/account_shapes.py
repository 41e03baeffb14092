"""What the API answers about people: sessions, accounts, factors, tokens, the audit trail."""

from typing import Any

from pydantic import Field

from parley.desk.shapes import Shape


class SessionShape(Shape):
    """Who is logged in, and what their pages need to know; no secret but the word for forms."""

    name: str
    display: str
    post: str
    roles: list[str]
    rights: list[str] = Field(description="already narrowed by a token's scope")
    by: str = Field(description="password, passkey, oidc, link, token or operator")
    csrf: str = Field(description="to be sent as X-Parley-CSRF, or in a form's field csrf")
    status: str
    banner: str
    language: str
    expires: str | None = Field(description="when the session ends at the longest")


class AccountShape(Shape):
    """One account, as an administrator sees it."""

    name: str
    display: str
    post: str
    language: str
    roles: list[str]
    disabled: bool
    made_at: str
    password: bool = Field(description="whether one is set; false until an invitation is taken up")
    totp: bool
    passkeys: int
    subject: str | None = Field(description="the issuer's name for the person, if linked")


class AccountList(Shape):
    """The accounts of this desk."""

    accounts: list[AccountShape]


class Invitation(Shape):
    """A one-time link, shown this once."""

    name: str
    link: str
    until: str


class TokenShape(Shape):
    """One token without its secret."""

    id: str
    account: str
    label: str
    rights: list[str]
    made_at: str
    until: str
    used_at: str | None


class TokenList(Shape):
    """One's own tokens; for an administrator, all."""

    tokens: list[TokenShape]


class TokenMade(TokenShape):
    """A token with its secret, shown this once."""

    secret: str


class FactorsShape(Shape):
    """The second factors of one's own account."""

    totp: bool
    recovery_left: int
    passkeys: list[dict[str, Any]]


class TotpBegun(Shape):
    """A secret for one-time codes; it counts once a code of it was typed."""

    secret: str
    uri: str
    qr: list[str] = Field(description="rows of a QR code of the address: 1 dark, 0 light")


class TotpConfirmed(Shape):
    """Recovery codes, shown this once, and the session that goes on."""

    recovery: list[str]
    session: SessionShape


class AuditEntry(Shape):
    """One entry of the audit trail."""

    number: int
    data: dict[str, Any]


class AuditShape(Shape):
    """Part of the audit trail, under its signed head."""

    entries: list[AuditEntry]
    size: int
    more: bool
    head: str | None = Field(description="a signed note over all entries: note it elsewhere")
    key: str = Field(description="the key that signs it, as a vkey")
