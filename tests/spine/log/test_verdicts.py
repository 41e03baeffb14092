"""A kept verdict spares the arithmetic of one signature and decides nothing else."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from parley.log.merkle import leaf_hash
from parley.log.store import Store
from parley.log.verdicts import Verdicts
from parley.projection.fold import Opened, Reader
from tests.spine.projection.world import KINDS, World, signer

SECRET = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "parley.db") as made:
        yield made


def said() -> tuple[str, list[bytes]]:
    """Five entries: the charter, two records, one by a stranger's key, one signed wrongly."""
    world = World()
    log = world.main("russia")
    for _ in range(2):
        log.say("plain/1")
    log.put(log.record("plain/1", {}), by=[signer("stranger", "author")])
    entry = log.put(log.record("plain/1", {"text": "x"}))
    good = log.entries[-1]
    at = good.index(b'"sig":"') + 7
    other = b"B" if good[at : at + 1] == b"A" else b"A"
    log.entries[-1] = good[:at] + other + good[at + 1 :]
    assert entry
    return log.origin, log.entries


def read(origin: str, entries: list[bytes], verdicts: Verdicts | None = None) -> list[Opened]:
    accepted = None
    if verdicts is not None:
        accepted = partial(verdicts.accepted, verdicts.read(origin, 0))
    return Reader(origin, KINDS).read(entries, accepted)[1]


def keep(store: Store, origin: str, entries: list[bytes], secret: bytes = SECRET) -> Verdicts:
    store.open_log(origin, own=False)
    verdicts = Verdicts(store, secret)
    verdicts.keep(origin, [(o.index, o.leaf, o.signers) for o in read(origin, entries)])
    return verdicts


def test_reading_with_verdicts_gives_the_same(store: Store) -> None:
    """What was good is good, and what was bad is verified, and bad, again."""
    origin, entries = said()
    verdicts = keep(store, origin, entries)
    plain = read(origin, entries)
    assert len(verdicts.read(origin, 0)) == len(entries)
    assert read(origin, entries, verdicts) == plain
    assert [o.unread.code if o.unread else "" for o in plain] == ["", "", "", *["signature"] * 2]


def test_a_verdict_of_ours_is_taken_at_its_word(store: Store) -> None:
    """Only a verdict that is false shows it: the signature that it calls good is not looked at."""
    origin, entries = said()
    verdicts = keep(store, origin, entries)
    leaf, key = leaf_hash(entries[4]), signer("russia", "author").public
    verdicts.keep(origin, [(4, leaf, (key,))])
    assert read(origin, entries, verdicts)[4].unread is None
    assert read(origin, entries)[4].unread is not None


def test_a_verdict_is_for_these_bytes_and_this_place(store: Store) -> None:
    """Another entry at the same index has none, be the key the same."""
    origin, entries = said()
    verdicts = keep(store, origin, entries)
    kept = verdicts.read(origin, 0)
    key = signer("russia", "author").public
    assert verdicts.accepted(kept, 1, leaf_hash(entries[1])) == {key}
    assert verdicts.accepted(kept, 1, leaf_hash(entries[2])) == frozenset()
    assert verdicts.accepted(kept, 99, leaf_hash(entries[1])) == frozenset()
    swapped = [entries[0], entries[2], entries[1]]
    assert [o.unread for o in read(origin, swapped, verdicts)] == [None] * 3


def test_who_writes_into_the_file_makes_no_signature_good(store: Store) -> None:
    """A forged entry with a verdict of another secret, or with the old keyed hash, stays unread."""
    origin, entries = said()
    verdicts = keep(store, origin, entries)
    forged = read(origin, entries)[4]
    key = signer("russia", "author").public
    Verdicts(store, bytes(32)).keep(origin, [(4, forged.leaf, (key,))])
    assert read(origin, entries, verdicts)[4].unread is not None
    with store.writing() as db:
        at = (store.log_id(origin) << 40) | 4
        row = db.execute("SELECT mac FROM verdict WHERE at = ?", (at - 3,)).fetchone()
        db.execute("UPDATE verdict SET mac = ?, signers = ? WHERE at = ?", (row[0], key, at))
    unread = read(origin, entries, verdicts)[4].unread
    assert unread is not None
    assert unread.code == "signature"


def test_verdicts_under_another_secret_are_to_be_kept_anew(store: Store) -> None:
    """A new line key: all rows stand there, none of them holds, so that none may be left."""
    origin, entries = said()
    ours = keep(store, origin, entries)
    found = [(o.index, o.leaf, o.signers) for o in read(origin, entries)]
    assert ours.hold(ours.read(origin, 0), found)
    changed = Verdicts(store, SECRET[::-1])
    assert not changed.hold(changed.read(origin, 0), found)
    changed.keep(origin, found)
    assert changed.hold(changed.read(origin, 0), found)
    with store.writing() as db:
        db.execute("DELETE FROM verdict WHERE at = (SELECT min(at) FROM verdict)")
    assert not changed.hold(changed.read(origin, 0), found)


def test_a_key_that_was_not_good_at_an_index_is_not_made_so(store: Store) -> None:
    """The verdict says that a stranger signed, which is true; it gives it no say."""
    origin, entries = said()
    store.open_log(origin, own=False)
    verdicts = Verdicts(store, SECRET)
    stranger = signer("stranger", "author").public
    verdicts.keep(origin, [(3, leaf_hash(entries[3]), (stranger,))])
    unread = read(origin, entries, verdicts)[3].unread
    assert unread is not None
    assert unread.code == "signature"
