"""Passwords, throttling and second factors: what keeps a guesser out, and an officer not."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from parley.errors import AccountRefused, BadAccount, ParleyError, Throttled
from parley.node.accounts.accounts import Accounts
from parley.node.accounts.changes import Changes
from parley.node.accounts.factors import STEP_S
from parley.node.accounts.passwords import LEAST, MOST, Passwords, check_new
from parley.node.accounts.rights import OPERATOR
from parley.node.accounts.throttle import ACCOUNT, ADDRESS, FORGOTTEN_MS, PAIR, network_of, pause_ms
from parley.node.clock import ManualClock
from parley.node.entropy import SystemEntropy
from parley.values.instants import parse_instant
from tests.spine.node.accounts_world import GOOD, HERE, NOW, THERE, add, enter, opened


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that the test moves."""
    return ManualClock(NOW)


@pytest.fixture
def accounts(tmp_path: Path, clock: ManualClock) -> Iterator[Accounts]:
    """Give a desk with one officer."""
    with opened(tmp_path, clock) as accounts:
        add(accounts, "anna", "officer")
        yield accounts


def fail(accounts: Accounts, times: int, *, name: str = "anna", at: str = HERE) -> int:
    """Fail as often as the door lets one; give how often it did."""
    let = 0
    for _ in range(times):
        try:
            enter(accounts, "wrong", name=name, at=at)
        except Throttled:
            continue
        except AccountRefused:
            let += 1
    return let


# --- passwords


def test_hashes_are_argon2id_with_the_parameters_of_rfc_9106() -> None:
    """64 MiB, 3 passes, 4 lanes, 16 bytes of salt, 32 of tag; no two hashes are alike."""
    passwords = Passwords(SystemEntropy())
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first != second
    found = extract_parameters(first)
    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) == (65_536, 3, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert passwords.compare(first, GOOD).fits
    assert passwords.compare(first, GOOD).renewed is None
    assert not passwords.compare(first, GOOD + " ").fits
    # Any other implementation of argon2 comes to the same.
    assert PasswordHasher().verify(first, GOOD)


def test_a_weaker_hash_still_fits_and_is_renewed(accounts: Accounts) -> None:
    """After a log-in the stored hash has today's parameters, and the password is the same."""
    old = accounts.people.get("anna").password
    accounts.passwords = Passwords(
        SystemEntropy(), PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    enter(accounts)
    new = accounts.people.get("anna").password
    assert old is not None
    assert new is not None
    assert (extract_parameters(old).memory_cost, extract_parameters(new).memory_cost) == (8, 16)
    enter(accounts)
    assert accounts.people.get("anna").password == new


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "x" * (LEAST - 1), "x" * (MOST + 1), "aaaaaaaaaaaaaa", "12345678901234",
        "password1234", "PASSWORD-----", "annaannaanna", "zyxwvutsrqponm", "Password2026!",
    ],
)  # fmt: skip
def test_a_password_that_is_easily_thought_of_is_refused(password: str) -> None:
    """Length counts; what everybody takes does not."""
    with pytest.raises(BadAccount):
        check_new(password, name="annaannaanna")


@pytest.mark.parametrize("password", [GOOD, "четыре простых слова", "x9" * 100, "أربع كلمات عادية"])
def test_any_script_makes_a_password(password: str) -> None:
    """No class of characters is asked for."""
    check_new(password, name="anna")


def test_one_password_typed_in_two_normal_forms_is_one(accounts: Accounts) -> None:
    """A composed and a decomposed accent come from different keyboards, not different people."""
    Changes(accounts).set_password(OPERATOR, "anna", "caf\u00e9 caf\u00e9 caf\u00e9")
    enter(accounts, "cafe\u0301 cafe\u0301 cafe\u0301")


def test_an_unknown_name_costs_a_hash_too() -> None:
    """For no account at all the same function runs over a decoy of the same parameters."""
    seen: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:
            seen.append(str(hash))
            return super().verify(hash, password)

    passwords = Passwords(SystemEntropy(), Counting(time_cost=1, memory_cost=64, parallelism=2))
    real = passwords.hash(GOOD)
    for stored in (real, None):
        assert not passwords.compare(stored, "wrong").fits
    assert not passwords.compare(None, GOOD).fits
    assert len(seen) == 3
    assert len({str(extract_parameters(each)) for each in seen}) == 1


# --- throttling


def test_the_pause_doubles_up_to_its_limit() -> None:
    """Some mistakes are free; then 1 s, 2 s, 4 s, ... the limit, for however many."""
    assert [pause_ms(PAIR, n) for n in range(PAIR.free)] == [0] * PAIR.free
    pauses = [pause_ms(PAIR, PAIR.free + n) for n in range(12)]
    assert pauses[:4] == [1000, 2000, 4000, 8000]
    assert pauses[-1] == PAIR.longest_ms
    assert pause_ms(PAIR, 10**9) == PAIR.longest_ms


def test_a_guesser_is_slowed_and_the_door_opens_again(
    accounts: Accounts, clock: ManualClock
) -> None:
    """The right password is refused too while the door is shut, and let in when it opens."""
    assert fail(accounts, 50) == PAIR.free
    with pytest.raises(Throttled) as shut:
        enter(accounts)
    assert shut.value.retry_after_s == 1
    clock.advance(1000)
    enter(accounts)
    assert fail(accounts, 50) == PAIR.free  # what was forgiven begins anew


def test_a_day_of_guessing_gets_few_guesses(accounts: Accounts, clock: ManualClock) -> None:
    """From one address and for one account, fewer than 120 guesses a day are let through."""
    let, began = 0, clock.now()
    while clock.now() < began + 86_400_000:
        try:
            enter(accounts, "wrong")
        except Throttled as shut:
            clock.advance(shut.retry_after_s * 1000)
        except AccountRefused:
            let += 1
    assert 80 < let < 120


def test_names_that_nobody_has_are_slowed_alike(accounts: Accounts) -> None:
    """The door does not tell who is here by whom it slows."""
    assert fail(accounts, 50, name="nobody", at=HERE) == PAIR.free
    assert fail(accounts, 50, name="anna", at=THERE) == PAIR.free


def test_many_names_from_one_address_are_slowed(accounts: Accounts) -> None:
    """One password tried on all names does not get far either."""
    let = sum(fail(accounts, 1, name=f"name{n}") for n in range(100))
    assert let == ADDRESS.free


def test_one_name_from_many_addresses_is_slowed(accounts: Accounts) -> None:
    """Spread over a thousand addresses the guesser is slowed by the account."""
    let = sum(fail(accounts, 1, at=f"203.0.113.{n}") for n in range(200))
    assert let == ACCOUNT.free


def test_strangers_do_not_keep_an_officer_out(accounts: Accounts) -> None:
    """Where the officer logged in before, only what happens there counts."""
    enter(accounts, at=HERE)
    for n in range(200):
        fail(accounts, 1, at=f"203.0.113.{n}")
    with pytest.raises(Throttled):
        enter(accounts, at=THERE)
    enter(accounts, at=HERE)


def test_a_restart_forgives_nothing_and_a_quiet_day_does(
    accounts: Accounts, clock: ManualClock, tmp_path: Path
) -> None:
    """Counts are in the file."""
    fail(accounts, 50)
    with opened(tmp_path, clock) as again, pytest.raises(Throttled):
        enter(again)
    clock.advance(FORGOTTEN_MS + 1)
    assert fail(accounts, 50) == PAIR.free


def test_a_clock_set_back_keeps_nobody_out(accounts: Accounts, clock: ManualClock) -> None:
    """A door that was shut in the future is open now."""
    fail(accounts, 50)
    clock.set(parse_instant("2026-11-20T06:00:00Z"))
    enter(accounts)


def test_guesses_at_once_are_counted_before_they_are_compared(accounts: Accounts) -> None:
    """Forty threads get no more guesses than forty tries in a row."""
    let: list[int] = []
    threads = [
        threading.Thread(target=lambda: let.append(fail(accounts, 1, name="anna")))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let) <= PAIR.free


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("fe80::1%eth0", "fe80::/64"),
        ("anything else", "elsewhere"),
    ],
)
def test_what_counts_as_one_caller(address: str, network: str) -> None:
    """A host has a whole /64 of IPv6; the same IPv4 address is one caller however it is written."""
    assert network_of(address) == network


# --- one-time codes


def with_totp(accounts: Accounts, clock: ManualClock) -> tuple[pyotp.TOTP, list[str]]:
    """Let the account want codes; give what makes them, and the recovery codes."""
    changes = Changes(accounts)
    secret, uri = changes.begin_totp(enter(accounts).who, GOOD)
    assert pyotp.parse_uri(uri).secret == secret
    totp = pyotp.TOTP(secret)
    recovery, _ = changes.confirm_totp(enter(accounts).who, code(totp, clock))
    clock.advance(STEP_S * 1000)
    return totp, recovery


def code(totp: pyotp.TOTP, clock: ManualClock, steps: int = 0) -> str:
    """Give the code that a telephone shows now, or some steps off."""
    return totp.at(clock.now() // 1000 + STEP_S * steps)


def test_an_account_with_codes_wants_one(accounts: Accounts, clock: ManualClock) -> None:
    """Password alone, a wrong or stale code: the same refusal; a step early or late is let in."""
    totp, _ = with_totp(accounts, clock)
    for wrong in ("", "000000x", code(totp, clock, 2), code(totp, clock, -2), "٠٠٠٠٠٠"):
        with pytest.raises(AccountRefused) as refused:
            enter(accounts, GOOD, wrong)
        assert "name, password or code" in str(refused.value)
    clock.advance(3_600_000)
    for steps in (-1, 0, 1):
        enter(accounts, GOOD, code(totp, clock, steps))
    spaced = code(totp, clock, 1)
    clock.advance(STEP_S * 2000)
    spaced = code(totp, clock)
    enter(accounts, GOOD, f"{spaced[:3]} {spaced[3:]}")


def test_a_code_is_good_once(accounts: Accounts, clock: ManualClock) -> None:
    """Whoever looked over the shoulder is too late (RFC 6238 section 5.2)."""
    totp, _ = with_totp(accounts, clock)
    used = code(totp, clock)
    enter(accounts, GOOD, used)
    with pytest.raises(AccountRefused):
        enter(accounts, GOOD, used)
    with pytest.raises(AccountRefused):
        enter(accounts, GOOD, code(totp, clock, -1))


def test_a_recovery_code_is_good_once_however_it_is_typed(
    accounts: Accounts, clock: ManualClock
) -> None:
    """Ten of them, off paper, in capitals or without dashes."""
    _, recovery = with_totp(accounts, clock)
    assert len(set(recovery)) == 10
    enter(accounts, GOOD, recovery[0].upper())
    with pytest.raises(AccountRefused):
        enter(accounts, GOOD, recovery[0])
    enter(accounts, GOOD, f" {recovery[1].replace('-', ' ')} ")
    assert accounts.factors.recovery_left("anna") == 8


def test_a_code_alone_is_nothing(accounts: Accounts, clock: ManualClock) -> None:
    """With the code and a wrong password nobody comes in, and a recovery code is not spent."""
    totp, recovery = with_totp(accounts, clock)
    for each in (code(totp, clock), recovery[0]):
        with pytest.raises(AccountRefused):
            enter(accounts, "wrong", each)
    assert accounts.factors.recovery_left("anna") == 10
    enter(accounts, GOOD, code(totp, clock))


def test_codes_count_once_one_was_typed(accounts: Accounts, clock: ManualClock) -> None:
    """A secret that nobody's telephone has must not lock its owner out."""
    changes = Changes(accounts)
    who = enter(accounts).who
    first, _ = changes.begin_totp(who, GOOD)
    enter(accounts)
    with pytest.raises(BadAccount):
        changes.confirm_totp(who, "000000" if pyotp.TOTP(first).at(0) != "000000" else "111111")
    second, _ = changes.begin_totp(who, GOOD)
    assert first != second
    with pytest.raises(BadAccount):
        changes.confirm_totp(who, code(pyotp.TOTP(first), clock))
    changes.confirm_totp(who, code(pyotp.TOTP(second), clock))
    with pytest.raises(AccountRefused):
        enter(accounts)


def test_factors_are_changed_by_who_knows_the_password(
    accounts: Accounts, clock: ManualClock
) -> None:
    """A page left open is not enough; guessing there is slowed as well."""
    changes = Changes(accounts)
    who = enter(accounts).who
    refused: list[str] = []
    for _ in range(20):
        with pytest.raises(ParleyError) as error:
            changes.begin_totp(who, "wrong")
        refused.append(error.value.code)
    assert refused == ["account-refused"] * PAIR.free + ["account-throttled"] * (20 - PAIR.free)
    clock.advance(PAIR.longest_ms)
    totp, _ = with_totp(accounts, clock)
    who = enter(accounts, GOOD, code(totp, clock)).who
    with pytest.raises(AccountRefused):
        changes.end_totp(who, "wrong")
    changes.end_totp(who, GOOD)
    enter(accounts)


def test_an_administrator_takes_lost_factors_away_with_an_invitation(
    accounts: Accounts, clock: ManualClock
) -> None:
    """The owner comes back by the link, without a code."""
    with_totp(accounts, clock)
    kept = Changes(accounts).invite(OPERATOR, "anna", factors=False)
    assert accounts.factors.wants_code("anna")
    link = Changes(accounts).invite(OPERATOR, "anna", factors=True)
    assert kept != link
    accounts.by_link(link, name="anna", display="", post="", password=GOOD)
    enter(accounts)
