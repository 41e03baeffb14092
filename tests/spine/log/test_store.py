"""The store keeps entries, tree and heads, and refuses what does not go on from where it is."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import (
    DuplicateRecord,
    ForkDetected,
    HeadRefused,
    LogDamaged,
    LogStopped,
    RecordTooLarge,
    StaleAppend,
    UnknownLog,
)
from parley.log.checkpoint import SignedNote, cosign
from parley.log.fsck import fsck
from parley.log.merkle import EMPTY_ROOT, MemoryTree, leaf_hash, root_of
from parley.log.signstate import SignState
from parley.log.store import Batch, Leaf, Store, foreign_leaf, own_leaf, peaks
from tests.spine.log.sides import KEYS, head_of, origin, record, signed_head, signer

RUSSIA = origin("russia")
COALITION = origin("coalition")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store with two logs of others; check it when the test is done."""
    opened = Store(tmp_path / "parley.db")
    state = SignState(tmp_path / "state.db")
    opened.open_log(RUSSIA, own=False)
    opened.open_log(COALITION, own=False)
    yield opened
    if not opened.stopped:
        fsck(opened, state, KEYS)
    opened.close()
    state.close()


def test_an_append_says_what_it_expects(store: Store) -> None:
    """An append on top of another size is refused and leaves nothing behind."""
    assert store.append(RUSSIA, [b"a", b"b"], after=0) == 2
    for wrong in (0, 1, 3):
        with pytest.raises(StaleAppend):
            store.append(RUSSIA, [b"c"], after=wrong)
    assert store.append(RUSSIA, [b"c"], after=2) == 3
    assert store.entries(RUSSIA) == [b"a", b"b", b"c"]
    assert store.size(COALITION) == 0


def test_a_group_of_batches_is_written_whole_or_not_at_all(store: Store) -> None:
    """One batch that does not fit keeps the others of its transaction out."""
    store.append(COALITION, [b"x"], after=0)
    with pytest.raises(StaleAppend):
        store.append_many([Batch(RUSSIA, [Leaf(b"a")], 0), Batch(COALITION, [Leaf(b"y")], 0)])
    assert (store.size(RUSSIA), store.size(COALITION)) == (0, 1)
    assert store.append_many(
        [Batch(RUSSIA, [Leaf(b"a")], 0), Batch(COALITION, [Leaf(b"y")], 1)]
    ) == [1, 2]


def test_an_unknown_log_and_an_entry_too_large_are_refused(store: Store) -> None:
    """65,535 bytes go in, one more does not; a log that was not opened takes nothing."""
    with pytest.raises(UnknownLog):
        store.append(origin("mirror"), [b""], after=0)
    assert store.append(RUSSIA, [b"", b"x" * 65_535], after=0) == 2
    with pytest.raises(RecordTooLarge):
        store.append(RUSSIA, [b"x" * 65_536], after=2)


def test_a_log_is_ours_or_anothers(store: Store) -> None:
    """Opening a log again as the other kind is refused."""
    store.open_log(RUSSIA, own=False)
    with pytest.raises(LogDamaged):
        store.open_log(RUSSIA, own=True)
    assert store.origins(own=True) == []
    assert store.origins() == sorted([RUSSIA, COALITION])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 40), min_size=1, max_size=6), data=st.data())
def test_the_stored_tree_equals_the_naive_one(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], data: st.DataObject
) -> None:
    """However entries are grouped, also over a restart, each root is that of the whole list."""
    folder = tmp_path_factory.mktemp("tree")
    entries: list[bytes] = []
    store = Store(folder / "parley.db")
    store.open_log(RUSSIA, own=False)
    for cut in cuts:
        if data.draw(st.booleans()):
            store.close()
            store = Store(folder / "parley.db")
        new = [f"entry {len(entries) + i}".encode() for i in range(cut)]
        store.append(RUSSIA, new, after=len(entries))
        entries += new
    hashes = [leaf_hash(entry) for entry in entries]
    for size in {0, len(entries) // 3, len(entries)}:
        assert store.root(RUSSIA, size) == root_of(hashes[:size])
    tree = MemoryTree(hashes)
    for level, index in peaks(len(entries)):
        assert store.reader(RUSSIA).node(level, index) == tree.node(level, index)
    assert store.leaf_hashes(RUSSIA, 0, len(entries)) == hashes
    store.close()


def test_the_empty_log_has_the_empty_root(store: Store) -> None:
    """A log without entries has the root of RFC 6962, and no hash that could be read."""
    assert store.root(RUSSIA, 0) == EMPTY_ROOT
    with pytest.raises(LogDamaged):
        store.reader(RUSSIA).node(0, 0)


def test_a_record_is_found_by_name_and_by_id(store: Store, tmp_path: Path) -> None:
    """Readable entries have names, in every log they stand in; unreadable ones have none."""
    entry = record("russia", 1)
    store.append(RUSSIA, [b"garbage", entry.raw], after=0)
    store.append(COALITION, [entry.raw], after=0)
    assert store.where(entry.name) == sorted([(RUSSIA, 1), (COALITION, 0)])
    assert store.where("00" * 32) == []
    assert store.names(RUSSIA) == [None, entry.name]
    with Store(tmp_path / "own.db") as ours:
        ours.open_log(RUSSIA, own=True)
        ours.append(RUSSIA, [own_leaf(entry)], after=0)
        leaf = own_leaf(entry)
        assert leaf.record_id is not None
        assert ours.find_id(leaf.record_id.hex()) == (RUSSIA, 0)
        with pytest.raises(DuplicateRecord) as refused:
            ours.append(RUSSIA, [leaf], after=1)
        assert (refused.value.origin, refused.value.index) == (RUSSIA, 0)


def test_threads_that_race_lose_or_win_whole(store: Store) -> None:
    """Of many appends on one size exactly one goes in; the others are told."""
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def race(number: int) -> None:
        barrier.wait()
        try:
            store.append(RUSSIA, [b"%d" % number], after=0)
            outcomes.append("won")
        except StaleAppend:
            outcomes.append("lost")

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    assert store.size(RUSSIA) == 1


def test_heads_are_kept_with_their_cosignatures(store: Store) -> None:
    """A head is written back as it came; the largest one whose entries are held is *the* head."""
    entries = [b"%d" % n for n in range(5)]
    store.append(RUSSIA, entries[:3], after=0)
    notes = {size: signed_head("russia", entries[:size]) for size in (2, 3, 5)}
    for size, note in notes.items():
        store.save_head(RUSSIA, note, size, head_of(note).root)
    assert store.head(RUSSIA) == notes[3]
    assert store.pending_head(RUSSIA) == notes[5]
    assert store.head_at(RUSSIA, 2) == notes[2]
    assert store.head_at(RUSSIA, 4) is None
    head = head_of(notes[3])
    lines = [cosign(head, "mirror/receipt", signer("mirror", "receipt"), t) for t in (7, 9)]
    for line in lines:
        store.add_cosignature(RUSSIA, 3, head.root, line)
    assert store.head(RUSSIA) == SignedNote.parse(notes[3]).joined(lines[:1]).format()
    (found,) = store.cosignatures(RUSSIA, 1)
    assert (found.cosigner, found.size, found.line) == ("mirror/receipt", 3, lines[0])
    assert store.cosignatures(RUSSIA, 4) == []


def test_the_first_and_the_last_cosignature_that_cover_an_entry_are_found(store: Store) -> None:
    """For evidence the earliest line over an entry counts, for the standing the latest."""
    entries = [b"%d" % n for n in range(4)]
    store.append(RUSSIA, entries, after=0)
    for size in (1, 2, 3, 4):
        note = signed_head("russia", entries[:size])
        head = head_of(note)
        store.save_head(RUSSIA, note, size, head.root)
        line = cosign(head, "mirror/receipt", signer("mirror", "receipt"), 100 + size)
        store.add_cosignature(RUSSIA, size, head.root, line)
    assert [c.size for c in store.cosignatures(RUSSIA, 2, earliest=True)] == [2]
    assert [c.size for c in store.cosignatures(RUSSIA, 2)] == [4]


def test_one_size_has_one_root(store: Store) -> None:
    """A second root for a size is refused, and so is a note that is not the head it claims."""
    one, other = signed_head("russia", [b"a"]), signed_head("russia", [b"b"])
    store.append(RUSSIA, [b"a"], after=0)
    store.save_head(RUSSIA, one, 1, head_of(one).root)
    with pytest.raises(ForkDetected):
        store.save_head(RUSSIA, other, 1, head_of(other).root)
    with pytest.raises(HeadRefused):
        store.save_head(RUSSIA, one, 2, head_of(one).root)
    with pytest.raises(HeadRefused):
        store.add_cosignature(
            RUSSIA,
            1,
            head_of(other).root,
            cosign(head_of(other), "mirror/receipt", signer("mirror", "receipt"), 1),
        )


def test_fork_evidence_is_kept_once_in_order(store: Store) -> None:
    """The same evidence twice is one; what was kept first is given first."""
    for evidence in (b"second", b"first", b"second"):
        store.add_fork(RUSSIA, evidence)
    assert store.forks(RUSSIA) == [b"second", b"first"]
    assert store.forks(COALITION) == []


def test_a_failed_sync_stops_the_log_for_good(tmp_path: Path) -> None:
    """When the disk does not confirm a write, that one and every later one are refused."""
    store = Store(tmp_path / "parley.db")
    store.open_log(RUSSIA, own=False)
    store.append(RUSSIA, [b"a"], after=0)
    # The open WAL becomes a device that takes writes and cannot sync them.
    null = os.open("/dev/null", os.O_RDWR)
    for opened in list(Path("/proc/self/fd").iterdir()):
        if os.path.realpath(opened) == str(tmp_path / "parley.db-wal"):
            os.dup2(null, int(opened.name))
    os.close(null)
    for _ in range(2):
        with pytest.raises(LogStopped):
            store.append(RUSSIA, [b"b"], after=1)
    assert store.stopped
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET data = x'00' WHERE at & 0xff = 1",
        "UPDATE entry SET hashes = zeroblob(length(hashes)) WHERE at & 0xff = 3",
        "UPDATE entry SET name = zeroblob(32) WHERE at & 0xff = 2",
        "DELETE FROM entry WHERE at & 0xff = 1",
        "UPDATE head SET root = zeroblob(32)",
        "UPDATE head SET signature = zeroblob(64)",
    ],
)
def test_fsck_names_what_was_damaged(tmp_path: Path, damage: str) -> None:
    """Every kind of damage behind the store's back is found, with the place."""
    entries = [record("russia", n).raw for n in range(4)]
    with Store(tmp_path / "parley.db") as store, SignState(tmp_path / "state.db") as state:
        store.open_log(RUSSIA, own=False)
        store.append(RUSSIA, entries, after=0)
        note = signed_head("russia", entries)
        store.save_head(RUSSIA, note, 4, head_of(note).root)
        assert fsck(store, state, KEYS).entries == 4
    db = sqlite3.connect(tmp_path / "parley.db")
    db.execute(damage)
    db.commit()
    db.close()
    with Store(tmp_path / "parley.db") as store, SignState(tmp_path / "state.db") as state:
        with pytest.raises(LogDamaged) as found:
            fsck(store, state, KEYS)
        assert found.value.where.startswith(RUSSIA)


def test_a_foreign_leaf_is_named_only_where_it_can_be_read() -> None:
    """A leaf takes its name from the payload, and none from what is no envelope of ours."""
    entry = record("russia", 1)
    assert foreign_leaf(entry.raw).name == hashlib.sha256(entry.payload).digest()
    assert foreign_leaf(entry.raw + b" ").name is None
