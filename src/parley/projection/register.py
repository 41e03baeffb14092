"""The latest word on every subject, for every kind: what replaces, withdraws and expires.

Only the author of a record may replace or withdraw it. A subject is named by its first version.
Names are hashes, so references cannot form a circle; none is followed twice all the same.
"""

from collections.abc import Collection
from functools import cached_property
from itertools import islice
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.said import C, Said
from parley.record.kind import Occupancy
from parley.values.instants import FIRST, Instant

WordStatus = Literal["open", "replaced", "withdrawn", "expired", "conflicted"]

MOST_RIVALS = 20


class Register:
    """What became of each record below the sizes of ``said``, judged at an instant.

    (1) A record that another of its author replaces is *replaced*, whatever becomes of the other.
    (2) A record that its author withdraws is *withdrawn*, unless the withdrawal was itself
    withdrawn. (3) Several latest versions of one subject are *conflicted*: all of them hold, since
    dropping one might make a sky look clear. (4) What has ended by then is *expired*.
    """

    def __init__(self, said: Said, at: Instant) -> None:
        self._said = said
        self._at = at
        self._replacing = said.references("replaces")
        self._withdrawing = said.references("withdraws")
        # Most records replace nothing and are referred to by nobody: of these little is asked.
        self._chained = {
            *self._replacing,
            *(each.name for by in self._replacing.values() for each in by),
        }
        self._withdrawn: dict[str, bool] = {}
        self._holds: dict[str, bool] = {}
        self._status: dict[str, WordStatus] = {}
        self._root: dict[str, str] = {}

    def _of_author(self, role: Literal["replaces", "withdraws"], opened: Opened) -> tuple[str, ...]:
        referring = (self._replacing if role == "replaces" else self._withdrawing).get(opened.name)
        if referring is None:
            return ()
        return tuple(
            each.name
            for each in referring
            if each.party == opened.party and each.name != opened.name
        )

    def replaced_by(self, opened: Opened) -> tuple[str, ...]:
        """Name the records by which its author replaced it."""
        return self._of_author("replaces", opened)

    def withdrawn_by(self, opened: Opened) -> tuple[str, ...]:
        """Name the records by which its author withdrew it and that still hold."""
        names = self._of_author("withdraws", opened)
        return tuple(n for n in names if not self.is_withdrawn(self._said.by_name[n]))

    def is_withdrawn(self, opened: Opened) -> bool:
        """Tell whether its author withdrew it for good."""
        if opened.name in self._withdrawn:
            return self._withdrawn[opened.name]
        if opened.name not in self._withdrawing:
            return False
        # no recursion: a hostile party can log a withdrawal of a withdrawal a thousand times over
        known, stack, entered = self._withdrawn, [opened], {opened.name}
        while stack:
            here = stack[-1]
            by = [self._said.by_name[name] for name in self._of_author("withdraws", here)]
            open_ones = [o for o in by if o.name not in known and o.name not in entered]
            if here.name not in known and open_ones:
                stack.extend(open_ones)
                entered.update(o.name for o in open_ones)
                continue
            known.setdefault(here.name, any(not known.get(o.name, True) for o in by))
            stack.pop()
        return known[opened.name]

    def holds(self, opened: Opened) -> bool:
        """Tell whether it is a latest word: neither replaced nor withdrawn, expired or not."""
        name = opened.name
        if name not in self._replacing and name not in self._withdrawing:
            return True
        known = self._holds.get(name)
        if known is None:
            known = not self.replaced_by(opened) and not self.is_withdrawn(opened)
            self._holds[name] = known
        return known

    def holding(self, sort: type[C]) -> tuple[tuple[Opened, C], ...]:
        """Give every claim of one sort whose record is a latest word, expired or not."""
        return tuple(pair for pair in self._said.claims(sort) if self.holds(pair[0]))

    def subject(self, opened: Opened) -> str:
        """Name the subject: the first version of this record, by the same author."""
        if opened.name not in self._chained:
            return opened.name
        chain: dict[str, None] = {}
        here = opened
        while here.name not in self._root and here.name not in chain:
            chain[here.name] = None
            before = [
                target
                for name in here.said.refers("replaces")
                if (target := self._said.by_name.get(name)) and target.party == here.party
            ]
            if not before:
                break
            here = before[0]
        root = self._root.get(here.name, here.name)
        for name in chain:
            self._root[name] = root
        return root

    @cached_property
    def _latest(self) -> dict[str, dict[str, None]]:
        latest: dict[str, dict[str, None]] = {}
        for opened in self._said.readable:
            if opened.name in self._chained and self.holds(opened):
                latest.setdefault(self.subject(opened), {})[opened.name] = None
        return latest

    def last_versions(self, opened: Opened) -> Collection[str]:
        """Name the latest versions of its subject, in folding order; itself if there is no other.

        Of one subject this is one and the same collection: a party can log a thousand.
        """
        if opened.name not in self._chained:
            return (opened.name,)
        names = self._latest.get(self.subject(opened), {})
        return names.keys() if opened.name in names else (opened.name,)

    def rivals(self, opened: Opened) -> tuple[str, ...]:
        """Name the other latest versions of its subject: the first of them, at most 20."""
        others = (name for name in self.last_versions(opened) if name != opened.name)
        return tuple(islice(others, MOST_RIVALS))

    def status(self, opened: Opened) -> WordStatus:
        """Give what became of a record; see the class."""
        known = self._status.get(opened.name)
        if known is None:
            known = self._status[opened.name] = self._judged(opened)
        return known

    def _judged(self, opened: Opened) -> WordStatus:
        name = opened.name
        if name not in self._chained and name not in self._withdrawing:
            return self._over(opened)
        if self.is_withdrawn(opened):
            return "withdrawn"
        if self.replaced_by(opened):
            return "replaced"
        if len(self.last_versions(opened)) > 1:
            return "conflicted"
        return self._over(opened)

    def _over(self, opened: Opened) -> WordStatus:
        ends = ends_at(opened)
        return "expired" if ends is not None and ends <= self._at else "open"


def ends_at(opened: Opened) -> Instant | None:
    """Give the instant from which a record no longer holds by its own words, if it states one."""
    facts = opened.facts
    if facts.expires_at is not None:
        return facts.expires_at
    if facts.occupancy is None:
        return None
    last: int = FIRST
    ends = ends_of(facts.occupancy)
    for end in ends:
        if end is None:
            return None
        last = max(last, end)
    # the sky compares ends inclusively: the last instant is still occupied
    return Instant(last + 1) if ends else None


def ends_of(occupancy: Occupancy) -> list[int | None]:
    """Give the last instant of each volume (None: until withdrawn) and of each trajectory."""
    ends: list[int | None] = [volume.time_end for volume in occupancy.volumes]
    return ends + [flown.occupied.end for flown in occupancy.trajectories]
