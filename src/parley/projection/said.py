"""All that was said in a channel below given sizes, in the one order in which it is folded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from parley.errors import ViewAhead
from parley.projection.fold import LogName, Opened
from parley.record.claims.claim import Claim
from parley.record.envelope import Role

C = TypeVar("C", bound=Claim)


class Said:
    """The entries of a channel's logs below ``upto``, sorted by origin and index; never changed.

    By whatever road and in whatever order entries came, equal arguments give an equal order here,
    and nothing at or above ``upto`` can be seen by what folds over it.
    """

    def __init__(
        self, channel: str, logs: Mapping[str, Sequence[Opened]], upto: Mapping[str, int]
    ) -> None:
        self.channel = channel
        self.upto = {origin: upto[origin] for origin in sorted(upto)}
        taken: list[Opened] = []
        for origin, size in self.upto.items():
            if LogName.parse(origin).channel != channel:
                raise ViewAhead("a log of another channel", where=origin)
            log = logs.get(origin, ())
            if not 0 <= size <= len(log):
                raise ViewAhead(f"size {size}, but {len(log)} entries were read", where=origin)
            taken.extend(log[:size])
        self.entries = tuple(taken)

    @classmethod
    def of(cls, entries: Iterable[Opened]) -> "Said":
        """Take some entries of one channel alone, whichever bear on a question about a few."""
        made = cls("", {}, {})
        made.entries = tuple(sorted(entries, key=lambda o: (o.origin, o.index)))
        return made

    @cached_property
    def readable(self) -> tuple[Opened, ...]:
        """The entries that say something."""
        return tuple(o for o in self.entries if o.unread is None)

    @cached_property
    def unread(self) -> tuple[Opened, ...]:
        """The entries that could not be read; no view that has any says clear."""
        return tuple(o for o in self.entries if o.unread is not None)

    @cached_property
    def by_name(self) -> Mapping[str, Opened]:
        """The readable records by name."""
        return {o.name: o for o in self.readable}

    @cached_property
    def _claims(self) -> Mapping[type[Claim], tuple[tuple[Opened, Claim], ...]]:
        found: dict[type[Claim], list[tuple[Opened, Claim]]] = defaultdict(list)
        for opened in self.readable:
            for claim in opened.facts.claims:
                found[type(claim)].append((opened, claim))
        return {sort: tuple(each) for sort, each in found.items()}

    def claims(self, sort: type[C]) -> tuple[tuple[Opened, C], ...]:
        """Give every claim of one sort with its record, in folding order."""
        return cast("tuple[tuple[Opened, C], ...]", self._claims.get(sort, ()))

    @cached_property
    def _saying(self) -> Mapping[str, tuple[Opened, ...]]:
        found: dict[str, list[Opened]] = defaultdict(list)
        for opened in self.readable:
            for subject in opened.facts.subjects:
                saying = found[subject.manner]
                if not saying or saying[-1] is not opened:
                    saying.append(opened)
        return {manner: tuple(each) for manner, each in found.items()}

    def saying(self, manner: str) -> tuple[Opened, ...]:
        """Give the records that are about something in a manner, in folding order."""
        return self._saying.get(manner, ())

    @cached_property
    def _referring(self) -> Mapping[str, Mapping[str, tuple[Opened, ...]]]:
        found: dict[str, dict[str, dict[str, Opened]]] = defaultdict(lambda: defaultdict(dict))
        for opened in self.readable:
            for ref in opened.said.refs:
                found[ref.role][ref.record][opened.name] = opened
        return {
            role: {name: tuple(each.values()) for name, each in by_name.items()}
            for role, by_name in found.items()
        }

    def referring(self, role: Role, name: str) -> tuple[Opened, ...]:
        """Give the records that refer to a record in a role, in folding order."""
        return self.references(role).get(name, ())

    def references(self, role: Role) -> Mapping[str, tuple[Opened, ...]]:
        """Give, by the record referred to in a role, the records that do, in folding order."""
        return self._referring.get(role, {})

    def size(self, origin: str) -> int:
        """Give the size up to which a log is looked at; 0 when it is not."""
        return self.upto.get(origin, 0)

    def log(self, origin: str) -> Sequence[Opened]:
        """Give the entries of one log, in order."""
        return self._logs.get(origin, ())

    @cached_property
    def _logs(self) -> Mapping[str, tuple[Opened, ...]]:
        logs: dict[str, list[Opened]] = defaultdict(list)
        for opened in self.entries:
            logs[opened.origin].append(opened)
        return {origin: tuple(each) for origin, each in logs.items()}
