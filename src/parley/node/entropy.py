"""Where random bytes come from: the only module that draws them."""

import hashlib
import os
import threading
from typing import Protocol


class Entropy(Protocol):
    """A source of bytes that nobody can guess (or, in an exercise, that can be repeated)."""

    def draw(self, count: int) -> bytes:
        """Give ``count`` fresh bytes."""
        ...

    def apart(self, purpose: str) -> "Entropy":
        """Give a source of its own for one purpose; ask once for each, or it repeats itself.

        How often the line draws depends on the moment, and must not move the names of records.
        """
        ...


class SystemEntropy:
    """The operating system's generator."""

    def draw(self, count: int) -> bytes:
        """Give ``count`` fresh bytes."""
        return os.urandom(count)

    def apart(self, purpose: str) -> "SystemEntropy":
        """Give the same: it never repeats itself."""
        return self


class SeededEntropy:
    """Bytes that follow from a seed: throw-away keys of exercises and tests, nothing else."""

    def __init__(self, seed: str) -> None:
        self._name = seed
        self._seed = hashlib.sha256(b"parley/exercise-entropy/1\n" + seed.encode()).digest()
        self._lock = threading.Lock()
        self._count = 0

    def draw(self, count: int) -> bytes:
        """Give the next ``count`` bytes of the sequence."""
        out = b""
        while len(out) < count:
            with self._lock:
                self._count += 1
                number = self._count
            out += hashlib.sha256(self._seed + number.to_bytes(8, "big")).digest()
        return out[:count]

    def apart(self, purpose: str) -> "SeededEntropy":
        """Give the sequence of this seed and the purpose, from its beginning."""
        return SeededEntropy(f"{self._name}\n{purpose}")


def fraction(source: Entropy) -> float:
    """Draw a number in [0, 1), for jitter."""
    return int.from_bytes(source.draw(6), "big") / float(1 << 48)
