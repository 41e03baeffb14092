"""A local journal only grows, and what is changed in it beside the door is found."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.errors import BadValue, JournalDamaged, LogStopped, NotCanonical
from parley.log.checkpoint import SignedNote, parse_checkpoint, verify_log_signature
from parley.log.merkle import leaf_hash, root_of, verify_consistency
from parley.node.entropy import SeededEntropy, SystemEntropy
from parley.node.journal import MAX_ENTRY, MOST_AT_ONCE, Journal
from parley.record.canonical import Json, canonical


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a node's folder, with a place for keys."""
    (tmp_path / "keys").mkdir()
    return tmp_path


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    """Give an empty journal."""
    opened = Journal.open(folder, "audit", SystemEntropy())
    yield opened
    opened.close()


def edit(folder: Path, *statements: str) -> None:
    """Change the file as somebody would who does not care for its rules."""
    with sqlite3.connect(folder / "audit.journal.db") as db:
        for statement in ("DROP TRIGGER entry_stays", "DROP TRIGGER entry_kept", *statements):
            db.execute(statement)
    db.close()


def test_entries_are_numbered_and_come_back_as_they_were(journal: Journal) -> None:
    """Numbers begin at 1, have no gap, and ``after`` goes on behind one."""
    said: list[dict[str, Json]] = [
        {"what": f"entry {i}", "who": "офицер", "n": i} for i in range(9)
    ]
    assert [journal.append(entry) for entry in said] == list(range(1, 10))
    assert [dict(e.data) for e in journal.entries()] == said
    assert [e.number for e in journal.entries(3, 2)] == [4, 5]
    assert journal.entries(9) == []
    assert journal.size() == 9


def test_every_head_is_that_of_the_naive_tree_and_signed(journal: Journal) -> None:
    """After each entry the head is the root over all leaves, under the journal's own key."""
    assert journal.head() is None
    assert journal.verify() is None
    leaves, heads = [], []
    for number in range(1, 20):
        journal.append({"n": number})
        leaves.append(leaf_hash(canonical({"n": number})))
        note = SignedNote.parse(journal.head() or b"")
        head = parse_checkpoint(note)
        verify_log_signature(note, head, journal.key)
        assert (head.size, head.root) == (number, root_of(leaves))
        assert journal.verify() == head
        heads.append(head)
    for old in heads:
        proof = journal.consistency(old.size, 19)
        verify_consistency(old.size, old.root, 19, heads[-1].root, proof)


def test_the_key_is_its_own_and_for_the_owner_only(folder: Path) -> None:
    """Opened again, the journal goes on under the same key; another journal has another."""
    first = Journal.open(folder, "audit", SeededEntropy("a"))
    first.append({"n": 1})
    first.close()
    again = Journal.open(folder, "audit", SeededEntropy("b"))
    assert again.key == first.key
    assert again.append({"n": 2}) == 2
    again.verify()
    again.close()
    other = Journal.open(folder, "watch", SeededEntropy("c"))
    assert other.key.public != first.key.public
    other.close()
    for name in ("audit", "watch"):
        assert stat.S_IMODE((folder / "keys" / f"{name}.journal.key").stat().st_mode) == 0o600


def test_many_writers_lose_nothing(folder: Path, journal: Journal) -> None:
    """Two openings of one journal and several threads give one row of numbers."""
    second = Journal.open(folder, "audit", SystemEntropy())
    numbers: list[int] = []

    def write(into: Journal, name: str) -> None:
        for i in range(10):
            numbers.append(into.append({"by": name, "i": i}))

    threads = [
        threading.Thread(target=write, args=(into, f"{name}"))
        for name, into in enumerate((journal, second, journal, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 41))
    head = second.verify()
    assert head is not None
    assert head.size == 40
    second.close()


@pytest.mark.parametrize("entry", [{"a": 1.5}, {"a": 2**60}, {"a": "\ud800"}, {"a": b"x"}])
def test_what_cannot_be_signed_is_refused(journal: Journal, entry: dict) -> None:
    """Nothing of a refused entry is stored."""
    with pytest.raises(NotCanonical):
        journal.append(entry)
    assert journal.size() == 0


def test_an_entry_has_a_largest_size(journal: Journal) -> None:
    """One byte over the limit is refused; at the limit it is kept."""
    frame = len(canonical({"t": ""}))
    assert journal.append({"t": "x" * (MAX_ENTRY - frame)}) == 1
    with pytest.raises(BadValue):
        journal.append({"t": "x" * (MAX_ENTRY - frame + 1)})


def test_the_file_itself_refuses_to_forget(folder: Path, journal: Journal) -> None:
    """An UPDATE or DELETE that slips in is refused by the table."""
    journal.append({"n": 1})
    with sqlite3.connect(folder / "audit.journal.db") as db:
        for statement in ("DELETE FROM entry", "UPDATE entry SET data = x'7b7d'"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(statement)
    db.close()
    journal.verify()


FORGERIES = {
    "an entry changed": ["UPDATE entry SET data = CAST('{\"n\":9}' AS BLOB) WHERE number = 2"],
    "an entry taken out": ["DELETE FROM entry WHERE number = 2"],
    "the last taken out": ["DELETE FROM entry WHERE number = 4"],
    "one put in": ["INSERT INTO entry SELECT 5, hashes, data FROM entry WHERE number = 1"],
    "two swapped": [
        "UPDATE entry SET number = 99 WHERE number = 1",
        "UPDATE entry SET number = 1 WHERE number = 2",
        "UPDATE entry SET number = 2 WHERE number = 99",
    ],
    "no canonical form": ["UPDATE entry SET data = CAST('{ \"n\":1}' AS BLOB) WHERE number = 1"],
    "the head taken out": ["DELETE FROM head"],
    "the head broken": ["UPDATE head SET note = CAST(replace(note, '4', '5') AS BLOB)"],
    "all taken out": ["DELETE FROM entry"],
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_changed_beside_the_door_is_found(
    folder: Path, journal: Journal, name: str
) -> None:
    """Whatever is changed in the file without the key, reading all again finds it."""
    for number in range(1, 5):
        journal.append({"n": number})
    edit(folder, *FORGERIES[name])
    with pytest.raises(JournalDamaged):
        journal.verify()


def test_the_next_entry_does_not_sign_a_changed_history(folder: Path, journal: Journal) -> None:
    """With entry and hashes both changed, the journal refuses to put a new head over them."""
    for number in range(1, 4):
        journal.append({"n": number})
    forged = canonical({"n": 9})
    value = leaf_hash(forged)
    edit(
        folder,
        f"UPDATE entry SET data = x'{forged.hex()}', hashes = x'{value.hex()}' WHERE number = 3",
    )
    with pytest.raises(JournalDamaged):
        journal.append({"n": 4})
    with pytest.raises(JournalDamaged):
        journal.verify()


def test_a_listing_is_bounded(journal: Journal) -> None:
    """However many are asked for, a thousand come at most."""
    journal.append({"n": 1})
    assert len(journal.entries(0, 10**9)) == 1
    assert MOST_AT_ONCE == 1000


def test_a_file_that_is_no_database_stops_it(folder: Path) -> None:
    """What cannot be read is not begun anew."""
    (folder / "audit.journal.db").write_bytes(b"x" * 4096)
    with pytest.raises(LogStopped):
        Journal.open(folder, "audit", SystemEntropy())
