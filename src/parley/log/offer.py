"""A head offered to a witness: the request body of c2sp.org/tlog-witness ``add-checkpoint``. Pure.

old <size>
<base64 hash>        (up to 63 of them)
<empty line>
<signed note>
"""

import base64
from dataclasses import dataclass

from parley.errors import BadNote, HeadRefused
from parley.log.checkpoint import MAX_NOTE, note_base64, parse_decimal
from parley.log.merkle import HASH_SIZE, MAX_HASHES, Hash

MAX_OFFER = MAX_NOTE + 8_192


@dataclass(frozen=True, slots=True)
class HeadOffer:
    """The size that the receiver is thought to have seen, the proof from there, the signed head."""

    old: int
    proof: tuple[Hash, ...]
    note: bytes

    def format(self) -> bytes:
        """Write the request body."""
        hashes = "".join(base64.b64encode(value).decode() + "\n" for value in self.proof)
        return f"old {self.old}\n{hashes}\n".encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> "HeadOffer":
        """Read a request body in its one form; the note in it is not read yet."""
        if len(data) > MAX_OFFER:
            raise HeadRefused(f"over {MAX_OFFER} bytes", where="offer")
        head, blank, note = data.partition(b"\n\n")
        try:
            first, *hashes = head.decode("ascii").split("\n")
            if not blank or not first.startswith("old "):
                raise HeadRefused("an offer begins with the old size", where="offer")
            old = parse_decimal(first.removeprefix("old "), where="offer: old")
            proof = tuple(note_base64(line, where="offer: proof") for line in hashes)
        except (UnicodeDecodeError, BadNote) as error:
            raise HeadRefused(f"unreadable: {error}", where="offer") from None
        if len(proof) > MAX_HASHES or any(len(value) != HASH_SIZE for value in proof):
            raise HeadRefused(f"up to {MAX_HASHES} hashes of {HASH_SIZE} bytes", where="offer")
        return cls(old, proof, note)
