"""Which of our keys is in force where: what our own records say of them, as the others read it.

A key is there before the record that brings it, and is used from where that record says. Old keys
stay in the folder: another channel may not have heard of the new one yet.
"""

from collections.abc import Sequence

from parley.log.signing import Signers
from parley.log.store import Store
from parley.node.channels import LANES, Channel, Channels
from parley.node.identity import KeyRole
from parley.node.keyring import Keyring
from parley.node.reading import Reading
from parley.projection.keys import KeyHistory, KeySpan
from parley.record.signature import Signer


class KeysInForce:
    """Chooses among the private keys of one identity."""

    def __init__(self, ring: Keyring, channels: Channels, reading: Reading, store: Store) -> None:
        self._ring = ring
        self._channels = channels
        self._reading = reading
        self._store = store

    def log(self) -> Signers:
        """Give the keys that sign the heads of our logs."""
        return _LogSigners(self, self._ring.signers["log"])

    def cosigner(self, role: KeyRole) -> Signers:
        """Give the keys by which we cosign heads, as ``witness`` or ``receipt``."""
        return _CosignerSigners(self, role, self._ring.signers[role])

    def line(self, channel: Channel, peer: str) -> Signer:
        """Give the key for requests to a peer: the newest that it has heard of.

        It has when it holds the record that brings the key; its receipt says so.
        """
        first = self._ring.signers["line"]
        chosen = first
        for lane in LANES if channel.is_party else ():
            known = self._receipted(channel, peer, lane)
            for span in self._spans(channel, lane, "line"):
                held = self._held(span, "line")
                if held is not None and span.added_by and span.since <= known:
                    chosen = held
        return chosen

    def _receipted(self, channel: Channel, peer: str, lane: str) -> int:
        name = channel.cosigner_name(peer, "receipt")
        return self._store.cosigned_size(channel.origin(channel.me, lane), name)

    def good_log_keys(self, origin: str, size: int) -> list[Signer]:
        """Give our log keys that are good for a head of this size, the newest last."""
        history = self.history(origin)
        public = history.good("log", max(0, size - 1)) if history is not None else ()
        return [s for key in public for s in self._ring.able("log") if s.public == key]

    def log_keys_ahead(self, origin: str) -> list[Signer]:
        """Give our log keys that the part of the log held here says nothing of."""
        history = self.history(origin)
        known = {span.key.public for span in history.spans} if history is not None else set()
        return [s for s in self._ring.able("log") if s.public not in known]

    def newest(self, origin: str, role: KeyRole) -> Signer | None:
        """Give our newest key in a role that has not ended, in the channel of a log."""
        channel = self._channels.of_origin(origin)
        chosen: Signer | None = None
        for lane in LANES if channel is not None and channel.is_party else ():
            for span in self._spans(channel, lane, role) if channel is not None else ():
                held = self._held(span, role)
                if held is not None and span.until is None and (chosen is None or span.added_by):
                    chosen = held
        return chosen

    def history(self, origin: str) -> KeyHistory | None:
        """Give the history of our keys in a log of ours, as far as it is held."""
        channel = self._channels.of_origin(origin)
        if channel is None or origin not in channel.own_origins():
            return None
        return self._reading.keys(channel, channel.me, origin.rpartition("/")[2])

    def _spans(self, channel: Channel, lane: str, role: KeyRole) -> list[KeySpan]:
        spans = self._reading.keys(channel, channel.me, lane).spans
        return [span for span in spans if span.key.role == role]

    def _held(self, span: KeySpan, role: KeyRole) -> Signer | None:
        able = self._ring.able(role)
        return next((s for s in able if s.public == span.key.public), None)


class _LogSigners(Signers):
    def __init__(self, keys: KeysInForce, first: Signer) -> None:
        super().__init__(first)
        self._keys = keys

    def at(self, origin: str, size: int) -> Signer:
        return (self._keys.good_log_keys(origin, size) or [self.first])[-1]

    def able(self, origin: str, size: int) -> Sequence[Signer]:
        return (self.at(origin, size), *self._keys.log_keys_ahead(origin))


class _CosignerSigners(Signers):
    def __init__(self, keys: KeysInForce, role: KeyRole, first: Signer) -> None:
        super().__init__(first)
        self._keys = keys
        self._role = role

    def at(self, origin: str, size: int) -> Signer:
        return self._keys.newest(origin, self._role) or self.first
