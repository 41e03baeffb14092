"""A cosigner signs one root per size and never a smaller tree, and remembers before it speaks."""

from pathlib import Path

import pytest

from parley.errors import SecondRoot, StateMoved
from parley.log.checkpoint import Checkpoint, SignedNote, cosignature_time
from parley.log.signstate import Signed, SignState
from parley.log.witness import Cosigner
from tests.spine.log.sides import cosigner_key, head_of, origin, signed_head, signer

COALITION = origin("coalition")
ENTRIES = [b"%d" % n for n in range(6)]


def head(size: int) -> Checkpoint:
    return head_of(signed_head("coalition", ENTRIES[:size]))


def test_a_line_verifies_and_says_when(tmp_path: Path) -> None:
    """The line stands under the cosigner's name and key, with the time it was given."""
    with SignState(tmp_path / "state.db") as state:
        witness = Cosigner("russia/witness", signer("russia", "witness"), state)
        line = witness.cosign(head(3), after=None, time_s=1234)
        note = SignedNote.parse(signed_head("coalition", ENTRIES[:3])).joined([line])
        assert cosignature_time(note, cosigner_key("russia", "witness")) == 1234
        assert cosignature_time(note, cosigner_key("russia", "receipt")) is None


def test_it_goes_forward_only(tmp_path: Path) -> None:
    """Smaller trees and second roots are refused, also after a restart."""
    with SignState(tmp_path / "state.db") as state:
        witness = Cosigner("russia/witness", signer("russia", "witness"), state)
        witness.cosign(head(3), after=None, time_s=1)
    with SignState(tmp_path / "state.db") as state:
        witness = Cosigner("russia/witness", signer("russia", "witness"), state)
        seen = witness.last(COALITION)
        assert seen == Signed(3, head(3).root)
        for other in (head(2), head_of(signed_head("coalition", [b"x", b"y", b"z"]))):
            with pytest.raises(SecondRoot):
                witness.cosign(other, after=seen, time_s=2)
        with pytest.raises(StateMoved):
            witness.cosign(head(5), after=Signed(2, head(2).root), time_s=2)
        with pytest.raises(StateMoved):
            witness.cosign(head(5), after=None, time_s=2)
        witness.cosign(head(5), after=seen, time_s=2)
        assert witness.last(COALITION) == Signed(5, head(5).root)


def test_the_state_is_durable_before_the_line_leaves(tmp_path: Path) -> None:
    """The journal shows the sign-state first, then the line; a refused head shows neither."""
    events: list[str] = []
    with SignState(tmp_path / "state.db", journal=events.append) as state:
        receipt = Cosigner(
            "russia/receipt", signer("russia", "receipt"), state, journal=events.append
        )
        receipt.cosign(head(2), after=None, time_s=1)
        assert events == ["sign-state durable", "cosignature released by russia/receipt"]
        with pytest.raises(SecondRoot):
            receipt.cosign(head(1), after=Signed(2, head(2).root), time_s=1)
        assert len(events) == 2


def test_the_same_head_may_be_signed_again(tmp_path: Path) -> None:
    """The head signed last may be signed anew with a later time; no other one may."""
    with SignState(tmp_path / "state.db") as state:
        witness = Cosigner("russia/witness", signer("russia", "witness"), state)
        first = witness.cosign(head(2), after=None, time_s=1)
        assert witness.cosign_again(head(2), time_s=1) == first
        assert witness.cosign_again(head(2), time_s=2) != first
        with pytest.raises(SecondRoot):
            witness.cosign_again(head(3), time_s=2)


def test_two_cosigners_keep_apart(tmp_path: Path) -> None:
    """What one cosigner signed binds the other in nothing; their keys differ."""
    with SignState(tmp_path / "state.db") as state:
        witness = Cosigner("russia/witness", signer("russia", "witness"), state)
        receipt = Cosigner("russia/receipt", signer("russia", "receipt"), state)
        witness.cosign(head(5), after=None, time_s=1)
        receipt.cosign(head(2), after=None, time_s=1)
        assert witness.key.public != receipt.key.public
        assert [c.last(COALITION) for c in (witness, receipt)] == [
            Signed(5, head(5).root),
            Signed(2, head(2).root),
        ]
