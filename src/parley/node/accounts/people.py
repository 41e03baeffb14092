"""Accounts: who there is, in which roles, at which post."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from parley.errors import AccountExists, BadAccount, LastAdministrator, NoAccount
from parley.node.accounts.file import AccountFile
from parley.node.accounts.rights import OPERATOR_NAME, Role
from parley.values.instants import Instant

LANGUAGES = ("en", "ru", "ar")
MOST_LETTERS = 100

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}", re.ASCII)
_COLUMNS = "name, display, post, language, roles, password, subject, disabled, made_at"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account. ``password`` is a hash, ``subject`` the issuer's name for the person.

    ``display`` is what people read, ``post`` what the person is on this watch.
    """

    name: str
    display: str
    post: str
    language: str
    roles: frozenset[Role]
    made_at: Instant
    password: str | None = None
    subject: str | None = None
    disabled: bool = False


def name_typed(text: str) -> str:
    """Read the name of an account as somebody types it; refuse what cannot be one (BadAccount)."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or name == OPERATOR_NAME:
        raise BadAccount(
            "2 to 40 of a-z, 0-9, dot, dash and underscore are needed, a letter first",
            where="name",
        )
    return name


def roles_typed(texts: Iterable[str]) -> frozenset[Role]:
    """Read roles; refuse others than the four, and none at all (BadAccount)."""
    try:
        roles = frozenset(Role(text) for text in texts)
    except ValueError:
        roles = frozenset()
    if not roles:
        raise BadAccount(f"one or more of {', '.join(Role)} are needed", where="roles")
    return roles


def line_typed(text: str, *, where: str, needed: bool = True) -> str:
    """Read a name or post for people: one line, 100 letters at most (BadAccount)."""
    line = text.strip()
    if len(line) > MOST_LETTERS or not line.isprintable() or (needed and not line):
        raise BadAccount(f"one line of {MOST_LETTERS} letters at most is needed", where=where)
    return line


def language_typed(text: str) -> str:
    """Read the language in which somebody wants the desk (BadAccount)."""
    if text not in LANGUAGES:
        raise BadAccount(f"one of {', '.join(LANGUAGES)} is needed", where="language")
    return text


class People:
    """The rows of accounts; whoever changes one goes through ``Accounts``, which audits."""

    def __init__(self, file: AccountFile) -> None:
        self._file = file

    def find(self, name: str) -> Account | None:
        """Give the account of this very name, also a disabled one."""
        return self._one("name = ?", name)

    def get(self, name: str) -> Account:
        """Give an account; raises NoAccount."""
        found = self.find(name)
        if found is None:
            raise NoAccount("no such account", where=name[:40])
        return found

    def of_subject(self, subject: str) -> Account | None:
        """Give the account that is linked to a person of the OpenID Connect issuer."""
        return self._one("subject = ?", subject)

    def every(self) -> list[Account]:
        """Give all accounts by name."""
        with self._file.reading() as db:
            rows = db.execute(f"SELECT {_COLUMNS} FROM account ORDER BY name")  # noqa: S608
            return [_account(row) for row in rows]

    def any(self) -> bool:
        """Tell whether there is an account at all."""
        with self._file.reading() as db:
            return db.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None

    def add(self, account: Account, *, first: bool = False) -> None:
        """Add an account; raises AccountExists, also where ``first`` is asked for too late."""
        with self._file.writing() as db:
            if first and db.execute("SELECT 1 FROM account").fetchone() is not None:
                raise AccountExists("there are accounts already", where="link")
            try:
                db.execute(
                    f"INSERT INTO account ({_COLUMNS})"  # noqa: S608
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    _row(account),
                )
            except sqlite3.IntegrityError:
                raise AccountExists("there is one of this name", where=account.name) from None

    def change(self, name: str, **changes: Any) -> tuple[Account, Account]:
        """Change fields of an account; give it as it was and as it is.

        Raises NoAccount, and LastAdministrator where nobody could look after accounts any more.
        """
        with self._file.writing() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM account WHERE name = ?",  # noqa: S608
                (name,),
            ).fetchone()
            if row is None:
                raise NoAccount("no such account", where=name[:40])
            was = _account(row)
            now = replace(was, **changes)
            try:
                db.execute(
                    "UPDATE account SET display = ?, post = ?, language = ?, roles = ?,"
                    " password = ?, subject = ?, disabled = ? WHERE name = ?",
                    (*_row(now)[1:8], name),
                )
            except sqlite3.IntegrityError:
                raise BadAccount("another account has this subject", where="subject") from None
            if _administers(was) and not _administers(now):
                _refuse_last(db)
        return was, now

    def _one(self, where: str, value: str) -> Account | None:
        with self._file.reading() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM account WHERE {where}",  # noqa: S608
                (value,),
            ).fetchone()
        return None if row is None else _account(row)


def _administers(account: Account) -> bool:
    return Role.ADMINISTRATOR in account.roles and not account.disabled


def _refuse_last(db: sqlite3.Connection) -> None:
    rows = db.execute(f"SELECT {_COLUMNS} FROM account")  # noqa: S608
    if not any(_administers(_account(row)) for row in rows):
        raise LastAdministrator(
            "this is the last administrator", where="roles", hint="make another one first"
        )


def _row(account: Account) -> tuple[str | int | None, ...]:
    return (
        account.name,
        account.display,
        account.post,
        account.language,
        " ".join(sorted(account.roles)),
        account.password,
        account.subject,
        int(account.disabled),
        int(account.made_at),
    )


def _account(row: tuple[Any, ...]) -> Account:
    name, display, post, language, roles, password, subject, disabled, made_at = row
    return Account(
        name=name,
        display=display,
        post=post,
        language=language,
        roles=frozenset(Role(role) for role in roles.split()),
        made_at=Instant(made_at),
        password=password,
        subject=subject,
        disabled=bool(disabled),
    )
