"""Taking in another's log: by upload, by pull, in any order, and never two histories."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from parley.errors import (
    BadCosignature,
    BadForkEvidence,
    BadNote,
    BadProof,
    BadUpload,
    EntriesMissing,
    ForkDetected,
    HeadRefused,
    HeadStale,
    NoPendingHead,
    UnknownLog,
    UploadConflict,
    WrongLog,
)
from parley.log.checkpoint import NoteSignature, SignedNote, cosign, cosignature_time
from parley.log.fork import ForkEvidence, verify_fork
from parley.log.merkle import leaf_hash
from parley.log.packages import UploadHead, read_head, read_packages, write_upload
from parley.log.uploads import EntriesTaken
from tests.spine.log.sides import (
    KEYS,
    Side,
    cosigner_key,
    head_of,
    log_key,
    origin,
    proof_between,
    record,
    shared,
    side,
    signed_head,
    signer,
)

COALITION = origin("coalition")
KEY = log_key("coalition")
# The same log up to entry 5, then two different histories.
TRUNK = [record("coalition", n).raw for n in range(5)]
LEFT = TRUNK + [record("coalition", n, text="left").raw for n in range(5, 14)]
RIGHT = TRUNK + [record("coalition", n, text="right").raw for n in range(5, 14)]


@pytest.fixture
def russia(tmp_path: Path) -> Iterator[Side]:
    """Return a side that follows the coalition's log; check it when the test is done."""
    with side(tmp_path / "russia", "russia") as opened:
        opened.follow("coalition")
        yield opened


def offer(
    to: Side, entries: Sequence[bytes], old: int, size: int | None = None
) -> tuple[NoteSignature, ...]:
    whole = entries if size is None else entries[:size]
    proof = proof_between(whole, old, len(whole)) if old else []
    return to.replica.offer_head(signed_head("coalition", whole), old, proof, KEY).lines


def upload(to: Side, source: Side, start: int, end: int, **limits: int) -> EntriesTaken:
    body = write_upload(source.store, UploadHead(COALITION, start, end), **limits)
    head, at = read_head(body)
    return to.replica.take_upload(head, read_packages(head, body, at))


def receive(to: Side, entries: Sequence[bytes], start: int = 0, **more: object) -> EntriesTaken:
    note = signed_head("coalition", entries)
    return to.replica.receive(note, start, entries[start:], KEY, **more)  # type: ignore[arg-type]


def times(note: bytes, lines: Sequence[NoteSignature], role: str) -> int | None:
    return cosignature_time(SignedNote.parse(note).joined(lines), cosigner_key("russia", role))


def evidence(of: Side) -> ForkEvidence:
    (kept,) = of.store.forks(COALITION)
    proven = verify_fork(kept, KEY)
    assert proven.smaller.size <= proven.larger.size
    return ForkEvidence.parse(kept)


# --- heads


def test_a_head_is_witnessed_before_its_entries(russia: Side) -> None:
    """A head that extends the last one gets a witness line, with our clock, and is pending."""
    russia.time_s = 77
    note = signed_head("coalition", LEFT[:3])
    lines = offer(russia, LEFT, 0, 3)
    assert times(note, lines, "witness") == 77
    assert times(note, lines, "receipt") is None
    assert head_of(russia.store.pending_head(COALITION) or b"").size == 3
    assert russia.store.head(COALITION) is None
    lines = offer(russia, LEFT, 3, 9)
    assert times(signed_head("coalition", LEFT[:9]), lines, "witness") == 77


def test_the_same_head_again_gives_the_same_line(russia: Side) -> None:
    """Repeating an offer changes nothing, whatever the clock says by then."""
    lines = offer(russia, LEFT, 0, 3)
    russia.time_s += 1000
    assert offer(russia, LEFT, 3, 3) == lines


def test_an_offer_on_another_size_says_which_one_was_seen(russia: Side) -> None:
    """The sender learns the size to start from, as tlog-witness has it."""
    offer(russia, LEFT, 0, 6)
    for old in (0, 3, 5):
        with pytest.raises(HeadStale) as refused:
            offer(russia, LEFT, old, 9)
        assert refused.value.size == 6
    with pytest.raises(HeadStale):
        offer(russia, LEFT, 0, 3)


def test_what_is_no_head_of_a_followed_log_is_refused(russia: Side) -> None:
    """Another key, an unknown log, our own log and an empty tree with a root are all refused."""
    note = signed_head("coalition", TRUNK)
    with pytest.raises(BadNote):
        russia.replica.offer_head(note, 0, [], log_key("mirror"))
    stolen = SignedNote.parse(note)
    forged = SignedNote(stolen.text.replace("5", "6", 1), stolen.signatures)
    with pytest.raises(BadNote):
        russia.replica.offer_head(forged.format(), 0, [], KEY)
    with pytest.raises(UnknownLog):
        russia.replica.offer_head(signed_head("mirror", TRUNK), 0, [], log_key("mirror"))
    russia.add(1)
    with pytest.raises(WrongLog):
        russia.replica.offer_head(russia.note(), 0, [], log_key("russia"))
    with pytest.raises(HeadRefused):
        russia.replica.offer_head(note, 6, [], KEY)


def test_a_wrong_proof_is_refused_and_changes_nothing(russia: Side) -> None:
    """A head that is not shown to extend the last one gets no line."""
    offer(russia, LEFT, 0, 6)
    with pytest.raises(BadProof):
        russia.replica.offer_head(signed_head("coalition", LEFT[:9]), 6, [b"x" * 32], KEY)
    with pytest.raises(BadProof):
        russia.replica.offer_head(signed_head("coalition", LEFT[:9]), 6, [], KEY)
    offer(russia, LEFT, 6, 9)


# --- uploads


def test_uploads_lead_to_a_receipt(tmp_path: Path, russia: Side) -> None:
    """Packages of many sizes, cut short and sent again, end in one receipt over all entries."""
    with side(tmp_path / "coalition", "coalition") as us:
        us.add(700)
        note = us.note()
        entries = us.store.entries(COALITION)
        russia.replica.offer_head(note, 0, [], KEY)
        taken = upload(russia, us, 0, 700, max_packages=1)
        assert (taken.next_entry, taken.complete, taken.lines) == (256, False, ())
        taken = upload(russia, us, 100, 700, max_packages=1)
        assert taken.next_entry == 256
        taken = upload(russia, us, 256, 700)
        assert (taken.next_entry, taken.complete) == (700, True)
        assert times(note, taken.lines, "receipt") == russia.time_s
        assert russia.store.entries(COALITION) == entries
        russia.time_s += 50
        assert upload(russia, us, 700, 700).lines == taken.lines
        assert upload(russia, us, 300, 700).lines == taken.lines


def test_an_upload_cut_off_keeps_its_whole_packages(tmp_path: Path, russia: Side) -> None:
    """Wherever the bytes end, whole packages stay; the rest is asked for again."""
    with side(tmp_path / "coalition", "coalition") as us:
        us.add(300)
        russia.replica.offer_head(us.note(), 0, [], KEY)
        body = write_upload(us.store, UploadHead(COALITION, 0, 300))
        head, at = read_head(body)
        first = write_upload(us.store, UploadHead(COALITION, 0, 300), max_packages=1)
        with pytest.raises(BadUpload):
            russia.replica.take_upload(head, read_packages(head, first[:-1], at))
        for cut in (len(first), len(first) + 1, len(body) - 1):
            taken = russia.replica.take_upload(head, read_packages(head, body[:cut], at))
            assert (taken.next_entry, taken.lines) == (256, ())


def test_an_upload_says_where_to_go_on(tmp_path: Path, russia: Side) -> None:
    """Without a head, for an unknown end or beyond a gap, the mirror's state is told."""
    with side(tmp_path / "coalition", "coalition") as us:
        us.add(20)
        with pytest.raises(NoPendingHead):
            upload(russia, us, 0, 20)
        russia.replica.offer_head(us.note(), 0, [], KEY)
        for start, end in ((0, 19), (1, 20)):
            with pytest.raises(UploadConflict) as refused:
                upload(russia, us, start, end)
            assert (refused.value.size, refused.value.next_entry) == (20, 0)


def test_entries_that_are_not_under_the_head_are_refused(tmp_path: Path, russia: Side) -> None:
    """One changed byte in an entry or a proof: nothing of that package is stored."""
    with side(tmp_path / "coalition", "coalition") as us:
        us.add(10)
        russia.replica.offer_head(us.note(), 0, [], KEY)
        body = write_upload(us.store, UploadHead(COALITION, 0, 10))
        head, at = read_head(body)
        for place in (at + 40, len(body) - 2):
            broken = bytearray(body)
            broken[place] ^= 1
            with pytest.raises((BadProof, BadUpload)):
                russia.replica.take_upload(head, read_packages(head, bytes(broken), at))
        with pytest.raises(BadUpload):
            russia.replica.take_upload(head, read_packages(head, body + b"x", at))
        assert russia.store.size(COALITION) in (0, 10)


def test_garbage_is_stored_and_receipted(russia: Side) -> None:
    """What an entry means is not judged: unreadable ones are carried like any other."""
    entries = [b"", b"\xff garbage", record("coalition", 1).raw, b"x" * 65_535]
    taken = receive(russia, entries)
    assert times(signed_head("coalition", entries), taken.lines, "receipt") is not None
    assert russia.store.entries(COALITION) == entries


# --- parts


def test_a_receipt_waits_for_the_shared_parts(russia: Side) -> None:
    """Entries whose shared parts are not here get no receipt; those before them do."""
    data = b"a map"
    parts = [shared(data)]
    entries = [*TRUNK, record("coalition", 20, parts=parts).raw, record("coalition", 21).raw]
    receive(russia, TRUNK)
    taken = receive(russia, entries)
    assert taken.missing == (parts[0].sha256,)
    assert times(signed_head("coalition", entries), taken.lines, "receipt") is None
    assert russia.replica.missing_parts(COALITION) == [(5, parts[0].sha256)]
    waiting = russia.replica.give_receipt(COALITION)
    assert waiting is not None
    assert waiting.head.size == 5
    russia.parts.put("5a" * 32, "shared", data)
    russia.events.clear()
    given = russia.replica.give_receipt(COALITION)
    assert given is not None
    assert given.head.size == 7
    assert russia.events[:2] == [
        "sign-state durable",
        "cosignature released by russia/receipt",
    ]


def test_parts_that_garbage_names_are_not_waited_for(russia: Side) -> None:
    """An unreadable entry names no parts, so nobody can hold up receipts with it."""
    garbage = record("coalition", 20, parts=[shared(b"never sent")]).raw + b" "
    taken = receive(russia, [*TRUNK, garbage])
    assert taken.missing == ()
    assert times(signed_head("coalition", [*TRUNK, garbage]), taken.lines, "receipt") is not None


# --- the whole log, by pull or by hand


def test_a_log_is_received_by_pieces_in_any_order(russia: Side) -> None:
    """Overlapping, repeated and old deliveries are fine; a gap is refused and says so."""
    with pytest.raises(EntriesMissing):
        receive(russia, LEFT[:9], 4)
    with pytest.raises(EntriesMissing):
        russia.replica.receive(signed_head("coalition", LEFT[:9]), 0, LEFT[:8], KEY)
    receive(russia, LEFT[:6])
    receive(russia, LEFT[:9], 2)
    assert receive(russia, LEFT[:4]).next_entry == 9
    assert receive(russia, LEFT[:9]).next_entry == 9
    taken = russia.replica.receive(signed_head("coalition", LEFT[:10]), 8, LEFT[8:], KEY)
    assert taken.next_entry == 10
    assert russia.store.entries(COALITION) == LEFT[:10]


def test_entries_durable_before_the_receipt_leaves(russia: Side) -> None:
    """Seen, then entries durable, then the receipt's state durable, then the receipt."""
    russia.events.clear()
    receive(russia, LEFT[:9])
    assert russia.events == [
        "sign-state durable",
        "cosignature released by russia/witness",
        "entries durable",
        "sign-state durable",
        "cosignature released by russia/receipt",
    ]


def test_a_receipt_waits_until_its_head_is_durable(russia: Side) -> None:
    """A head that came with others' lines may be written without a sync; no receipt rests on it."""
    receive(russia, LEFT[:9])
    russia.store.append(COALITION, LEFT[9:12], after=9)
    durable = russia.store.syncs
    note = signed_head("coalition", LEFT[:12])
    russia.replica.take_cosignatures(note, (), KEY, (), synced=False)
    assert russia.store.syncs == durable
    given = russia.replica.give_receipt(COALITION)
    assert given is not None
    assert given.head.size == 12
    assert russia.store.syncs == durable + 1


def test_an_older_head_from_the_mirror_brings_its_entries(russia: Side) -> None:
    """With a larger head pending, a smaller one with its entries is taken; the receipt waits."""
    offer(russia, LEFT, 0, 12)
    taken = receive(russia, LEFT[:9])
    assert (taken.next_entry, taken.lines) == (9, ())
    taken = receive(russia, LEFT[:12], 9)
    assert times(signed_head("coalition", LEFT[:12]), taken.lines, "receipt") is not None


# --- two histories


def test_a_second_root_of_one_size_is_a_fork(russia: Side) -> None:
    """Two heads of one size: the second is refused, and both together are the evidence."""
    offer(russia, LEFT, 0, 9)
    with pytest.raises(ForkDetected):
        offer(russia, RIGHT, 9, 9)
    assert evidence(russia).proof == ()
    with pytest.raises(ForkDetected):
        offer(russia, RIGHT, 0, 9)
    assert len(russia.store.forks(COALITION)) == 1


def test_a_smaller_head_of_another_history_is_a_fork(russia: Side) -> None:
    """A head below what is held and not its prefix: the proof from our root shows it."""
    receive(russia, LEFT[:12])
    with pytest.raises(ForkDetected):
        offer(russia, RIGHT, 0, 7)
    kept = evidence(russia)
    assert kept.root == russia.store.root(COALITION, 7)
    assert len(kept.proof) > 0


def test_a_larger_head_of_another_history_is_a_fork(russia: Side) -> None:
    """The proof that the forger sends along shows by itself which root it starts from."""
    offer(russia, LEFT, 0, 7)
    with pytest.raises(ForkDetected):
        offer(russia, RIGHT, 7, 12)
    assert (
        evidence(russia).larger.text == SignedNote.parse(signed_head("coalition", RIGHT[:12])).text
    )


def test_another_history_received_whole_is_a_fork(russia: Side) -> None:
    """Entries of the other branch, or its leaf hashes alone, prove the fork at any size."""
    receive(russia, LEFT[:8])
    with pytest.raises(ForkDetected):
        receive(russia, RIGHT[:12])
    evidence(russia)


def test_leaf_hashes_prove_a_fork_that_entries_do_not_show(russia: Side) -> None:
    """From a bundle with only the newest entries, the tiles in it still prove the fork."""
    receive(russia, LEFT[:8])
    with pytest.raises(BadProof):
        receive(russia, RIGHT[:12], 8)
    assert russia.store.forks(COALITION) == []
    with pytest.raises(ForkDetected):
        receive(russia, RIGHT[:12], 8, leaves=[leaf_hash(entry) for entry in RIGHT[:12]])
    evidence(russia)


def test_a_pending_head_binds_like_a_held_one(russia: Side) -> None:
    """After a head was seen, entries of another history do not get in."""
    offer(russia, LEFT, 0, 7)
    with pytest.raises(ForkDetected):
        receive(russia, RIGHT[:12])
    assert russia.store.size(COALITION) == 0
    evidence(russia)


def test_entries_against_a_pending_head_of_another_history_prove_the_fork(russia: Side) -> None:
    """Taken below a pending head that contradicts them, entries are the evidence later."""
    offer(russia, RIGHT, 0, 12)
    assert receive(russia, LEFT[:9]).lines == ()
    assert russia.replica.give_receipt(COALITION) is None
    with pytest.raises(ForkDetected):
        receive(russia, RIGHT[:12])
    assert evidence(russia).root is not None


def test_a_fork_is_proven_only_by_both_heads(russia: Side) -> None:
    """Evidence with one byte changed, or under another key, proves nothing."""
    receive(russia, LEFT[:12])
    with pytest.raises(ForkDetected):
        offer(russia, RIGHT, 0, 7)
    (kept,) = russia.store.forks(COALITION)
    verify_fork(kept, KEY)
    with pytest.raises(BadForkEvidence):
        verify_fork(kept, log_key("mirror"))
    for place in range(len(kept)):
        broken = bytearray(kept)
        broken[place] ^= 1
        with pytest.raises(BadForkEvidence):
            verify_fork(bytes(broken), KEY)


def test_honest_heads_are_no_evidence(russia: Side) -> None:
    """Two heads of one history cannot be passed off as a fork."""
    one, other = (SignedNote.parse(signed_head("coalition", LEFT[:n])) for n in (7, 12))
    root = head_of(one.format()).root
    proof = tuple(proof_between(LEFT[:12], 7, 12))
    for made in (
        ForkEvidence(one, other, root, proof),
        ForkEvidence(one, one),
        ForkEvidence(one, other),
        ForkEvidence(other, one, root, proof),
        ForkEvidence(one, other, b"x" * 32, proof),
    ):
        with pytest.raises(BadForkEvidence):
            verify_fork(made.to_bytes(), KEY)


def test_what_we_signed_binds_us_without_the_sign_state(tmp_path: Path) -> None:
    """With the sign-state lost, our own lines in the store still keep us on one history."""
    folder = tmp_path / "russia"
    with side(folder, "russia") as opened:
        opened.follow("coalition")
        receive(opened, LEFT[:7])
    for file in folder.glob("sign-state.db*"):
        file.unlink()
    with side(folder, "russia") as opened:
        with pytest.raises(HeadStale):
            offer(opened, RIGHT, 0, 12)
        with pytest.raises(ForkDetected):
            offer(opened, RIGHT, 7, 12)
        receive(opened, LEFT[:12])


def test_a_restored_copy_receipts_nothing_below_its_last_receipt(tmp_path: Path) -> None:
    """A replica restored from a backup is silent until it holds again what it receipted."""
    folder = tmp_path / "russia"
    with side(folder, "russia") as opened:
        opened.follow("coalition")
        receive(opened, LEFT[:4])
    old = (folder / "parley.db").read_bytes()
    with side(folder, "russia") as opened:
        receive(opened, LEFT[:9])
    for tail in ("-wal", "-shm"):
        (folder / f"parley.db{tail}").unlink(missing_ok=True)
    (folder / "parley.db").write_bytes(old)
    opened = Side(folder, "russia")
    assert opened.replica.give_receipt(COALITION) is None
    # What it saw binds it still, although the head itself is gone and nothing proves the fork.
    with pytest.raises(BadProof):
        receive(opened, RIGHT[:9])
    assert receive(opened, LEFT[:6]).lines == ()
    with pytest.raises(ForkDetected):
        receive(opened, RIGHT[:9])
    taken = receive(opened, LEFT[:9])
    assert times(signed_head("coalition", LEFT[:9]), taken.lines, "receipt") is not None
    opened.check()
    opened.close()


# --- what others say


def test_known_cosigners_are_kept_and_unknown_ones_ignored(tmp_path: Path) -> None:
    """Only lines of keys that the caller names count, and a bad one of those is refused."""
    with side(tmp_path, "coalition") as us:
        us.add(3)
        note, head = us.note(), head_of(us.note())
        good = cosign(head, "russia/receipt", signer("russia", "receipt"), 5)
        stranger = cosign(head, "nobody/receipt", signer("nobody", "receipt"), 5)
        accepted = us.replica.take_cosignatures(note, [good, stranger], KEY, KEYS.cosigners)
        assert accepted == (good,)
        assert us.store.stored_head_at(COALITION, 3) is not None
        assert [c.line for c in us.store.cosignatures(COALITION)] == [good]
        bad = NoteSignature(good.name, good.key_hash, b"\0" * 7 + b"\1" + good.signature[8:])
        with pytest.raises(BadCosignature):
            us.replica.take_cosignatures(note, [bad], KEY, KEYS.cosigners)
        with pytest.raises(HeadRefused):
            us.replica.take_cosignatures(
                signed_head("coalition", LEFT[:9]), [good], KEY, KEYS.cosigners
            )


def test_a_head_of_ours_that_we_never_signed_is_a_fork(tmp_path: Path) -> None:
    """Lines under another history of our own log are refused, and the two heads kept."""
    with side(tmp_path, "coalition") as us:
        us.add(3)
        with pytest.raises(ForkDetected):
            us.replica.take_cosignatures(
                signed_head("coalition", RIGHT[-3:]), [], KEY, KEYS.cosigners
            )
        assert verify_fork(us.store.forks(COALITION)[0], KEY).larger.size == 3
