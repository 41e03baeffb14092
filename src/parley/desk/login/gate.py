"""The gate: who a request comes from, and whether they may do what it asks.

It knows the list of paths with the right that each needs, the token of this machine's operator, and
the accounts. A path not on the list needs a log-in: a stranger does not learn what is there.
"""

import hmac
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool

from parley.desk.login.cookies import Cookie
from parley.desk.login.who import SCOPE_KEY
from parley.errors import BadQuery, NoRight, NotLoggedIn, NoToken, ParleyError, WrongCsrf
from parley.node.accounts.accounts import Accounts, Entered
from parley.node.accounts.rights import OPERATOR, Right, Who
from parley.node.accounts.sessions import csrf_fits

CSRF_HEADER = b"x-parley-csrf"
CSRF_FIELD = "csrf"
FORM = "application/x-www-form-urlencoded"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a stranger may send; what fills one answer, plan or note; a form of a plain page.
OPEN_BYTES = 64 * 1024
SMALL_BYTES = 1024 * 1024

_SESSION_KEY = "parley.session"
_COOKIE_KEY = "parley.cookie"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})

Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one method of one path needs; see ``parley.desk.path.Path``."""

    method: str
    pattern: re.Pattern[str]
    allow: Right
    stores: bool
    large: bool


_UNLISTED = Rule("", re.compile(""), Right.READ, stores=True, large=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """One request at the gate: its rule, who asks (None: nobody), and their session if any."""

    rule: Rule
    who: Who | None
    entered: Entered | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may pass. ``publishes`` tells whether a channel's charter lets proofs out to all."""

    rules: Sequence[Rule]
    token: str
    cookie: Cookie
    accounts: Callable[[], Accounts]
    publishes: Callable[[str], bool]

    def rule(self, scope: Scope) -> tuple[Rule, Mapping[str, str]]:
        """Find the rule of a request, and what stands in its path, as the router will find it."""
        for rule in self.rules:
            found = rule.pattern.match(scope["path"])
            if found is not None and rule.method == scope["method"]:
                return rule, found.groupdict()
        return _UNLISTED, {}

    async def ask(self, scope: Scope) -> Passage:
        """Find out who asks, and refuse those who may not.

        (1) who: a token, else a session (2) nobody passes only where it is open (3) the right
        (4) of a browser's session, a change needs the word against forgery; a form that may hold
        it is looked at by ``check_form``. Raises NoToken, NotLoggedIn, NoRight, WrongCsrf.
        """
        scope[_COOKIE_KEY] = self.cookie
        rule, parts = self.rule(scope)
        open_ = rule.allow is Right.OPEN
        if rule.allow is Right.LOG:
            open_ = await run_in_threadpool(self.publishes, parts.get("channel", ""))
        try:
            passage = await self._who(scope, rule)
        except ParleyError:
            if not open_:
                raise
            passage = Passage(rule, None)
        if open_:
            if passage.who is not None:
                scope[SCOPE_KEY] = passage.who
            return passage
        if passage.who is None:
            raise NoToken(
                "log in, or give a token",
                where="Authorization",
                hint="Bearer and a token; that of this machine's operator is in api.json",
            )
        scope[SCOPE_KEY] = passage.who  # also for the trail of what is refused now
        if not passage.who.may(rule.allow):
            raise NoRight(
                f"the right to {rule.allow} is needed", where=f"{scope['method']} {scope['path']}"
            )
        entered = passage.entered
        unsafe = scope["method"] not in SAFE
        if entered is not None and unsafe and not _is_form(scope):
            check_csrf(entered, _only(scope, CSRF_HEADER) or "")
        return passage

    async def _who(self, scope: Scope, rule: Rule) -> Passage:
        given = _only(scope, b"authorization")
        if given is not None:
            return Passage(rule, await self._of_token(scope, given))
        secret = self.cookie.read(scope["headers"])
        if not secret:
            return Passage(rule, None)
        entered = await run_in_threadpool(self.accounts().of_session, secret)
        if entered is None:
            raise NotLoggedIn("the session has ended", where="session", hint="log in again")
        scope[_SESSION_KEY] = entered
        return Passage(rule, entered.who, entered)

    async def _of_token(self, scope: Scope, given: str) -> Who:
        sort, _, token = given.partition(" ")
        if sort == "Bearer" and hmac.compare_digest(token.encode(), self.token.encode()):
            if _from_here(scope):
                return OPERATOR
        elif sort == "Bearer":
            who = await run_in_threadpool(self.accounts().of_token, token)
            if who is not None:
                return who
        raise NoToken(
            "this token opens nothing here",
            where="Authorization",
            hint="Bearer and a token; that of this machine's operator is in api.json",
        )


def session_of(scope: Mapping[str, Any]) -> Entered | None:
    """Give the session that the gate found in a request's cookie."""
    found = scope.get(_SESSION_KEY)
    return found if isinstance(found, Entered) else None


def cookie_of(scope: Mapping[str, Any]) -> Cookie:
    """Give the cookie of this desk, as the gate left it in the scope of a request."""
    found = scope[_COOKIE_KEY]
    assert isinstance(found, Cookie)  # noqa: S101 - for the type checker: the gate put it there
    return found


def check_csrf(entered: Entered, given: str) -> None:
    """Refuse a change by a browser unless it carries the word of its session."""
    if not csrf_fits(entered.secret, given):
        raise WrongCsrf(
            "this change was not asked for by a page of this desk",
            where=CSRF_HEADER.decode(),
            hint="load the page again",
        )


def needs_form(scope: Scope, passage: Passage) -> bool:
    """Tell whether the word against forgery has to stand in the form that a request carries."""
    unsafe = scope["method"] not in SAFE
    return (
        unsafe
        and passage.entered is not None
        and passage.rule.allow is not Right.OPEN
        and _is_form(scope)
    )


def check_form(entered: Entered, body: bytes) -> None:
    """Refuse a form without the word of its session in its field ``csrf``."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=1000)
    except (UnicodeDecodeError, ValueError):
        raise BadQuery("a form of at most 1000 fields is needed", where="body") from None
    given = fields.get(CSRF_FIELD, [])
    check_csrf(entered, given[0] if len(given) == 1 else "")


def _is_form(scope: Scope) -> bool:
    sort = (_only(scope, b"content-type") or "").partition(";")[0].strip().lower()
    return sort == FORM and _only(scope, CSRF_HEADER) is None


def _from_here(scope: Scope) -> bool:
    """Tell whether a request comes from this machine: the operator's token counts nowhere else.

    Whoever reads a copy of it off a backup does not get in over the network.
    """
    client, server = scope.get("client"), scope.get("server")
    if client is None:
        return False
    return client[0] in _LOOPBACK or (server is not None and client[0] == server[0])


def _only(scope: Mapping[str, Any], name: bytes) -> str | None:
    """Give a header that may occur once; two of them could mean two things."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    if len(values) > 1:
        raise BadQuery("this header may occur once", where=name.decode())
    return values[0].decode("latin-1") if values else None
