"""``head/1``: when a party logs heads of the channel's logs, so that deadlines follow from records.

Only what is not itself a ``head/1`` counts as growth, so two nodes never attest each other's
attestations for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from parley.kinds.line.head import MAX_NOTE
from parley.log.checkpoint import SignedNote, parse_checkpoint
from parley.log.heads import StoredHead
from parley.log.store import Store
from parley.node.channels import Channel
from parley.node.reading import Reading
from parley.projection.fold import Opened
from parley.record.canonical import Json


@dataclass(slots=True)
class _Attested:
    """What our own records say of one log: the largest size, and whose receipts over which size."""

    size: int = 0
    receipts: dict[str, int] | None = None


class Attesting:
    """Finds the heads that our main lane should hold and does not."""

    def __init__(self, store: Store, reading: Reading) -> None:
        self._store = store
        self._reading = reading
        # What is read of our own main lane so far, by channel: (entries read, by origin).
        self._seen: dict[str, tuple[int, dict[str, _Attested]]] = {}
        # Of each log: the entries looked at, and the size just after the last that is no head/1.
        self._contents: dict[str, tuple[int, int]] = {}

    def due(self, channel: Channel) -> Iterator[dict[str, Json]]:
        """Give the bodies of the ``head/1`` records that are due; nothing when all is said."""
        if not channel.is_party or not self._reading.stands(channel):
            return
        attested = self._read_own(channel)
        for origin in channel.origins():
            said = attested.get(origin, _Attested())
            content = self._content(origin)
            if origin in channel.own_origins():
                heads = self._own(channel, origin, content, said)
            else:
                heads = self._foreign(origin, content, said)
            for head in heads:
                yield _body(head)

    def _foreign(self, origin: str, content: int, said: _Attested) -> list[StoredHead]:
        """Give another's head once it covers something new that is no ``head/1``."""
        head = self._store.stored_head(origin)
        if head is None or content <= said.size or head.size < content:
            return []
        return [head]

    def _own(
        self, channel: Channel, origin: str, content: int, said: _Attested
    ) -> list[StoredHead]:
        """Give our own heads under which somebody's receipt over all we said is not logged yet."""
        missing: dict[int, StoredHead] = {}
        for cosigned in self._store.cosignatures(origin, max(1, content), earliest=True):
            lines = self._reading.good_lines(channel, cosigned.head)
            for _, holder, role, _ in lines:
                known = (said.receipts or {}).get(holder, 0)
                if role == "receipt" and holder != channel.me and known < content:
                    missing[cosigned.size] = cosigned.head
        return [missing[size] for size in sorted(missing)]

    def _content(self, origin: str) -> int:
        """Give the size just after the last entry that is no ``head/1``."""
        done, content = self._contents.get(origin, (0, 0))
        for opened in self._reading.after(origin, done):
            done = opened.index + 1
            if opened.unread is not None or opened.facts.head is None:
                content = done
        self._contents[origin] = (done, content)
        return content

    def _read_own(self, channel: Channel) -> dict[str, _Attested]:
        done, attested = self._seen.get(channel.id, (0, {}))
        for opened in self._reading.after(channel.origin(channel.me, "main"), done):
            done = opened.index + 1
            if opened.unread is None and opened.facts.head is not None:
                self._take(channel, opened, attested)
        self._seen[channel.id] = (done, attested)
        return attested

    def _take(self, channel: Channel, opened: Opened, attested: dict[str, _Attested]) -> None:
        note = SignedNote.parse((opened.facts.head or "").encode())
        head = parse_checkpoint(note)
        said = attested.setdefault(head.origin, _Attested())
        said.size = max(said.size, head.size)
        receipts = said.receipts = said.receipts or {}
        for _, holder, role, _ in self._reading.lines_of(channel, note.text, note.signatures):
            if role == "receipt":
                receipts[holder] = max(receipts.get(holder, 0), head.size)


def _body(head: StoredHead) -> dict[str, Json]:
    lines = head.cosignatures
    note = head.note
    while len(note) > MAX_NOTE and lines:
        lines = lines[:-1]
        note = StoredHead(head.origin, head.size, head.root, head.line, lines).note
    return {"origin": head.origin, "size": head.size, "note": note.decode()}
