"""The five steps, who has taken which, and what each takes to be done.

(1) the three clocks are set: UTC, theatre, own (2) the alarm was heard (3) the line was checked
(4) an exercise notice was answered with its read-back (5) a page was printed. Any may be repeated;
``again`` begins anew with another notice. In an actual channel the check of the line is an actual
record; nothing else of this is logged.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

from parley.desk.first.practice import compared, practice_body, practice_json
from parley.desk.words import EXERCISE
from parley.errors import BadQuery
from parley.node.accounts.rights import Who
from parley.node.desk_state.shelf import Paper
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant, local_time, zone_named

StepName = Literal["clocks", "alarm", "line_check", "answer", "page"]
STEPS: tuple[StepName, ...] = ("clocks", "alarm", "line_check", "answer", "page")
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it is taken: the zones of the clocks, or what was read back."""

    step: StepName
    theatre: str = ""
    own: str = ""
    typed: dict[str, str] | None = None


class FirstSteps:
    """How far each account has come, in each channel of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def look(self, channel: str, who: Who) -> dict[str, Any]:
        """Say which steps are done, and what the next ones need."""
        return self._shown(self._paper(channel, who))

    def again(self, channel: str, who: Who) -> dict[str, Any]:
        """Begin anew, with another notice; the clocks stay as they were set."""
        before = self._paper(channel, who)
        return self._shown(self._begin(channel, who, before))

    def take(self, channel: str, who: Who, taken: Taken) -> dict[str, Any]:
        """Take a step; of an answer that is unlike the notice it says so, and is not done."""
        paper = self._paper(channel, who)
        changes: dict[str, Json] = {}
        outcome: dict[str, Any] | None = None
        done = True
        if taken.step == "clocks":
            changes["clocks"] = _clocks(taken, self._node.terms(channel).day_zone)
        elif taken.step == "line_check":
            outcome = {"checked": check_line(self._node, channel)}
        elif taken.step == "answer":
            body = cast("dict[str, Json]", paper.data["practice"])
            outcome = compared(self._node, channel, body, taken.typed or {})
            done = outcome["result"] == "matches"
        if done:
            steps = cast("dict[str, Json]", paper.data["steps"])
            changes["steps"] = {**steps, taken.step: self._node.clock.now()}
        shelf, now = self._node.desk_state.first_steps, self._node.clock.now()
        after = shelf.change(paper, {**paper.data, **changes}, state=RUNNING, at=now)
        return {**self._shown(after), "outcome": outcome}

    def practice(self, channel: str, who: Who) -> tuple[dict[str, Json], Instant]:
        """Give the notice of somebody's run, and when that began."""
        paper = self._paper(channel, who)
        return cast("dict[str, Json]", paper.data["practice"]), paper.created

    def _paper(self, channel: str, who: Who) -> Paper:
        found = [
            paper
            for paper in self._node.desk_state.first_steps.all(channel, state=RUNNING)
            if paper.data["account"] == who.name
        ]
        return found[-1] if found else self._begin(channel, who, None)

    def _begin(self, channel: str, who: Who, before: Paper | None) -> Paper:
        now, shelf = self._node.clock.now(), self._node.desk_state.first_steps
        run = 0 if before is None else cast("int", before.data["run"]) + 1
        zone = self._node.terms(channel).day_zone
        clocks = _clocks(Taken("clocks"), zone) if before is None else before.data["clocks"]
        data: dict[str, Json] = {
            "account": who.name,
            "run": run,
            "steps": {},
            "clocks": clocks,
            "practice": practice_body(run, now),
        }
        return shelf.add(channel, data, state=RUNNING, at=now)

    def _shown(self, paper: Paper) -> dict[str, Any]:
        data, now = paper.data, self._node.clock.now()
        steps = cast("dict[str, int]", data["steps"])
        clocks = cast("dict[str, str]", data["clocks"])
        body = cast("dict[str, Json]", data["practice"])
        return {
            "channel": paper.channel,
            "account": data["account"],
            "run": data["run"],
            "banner": EXERCISE,
            "began": format_instant(paper.created),
            "now": format_instant(now),
            "steps": [
                {
                    "step": step,
                    "done": format_instant(Instant(steps[step])) if step in steps else None,
                }
                for step in STEPS
            ],
            "finished": all(step in steps for step in STEPS),
            "clocks": [
                {"name": "utc", "zone": "UTC", "now": _wall(now, "UTC")},
                *(
                    {"name": name, "zone": clocks[name], "now": _wall(now, clocks[name])}
                    for name in ("theatre", "own")
                ),
            ],
            "practice": practice_json(self._node, paper.channel, body),
            "outcome": None,
        }


def _clocks(taken: Taken, zone: str) -> dict[str, Json]:
    theatre, own = taken.theatre or zone, taken.own or zone
    for name, named in (("theatre", theatre), ("own", own)):
        zone_named(named, where=f"body.{name}")
    return {"theatre": theatre, "own": own}


def _wall(at: Instant, zone: str) -> str:
    return local_time(at, zone).strftime("%Y-%m-%d %H:%M:%S")


def check_line(node: Node, channel: str) -> list[dict[str, Any]]:
    """Try the line to every other party with a node, and log what came of it (``line_check/1``)."""
    terms = node.terms(channel)
    own = node.stations[terms.status].identity.name
    others = [party for party in terms.parties() if party != own]
    if not others or own not in terms.parties():
        raise BadQuery("nobody in this channel has a node to be tried", where="channel")
    began, tried_at = node.clock.elapsed(), node.clock.now()
    report = node.exchanges[terms.status].sync()
    took = int((node.clock.elapsed() - began) * 1000)
    results = []
    for party in others:
        post = f"{channel} {party}"
        ok = post in report.answered
        body: dict[str, Json] = {
            "to": party,
            "medium": "exchange",
            "tried_at": tried_at,
            "result": "ok" if ok else "failed",
        }
        if ok and len(others) == 1:
            body["round_trip_ms"] = took
        why = report.unreachable.get(post, "")
        done = node.publish(channel, "line_check/1", body)
        results.append({"party": party, "ok": ok, "why": why, "number": done.number})
    return results
