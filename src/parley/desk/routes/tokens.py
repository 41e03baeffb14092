"""``/v1/tokens``: tokens of programs, each for some of its owner's rights, until a day."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.login.who import Asking
from parley.desk.strict import RawBody, read_shape
from parley.node.accounts.changes import Changes
from parley.node.accounts.tokens import LONGEST_DAYS
from parley.node.runtime import Node

Asking = Asking
Body = RawBody


class TokenInput(BaseModel):
    """A new token: what it is for, what it may do, and for how many days."""

    model_config = ConfigDict(extra="forbid", strict=True)

    label: str = Field(max_length=200)
    rights: list[str] = Field(max_length=10, description="read, write, release, administer")
    days: int = Field(90, ge=1, le=LONGEST_DAYS)
    account: str | None = Field(None, max_length=200, description="whose; the operator alone says")
    password: str = Field("", max_length=1000, description="one's own again, if one has any")


class TokenPaths:
    """Tokens: one's own, or for an administrator all."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def listing(self, who: Asking) -> dict[str, Any]:
        """List tokens, without their secrets."""
        return {"tokens": [t.to_json() for t in Changes(self._node.accounts).tokens_of(who)]}

    def make(self, who: Asking, data: Body) -> dict[str, Any]:
        """Make a token; its secret is shown this once."""
        given = read_shape(TokenInput, data)
        secret, token = Changes(self._node.accounts).make_token(
            who,
            label=given.label,
            rights=given.rights,
            days=given.days,
            account=given.account,
            password=given.password,
        )
        return {**token.to_json(), "secret": secret}

    def end(self, token: str, who: Asking) -> Response:
        """End a token; from now on it opens nothing."""
        Changes(self._node.accounts).end_token(who, token)
        return Response(status_code=204)
