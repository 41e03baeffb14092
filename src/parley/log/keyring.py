"""The keys that a caller vouches for: each log's own, and the cosigners' whose lines count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parley.errors import UnknownLog
from parley.log.checkpoint import NoteSignature, SignedNote, VerifierKey, cosignature_time


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Log keys by origin, and cosigner keys; whoever is not in it proves nothing."""

    logs: Mapping[str, VerifierKey]
    cosigners: tuple[VerifierKey, ...] = field(default=())

    def log_key(self, origin: str) -> VerifierKey:
        """Give the key of a log, or refuse the log."""
        key = self.logs.get(origin)
        if key is None:
            raise UnknownLog("no key is known for this log", where=origin)
        return key

    def known_lines(self, note: SignedNote) -> tuple[NoteSignature, ...]:
        """Give the cosignature lines of known keys; a line that does not verify is refused."""
        return known_lines(note, self.cosigners)


def known_lines(note: SignedNote, keys: Iterable[VerifierKey]) -> tuple[NoteSignature, ...]:
    """Give the verified lines of these cosigners in a note; raises BadCosignature."""
    found = []
    for key in keys:
        line = note.of(key)
        if line is not None and cosignature_time(note, key) is not None:
            found.append(line)
    return tuple(found)
