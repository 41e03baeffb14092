"""Both officers sign: each proves who they are at that moment, and the log of the watch names both.

The other side learns only which post has the watch until when (``roster/1``), never a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from parley.desk.inbox.answering import published_json
from parley.desk.quick.hours import next_time
from parley.desk.relief.open_matters import open_matters, watch_now
from parley.desk.watch_log.line import line_json
from parley.errors import BadQuery, NoRight, ParleyError, SamePerson
from parley.node.accounts.people import Account
from parley.node.accounts.rights import Right, Who, rights_of
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.values.instants import Instant

WATCH_MS = 12 * 3_600_000
LONGEST_MS = 48 * 3_600_000

# Who came in without a password proves it by that very session.
_NO_PASSWORD = ("passkey", "oidc")


@dataclass(frozen=True, slots=True)
class Handing:
    """A relief as it is asked for; the two passwords are compared and kept nowhere."""

    outgoing: str
    outgoing_password: str
    outgoing_code: str
    incoming: str
    incoming_password: str
    incoming_code: str
    remarks: str
    until: str
    post: str
    deputies: Sequence[str]
    languages: Sequence[str]
    channels: Sequence[str]


def hand_over(node: Node, wanted: Handing, who: Who, address: str) -> dict[str, Any]:
    """Relieve the watch: (1) both prove themselves (2) rosters (3) the line both names stand in.

    A channel whose log may not grow now does not hinder the rest: its refusal is in the answer.
    """
    now = node.clock.now()
    until = _until(wanted.until, now)
    names = [node.channel(name) for name in wanted.channels] or _channels(node)
    outgoing = _outgoing(node, wanted, who, address)
    incoming = node.accounts.proven(
        wanted.incoming, wanted.incoming_password, wanted.incoming_code, address=address
    )
    if incoming.name == outgoing.name:
        raise SamePerson("nobody relieves themselves", where="incoming")
    for account, where in ((outgoing, "outgoing"), (incoming, "incoming")):
        if Right.WRITE not in rights_of(account.roles):
            raise NoRight("the watch is had by an officer", where=where)
    matters = open_matters(node)
    rosters = [_roster(node, name, wanted, incoming, until) for name in names]
    entry = node.desk_state.watch_log.write(
        _line(outgoing, incoming, matters["open"], wanted.remarks),
        at=now,
        by=outgoing.name,
        post=outgoing.post,
        sort="relief",
        about=_signed(outgoing, incoming, matters, rosters),
    )
    return {"line": line_json(entry), "rosters": rosters, "open": matters}


def _until(typed: str, now: Instant) -> Instant:
    until = next_time(typed, now, where="body.until") if typed else Instant(now + WATCH_MS)
    if not now < until <= now + LONGEST_MS:
        raise BadQuery("a watch ends later than now, within two days", where="body.until")
    return until


def _channels(node: Node) -> list[str]:
    """Name the channels in which this node speaks for a party."""
    return [
        channel
        for channel in node.channels()
        if node.stations[node.terms(channel).status].identity.name in node.terms(channel).parties()
    ]


def _outgoing(node: Node, wanted: Handing, who: Who, address: str) -> Account:
    name = wanted.outgoing or who.name
    if who.by in _NO_PASSWORD and name == who.name and not wanted.outgoing_password:
        return node.accounts.people.get(name)
    return node.accounts.proven(
        name, wanted.outgoing_password, wanted.outgoing_code, address=address
    )


def _roster(
    node: Node, channel: str, wanted: Handing, incoming: Account, until: Instant
) -> dict[str, Any]:
    """Log who has the watch now in a channel, in place of our roster that held until now."""
    before = watch_now(node, channel)
    languages = list(dict.fromkeys([*wanted.languages, incoming.language]))
    body: dict[str, Json] = {
        "watch_from": node.clock.now(),
        "watch_to": until,
        "post": wanted.post or incoming.post or "Duty officer",
        "deputies": cast("Json", list(wanted.deputies) or deputies_of(node, channel)),
        "languages": cast("Json", languages),
    }
    refs = (Ref("replaces", before.name),) if before is not None else ()
    try:
        done = node.publish(channel, "roster/1", body, refs=refs)
    except ParleyError as error:
        return {"channel": channel, "published": None, "refusal": str(error)}
    return {"channel": channel, "published": published_json(done), "refusal": None}


def deputies_of(node: Node, channel: str) -> list[str]:
    """Name the deputies that the charter gives for our own liaisons."""
    terms = node.terms(channel)
    station = node.stations[terms.status]
    charter = next(c.charter for c in station.channels.all() if c.id == channel)
    own = [each for each in charter.liaisons if each.party == station.identity.name]
    return list(dict.fromkeys(deputy for each in own for deputy in each.deputies))


def _line(outgoing: Account, incoming: Account, open_count: int, remarks: str) -> str:
    said = f"Watch handed over by {outgoing.display} to {incoming.display}; {open_count} open."
    return f"{said} {remarks}".strip()[:500]


def _signed(
    outgoing: Account,
    incoming: Account,
    matters: dict[str, Any],
    rosters: Sequence[dict[str, Any]],
) -> dict[str, Json]:
    return {
        "outgoing": outgoing.name,
        "incoming": incoming.name,
        "at": matters["now"],
        "open": [
            {
                "channel": channel["channel"],
                "items": [item["id"] for item in channel["waiting"]][:200],
                "calls": [card["id"] for card in channel["calls"]][:50],
                "drafts": [draft["id"] for draft in channel["drafts"]][:50],
            }
            for channel in matters["channels"]
        ],
        "rosters": [each["published"]["name"] for each in rosters if each["published"] is not None],
        "log_before": matters["log"]["lines"],
        "head_before": matters["log"]["head"],
    }
