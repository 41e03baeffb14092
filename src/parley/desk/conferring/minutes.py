"""The page of a conference: agenda, who took part, minutes, decisions, what stayed open.

It stays on this desk until it is proposed: then it is our record of an agreed text. It stands once
every party that took part has logged the same body; to change a word is to propose another text.
"""

from collections.abc import Mapping
from typing import Any, cast

from parley.desk.inbox.answering import published_json
from parley.errors import BadQuery, DraftClosed, NotOurs
from parley.node.accounts.rights import Who
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.projection.scene import Scene
from parley.record.canonical import Json
from parley.record.envelope import agreed_digest
from parley.values.instants import Instant, format_instant

KIND = "conference/1"
OPEN, PROPOSED = "open", "proposed"
FIELDS = (
    "agenda",
    "participants",
    "medium",
    "languages",
    "minutes",
    "decisions",
    "differences",
)


class Conferences:
    """The conferences of one node: pages being written, and texts being signed."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def start(self, channel: str, wanted: Mapping[str, Json], who: Who) -> dict[str, Any]:
        """Open a page; the conference begins now, unless the page is changed to say otherwise."""
        now = self._node.clock.now()
        data: dict[str, Json] = {"held_from": now, "held_to": None, **wanted, "by": who.name}
        data["id"] = self._node.entropy.draw(16).hex()
        return _shown(self._node.desk_state.conferences.add(channel, data, state=OPEN, at=now))

    def get(self, channel: str, number: int) -> Paper:
        """Give a page that is not proposed yet."""
        paper = self._node.desk_state.conferences.get(number, channel)
        if paper.state != OPEN:
            raise DraftClosed("these minutes are proposed already", where=str(number))
        return paper

    def change(self, channel: str, number: int, wanted: Mapping[str, Json]) -> dict[str, Any]:
        """Write the page anew."""
        paper, now = self.get(channel, number), self._node.clock.now()
        shelf = self._node.desk_state.conferences
        return _shown(shelf.change(paper, {**paper.data, **wanted}, state=OPEN, at=now))

    def propose(self, channel: str, number: int) -> dict[str, Any]:
        """Log the minutes as our own: the others see them, and may sign the very same text."""
        paper, now = self.get(channel, number), self._node.clock.now()
        shelf = self._node.desk_state.conferences
        if paper.data["held_to"] is None:
            # Kept before it is logged, so that to repeat this says the same and logs it once.
            paper = shelf.change(paper, {**paper.data, "held_to": now}, state=OPEN, at=now)
        body = {name: paper.data[name] for name in (*FIELDS, "held_from", "held_to")}
        done = self._node.publish(channel, KIND, body, id=str(paper.data["id"]))
        page = shelf.change(paper, {**paper.data, "record": done.name}, state=PROPOSED, at=now)
        return {"page": _shown(page), "published": published_json(done)}

    def sign(self, channel: str, ref: str) -> dict[str, Any]:
        """Log the same body as another party's minutes: then it is our word as well."""
        node = self._node
        opened = node.find(ref, channel=channel)
        own = node.stations[node.terms(channel).status].identity.name
        if opened.record is None or opened.record.kind != KIND:
            raise BadQuery("only the minutes of a conference are signed so", where=ref[:64])
        scene = node.scene(channel)
        if not scene.situation.register.holds(opened):
            raise NotOurs("these minutes were taken back or replaced", where=opened.name[:16])
        text = next(t for t in texts_of(scene) if t["agreed"] == _agreed(opened))
        if own not in text["needed"]:
            raise NotOurs("we took no part in it, by these minutes", where=opened.name[:16])
        if own in [each["party"] for each in text["signed"]]:
            raise DraftClosed("we have signed this text already", where=opened.name[:16])
        return published_json(node.publish(channel, KIND, opened.record.body))

    def listing(self, channel: str) -> dict[str, Any]:
        """List the pages being written, and every text with who has signed it."""
        pages = self._node.desk_state.conferences.all(channel, state=OPEN)
        own = self._node.stations[self._node.terms(channel).status].identity.name
        texts = texts_of(self._node.scene(channel))
        for text in texts:
            text["ours_to_sign"] = own in text["missing"]
        return {"channel": channel, "pages": [_shown(p) for p in pages], "texts": texts}


def texts_of(scene: Scene) -> list[dict[str, Any]]:
    """Give every agreed text of a conference that holds, in order, and who has signed it."""
    situation = scene.situation
    logs = situation.governance.parties
    found: dict[str, dict[str, Any]] = {}
    for opened in situation.said.readable:
        if opened.said.kind != KIND or not situation.register.holds(opened):
            continue
        text = found.setdefault(_agreed(opened), _text(opened, logs))
        signed = cast("list[dict[str, str]]", text["signed"])
        if opened.party not in [each["party"] for each in signed]:
            number = situation.number(opened.name)
            at = format_instant(opened.said.issued)
            signed.append(
                {"party": opened.party, "record": opened.name, "number": number, "at": at}
            )
    for text in found.values():
        have = [each["party"] for each in text["signed"]]
        text["missing"] = [party for party in text["needed"] if party not in have]
        text["stands"] = not text["missing"]
    return list(found.values())


def _text(opened: Opened, logs: tuple[str, ...]) -> dict[str, Any]:
    body = opened.said.body
    listed = cast("list[dict[str, str]]", body["participants"])
    took_part = list(dict.fromkeys(each["party"] for each in listed))
    return {
        "agreed": _agreed(opened),
        "body": dict(body),
        "held_from": format_instant(Instant(cast("int", body["held_from"]))),
        "held_to": format_instant(Instant(cast("int", body["held_to"]))),
        "signed": [],
        "needed": [party for party in took_part if party in logs],
        # a party without a node can sign nothing: what it agreed to is its own word, on paper
        "without_log": [party for party in took_part if party not in logs],
    }


def _agreed(opened: Opened) -> str:
    return agreed_digest(opened.said.kind, dict(opened.said.body))


def _shown(paper: Paper) -> dict[str, Any]:
    data = paper.data
    held_to = data["held_to"]
    return {
        "id": paper.number,
        "channel": paper.channel,
        "state": paper.state,
        **{name: data[name] for name in FIELDS},
        "held_from": format_instant(Instant(cast("int", data["held_from"]))),
        "held_to": None if held_to is None else format_instant(Instant(cast("int", held_to))),
        "by": data["by"],
        "record": data.get("record"),
    }
