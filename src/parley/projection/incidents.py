"""Incidents: accounts side by side where signed claims put them, and nowhere else.

Two things join what is told: a record that is ``about`` a handle, and a record that refers to
others as ``same_event``. Nearness in place or time joins nothing here; that is W6's question.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from parley.projection.fold import Opened
from parley.projection.shown import names, place_json, window_json
from parley.projection.situation import Situation
from parley.projection.unions import Unions
from parley.record.canonical import Json
from parley.record.claims.allegations import Alleged, Handle, Observed

MOST_PARTIES = 10
"""So many parties are written of an account: it may be written beside many others."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A handle, and every account that attaches to it: those withdrawn or replaced too."""

    opened: Opened
    said: Handle
    accounts: tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A claim of ``by`` in ``record`` that two records belong together."""

    role: Literal["about", "same_event"]
    by: str
    record: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Group:
    """Handles and accounts that signed claims join, and those claims; no account is dropped."""

    incidents: tuple[str, ...]
    accounts: tuple[Opened, ...]
    links: tuple[Link, ...]

    @property
    def claimed_by(self) -> tuple[str, ...]:
        """The parties on whose word the group rests."""
        return tuple(sorted({link.by for link in self.links}))


def tells(opened: Opened) -> bool:
    """Tell whether a record says that something happened: account, observation or allegation."""
    claims = opened.facts.claims
    return opened.facts.says("happened") or any(isinstance(c, Alleged | Observed) for c in claims)


class Incidents:
    """Every handle, and the groups that the claims which still hold make of what was told."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """Every handle in folding order, withdrawn ones too."""
        said = self._situation.said
        return tuple(
            Incident(
                opened,
                handle,
                tuple(
                    account for account in said.referring("about", opened.name) if tells(account)
                ),
            )
            for opened, handle in said.claims(Handle)
        )

    @cached_property
    def attached(self) -> Mapping[str, Mapping[str, tuple[Opened, ...]]]:
        """By handle that holds and by party: the accounts that hold, in folding order."""
        holds = self._situation.register.holds
        found: dict[str, dict[str, tuple[Opened, ...]]] = {}
        for incident in self.incidents:
            if not holds(incident.opened):
                continue
            by: dict[str, list[Opened]] = defaultdict(list)
            for account in incident.accounts:
                if holds(account):
                    by[account.party].append(account)
            found[incident.opened.name] = {party: tuple(each) for party, each in by.items()}
        return found

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every claim, by records that hold, that joins records that are here and hold."""
        return (*self._attaching(), *self._equating())

    def _attaching(self) -> Iterator[Link]:
        for name, by in self.attached.items():
            for party, accounts in by.items():
                for account in accounts:
                    yield Link("about", party, account.name, account.name, name)

    def _equating(self) -> Iterator[Link]:
        said, holds = self._situation.said, self._situation.register.holds
        for opened in said.readable:
            targets = opened.said.refers("same_event")
            if not targets or not (self._is_handle(opened) or tells(opened)) or not holds(opened):
                continue
            for name in dict.fromkeys(targets):
                target = said.by_name.get(name)
                if target is None or not holds(target):
                    continue
                if self._is_handle(target) or tells(target):
                    yield Link("same_event", opened.party, opened.name, opened.name, name)

    @staticmethod
    def _is_handle(opened: Opened) -> bool:
        return any(isinstance(claim, Handle) for claim in opened.facts.claims)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What the links join, each group once, by its smallest name."""
        unions = Unions()
        for link in self.links:
            unions.join(link.one, link.other)
        links: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            links[unions.leader(link.one)].append(link)
        found = []
        for leader, members in unions.sets().items():
            opened = [self._situation.said.by_name[name] for name in members]
            handles = tuple(o.name for o in opened if self._is_handle(o))
            accounts = sorted((o for o in opened if not self._is_handle(o)), key=_by_place_in_log)
            found.append(Group(handles, tuple(accounts), tuple(links[leader])))
        return tuple(found)


def _by_place_in_log(opened: Opened) -> tuple[str, int]:
    return opened.origin, opened.index


def incidents_view(situation: Situation, incidents: Incidents) -> dict[str, Json]:
    """Write every handle with its accounts, then the groups with the claims they rest on."""
    return {
        "unread": situation.unread,
        "incidents": [_incident_json(situation, each) for each in incidents.incidents],
        "groups": [_group_json(situation, group) for group in incidents.groups],
    }


def _incident_json(situation: Situation, incident: Incident) -> Json:
    said = incident.said
    return {
        **situation.label(incident.opened),
        "status": situation.register.status(incident.opened),
        "title": said.title,
        "area": said.area,
        "during": window_json(said.during),
        "place": place_json(said.place),
        "accounts": [account_json(situation, account) for account in incident.accounts],
    }


def account_json(situation: Situation, opened: Opened) -> Json:
    """Write an account: where and when, by its author, with what became of the record."""
    subject = next(iter(opened.facts.subjects), None)
    parties = subject.parties if subject else ()
    return {
        **situation.label(opened),
        "status": situation.register.status(opened),
        "place": place_json(subject.place) if subject else None,
        "during": window_json(subject.during) if subject else None,
        "parties": names(parties[:MOST_PARTIES]),
        "more_parties": len(parties) > MOST_PARTIES,
    }


def _group_json(situation: Situation, group: Group) -> Json:
    return {
        "incidents": names(group.incidents),
        "accounts": [account_json(situation, account) for account in group.accounts],
        "authors": names(sorted({account.party for account in group.accounts})),
        "claimed_by": names(group.claimed_by),
        "links": [
            {
                "role": link.role,
                "by": link.by,
                "record": link.record,
                "one": link.one,
                "other": link.other,
            }
            for link in group.links
        ],
    }
