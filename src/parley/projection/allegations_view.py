"""The view of allegations: each with its state, the other sides' versions, sums and trends."""

from collections.abc import Sequence

from parley.projection.allegation_counts import Area, Count, Tally, Week, days, trends
from parley.projection.allegations import Allegations, Case, Finding, state_of
from parley.projection.answers import answers_to
from parley.projection.fold import Opened
from parley.projection.incidents import Incidents, account_json, tells
from parley.projection.shown import names, place_json, time_json, window_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.allegations import Harmed, Received

MOST_ACCOUNTS = 10
"""So many accounts of one other side are written beside an allegation, no more."""


def allegations_view(
    situation: Situation, allegations: Allegations, incidents: Incidents
) -> dict[str, Json]:
    """Write allegations and findings in folding order, then sums by day, then trends by week.

    Withdrawn and replaced records are listed with their status; the sums leave them out.
    """
    cases, beside = allegations.cases, _Beside(situation, incidents)
    return {
        "unread": situation.unread,
        "allegations": [_case_json(beside, allegations, case) for case in cases],
        "findings": [_finding_json(situation, allegations, f) for f in allegations.findings],
        "days": [_day_json(day, found) for day, found in days(situation, cases).items()],
        "trends": [_trend_json(key, weeks) for key, weeks in trends(cases).items()],
    }


def _case_json(beside: "_Beside", allegations: Allegations, case: Case) -> Json:
    said, opened, steps = case.said, case.opened, allegations.steps(case)
    return {
        **beside.situation.label(opened),
        "status": beside.situation.register.status(opened),
        "counted": case.counted,
        "state": state_of(case, steps),
        "steps": [
            {"state": s.state, "at": time_json(s.at), "by": s.by, "record": s.record} for s in steps
        ],
        "laid_to": names(said.of),
        "act": said.act,
        "duty": said.duty,
        "about": names(opened.said.refers("about")),
        "number_of_acts": said.number,
        "day": case.day,
        "during": window_json(said.during),
        "area": said.area,
        "place": place_json(said.place),
        "weapon": said.weapon,
        "harmed": harmed_json(said.harmed),
        "received": _received_json(said.received),
        "others": [
            beside.other_json(allegations, case, party)
            for party in beside.situation.governance.parties
            if party != opened.party
        ],
    }


def harmed_json(harmed: Harmed | None) -> Json:
    """Write the people said to have been harmed, or null."""
    if harmed is None:
        return None
    return {
        "killed": harmed.killed,
        "wounded": harmed.wounded,
        "killed_civilians": harmed.killed_civilians,
        "wounded_civilians": harmed.wounded_civilians,
    }


def _received_json(received: Received | None) -> Json:
    if received is None:
        return None
    return {
        "channel": received.channel,
        "language": received.language,
        "at": time_json(received.at),
        "acknowledged": time_json(received.acknowledged),
    }


class _Beside:
    """Writes what the other sides have beside an allegation; each account is written once."""

    def __init__(self, situation: Situation, incidents: Incidents) -> None:
        self.situation = situation
        self._incidents = incidents
        self._written: dict[str, Json] = {}

    def other_json(self, allegations: Allegations, case: Case, party: str) -> Json:
        """Write a side's version: its answers, its last finding, its accounts of the event."""
        said, register = self.situation.said, self.situation.register
        answers = answers_to(said, register, case.opened.name).get(party, ())
        accounts, more = self._accounts(case.opened, party)
        finding = case.findings.get(party)
        return {
            "party": party,
            "answers": [{**self.situation.label(a), "stance": a.facts.stance} for a in answers],
            "finding": None if finding is None else _found_json(allegations, finding),
            "accounts": [self._account_json(account) for account in accounts],
            "more_accounts": more,
        }

    def _account_json(self, opened: Opened) -> Json:
        if opened.name not in self._written:
            self._written[opened.name] = account_json(self.situation, opened)
        return self._written[opened.name]

    def _accounts(self, opened: Opened, party: str) -> tuple[Sequence[Opened], bool]:
        """Give a party's accounts that a record puts beside this one; tell if any is left off."""
        said, holds = self.situation.said, self.situation.register.holds
        here = [said.by_name[n] for n in opened.said.refers("same_event") if n in said.by_name]
        here += said.referring("same_event", opened.name)
        found = {o.name: o for o in here if o.party == party and tells(o) and holds(o)}
        more = False
        for handle in dict.fromkeys(opened.said.refers("about")):
            attached = self._incidents.attached.get(handle, {}).get(party, ())
            more = more or len(attached) > MOST_ACCOUNTS
            found |= {o.name: o for o in attached[:MOST_ACCOUNTS]}
        accounts = sorted(found.values(), key=lambda o: (o.origin, o.index))
        return accounts[:MOST_ACCOUNTS], more or len(accounts) > MOST_ACCOUNTS


def _found_json(allegations: Allegations, finding: Finding) -> dict[str, Json]:
    return {
        "finding": finding.opened.name,
        "outcome": finding.said.outcome,
        "level": finding.said.level,
        "acts": finding.acts,
        "confirmed": finding.confirmed,
        "joint": names(allegations.joint[finding.opened.name]),
    }


def _finding_json(situation: Situation, allegations: Allegations, finding: Finding) -> Json:
    said = finding.said
    return {
        **situation.label(finding.opened),
        **_found_json(allegations, finding),
        "status": situation.register.status(finding.opened),
        "about": names(finding.opened.said.refers("about")),
        "sources": names(said.sources),
        "attributed_to": names(said.attributed_to),
        "standard": said.standard,
    }


def _day_json(day: str | None, found: Sequence[Count]) -> Json:
    return {"day": day, "counts": [count_json(count) for count in found]}


def count_json(count: Count) -> dict[str, Json]:
    """Write what one author counted, in all and by area; an area of null: none was named."""
    return {
        "party": count.party,
        **_tally_json(count.total),
        "areas": [{"area": area, **_tally_json(tally)} for area, tally in count.areas.items()],
    }


def _tally_json(tally: Tally) -> dict[str, Json]:
    return {
        "acts": tally.number,
        "records": tally.records,
        "confirmed": [
            {"party": c.party, "judged": c.judged, "least": c.least, "most": c.most}
            for c in tally.confirmed
        ],
    }


def _trend_json(key: tuple[Area, str], weeks: Sequence[Week]) -> Json:
    area, party = key
    return {
        "area": area,
        "party": party,
        "weeks": [_week_json(week) for week in weeks],
    }


def _week_json(week: Week) -> Json:
    return {"week": week.week, "acts": week.number, "change": week.change}
