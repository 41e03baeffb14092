"""One trap for each rule, to be planted in a quiet week: what goes wrong, and when it must be seen.

Each follows the case that its rule grew from, at a small scale; ``Trap.after`` is how long after it
the desks are asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.spine.projection.test_real_kinds import english
from tests.spine.projection.world import HOUR, MINUTE, b64, possession, signer
from tests.stories.quiet_week import (
    DAY,
    MONDAY,
    NAMED,
    WEEK,
    Week,
    acknowledge,
    flight,
    level,
    spot,
    warning,
)

HERE = spot(NAMED[1], NAMED[2], NAMED[0])
AWAY = spot(34.9, 37.4, "a crossroads in the desert")


@dataclass(frozen=True)
class Trap:
    """What is planted for a rule; the desks are asked ``after`` ms; severity as the rule says."""

    rule: str
    act: Callable[[Week, int], None]
    after: int
    severity: str = "attention"


TRAPS: list[Trap] = []


def trap(rule: str, after: int, severity: str = "attention") -> Any:
    def put(act: Callable[[Week, int], None]) -> Callable[[Week, int], None]:
        TRAPS.append(Trap(rule, act, after, severity))
        return act

    return put


def plant(week: Week) -> dict[str, int]:
    """Plant every trap, five hours apart; give the instant at which each must be seen."""
    looks = {}
    for i, each in enumerate(sorted(TRAPS, key=lambda t: int(t.rule[1:]))):
        at = MONDAY + 9 * HOUR + 7 * MINUTE + i * (WEEK - 24 * HOUR) // len(TRAPS)
        week.plant(at, each.act)
        looks[each.rule] = at + each.after
    return looks


def warned(week: Week, at: int, filed: str, *, answered: bool = True, **changes: Any) -> str:
    body = warning(at, **changes)
    name = week.say("coalition", "warning/1", at, urgent=True, filed=filed, **body)
    if answered:
        back = {"place": body["place"], "window": body["window"]}
        week.plant(at + 3 * MINUTE, acknowledge("russia", name, **back))
    return name


@trap("W1", 45 * MINUTE)
def unanswered_warning(week: Week, at: int) -> None:
    warned(week, at, "W1", answered=False)


@trap("W2", HOUR)
def warning_without_end(week: Week, at: int) -> None:
    warned(week, at, "W2", valid_until=None)


@trap("W3", HOUR)
def warning_without_owner(week: Week, at: int) -> None:
    warned(week, at, "W3", owner=None)


@trap("W4", HOUR)
def warning_for_a_place_on_no_list(week: Week, at: int) -> None:
    warned(week, at, "W4", place=AWAY)


@trap("W5", 2 * HOUR)
def struck_again(week: Week, at: int) -> None:
    warned(week, at, "W5", place=spot(34.2, 38.9, "a bridge"))
    week.plant(at + 90 * MINUTE, happened("W5", spot(34.21, 38.9, "near the bridge")))


def happened(filed: str, where: dict[str, Any], party: str = "coalition", shift: int = 0) -> Any:
    def act(week: Week, at: int) -> None:
        time = {"ms": at + shift, "stated": "about then", "zone": "UTC"}
        week.say(
            party, "account/1", at, filed=filed, text=english("A strike."), place=where, time=time
        )

    return act


@trap("W6", HOUR, "information")
def rival_accounts(week: Week, at: int) -> None:
    happened("W6", spot(35.6, 38.5, "a village"))(week, at)
    week.plant(at + MINUTE, happened("W6", spot(35.66, 38.5, "a village"), "russia", 9 * MINUTE))


@trap("W7", HOUR)
def call_that_nobody_answers(week: Week, at: int) -> None:
    said = {"medium": "telephone", "direction": "out", "to": "russia", "outcome": "no_answer"}
    week.say("coalition", "call/1", at, filed="W7", opened_at=at, **said)


@trap("W8", HOUR)
def plans_that_meet(week: Week, at: int) -> None:
    plan = flight(36.2, 37.4, at + 2 * HOUR, at + 3 * HOUR, 20_000)
    for party in ("coalition", "russia"):
        week.say(party, "activity/1", at, filed="W8", **plan)


@trap("W9", HOUR)
def line_suspended(week: Week, at: int) -> None:
    said: dict[str, Any] = {"by": "russia", "since": at, "resumed_unconfirmed": []}
    reason = english("Until it is looked into.")
    week.say("russia", "line_state/1", at, filed="W9", state="suspended", reason=reason, **said)
    week.plant(
        at + 4 * HOUR,
        lambda w, t: void(w.say("russia", "line_state/1", t, state="open", **{**said, "since": t})),
    )


def void(_: object) -> None:
    return None


@trap("W10", HOUR)
def entry_that_nobody_can_read(week: Week, at: int) -> None:
    week.raw(week.world.main("russia"), at, b"no envelope at all")


@trap("W11", HOUR)
def test_in_an_exercise(week: Week, at: int) -> None:
    said = {"to": "russia", "medium": "exchange", "tried_at": at, "result": "ok"}
    week.say("coalition", "line_check/1", at, filed="W11", envelope={"status": "test"}, **said)


@trap("W12", HOUR)
def read_back_of_another_place(week: Week, at: int) -> None:
    name = warned(week, at, "W12", answered=False)
    back = {"place": AWAY, "window": {"time_start": at, "time_end": at + 2 * HOUR}}
    week.plant(at + 3 * MINUTE, acknowledge("russia", name, **back))


@trap("W13", HOUR)
def name_and_coordinates_disagree(week: Week, at: int) -> None:
    warned(week, at, "W13", place=spot(34.3, 38.6, NAMED[0]))


@trap("W14", 50 * MINUTE)
def receipts_withheld(week: Week, at: int) -> None:
    week.hold_receipts("coalition", at, at + HOUR)


@trap("W15", HOUR)
def two_histories(week: Week, at: int) -> None:
    log = week.world.main("russia")
    note = log.note(7, at, root=b"\x01" * 32)
    week.say("coalition", "head/1", at, filed="W15", origin=log.origin, size=7, note=note)
    tree = week.tree(log)
    good = log.note(tree.size, at, root=tree.root())
    said = {"origin": log.origin, "size": tree.size, "note": good}
    week.say("coalition", "head/1", at, **said)
    bad = log.note(tree.size, at, root=b"\x02" * 32)
    week.say("coalition", "head/1", at, filed="W15", **{**said, "note": bad})


@trap("W16", HOUR, "information")
def backdated(week: Week, at: int) -> None:
    said = {"to": "russia", "medium": "exchange", "tried_at": at, "result": "ok"}
    week.say("coalition", "line_check/1", at, filed="W16", issued=at - 9 * HOUR, **said)


@trap("W17", 20 * MINUTE, "information")
def announced_too_late(week: Week, at: int) -> None:
    body = flight(32.4, 38.9, at + 30 * MINUTE, at + HOUR, 11_000)
    name = week.say("coalition", "activity/1", at, filed="W17", **body)
    week.plant(at + 5 * MINUTE, acknowledge("russia", name))


@trap("W18", HOUR, "information")
def notice_without_answer(week: Week, at: int) -> None:
    body = flight(32.4, 38.9, at + 2 * HOUR, at + 3 * HOUR, 11_000)
    week.say("coalition", "activity/1", at, filed="W18", **body)


@trap("W19", HOUR)
def key_changed_in_one_lane(week: Week, at: int) -> None:
    new = signer("russia", "author", 1)
    log = week.world.main("russia")
    change = {
        "role": "author",
        "public": b64(new.public),
        "change": "add",
        "from_main": len(log.entries) + 1,
        "from_urgent": 100_000,
        "possession": possession(new, "russia", "author"),
    }
    said: dict[str, Any] = {"holder": "russia", "status": "exercise", "changes": [change]}
    week.say("russia", "key/1", at, filed="W19", reason=english("A new officer."), **said)


@trap("W20", HOUR)
def warning_in_words_nobody_reads(week: Week, at: int) -> None:
    warned(week, at, "W20", answered=False, asked={"lang": "ar", "text": "ابتعدوا عن المكان."})


@trap("W21", HOUR, "information")
def watch_without_deputy(week: Week, at: int) -> None:
    said = {"watch_from": at, "watch_to": at + 3 * HOUR, "post": "Duty officer"}
    week.plant(at, lambda w, t: alone(w, t, said))


def alone(week: Week, at: int, said: dict[str, Any]) -> None:
    # the watch that was announced is withdrawn: two that hold at once would have a deputy
    for name in week.names.get("roster coalition", [])[-1:]:
        week.say(
            "coalition", "retraction/1", at, refs=[("withdraws", name)], reason=english("Ill.")
        )
    week.say("coalition", "roster/1", at, filed="W21", deputies=[], languages=["en"], **said)


# --- rules on the truce


def stated(at: int) -> dict[str, Any]:
    return {"ms": at, "stated": "as written", "zone": "Asia/Damascus"}


@trap("W22", 3 * HOUR)
def strike_on_a_notified_site(week: Week, at: int) -> None:
    where = {"lat_e7": 361_000_000, "lon_e7": 371_000_000}
    disk = {
        "shape": {"type": "circle", "center": where, "radius_e4m": 20_000_000},
        "time_start": at,
        "time_end": at + 2 * DAY,
        "lower": "SFC",
        "upper": level(1000),
    }
    name = week.say(
        "coalition",
        "zone/1",
        at,
        filed="W22",
        title="Hospital",
        zone_type="protected_site",
        asks="protect",
        volumes=[disk],
    )
    week.plant(at + 5 * MINUTE, acknowledge("russia", name))
    week.plant(at + 2 * HOUR, happened("W22", spot(36.1, 37.1, "the hospital")))


def toll(week: Week, at: int, filed: str, **figures: Any) -> None:
    said = {
        "counted": "killed",
        "counted_by": "russia",
        "issued_by": "russia",
        "published": stated(at),
        "period_from": at - DAY,
        "period_to": at,
        "parts_complete": True,
    }
    week.say("russia", "toll/1", at, filed=filed, **said, **figures)


@trap("W23", HOUR, "information")
def total_that_does_not_close(week: Week, at: int) -> None:
    parts = [{"label": "hostile fire", "number": 7}, {"label": "crash", "number": 2}]
    toll(week, at, "W23", total=10, parts=parts)


@trap("W24", HOUR, "information")
def lead_unlike_its_body(week: Week, at: int) -> None:
    toll(week, at, "W24", total=9, parts=[{"label": "all", "number": 9}], lead_total=7)


@trap("W25", 2 * HOUR, "information")
def one_side_against_itself(week: Week, at: int) -> None:
    where = spot(32.6, 36.4, "a farm")
    happened("W25", where)(week, at)
    first = week.names["W25"][0]
    time = {"ms": at + 40 * MINUTE, "stated": "later", "zone": "UTC"}
    said: dict[str, Any] = {"text": english("A strike."), "place": where, "time": time}
    refs = [("same_event", first)]
    week.plant(
        at + HOUR,
        lambda w, t: void(w.say("coalition", "account/1", t, filed="W25", refs=refs, **said)),
    )


@trap("W26", 3 * HOUR)
def active_and_not_attested(week: Week, at: int) -> None:
    text: dict[str, Any] = {
        "title": english("Cessation of hostilities"),
        "starts": stated(at),
        "commit_by": stated(at + HOUR),
        "guarantors": ["coalition", "russia"],
        "duties": [{"number": 1, "text": english("Cease attacks"), "duty_class": "attacks"}],
        "excluded": [],
    }
    terms = [week.say(party, "terms/1", at, **text) for party in ("coalition", "russia")]
    actor = {"actor": "jaysh", "actor_type": "armed_group"}
    week.say(
        "russia",
        "joining/1",
        at + MINUTE,
        filed="W26",
        refs=[("about", terms[0])],
        step="committed",
        to="russia",
        time=stated(at + MINUTE),
        **actor,
    )
    said = {"text": english("Shells fell."), "act": "shelling", "laid_to": ["jaysh"]}
    week.plant(
        at + 2 * HOUR,
        lambda w, t: void(w.say("coalition", "allegation/1", t, time=stated(t), **said)),
    )


@trap("W27", 2 * HOUR, "information")
def deadline_that_moves(week: Week, at: int) -> None:
    name = week.say(
        "russia",
        "deadline/1",
        at,
        filed="W27",
        step="demand",
        demand=english("Leave the areas that the excluded group holds."),
        consequence=english("Otherwise you are a lawful target."),
        addressed_to=["northern-front"],
        due=stated(at + DAY),
    )
    said = {"step": "extension", "text": english("More time."), "due": stated(at + 3 * DAY)}
    week.plant(
        at + HOUR,
        lambda w, t: void(w.say("russia", "deadline/1", t, refs=[("about", name)], **said)),
    )


@trap("W28", HOUR)
def route_through_a_closed_area(week: Week, at: int) -> None:
    line = [{"lat_e7": 370_000_000, "lon_e7": lon * 10**7} for lon in (40, 41)]
    window = {"time_start": at + 2 * HOUR, "time_end": at + 4 * HOUR}
    route = {
        "shape": {"type": "corridor", "line": line, "half_width_e4m": 92_600_000},
        "lower": level(33_000),
        "upper": level(35_000),
        **window,
    }
    centre = {"lat_e7": 370_000_000, "lon_e7": 405_000_000}
    area = {
        "shape": {"type": "circle", "center": centre, "radius_e4m": 200_000_000},
        "lower": "SFC",
        "upper": "UNL",
        **window,
    }
    for party, sort, asks, volume in (
        ("coalition", "civil_route", "protect", route),
        ("russia", "restricted", "avoid", area),
    ):
        said = {"title": sort, "zone_type": sort, "asks": asks, "volumes": [volume]}
        name = week.say(party, "zone/1", at, filed="W28", **said)
        whom = "russia" if party == "coalition" else "coalition"
        week.plant(at + 5 * MINUTE, acknowledge(whom, name))


@trap("W29", HOUR, "information")
def site_that_nobody_verified(week: Week, at: int) -> None:
    name = week.say(
        "coalition",
        "site/1",
        at,
        filed="W29",
        handle="site-017",
        title="Surgical hospital",
        organisation="relief-society",
        purpose=english("Surgery"),
        addressees=["russia"],
        consent={"by": "Medical director", "at": at - DAY},
        upper={**level(1000), "reference": "AGL"},
        renew_by=at + 30 * DAY,
        site_type="hospital",
        area="SY07",
        place=spot(35.9, 39.9, "the town", 5000),
        active_from=at,
    )
    week.plant(at + 5 * MINUTE, acknowledge("russia", name))


@trap("W30", HOUR, "information")
def track_that_nothing_flies(week: Week, at: int) -> None:
    stretch = {"number_e4": 11_500, "unit": "mile", "lasted_ms": 17_000}
    said: dict[str, Any] = {"label": "T-1", "craft": "fast_jet", "stretches": [stretch]}
    week.say("coalition", "track/1", at, filed="W30", text=english("As recorded."), **said)
