"""A policy says which signatures count; it is read in one form and fails closed."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadCosignature, BadNote, BadPolicy, PolicyUnmet
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    cosign,
    sign_checkpoint,
)
from parley.log.policy import Policy
from parley.record.signature import SeedSigner

ORIGIN = "coalition/" + "cd" * 32 + "/main"
LOG = SeedSigner(b"l" * 32)
HEAD = Checkpoint(ORIGIN, 7, hashlib.sha256(b"root").digest())
NAMES = ("russia/witness", "russia/receipt", "mirror/witness", "mirror/receipt")
COSIGNERS = {name: SeedSigner(bytes([i + 1]) * 32) for i, name in enumerate(NAMES)}
KEYS = {name: VerifierKey(name, COSIGNER_KEY, s.public) for name, s in COSIGNERS.items()}
LOG_LINE = f"log {VerifierKey(ORIGIN, LOG_KEY, LOG.public).format()}\n"
WITNESSES = "".join(f"witness {n.replace('/', '-')} {KEYS[n].format()}\n" for n in NAMES)
GOOD = (
    LOG_LINE
    + WITNESSES
    + "group stored any russia-receipt mirror-receipt\n"
    + "group seen 2 russia-witness mirror-witness\n"
    + "group both all stored seen\n"
    + "quorum both\n"
)


def note(*cosigners: str, head: Checkpoint = HEAD, log: SeedSigner = LOG) -> SignedNote:
    """A head signed by the log and by the named cosigners, each a second after the other."""
    lines = [cosign(head, n, COSIGNERS[n], 100 + i) for i, n in enumerate(cosigners)]
    return SignedNote(head.body().decode(), (sign_checkpoint(head, log), *lines))


def test_a_policy_reads_back() -> None:
    """The bytes we write are the bytes we read."""
    assert Policy.parse(GOOD.encode()).format() == GOOD.encode()


def test_the_quorum_is_counted_over_groups() -> None:
    """Each combination of cosigners, against the rule worked out by hand."""
    policy = Policy.parse(GOOD.encode())
    for mask in range(16):
        present = [n for i, n in enumerate(NAMES) if mask >> i & 1]
        stored = "russia/receipt" in present or "mirror/receipt" in present
        seen = "russia/witness" in present and "mirror/witness" in present
        if stored and seen:
            result = policy.evaluate(note(*present))
            assert result.checkpoint == HEAD
            assert result.log_key.public == LOG.public
            assert [(c.key.name, c.time_s) for c in result.cosigners] == [
                (n, 100 + i) for i, n in enumerate(present)
            ]
        else:
            with pytest.raises(PolicyUnmet):
                policy.evaluate(note(*present))


def test_a_single_cosigner_and_none_are_quorums() -> None:
    """The quorum may name one cosigner, or say that none is needed; the log always signs."""
    one = Policy.parse((LOG_LINE + WITNESSES + "quorum russia-receipt\n").encode())
    none = Policy.parse((LOG_LINE + WITNESSES + "quorum none\n").encode())
    assert len(one.evaluate(note("russia/receipt")).cosigners) == 1
    assert none.evaluate(note()).cosigners == ()
    with pytest.raises(PolicyUnmet):
        one.evaluate(note("mirror/receipt"))
    stranger = note(log=SeedSigner(b"x" * 32))
    for policy in (one, none):
        with pytest.raises(PolicyUnmet):
            policy.evaluate(stranger)


def test_another_log_is_not_accepted() -> None:
    """The log's key counts for its own origin only."""
    policy = Policy.parse((LOG_LINE + "quorum none\n").encode())
    other = Checkpoint(ORIGIN.replace("main", "urgent"), 7, HEAD.root)
    with pytest.raises(PolicyUnmet):
        policy.evaluate(note(head=other))


def test_a_known_line_that_does_not_verify_is_refused_though_the_quorum_stands() -> None:
    """The quorum of one is met by another; still the note is bad."""
    policy = Policy.parse((LOG_LINE + WITNESSES + "quorum russia-receipt\n").encode())
    good = note("russia/receipt", "mirror/receipt")
    broken = NoteSignature("mirror/receipt", KEYS["mirror/receipt"].key_hash, bytes(72))
    with pytest.raises(BadCosignature):
        policy.evaluate(SignedNote(good.text, (*good.signatures[:2], broken)))
    log_line = good.signatures[0]
    forged = NoteSignature(log_line.name, log_line.key_hash, bytes(64))
    with pytest.raises(BadNote):
        policy.evaluate(SignedNote(good.text, (forged, *good.signatures[1:])))


@pytest.mark.parametrize(("time_s", "holds"), [(253402300799, True), (253402300800, False)])
def test_a_time_that_no_calendar_has_is_refused(time_s: int, *, holds: bool) -> None:
    """A cosigner may state any second of 63 bits; after the year 9999 nobody could write it."""
    name = NAMES[0]
    line = cosign(HEAD, name, COSIGNERS[name], time_s)
    signed = SignedNote(HEAD.body().decode(), (sign_checkpoint(HEAD, LOG), line))
    policy = Policy.parse((LOG_LINE + WITNESSES + "quorum none\n").encode())
    if holds:
        assert [c.time_s for c in policy.evaluate(signed).cosigners] == [time_s]
        return
    with pytest.raises(BadCosignature, match="year 10000"):
        policy.evaluate(signed)


def test_an_earlier_key_of_the_log_counts_while_it_is_listed() -> None:
    """Any listed key of the origin may have signed, as when a key was changed."""
    new = SeedSigner(b"n" * 32)
    lines = LOG_LINE + f"log {VerifierKey(ORIGIN, LOG_KEY, new.public).format()}\n"
    policy = Policy.parse((lines + "quorum none\n").encode())
    assert policy.evaluate(note()).log_key.public == LOG.public
    assert policy.evaluate(note(log=new)).log_key.public == new.public


def test_the_line_of_another_listed_log_is_of_no_account() -> None:
    """A log speaks for its own origin only: its line under another head is as good as unknown."""
    urgent = VerifierKey(ORIGIN.replace("main", "urgent"), LOG_KEY, SeedSigner(b"u" * 32).public)
    policy = Policy.parse((LOG_LINE + f"log {urgent.format()}\nquorum none\n").encode())
    stray = NoteSignature(urgent.name, urgent.key_hash, bytes(64))
    assert policy.evaluate(note().joined([stray])).log_key.name == ORIGIN
    with pytest.raises(PolicyUnmet):
        policy.evaluate(SignedNote(HEAD.body().decode(), (stray,)))


W = f"witness w {KEYS['russia/witness'].format()}\n"
W2 = f"witness v {KEYS['mirror/witness'].format()}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum none\n",  # no log: nothing could be accepted
        LOG_LINE,  # no quorum
        LOG_LINE + "quorum none",  # unfinished
        LOG_LINE + "quorum none\nquorum none\n",
        LOG_LINE + "quorum nobody\n",
        LOG_LINE + "quorum\n",
        LOG_LINE + "quorum none \n",
        LOG_LINE + " quorum none\n",
        LOG_LINE + "quorum\tnone\n",
        LOG_LINE + "quorum  none\n",
        LOG_LINE + "\nquorum none\n",
        LOG_LINE + "# a comment\nquorum none\n",
        LOG_LINE.strip() + " https://example.com/\nquorum none\n",
        LOG_LINE + "quorum none\r\n",
        LOG_LINE + LOG_LINE + "quorum none\n",  # one key twice
        W + LOG_LINE + "quorum w\n",  # out of order
        LOG_LINE + W + W + "quorum w\n",
        LOG_LINE + W + W.replace("witness w", "witness v") + "quorum w\n",  # one key, two names
        LOG_LINE + W + W2.replace("witness v", "witness w") + "quorum w\n",  # one name, two keys
        LOG_LINE + W.replace("witness w", "witness none") + "quorum none\n",
        LOG_LINE + W + "group w all w\nquorum w\n",
        LOG_LINE + W + "group g all g\nquorum g\n",  # circular
        LOG_LINE + W + "group g all h\ngroup h all w\nquorum g\n",  # not defined above
        LOG_LINE + W + "group g all w w\nquorum g\n",
        LOG_LINE + W + "group g all w\ngroup h all w\nquorum h\n",  # one member, two groups
        LOG_LINE + W + "group g 0 w\nquorum g\n",
        LOG_LINE + W + "group g 2 w\nquorum g\n",
        LOG_LINE + W + "group g 01 w\nquorum g\n",
        LOG_LINE + W + "group g +1 w\nquorum g\n",
        LOG_LINE + W + "group g some w\nquorum g\n",
        LOG_LINE + W + "group g all\nquorum g\n",
        LOG_LINE + W + "group g all none\nquorum g\n",
        LOG_LINE + W.replace("witness w", "witness é") + "quorum none\n",
        LOG_LINE.replace("log ", "witness l ") + "quorum l\n",
        LOG_LINE + LOG_LINE.replace("log ", "witness l ") + "quorum l\n",  # a log key is no witness
        W.replace("witness w", "log") + "quorum none\n",
        LOG_LINE.replace("+", "-", 1) + "quorum none\n",
        LOG_LINE + "quorum none\n" + W,
        LOG_LINE + "x" * 70_000 + "\nquorum none\n",
    ],
)
def test_a_policy_in_another_form_is_refused(text: str) -> None:
    """What is ambiguous, unfinished, vacuous or counts a key twice is no policy."""
    with pytest.raises(BadPolicy):
        Policy.parse(text.encode())


def test_a_weak_key_makes_no_policy() -> None:
    """A key that fits any message is refused inside a policy too."""
    weak = bytes([1]) + bytes(31)
    key_id = hashlib.sha256(b"w\n\x04" + weak).hexdigest()[:8]
    vkey = f"w+{key_id}+{base64.b64encode(bytes([4]) + weak).decode()}"
    with pytest.raises(BadPolicy):
        Policy.parse((LOG_LINE + f"witness w {vkey}\nquorum w\n").encode())


def test_a_long_policy_is_refused() -> None:
    """64 of each at most."""
    signers = [SeedSigner(i.to_bytes(32, "big")) for i in range(65)]
    keys = [VerifierKey("w", COSIGNER_KEY, signer.public) for signer in signers]
    many = "".join(f"witness w{i} {key.format()}\n" for i, key in enumerate(keys))
    lines = many.split("\n")
    fits = LOG_LINE + "\n".join(lines[:64]) + "\nquorum w0\n"
    assert len(Policy.parse(fits.encode()).cosigners) == 64
    with pytest.raises(BadPolicy):
        Policy.parse((LOG_LINE + many + "quorum w0\n").encode())


@given(st.data())
def test_whatever_is_read_writes_back_to_the_same_bytes(data: st.DataObject) -> None:
    """Splices, swaps of lines, deletions: identity or refusal."""
    good = GOOD.encode()
    if data.draw(st.booleans()):
        at, cut = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 5))
        new = data.draw(
            st.one_of(st.binary(max_size=3), st.sampled_from([b"\n", b" ", b"\t", b"#", b"all"]))
        )
        bad = good[:at] + new + good[at + cut :]
    else:
        bad = b"".join(data.draw(st.permutations(good.splitlines(keepends=True))))
    try:
        policy = Policy.parse(bad)
    except BadPolicy:
        return
    assert policy.format() == bad


def test_every_flipped_byte_of_a_key_line_is_refused() -> None:
    """The key id guards name, type and key of every line."""
    for line in (LOG_LINE, W):
        at = GOOD.encode().find(line.split(" ")[-1].encode())
        assert at > 0
        for i in range(at, at + len(line.split(" ")[-1]) - 1):
            bad = bytearray(GOOD.encode())
            bad[i] ^= 0x01
            with pytest.raises(BadPolicy):
                Policy.parse(bytes(bad))
