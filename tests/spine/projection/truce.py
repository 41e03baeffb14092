"""A channel in which a truce is kept: its terms, and short ways to say who joined or left."""

from typing import Any

from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant, parse_instant
from tests.spine.projection.test_real_kinds import RealWorld, english

# 00:00 in Damascus on 27 February 2016; commitments were due by 12:00 the day before
START = parse_instant("2016-02-26T22:00:00Z")
DUE = parse_instant("2016-02-26T10:00:00Z")


def stated(at: int) -> dict[str, Json]:
    return {"ms": at, "stated": format_instant(Instant(at)), "zone": "Asia/Damascus"}


def utc(text: str) -> Instant:
    return parse_instant(text if "T" in text else f"{text}T12:00:00Z")


class Truce(RealWorld):
    """Two guarantors, both of them parties, and the terms that both have logged."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(in_force_from=START - 30 * 86_400_000)
        self.text: dict[str, Any] = {
            "title": english("Cessation of hostilities"),
            "starts": stated(START),
            "commit_by": stated(DUE),
            "guarantors": ["coalition", "russia"],
            "duties": [
                {"number": n, "text": english(words), "duty_class": sort}
                for n, words, sort in (
                    (1, "Cease attacks with any weapons", "attacks"),
                    (2, "Acquire no territory", "territory"),
                )
            ],
            "excluded": [{"actor": "nusra", "grounds": english("Designated by the Council")}],
            **changes,
        }
        self.terms = [self.lays_down(party) for party in ("coalition", "russia")]

    def lays_down(self, party: str, refs: Any = (), **changes: Any) -> str:
        return self.main(party).say("terms/1", START, refs=refs, **{**self.text, **changes})

    def joins(
        self, party: str, actor: str, step: str, when: str | int, to: str | None = "russia",
        about: str = "", **said: Any,
    ) -> str:  # fmt: skip
        at = utc(when) if isinstance(when, str) else when
        refs = [("about", about or self.terms[0])]
        said = {"actor": actor, "actor_type": "armed_group", "step": step, **said}
        if to is not None:
            said["to"] = to
        return self.main(party).say("joining/1", at, refs=refs, time=stated(at), **said)

    def leaves(self, party: str, actor: str, when: str | int, **said: Any) -> str:
        at = utc(when) if isinstance(when, str) else when
        return self.main(party).say(
            "leaving/1", at, refs=[("about", self.terms[1])], time=stated(at),
            actor=actor, actor_type="armed_group", **said,
        )  # fmt: skip

    def alleges(self, party: str, actor: str, when: str | int, refs: Any = (), **said: Any) -> str:
        at = utc(when) if isinstance(when, str) else when
        words = english("shells fell")
        said = {"text": words, "act": "shelling", "time": stated(at), "laid_to": [actor], **said}
        said = {name: value for name, value in said.items() if value is not None}
        return self.main(party).say("allegation/1", at, refs=refs, **said)

    def finds(self, party: str, outcome: str, about: list[str], when: str | int) -> str:
        at = utc(when) if isinstance(when, str) else when
        return self.main(party).say(
            "finding/1", at, refs=[("about", name) for name in about], outcome=outcome,
            level="corroborated", sources=["own_people", "witness"],
        )  # fmt: skip

    def refers(self, party: str, actor: str, when: str | int, decision: str | None = None) -> str:
        at = utc(when) if isinstance(when, str) else when
        said: dict[str, Any] = {"actor": actor, "time": stated(at)}
        if decision is not None:
            said |= {"decision": decision, "decided": stated(at)}
        return self.main(party).say("referral/1", at, refs=[("about", self.terms[0])], **said)

    def places(
        self, party: str, actor: str, area: str, when: str | int, manner: str = "present",
        **said: Any,
    ) -> str:  # fmt: skip
        at = utc(when) if isinstance(when, str) else when
        return self.main(party).say(
            "control/1", at, actor=actor, area=area, manner=manner, since=stated(at), **said
        )

    def withdraws(self, party: str, name: str) -> str:
        refs = [("withdraws", name)]
        return self.main(party).say("retraction/1", START, refs=refs, reason=english("a mistake"))

    def arrangement(self, at: str | int) -> dict[str, Any]:
        (found,) = self.data("ledger", utc(at) if isinstance(at, str) else at)["arrangements"]
        return dict(found)

    def actor(self, actor: str, at: str | int) -> dict[str, Any]:
        return next(dict(a) for a in self.arrangement(at)["actors"] if a["actor"] == actor)

    def days(self, actor: str, author: str, at: str | int) -> list[dict[str, Any]]:
        rows = self.actor(actor, at)["rows"]
        return next((list(row["days"]) for row in rows if row["said_by"] == author), [])

    def states(self, actor: str, author: str, at: str | int) -> list[tuple[str, str, str]]:
        """Give (first day, last day, state), months and days only."""
        days = self.days(actor, author, at)
        return [(d["from"][5:], d["until"][5:], d["state"]) for d in days]
