"""The ledger as a view: for each arrangement and actor, what each author says, day by day."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from parley.projection.control import Control, control_json
from parley.projection.fold import Opened
from parley.projection.ledger import Account, Ledger, Stretch, differing
from parley.projection.participation import Arrangement, Participation
from parley.projection.shown import names, text_json, time_json
from parley.projection.situation import Situation
from parley.record.canonical import Json
from parley.record.claims.participation import Joined, Left, Referred

Accounts = dict[str, tuple[Account, ...]]
Rows = dict[str, list[tuple[Opened, str]]]


def ledger_view(situation: Situation, ledger: Ledger, control: Control) -> dict[str, Json]:
    """Write every arrangement, the claims on areas, and what is about no terms that are here.

    Of more than 64 arrangements the actors of the rest are not followed (``followed`` is false).
    """
    participation = ledger.participation
    records = _records(situation, participation)
    followed = {terms.key for terms in participation.followed}
    return {
        "unread": situation.unread,
        "day_zone": ledger.calendar.zone,
        "day": ledger.today.isoformat(),
        "arrangements": [
            _arrangement_json(situation, ledger, terms, records, terms.key in followed)
            for terms in participation.arrangements.values()
        ],
        "control": control_json(situation, control),
        "unplaced": [_record_json(situation, opened) for opened in participation.unplaced],
    }


def _arrangement_json(
    situation: Situation,
    ledger: Ledger,
    terms: Arrangement,
    records: dict[str, Rows],
    followed: bool,
) -> Json:
    laid = terms.laid
    first, last = ledger.calendar.days(laid.in_force)
    actors = ledger.participation.actors[terms.key] if followed else ()
    accounts = {actor: ledger.accounts(terms, actor) for actor in actors}
    after = laid.persistent_after
    return {
        "terms": terms.key,
        "text": terms.text.digest,
        "title": text_json(laid.title),
        "from": time_json(laid.in_force.start),
        "until": time_json(laid.in_force.end),
        "first_day": first.isoformat(),
        "last_day": last.isoformat() if last else None,
        "commit_by": time_json(laid.commit_by),
        "guarantors": names(laid.guarantors),
        "attestation": laid.attestation,
        "stands": terms.text.stands,
        "missing": names(terms.text.missing),
        "followed": followed,
        "records": [_record_json(situation, opened) for opened in terms.records],
        "excluded": [{"actor": e.actor, "grounds": text_json(e.grounds)} for e in laid.excluded],
        "persistent_after": None
        if after is None
        else {"allegations": after.allegations, "within_s": after.within_ms // 1000},
        "duties": _duties_json(ledger.participation, terms),
        "totals": _totals_json(ledger, terms, accounts),
        "actors": [
            _actor_json(situation, ledger, terms, actor, accounts[actor], records[terms.key])
            for actor in actors
        ],
    }


def _duties_json(participation: Participation, terms: Arrangement) -> Json:
    """Write each duty with the allegations of failing it, by author; then numbers of no duty."""
    alleged: dict[int, Counter[str]] = defaultdict(Counter)
    for each in participation.alleged[terms.key]:
        if each.claim.duty is not None:
            alleged[each.claim.duty][each.opened.party] += 1
    duties = {duty.number: duty for duty in terms.laid.duties}
    return [
        {
            "number": number,
            "class": duties[number].duty_class if number in duties else None,
            "whose": duties[number].whose if number in duties else None,
            "named": names(duties[number].named) if number in duties else [],
            "alleged": [
                {"said_by": author, "allegations": count}
                for author, count in sorted(alleged[number].items())
            ],
        }
        for number in sorted({*duties, *alleged})
    ]


def _totals_json(ledger: Ledger, terms: Arrangement, accounts: Accounts) -> Json:
    """Count actors by author, sort and state, on the last day."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for actor, told in accounts.items():
        for account in told:
            if account.stretches:
                sort = ledger.participation.sorts.get((terms.key, actor, account.author))
                state = account.stretches[-1].state
                counts[account.author, sort or "unstated", state] += 1
    return [
        {"said_by": author, "actor_type": sort, "state": state, "actors": number}
        for (author, sort, state), number in sorted(counts.items())
    ]


def _actor_json(
    situation: Situation,
    ledger: Ledger,
    terms: Arrangement,
    actor: str,
    accounts: Sequence[Account],
    rows: Rows,
) -> Json:
    undated = [
        each.opened
        for each in ledger.participation.allegations.get((terms.key, actor), ())
        if each.claim.during is None
    ]
    return {
        "actor": actor,
        "rows": [
            {
                "said_by": account.author,
                "days": [_stretch_json(situation, each) for each in account.stretches],
            }
            for account in accounts
        ],
        "differing": [
            {
                "from": each.first.isoformat(),
                "until": each.last.isoformat(),
                "states": [{"said_by": a, "state": state} for a, state in each.states],
            }
            for each in differing(accounts)
        ],
        "alleged_undated": [_record_json(situation, opened) for opened in undated],
        "records": [
            {**_record_json(situation, opened), "says": says} for opened, says in rows[actor]
        ],
    }


def _stretch_json(situation: Situation, each: Stretch) -> Json:
    standing = each.standing
    return {
        "from": each.first.isoformat(),
        "until": each.last.isoformat(),
        "state": each.state,
        "to": standing.to,
        "late": standing.late,
        "attested": [
            {"by": a.by, "said_by": a.said_by, **_named(situation, a.record)}
            for a in standing.attested
        ],
        "besides": list(each.sides),
        "rests_on": [_named(situation, name) for name in each.rests_on],
        "allegations": each.alleged,
        "alleged": [_named(situation, name) for name in each.shown],
    }


def _named(situation: Situation, name: str) -> dict[str, Json]:
    return {"name": name, "number": situation.number(name)}


def _record_json(situation: Situation, opened: Opened) -> dict[str, Json]:
    return {**situation.label(opened), "status": situation.register.status(opened)}


def _records(situation: Situation, participation: Participation) -> dict[str, Rows]:
    """Give by arrangement and actor every record on its taking part, whatever became of it."""
    found: dict[str, Rows] = defaultdict(lambda: defaultdict(list))
    sorts: tuple[type[Joined] | type[Left] | type[Referred], ...] = (Joined, Left, Referred)
    for sort in sorts:
        for opened, claim in situation.said.claims(sort):
            for key in participation.keys_of(opened):
                found[key][claim.actor].append((opened, _says(claim)))
    return found


def _says(claim: Joined | Left | Referred) -> str:
    if isinstance(claim, Joined):
        return claim.step
    if isinstance(claim, Left):
        return "withdrawn"
    return claim.decision or "referred"
