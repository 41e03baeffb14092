"""Each mechanism of the story in a few lines: what the views have computed, by whose word."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from parley.projection.advisories import listed

Views = Mapping[str, dict[str, Any]]
Computed = Callable[[Views], Iterator[str]]


def _truce(views: Views) -> Iterator[str]:
    for each in views["ledger"]["arrangements"]:
        authors = listed([record["author"] for record in each["records"]])
        stands = "stands" if each["stands"] else "does not stand"
        yield (
            f"{each['title']['text']}: in force from {each['first_day']}, one text logged by"
            f" {authors}, which {stands}."
        )
        for left in each["excluded"]:
            yield f"{left['actor']} is left out: {left['grounds']['text']}."


def _ledger(views: Views) -> Iterator[str]:
    day = views["ledger"]["day"]
    for each in views["ledger"]["arrangements"]:
        for actor in each["actors"]:
            for row in actor["rows"]:
                if not row["days"]:  # the arrangement has not begun
                    continue
                last = row["days"][-1]
                to = f" to {last['to']}" if last["to"] else ""
                attested = listed([one["by"] for one in last["attested"]]) or "nobody"
                tail = f"{to}, attested by {attested}" if last["to"] else ""
                yield f"{day}: {actor['actor']} is {last['state']}{tail}, by {row['said_by']}."


def _duties(views: Views) -> Iterator[str]:
    for each in views["ledger"]["arrangements"]:
        for duty in each["duties"]:
            for alleged in duty["alleged"]:
                count = alleged["allegations"]
                yield (
                    f"duty {duty['number']} ({duty['class']}, of {duty['whose']}): {count} alleged"
                    f" failing by the count of {alleged['said_by']}. Parley calls none a violation."
                )


def _control(views: Views) -> Iterator[str]:
    for area in views["ledger"]["control"]:
        said = [f"{c['actor']} {c['manner']} (by {c['author']})" for c in area["claims"]]
        rival = "; the claims rival each other" if area["rival"] else ""
        yield f"{area['area']}: {listed(said)}{rival}."


def _trends(views: Views) -> Iterator[str]:
    for trend in views["allegations"]["trends"]:
        weeks = [
            f"{week['week']}: {week['acts']}"
            + (f" ({week['change']:+d})" if week["change"] is not None else "")
            for week in trend["weeks"]
        ]
        yield f"{trend['area'] or 'no area'}, counted by {trend['party']}: {', '.join(weeks)}."


def _deadlines(views: Views) -> Iterator[str]:
    for each in views["deadlines"]["deadlines"]:
        whom = listed(each["addressed_to"])
        yield f"{each['number']} of {each['author']} to {whom}: {each['demand']['text']}"
        yield f"said to follow otherwise: {each['consequence']['text']}"
        for step in each["steps"]:
            due = step["due"]["stated"] if step["due"] else "no stated time"
            told = listed([shown["party"] for shown in step["shown"]]) or "nobody"
            yield f"{step['step']} {step['number']}: due {due}; shown to hold it: {told}."
        yield f"it stands {each['state']}."


def _actors(views: Views) -> Iterator[str]:
    for actor in views["actors"]["actors"]:
        for tie in actor["ties"]:
            by = listed(sorted({claim["record"]["author"] for claim in tie["claims"]}))
            yield f"{actor['actor']} {tie['relation']} {tie['other']}, by the word of {by}."
    for move in views["actors"]["postures"]:
        checked = listed([str(check["by"]) for check in move["verified_by"]]) or "nobody"
        yield (
            f"{move['forces']} of {move['actor']}: {move['direction']} from"
            f" {move['effective'][:10]}, verified by {checked}."
        )


def _air(views: Views) -> Iterator[str]:
    air = views["air"]
    for each in air["occupied"]:
        named = each["zone_type"] or each["role"]
        yield (
            f'"{each["title"]}" of {each["party"]} ({named}): {each["from"]} to {each["until"]}.'
        )
    yield f"{len(air['conflicts'])} conflicts among what is filed."


def _told(views: Views) -> Iterator[str]:
    for notice in views["notices"]["notices"]:
        if notice["kind"] != "warning/1":
            continue
        grades = [f"{g['grade']} {g['holder']}" for g in notice["grades"]]
        states = [f"{asked['party']}: {asked['state']}" for asked in notice["asked"]]
        yield f"warning {notice['number']}: {listed(grades)}; {listed(states)}."
    for group in views["incidents"]["groups"]:
        authors, count = listed(group["authors"]), len(group["accounts"])
        yield f"{count} accounts of one event, by {authors}: side by side, never merged."


def _conference(views: Views) -> Iterator[str]:
    for text in views["charter"]["texts"]:
        if text["records"][0]["kind"] != "conference/1":
            continue
        authors = listed([record["author"] for record in text["records"]])
        stands = "stands" if text["stands"] else "does not stand"
        yield f"minutes {text['digest'][:16]}, one text logged by {authors}: it {stands}."


def _politics(views: Views) -> Iterator[str]:
    for each in views["politics"]["provisions"]:
        whose = {s["originator"] for s in each["stated"]} - {None}
        origin = f", originated by {listed(sorted(whose))}" if whose else ""
        waits = listed([w["id"] for w in each["waits_for"]])
        stances = [f"{s['side']} {said['stance']}" for s in each["stances"] for said in s["said"]]
        tail = f"; waits for {waits}" if waits else ""
        tail += "; stalled" if each["stalled"] else ""
        yield f"{each['id']}{origin}: {listed(stances)}{tail}."


def _visits(views: Views) -> Iterator[str]:
    for visit in views["actors"]["visits"]:
        whom = visit["host"] or visit["area"]
        orders = len(visit["orders_given"])
        yield f"{visit['visitor']} visited {whom}; orders given there: {orders}."


def _taskings(views: Views) -> Iterator[str]:
    for order in views["taskings"]["taskings"]:
        to = listed(order["to"])
        yield f"{order['ordered_by']} to {to}: {order['verb']}, from {order['from']}."
        for count in order["counts"]:
            for row in count["by_author"]:
                yield (
                    f"{count['what']} recorded by {row['author']}: {row['before']} in the week"
                    f" before, {row['after']} since. Parley says neither done nor caused."
                )


def _centre(views: Views) -> Iterator[str]:
    for row in views["reconciliation"]["joined"]:
        yield (
            f"joined by the records of {row['by']}: settlements"
            f" {row['settlements']['total']} ({row['settlements']['new']} new), groups"
            f" {row['groups']['total']}."
        )
    for row in views["reconciliation"]["held"]:
        yield f"meetings of {row['by']}: {row['total']}, {row['new']} new."
    for row in views["relief"]["counted"]:
        total = row["total"]
        yield f"aid by {row['by']}: actions {total['actions']}, {total['kg']} kg."


def _casualties(views: Views) -> Iterator[str]:
    for row in views["casualties"]["by_cause"]:
        yield f"{row['harm']}, {row['cause']}: {row['min']} to {row['max']}."
    for row in views["casualties"]["totals"]:
        if row["records"]:
            yield f"the register: {row['min']} to {row['max']} {row['harm']}, nobody twice."
    for toll in views["tolls"]["tolls"]:
        parts = " + ".join(str(part["number"]) for part in toll["parts"])
        said = f"the total of {toll['published'][:10]} by {toll['issued_by']}"
        yield f"{said}: {toll['total']} = {parts}: {toll['split']}."


def _statements(views: Views) -> Iterator[str]:
    for day in views["statements"]["days"]:
        for each in day["statements"]:
            whose = f", of an idea of {each['originator']}" if each["originator_apart"] else ""
            by = f"{each['form']} in a record of {each['author']}"
            yield f"{day['day']}: {each['speaker']} ({by}){whose}."


def _advisories(views: Views) -> Iterator[str]:
    rows = views["advisories"]["advisories"]
    for severity in ("attention", "information"):
        rules = Counter(row["rule"] for row in rows if row["severity"] == severity)
        counts = [f"{rule} ({count})" for rule, count in sorted(rules.items())]
        yield f"for {severity}: {listed(counts) or 'none'}."


MECHANISMS: tuple[tuple[str, str, Computed], ...] = (
    ("The truce and whom it leaves out", "ledger", _truce),
    ("Who takes part, per actor and day", "ledger", _ledger),
    ("Each power says that the other fails a duty", "ledger", _duties),
    ("Who is where, by whose word", "ledger", _control),
    ("The fighting, by area and week and by who counted", "allegations", _trends),
    ("The ultimatum and its extension", "deadlines", _deadlines),
    ("Who backs whom; forces in and out", "actors", _actors),
    ("The base's declared coverage", "air", _air),
    ("At-Tanf: who was told, and the accounts", "notices", _told),
    ("The video conference", "charter", _conference),
    ("The talks: what waits for what", "politics", _politics),
    ("The visit", "actors", _visits),
    ("The orders: a week before and since", "taskings", _taskings),
    ("The centre: joined, met, brought", "reconciliation", _centre),
    ("Ten casualties, and a total that closes", "casualties", _casualties),
    ("Who said what in public", "statements", _statements),
    ("What Parley's rules still say", "advisories", _advisories),
)
"""Title, the view to ask for it, and the lines computed."""
