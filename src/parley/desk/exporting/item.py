"""What the node hands out of one record, and of the export as a whole: values, no file format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from parley.projection.register import WordStatus
from parley.record.envelope import Status
from parley.record.terms import Minima
from parley.values.texts import Text
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

Value = str | int | None
NO_LONGER: tuple[WordStatus, ...] = ("replaced", "withdrawn")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position (1e-7 degree) and how far from it the thing meant may be (0.1 mm)."""

    lat_e7: int
    lon_e7: int
    within_e4m: int


@dataclass(frozen=True, slots=True)
class Box:
    """A box between meridians and parallels, 1e-7 degree; never across the antimeridian."""

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity or a zone, with all that ``parley check`` reads of one."""

    role: Literal["activity", "zone"]
    title: str
    margin: Minima
    activity: str | None = None
    description: Text | None = None
    zone_type: str | None = None
    asks: str | None = None
    affects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """What makes an item a message to somebody, whether it asks, answers or withdraws.

    ``urgency`` is the word of a warning. ``asked_of`` None: every other party.
    """

    asks: bool
    asked_of: tuple[str, ...] | None = None
    stance: str | None = None
    urgency: str | None = None
    instruction: Text | None = None
    expires: int | None = None
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One record: what names it, what became of it, when and where it is about, what it says.

    ``start`` and ``end`` are ms UTC (``end`` None: not stated). ``refs`` are (role, record name).
    ``hulls`` are disks around each shape, given where the item is a message. ``values`` are those
    of the kind's columns. In a public export shapes, hulls and plan are absent, ``boxes`` stand for
    them, the spot is the middle of its cell, and the number is the start of the name.
    """

    record: str
    number: str
    kind: str
    kind_title: str
    author: str
    urgent: bool
    issued: int
    state: WordStatus
    title: str | None = None
    replaced_by: tuple[str, ...] = ()
    withdrawn_by: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    refs: tuple[tuple[str, str], ...] = ()
    start: int | None = None
    end: int | None = None
    area: str | None = None
    spot: Spot | None = None
    volumes: tuple[Volume4D, ...] = ()
    trajectories: tuple[Trajectory, ...] = ()
    hulls: tuple[Spot, ...] = ()
    boxes: tuple[Box, ...] = ()
    plan: Plan | None = None
    alert: Alert | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    parts: int = 0

    @property
    def stands(self) -> bool:
        """Tell whether it is a latest word: neither replaced nor withdrawn."""
        return self.state not in NO_LONGER


@dataclass(frozen=True, slots=True)
class Head:
    """The four arguments of the view that an export is of, what was asked, and how much it is.

    ``kinds`` are those exported, ``records`` how many items there are at most. ``delay_ms`` and
    ``blur_e4m`` (0.1 mm) are those of a public one; that has no sizes (``upto`` is empty), is of
    ``records`` 0, and of unread entries says by 1 that there are any.
    """

    channel: str
    status: Status
    upto: Mapping[str, int]
    at: int
    rules: str
    members: tuple[str, ...]
    day_zone: str
    kinds: tuple[str, ...]
    since: int | None
    until: int | None
    public: bool
    delay_ms: int | None
    blur_e4m: int | None
    unread: int
    records: int


@dataclass(frozen=True, slots=True)
class Export:
    """A head and its items, which are read once, in order."""

    head: Head
    items: Iterable[Item]
