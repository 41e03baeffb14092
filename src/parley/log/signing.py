"""Which of our keys signs what: one at first, another from where a record of ours says so."""

from collections.abc import Sequence

from parley.record.signature import Signer


class Signers:
    """The keys of one role: here a single one, for good. Others derive from this and choose."""

    def __init__(self, first: Signer) -> None:
        self.first = first

    def at(self, origin: str, size: int) -> Signer:
        """Give the key that signs a head of this size of a log."""
        return self.first

    def able(self, origin: str, size: int) -> Sequence[Signer]:
        """Give every key of ours that may have signed such a head, also beyond what is held."""
        return (self.at(origin, size),)


def signers_of(given: Signer | Signers) -> Signers:
    """Take a lone key for the one key of its role."""
    return given if isinstance(given, Signers) else Signers(given)
