"""Files of plans made into subjects of the sky and compared: what ``parley check`` decides on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.desk.files import read_bytes
from parley.errors import ParleyError
from parley.kinds.air.geojson import Feature, read_features
from parley.kinds.air.stated import MAX_BYTES, parse_json
from parley.projection.numbers import conflict_number
from parley.record.canonical import canonical, digest
from parley.sky import Encounter, Limits, Sky, Subject, pairs_compared, subject_of

UNTITLED = "(no title)"


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity or a zone of one party, from one or more features of its files."""

    subject: Subject
    title: str
    party_from: str

    @property
    def id(self) -> str:
        """The digest of its parsed features: the subject's name."""
        return self.subject.name


@dataclass(frozen=True, slots=True)
class Conflict:
    """An encounter with its number and its two plans, in the order of their names."""

    number: str
    a: Plan
    b: Plan
    encounter: Encounter


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything one check found, and what it looked at."""

    minima: Limits
    plans: tuple[Plan, ...]
    conflicts: tuple[Conflict, ...]
    pairs: int

    @property
    def activities(self) -> int:
        """How many activities (zones are not) were looked at."""
        return sum(plan.subject.role == "activity" for plan in self.plans)


def read_plans(files: Sequence[Path], minima: Limits) -> tuple[Plan, ...]:
    """Read the plans of several files; features that share an ``activity`` are one plan.

    A feature without a party takes its file's stem. Raises a ``ParleyError`` that names the file
    and the place in it.
    """
    groups: dict[tuple[str, ...], list[tuple[Feature, str, str]]] = {}
    for number, file in enumerate(files):
        try:
            features = read_features(
                parse_json(read_bytes(file, limit=MAX_BYTES)), untitled=UNTITLED
            )
        except ParleyError as error:
            raise error if error.where == str(file) else error.at(str(file)) from None
        for i, feature in enumerate(features):
            party = feature.party or file.stem
            source = "stated in" if feature.party else "named after"
            shared = feature.body.occupancy().activity
            key = (party, shared) if shared is not None else (party, str(number), str(i))
            groups.setdefault(key, []).append((feature, party, f"{source} {file}"))
    return tuple(_plan(group, minima) for group in groups.values())


def check(
    plans: Iterable[Plan],
    minima: Limits,
    *,
    within_party: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Compare all plans with each other."""
    listed = tuple(plans)
    named = {plan.id: plan for plan in listed}
    subjects = tuple(plan.subject for plan in listed)
    found = Sky(subjects).conflicts(within_party=within_party, progress=progress)
    conflicts = tuple(
        Conflict(conflict_number("", e.a, e.b), named[e.a], named[e.b], e) for e in found
    )
    return Checked(minima, listed, conflicts, pairs_compared(subjects, within_party=within_party))


def _plan(group: Sequence[tuple[Feature, str, str]], minima: Limits) -> Plan:
    first, party, source = group[0]
    occupancies = [feature.body.occupancy() for feature, _, _ in group]
    volumes = [volume for occupancy in occupancies for volume in occupancy.volumes]
    role = occupancies[0].role
    margin = occupancies[0].margin
    bodies = sorted((feature.body.to_json() for feature, _, _ in group), key=canonical)
    subject = subject_of(
        digest(canonical({"party": party, "features": bodies})),
        party,
        role,
        volumes,
        minima
        if role == "activity"
        else Limits(margin.lateral_e4m, margin.vertical_e4m, margin.time_ms),
        occupancies[0].affects,
    )
    return Plan(subject, first.body.title, source)
