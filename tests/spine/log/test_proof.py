"""A proof file shows that these bytes stand in that log, under enough signatures, offline."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadNote, BadProof, ParleyError, PolicyUnmet
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosign,
    sign_checkpoint,
)
from parley.log.merkle import MemoryTree, inclusion_proof, leaf_hash
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof
from parley.record.signature import SeedSigner

ORIGIN = "coalition/" + "ef" * 32 + "/main"
LOG, RECEIPT, OTHER = (SeedSigner(bytes([i]) * 32) for i in (11, 12, 13))
NAME = "russia/receipt"
ENTRIES = [b"entry %d" % i for i in range(300)]
TREE = MemoryTree(leaf_hash(e) for e in ENTRIES)
HEAD = Checkpoint(ORIGIN, 300, TREE.root())
NOTE = SignedNote(
    HEAD.body().decode(), (sign_checkpoint(HEAD, LOG), cosign(HEAD, NAME, RECEIPT, 1_466_000_000))
)
INDEX = 137
PROOF = Proof(INDEX, tuple(inclusion_proof(TREE, INDEX, 300)), NOTE.format())
POLICY = Policy.parse(
    (
        f"log {VerifierKey(ORIGIN, LOG_KEY, LOG.public).format()}\n"
        f"witness russia-receipt {VerifierKey(NAME, COSIGNER_KEY, RECEIPT.public).format()}\n"
        "quorum russia-receipt\n"
    ).encode()
)


def test_a_proof_reads_back_and_verifies() -> None:
    """Index, log key and cosignature time come out as they went in."""
    proof = Proof.parse(PROOF.format())
    assert proof == PROOF
    shown = verify_proof(ENTRIES[INDEX], proof, POLICY)
    assert (shown.index, shown.policy.checkpoint) == (INDEX, HEAD)
    assert [(c.key.name, c.time_s) for c in shown.policy.cosigners] == [(NAME, 1_466_000_000)]


def test_the_only_entry_needs_no_hashes() -> None:
    """A log of one entry has an empty proof."""
    head = Checkpoint(ORIGIN, 1, leaf_hash(b"alone"))
    note = SignedNote(
        head.body().decode(), (sign_checkpoint(head, LOG), cosign(head, NAME, RECEIPT, 5))
    )
    proof = Proof.parse(Proof(0, (), note.format()).format())
    assert verify_proof(b"alone", proof, POLICY).index == 0


def test_the_file_is_laid_out_as_published() -> None:
    """First line, index, hashes, empty line, checkpoint verbatim."""
    lines = PROOF.format().decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 137"]
    assert [base64.b64decode(x) for x in lines[2:11]] == list(PROOF.hashes)
    assert lines[11:13] == ["", ORIGIN]
    assert PROOF.format().endswith(NOTE.format())


def test_extra_data_are_carried_and_prove_nothing() -> None:
    """They lie before the index, and change no result."""
    proof = Proof(INDEX, PROOF.hashes, PROOF.note, b"anything")
    data = proof.format()
    assert data.split(b"\n")[1] == b"extra YW55dGhpbmc="
    assert Proof.parse(data) == proof
    assert verify_proof(ENTRIES[INDEX], proof, POLICY) == verify_proof(
        ENTRIES[INDEX], PROOF, POLICY
    )


def test_another_entry_place_or_head_is_refused() -> None:
    """The proof binds the entry to one index under one root."""
    for entry, proof in [
        (ENTRIES[INDEX] + b" ", PROOF),
        (ENTRIES[INDEX + 1], PROOF),
        (ENTRIES[INDEX], Proof(INDEX + 1, PROOF.hashes, PROOF.note)),
        (ENTRIES[INDEX], Proof(300, PROOF.hashes, PROOF.note)),
        (ENTRIES[INDEX], Proof(INDEX, PROOF.hashes[:-1], PROOF.note)),
        (ENTRIES[INDEX], Proof(INDEX, PROOF.hashes[::-1], PROOF.note)),
    ]:
        with pytest.raises(BadProof):
            verify_proof(entry, proof, POLICY)


def test_a_head_nobody_countersigned_is_refused() -> None:
    """A proof under the log's signature alone does not meet this policy."""
    alone = Proof(INDEX, PROOF.hashes, SignedNote(NOTE.text, NOTE.signatures[:1]).format())
    with pytest.raises(PolicyUnmet):
        verify_proof(ENTRIES[INDEX], alone, POLICY)


def test_a_receipt_of_another_key_under_the_name_is_refused() -> None:
    """Whoever signs in another's name is unknown to the policy."""
    forged = SignedNote(NOTE.text, (NOTE.signatures[0], cosign(HEAD, NAME, OTHER, 5)))
    with pytest.raises(PolicyUnmet):
        verify_proof(ENTRIES[INDEX], Proof(INDEX, PROOF.hashes, forged.format()), POLICY)


def test_every_flipped_byte_is_refused() -> None:
    """Nothing in the file is free: every byte is under the policy."""
    good = PROOF.format()
    for at in range(len(good)):
        for bit in (0x01, 0x02, 0x20, 0x80):
            bad = bytearray(good)
            bad[at] ^= bit
            with pytest.raises((BadProof, BadNote, PolicyUnmet)):
                verify_proof(ENTRIES[INDEX], Proof.parse(bytes(bad)), POLICY)


def test_every_cut_is_refused() -> None:
    """A file that ends early, anywhere, is refused."""
    good = PROOF.format()
    for at in range(len(good)):
        with pytest.raises((BadProof, BadNote, PolicyUnmet)):
            verify_proof(ENTRIES[INDEX], Proof.parse(good[:at]), POLICY)


GOOD = PROOF.format().decode()
FIRST, REST = GOOD.split("\n", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        REST,
        GOOD.replace("@v1", "@v2"),
        GOOD.replace("index 137", "index 0137"),
        GOOD.replace("index 137", "index +137"),
        GOOD.replace("index 137", "index 1_37"),
        GOOD.replace("index 137", "index １３７"),
        GOOD.replace("index 137", "index  137"),
        GOOD.replace("index 137", "Index 137"),
        GOOD.replace("index 137\n", ""),
        GOOD.replace("index 137", f"index {2**63}"),
        f"{FIRST}\nextra \n{REST}",
        f"{FIRST}\nextra YW55dGhpbmd=\n{REST}",  # padding bits set
        f"{FIRST}\nextra YQ==\nextra YQ==\n{REST}",
        GOOD.replace("index 137", "index 137\nextra YQ=="),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("index 137\n", "index 137\n\n"),
        GOOD.replace("index 137\n", "index 137\nAAAA\n"),
        GOOD.replace("\n\ncoalition", "\n\n\ncoalition"),
        GOOD.replace("\n\n", "\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 60 + "\n", 1),
        GOOD + "\n",
        GOOD.replace("300\n", "300\nextension\n"),
    ],
)
def test_a_proof_in_another_form_is_refused(text: str) -> None:
    """One form per proof; lax readers would take several of these."""
    assert text != GOOD
    with pytest.raises(ParleyError):
        verify_proof(ENTRIES[INDEX], Proof.parse(text.encode()), POLICY)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Proof(-1, (), PROOF.note),
        lambda: Proof(0, (b"short",), PROOF.note),
        lambda: Proof(0, (bytes(32),) * 64, PROOF.note),
        lambda: Proof(0, (), b"no note"),
        lambda: Proof(0, (), PROOF.note, b""),
    ],
)
def test_what_would_not_be_read_is_not_written(make: object) -> None:
    """A proof that nobody could read cannot be made."""
    with pytest.raises(BadProof):
        make()  # type: ignore[operator]


@given(st.data())
def test_whatever_is_read_writes_back_to_the_same_bytes(data: st.DataObject) -> None:
    """Splices, deletions and insertions: identity or refusal."""
    good = PROOF.format()
    at, cut = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 5))
    new = data.draw(
        st.one_of(st.binary(max_size=4), st.sampled_from([b"\n", b"\n\n", b"extra YQ==\n", b"="]))
    )
    bad = good[:at] + new + good[at + cut :]
    try:
        proof = Proof.parse(bad)
    except (BadProof, BadNote):
        return
    assert proof.format() == bad
