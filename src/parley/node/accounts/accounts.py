"""The accounts of one desk: who somebody is, and how they come in; every answer is audited."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from parley.errors import AccountRefused, LinkUsed, ParleyError, Throttled
from parley.node.accounts.audit import Audit
from parley.node.accounts.factors import Factors
from parley.node.accounts.file import AccountFile
from parley.node.accounts.links import Link, Links
from parley.node.accounts.passwords import Passwords, check_new
from parley.node.accounts.people import (
    Account,
    People,
    language_typed,
    line_typed,
    name_typed,
)
from parley.node.accounts.rights import Means, Right, Role, Who, rights_of
from parley.node.accounts.sessions import Session, Sessions
from parley.node.accounts.throttle import Throttle
from parley.node.accounts.tokens import Tokens
from parley.node.clock import Clock
from parley.node.entropy import Entropy
from parley.values.instants import Instant

# Whoever sets up a desk of one works at it; the roles are parted as soon as there are others.
FIRST_ROLES = frozenset({Role.ADMINISTRATOR, Role.OFFICER, Role.RELEASER})


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that has just begun: its secret for the cookie, who it is, until when it lasts."""

    secret: str
    session: Session
    account: Account
    who: Who


class Accounts:
    """Who may use this desk; safe for threads, and for a command beside the running node.

    ``clock`` is that of the machine, whatever day an exercise plays: people sit there today.
    """

    def __init__(self, folder: Path, clock: Clock, entropy: Entropy) -> None:
        self.clock = clock
        self._file = AccountFile(folder)
        self.people = People(self._file)
        self.sessions = Sessions(self._file, entropy)
        self.tokens = Tokens(self._file, entropy)
        self.links = Links(self._file, entropy)
        self.factors = Factors(self._file, entropy)
        self.audit = Audit(folder, clock, entropy)
        self.passwords = Passwords(entropy)
        self.throttle = Throttle(self._file)
        self._closing = threading.Lock()

    def close(self) -> None:
        """Let go of the files; closing twice is harmless."""
        with self._closing:
            self.audit.close()
            self._file.close()

    def __enter__(self) -> Self:
        """Use it in a ``with`` block; the files are closed at its end."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let go of the files."""
        self.close()

    # --- who asks

    def of_session(self, secret: str) -> Entered | None:
        """Give who a session's secret stands for, with the rights of this very moment, or None."""
        session = self.sessions.find(secret, self.clock.now())
        account = None if session is None else self.people.find(session.account)
        if session is None or account is None or account.disabled:
            return None
        return Entered(secret, session, account, _who(account, session.by, session.id))

    def of_token(self, secret: str) -> Who | None:
        """Give who a token stands for: what both it and its account may, or None."""
        token = self.tokens.find(secret, self.clock.now())
        account = None if token is None else self.people.find(token.account)
        if token is None or account is None or account.disabled:
            return None
        rights = rights_of(account.roles) & token.rights
        return Who(
            account.name,
            account.display,
            account.post,
            account.roles,
            rights,
            "token",
            f"token {token.id}",
        )

    def stands(self, who: Who, right: Right) -> bool:
        """Tell whether somebody who came in before may still do it: for answers that go on."""
        if who.by == "operator":
            return True
        account = self.people.find(who.name)
        if account is None or account.disabled or right not in rights_of(account.roles):
            return False
        now = self.clock.now()
        if who.by != "token":
            return self.sessions.lasts(who.session, now)
        token = who.session.removeprefix("token ")
        return any(t.id == token and now < t.until for t in self.tokens.every(who.name))

    # --- coming in

    def log_in(
        self, name: str, password: str, code: str, *, address: str, former: str = ""
    ) -> Entered:
        """Open a session for a name, a password and, where the account wants one, a code.

        ``address``: where the request comes from. ``former``: the secret of the session that this
        browser had; it ends. Refuses as ``proven`` does.
        """
        account = self.proven(name, password, code, address=address)
        return self.enter(account, "password", address=address, former=former)

    def proven(self, name: str, password: str, code: str, *, address: str) -> Account:
        """Give the account that a name, a password and, where it wants one, a code prove.

        No session begins. Raises AccountRefused with the same words whatever was wrong, after the
        same work, and Throttled.
        """
        now = self.clock.now()
        typed = name.strip().lower()[:100]
        account = self.people.find(typed)
        known = None if account is None else account.name
        # (1) not too often, counted before anything is compared
        try:
            self.throttle.begin(typed, address, now)
        except Throttled:
            self.audit.say("log-in refused", None, address, account=known, why="throttled")
            raise
        # (2) the password, or as much work for nothing
        fit = self.passwords.compare(None if account is None else account.password, password)
        # (3) an account that may come in (4) its code, good once
        why = ""
        if account is None or not fit.fits:
            why = "password"
        elif account.disabled:
            why = "disabled"
        elif self.factors.wants_code(account.name) and not self.factors.code_fits(
            account.name, code, now
        ):
            why = "code"
        if account is None or why:
            self.audit.say("log-in refused", None, address, account=known, why=why)
            raise AccountRefused("name, password or code is wrong", where="session")
        # (5) only now forgive, and renew the hash
        self.throttle.succeeded(typed, address, now)
        if fit.renewed is not None:
            self.people.change(account.name, password=fit.renewed)
        return account

    def enter(self, account: Account, by: Means, *, address: str, former: str = "") -> Entered:
        """Open a session for somebody whose identity was proven; refuse a disabled account."""
        if account.disabled:
            self.audit.say("log-in refused", None, address, account=account.name, why="disabled")
            raise AccountRefused("name, password or code is wrong", where="session")
        now = self.clock.now()
        if former:
            old = self.sessions.find(former, now)
            if old is not None:
                self.sessions.end(old.id)
        secret, session = self.sessions.open(account.name, by, now)
        who = _who(account, by, session.id)
        self.audit.say("log-in", who, address)
        return Entered(secret, session, account, who)

    def renew(self, who: Who, *, by: Means | None = None) -> Entered:
        """End every session of somebody and open a new one for the browser that asked."""
        account = self.people.get(who.name)
        self.sessions.end_all(who.name)
        secret, session = self.sessions.open(who.name, by or who.by, self.clock.now())
        return Entered(secret, session, account, _who(account, session.by, session.id))

    def refused(self, why: str, address: str, account: str | None = None) -> AccountRefused:
        """Audit a log-in by passkey or issuer that failed, and give the refusal to raise."""
        self.audit.say("log-in refused", None, address, account=account, why=why)
        return AccountRefused("this log-in does not succeed", where="session")

    def log_out(self, who: Who) -> None:
        """End a session."""
        self.sessions.end(who.session)
        self.audit.say("log-out", who)

    # --- one-time links

    def first_link(self) -> str | None:
        """Draw the link by which the first account is made; None once there is an account."""
        if self.people.any():
            return None
        secret, _ = self.links.draw(None, self.clock.now())
        return secret

    def by_link(
        self,
        link: str,
        *,
        name: str,
        display: str,
        post: str,
        password: str,
        language: str = "en",
        address: str = "",
        former: str = "",
    ) -> Entered:
        """Make the first account, or take up an invitation, by a one-time link; come in.

        The link is used up only if all else is right. An invitation keeps the account's name, and
        its words for people where none are given. Raises LinkUsed, BadAccount, AccountExists.
        """
        now = self.clock.now()
        try:
            opens = self.links.look(link, now)
            wanted = name_typed(name or opens.account or "")
            if opens.account not in (None, wanted):
                raise LinkUsed("this link is for another account", where="name")
            check_new(password, name=wanted)
            language = language_typed(language)
            hashed = self.passwords.hash(password)
            account = self._account(opens, wanted, display, post, language, hashed, now)
            self.links.use(link, now)
            account = self._take_up(opens, account)
        except ParleyError as error:
            self.audit.say("link refused", None, address, why=error.code)
            raise
        self.audit.say("link used", account.name, address, first=opens.account is None)
        return self.enter(account, "link", address=address, former=former)

    def _account(
        self,
        opens: Link,
        name: str,
        display: str,
        post: str,
        language: str,
        hashed: str,
        at: Instant,
    ) -> Account:
        if opens.account is None:
            return Account(
                name=name,
                display=line_typed(display or name, where="display"),
                post=line_typed(post, where="post", needed=False),
                language=language,
                roles=FIRST_ROLES,
                made_at=at,
                password=hashed,
            )
        there = self.people.get(name)
        return Account(
            name=name,
            display=line_typed(display or there.display, where="display"),
            post=line_typed(post or there.post, where="post", needed=False),
            language=language,
            roles=there.roles,
            made_at=there.made_at,
            password=hashed,
        )

    def _take_up(self, opens: Link, account: Account) -> Account:
        if opens.account is None:
            self.people.add(account, first=True)
            return account
        self.sessions.end_all(account.name)
        _, now = self.people.change(
            account.name,
            display=account.display,
            post=account.post,
            language=account.language,
            password=account.password,
        )
        return now


def _who(account: Account, by: Means, session: str) -> Who:
    return Who(
        name=account.name,
        display=account.display,
        post=account.post,
        roles=account.roles,
        rights=rights_of(account.roles),
        by=by,
        session=session,
    )
