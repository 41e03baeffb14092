"""Keys change from an index on, by who may change them, and never for what was logged before."""

import pytest

from parley.projection.fold import open_log
from parley.record.signature import SeedSigner
from tests.spine.projection.world import KINDS, Log, World, b64, possession, signer

NEW = signer("russia", "author", 1)
OLD = signer("russia", "author")
RECOVERY = signer("russia", "recovery")


def change(
    what: str,
    key: SeedSigner = NEW,
    *,
    since: int = 0,
    role: str = "author",
    holder: str = "russia",
    proof: str | None = None,
) -> tuple[str, str, str, str, int, str]:
    if proof is None:
        proof = possession(key, holder, role) if what == "add" else ""
    return (holder, role, b64(key.public), what, since, proof)


def reasons(log: Log) -> list[str | None]:
    entries = open_log(log.origin, log.entries, KINDS)
    return [entry.unread.code if entry.unread else None for entry in entries[1:]]


def refused(log: Log) -> list[str]:
    changes = log.world.data("charter")["refused_changes"]
    return [each["why"] for each in changes if each["origin"] == log.origin]


def turn(log: Log, *changes: tuple[str, str, str, str, int, str], by: SeedSigner = OLD) -> None:
    log.put(log.record("keys/1", {"changes": changes}), [by])


def test_index_n_minus_1_with_the_new_key_is_refused() -> None:
    """The new key is good from the stated index, the old one until it: neither before nor after."""
    log = World().main("russia")
    turn(log, change("add", since=4), change("end", OLD, since=4))  # index 1
    log.say("plain/1", by=[NEW])  # 2
    log.say("plain/1", by=[OLD])  # 3
    log.say("plain/1", by=[NEW])  # 4
    log.say("plain/1", by=[OLD])  # 5
    assert reasons(log) == [None, "signature", None, None, "signature"]


def test_no_change_reaches_back() -> None:
    """A change that states an index long past begins after its own record; what was said stands."""
    log = World().main("russia")
    log.say("plain/1", by=[OLD])
    turn(log, change("add"), change("revoke", OLD))
    log.say("plain/1", by=[OLD])
    log.say("plain/1", by=[NEW])
    assert reasons(log) == [None, None, "signature", None]


def test_a_thief_after_the_revocation_is_refused() -> None:
    """The recovery key, kept elsewhere, revokes a stolen key and brings in a new one."""
    log = World().main("russia")
    log.say("plain/1", text="by the thief")
    turn(log, change("revoke", OLD), change("add"), by=RECOVERY)
    log.say("plain/1", text="by the thief, later")
    log.say("plain/1", text="by the owner", by=[NEW])
    assert reasons(log) == [None, None, "signature", None]


def test_a_revoked_key_never_comes_back() -> None:
    """Not even the recovery key brings a key back that was in use before."""
    log = World().main("russia")
    turn(log, change("revoke", OLD), change("add"), by=RECOVERY)
    turn(log, change("add", OLD), by=RECOVERY)
    log.say("plain/1", by=[OLD])
    assert reasons(log)[-1] == "signature"
    assert refused(log) == ["the key was already in use"]


@pytest.mark.parametrize(
    ("made", "by", "why"),
    [
        (change("add", signer("x", "y"), holder="coalition"), OLD, "the key is not the author's"),
        (change("add", proof=""), OLD, "no proof"),
        (change("add", proof=possession(NEW, "russia", "log")), OLD, "no proof"),
        (change("add", proof=possession(NEW, "russia", "author", "actual")), OLD, "no proof"),
        (change("add", signer("russia", "log")), OLD, "already in use"),
        (change("add", signer("coalition", "author")), OLD, "already in use"),
        (change("revoke", RECOVERY, role="recovery"), OLD, "only the recovery key"),
        (change("end", OLD), RECOVERY, "only adds and revokes"),
        (change("end", NEW), OLD, "no such key"),
    ],
)
def test_a_change_without_authority_has_no_force(
    made: tuple[str, str, str, str, int, str], by: SeedSigner, why: str
) -> None:
    """The record is read, the change is shown as refused with the reason, the keys stay."""
    log = World().main("russia")
    turn(log, made, by=by)
    log.say("plain/1", by=[OLD])
    log.say("plain/1", by=[NEW])
    assert reasons(log) == [None, None, "signature"]
    (said,) = refused(log)
    assert why in said


def test_a_thief_cannot_shut_out_the_recovery_key() -> None:
    """Who holds the author key alone can add keys, but the recovery key still ends them."""
    log = World().main("russia")
    turn(log, change("add"), change("revoke", RECOVERY, role="recovery"), by=OLD)
    turn(log, change("revoke", NEW), change("revoke", OLD), by=RECOVERY)
    log.say("plain/1", by=[NEW])
    assert reasons(log) == [None, None, "signature"]


def test_each_lane_is_read_on_its_own() -> None:
    """A change counts in the lane it is logged in; the view shows both lanes side by side."""
    world = World()
    turn(world.main("russia"), change("add"))
    for log in (world.main("russia"), world.urgent("russia")):
        log.say("plain/1", by=[NEW])
    assert reasons(world.main("russia")) == [None, None]
    assert reasons(world.urgent("russia")) == ["signature"]
    turn(world.urgent("russia"), change("add"))
    world.urgent("russia").say("plain/1", by=[NEW])
    assert reasons(world.urgent("russia")) == ["signature", None, None]
    shown = [k for k in world.data("charter")["keys"] if set(k["lanes"]) and k["role"] == "author"]
    assert [sorted(k["lanes"]) for k in shown] == [["main", "urgent"]] * 3


def test_a_log_key_that_ended_signs_no_later_head() -> None:
    """Heads beyond the end of a log key count only under its successor."""
    world = World()
    log, fresh = world.main("russia"), signer("russia", "log", 1)
    turn(
        log,
        change("add", fresh, role="log"),
        change("revoke", signer("russia", "log"), role="log"),
    )
    log.say("plain/1")
    log.say("plain/1")
    other = world.main("coalition")
    other.say("head/1", note=log.note(2))
    other.say("head/1", note=log.note(4))
    other.say("head/1", note=log.note(4, key=fresh))
    standing = world.data("standing")
    assert [head["code"] for head in standing["refused_heads"]] == ["head-unsigned"]
    assert [row["size"] for row in row_of(standing, log)["read_by"]] == [4]


def row_of(standing: dict, log: Log) -> dict:
    (row,) = [row for row in standing["logs"] if row["origin"] == log.origin]
    return dict(row)


def half_done(world: World) -> list[tuple[str, list[str], str]]:
    found = world.fired("W19")
    return [(a["severity"], [r["number"] for r in a["records"]], a["text"]["text"]) for a in found]


def test_w19_a_change_in_one_lane_only() -> None:
    """What is logged in one lane is flagged, with every key it leaves as it was in the other."""
    world = World()
    world.main("russia").say("plain/1")
    turn(world.main("russia"), change("add"), change("revoke", OLD))
    new, old = NEW.public.hex()[:8], OLD.public.hex()[:8]
    ((severity, numbers, text),) = half_done(world)
    assert (severity, numbers) == ("attention", ["RU-0616-002"])
    assert f"in its main log alone: author key {old} ended and author key {new} added" in text

    # Half of the change in the other lane leaves half of the finding.
    turn(world.urgent("russia"), change("add"))
    ((_, numbers, text),) = half_done(world)
    assert numbers == ["RU-0616-002"]
    assert f"alone: author key {old} ended." in text
    turn(world.urgent("russia"), change("revoke", OLD))
    assert half_done(world) == []


def test_w19_is_silent_where_both_lanes_say_the_same() -> None:
    """The same change in both lanes, or one that has force in neither, is nothing to flag."""
    world = World()
    for log in (world.urgent("russia"), world.main("russia")):
        turn(log, change("add"), change("revoke", OLD))
    turn(world.main("coalition"), change("add"))  # refused: not its own key
    assert half_done(world) == []


def test_w19_counts_what_has_force_and_not_what_was_logged() -> None:
    """A change refused in one lane and taken in the other is flagged where it was taken."""
    world = World()
    turn(world.main("russia"), change("add"))
    turn(world.urgent("russia"), change("add", proof=possession(NEW, "russia", "log")))
    ((_, numbers, text),) = half_done(world)
    assert numbers == ["RU-0616-001"]
    assert "in its main log alone" in text
