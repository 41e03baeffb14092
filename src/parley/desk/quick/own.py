"""A delay or a cancel of a record of one's own: a new version, or its withdrawal."""

from dataclasses import dataclass
from typing import Any, cast

from parley.errors import BadQuery, NotOurs
from parley.node.publishing import Published
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.sky.shifts import Shift
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

MINUTE = 60_000
MOST_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new version of a record, ready to be logged: it refers to the one it replaces."""

    kind: str
    body: dict[str, Json]
    replaces: str
    priority: str

    def to_json(self) -> dict[str, Any]:
        """Write it as a request to log a record."""
        refs = [{"role": "replaces", "record": self.replaces}]
        return {"kind": self.kind, "body": self.body, "priority": self.priority, "refs": refs}


def own_record(node: Node, channel: str, ref: str) -> Opened:
    """Find a record of our own that still holds, or refuse to change it."""
    opened = node.find(ref, channel=channel)
    own = node.stations[node.terms(channel).status].identity.name
    if opened.unread is not None or opened.party != own:
        raise NotOurs("only its author changes a record", where=opened.name[:16])
    status = node.scene(channel).situation.register.status(opened)
    if status in ("replaced", "withdrawn"):
        raise NotOurs(f"it is {status} already", where=opened.name[:16])
    return opened


def shifted(opened: Opened, shift: Shift) -> Replacement:
    """Give the version of a plan that is moved in time, height or place; all its parts alike."""
    record, occupancy = opened.said, opened.facts.occupancy
    if occupancy is None:
        raise BadQuery("it takes up no space that could be moved", where="record")
    stated: list[Volume4D | Trajectory] = [*occupancy.volumes, *occupancy.trajectories]
    moved = shift.of(stated)
    if moved is None:
        raise BadQuery("it cannot be moved so far", where="record")
    body = dict(record.body)
    volumes = [each for each in moved if isinstance(each, Volume4D)]
    ways = [each for each in moved if isinstance(each, Trajectory)]
    body |= _as_written(opened, volumes, ways)
    return Replacement(record.kind, body, opened.name, record.priority)


def _as_written(opened: Opened, volumes: list[Volume4D], ways: list[Trajectory]) -> dict[str, Json]:
    """Write moved parts as the kind does, by its own serializer."""
    body = opened.body
    assert body is not None  # noqa: S101 - for the type checker: a readable record has one
    fields: dict[str, Any] = {}
    if volumes:
        fields["volumes"] = tuple(volumes)
    if ways:
        fields["trajectory"] = ways[0]
    written = body.model_copy(update=fields).to_json()
    return {name: written[name] for name in fields}


def delayed(node: Node, channel: str, ref: str, minutes: int) -> Published:
    """Log a version of a plan of ours that is so many minutes later; negative: earlier."""
    if minutes == 0 or abs(minutes) > MOST_MINUTES:
        raise BadQuery(f"1 to {MOST_MINUTES} minutes, or as many earlier", where="body.minutes")
    opened = own_record(node, channel, ref)
    return publish_version(node, channel, shifted(opened, Shift("time", minutes * MINUTE)))


def publish_version(node: Node, channel: str, version: Replacement) -> Published:
    """Log a version with the priority of the one that it replaces."""
    return node.publish(
        channel,
        version.kind,
        version.body,
        priority=cast("Any", version.priority),
        refs=(Ref("replaces", version.replaces),),
    )


def cancelled(
    node: Node, channel: str, ref: str, reason: str, lang: str, officer: str | None
) -> Published:
    """Withdraw a record of ours; what it said stays in the log."""
    opened = own_record(node, channel, ref)
    body: dict[str, Json] = {"reason": {"lang": lang, "text": reason}}
    if officer:
        body["officer"] = officer
    return node.publish(
        channel,
        "retraction/1",
        body,
        priority=opened.said.priority,
        refs=(Ref("withdraws", opened.name),),
    )
