"""Somebody to log in at each side's desk: accounts with throw-away passwords, told here only."""

from dataclasses import dataclass

from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR, Role
from parley.node.entropy import Entropy
from parley.node.runtime import Node

_SEATS = (
    ("duty", "Duty officer", "duty officer", (Role.OFFICER, Role.ADMINISTRATOR)),
    ("chief", "Chief of the watch", "chief of the watch", (Role.OFFICER, Role.RELEASER)),
)
_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """A login of the demo: the account's name, who it is, and its password in clear."""

    name: str
    display: str
    password: str


def seats_of(node: Node, entropy: Entropy, language: str = "en") -> list[Seat]:
    """Make the demo's accounts at a node; their passwords are drawn, and kept nowhere else.

    Two people, so that a relief of the watch and what two must release can be tried.
    """
    accounts, made = node.accounts, []
    changes = Changes(accounts)
    for name, display, post, roles in _SEATS:
        link = changes.add(
            OPERATOR, name=name, display=display, post=post, roles=roles, language=language
        )
        password = "-".join(entropy.draw(2).hex() for _ in range(_GROUPS))
        entered = accounts.by_link(link, name=name, display="", post="", password=password)
        accounts.log_out(entered.who)
        made.append(Seat(name, display, password))
    return made
