"""Rules on keys: what a change of keys leaves half done."""

from collections.abc import Iterator

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.fold import LogName
from parley.projection.keys import KeyHistory, KeySpan
from parley.projection.scene import Scene

_Done = tuple[str, bytes, str]  # role, public key, "added" or "ended"


def changed_in_one_lane(scene: Scene) -> Iterator[Advisory]:
    """W19: a change of keys that has force in one log of its party and none in the other.

    A lane that is not held here, or does not begin with the charter, shows nothing either way.
    """
    keys = scene.situation.governance.keys
    for origin in sorted(keys):
        log = LogName.parse(origin)
        other = "urgent" if log.lane == "main" else "main"
        beside = keys.get(f"{origin.removesuffix(log.lane)}{other}")
        if beside is not None:
            yield from _half_done(scene, log.party, keys[origin], beside)


def _half_done(
    scene: Scene, party: str, history: KeyHistory, beside: KeyHistory
) -> Iterator[Advisory]:
    there = set(_changes(beside))
    causes: dict[str, list[str]] = {}
    for (role, public, what), record in _changes(history).items():
        if (role, public, what) not in there:
            causes.setdefault(record, []).append(f"{role} key {public.hex()[:8]} {what}")
    for record, changes in causes.items():
        opened = scene.situation.said.by_name[record]
        number = scene.situation.number(record)
        yield advisory(
            "W19",
            "attention",
            (opened,),
            (party,),
            f"{number} changes keys of {party} in its {history.lane} log alone: {listed(changes)}."
            f" In its {beside.lane} log they are as before.",
            f"The same change logged by {party} in its {beside.lane} log.",
        )


def _changes(history: KeyHistory) -> dict[_Done, str]:
    """Give what has force, with the record it comes from."""
    found: dict[_Done, str] = {}
    for span in history.spans:
        if span.added_by:
            found[_named(span, "added")] = span.added_by
        if span.ended_by:
            found[_named(span, "ended")] = span.ended_by
    return found


def _named(span: KeySpan, what: str) -> _Done:
    return span.key.role, span.key.public, what
