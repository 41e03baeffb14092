"""Files of plans made into subjects of the sky and compared: what ``parley check`` decides on."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from parley.desk.explaining import can_share, explained
from parley.desk.files import blocks_of, size_of
from parley.errors import ParleyError
from parley.kinds.air.formats import format_of, most_bytes, read_file
from parley.kinds.air.geojson import Feature
from parley.projection.numbers import conflict_number
from parley.record.canonical import canonical, digest
from parley.sky import Encounter, Limits, Sky, Subject, pairs_compared
from parley.sky.layout import Parties
from parley.sky.plans import Plan as Stated
from parley.sky.plans import lay_out_plans

UNTITLED = "(no title)"

# So many plans are judged at once: whether each can be compared at all.
_BATCH = 2000
# So many conflicts are sorted by the names of the two; more come as they are found.
MOST_SORTED = 5000

_SPACE = re.compile(r"(volumes|trajectories)\[(\d+)\]\.(.*)")


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity or a zone of one party, from one or more features of its files."""

    stated: Stated
    title: str
    party_from: str

    @property
    def id(self) -> str:
        """The digest of its parsed features: the subject's name."""
        return self.stated.name

    @property
    def subject(self) -> Subject:
        """The plan made ready to be compared exactly, once it is first asked for."""
        return self.stated.subject

    @property
    def flown(self) -> bool:
        """Whether it states a trajectory, perhaps beside volumes."""
        return bool(self.stated.trajectories)


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
        return sum(plan.stated.role == "activity" for plan in self.plans)


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
    batch = _Batch()
    try:
        for part in (part for file in files for part in _parts(file, tell)):
            activity = part.feature.body.occupancy().activity
            if activity is None:
                # At once, so that nothing of a long file is kept but what is compared.
                plans.append(batch.judged([part], minima))
                continue
            key = (part.party, activity)
            if key not in shared:
                shared[key] = (len(plans), [])
                plans.append(None)
            shared[key][1].append(part)
    except ParleyError:
        batch.judge()  # what stands before it in the files is refused first
        raise
    for place, parts in shared.values():
        plans[place] = batch.judged(parts, minima)
    batch.judge()
    return tuple(plan for plan in plans if plan is not None)


def check(
    plans: Iterable[Plan],
    minima: Limits,
    *,
    within_party: bool = False,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Compare all plans with each other; see ``conflicts_of`` for the order."""
    listed = tuple(plans)
    found = conflicts_of(listed, within_party=within_party, threads=threads, progress=progress)
    return Checked(minima, listed, tuple(found), pairs_of(listed, within_party=within_party))


def pairs_of(plans: Iterable[Plan], *, within_party: bool = False) -> int:
    """Count the pairs of plans that are compared."""
    return pairs_compared((plan.stated for plan in plans), within_party=within_party)


def conflicts_of(
    plans: Sequence[Plan],
    *,
    within_party: bool = False,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Conflict]:
    """Yield the conflicts among plans, with several ``threads`` to find them.

    Up to ``MOST_SORTED`` come in the order of the names of the two. If there are more, all come as
    they are found, in an order that is the same each time.
    """
    named = {plan.id: plan for plan in plans}
    sky = Sky([plan.stated for plan in plans])
    with closing(
        sky.conflicts(within_party=within_party, threads=threads, progress=progress)
    ) as found:
        first = list(islice(found, MOST_SORTED + 1))
        many = len(first) > MOST_SORTED and threads > 1 and can_share()
        if len(first) <= MOST_SORTED:
            first.sort(key=lambda e: (e.a, e.b))
        for e in first if many else chain(first, found):
            yield Conflict(conflict_number("", e.a, e.b), named[e.a], named[e.b], e)
    if many:
        # From the beginning, which takes no time to speak of; what was told is passed over.
        walk = sky.unexplained(within_party=within_party, progress=progress)
        rest = explained(sky, walk, within_party=within_party, processes=threads)
        for e in islice(rest, len(first), None):
            yield Conflict(conflict_number("", e.a, e.b), named[e.a], named[e.b], e)


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


class _Batch:
    """Plans that are not judged yet, each with the features that it is from."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Plan, Sequence[_Part]]] = []

    def judged(self, parts: Sequence[_Part], minima: Limits) -> Plan:
        """Give the plan of some features, which is judged with others, later."""
        plan = _plan(parts, minima)
        self._waiting.append((plan, parts))
        if len(self._waiting) >= _BATCH:
            self.judge()
        return plan

    def judge(self) -> None:
        """Refuse the first plan that cannot be compared, with its file and place."""
        waiting, self._waiting = self._waiting, []
        try:
            lay_out_plans([plan.stated for plan, _ in waiting], Parties())
        except ParleyError:
            for plan, parts in waiting:
                _refuse(plan, parts)
            raise


def _plan(parts: Sequence[_Part], minima: Limits) -> Plan:
    first = parts[0]
    said = [part.feature.body.occupancy() for part in parts]
    role, margin = said[0].role, said[0].margin
    if role == "zone":
        minima = Limits(margin.lateral_e4m, margin.vertical_e4m, margin.time_ms)
    stated = Stated(
        _name(parts),
        first.party,
        role,
        tuple(volume for one in said for volume in one.volumes),
        minima,
        said[0].affects,
        tuple(way for one in said for way in one.trajectories),
    )
    source = "stated in" if first.feature.party else "named after"
    return Plan(stated, first.feature.body.title, f"{source} {first.file}")


def _refuse(plan: Plan, parts: Sequence[_Part]) -> None:
    """Raise what the sky has against a plan, if it has, with the file and the place in it."""
    try:
        _ = plan.subject
    except ParleyError as error:
        said = [(part, part.feature.body.occupancy()) for part in parts]
        volumes = [part for part, one in said for _ in one.volumes]
        ways = [part for part, one in said for _ in one.trajectories]
        raise _told(error, volumes, ways) from None


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
