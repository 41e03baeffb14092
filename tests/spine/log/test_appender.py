"""Our own logs: durable, then remembered, then signed; once each; never two roots for a size."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from parley.errors import (
    EntriesMissing,
    ForkDetected,
    LogDamaged,
    NotCanonical,
    StateBehind,
    WrongLog,
)
from parley.log.checkpoint import SignedNote, parse_checkpoint, verify_log_signature
from parley.log.refill import refill
from parley.log.signstate import LOG_SIGNER, Signed
from parley.log.store import Store
from tests.spine.log.sides import (
    Side,
    head_of,
    log_key,
    origin,
    record,
    side,
    signed_head,
)

COALITION = origin("coalition")
ROOT = Path(__file__).resolve().parents[3]


def test_an_append_gives_its_place_and_a_head_that_covers_it(tmp_path: Path) -> None:
    """The index counts from zero, and the signed head has the root over the entries so far."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
        assert us.appender.head(COALITION) is None
        for number in range(5):
            done = us.appender.append(COALITION, record("coalition", number))
            assert (done.index, done.size, done.duplicate) == (number, number + 1, False)
            note = SignedNote.parse(done.head)
            verify_log_signature(note, parse_checkpoint(note), log_key("coalition"))
            assert head_of(done.head).root == us.store.root(COALITION, number + 1)
            assert us.store.head(COALITION) == done.head == us.appender.head(COALITION)


def test_the_order_is_data_then_state_then_signature(tmp_path: Path) -> None:
    """At every append: entries durable, sign-state durable, and only then the signature leaves."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
        us.events.clear()
        for number in range(3):
            us.appender.append(COALITION, record("coalition", number))
        once = ["entries durable", "sign-state durable", "signature released"]
        assert us.events == once * 3


def test_a_group_shares_one_commit(tmp_path: Path) -> None:
    """Many entries cost one durable write, one of the sign-state, and one head."""
    with side(tmp_path, "coalition") as us:
        us.add(1)
        us.events.clear()
        entries = [record("coalition", n) for n in range(10, 60)]
        places = us.appender.append_all(COALITION, entries)
        assert [place.index for place in places] == list(range(1, 51))
        assert {place.size for place in places} == {51}
        assert us.events == ["entries durable", "sign-state durable", "signature released"]


def test_callers_that_wait_share_commits(tmp_path: Path) -> None:
    """Threads on both lanes all get places of their own under heads that cover them."""
    lanes = ("main", "urgent")
    with side(tmp_path, "coalition") as us:
        for lane in lanes:
            us.appender.open_log(origin("coalition", lane))
        places: dict[tuple[str, int], int] = {}

        def work(worker: int) -> None:
            for number in range(10):
                lane = lanes[(worker + number) % 2]
                entry = record("coalition", worker * 100 + number, lane=lane)
                done = us.appender.append(origin("coalition", lane), entry)
                assert done.size > done.index
                places[done.origin, done.index] = worker

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(places) == 80
        assert sum(us.store.size(origin("coalition", lane)) for lane in lanes) == 80


def test_the_same_record_again_gives_its_first_place(tmp_path: Path) -> None:
    """Sent twice, in one group or later, also signed anew, a record stands in the log once."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
        entry = record("coalition", 7)
        first, again = us.appender.append_all(COALITION, [entry, entry])
        assert (first.index, again.index, again.duplicate) == (0, 0, True)
        us.add(3)
        later = us.appender.append_all(COALITION, [record("coalition", 50), entry])
        assert [(place.index, place.duplicate) for place in later] == [(4, False), (0, True)]
        assert later[1].size == 5
        assert us.store.size(COALITION) == 5


def test_an_id_names_one_text(tmp_path: Path) -> None:
    """Another record under an id that was used is refused; its neighbours in the group go in."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
        entry = record("coalition", 1, record_id="ab" * 16)
        us.appender.append(COALITION, entry)
        other = record("coalition", 2, record_id="ab" * 16)
        with pytest.raises(WrongLog):
            us.appender.append(COALITION, other)
        with pytest.raises(WrongLog):
            us.appender.append_all(COALITION, [record("coalition", 3), other])
        with pytest.raises(WrongLog):
            us.appender.append_all(
                COALITION,
                [
                    record("coalition", 4, record_id="cd" * 16),
                    record("coalition", 5, record_id="cd" * 16),
                ],
            )
        names = [record("coalition", 3).name, record("coalition", 4, record_id="cd" * 16).name]
        assert us.store.names(COALITION) == [entry.name, *names]


def test_a_record_goes_into_the_log_it_names(tmp_path: Path) -> None:
    """An envelope for another log, lane or channel, and bytes that are none, are refused."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
        for stranger in (record("russia", 1), record("coalition", 1, lane="urgent")):
            with pytest.raises(WrongLog):
                us.appender.append(COALITION, stranger)
        with pytest.raises(NotCanonical):
            us.appender.append(COALITION, b"garbage")
        assert us.store.size(COALITION) == 0


def test_entries_that_a_crash_left_without_a_head_get_one(tmp_path: Path) -> None:
    """What became durable before the sign-state is signed at the next start."""
    with side(tmp_path, "coalition") as us:
        us.add(2)
        us.store.append(COALITION, [record("coalition", 9).raw], after=2)
        signed = us.state.last(LOG_SIGNER, COALITION)
        assert signed is not None
        assert signed.size == 2
    with side(tmp_path, "coalition") as us:
        assert us.state.last(LOG_SIGNER, COALITION) == Signed(3, us.store.root(COALITION, 3))
        assert head_of(us.note()).size == 3


def test_a_head_that_a_crash_left_unsaved_is_signed_again_alike(tmp_path: Path) -> None:
    """The head released last is the same bytes after a restart, even if it was never written."""
    us = Side(tmp_path, "coalition")
    us.add(4)
    released = us.note()
    # A crash keeps what is durable and nothing else.
    shutil.copytree(tmp_path, tmp_path / "crashed", ignore=shutil.ignore_patterns("crashed"))
    us.close()
    with side(tmp_path / "crashed", "coalition") as again:
        assert again.note() == released


def snapshot(folder: Path, name: str) -> Path:
    kept = folder / name
    kept.write_bytes((folder / "parley.db").read_bytes())
    return kept


def restore(folder: Path, kept: Path) -> None:
    for tail in ("-wal", "-shm"):
        (folder / f"parley.db{tail}").unlink(missing_ok=True)
    (folder / "parley.db").write_bytes(kept.read_bytes())


def test_a_restored_backup_signs_nothing_until_it_is_refilled(tmp_path: Path) -> None:
    """Behind its sign-state a log is read-only; refilled from a counterpart its root is equal."""
    folder = tmp_path / "coalition"
    us = Side(folder, "coalition")
    us.add(10)
    us.close()
    kept = snapshot(folder, "backup")
    us = Side(folder, "coalition")
    us.add(50)
    note, entries = us.note(), us.store.entries(COALITION)
    us.close()
    restore(folder, kept)

    back = Side(folder, "coalition")
    back.events.clear()
    for attempt in range(2):
        with pytest.raises(StateBehind):
            back.appender.append(COALITION, record("coalition", 1000 + attempt))
    assert back.appender.behind(COALITION) == Signed(60, head_of(note).root)
    assert "signature released" not in back.events
    with pytest.raises(EntriesMissing):
        refill(back.store, back.appender, note, 11, entries[11:])
    # A copy that ends earlier helps, yet the log stays read-only until all of it is back.
    assert not refill(
        back.store, back.appender, signed_head("coalition", entries[:40]), 0, entries[:40]
    )
    with pytest.raises(StateBehind):
        back.appender.append(COALITION, record("coalition", 1002))
    assert refill(back.store, back.appender, note, 32, entries[32:])
    assert back.note() == note
    done = back.appender.append(COALITION, record("coalition", 1003))
    assert done.index == 60
    again = back.appender.append(COALITION, record("coalition", 55))
    assert (again.index, again.duplicate) == (55, True)
    back.check()
    back.close()


def test_a_head_that_others_hold_reveals_that_all_of_us_is_old(tmp_path: Path) -> None:
    """With data and sign-state both restored, a counterpart's copy of our head stops the log."""
    with side(tmp_path / "then", "coalition") as us:
        us.add(8)
        note, entries = us.note(), us.store.entries(COALITION)
    with side(tmp_path / "old", "coalition") as old:
        old.add(3)
        old.appender.learn_own_head(note)
        with pytest.raises(StateBehind):
            old.appender.append(COALITION, record("coalition", 99))
        assert refill(old.store, old.appender, note, 0, entries)
        assert old.note() == note


def test_another_history_under_our_key_is_a_fork(tmp_path: Path) -> None:
    """A head that our key signed over other entries is refused, not adopted."""
    with side(tmp_path, "coalition") as us:
        us.add(3)
        with pytest.raises(ForkDetected):
            us.appender.learn_own_head(signed_head("coalition", [b"other"]))
        assert head_of(us.note()).size == 3


def test_a_store_that_is_not_what_was_signed_is_not_continued(tmp_path: Path) -> None:
    """Other entries under the same sign-state: the log says so and signs nothing."""
    with side(tmp_path / "a", "coalition") as us:
        us.add(3)
    folder = tmp_path / "b"
    folder.mkdir()
    shutil.copy(tmp_path / "a" / "sign-state.db", folder / "sign-state.db")
    with Store(folder / "parley.db") as store:
        store.open_log(COALITION, own=True)
        store.append(COALITION, [record("coalition", n).raw for n in (7, 8, 9)], after=0)
    other = Side(folder, "coalition")
    with pytest.raises(LogDamaged):
        other.appender.append(COALITION, record("coalition", 10))
    other.close()


RACER = """
import sys
from pathlib import Path
from tests.spine.log.sides import Side, origin, record
us = Side(Path(sys.argv[1]), "coalition")
start = int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(start, start + 500):
    done = us.appender.append(origin("coalition"), record("coalition", number))
    print(done.index, done.size, done.head.hex(), flush=True)
us.close()
"""


def test_two_processes_that_race_on_one_key_sign_one_root_per_size(tmp_path: Path) -> None:
    """A thousand appends by two processes on one folder: 1,000 entries, one root for each size."""
    with side(tmp_path, "coalition") as us:
        us.appender.open_log(COALITION)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(tmp_path), str(start)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for start in (0, 500)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    outputs: list[list[str]] = [[], []]

    def read(number: int) -> None:
        outputs[number] = racers[number].communicate("go\n")[0].splitlines()

    readers = [threading.Thread(target=read, args=(n,)) for n in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [racer.returncode for racer in racers] == [0, 0]
    lines = [line.split() for output in outputs for line in output]
    assert sorted(int(index) for index, _, _ in lines) == list(range(1000))
    roots: dict[int, set[bytes]] = {}
    with side(tmp_path, "coalition") as us:
        assert us.store.size(COALITION) == 1000
        for index, size, text in lines:
            note = SignedNote.parse(bytes.fromhex(text))
            head = parse_checkpoint(note)
            verify_log_signature(note, head, log_key("coalition"))
            assert head.size == int(size) > int(index)
            roots.setdefault(head.size, set()).add(head.root)
        assert all(len(found) == 1 for found in roots.values())
        assert all(us.store.root(COALITION, size) in found for size, found in roots.items())


def test_a_lost_sign_state_is_rebuilt_from_the_heads_that_were_kept(tmp_path: Path) -> None:
    """Heads kept in the store were signed, so they count as signed without the other file."""
    with side(tmp_path, "coalition") as us:
        us.add(5)
    for file in tmp_path.glob("sign-state.db*"):
        file.unlink()
    with side(tmp_path, "coalition") as us:
        assert us.state.last(LOG_SIGNER, COALITION) == Signed(5, us.store.root(COALITION, 5))
