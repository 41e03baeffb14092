"""A signed head has one byte form; who signed it, and when, is beyond doubt or refused."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadCosignature, BadNote, WeakKey
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    MAX_LINES,
    MAX_TIME,
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    cosign,
    cosignature_time,
    parse_checkpoint,
    parse_signature_lines,
    sign_checkpoint,
    verify_log_signature,
)
from parley.log.merkle import EMPTY_ROOT
from parley.record.signature import SeedSigner, verifies

ORIGIN = "exercise.invalid/coalition/" + "ab" * 32 + "/main"
LOG, WITNESS, RECEIPT = (SeedSigner(bytes([i]) * 32) for i in (1, 2, 3))
WITNESS_NAME, RECEIPT_NAME = "exercise.invalid/russia/witness", "exercise.invalid/russia/receipt"
HEAD = Checkpoint(ORIGIN, 300, hashlib.sha256(b"some root").digest())
LOG_VKEY = VerifierKey(ORIGIN, LOG_KEY, LOG.public)
WITNESS_VKEY = VerifierKey(WITNESS_NAME, COSIGNER_KEY, WITNESS.public)
RECEIPT_VKEY = VerifierKey(RECEIPT_NAME, COSIGNER_KEY, RECEIPT.public)
TIME = 1_466_049_600


def signed(head: Checkpoint = HEAD) -> SignedNote:
    """The head with the log's signature, a witness line and a receipt line."""
    return SignedNote(
        head.body().decode(),
        (
            sign_checkpoint(head, LOG),
            cosign(head, WITNESS_NAME, WITNESS, TIME),
            cosign(head, RECEIPT_NAME, RECEIPT, TIME + 1),
        ),
    )


def judged(data: bytes) -> tuple[object, ...] | None:
    """What a reader concludes from a note, or None if it is refused."""
    try:
        note = SignedNote.parse(data)
        head = parse_checkpoint(note)
        verify_log_signature(note, head, LOG_VKEY)
        times = cosignature_time(note, WITNESS_VKEY), cosignature_time(note, RECEIPT_VKEY)
    except BadNote:
        return None
    assert note.format() == data
    return head, *times


# --- the published examples


def test_the_published_key_verifies_the_published_note() -> None:
    """The vkey and note in the text of signed-note itself."""
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    data = (
        "This is an example message.\n\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
        "mFXmRKuwHjG1Yu72IneyaQM=\n"
    ).encode()
    note = SignedNote.parse(data)
    line = note.of(key)
    assert line is not None
    assert verifies(key.public, note.text.encode(), line.signature)
    assert note.format() == data


def test_a_text_with_empty_lines_is_divided_at_the_last() -> None:
    """A note's text may hold empty lines; a checkpoint's may not."""
    line = sign_checkpoint(HEAD, LOG)
    note = SignedNote("one\n\ntwo\n", (line,))
    assert SignedNote.parse(note.format()) == note
    with pytest.raises(BadNote):
        parse_checkpoint(note)


# --- heads


def test_a_head_has_three_lines_and_reads_back() -> None:
    """Origin, size, root; whatever else is refused."""
    assert HEAD.body().count(b"\n") == 3
    assert Checkpoint.parse(HEAD.body().decode()) == HEAD
    assert Checkpoint.parse(f"x\n0\n{base64.b64encode(EMPTY_ROOT).decode()}\n").size == 0


@pytest.mark.parametrize(
    "size",
    [
        "",
        "00",
        "0300",
        "3_00",
        " 300",
        "+300",
        "-1",
        "300 ",
        "３００",  # full-width digits
        "٣٠٠",  # Arabic-Indic digits
        "3e2",
        "0x12c",
        "300.0",
        str(2**63),
        "1" * 5000,
    ],
)
def test_a_size_in_another_form_is_refused(size: str) -> None:
    """There is one way to write a number: lax readers take several of these."""
    root = base64.b64encode(HEAD.root).decode()
    with pytest.raises(BadNote):
        Checkpoint.parse(f"{ORIGIN}\n{size}\n{root}\n")


def test_a_root_in_another_form_is_refused() -> None:
    """Base64 must re-encode to itself: set padding bits, line ends, other alphabets do not."""
    good = base64.b64encode(HEAD.root).decode()
    loose = good[:-2] + chr(ord(good[-2]) + 1) + "="
    assert base64.b64decode(loose) == HEAD.root  # what a lax reader sees
    url = base64.urlsafe_b64encode(b"\xff" * 32).decode()
    for root in (loose, good.rstrip("="), good + "=", " " + good, good[:-4], url, good + "\r", ""):
        with pytest.raises(BadNote):
            Checkpoint.parse(f"{ORIGIN}\n300\n{root}\n")


@pytest.mark.parametrize("tail", ["extension\n", "\n", "no end"])
def test_lines_after_the_root_are_refused(tail: str) -> None:
    """Our heads carry no extension lines: nobody could audit them."""
    with pytest.raises(BadNote):
        Checkpoint.parse(HEAD.body().decode() + tail)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\tb", "a\u00a0b", "a\u2003b", "a\u3000b", "a\u2028b", "a\x85b"]
)
def test_a_name_with_a_space_or_plus_is_refused(name: str) -> None:
    """Names of keys and origins hold no space of any script, and no plus."""
    with pytest.raises(BadNote):
        Checkpoint(name, 1, HEAD.root)
    with pytest.raises(BadNote):
        VerifierKey(name, LOG_KEY, LOG.public)
    with pytest.raises(BadNote):
        NoteSignature(name, b"1234", b"x")


# --- notes


def test_a_signed_head_reads_back_and_verifies() -> None:
    """What we sign, we accept, with the times the cosigners stated."""
    assert judged(signed().format()) == (HEAD, TIME, TIME + 1)


def test_a_note_that_is_no_note_is_refused() -> None:
    """Bad encodings, controls, missing pieces."""
    good = signed().format()
    text, lines = good.split(b"\n\n")
    for bad in (
        b"",
        b"\n\n",
        text + b"\n",
        text + b"\n\n",
        good[:-1],
        good + b"\n",
        b"\xef\xbb\xbf" + good.replace("—".encode(), b"-"),
        good.replace(b"\n", b"\r\n"),
        good.replace(b"300", b"300\r"),
        good.replace(b"main", b"m\x00in"),
        good.replace(b"main", b"m\xffin"),
        good.replace("— ".encode(), "—".encode()),
        good.replace("— ".encode(), "—\u00a0".encode()),
        good.replace("— ".encode(), "—  ".encode()),
        text + b"\n\n" + lines.replace(b" ", b"  "),
        text + "\n\n— name \n".encode(),
        text + "\n\n— name\n".encode(),
        text + "\n\n— name AAAA\n".encode(),  # an id of three bytes
        text + "\n\n— name AAAAAA==\n".encode(),  # an id and no signature
        text + "\n\n— name AAAAAAB=\n".encode(),  # padding bits set
    ):
        with pytest.raises(BadNote):
            parse_checkpoint(SignedNote.parse(bad))


def test_up_to_64_lines_are_read() -> None:
    """Unknown lines are kept and prove nothing; the 65th line is too many."""
    others = tuple(NoteSignature(f"other/{i}", b"abcd", b"x" * 40) for i in range(MAX_LINES - 3))
    note = signed().joined(others)
    assert judged(note.format()) == (HEAD, TIME, TIME + 1)
    assert SignedNote.parse(note.format()) == note
    crowded = note.format() + NoteSignature("other/last", b"abcd", b"x").format().encode()
    with pytest.raises(BadNote):
        SignedNote.parse(crowded)


def test_a_second_line_of_one_key_is_refused() -> None:
    """Two lines of one key would leave open which of them counts."""
    late = cosign(HEAD, RECEIPT_NAME, RECEIPT, TIME + 9)
    data = signed().format() + late.format().encode()
    with pytest.raises(BadNote):
        SignedNote.parse(data)


def test_a_later_line_replaces_that_of_the_same_key() -> None:
    """Joining keeps one line per key."""
    late = cosign(HEAD, RECEIPT_NAME, RECEIPT, TIME + 9)
    assert cosignature_time(signed().joined([late]), RECEIPT_VKEY) == TIME + 9


def test_a_line_of_a_known_key_that_does_not_verify_makes_the_note_bad() -> None:
    """Such a line is not skipped as if it were unknown."""
    note = signed()
    for i, key in enumerate([LOG_VKEY, WITNESS_VKEY, RECEIPT_VKEY]):
        broken = list(note.signatures)
        broken[i] = NoteSignature(key.name, key.key_hash, bytes(72))
        assert judged(SignedNote(note.text, tuple(broken)).format()) is None


def test_a_name_or_an_id_alone_is_unknown() -> None:
    """Only both together name a key; the other lines are ignored."""
    note = signed()
    receipt = note.signatures[2]
    for name, key_hash in ((RECEIPT_NAME, b"\0\0\0\0"), ("someone/receipt", receipt.key_hash)):
        line = NoteSignature(name, key_hash, receipt.signature)
        data = SignedNote(note.text, (*note.signatures[:2], line)).format()
        assert judged(data) == (HEAD, TIME, None)


def test_a_cosignature_serves_no_other_head_and_no_other_role() -> None:
    """Size, root, origin and time are signed; a log key is no cosigner's."""
    note = signed()
    other = Checkpoint(ORIGIN, 301, HEAD.root)
    moved = SignedNote(other.body().decode(), note.signatures)
    for key in (WITNESS_VKEY, RECEIPT_VKEY):
        with pytest.raises(BadCosignature):
            cosignature_time(moved, key)
    with pytest.raises(BadNote):
        verify_log_signature(moved, other, LOG_VKEY)
    with pytest.raises(BadNote):
        verify_log_signature(note, other, LOG_VKEY)
    with pytest.raises(BadNote):
        verify_log_signature(moved, HEAD, LOG_VKEY)  # HEAD's own line, under another text
    with pytest.raises(BadCosignature):
        cosignature_time(note, LOG_VKEY)
    with pytest.raises(BadNote):
        verify_log_signature(note, HEAD, WITNESS_VKEY)


def test_an_unsigned_head_is_refused() -> None:
    """Cosigners alone make no head."""
    note = SignedNote(HEAD.body().decode(), signed().signatures[1:])
    with pytest.raises(BadNote):
        verify_log_signature(note, HEAD, LOG_VKEY)


@pytest.mark.parametrize("time_s", [0, -1, MAX_TIME + 1])
def test_a_time_out_of_range_is_not_signed(time_s: int) -> None:
    """A cosignature states a time from 1 to 2^63-1 seconds."""
    with pytest.raises(BadCosignature):
        cosign(HEAD, RECEIPT_NAME, RECEIPT, time_s)


@pytest.mark.parametrize("time_s", [0, 2**63, 2**64 - 1])
def test_a_time_out_of_range_is_refused_though_it_is_signed(time_s: int) -> None:
    """A signature over a time that means nothing means nothing."""
    message = b"cosignature/v1\ntime %d\n%s" % (time_s, HEAD.body())
    blob = time_s.to_bytes(8, "big") + RECEIPT.sign(message)
    line = NoteSignature(RECEIPT_NAME, RECEIPT_VKEY.key_hash, blob)
    with pytest.raises(BadCosignature):
        cosignature_time(SignedNote(HEAD.body().decode(), (line,)), RECEIPT_VKEY)


def test_the_signed_bytes_of_a_cosignature() -> None:
    """Type 0x04 over the header, the time and the note text; the id commits to name and type."""
    line = cosign(HEAD, RECEIPT_NAME, RECEIPT, TIME)
    message = b"cosignature/v1\ntime 1466049600\n" + HEAD.body()
    assert line.signature == TIME.to_bytes(8, "big") + RECEIPT.sign(message)
    material = RECEIPT_NAME.encode() + b"\n\x04" + RECEIPT.public
    assert line.key_hash == hashlib.sha256(material).digest()[:4]


def test_every_flipped_byte_is_refused_or_changes_nothing_but_who_is_known() -> None:
    """No flip yields another head or another time: refused, or the same head with a line less."""
    good = signed().format()
    allowed = {(HEAD, TIME, TIME + 1), (HEAD, None, TIME + 1), (HEAD, TIME, None)}
    refused = 0
    for at in range(len(good)):
        for bit in (0x01, 0x20, 0x80, 0xFF):
            bad = bytearray(good)
            bad[at] ^= bit
            seen = judged(bytes(bad))
            assert seen is None or seen in allowed
            refused += seen is None
    assert refused > len(good)


@given(st.data())
def test_whatever_is_read_writes_back_to_the_same_bytes(data: st.DataObject) -> None:
    """Splices, deletions and insertions: identity or refusal."""
    good = signed().format()
    at = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 4))
    new = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from([b"\n", b" ", b"\r\n", b"="])))
    bad = good[:at] + new + good[at + cut :]
    try:
        note = SignedNote.parse(bad)
    except BadNote:
        return
    assert note.format() == bad
    try:
        head = parse_checkpoint(note)
    except BadNote:
        return
    assert head.body() == note.text.encode()


# --- signature lines alone, keys


def test_an_answer_of_lines_reads_back() -> None:
    """A witness answers with lines alone; an empty answer is none."""
    lines = signed().signatures[1:]
    data = "".join(line.format() for line in lines).encode()
    assert parse_signature_lines(data) == lines
    for bad in (b"", b"\n", data[:-1], data + b"\n", data * 40):
        with pytest.raises(BadNote):
            parse_signature_lines(bad)


def test_a_vkey_reads_back() -> None:
    """Base64 may hold plus signs; the name may not."""
    for key in (LOG_VKEY, WITNESS_VKEY, RECEIPT_VKEY):
        assert VerifierKey.parse(key.format()) == key
    with_plus = next(
        key
        for key in (
            VerifierKey("n", LOG_KEY, SeedSigner(bytes([i]) * 32).public) for i in range(99)
        )
        if "+" in key.format().split("+", 2)[2]
    )
    assert VerifierKey.parse(with_plus.format()) == with_plus


def test_a_vkey_in_another_form_is_refused() -> None:
    """Another id, upper case, another type, another length."""
    name, key_id, text = LOG_VKEY.format().split("+", 2)
    data = base64.b64decode(text)
    typed = [base64.b64encode(bytes([t]) + data[1:]).decode() for t in (0x02, 0x04, 0x06)]
    for bad in (
        name,
        f"{name}+{key_id}",
        f"{name}+00000000+{text}",
        f"{name}+{key_id.upper()}+{text}",
        f"{name}x+{key_id}+{text}",
        f"{name}+{key_id}+{base64.b64encode(data[:-1]).decode()}",
        f"{name}+{key_id}+{base64.b64encode(data + b'x').decode()}",
        f"{name}+{key_id}+{text} ",
        *(f"{name}+{key_id}+{t}" for t in typed),
    ):
        with pytest.raises(BadNote):
            VerifierKey.parse(bad)


@pytest.mark.parametrize("key_type", [LOG_KEY, COSIGNER_KEY])
def test_a_small_order_key_verifies_nothing(key_type: int) -> None:
    """A key that fits any message cannot be configured at all, by hand or as a vkey."""
    weak = bytes([1]) + bytes(31)
    with pytest.raises(WeakKey):
        VerifierKey("weak", key_type, weak)
    key_id = hashlib.sha256(b"weak\n" + bytes([key_type]) + weak).hexdigest()[:8]
    text = base64.b64encode(bytes([key_type]) + weak).decode()
    with pytest.raises(WeakKey):
        VerifierKey.parse(f"weak+{key_id}+{text}")


def test_the_edge_keys_of_the_vectors_cannot_be_enrolled(shared_data: Path) -> None:
    """Of the keys in the C2SP/CCTV vectors only full-order points can name a log."""
    vectors = json.loads((shared_data / "vectors" / "ed25519vectors.json").read_text())
    usable = set()
    for v in vectors:
        try:
            usable.add(VerifierKey("edge", LOG_KEY, bytes.fromhex(v["key"])).public)
        except WeakKey:
            continue
        assert not {"low_order_A", "low_order_component_A", "non_canonical_A"} & set(
            v["flags"] or ()
        )
    assert len(usable) >= 1
