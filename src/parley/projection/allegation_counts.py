"""Sums of allegations by who counted, where and when; and how much of each the others confirm.

Nothing is added across authors: two sides' counts of one event are two counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from parley.projection.allegations import Allegations, Case, Finding
from parley.projection.situation import Situation
from parley.values.instants import Interval

Area = str | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How many of another author's alleged acts a party confirms by its last findings.

    ``judged``: acts its findings are about. Where a finding confirms some of the acts of several
    allegations and only part of these are counted here, it lies between ``least`` and ``most``.
    """

    party: str
    judged: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Acts alleged in ``records`` allegations of one author; each other party's confirmation."""

    number: int
    records: int
    confirmed: tuple[Confirmed, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What one author counted: in all, and by area; the area None gathers what names none."""

    party: str
    total: Tally
    areas: Mapping[Area, Tally]


@dataclass(frozen=True, slots=True)
class Week:
    """Acts alleged in an ISO week, such as ``2016-W24``, and the change against the week before.

    ``change`` None: the author counted nothing anywhere that week before, so nothing is known.
    """

    week: str
    number: int
    change: int | None


def counts(situation: Situation, during: Interval) -> tuple[Count, ...]:
    """Count the alleged acts said to have begun in an interval, by author and area.

    A pure function for whoever reports a day or any other period: pass the day's interval in the
    zone of your report. Allegations without a stated time, replaced and withdrawn ones are left
    out; of rival last versions the latest counts. Authors are sorted by name, areas by name with
    None first; an author who counted nothing is absent. ``Allegations.begun_in`` gives the cases.
    """
    return count_all(situation, Allegations(situation).begun_in(during))


def count_all(situation: Situation, cases: Sequence[Case]) -> tuple[Count, ...]:
    """Count these cases by author and area, whatever their time, where they count at all."""
    parties = situation.governance.parties
    found = []
    for party, own in sorted(_by_author(cases).items()):
        others = tuple(sorted(other for other in parties if other != party))
        areas: dict[Area, list[Case]] = defaultdict(list)
        for case in own:
            areas[case.said.area].append(case)
        in_order = sorted(areas, key=lambda area: (area is not None, area or ""))
        found.append(
            Count(party, tally(own, others), {a: tally(areas[a], others) for a in in_order})
        )
    return tuple(found)


def tally(cases: Sequence[Case], others: Iterable[str]) -> Tally:
    """Add up cases of one author, and what each of the others confirms of them."""
    number = sum(case.said.number for case in cases)
    return Tally(number, len(cases), tuple(_confirmed(cases, other) for other in others))


def _confirmed(cases: Sequence[Case], party: str) -> Confirmed:
    acts: dict[str, int] = defaultdict(int)
    by_name: dict[str, Finding] = {}
    for case in cases:
        finding = case.findings.get(party)
        if finding is not None:
            acts[finding.opened.name] += case.said.number
            by_name[finding.opened.name] = finding
    least = most = 0
    for name, here in acts.items():
        finding = by_name[name]
        elsewhere = finding.acts - here
        least += max(0, min(here, finding.confirmed - elsewhere))
        most += min(here, finding.confirmed)
    return Confirmed(party, sum(acts.values()), least, most)


def days(situation: Situation, cases: Sequence[Case]) -> Mapping[str | None, tuple[Count, ...]]:
    """Count by local day of the charter's zone; the day None gathers what states no time."""
    by_day: dict[str | None, list[Case]] = defaultdict(list)
    for case in cases:
        if case.counted:
            by_day[case.day].append(case)
    in_order = sorted(by_day, key=lambda day: (day is not None, day or ""))
    return {day: count_all(situation, by_day[day]) for day in in_order}


def trends(cases: Sequence[Case]) -> Mapping[tuple[Area, str], tuple[Week, ...]]:
    """Give, by area and author, the ISO weeks in which the author counted acts there.

    The week after such a week is given as well if the author counted anything at all in it, so that
    a fall to none is seen. Weeks begin on Monday (ISO 8601) in the charter's zone.
    """
    sums: dict[tuple[Area, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    active: dict[str, set[int]] = defaultdict(set)
    for case in cases:
        if case.counted and case.day is not None:
            week = (date.fromisoformat(case.day).toordinal() - 1) // 7  # day 1 was a Monday
            sums[case.said.area, case.opened.party][week] += case.said.number
            active[case.opened.party].add(week)
    in_order = sorted(sums, key=lambda key: (key[0] is not None, key[0] or "", key[1]))
    return {key: _weeks(sums[key], active[key[1]]) for key in in_order}


def _weeks(sums: Mapping[int, int], active: set[int]) -> tuple[Week, ...]:
    found = []
    for each in sorted(set(sums) | {each + 1 for each in sums} & active):
        number = sums.get(each, 0)
        change = number - sums.get(each - 1, 0) if each - 1 in active else None
        year, week, _ = date.fromordinal(each * 7 + 1).isocalendar()
        found.append(Week(f"{year:04d}-W{week:02d}", number, change))
    return tuple(found)


def _by_author(cases: Iterable[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.counted:
            found[case.opened.party].append(case)
    return found
