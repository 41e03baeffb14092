"""Records that are written and not sent yet, and the rule that takes two persons to send some.

Where the charter asks for two signatures or more, the node signs with as many keys; that two people
stand behind them is this desk's own rule: whoever wrote any of it does not release it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, cast

from parley.errors import BadQuery, DraftClosed, NoRight, ParleyError, SamePerson, TwoPersons
from parley.node.accounts.rights import Right, Who
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.values.instants import format_instant

OPEN, RELEASED = "open", "released"
_ENDING = ("replaces", "withdraws")


def persons_needed(
    node: Node, channel: str, kind: str, refs: Iterable[Mapping[str, str]] = ()
) -> int:
    """Say how many persons a record takes in a channel: one, or two.

    ``refs``: ``{role, record}`` each. What two persons said, one alone does not unsay: a record
    that ends another, under whatever kind, takes as many as that one did.
    """
    needed = node.terms(channel).signatures_needed or {}
    wanted = max(needed.get(each, 1) for each in (kind, *_ended(node, channel, refs)))
    return 2 if wanted >= 2 else 1


def _ended(node: Node, channel: str, refs: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Give the kinds of the records that others end; one that is not here ends nothing."""
    for each in refs:
        if each["role"] in _ENDING:
            with suppress(ParleyError):
                record = node.find(each["record"], channel).record
                if record is not None:
                    yield record.kind


def check_alone(
    node: Node,
    channel: str,
    kinds: Sequence[str],
    who: Who,
    refs: Sequence[Mapping[str, str]] = (),
) -> None:
    """Refuse what one person may not log alone (``TwoPersons``); ``refs`` as ``persons_needed``.

    The operator of this machine holds the keys themselves, and is not asked.
    """
    if who.by == "operator":
        return
    for kind in kinds:
        if persons_needed(node, channel, kind, refs) > 1:
            raise TwoPersons(
                f"{kind} takes two persons here",
                where="kind",
                hint="draft it; somebody else with the role of releaser releases it",
            )


class Drafts:
    """The drafts of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def _shelf(self) -> Any:
        return self._node.desk_state.drafts

    def add(self, channel: str, wanted: Mapping[str, Json], who: Who) -> dict[str, Any]:
        """Put a draft down."""
        data = {**wanted, "authors": [who.name], "id": self._node.entropy.draw(16).hex()}
        paper = self._shelf.add(channel, data, state=OPEN, at=self._node.clock.now())
        return self._shown(paper)

    def all(self, channel: str) -> list[dict[str, Any]]:
        """List the drafts of a channel that are not sent yet."""
        return [self._shown(paper) for paper in self._shelf.all(channel, state=OPEN)]

    def change(
        self, channel: str, number: int, wanted: Mapping[str, Json], who: Who
    ) -> dict[str, Any]:
        """Write a draft anew; whoever does is one of its authors from then on."""
        with self._node.desk_state.drafting:
            paper = self._open(channel, number)
            authors = cast("list[str]", paper.data["authors"])
            data: dict[str, Json] = {
                **wanted,
                "authors": cast("Json", list(dict.fromkeys([*authors, who.name]))),
                "id": paper.data["id"],
            }
            now = self._node.clock.now()
            return self._shown(self._shelf.change(paper, data, state=OPEN, at=now))

    def drop(self, channel: str, number: int) -> None:
        """Throw a draft away."""
        with self._node.desk_state.drafting:
            self._open(channel, number)
            self._shelf.drop(number)

    def release(
        self, channel: str, number: int, who: Who, version: int | None = None
    ) -> dict[str, Any]:
        """Log a draft. Where two persons are needed, by somebody who wrote none of it.

        ``version``: the one that was read; a draft that was written anew since is not released.
        The draft's own id makes it idempotent: however often this is repeated, it is logged once.
        """
        if not (who.may(Right.WRITE) or who.may(Right.RELEASE)):
            raise NoRight("to release takes an officer or a releaser", where=str(number))
        with self._node.desk_state.drafting:
            return self._release(channel, number, who, version)

    def _release(self, channel: str, number: int, who: Who, version: int | None) -> dict[str, Any]:
        paper = self._open(channel, number)
        if version not in (None, paper.version):
            raise DraftClosed(
                "somebody else changed it meanwhile", where=str(number), hint="read it again"
            )
        kind = str(paper.data["kind"])
        authors = cast("list[str]", paper.data["authors"])
        refs = cast("list[dict[str, str]]", paper.data["refs"])
        needed = persons_needed(self._node, channel, kind, refs)
        if needed > 1:
            _check_second(paper, who, version)
        elif not who.may(Right.WRITE):
            raise NoRight("to release this takes an officer", where=str(number))
        done = self._node.publish(
            channel,
            kind,
            cast("dict[str, Json]", paper.data["body"]),
            priority=cast("Any", paper.data["priority"]),
            refs=[
                Ref(cast("Any", each["role"]), self._node.find(each["record"], channel).name)
                for each in refs
            ],
            id=str(paper.data["id"]),
        )
        now = self._node.clock.now()
        data = {**paper.data, "released_by": who.name, "record": done.name}
        self._shelf.change(paper, data, state=RELEASED, at=now)
        if needed > 1:
            said = f"{done.number} written by {', '.join(authors)}, released by {who.name}."
            self._node.desk_state.watch_log.write(
                said,
                at=now,
                by=who.name,
                post=who.post,
                sort="release",
                about={"channel": channel, "record": done.name},
            )
        return asdict(done)

    def _open(self, channel: str, number: int) -> Paper:
        paper: Paper = self._shelf.get(number, channel)
        if paper.state != OPEN:
            raise DraftClosed("this draft is released already", where=str(number))
        return paper

    def _shown(self, paper: Paper) -> dict[str, Any]:
        data = paper.data
        kind = str(data["kind"])
        return {
            "id": paper.number,
            "channel": paper.channel,
            "kind": kind,
            "title": data["title"],
            "body": data["body"],
            "priority": data["priority"],
            "refs": data["refs"],
            "authors": data["authors"],
            "version": paper.version,
            "created": format_instant(paper.created),
            "changed": format_instant(paper.changed),
            "persons_needed": persons_needed(
                self._node, paper.channel, kind, cast("list[dict[str, str]]", data["refs"])
            ),
        }


def _check_second(paper: Paper, who: Who, version: int | None) -> None:
    """Refuse whoever may not stand behind another's draft, or has not said what they read."""
    number = str(paper.number)
    if who.name in cast("list[str]", paper.data["authors"]):
        raise SamePerson(
            f"whoever wrote a {paper.data['kind']} does not release it",
            where=number,
            hint="another officer with the role of releaser does",
        )
    if not who.may(Right.RELEASE):
        raise NoRight("to release this takes the role of releaser", where=number)
    if version is None:
        raise BadQuery(
            "say which version of it you have read",
            where="query.version",
            hint="as the draft is shown; its author may have written it anew since",
        )
