"""Records of ours under the names of the author's own list: each version logged once.

A list that is sent again, whole and with changes, adds what is new and replaces what has changed.
Which record stands for a name of the list follows from the log and one secret of the node: the id
of the first version, of the second, and so on, are codes of the name under that secret. So the log
gives away nothing of a name, be it a person's, and no state beside the log can go astray.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from parley.errors import BadRecord, ParleyError, PartErased, RecordTooLarge, WordGone
from parley.node.channels import Channel
from parley.node.entropy import Entropy
from parley.node.keyring import read_seed, write_private
from parley.node.publishing import (
    Checked,
    Draft,
    PartInput,
    Published,
    record_of,
)
from parley.node.station import Station
from parley.projection.fold import Opened
from parley.record.canonical import Json, canonical
from parley.record.envelope import MAX_ENTRY, Part, Ref
from parley.values.instants import Instant

MOST_RECORDS = 1_000
"""Records in one batch: what a node checks, signs and commits at once."""
MOST_KEY = 1_000
SECRET = "list.key"  # noqa: S105 - the name of the file that holds it

# What a DSSE envelope adds to the base64 of a payload: its own fields, and up to four signatures.
_ENVELOPE = 110 + 4 * 190

State = Literal["new", "same", "changed", "refused"]


@dataclass(frozen=True, slots=True)
class Item:
    """A record to be logged once; ``key`` is what the author's own list calls its subject."""

    key: str
    kind: str
    body: dict[str, Json]
    parts: tuple[PartInput, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item, or would: where it stands, what it replaces, why it is refused."""

    state: State
    record: Published | None = None
    replaces: str | None = None
    refusal: ParleyError | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    outcome: Outcome
    draft: Draft | None = None


def publish_batch(
    station: Station,
    channel: Channel,
    items: Sequence[Item],
    *,
    at: Instant,
    check_only: bool = False,
    strict: bool = False,
) -> list[Outcome]:
    """Log what is new or changed in one commit, all of it or none; give what became of each item.

    (1) An item that no node could read, or whose key stands in the batch before, is refused alone;
    the rest goes on, unless ``strict``: then nothing is logged. (2) What our log says already is
    the same, parts included, and is not said again. (3) What it says otherwise is replaced. (4) A
    subject withdrawn, replaced by other means, or with an erased personal part is refused: no list
    brings back what a person took away. With ``check_only`` nothing is logged at all.
    """
    if len(items) > MOST_RECORDS:
        raise BadRecord(f"a batch has at most {MOST_RECORDS} records", where="records")
    versions = _Versions(station, channel, at)
    seen: set[tuple[str, str]] = set()
    judged = []
    for item in items:
        try:
            if not 1 <= len(item.key) <= MOST_KEY:
                raise BadRecord(f"a key has 1 to {MOST_KEY} characters", where="key")
            if (item.kind, item.key) in seen:
                raise BadRecord("this key stands in the batch before", where="key")
            seen.add((item.kind, item.key))
            judged.append(versions.judge(item))
        except ParleyError as error:
            judged.append(_Judged(Outcome("refused", refusal=error)))
    refused = any(each.outcome.state == "refused" for each in judged)
    drafts = [each.draft for each in judged if each.draft is not None]
    if check_only or not drafts or (strict and refused):
        return [each.outcome for each in judged]
    places = iter(station.publish(channel, drafts))
    return [
        each.outcome if each.draft is None else replace(each.outcome, record=next(places))
        for each in judged
    ]


class _Versions:
    """The versions of what a list names, as our own logs hold them."""

    def __init__(self, station: Station, channel: Channel, at: Instant) -> None:
        self._station = station
        self._channel = channel
        self._at = at
        self._secret = _secret(station.ring.folder, station.entropy)
        station.endings.follow(channel.own_origins())

    def judge(self, item: Item) -> _Judged:
        """Tell what an item adds to our log."""
        latest, number = self._latest(item)
        refs = () if latest is None else (Ref("replaces", latest.name),)
        draft = Draft(
            item.kind, item.body, self._id(item, number), self._at, refs=refs, parts=item.parts
        )
        checked = self._station.checked(self._channel, draft)
        _check_size(checked, self._channel)
        if latest is None:
            return _Judged(Outcome("new"), draft)
        self._check_stands(latest)
        if self._says(latest, checked):
            return _Judged(Outcome("same", self._station.published(self._channel, latest)))
        return _Judged(Outcome("changed", replaces=latest.name), draft)

    def _id(self, item: Item, number: int) -> str:
        said = f"parley/list/1\n{self._channel.id}\n{item.kind}\n{number}\n{item.key}"
        return hmac.digest(self._secret, said.encode(), "sha256")[:16].hex()

    def _latest(self, item: Item) -> tuple[Opened | None, int]:
        """Give the last version logged, and the number that the next one has."""
        place, number = None, 0
        while (found := self._station.store.find_id(self._id(item, number))) is not None:
            place, number = found, number + 1
        if place is None:
            return None, 0
        return self._station.reading.entry(*place), number

    def _check_stands(self, latest: Opened) -> None:
        endings = self._station.endings
        if endings.withdrawn(latest.name):
            word = "withdrawn"
        elif endings.replaced(latest.name):
            word = "replaced by another record"
        else:
            return
        raise WordGone(
            f"its record was {word} since",
            where=latest.name[:16],
            hint="take it out of the list, or correct it by a record of its own",
        )

    def _says(self, opened: Opened, checked: Checked) -> bool:
        """Tell whether a record says what an item says, in its body and in its parts."""
        record, parts = opened.record, checked.draft.parts
        if record is None:
            return False
        for part in record.parts:
            held = self._station.parts.state(part.sha256)
            if held is None or held.erased:
                raise PartErased(
                    "its part was erased, and no list brings it back",
                    where=opened.name[:16],
                    hint="take it out of the list, or leave the part out by hand",
                )
        return (
            canonical(dict(record.body)) == canonical(dict(checked.written))
            and [(p.name, p.part_class, p.audience) for p in record.parts]
            == [(p.name, p.part_class, p.audience) for p in parts]
            and all(
                self._station.parts.content(kept.sha256) == given.data
                for kept, given in zip(record.parts, parts, strict=True)
            )
        )


def _check_size(checked: Checked, channel: Channel) -> None:
    """Refuse what would make too long an entry, before anything is signed."""
    listed = tuple(
        Part(p.name, "0" * 64, len(p.data), p.media_type, p.part_class, p.audience)
        for p in checked.draft.parts
    )
    size = -(-len(record_of(checked, channel, listed).payload()) // 3) * 4 + _ENVELOPE
    if size > MAX_ENTRY:
        hint = "shorten the texts, or move them into a part"
        raise RecordTooLarge(f"about {size} bytes when signed, {MAX_ENTRY} at most", hint=hint)


def _secret(home: Path, entropy: Entropy) -> bytes:
    """Read the secret of this node, made the first time."""
    path = home / "keys" / SECRET
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_private(path, entropy.draw(32).hex().encode() + b"\n")
    return read_seed(path)
