"""Go's golang.org/x/mod/sumdb accepts what we make, and refuses what was tampered with."""

import base64
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosign,
    sign_checkpoint,
)
from parley.log.fork import ForkEvidence, two_roots
from parley.log.merkle import MemoryTree, consistency_proof, inclusion_proof, leaf_hash
from parley.record.signature import SeedSigner

Ask = Callable[[list[dict[str, Any]]], list[str]]

ORIGIN = "exercise.invalid/russia/" + "5a" * 32 + "/urgent"
LOG, WITNESS, RECEIPT = (SeedSigner(bytes([i]) * 32) for i in (21, 22, 23))
KEYS = [
    VerifierKey(ORIGIN, LOG_KEY, LOG.public).format(),
    VerifierKey("exercise.invalid/mirror/witness", COSIGNER_KEY, WITNESS.public).format(),
    VerifierKey("exercise.invalid/mirror/receipt", COSIGNER_KEY, RECEIPT.public).format(),
]


@pytest.fixture(scope="module")
def ask(go: str, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Build the Go program once; return a function that puts cases to it."""
    folder = tmp_path_factory.mktemp("go")
    program = folder / "stranger"
    source = Path(__file__).parent / "go" / "stranger.go"
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(
        [go, "build", "-o", str(program), str(source)],
        check=True,
        env=environment,
        cwd=folder,
        timeout=240,
    )

    def put(cases: list[dict[str, Any]]) -> list[str]:
        text = json.dumps(cases, default=lambda data: base64.b64encode(data).decode())
        done = subprocess.run(
            [str(program)], input=text, capture_output=True, check=True, text=True, timeout=60
        )
        verdicts: list[str] = json.loads(done.stdout)
        assert len(verdicts) == len(cases)
        return verdicts

    return put


def tree(count: int, salt: bytes = b"") -> MemoryTree:
    return MemoryTree(leaf_hash(salt + b"%d" % i) for i in range(count))


def signed(size: int, root: bytes) -> SignedNote:
    """A head with its log's line alone."""
    head = Checkpoint(ORIGIN, size, root)
    return SignedNote(head.body().decode(), (sign_checkpoint(head, LOG),))


def note(size: int, root: bytes) -> bytes:
    """A signed head with a witness and a receipt line."""
    head = Checkpoint(ORIGIN, size, root)
    lines = [
        cosign(head, "exercise.invalid/mirror/witness", WITNESS, 1_466_049_600),
        cosign(head, "exercise.invalid/mirror/receipt", RECEIPT, 1_466_049_700),
    ]
    return signed(size, root).joined(lines).format()


def flips(data: bytes) -> list[bytes]:
    """Every copy of the data with one byte changed."""
    copies = []
    for at in range(len(data)):
        bad = bytearray(data)
        bad[at] ^= 0x01
        copies.append(bytes(bad))
    return copies


def test_go_opens_our_notes(ask: Ask) -> None:
    """Log signature and both cosignatures verify, for several sizes."""
    trees = [tree(n) for n in (0, 1, 2, 255, 256, 257)]
    assert not any(
        ask([{"Check": "note", "Keys": KEYS, "Note": note(t.size, t.root())} for t in trees])
    )


def test_go_refuses_every_flipped_byte_of_a_note(ask: Ask) -> None:
    """With all three keys demanded, no byte is free."""
    good = note(5, tree(5).root())
    verdicts = ask([{"Check": "note", "Keys": KEYS, "Note": bad} for bad in flips(good)])
    assert all(verdicts)


def test_go_verifies_our_inclusion_proofs(ask: Ask) -> None:
    """Every leaf of every size to 20, and some of a large tree."""
    big = tree(1000)
    places = [(m, n) for n in range(1, 21) for m in range(n)]
    places += [(m, 1000) for m in (0, 511, 512, 999)]
    good: list[dict[str, Any]] = [
        {
            "Check": "inclusion",
            "Entry": b"%d" % m,
            "Index": m,
            "Size": n,
            "Root": big.root(n),
            "Hashes": inclusion_proof(big, m, n),
        }
        for m, n in places
    ]
    assert not any(ask(good))
    bad = [{**case, "Entry": b"another"} for case in good]
    bad += [{**case, "Root": h} for case in good for h in flips(case["Root"])[:2]]
    bad += [
        {**case, "Hashes": [*case["Hashes"][:-1], h]}
        for case in good
        if case["Hashes"]
        for h in flips(case["Hashes"][-1])[:2]
    ]
    bad += [{**case, "Hashes": [*case["Hashes"], bytes(32)]} for case in good]
    assert all(ask(bad))


def test_go_verifies_our_consistency_proofs(ask: Ask) -> None:
    """Every pair of sizes to 20, and some of a large tree."""
    big = tree(1000)
    places = [(m, n) for n in range(1, 21) for m in range(1, n + 1)]
    places += [(m, 1000) for m in (1, 511, 512, 768, 999)]
    good: list[dict[str, Any]] = [
        {
            "Check": "consistency",
            "Old": m,
            "Before": big.root(m),
            "Size": n,
            "Root": big.root(n),
            "Hashes": consistency_proof(big, m, n),
        }
        for m, n in places
    ]
    assert not any(ask(good))
    bad = [{**case, "Before": h} for case in good for h in flips(case["Before"])[:2]]
    bad += [{**case, "Root": h} for case in good for h in flips(case["Root"])[:2]]
    bad += [{**case, "Hashes": [*case["Hashes"], bytes(32)]} for case in good]
    bad += [{**case, "Hashes": case["Hashes"][1:]} for case in good if case["Hashes"]]
    assert all(ask(bad))


def test_go_sees_that_a_log_signed_two_heads_of_one_size(ask: Ask) -> None:
    """Our evidence convinces a stranger; two equal heads, or a tampered copy, do not."""
    one, other = signed(9, tree(9).root()), signed(9, tree(9, b"x").root())
    good = two_roots(one, other).to_bytes()
    assert ask([fork(good)]) == [""]
    bad = [two_roots(one, one).to_bytes(), *flips(good)]
    assert all(ask([fork(data) for data in bad]))


def test_go_sees_that_a_smaller_head_does_not_fit_a_larger_one(ask: Ask) -> None:
    """Two sizes: the proof leads from another root of the smaller size than the one signed."""
    true, false = tree(20), tree(9, b"x")
    large, proof = signed(20, true.root()), tuple(consistency_proof(true, 9, 20))
    good = ForkEvidence(signed(9, false.root()), large, true.root(9), proof).to_bytes()
    honest = ForkEvidence(signed(9, true.root(9)), large, true.root(9), proof).to_bytes()
    empty = ForkEvidence(signed(9, false.root()), large, false.root(), proof).to_bytes()
    assert ask([fork(good)]) == [""]
    assert all(ask([fork(data) for data in (honest, empty, *flips(good))]))


def fork(evidence: bytes) -> dict[str, Any]:
    """Ask whether this shows that the log signed two histories."""
    return {"Check": "fork", "Keys": KEYS[:1], "Evidence": evidence}
