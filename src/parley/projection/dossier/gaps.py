"""What is not there: each gap by its code, with the records and the party it is about.

A gap says that this node's logs do not show something at these sizes. It blames nobody: what is
missing here may exist elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast, get_args

from parley.projection.dossier.knowing import Knowing
from parley.projection.dossier.scope import Scope
from parley.projection.dossier.selection import STEPS, Selection
from parley.projection.notices import Notice
from parley.projection.scene import Scene
from parley.projection.shown import time_json
from parley.projection.situation import Situation
from parley.projection.standing import LogStanding
from parley.record.canonical import Json

Code = Literal[
    "no_answer", "not_acknowledged", "read_back", "not_told", "call_unanswered", "no_receipt",
    "not_seen", "unread", "log_ended", "party_silent", "missing", "fork", "refused_head",
    "one_sided", "part_withheld", "part_erased", "absent", "uncompared", "cut",
]  # fmt: skip
CODES: tuple[Code, ...] = get_args(Code)
"""Every code, in the order in which gaps are listed."""


def gap(
    code: Code,
    text: str,
    records: tuple[str, ...] = (),
    party: str | None = None,
    **more: Json,
) -> dict[str, Json]:
    """Write one gap: code, words, records by name, the party it is about."""
    return {"code": code, "text": text, "records": list(records), "party": party, **more}


def gaps_json(
    scene: Scene,
    scope: Scope,
    selection: Selection,
    notices: Mapping[str, Notice],
    knowing: Knowing,
    events: Sequence[Json],
) -> list[Json]:
    """Write every gap in the order of ``CODES``, then as found."""
    found: list[dict[str, Json]] = [
        *_unanswered(scene.situation, selection, notices),
        *_unheard(scene.situation, selection),
        *_unheld(scene.situation, selection, knowing),
        *_logs(scene, scope),
        *_one_sided(events),
        *_parts(selection),
        *_unshown(scene.situation, selection),
    ]
    order = {code: i for i, code in enumerate(CODES)}
    found.sort(key=lambda each: order[cast("Code", each["code"])])
    return list[Json](found)


def _unanswered(
    situation: Situation, selection: Selection, notices: Mapping[str, Notice]
) -> Iterator[dict[str, Json]]:
    for opened in selection.records:
        notice, number = notices.get(opened.name), situation.number(opened.name)
        for asked in notice.asked if notice else ():
            party, about = asked.party, (opened.name,)
            if asked.state == "not-told":
                yield gap(
                    "not_told", f"No account says that {party} was told {number}.", about, party
                )
            elif asked.state.startswith("unanswered"):
                due = f", due {time_json(asked.answer_due)}" if asked.answer_due else ""
                text = f"No answer of {party} to {number}{due}."
                yield gap("no_answer", text, about, party)
            elif asked.state in ("objected", "proposed"):
                text = f"{party} answered {number}, but did not acknowledge it: {asked.state}."
                yield gap("not_acknowledged", text, about, party)
            for answer in asked.answers:
                if answer.unlike:
                    name, said = answer.opened.name, answer.compared.result
                    text = f"The read-back of {number} in {situation.number(name)}: {said}."
                    yield gap("read_back", text, (opened.name, name), party)


def _unheard(situation: Situation, selection: Selection) -> Iterator[dict[str, Json]]:
    for opened in selection.records:
        call = opened.facts.call
        if call is None or call.told or not call.asked_for:
            continue
        why = "nobody answered" if not call.reached else "answered, but nothing was passed on"
        whom = ", ".join(call.asked_for)
        text = f"Call {situation.number(opened.name)} of {opened.party} to {whom}: {why}."
        yield gap("call_unanswered", text, (opened.name,), call.asked_for[0])


def _unheld(
    situation: Situation, selection: Selection, knowing: Knowing
) -> Iterator[dict[str, Json]]:
    parties = situation.governance.parties
    for opened in selection.records:
        shown = {(g.grade, g.holder) for g in knowing.of(opened)}
        number = situation.number(opened.name)
        for party in parties:
            if party == opened.party or ("stored", party) in shown:
                continue
            seen = ("head_seen", party) in shown
            code: Code = "no_receipt" if seen else "not_seen"
            text = f"No receipt of {party} over {number}"
            text += (
                ", though it saw a head over it." if seen else ", nor a head over it that it saw."
            )
            yield gap(code, text, (opened.name,), party)


def _logs(scene: Scene, scope: Scope) -> Iterator[dict[str, Json]]:
    situation = scene.situation
    in_hours: set[str] = set()
    for opened in situation.said.readable:
        end, issued = scope.window.end, opened.said.issued
        within = scope.window.start <= issued and (end is None or issued < end)
        if within and opened.facts.head is None:
            in_hours.add(opened.party)
    for log in scene.standing.logs:
        yield from _log(scope, log)
    for party in situation.governance.parties:
        if party not in in_hours:
            text = f"No record of {party} is dated in these hours (heads of logs apart)."
            yield gap("party_silent", text, (), party)
    for opened, code in situation.heads.refused:
        text = f"{situation.number(opened.name)} carries a head that proves nothing ({code})."
        yield gap("refused_head", text, (opened.name,), opened.party)


def _log(scope: Scope, log: LogStanding) -> Iterator[dict[str, Json]]:
    where: dict[str, Json] = {"origin": log.origin}
    name = f"the {log.lane} log of {log.party}"
    for opened in log.unread:
        what = opened.unread.what if opened.unread else ""
        text = f"Entry {opened.index} of {name} is unread, and may concern this area: {what}."
        yield gap("unread", text, (), log.party, **where, index=opened.index)
    if log.latest is None or log.latest < scope.window.start:
        last = f"ends with a record of {time_json(log.latest)}" if log.latest else "holds nothing"
        text = f"What is held of {name} {last}: before the window begins."
        yield gap("log_ended", text, (), log.party, **where)
    for each in log.beyond:
        size = each.head.checkpoint.size
        text = f"A signed head of {name} speaks of {size} entries; {log.size} are looked at here."
        yield gap("missing", text, (each.logged.name,), log.party, **where)
    for fork in log.forks:
        text = f"Signed heads give {name} two histories at size {fork.size}."
        yield gap("fork", text, fork.records, log.party, **where)


def _parts(selection: Selection) -> Iterator[dict[str, Json]]:
    erased = {
        (opened.party, digest)
        for opened in selection.records
        if opened.said.kind.startswith("erasure/")
        and isinstance(digest := opened.said.body.get("part"), str)
    }
    for opened in selection.records:
        for part in opened.said.parts:
            if part.part_class == "shared":
                continue
            code: Code = "part_withheld"
            text = f'The {part.part_class} part "{part.name}" stands beside the record only.'
            if (opened.party, part.sha256) in erased:
                code = "part_erased"
                text = f'The {part.part_class} part "{part.name}" is erased, by its author\'s word.'
            yield gap(code, text, (opened.name,), opened.party, sha256=part.sha256)


def _unshown(situation: Situation, selection: Selection) -> Iterator[dict[str, Json]]:
    for name, by in selection.outside.items():
        if name not in situation.said.by_name:
            text = f"{name[:13]} is referred to, and is not here."
            yield gap("absent", text, by)
    for name in selection.uncompared:
        text = f"The shape of {situation.number(name)} could not be compared: taken in as it is."
        yield gap("uncompared", text, (name,))
    if selection.cut:
        text = f"References go on beyond {STEPS} steps: what lies further is not here."
        yield gap("cut", text)


def _one_sided(events: Sequence[Json]) -> Iterator[dict[str, Json]]:
    """Name each party that gave no account of an event of which another did."""
    for event in cast("Sequence[dict[str, list[dict[str, str]]]]", events):
        accounts = event["accounts"]
        if not accounts:
            continue
        told = ", ".join(f"{a['number']} of {a['author']}" for a in accounts)
        about = tuple(a["name"] for a in accounts)
        for party in cast("list[str]", event["no_account_of"]):
            yield gap("one_sided", f"No account of {party} beside {told}.", about, party)
