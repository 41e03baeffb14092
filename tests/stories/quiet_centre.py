"""What a ceasefire centre logs in the quiet week: the truce kept, help brought, nothing unusual.

Terms that both guarantors logged, actors that joined and were attested, a few allegations a day
with answers and findings, a monitor's observations, meetings, convoys announced in time and let
through, sites acknowledged, people counted, totals that close, statements. Nobody errs in it: what
of it is an alarm is one too many.
"""

from typing import Any

from parley.record.canonical import Json
from parley.values.instants import Instant, format_instant
from tests.spine.projection.test_real_kinds import english
from tests.spine.projection.world import HOUR, MINUTE
from tests.stories.quiet_week import DAY, MONDAY, SIDES, Act, Week, acknowledge, other

SETTLED = MONDAY - 30 * MINUTE
AREAS = ("SY02", "SY04", "SY07")
GROUPS = 8
SETTLEMENTS = 16
SITES = 10
ZONE = "Asia/Damascus"
LEAST = {
    "joining/1": 60, "allegation/1": 40, "finding/1": 10, "observation/1": 40, "meeting/1": 14,
    "site/1": 10, "movement/1": 8, "passage/1": 8, "delivery/1": 8, "aid_request/1": 14,
    "casualty/1": 14, "toll/1": 28, "statement/1": 14, "deadline/1": 2, "tasking/1": 1,
}  # fmt: skip


def stated(at: int) -> dict[str, Json]:
    return {"ms": at, "stated": format_instant(Instant(at)), "zone": ZONE}


def coarse(lat: float, lon: float, words: str) -> dict[str, Json]:
    """A place on the grid, known to two kilometres, north of every sector that is flown in."""
    return {
        "lat_e7": round(lat * 100) * 100_000,
        "lon_e7": round(lon * 100) * 100_000,
        "precision_e4m": 20_000_000,
        "stated": words,
    }


def schedule(week: Week) -> None:
    """Put the whole week of both centres into it."""
    for side in SIDES:
        week.plant(MONDAY + MINUTE, lay_down(side))
    for i in range(GROUPS + SETTLEMENTS):
        sort = "armed_group" if i < GROUPS else "settlement"
        name = f"{sort.replace('_', '-')}-{i}"
        week.plant(MONDAY + (2 + i) * MINUTE, join(SIDES[i % 2], name, sort))
    for i in range(SITES):
        week.plant(MONDAY + (40 + i) * MINUTE, notify_site(SIDES[i % 2], i))
    week.plant(MONDAY + 70 * MINUTE, lay_out_politics)
    for day in range(7):
        begin = MONDAY + day * DAY
        for i, side in enumerate(SIDES):
            week.plant(begin + (5 + i) * HOUR, settle_in(side, day))
            for n in range(3):
                at = begin + (6 + 4 * n + i) * HOUR + week.draw.randrange(HOUR)
                week.plant(at, allege(side))
                week.plant(at + 31 * MINUTE, observe(side))
            week.plant(begin + 10 * HOUR + i * HOUR, ask_for_aid(side))
            week.plant(begin + 15 * HOUR + i * HOUR, speak(side, day))
            week.plant(begin + 20 * HOUR + i * MINUTE, publish_totals(side, day))
            if day < 4:
                week.plant(begin + 8 * HOUR + i * HOUR, send_convoy(side, day))
    week.plant(MONDAY + DAY + 9 * HOUR, demand)
    week.plant(MONDAY + 2 * DAY + 9 * HOUR, order)


# --- the truce


def lay_down(party: str) -> Act:
    def act(week: Week, at: int) -> None:
        duties: list[Json] = [
            {"number": n, "text": english(words), "duty_class": sort}
            for n, words, sort in (
                (1, "Cease attacks with any weapons", "attacks"),
                (2, "Acquire no territory", "territory"),
                (3, "Let help through", "access"),
            )
        ]
        week.say(
            party, "terms/1", at, filed=f"terms {party}",
            title=english("Cessation of hostilities"), starts=stated(SETTLED),
            guarantors=list(SIDES), duties=duties,
            excluded=[{"actor": "designated-group", "grounds": english("Designated")}],
        )  # fmt: skip

    return act


def join(party: str, actor: str, sort: str) -> Act:
    """Commit an actor to one guarantor; the other attests it within the hour."""

    def act(week: Week, at: int) -> None:
        terms = week.names[f"terms {SIDES[0]}"][0]
        area = AREAS[len(actor) % len(AREAS)]
        said: dict[str, Any] = {"actor": actor, "actor_type": sort, "area": area, "to": party}
        name = week.say(
            party,
            "joining/1",
            at,
            refs=[("about", terms)],
            step="committed",
            time=stated(at),
            **said,
        )
        week.plant(at + 20 * MINUTE, attest_joining(other(party), name, said))

    return act


def attest_joining(party: str, name: str, said: dict[str, Any]) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party, "joining/1", at, refs=[("about", name)], step="attested", time=stated(at), **said
        )

    return act


def settle_in(party: str, day: int) -> Act:
    """Meet a settlement; every other day it joins."""

    def act(week: Week, at: int) -> None:
        joins = day % 2 == 0
        week.say(
            party, "meeting/1", at, held_at=at - HOUR, area=AREAS[day % 3],
            partner_sort="settlement", outcome="joined" if joins else "continued",
        )  # fmt: skip
        if joins:
            join(party, f"town-{day}-{party}", "settlement")(week, at + MINUTE)

    return act


def allege(party: str) -> Act:
    """Allege an act; the other side answers, and sometimes looks into it."""

    def act(week: Week, at: int) -> None:
        draw = week.draw
        body: dict[str, Any] = {
            "text": english("Fire was opened."), "act": draw.choice(["shelling", "small_arms"]),
            "time": stated(at - draw.randrange(20, 90) * MINUTE), "area": draw.choice(AREAS),
            "laid_to": [f"armed-group-{draw.randrange(GROUPS)}"],
        }  # fmt: skip
        name = week.say(party, "allegation/1", at, **body)
        week.tallies[party].append(int(body["time"]["ms"]))
        week.plant(at + draw.randrange(3, 20) * MINUTE, acknowledge(other(party), name))
        if draw.random() < 0.3:
            week.plant(at + 3 * HOUR, find(other(party), name, draw.random() < 0.5))

    return act


def find(party: str, about: str, holds: bool) -> Act:
    def act(week: Week, at: int) -> None:
        said: dict[str, Any] = {"outcome": "not_corroborated", "level": "allegation"}
        if holds:
            said = {"outcome": "corroborated", "level": "corroborated"}
            said["sources"] = ["own_people", "witness"]
        week.say(party, "finding/1", at, refs=[("about", about)], **said)

    return act


def observe(party: str) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party, "observation/1", at, time=stated(at - 10 * MINUTE), area=week.draw.choice(AREAS),
            what="shot", means="heard", number=week.draw.randrange(1, 9),
            description="undetermined",
        )  # fmt: skip

    return act


def demand(week: Week, at: int) -> None:
    """One demand, put to a group and answered; it is met in time."""
    name = week.say(
        "russia", "deadline/1", at, step="demand", demand=english("Leave the road."),
        addressed_to=["armed-group-3"], due=stated(at + 2 * DAY), asked_of=["coalition"],
    )  # fmt: skip
    week.plant(at + 10 * MINUTE, acknowledge("coalition", name))

    def met(later: Week, then: int) -> None:
        later.say(
            "russia", "deadline/1", then, refs=[("about", name)], step="outcome", outcome="met"
        )

    week.plant(at + DAY, met)


def order(week: Week, at: int) -> None:
    """A visit, and an order given at it."""
    visit = week.say(
        "russia", "visit/1", at, visitor="minister", host="russia", time=stated(at - 3 * HOUR),
        area="SY03", purpose=english("Cooperation"),
    )  # fmt: skip
    week.say(
        "russia", "tasking/1", at + MINUTE, refs=[("about", visit)], ordered_by="minister",
        to=["russia"], verb="increase_aid", counted=["deliveries"], given=stated(at - 2 * HOUR),
        text=english("Bring more help."),
    )  # fmt: skip


def lay_out_politics(week: Week, at: int) -> None:
    for actor in range(GROUPS):
        handle = f"armed-group-{actor}"
        week.say(
            "russia", "actor/1", at, actor=handle, sort="armed_group",
            names=[english(f"Group {actor}"), {"lang": "ar", "text": f"المجموعة {actor}"}],
        )  # fmt: skip
    week.say(
        "russia", "provision/1", at, provision="elections", status="proposed",
        text=english("Elections under a new constitution"), requires=["constitution"],
    )  # fmt: skip
    week.say(
        "russia", "provision/1", at, provision="constitution", status="proposed",
        text=english("A new constitution"),
    )  # fmt: skip
    for party in SIDES:
        week.say(
            party, "control/1", at, actor="designated-group", area="SY08", manner="present",
            since=stated(SETTLED),
        )  # fmt: skip


def speak(party: str, day: int) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party, "statement/1", at, speaker="Spokesman of the ministry", on_behalf_of=party,
            said_at=stated(at - HOUR), outlet="Briefing", form="quote",
            text=english(f"Day {day} was quiet."),
        )  # fmt: skip

    return act


# --- relief


def notified(handle: str, party: str, at: int, until: int) -> dict[str, Any]:
    return {
        "handle": handle, "title": "Protected", "organisation": "relief-society",
        "purpose": english("Care"), "addressees": [other(party)], "renew_by": until,
        "consent": {"by": "Director", "at": at - DAY, "to": [other(party)]},
        "verified": {"by": "notification-team", "at": at - HOUR, "how": "visit"},
        "upper": {"e4m": 3_048_000, "units": "FT", "reference": "AGL", "uncertainty_e4m": 0},
        "owner": "Relief desk",
    }  # fmt: skip


def notify_site(party: str, i: int) -> Act:
    def act(week: Week, at: int) -> None:
        place = coarse(36.0 + 0.05 * i, 36.7 + 0.03 * i, f"district {i}")
        body = notified(f"site-{i}", party, at, at + 30 * DAY)
        name = week.say(
            party, "site/1", at, **body, site_type="hospital", area="SY07", place=place,
            active_from=at + HOUR,
        )  # fmt: skip
        back: dict[str, Json] = {"place": place, "window": {"time_start": at + HOUR}}
        week.plant(at + 9 * MINUTE, acknowledge(other(party), name, **back))

    return act


def send_convoy(party: str, day: int) -> Act:
    """Announce a convoy three days ahead; it is let through, and brings what it carries."""

    def act(week: Week, at: int) -> None:
        start = at + 2 * DAY + 12 * HOUR
        way: list[Json] = [{"lat_e7": 362_000_000, "lon_e7": 371_500_000},
                           {"lat_e7": 359_300_000, "lon_e7": 366_300_000}]  # fmt: skip
        leg: dict[str, Json] = {
            "time_start": start, "time_end": start + 5 * HOUR, "from": "SY02", "to": "SY07",
            "way": way, "half_width_e4m": 20_000_000,
        }  # fmt: skip
        body = notified(f"convoy-{day}-{party}", party, at, start + DAY)
        name = week.say(party, "movement/1", at, **body, load={"vehicles": 12}, legs=[leg])
        week.plant(at + 15 * MINUTE, let_through(other(party), name))
        week.plant(start + 6 * HOUR, deliver(party, name))

    return act


def let_through(party: str, name: str) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party, "passage/1", at, refs=[("answers", name)], outcome="facilitated",
            officer="Duty officer, relief",
        )  # fmt: skip

    return act


def deliver(party: str, about: str) -> Act:
    def act(week: Week, at: int) -> None:
        week.say(
            party, "delivery/1", at, refs=[("about", about)],
            organisation="relief-society", area="SY07", ended_at=at - HOUR, outcome="delivered",
            items=[{"good": "food", "kg": 8_000}], people=900,
        )  # fmt: skip

    return act


def ask_for_aid(party: str) -> Act:
    def act(week: Week, at: int) -> None:
        name = week.say(
            party, "aid_request/1", at, requested_by="town-council", area=week.draw.choice(AREAS),
            needs=[{"good": "medical", "people": 200}], needed_until=at + 2 * DAY,
            asked_of=[other(party)],
        )  # fmt: skip
        week.plant(at + 20 * MINUTE, acknowledge(other(party), name))

    return act


# --- people, and totals that close


def publish_totals(party: str, day: int) -> Act:
    """Record the hurt of the day, then publish what the day's records add up to."""

    def act(week: Week, at: int) -> None:
        hurt = 1 + day % 3
        week.say(
            party, "casualty/1", at, handle=f"c-{day}-{SIDES.index(party)}", harm="injured",
            number={"at_least": hurt, "at_most": hurt}, area=AREAS[day % 3], when=stated(at - HOUR),
            status="civilian", cause="shelling", sources=[{"kind": "medical"}],
        )  # fmt: skip
        toll(week, party, at, "injured", hurt)
        today = sum(at - at % DAY <= when < at for when in week.tallies[party])
        toll(week, party, at, "allegations", today)

    return act


def toll(week: Week, party: str, at: int, counted: str, total: int) -> None:
    begin = at - at % DAY
    week.say(
        party, "toll/1", at + MINUTE, counted=counted, counted_by=party, issued_by=party,
        published=stated(at), period_from=begin, period_to=at, total=total,
    )  # fmt: skip
