"""Cosigners: *head seen* (witness) and *stored* (receipt), each a name and a key of its own.

A cosigner signs one root for each size of a log and never a smaller tree (c2sp.org/tlog-witness);
what it is about to sign is durable in the sign-state before the line leaves.
"""

from parley.errors import SecondRoot
from parley.log.checkpoint import COSIGNER_KEY, Checkpoint, NoteSignature, VerifierKey, cosign
from parley.log.database import Journal, silent
from parley.log.signing import Signers, signers_of
from parley.log.signstate import Signed, SignState
from parley.record.signature import Signer


class Cosigner:
    """One of a node's two cosigners; two cosigners never share a key, nor a key with a log."""

    def __init__(
        self, name: str, signer: Signer | Signers, state: SignState, *, journal: Journal = silent
    ) -> None:
        self._signers = signers_of(signer)
        self.key = VerifierKey(name, COSIGNER_KEY, self._signers.first.public)
        self._state = state
        self._journal = journal

    @property
    def name(self) -> str:
        """The name that stands in the cosignature line."""
        return self.key.name

    def last(self, origin: str) -> Signed | None:
        """Give the head that this cosigner signed last, or None."""
        return self._state.last(self.name, origin)

    def cosign(self, head: Checkpoint, *, after: Signed | None, time_s: int) -> NoteSignature:
        """Sign ``head`` as the successor of ``after``; the caller has shown that it extends it.

        Raises StateMoved when another head was signed meanwhile, SecondRoot when this one is
        smaller or is another root of the same size. ``time_s``: POSIX seconds.
        """
        self._state.swap(self.name, head.origin, after, Signed(head.size, head.root))
        line = cosign(head, self.name, self._signers.at(head.origin, head.size), time_s)
        self._journal(f"cosignature released by {self.name}")
        return line

    def recall(self, head: Checkpoint) -> None:
        """Count a head that bears our own verified line as signed, if the sign-state is older."""
        last = self.last(head.origin)
        if last is None or last.size < head.size:
            self._state.swap(self.name, head.origin, last, Signed(head.size, head.root))

    def cosign_again(self, head: Checkpoint, *, time_s: int) -> NoteSignature:
        """Sign the head that was signed last once more, with a new time; no other one."""
        last = self.last(head.origin)
        if last != Signed(head.size, head.root):
            raise SecondRoot(f"{self.name} did not sign this head last", where=head.origin)
        return self.cosign(head, after=last, time_s=time_s)
