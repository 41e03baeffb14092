"""What every view starts from: all that was said, what became of it, the rules, the heads."""

from collections.abc import Mapping, Sequence

from parley.projection.fold import Opened
from parley.projection.governance import Governance
from parley.projection.heads import Heads, Memo
from parley.projection.numbers import check_code
from parley.projection.register import Register
from parley.projection.said import Said
from parley.record.canonical import Json
from parley.record.terms import Terms
from parley.values.instants import Instant, format_instant


class Situation:
    """A channel below given sizes at an instant. Whatever folds over it asks nothing else.

    ``memo`` may keep results of pure work between views; it changes no result.
    """

    def __init__(
        self,
        channel: str,
        logs: Mapping[str, Sequence[Opened]],
        upto: Mapping[str, int],
        at: Instant,
        agreed_kinds: frozenset[str],
        memo: Memo | None = None,
    ) -> None:
        self.channel = channel
        self.at = at
        self.memo: Memo = {} if memo is None else memo
        self.said = Said(channel, logs, upto)
        self.register = Register(self.said, at)
        self.governance = Governance(self.said, self.register, agreed_kinds)
        self._labels: dict[str, dict[str, Json]] = {}
        self._numbers: dict[str, str] = {}
        self.heads = Heads(self.said, self.governance, self.memo)

    @property
    def unread(self) -> int:
        """How many entries could not be read."""
        return len(self.said.unread)

    @property
    def whole(self) -> bool:
        """Tell whether there is a charter and all that is known to be said could be read."""
        return self.governance.first is not None and not self.unread and not self.heads.missing

    @property
    def terms(self) -> Terms | None:
        """The terms in force at the instant of the view."""
        return self.governance.terms_at(self.at)

    @property
    def day_zone(self) -> str:
        """The zone of the charter's days at the instant of the view; UTC where none is in force."""
        return self.terms.day_zone if self.terms else "UTC"

    def label(self, opened: Opened) -> dict[str, Json]:
        """Write what names a record: name, number, check code, kind, author, time as claimed."""
        known = self._labels.get(opened.name)
        if known is None:
            record = opened.said
            known = {
                "name": opened.name,
                "number": self.governance.number(opened),
                "check_code": check_code(opened.name),
                "kind": record.kind,
                "author": record.author,
                "issued": format_instant(record.issued),
            }
            self._labels[opened.name] = known
        return {**known}

    def number(self, name: str) -> str:
        """Give what people call a record: its short number, or the start of its name."""
        known = self._numbers.get(name)
        if known is None:
            opened = self.said.by_name.get(name)
            known = (self.governance.number(opened) if opened else None) or name[:13]
            self._numbers[name] = known
        return known
