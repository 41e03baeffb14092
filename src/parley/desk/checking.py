"""Files of plans made into subjects of the sky and compared: what ``parley check`` decides on."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from parley.desk.files import blocks_of, size_of
from parley.errors import ParleyError
from parley.kinds.air.formats import format_of, most_bytes, read_file
from parley.kinds.air.geojson import Feature
from parley.projection.numbers import conflict_number
from parley.record.canonical import canonical, digest
from parley.sky import Encounter, Limits, Sky, Subject, pairs_compared, subject_of

UNTITLED = "(no title)"

_SPACE = re.compile(r"(volumes|trajectories)\[(\d+)\]\.(.*)")


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity or a zone of one party, from one or more features of its files.

    ``flown``: it states a trajectory, perhaps beside volumes.
    """

    subject: Subject
    title: str
    party_from: str
    flown: bool = False

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


def read_plans(
    files: Sequence[Path], minima: Limits, *, progress: Callable[[int, int], None] | None = None
) -> tuple[Plan, ...]:
    """Read the plans of several files; features that share an ``activity`` are one plan.

    A file's ending says its format: see ``kinds.air.formats``. A feature without a party takes its
    file's stem. ``progress`` is told how many bytes are read, and of how many. Raises a
    ``ParleyError`` that names the file and the place in it.
    """
    tell = _Bytes(sum(map(size_of, files)), progress)
    plans: list[Plan | None] = []
    shared: dict[tuple[str, str], tuple[int, list[_Part]]] = {}
    for part in (part for file in files for part in _parts(file, tell)):
        activity = part.feature.body.occupancy().activity
        if activity is None:
            # At once, so that nothing of a long file is kept but what is compared.
            plans.append(_plan([part], minima))
            continue
        key = (part.party, activity)
        if key not in shared:
            shared[key] = (len(plans), [])
            plans.append(None)
        shared[key][1].append(part)
    for place, parts in shared.values():
        plans[place] = _plan(parts, minima)
    return tuple(plan for plan in plans if plan is not None)


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


@dataclass(frozen=True, slots=True)
class _Part:
    """A feature of a plan, whose it is, and the file it is from."""

    feature: Feature
    party: str
    file: Path


class _Bytes:
    """Counts the bytes that are read, and tells of them."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self._read = 0
        self._total = total
        self._progress = progress

    def of(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Give the blocks on, and count each once the next one is asked for."""
        for block in blocks:
            yield block
            self._read += len(block)
            if self._progress is not None:
                self._progress(self._read, max(self._total, self._read))


def _parts(file: Path, tell: _Bytes) -> Iterator[_Part]:
    try:
        form = format_of(file.name)
        blocks = tell.of(blocks_of(file, limit=most_bytes(form)))
        for feature in read_file(blocks, form, untitled=UNTITLED, prepared_later=True):
            yield _Part(feature, feature.party or file.stem, file)
    except ParleyError as error:
        raise _in(file, error) from None


def _in(file: Path, error: ParleyError) -> ParleyError:
    return error if error.where == str(file) else error.at(str(file))


def _plan(parts: Sequence[_Part], minima: Limits) -> Plan:
    first = parts[0]
    said = [part.feature.body.occupancy() for part in parts]
    volumes = [
        (part, volume) for part, one in zip(parts, said, strict=True) for volume in one.volumes
    ]
    ways = [(part, way) for part, one in zip(parts, said, strict=True) for way in one.trajectories]
    role, margin = said[0].role, said[0].margin
    if role == "zone":
        minima = Limits(margin.lateral_e4m, margin.vertical_e4m, margin.time_ms)
    try:
        subject = subject_of(
            _name(parts),
            first.party,
            role,
            [volume for _, volume in volumes],
            minima,
            said[0].affects,
            trajectories=[way for _, way in ways],
        )
    except ParleyError as error:
        raise _told(error, [part for part, _ in volumes], [part for part, _ in ways]) from None
    source = "stated in" if first.feature.party else "named after"
    return Plan(subject, first.feature.body.title, f"{source} {first.file}", bool(ways))


def _told(error: ParleyError, volumes: Sequence[_Part], ways: Sequence[_Part]) -> ParleyError:
    """Give a refusal of the sky with its place: it counts the volumes and ways of all parts."""
    match = _SPACE.fullmatch(error.where)
    if match is None:
        return _in((*volumes, *ways)[0].file, error)
    of, index, inner = match.groups()
    # A part has one volume or one trajectory.
    part = (volumes if of == "volumes" else ways)[int(index)]
    where = f"volumes.0.{inner}" if of == "volumes" else f"trajectory.{inner}"
    told = part.feature.refused(type(error)(error.what, where=where, hint=error.hint))
    return _in(part.file, told)


def _name(parts: Sequence[_Part]) -> str:
    """Give the digest of ``{"features": [bodies, sorted], "party"}`` in canonical form."""
    bodies = sorted(canonical(part.feature.body.to_json()) for part in parts)
    party = canonical(parts[0].party)
    return digest(b'{"features":[' + b",".join(bodies) + b'],"party":' + party + b"}")
