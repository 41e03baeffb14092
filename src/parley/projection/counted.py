"""What counts in a sum: a record that holds, and of several last versions of it one alone."""

from collections.abc import Mapping
from typing import Any

from parley.projection.fold import Opened
from parley.projection.register import Register
from parley.projection.said import C
from parley.projection.situation import Situation


class Counted:
    """Tells which records of one sort count: those neither replaced nor withdrawn, each once.

    ``among`` are the records of the sort by name. Of rival last versions the latest counts; a
    party's own times order its words.
    """

    def __init__(self, register: Register, among: Mapping[str, tuple[Opened, Any]]) -> None:
        self._register = register
        self._among = among
        self._chosen: dict[str, str] = {}

    def counts(self, opened: Opened) -> bool:
        """Tell whether a record counts in a sum."""
        if not self._register.holds(opened):
            return False
        rivals = self._register.last_versions(opened)
        if len(rivals) < 2:
            return True
        subject = self._register.subject(opened)
        if subject not in self._chosen:
            versions = (self._among[name][0] for name in rivals if name in self._among)
            self._chosen[subject] = max(versions, key=by_own_time).name
        return self._chosen[subject] == opened.name


def counting(situation: Situation, sort: type[C]) -> tuple[tuple[Opened, C], ...]:
    """Give the claims of one sort that count in a sum, with their records, in folding order."""
    claims = situation.said.claims(sort)
    counted = Counted(
        situation.register, {opened.name: (opened, claim) for opened, claim in claims}
    )
    return tuple((opened, claim) for opened, claim in claims if counted.counts(opened))


def by_own_time(opened: Opened) -> tuple[int, str, int]:
    """Give what orders the words of one party: its own time, then lane and index."""
    return opened.said.issued, opened.origin, opened.index
