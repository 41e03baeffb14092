"""``/v1/channels/{channel}/logs``: the logs themselves, as C2SP tlog-tiles lays them out.

Bytes as stored: whoever distrusts every view can recompute it from here.
"""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from parley.desk.describe import Describer
from parley.errors import BadQuery, NoChannel, NotHere
from parley.log.merkle import consistency_proof, inclusion_proof
from parley.log.store import Store
from parley.log.tiles import TilePath, tile
from parley.node.channels import log_hash
from parley.node.runtime import Node
from parley.projection.situation import Situation
from parley.record.terms import Terms

Size = Annotated[int, Query(ge=0, le=2**53)]

_BYTES = "application/octet-stream"


class LogPaths:
    """Logs of one channel: heads, tiles, entries, proofs."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._words = Describer(node)

    def listing(self, channel: str) -> dict[str, Any]:
        """List the logs of a channel."""
        name = self._node.channel(channel)
        return {"channel": name, "logs": self._words.logs(name)}

    def checkpoint(self, channel: str, log: str) -> Response:
        """Give the latest signed head, with every cosignature line known for it."""
        store, origin = self._log(channel, log)
        note = store.head(origin)
        if note is None:
            raise NotHere("no head of this log is held yet", where=log[:64])
        return Response(note, media_type="text/plain; charset=utf-8")

    def tile(self, channel: str, log: str, tile_path: str) -> Response:
        """Give a tile of hashes (``0/000``) or a bundle of entries (``entries/000``)."""
        store, origin = self._log(channel, log)
        found = tile(store, origin, TilePath.parse(f"tile/{tile_path}"))
        return Response(found, media_type=_BYTES)

    def entry(self, channel: str, log: str, index: Annotated[int, Path(ge=0)]) -> Response:
        """Give one entry: exact DSSE envelope bytes."""
        store, origin = self._log(channel, log)
        if index >= store.size(origin):
            raise NotHere("no such entry here", where=f"{log[:16]} {index}"[:80])
        return Response(store.entries(origin, index, index + 1)[0], media_type=_BYTES)

    def inclusion(self, channel: str, log: str, index: Size, size: Size) -> dict[str, Any]:
        """Prove that an entry stands in the log of a given size (RFC 6962 section 2.1.1)."""
        store, origin = self._log(channel, log)
        if not index < size <= store.size(origin):
            raise BadQuery("0 <= index < size <= the size held here", where="query.size")
        hashes = inclusion_proof(store.reader(origin), index, size)
        return {"index": index, "size": size, "hashes": [h.hex() for h in hashes]}

    def consistency(self, channel: str, log: str, old: Size, size: Size) -> dict[str, Any]:
        """Prove that one size of the log is a prefix of a later one (section 2.1.2)."""
        store, origin = self._log(channel, log)
        if not old <= size <= store.size(origin):
            raise BadQuery("0 <= old <= size <= the size held here", where="query.size")
        hashes = consistency_proof(store.reader(origin), old, size)
        return {"old": old, "size": size, "hashes": [h.hex() for h in hashes]}

    def _log(self, channel: str, log: str) -> tuple[Store, str]:
        name = self._node.channel(channel)
        for origin in self._node.opened(name):
            if log_hash(origin) == log:
                return self._node.stations[self._node.terms(name).status].store, origin
        raise NotHere("no log of this channel has this hash", where=log[:64])


def publishes_proofs(node: Node, channel: str) -> bool:
    """Tell whether everybody may have heads and proofs of a channel's logs; see decision 19.

    So it is where every charter of it publishes some kind, and does so without delay: a head tells
    how much was logged and, with its cosignatures, when.
    """
    try:
        name = node.channel(channel)
    except NoChannel:
        return False
    if not _publishes(node.terms(name)):
        return False  # the usual case, told without reading the logs
    logs = node.opened(name)
    now = node.clock.now()
    agreed = frozenset(each.name for each in node.kinds if each.agreed)
    situation = Situation(name, logs, {o: len(log) for o, log in logs.items()}, now, agreed)
    charters = (situation.terms, situation.governance.terms_at(now))
    return all(each is None or _publishes(each) for each in charters)


def _publishes(terms: Terms) -> bool:
    return bool(terms.public) and terms.public_delay_ms == 0
