"""Accounts: who comes in, who is kept out, and that every answer of the door is written down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.errors import (
    AccountExists,
    AccountRefused,
    BadAccount,
    LastAdministrator,
    LinkUsed,
    NoAccount,
    NoRight,
    ParleyError,
)
from parley.node.accounts.accounts import FIRST_ROLES, Accounts
from parley.node.accounts.changes import Changes
from parley.node.accounts.file import FILE
from parley.node.accounts.links import FIRST_MS, INVITATION_MS
from parley.node.accounts.people import Account
from parley.node.accounts.rights import OPERATOR, Right, Role, rights_of
from parley.node.accounts.sessions import IDLE_MS, LONGEST_MS, csrf_of
from parley.node.accounts.tokens import DAY_MS
from parley.node.clock import ManualClock
from tests.spine.node.accounts_world import GOOD, HERE, NOW, add, enter, opened


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that the test moves."""
    return ManualClock(NOW)


@pytest.fixture
def accounts(tmp_path: Path, clock: ManualClock) -> Iterator[Accounts]:
    """Give a desk without accounts."""
    with opened(tmp_path, clock) as accounts:
        yield accounts


def trail(accounts: Accounts) -> list[dict[str, Any]]:
    """Give what the audit trail says, after checking that it holds together."""
    accounts.audit.verify()
    return [dict(entry.data) for entry in accounts.audit.entries(0, 1000)]


# --- the first account, and invitations


def test_the_first_link_makes_one_account_once(accounts: Accounts) -> None:
    """Whoever holds the link of the first start becomes everything, and the link is used up."""
    link = accounts.first_link()
    assert link is not None
    came = accounts.by_link(link, name="Anna", display="Anna K.", post="chief", password=GOOD)
    assert came.who.roles == FIRST_ROLES
    assert accounts.first_link() is None
    with pytest.raises(LinkUsed):
        accounts.by_link(link, name="eve", display="", post="", password=GOOD)
    assert [account.name for account in accounts.people.every()] == ["anna"]


def test_a_newer_first_link_voids_the_older(accounts: Accounts) -> None:
    """Of two starts only the last link opens the desk."""
    old, new = accounts.first_link(), accounts.first_link()
    with pytest.raises(LinkUsed):
        accounts.by_link(str(old), name="eve", display="", post="", password=GOOD)
    accounts.by_link(str(new), name="anna", display="", post="", password=GOOD)


def test_a_first_link_opens_nothing_once_there_is_an_account(accounts: Accounts) -> None:
    """An account made by command meanwhile closes the way of the link."""
    link = str(accounts.first_link())
    add(accounts, "anna", "administrator")
    with pytest.raises(AccountExists):
        accounts.by_link(link, name="eve", display="", post="", password=GOOD)
    assert accounts.people.find("eve") is None


@pytest.mark.parametrize(("first", "lives_ms"), [(True, FIRST_MS), (False, INVITATION_MS)])
def test_a_link_expires(accounts: Accounts, clock: ManualClock, first: bool, lives_ms: int) -> None:
    """At its last instant it still opens, after it no more."""
    if first:
        name, draw = "anna", lambda: str(accounts.first_link())
    else:
        add(accounts, "bea", "officer")
        name, draw = "bea", lambda: Changes(accounts).invite(OPERATOR, "bea", factors=False)
    link = draw()
    clock.advance(lives_ms)
    with pytest.raises(LinkUsed):
        accounts.by_link(link, name=name, display="", post="", password=GOOD)
    link = draw()
    clock.advance(lives_ms - 1)
    accounts.by_link(link, name=name, display="", post="", password=GOOD)


def test_a_mistake_does_not_use_a_link_up(accounts: Accounts) -> None:
    """A password too short, or a name that cannot be, is refused, and the link stays good."""
    link = str(accounts.first_link())
    for wrong in ({"password": "short"}, {"name": "no name"}, {"language": "fr"}):
        with pytest.raises(BadAccount):
            accounts.by_link(
                link, **{"name": "anna", "display": "", "post": "", "password": GOOD, **wrong}
            )
    accounts.by_link(link, name="anna", display="", post="", password=GOOD)


def test_an_invitation_sets_a_password_and_changes_no_role(accounts: Accounts) -> None:
    """Whoever takes it up is who the administrator said, and nobody else's account is touched."""
    add(accounts, "anna", "administrator")
    link = Changes(accounts).add(
        OPERATOR, name="bea", display="Bea", post="duty officer", roles=["officer"], language="ru"
    )
    with pytest.raises(AccountRefused):
        enter(accounts, "", name="bea")
    with pytest.raises(LinkUsed):
        accounts.by_link(link, name="anna", display="", post="", password=GOOD)
    came = accounts.by_link(link, name="", display="", post="", password=GOOD, language="ru")
    assert (came.who.name, came.who.display, came.who.post) == ("bea", "Bea", "duty officer")
    assert came.who.roles == {Role.OFFICER}
    enter(accounts, name="bea")


def test_an_invitation_voids_the_old_password_at_once(accounts: Accounts) -> None:
    """Whoever may have stolen it is out before the owner comes back in."""
    add(accounts, "bea", "officer")
    secret = enter(accounts, name="bea").secret
    Changes(accounts).invite(OPERATOR, "bea", factors=True)
    assert accounts.of_session(secret) is None
    with pytest.raises(AccountRefused):
        enter(accounts, name="bea")


# --- logging in


def test_every_refusal_of_a_log_in_says_the_same(accounts: Accounts) -> None:
    """Nobody, a wrong password, a disabled account: one code, one text, no difference."""
    add(accounts, "anna", "administrator")
    add(accounts, "gone", "officer")
    Changes(accounts).disable(OPERATOR, "gone")
    said = set()
    for name, password in (
        ("nobody", GOOD), ("anna", "wrong"), ("gone", GOOD), ("gone", "wrong"),
        ("anna", ""), ("", ""), ("operator", GOOD), ("anna", GOOD + "x" * 4000),
    ):  # fmt: skip
        with pytest.raises(AccountRefused) as refused:
            enter(accounts, password, name=name)
        said.add(str(refused.value))
    assert len(said) == 1


def test_the_trail_keeps_no_word_that_nobody_has(accounts: Accounts) -> None:
    """A password typed where the name belongs is not written down anywhere."""
    add(accounts, "anna", "administrator")
    with pytest.raises(AccountRefused):
        enter(accounts, "anna", name="my-secret-password")
    with pytest.raises(AccountRefused):
        enter(accounts, "guess", name="anna")
    refusals = [e for e in trail(accounts) if e["what"] == "log-in refused"]
    assert [e["account"] for e in refusals] == [None, "anna"]
    assert [e["why"] for e in refusals] == ["password", "password"]
    assert {e["from"] for e in refusals} == {"192.0.2.7/32"}
    assert "secret-password" not in str(refusals)


def test_no_secret_is_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    """Of passwords, sessions, tokens and links the file holds nothing that opens anything."""
    link = str(accounts.first_link())
    secret = accounts.by_link(link, name="anna", display="", post="", password=GOOD).secret
    second = Changes(accounts).add(
        OPERATOR, name="bea", display="", post="", roles=["officer"], language="en"
    )
    token, _ = Changes(accounts).make_token(
        OPERATOR, label="x", rights=["read"], days=1, account="anna"
    )
    accounts.close()
    for name in (FILE, "audit.journal.db"):
        data = (tmp_path / name).read_bytes()
        for word in (GOOD, secret, link, second, token, csrf_of(secret)):
            assert word.encode() not in data
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_log_in_begins_a_new_session_and_ends_the_browsers_former_one(
    accounts: Accounts,
) -> None:
    """Session fixation: a secret that was there before the log-in is worth nothing after it."""
    add(accounts, "anna", "administrator")
    planted = enter(accounts, name="anna")
    came = enter(accounts, name="anna", former=planted.secret)
    assert came.secret != planted.secret
    assert csrf_of(came.secret) != csrf_of(planted.secret)
    assert accounts.of_session(planted.secret) is None
    assert accounts.of_session(came.secret) is not None


def test_a_session_ends_when_it_is_idle_and_at_the_latest_after_a_watch(
    accounts: Accounts, clock: ManualClock
) -> None:
    """Use keeps it alive, but not beyond its longest time; a clock set back ends it too."""
    add(accounts, "anna", "administrator")
    secret = enter(accounts, name="anna").secret
    clock.advance(IDLE_MS - 1)
    assert accounts.of_session(secret) is not None
    clock.advance(IDLE_MS)
    assert accounts.of_session(secret) is None
    secret = enter(accounts, name="anna").secret
    began = clock.now()
    while clock.now() < began + LONGEST_MS - IDLE_MS:
        clock.advance(IDLE_MS // 2)
        assert accounts.of_session(secret) is not None
    clock.set(began)
    clock.advance(-1)
    assert accounts.of_session(secret) is None
    clock.set(began)
    clock.advance(LONGEST_MS)
    assert accounts.of_session(secret) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.set_roles(OPERATOR, "bea", ["observer"]),
        lambda c: c.disable(OPERATOR, "bea"),
        lambda c: c.set_password(OPERATOR, "bea", "another good password"),
        lambda c: c.invite(OPERATOR, "bea", factors=False),
        lambda c: c.set_subject(OPERATOR, "bea", "sub"),
    ],
)
def test_a_change_of_what_somebody_may_ends_their_sessions(accounts: Accounts, change: Any) -> None:
    """Rights that were taken away do not live on in a browser."""
    add(accounts, "bea", "officer")
    secrets = [enter(accounts, name="bea").secret for _ in range(2)]
    change(Changes(accounts))
    assert [accounts.of_session(secret) for secret in secrets] == [None, None]


def test_a_password_is_changed_by_who_knows_it(accounts: Accounts) -> None:
    """The old password is asked for; every session ends and one new one begins."""
    add(accounts, "bea", "officer")
    other, mine = enter(accounts, name="bea"), enter(accounts, name="bea")
    changes = Changes(accounts)
    with pytest.raises(AccountRefused):
        changes.change_password(mine.who, "wrong", "another good password")
    with pytest.raises(BadAccount):
        changes.change_password(mine.who, GOOD, "short")
    renewed = changes.change_password(mine.who, GOOD, "another good password")
    assert accounts.of_session(other.secret) is None
    assert accounts.of_session(mine.secret) is None
    assert accounts.of_session(renewed.secret) is not None
    with pytest.raises(AccountRefused):
        enter(accounts, name="bea")
    enter(accounts, "another good password", name="bea")


# --- rights


def test_each_role_gives_what_it_says_and_no_more() -> None:
    """An administrator does not speak for the party, a releaser does not write what it releases."""
    anybody = {Right.OPEN, Right.READ, Right.LOG}
    assert rights_of([]) == {Right.OPEN}
    assert rights_of([Role.OBSERVER]) == anybody
    assert rights_of([Role.OFFICER]) == anybody | {Right.WRITE}
    assert rights_of([Role.RELEASER]) == anybody | {Right.RELEASE}
    assert rights_of([Role.ADMINISTRATOR]) == anybody | {Right.ADMINISTER}
    assert rights_of(Role) == set(Right)


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    """Neither roles nor disabling may leave a desk that nobody can look after."""
    add(accounts, "anna", "administrator")
    add(accounts, "bea", "administrator", "officer")
    changes = Changes(accounts)
    changes.set_roles(OPERATOR, "bea", ["officer"])
    for change in (
        lambda: changes.set_roles(OPERATOR, "anna", ["officer"]),
        lambda: changes.disable(OPERATOR, "anna"),
    ):
        with pytest.raises(LastAdministrator):
            change()
    assert accounts.people.get("anna").roles == {Role.ADMINISTRATOR}
    assert not accounts.people.get("anna").disabled


@pytest.mark.parametrize(
    "name",
    ["", "a", "9lives", "operator", "a b", "a/b", "../etc", "анна", "a" * 41, "<b>", "a\nb"],
)
def test_what_cannot_name_an_account(accounts: Accounts, name: str) -> None:
    """Names are short and plain, so that nothing of them can mean anything else."""
    with pytest.raises(ParleyError):
        Changes(accounts).add(
            OPERATOR, name=name, display="x", post="", roles=["officer"], language="en"
        )
    assert accounts.people.every() == []


def test_two_accounts_of_one_name_are_refused(accounts: Accounts) -> None:
    """The second is not made, whatever the case of its letters."""
    add(accounts, "anna", "administrator")
    with pytest.raises(AccountExists):
        add(accounts, "ANNA", "observer")


# --- tokens


def test_a_token_may_what_both_it_and_its_account_may(
    accounts: Accounts, clock: ManualClock
) -> None:
    """Its scope narrows the account's rights of this moment, until it expires or is ended."""
    add(accounts, "bea", "officer")
    changes = Changes(accounts)
    secret, token = changes.make_token(
        OPERATOR, label="reader", rights=["read", "release"], days=30, account="bea"
    )
    who = accounts.of_token(secret)
    assert who is not None
    assert who.rights == {Right.READ, Right.LOG}
    assert (who.name, who.by, who.session) == ("bea", "token", f"token {token.id}")
    changes.set_roles(OPERATOR, "bea", ["releaser"])
    who = accounts.of_token(secret)
    assert who is not None
    assert Right.RELEASE in who.rights
    changes.disable(OPERATOR, "bea")
    assert accounts.of_token(secret) is None
    changes.enable(OPERATOR, "bea")
    clock.advance(30 * DAY_MS - 1)
    assert accounts.of_token(secret) is not None
    clock.advance(1)
    assert accounts.of_token(secret) is None


def test_a_token_is_ended_by_its_owner_or_an_administrator(accounts: Accounts) -> None:
    """Another officer does not even learn that it is there."""
    for name, role in (("anna", "administrator"), ("bea", "officer"), ("cyril", "officer")):
        add(accounts, name, role)
    changes = Changes(accounts)
    anna, bea, cyril = (enter(accounts, name=name).who for name in ("anna", "bea", "cyril"))
    first, second = (
        changes.make_token(bea, label="x", rights=["read"], days=1, password=GOOD) for _ in range(2)
    )
    assert changes.tokens_of(cyril) == []
    with pytest.raises(NoAccount):
        changes.end_token(cyril, first[1].id)
    changes.end_token(bea, first[1].id)
    changes.end_token(anna, second[1].id)
    assert [accounts.of_token(secret) for secret, _ in (first, second)] == [None, None]


def test_a_token_makes_no_token_and_changes_no_password(accounts: Accounts) -> None:
    """What a program holds cannot be made to last longer, nor become a person."""
    add(accounts, "anna", "administrator")
    changes = Changes(accounts)
    secret, _ = changes.make_token(
        OPERATOR, label="x", rights=["administer", "write"], days=1, account="anna"
    )
    who = accounts.of_token(secret)
    assert who is not None
    for change in (
        lambda: changes.make_token(who, label="y", rights=["read"], days=1),
        lambda: changes.change_password(who, GOOD, "another good password"),
        lambda: changes.begin_totp(who, GOOD),
        lambda: changes.set_language(who, "ru"),
    ):
        with pytest.raises(NoRight):
            change()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rights": []}, {"rights": ["open"]}, {"rights": ["read", "all"]}, {"days": 0},
        {"days": 367}, {"label": ""}, {"label": "x" * 101}, {"label": "a\nb"},
    ],
)  # fmt: skip
def test_what_cannot_be_a_token(accounts: Accounts, wrong: dict[str, Any]) -> None:
    """A token has a purpose, at least one right, and an end."""
    add(accounts, "anna", "administrator")
    asked: dict[str, Any] = {"label": "x", "rights": ["read"], "days": 1, "account": "anna"}
    with pytest.raises(BadAccount):
        Changes(accounts).make_token(OPERATOR, **{**asked, **wrong})
    assert accounts.tokens.every() == []


# --- the trail


def test_the_trail_tells_every_change_and_who_made_it(accounts: Accounts) -> None:
    """From the first account on, each change stands in the trail with its author."""
    link = str(accounts.first_link())
    anna = accounts.by_link(link, name="anna", display="", post="", password=GOOD).who
    changes = Changes(accounts)
    changes.add(anna, name="bea", display="", post="", roles=["officer"], language="en")
    changes.set_roles(anna, "bea", ["releaser"])
    changes.set_post(anna, "bea", post="deputy")
    _, token = changes.make_token(anna, label="x", rights=["read"], days=1, password=GOOD)
    changes.end_token(anna, token.id)
    changes.disable(anna, "bea")
    accounts.log_out(anna)
    said = [(e["what"], e["who"]) for e in trail(accounts)]
    assert said == [
        ("link used", "anna"), ("log-in", "anna"), ("account added", "anna"), ("invited", "anna"),
        ("roles changed", "anna"), ("post changed", "anna"), ("token made", "anna"),
        ("token ended", "anna"), ("account disabled", "anna"), ("log-out", "anna"),
    ]  # fmt: skip
    roles = next(e for e in trail(accounts) if e["what"] == "roles changed")
    assert (roles["account"], roles["was"], roles["roles"]) == ("bea", "officer", "releaser")


def test_strangers_cannot_fill_the_disk_with_the_trail(
    accounts: Accounts, clock: ManualClock
) -> None:
    """Sixty a minute are written; of the rest the count, with the next that is."""
    for _ in range(100):
        accounts.audit.say("call", None, HERE)
    assert accounts.audit.size() == 60
    accounts.audit.say("call", "anna", HERE)
    clock.advance(60_000)
    accounts.audit.say("call", None, HERE)
    assert [e.get("left_out") for e in trail(accounts)][-2:] == [None, 40]


def test_accounts_are_the_same_after_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    """Sessions, tokens and the trail live in the folder, not in the process."""
    with opened(tmp_path, clock) as first:
        add(first, "anna", "administrator")
        secret = enter(first).secret
        size = first.audit.size()
    with opened(tmp_path, clock) as again:
        assert again.of_session(secret) is not None
        assert again.audit.size() == size
        first_of = again.people.get("anna")
        assert isinstance(first_of, Account)
        again.audit.verify()
