"""A replica under every mix of deliveries: two logs, forks, repeats, restarts, by any road.

The forger holds the logs' keys and signs whatever it likes. Whatever happens, what the replica
signed is one history for each log, and everything it receipted is held.
"""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from parley.errors import LogDamaged, ParleyError
from parley.log.checkpoint import NoteSignature, SignedNote, cosignature_time
from parley.log.fork import verify_fork
from parley.log.merkle import MemoryTree, leaf_hash, root_of, subtree_consistency_proof
from parley.log.packages import Package, UploadHead
from tests.spine.log.sides import (
    CHANNEL,
    Side,
    cosigner_key,
    head_of,
    log_key,
    origin,
    proof_between,
    record,
    shared,
    signed_head,
)

PARTIES = ("coalition", "mirror")
PART = b"the map that entry 6 names"


def branches(name: str) -> dict[str, list[bytes]]:
    """Make one honest history and two others that part from it at entries 3 and 8."""
    parts = {6: [shared(PART)]}
    honest = [record(name, n, parts=parts.get(n, [])).raw for n in range(12)]
    honest[4] = b"unreadable"
    late = honest[:8] + [record(name, n, text="late").raw for n in range(8, 12)]
    early = honest[:3] + [record(name, n, text="early").raw for n in range(3, 12)]
    return {"honest": honest, "late": late, "early": early}


HISTORIES = {name: branches(name) for name in PARTIES}

logs = st.sampled_from(PARTIES)
histories = st.sampled_from(["honest", "honest", "honest", "late", "early"])
sizes = st.integers(0, 12)


class Deliveries(RuleBasedStateMachine):
    """Rules are what may arrive; the invariants are what we promised."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.side = Side(Path(self.folder.name), "russia")
        self.side.follow(*PARTIES)
        self.signed: dict[tuple[str, str], dict[int, set[bytes]]] = {}
        self.receipted = dict.fromkeys(PARTIES, 0)

    def teardown(self) -> None:
        if hasattr(self, "side"):
            self.side.close()
            self.folder.cleanup()

    def heard(self, name: str, note: bytes, lines: tuple[NoteSignature, ...]) -> None:
        """Note what the replica signed, once the signature verifies over exactly this head."""
        head = head_of(note)
        for line in lines:
            role = line.name.removeprefix("russia/")
            key = cosigner_key("russia", role)
            covering = note
            if cosignature_time(SignedNote.parse(note).joined([line]), key) is None:
                raise AssertionError("a line of nobody")
            self.signed.setdefault((name, role), {}).setdefault(head.size, set()).add(head.root)
            if role == "receipt":
                self.receipted[name] = max(self.receipted[name], head_of(covering).size)

    @rule(name=logs, which=histories, size=sizes, right=st.booleans(), old=sizes)
    def offer(self, name: str, which: str, size: int, right: bool, old: int) -> None:
        """A head arrives, mostly with the old size that we expect."""
        entries = HISTORIES[name][which][:size]
        last = self.side.witness.last(origin(name))
        start = (0 if last is None else last.size) if right else old
        proof = proof_between(entries, start, size) if 0 < start <= size else []
        note = signed_head(name, entries)
        try:
            taken = self.side.replica.offer_head(note, start, proof, log_key(name))
        except LogDamaged:
            raise
        except ParleyError:
            return
        self.heard(name, note, taken.lines)

    @rule(name=logs, which=histories, start=sizes, end=sizes, cut=sizes)
    def upload(self, name: str, which: str, start: int, end: int, cut: int) -> None:
        """A package arrives under some head of some history, whole or cut."""
        entries = HISTORIES[name][which]
        start = min(start, end)
        tree = MemoryTree([leaf_hash(entry) for entry in entries[:end]])
        packages = []
        if start < end:
            proof = subtree_consistency_proof(tree, 0, end, end)
            packages = [Package(start, end, tuple(entries[start:end]), tuple(proof))]
        if cut == 0:
            packages = []
        try:
            taken = self.side.replica.take_upload(UploadHead(origin(name), start, end), packages)
        except LogDamaged:
            raise
        except ParleyError:
            return
        if taken.lines:
            kept = self.side.store.head_at(origin(name), taken.head_size)
            assert kept is not None
            self.heard(name, kept, taken.lines)

    @rule(name=logs, which=histories, start=sizes, size=sizes, tiles=st.booleans())
    def receive(self, name: str, which: str, start: int, size: int, tiles: bool) -> None:
        """A head arrives together with its newest entries, from a peer, the mirror or a bundle."""
        entries = HISTORIES[name][which][:size]
        leaves = [leaf_hash(entry) for entry in entries] if tiles else []
        note = signed_head(name, entries)
        try:
            taken = self.side.replica.receive(
                note, start, entries[start:], log_key(name), leaves=leaves
            )
        except LogDamaged:
            raise
        except ParleyError:
            return
        for line in taken.lines:
            size = head_of(note).size if line.name.endswith("witness") else taken.head_size
            kept = self.side.store.head_at(origin(name), size)
            assert kept is not None
            self.heard(name, kept, (line,))

    @rule()
    def part(self) -> None:
        """The part that some entries wait for arrives."""
        self.side.parts.put(CHANNEL, "shared", PART)
        for name in PARTIES:
            receipt = self.side.replica.give_receipt(origin(name))
            if receipt is not None:
                self.heard(name, receipt.head.note, (receipt.line,))

    @rule()
    def restart(self) -> None:
        """The node stops and starts again."""
        self.side.close()
        self.side = Side(Path(self.folder.name), "russia")

    @invariant()
    def everything_fits_together(self) -> None:
        if hasattr(self, "side"):
            self.side.check()

    @invariant()
    def what_we_signed_is_one_history(self) -> None:
        """Each cosigner's heads of a log are roots of one list of entries, at every size."""
        if not hasattr(self, "side"):
            return
        for (name, _), heads in self.signed.items():
            assert all(len(roots) == 1 for roots in heads.values())
            signed = {size: next(iter(roots)) for size, roots in heads.items()}
            fitting = [
                which
                for which, entries in HISTORIES[name].items()
                if all(
                    root_of([leaf_hash(e) for e in entries[:size]]) == root
                    for size, root in signed.items()
                )
            ]
            assert fitting

    @invariant()
    def what_we_receipted_is_held(self) -> None:
        """Receipted entries and the shared parts they name are here, in the history signed."""
        if not hasattr(self, "side"):
            return
        for name, size in self.receipted.items():
            assert self.side.store.size(origin(name)) >= size
            held = self.side.store.entries(origin(name), 0, size)
            assert held in [entries[:size] for entries in HISTORIES[name].values()]
            if size > 6 and held[6] == HISTORIES[name]["honest"][6]:
                assert self.side.parts.has(shared(PART).sha256)

    @invariant()
    def every_fork_kept_proves_itself(self) -> None:
        if not hasattr(self, "side"):
            return
        for name in PARTIES:
            for kept in self.side.store.forks(origin(name)):
                verify_fork(kept, log_key(name))


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
