"""Changes of accounts, tokens and factors: by an administrator, or by somebody of their own.

Every change is in the audit trail before it is told. One that touches what an account may do, or
how its owner proves who they are, ends all its sessions.
"""

from collections.abc import Sequence
from typing import Any

from parley.errors import AccountRefused, BadAccount, NoAccount, NoRight
from parley.node.accounts.accounts import Accounts, Entered
from parley.node.accounts.factors import Passkey
from parley.node.accounts.passwords import check_new
from parley.node.accounts.people import (
    Account,
    language_typed,
    line_typed,
    name_typed,
    roles_typed,
)
from parley.node.accounts.rights import Right, Who
from parley.node.accounts.tokens import Token, scope_typed
from parley.values.instants import format_instant


class Changes:
    """What may be changed, each by a method that says by whom it was."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._people = accounts.people
        self._audit = accounts.audit

    # --- by an administrator

    def told(self) -> list[dict[str, Any]]:
        """List the accounts as the API shows them; no hash and no secret among it."""
        factors = self._accounts.factors
        return [
            {
                "name": account.name,
                "display": account.display,
                "post": account.post,
                "language": account.language,
                "roles": sorted(account.roles),
                "disabled": account.disabled,
                "made_at": format_instant(account.made_at),
                "password": account.password is not None,
                "totp": factors.wants_code(account.name),
                "passkeys": len(factors.passkeys(account.name)),
                "subject": account.subject,
            }
            for account in self._people.every()
        ]

    def add(
        self, by: Who, *, name: str, display: str, post: str, roles: Sequence[str], language: str
    ) -> str:
        """Make an account without a password; give the secret of its invitation."""
        now = self._accounts.clock.now()
        account = Account(
            name=name_typed(name),
            display=line_typed(display or name, where="display"),
            post=line_typed(post, where="post", needed=False),
            language=language_typed(language),
            roles=roles_typed(roles),
            made_at=now,
        )
        self._people.add(account)
        self._audit.say("account added", by, account=account.name, roles=_listed(account))
        return self.invite(by, account.name, factors=False)

    def set_roles(self, by: Who, name: str, roles: Sequence[str]) -> None:
        """Give an account other roles; its sessions end."""
        was, now = self._people.change(name_typed(name), roles=roles_typed(roles))
        self._accounts.sessions.end_all(now.name)
        self._audit.say("roles changed", by, account=now.name, was=_listed(was), roles=_listed(now))

    def disable(self, by: Who, name: str) -> None:
        """Shut an account; its sessions and links end, its tokens open nothing."""
        _, now = self._people.change(name_typed(name), disabled=True)
        self._accounts.sessions.end_all(now.name)
        self._accounts.links.void(now.name)
        self._audit.say("account disabled", by, account=now.name)

    def enable(self, by: Who, name: str) -> None:
        """Open a shut account again."""
        _, now = self._people.change(name_typed(name), disabled=False)
        self._audit.say("account enabled", by, account=now.name)

    def set_post(self, by: Who, name: str, *, post: str, display: str | None = None) -> None:
        """Say what somebody is on this watch, and how people call them."""
        changes = {"post": line_typed(post, where="post", needed=False)}
        if display is not None:
            changes["display"] = line_typed(display, where="display")
        _, now = self._people.change(name_typed(name), **changes)
        self._audit.say("post changed", by, account=now.name, post=now.post)

    def set_subject(self, by: Who, name: str, subject: str | None) -> None:
        """Link an account to a person of the OpenID Connect issuer, by ``sub``, or unlink it."""
        if subject is not None and not (0 < len(subject) <= 255 and subject.isprintable()):
            raise BadAccount("1 to 255 characters are needed", where="subject")
        _, now = self._people.change(name_typed(name), subject=subject)
        self._accounts.sessions.end_all(now.name)
        self._audit.say("subject changed", by, account=now.name, linked=subject is not None)

    def invite(self, by: Who, name: str, *, factors: bool) -> str:
        """Draw a link by which somebody sets a new password; give its secret.

        The old password is void at once, and with ``factors`` so are code, recovery and passkeys.
        """
        account, _ = self._people.change(name_typed(name), password=None)
        if account.disabled:
            raise BadAccount("this account is disabled", where="name")
        self._accounts.sessions.end_all(account.name)
        if factors:
            self._accounts.factors.end_all(account.name)
        secret, _ = self._accounts.links.draw(account.name, self._accounts.clock.now())
        self._audit.say("invited", by, account=account.name, factors=factors)
        return secret

    def set_password(self, by: Who, name: str, password: str) -> None:
        """Set somebody's password: for the operator of this machine alone."""
        account = self._people.get(name_typed(name))
        check_new(password, name=account.name)
        self._people.change(account.name, password=self._accounts.passwords.hash(password))
        self._accounts.sessions.end_all(account.name)
        self._accounts.links.void(account.name)
        self._audit.say("password set", by, account=account.name)

    # --- tokens

    def make_token(
        self,
        by: Who,
        *,
        label: str,
        rights: Sequence[str],
        days: int,
        account: str | None = None,
        password: str = "",
    ) -> tuple[str, Token]:
        """Make a token for oneself; give its secret, shown this once. The operator names whose.

        It outlives the session by months: whoever asks for it proves again who they are.
        """
        if by.by == "operator":
            owner = self._people.get(name_typed(account or "")).name
        elif by.by == "token" or account not in (None, by.name):
            raise NoRight("a token is made by a person, for their own account", where="tokens")
        else:
            owner = self.prove(by, password).name
        secret, token = self._accounts.tokens.make(
            owner,
            label=label,
            rights=scope_typed(rights),
            days=days,
            at=self._accounts.clock.now(),
        )
        scope = " ".join(sorted(token.rights))
        self._audit.say(
            "token made", by, account=owner, token=token.id, rights=scope,
            until=format_instant(token.until),
        )  # fmt: skip
        return secret, token

    def tokens_of(self, by: Who) -> list[Token]:
        """List one's own tokens; an administrator sees all."""
        return self._accounts.tokens.every(None if by.may(Right.ADMINISTER) else by.name)

    def end_token(self, by: Who, token: str) -> None:
        """End a token: one's own, or any as an administrator. Raises NoAccount."""
        found = self._accounts.tokens.get(token)
        if found.account != by.name and not by.may(Right.ADMINISTER):
            raise NoAccount("no such token", where=token[:40])
        self._accounts.tokens.end(found.id)
        self._audit.say("token ended", by, account=found.account, token=found.id)

    # --- by somebody of their own account, in a session

    def change_password(self, by: Who, old: str, new: str) -> Entered:
        """Change one's own password, knowing the old one; every session ends, a new one begins."""
        account = self._own(by)
        self._prove(by, account, old)
        check_new(new, name=account.name)
        self._people.change(account.name, password=self._accounts.passwords.hash(new))
        self._audit.say("password changed", by, account=account.name)
        return self._accounts.renew(by)

    def set_language(self, by: Who, language: str) -> None:
        """Choose the language of one's desk."""
        self._people.change(self._own(by).name, language=language_typed(language))

    def begin_totp(self, by: Who, password: str) -> tuple[str, str]:
        """Draw a secret for one-time codes; it counts once a code of it was typed."""
        account = self._own(by)
        self._prove(by, account, password)
        if self._accounts.factors.wants_code(account.name):
            raise BadAccount("there is one already; end it first", where="totp")
        return self._accounts.factors.begin_totp(account.name, "Parley")

    def confirm_totp(self, by: Who, code: str) -> tuple[list[str], Entered]:
        """Ask for codes from now on; give the recovery codes, shown this once."""
        account = self._own(by)
        codes = self._accounts.factors.confirm_totp(account.name, code, self._accounts.clock.now())
        if codes is None:
            raise BadAccount("this code does not fit", where="code")
        self._audit.say("factor added", by, account=account.name, factor="totp")
        return codes, self._accounts.renew(by)

    def end_totp(self, by: Who, password: str) -> Entered:
        """Ask for no codes any more."""
        account = self._own(by)
        self._prove(by, account, password)
        self._accounts.factors.end_totp(account.name)
        self._audit.say("factor ended", by, account=account.name, factor="totp")
        return self._accounts.renew(by)

    def add_passkey(self, by: Who, passkey: Passkey) -> Entered:
        """Keep a passkey that its browser has proven; a new session begins."""
        if not self._accounts.factors.add_passkey(passkey):
            raise BadAccount("this passkey is here already", where="passkey")
        self._audit.say("factor added", by, account=passkey.account, factor="passkey")
        return self._accounts.renew(by)

    def end_passkey(self, by: Who, credential: str) -> Entered:
        """Take one of one's passkeys away."""
        account = self._own(by)
        try:
            found = self._accounts.factors.end_passkey(account.name, bytes.fromhex(credential))
        except ValueError:
            found = False
        if not found:
            raise NoAccount("no such passkey", where=credential[:40])
        self._audit.say("factor ended", by, account=account.name, factor="passkey")
        return self._accounts.renew(by)

    def prove(self, by: Who, password: str) -> Account:
        """Have somebody prove again who they are, before a change of how they do."""
        account = self._own(by)
        self._prove(by, account, password)
        return account

    def _own(self, by: Who) -> Account:
        if by.by in ("token", "operator"):
            raise NoRight("a person in a session does that, for their own account", where="session")
        return self._people.get(by.name)

    def _prove(self, by: Who, account: Account, password: str) -> None:
        """Ask for the password again; who has none, and came in by issuer or passkey, needs none.

        A page that was left open must not be enough to change the locks.
        """
        if account.password is None and by.by in ("passkey", "oidc"):
            return
        now = self._accounts.clock.now()
        self._accounts.throttle.begin(account.name, "", now)
        if not self._accounts.passwords.compare(account.password, password).fits:
            self._audit.say("password refused", by, account=account.name)
            raise AccountRefused("the password is wrong", where="password")
        self._accounts.throttle.succeeded(account.name, "", now)


def _listed(account: Account) -> str:
    return " ".join(sorted(account.roles))
