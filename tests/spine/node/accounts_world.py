"""A desk's accounts for tests: a clock that is moved, and password hashes that take no time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher

from parley.node.accounts.accounts import Accounts, Entered
from parley.node.accounts.changes import Changes
from parley.node.accounts.passwords import Passwords
from parley.node.accounts.rights import OPERATOR
from parley.node.clock import Clock
from parley.node.entropy import SystemEntropy
from parley.values.instants import parse_instant

NOW = parse_instant("2026-11-24T06:00:00Z")
GOOD = "four plain words here"
HERE, THERE = "192.0.2.7", "198.51.100.9"


def quick(accounts: Accounts) -> None:
    """Let hashes be made with the least that argon2id takes."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts.passwords = Passwords(SystemEntropy(), hasher)


@contextmanager
def opened(folder: Path, clock: Clock) -> Iterator[Accounts]:
    """Open the accounts of a folder."""
    (folder / "keys").mkdir(exist_ok=True)
    with Accounts(folder, clock, SystemEntropy()) as accounts:
        quick(accounts)
        yield accounts


def add(accounts: Accounts, name: str, *roles: str) -> None:
    """Make an account with the good password."""
    changes = Changes(accounts)
    changes.add(OPERATOR, name=name, display="", post="", roles=roles, language="en")
    changes.set_password(OPERATOR, name, GOOD)


def enter(
    accounts: Accounts,
    password: str = GOOD,
    code: str = "",
    *,
    name: str = "anna",
    at: str = HERE,
    former: str = "",
) -> Entered:
    """Try to log in."""
    return accounts.log_in(name, password, code, address=at, former=former)
