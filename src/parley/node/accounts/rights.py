"""What a person may do: roles, the rights that come with each, and who somebody is.

A role gives what it says and no more: an administrator looks after accounts and says nothing in the
party's name; a releaser releases what somebody else wrote. Whoever does both has both roles.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What somebody is at this desk."""

    OBSERVER = "observer"
    OFFICER = "officer"
    RELEASER = "releaser"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a request needs.

    ``OPEN``: nobody need be logged in. ``READ``: any role. ``WRITE``: speak in the party's name,
    keep the watch. ``RELEASE``: what takes a second person, or cannot be undone. ``ADMINISTER``:
    accounts, channels, the audit trail. ``LOG``: the log's public read API, for everybody if the
    charter publishes, else as ``READ``.
    """

    OPEN = "open"
    READ = "read"
    WRITE = "write"
    RELEASE = "release"
    ADMINISTER = "administer"
    LOG = "log"


Means = Literal["password", "passkey", "oidc", "link", "token", "operator"]
"""How somebody proved who they are."""

_ANYBODY = frozenset({Right.OPEN, Right.READ, Right.LOG})
_OF: dict[Role, frozenset[Right]] = {
    Role.OBSERVER: _ANYBODY,
    Role.OFFICER: _ANYBODY | {Right.WRITE},
    Role.RELEASER: _ANYBODY | {Right.RELEASE},
    Role.ADMINISTRATOR: _ANYBODY | {Right.ADMINISTER},
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Give what these roles may do together; nothing but what is open without a role."""
    return frozenset({Right.OPEN}).union(*(_OF[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks: the account, and what it may do in this very request.

    ``rights`` are already narrowed by a token's scope. ``session`` names the session or the token
    without giving its secret; it is empty for the operator.
    """

    name: str
    display: str
    post: str
    roles: frozenset[Role]
    rights: frozenset[Right]
    by: Means
    session: str = ""

    def may(self, right: Right) -> bool:
        """Tell whether this request may do what needs ``right``."""
        return right is Right.OPEN or right in self.rights


OPERATOR_NAME = "operator"
"""Whoever can read the node's folder; no account may have this name."""

OPERATOR = Who(
    name=OPERATOR_NAME,
    display="Operator of this machine",
    post="",
    roles=frozenset(Role),
    rights=frozenset(Right),
    by="operator",
)
