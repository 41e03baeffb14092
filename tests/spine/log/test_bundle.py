"""Logs carried by hand: the same acceptance, strict bytes, and receipts that come back."""

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parley.errors import BadBundle, BadProof, EntriesMissing, ForkDetected, UnknownLog
from parley.log.bundle import Delivered, deliver, read_bundle, write_bundle
from parley.log.bundle_tar import read_tar, write_tar
from parley.log.checkpoint import SignedNote, cosignature_time
from parley.log.fork import verify_fork
from parley.log.keyring import KeyRing
from parley.log.padding import pad
from tests.spine.log.sides import (
    CHANNEL,
    KEYS,
    Side,
    cosigner_key,
    log_key,
    origin,
    record,
    shared,
    side,
)

COALITION, RUSSIA = origin("coalition"), origin("russia")


@pytest.fixture
def us(tmp_path: Path) -> Iterator[Side]:
    """Return the side whose line is cut, following the other one."""
    with side(tmp_path / "coalition", "coalition") as opened:
        opened.follow("russia")
        yield opened


@pytest.fixture
def them(tmp_path: Path) -> Iterator[Side]:
    """Return the side that the bundle is carried to."""
    with side(tmp_path / "russia", "russia") as opened:
        opened.follow("coalition")
        yield opened


def carry(
    source: Side, to: Side, since: dict[str, int], heads_of: tuple[str, ...] = ()
) -> Delivered:
    data = write_bundle(source.store, since, parts=source.parts, heads_of=heads_of)
    return deliver(read_bundle(data), to.replica, to.store, KEYS, parts=to.parts)


def test_a_bundle_brings_entries_and_takes_receipts_back(us: Side, them: Side) -> None:
    """Out with entries, back with receipts: both ends hold the same, as over the wire."""
    us.add(300)
    done = carry(us, them, {COALITION: 0})
    assert [log.refused for log in done.logs] == [None]
    assert them.store.entries(COALITION) == us.store.entries(COALITION)
    assert them.store.root(COALITION, 300) == us.store.root(COALITION, 300)
    us.add(5)
    carry(us, them, {COALITION: 300})
    back = carry(them, us, {}, (COALITION,))
    assert (back.refused, back.lines) == ((), 2)
    note = SignedNote.parse(us.note())
    for role in ("witness", "receipt"):
        assert cosignature_time(note, cosigner_key("russia", role)) == them.time_s
    assert {c.size for c in us.store.cosignatures(COALITION)} == {305}


def test_the_same_state_gives_the_same_bytes(us: Side) -> None:
    """A bundle has no time, no owner and no order of its own."""
    us.add(3)
    first = write_bundle(us.store, {COALITION: 0}, parts=us.parts)
    us.time_s += 100
    assert write_bundle(us.store, {COALITION: 0}, parts=us.parts) == first
    assert write_tar(read_tar(first)) == first


def test_delivering_again_changes_nothing(us: Side, them: Side) -> None:
    """A bundle delivered twice, or after a later one, is taken as known."""
    us.add(3)
    old = write_bundle(us.store, {COALITION: 0}, parts=us.parts)
    us.add(3)
    carry(us, them, {COALITION: 0})
    given = [c.line for c in them.store.cosignatures(COALITION)]
    them.time_s += 100
    for data in (old, old):
        done = deliver(read_bundle(data), them.replica, them.store, KEYS, parts=them.parts)
        assert [log.refused for log in done.logs] == [None]
    assert [c.line for c in them.store.cosignatures(COALITION)] == given


def test_shared_parts_travel_and_others_do_not(us: Side, them: Side) -> None:
    """The receipt covers the shared part that came along; a sealed one stays at home."""
    us.appender.open_log(COALITION)
    us.parts.put(CHANNEL, "shared", b"map")
    secret = us.parts.put(CHANNEL, "sealed", pad(b"never", bytes(32)))
    us.appender.append(COALITION, record("coalition", 1, parts=[shared(b"map")]))
    data = write_bundle(us.store, {COALITION: 0}, parts=us.parts)
    assert secret.encode() not in data
    assert us.parts.get(secret) not in data
    done = deliver(read_bundle(data), them.replica, them.store, KEYS, parts=them.parts)
    (log,) = done.logs
    assert log.taken is not None
    assert (done.parts, log.taken.missing) == (1, ())
    assert {line.name for line in log.taken.lines} == {"russia/witness", "russia/receipt"}
    assert them.parts.deliverable(shared(b"map").sha256, "coalition", CHANNEL) == b"map"


def test_a_part_that_is_missing_holds_the_receipt(us: Side, them: Side) -> None:
    """Without the part the entries are taken and seen, and not receipted."""
    us.appender.open_log(COALITION)
    us.appender.append(COALITION, record("coalition", 1, parts=[shared(b"map")]))
    done = carry(us, them, {COALITION: 0})
    taken = done.logs[0].taken
    assert taken is not None
    assert taken.missing == (shared(b"map").sha256,)
    assert [line.name for line in taken.lines] == ["russia/witness"]


def test_a_gap_is_told_and_other_logs_go_on(us: Side, them: Side) -> None:
    """A bundle that starts too late for one log delivers the other one all the same."""
    us.add(600)
    us.add(2, lane="urgent")
    them.store.open_log(origin("coalition", "urgent"), own=False)
    done = carry(us, them, {COALITION: 599, origin("coalition", "urgent"): 0})
    refused = {log.origin: type(log.refused) for log in done.logs}
    assert refused == {COALITION: EntriesMissing, origin("coalition", "urgent"): type(None)}
    assert them.store.size(origin("coalition", "urgent")) == 2


def test_a_log_without_known_key_is_refused(us: Side, them: Side) -> None:
    """Only logs that the receiver has a key for are taken."""
    us.add(3)
    data = write_bundle(us.store, {COALITION: 0}, parts=us.parts)
    done = deliver(read_bundle(data), them.replica, them.store, KeyRing({}), parts=them.parts)
    assert isinstance(done.logs[0].refused, UnknownLog)
    assert them.store.size(COALITION) == 0


def test_a_fork_carried_by_hand_is_kept_as_evidence(us: Side, them: Side, tmp_path: Path) -> None:
    """The other branch in a bundle is refused, and its tiles prove the fork at any size."""
    us.add(5)
    carry(us, them, {COALITION: 0})
    with side(tmp_path / "forger", "coalition") as forger:
        forger.appender.open_log(COALITION)
        forger.appender.append_all(
            COALITION, [record("coalition", n, text="other") for n in range(300)]
        )
        done = carry(forger, them, {COALITION: 290})
    assert isinstance(done.logs[0].refused, (EntriesMissing, ForkDetected))
    with side(tmp_path / "forger", "coalition") as forger:
        done = carry(forger, them, {COALITION: 5})
    assert isinstance(done.logs[0].refused, ForkDetected)
    verify_fork(them.store.forks(COALITION)[0], log_key("coalition"))


def test_our_own_log_is_not_taken_in_as_another_s(us: Side, them: Side) -> None:
    """Our log in a bundle of theirs brings cosignatures only."""
    us.add(4)
    carry(us, them, {COALITION: 0})
    done = carry(them, us, {COALITION: 0})
    assert (done.logs, done.refused, done.lines) == ((), (), 2)
    assert us.store.is_own(COALITION)


def test_every_flipped_byte_is_refused_or_changes_nothing(us: Side, them: Side) -> None:
    """No byte of a bundle can be changed so that something else is stored or signed."""
    us.add(2)
    data = write_bundle(us.store, {COALITION: 0}, parts=us.parts)
    entries = us.store.entries(COALITION)
    end = len(data.rstrip(b"\0"))
    for place in [*range(0, end, 7), *range(end, len(data), 997)]:
        broken = bytearray(data)
        broken[place] ^= 0x01
        try:
            done = deliver(
                read_bundle(bytes(broken)), them.replica, them.store, KEYS, parts=them.parts
            )
        except BadBundle:
            continue
        held = them.store.entries(COALITION)
        assert held in ([], entries)
        assert held == entries or done.logs[0].refused is not None


def ustar(change: Callable[[tarfile.TarInfo], None], name: str = "a/b") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        item = tarfile.TarInfo(name)
        item.size, item.mode = 1, 0o644
        change(item)
        tar.addfile(item, io.BytesIO(b"x"))
    return out.getvalue()


def symlink(item: tarfile.TarInfo) -> None:
    item.type, item.linkname, item.size = tarfile.SYMTYPE, "/etc/passwd", 0


@pytest.mark.parametrize(
    "data",
    [
        ustar(lambda item: None, "../outside"),
        ustar(lambda item: None, "/etc/passwd"),
        ustar(lambda item: None, "a/../../b"),
        ustar(lambda item: None, "top"),
        ustar(lambda item: setattr(item, "mtime", 1)),
        ustar(lambda item: setattr(item, "uid", 1)),
        ustar(lambda item: setattr(item, "uname", "root")),
        ustar(symlink),
        ustar(lambda item: None) + b"\0" * 10_240,
        ustar(lambda item: None)[:700],
        b"",
        b"not a tar",
        b"\x1f\x8b" + b"\0" * 600,
    ],
)
def test_another_form_of_tar_is_refused(data: bytes) -> None:
    """Paths outside, links, times, owners, gaps and anything that is no tar are refused."""
    with pytest.raises(BadBundle):
        read_tar(data)


def test_the_members_are_what_the_form_says(us: Side) -> None:
    """A member too many, one missing, or a part under a wrong digest is refused."""
    us.add(2)
    members = read_tar(write_bundle(us.store, {COALITION: 0}, parts=us.parts))
    for name in members:
        without = {other: data for other, data in members.items() if other != name}
        with pytest.raises(BadBundle):
            read_bundle(write_tar(without))
    folder = next(iter(members)).split("/")[0]
    for name in (f"{folder}/more", f"parts/{'0' * 64}"):
        with pytest.raises(BadBundle):
            read_bundle(write_tar({**members, name: b"x"}))


def test_nothing_is_believed_because_it_was_carried(us: Side, them: Side) -> None:
    """Entries that do not give the signed root are refused, as over the wire."""
    us.add(3)
    members = read_tar(write_bundle(us.store, {COALITION: 0}, parts=us.parts))
    (name,) = (n for n in members if "/tile/entries/" in n)
    changed = {**members, name: members[name][:-1] + b"!"}
    data = write_tar(changed)
    done = deliver(read_bundle(data), them.replica, them.store, KEYS, parts=them.parts)
    assert isinstance(done.logs[0].refused, BadProof)
    assert them.store.size(COALITION) == 0
    assert RUSSIA not in them.store.origins()
