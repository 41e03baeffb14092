"""What a charter lays down, as projections need it: members, keys, minima, deadlines, places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from parley.values.instants import Interval
from parley.values.places import Place
from parley.values.texts import Text


@dataclass(frozen=True, slots=True)
class RoleKey:
    """A public key (32 bytes) of a party or mirror in one role."""

    holder: str
    role: Literal["author", "log", "witness", "receipt", "line", "recovery"]
    public: bytes


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How soon a receipt and an answer are due for one priority, in milliseconds."""

    receipt_ms: int
    answer_ms: int


@dataclass(frozen=True, slots=True)
class Minima:
    """Separation minima: lateral and vertical in 0.1 mm, time in milliseconds."""

    lateral_e4m: int
    vertical_e4m: int
    time_ms: int


NO_MARGIN = Minima(0, 0, 0)

PUBLIC_DELAY_MS = 259_200_000
"""How long a public export keeps back what happened, where the charter does not say: 72 hours."""

PUBLIC_BLUR_E4M = 100_000_000
"""How coarse positions of a public export are, where the charter does not say: cells of 10 km."""

LEAST_BLUR_E4M = 10_000_000  # 1 km
MOST_BLUR_E4M = 10_000_000_000  # 1,000 km


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place on the channel's agreed list: a name in several scripts, a position, a tolerance."""

    names: tuple[Text, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Member:
    """A party (with a short code for numbers), a mirror, or a voice party of a channel."""

    name: str
    code: str
    role: Literal["party", "mirror", "voice"]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a charter lays down, as projections need it.

    ``signatures_needed`` maps a kind to the number of author signatures it needs (default 1).
    ``warning_repeat_ms``: a like event within this time after a warning counts as a repeat.
    ``lead_times_ms`` maps a kind to how long ahead of its window a notice of it is due.
    ``day_cutoff``: the local time HH:MM at which a day's figures close; 00:00 is its last midnight.
    ``public`` names the kinds that may leave the channel, then only as old and as coarse as
    ``public_delay_ms`` and ``public_blur_e4m`` (0.1 mm) say.
    """

    status: Literal["actual", "exercise", "test"]
    members: tuple[Member, ...]
    keys: tuple[RoleKey, ...]
    minima: Minima
    deadlines: Mapping[str, Deadlines]
    in_force: Interval
    day_zone: str
    places: tuple[KnownPlace, ...] = ()
    signatures_needed: Mapping[str, int] | None = None
    readback_kinds: tuple[str, ...] = ()
    warning_repeat_ms: int = 21_600_000
    lead_times_ms: Mapping[str, int] | None = None
    day_cutoff: str = "00:00"
    public: tuple[str, ...] = ()
    public_delay_ms: int = PUBLIC_DELAY_MS
    public_blur_e4m: int = PUBLIC_BLUR_E4M

    def parties(self) -> tuple[str, ...]:
        """Name the parties that hold a log, in the charter's order."""
        return tuple(m.name for m in self.members if m.role == "party")

    def keys_of(self, holder: str, role: str) -> tuple[bytes, ...]:
        """Give the public keys of a holder in a role, in the charter's order."""
        return tuple(k.public for k in self.keys if k.holder == holder and k.role == role)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key that comes into force, or ends, from an index of each of its holder's logs.

    ``possession`` (64 bytes, needed to add): ``prove_possession`` by the new key over the canonical
    ``{name, role, status}``. A change counts in the lane it is logged in, so it is logged in both.
    """

    key: RoleKey
    change: Literal["add", "end", "revoke"]
    from_main: int
    from_urgent: int
    possession: bytes = b""
