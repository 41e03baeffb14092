"""Rules on the line itself: calls, answers, conflicts left alone, unread entries, receipts."""

from collections.abc import Iterator, Mapping
from functools import partial

from parley.projection.advisories import Advisory, advisory, listed
from parley.projection.answers import answers_to
from parley.projection.fold import Opened
from parley.projection.occupants import Occupant
from parley.projection.readback import Comparison
from parley.projection.scene import Scene
from parley.projection.shown import span_words
from parley.projection.situation import Situation
from parley.values.instants import format_instant


def unanswered_call(scene: Scene) -> Iterator[Advisory]:
    """W7 (R2): a call or hail that reached nobody, or nobody who could be told."""
    situation = scene.situation
    calls = [o for o in situation.said.readable if o.facts.call and situation.register.holds(o)]
    told = _last_told(calls)
    for opened in calls:
        call = opened.facts.call
        if call is None or call.told or (call.reached and not call.asked_for):
            continue
        if _made_good(situation, opened, told):
            continue
        number, whom = situation.number(opened.name), listed(call.asked_for) or "whoever listened"
        outcome = "got through, but nobody was told" if call.reached else "was not answered"
        yield advisory(
            "W7",
            "attention",
            (opened,),
            (opened.party, *call.asked_for),
            f"The call {number} of {opened.party} to {whom} {outcome}, by the caller's account.",
            "A later call that gets through, or an answer to the record it was about.",
        )


def _last_told(calls: list[Opened]) -> Mapping[tuple[str, str, str], int]:
    """Give when a party last told whom about which record, by its own times.

    The record is empty for a call about none, the party told for whoever listened.
    """
    last: dict[tuple[str, str, str], int] = {}
    for opened in calls:
        call = opened.facts.call
        if call is None or not call.told:
            continue
        about = opened.said.refers("about")
        parties = {party for telling in call.told for party in telling.to}
        for name in (*about, ""):
            # a hail to whoever listens, about no record, is made good by another such hail only
            anybody = [""] if name or not call.asked_for else []
            for party in (*parties, *anybody):
                key = (opened.party, name, party)
                last[key] = max(last.get(key, 0), opened.said.issued)
    return last


def _made_good(
    situation: Situation, opened: Opened, told: Mapping[tuple[str, str, str], int]
) -> bool:
    """Tell whether a later call told the same side, or the side called has answered since."""
    call, about = opened.facts.call, opened.said.refers("about")
    wanted = call.asked_for if call else ()
    for name in about or ("",):
        times = [told.get((opened.party, name, party), 0) for party in wanted or ("",)]
        if min(times) > opened.said.issued:
            return True
    answered = {
        party
        for name in about
        for party in answers_to(situation.said, situation.register, name)
        if party != opened.party
    }
    return bool(answered) and set(wanted) <= answered


def unanswered_conflict(scene: Scene) -> Iterator[Advisory]:
    """W8: a conflict, or a possible one, to which neither side has answered the other."""
    for conflict in scene.air.conflicts_not(partial(_answered_knowing_both, scene.situation)):
        met, sides = conflict.encounter, (conflict.a, conflict.b)
        records = [opened for side in sides for opened in side.records]
        numbers = [scene.situation.number(side.records[0].name) for side in sides]
        certain = met.verdict == "CONFLICT"
        yield advisory(
            "W8",
            "attention" if certain else "information",
            records,
            [side.party for side in sides],
            f"{conflict.id}: {numbers[0]} of {sides[0].party} and {numbers[1]} of"
            f" {sides[1].party} {'conflict' if certain else 'may conflict'} from"
            f" {format_instant(met.begin)}, {met.lateral_m} m apart laterally; neither side has"
            " answered the other.",
            "An answer by either side to the other's notice, or a change of one of the two.",
            (conflict.id,),
        )


def _answered_knowing_both(situation: Situation, a: Occupant, b: Occupant) -> bool:
    """Tell whether one side has answered the other since both plans were announced.

    Whoever acknowledged the one plan before the other was there has said nothing of the conflict.
    """
    known = max(opened.said.issued for side in (a, b) for opened in side.records)
    return any(
        answer.said.issued >= known
        for one, other in ((a, b), (b, a))
        for opened in other.records
        for answer in answers_to(situation.said, situation.register, opened.name).get(one.party, ())
    )


def line_not_open(scene: Scene) -> Iterator[Advisory]:
    """W9: a party says that the line is suspended, closed or degraded."""
    for party, word in scene.standing.lines():
        state = word.facts.line_state
        if state == "open":
            continue
        number = scene.situation.number(word.name)
        yield advisory(
            "W9",
            "information" if state == "degraded" else "attention",
            (word,),
            (party,),
            f"By {number}, {party} holds the line to be {state}. Records go on being exchanged.",
            f"A later word of {party} that the line is open.",
        )


def unread_entries(scene: Scene) -> Iterator[Advisory]:
    """W10: entries of a log that cannot be read; what they say is not in any view."""
    for log in scene.standing.logs:
        reasons = [o.unread.code for o in log.unread if o.unread is not None]
        if not reasons:
            continue
        counts = listed([f"{reasons.count(code)} {code}" for code in sorted(set(reasons))])
        yield advisory(
            "W10",
            "attention",
            (),
            (log.party,),
            f"{len(reasons)} entries of the {log.lane} log of {log.party} are unread ({counts}),"
            f" the first at index {log.unread[0].index}.",
            f"A newer Parley where the kind is unknown; else a new record of {log.party}.",
            (log.origin,),
        )


def mixed_status(scene: Scene) -> Iterator[Advisory]:
    """W11 (R16): a record of another status than its channel: exercise, test and actual mixed."""
    for opened in scene.situation.said.unread:
        if opened.unread is None or opened.unread.code != "status" or opened.record is None:
            continue
        terms = scene.situation.governance.first
        yield advisory(
            "W11",
            "attention",
            (opened,),
            (opened.party,),
            f"Entry {opened.index} of the {opened.lane} log of {opened.party} is marked"
            f" {opened.record.status}, but the channel is {terms.status if terms else 'unknown'}.",
            f"A word from {opened.party} on how it came here; the record counts for nothing.",
        )


def unlike_read_back(scene: Scene) -> Iterator[Advisory]:
    """W12: an acknowledgement whose read-back is unlike the notice, or missing."""
    for notice in scene.notices:
        if notice.status in ("replaced", "withdrawn"):
            continue
        for asked in notice.asked:
            for answer in asked.answers[-1:]:
                if not answer.unlike:
                    continue
                numbers = [scene.situation.number(o.name) for o in (notice.opened, answer.opened)]
                yield advisory(
                    "W12",
                    "attention",
                    (notice.opened, answer.opened),
                    (notice.opened.party, asked.party),
                    f"{numbers[1]} of {asked.party} answers {numbers[0]}, but"
                    f" {_unlike(answer.compared)}.",
                    f"An answer by {asked.party} that reads back what the notice says.",
                )


def _unlike(compared: Comparison) -> str:
    unlike = [
        item.what for item in compared.items if item.result in ("differs", "not in the notice")
    ]
    if unlike:
        return f"its read-back of {listed(unlike)} is unlike the notice"
    absent = [item.what for item in compared.items if item.result == "not read back"]
    return f"it does not read back {listed(absent)}, as the charter asks"


def unreceipted(scene: Scene) -> Iterator[Advisory]:
    """W14: records past the deadline that nobody else is known to store."""
    for log in scene.standing.logs:
        if not log.overdue:
            continue
        number = scene.situation.number(log.overdue[0].name)
        yield advisory(
            "W14",
            "attention",
            log.overdue,
            (log.party,),
            f"No receipt for {len(log.overdue)} records of the {log.lane} log of {log.party} is on"
            f" record past the charter's deadline, the first of them {number}.",
            "A head with a receipt that covers them, logged by any party.",
            (log.origin,),
        )


def forked(scene: Scene) -> Iterator[Advisory]:
    """W15: one log, one size, two signed roots."""
    for log in scene.standing.logs:
        for fork in log.forks:
            records = [scene.situation.said.by_name[name] for name in fork.records]
            yield advisory(
                "W15",
                "attention",
                records,
                (log.party,),
                f"The {log.lane} log of {log.party} was signed with two different contents at size"
                f" {fork.size}.",
                "Nothing undoes it; compare the two heads and ask what was shown to whom.",
                (log.origin, str(fork.size)),
            )


def odd_issued(scene: Scene) -> Iterator[Advisory]:
    """W16: a claimed time far outside what other clocks allow."""
    for log in scene.standing.logs:
        for odd in log.odd:
            number = scene.situation.number(odd.opened.name)
            early = odd.after is not None and odd.opened.said.issued < odd.after
            yield advisory(
                "W16",
                "information",
                (odd.opened,),
                (log.party,),
                f"{number} of {log.party} claims a time {span_words(odd.off_ms)}"
                f" {'before' if early else 'after'} what the other clocks on record allow.",
                "A comparison of the two clocks; the record is stored and counts all the same.",
            )
