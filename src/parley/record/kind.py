"""The one contract between spine and ribs: Kind, Body, and the traits that projections consume.

A new kind is one class in a rib: it derives from ``Body`` and from the traits it has, and names
itself in a ``Kind``. Everything else (schema, API, form, documentation) is derived from that class.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from parley.errors import BadBody, ParleyError, UnknownKind
from parley.record.canonical import Json, canonical, write_checked
from parley.record.claims.claim import Claim
from parley.record.envelope import Record, Written
from parley.record.terms import NO_MARGIN, KeyChange, KnownPlace, Minima, Terms
from parley.values.instants import FIRST, LAST, Instant, Interval
from parley.values.lengths import Altitude
from parley.values.places import Place, Position
from parley.values.trajectories import Trajectory
from parley.values.volumes import Volume4D

InstantMs = Annotated[int, Field(ge=FIRST, le=LAST, description="milliseconds UTC since 1970")]
RecordName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PartyName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
# A party, an armed group, a settlement, a formation: a handle that the whole channel uses.
ActorName = PartyName
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]
# A p-code where there is one (OCHA COD-AB, such as SY02), else the name that the channel uses.
AreaName = Line

MOST_LISTED = 64
"""So many items in one list of a body, where views write or combine all of them: with one record
of 64 kB nobody shall make a view that is a hundred times as large."""


class Body(BaseModel):
    """What a kind says beyond the common fields: frozen, strict, unknown fields refused.

    Cross-field checks are pydantic validators that raise ``ValueError`` (or one of ours).
    """

    # by alias: a field may bear the name of a trait method, such as ``owner``
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, serialize_by_alias=True)

    def to_json(self) -> dict[str, Json]:
        """Give the body as signed JSON; fields that hold None are left out."""
        # what ``model_dump`` calls; half the time of small bodies goes into that
        value: dict[str, Json] = self.__pydantic_serializer__.to_python(
            self, mode="json", exclude_none=True, by_alias=True
        )
        return value


# --- traits: what a projection may ask of a record, whatever its kind


class Governs:
    """A record that lays down or changes the rules of its channel."""

    def terms(self) -> Terms | None:
        """Give the charter's terms, if this record is one."""
        return None

    def key_changes(self) -> tuple[KeyChange, ...]:
        """Give the key changes of this record; their authority is checked by the projection."""
        return ()

    def places(self) -> tuple[KnownPlace, ...]:
        """Give the places this record proposes for, or puts on, the agreed list."""
        return ()


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How a record occupies the sky: as an activity, or as a zone that others are asked to respect.

    It does so by volumes, by trajectories, or by both. ``affects`` None means every party but the
    owner. ``activity`` groups records into one activity.
    """

    role: Literal["activity", "zone"]
    title: str
    volumes: tuple[Volume4D, ...]
    activity: str | None = None
    zone_type: str | None = None
    asks: Literal["avoid", "coordinate", "protect"] | None = None
    affects: tuple[str, ...] | None = None
    margin: Minima = NO_MARGIN
    trajectories: tuple[Trajectory, ...] = ()

    @property
    def windows(self) -> tuple[Interval, ...]:
        """The windows of its volumes, then the times its trajectories take; none: it is nowhere."""
        flown = tuple(trajectory.occupied for trajectory in self.trajectories)
        return tuple(volume.during for volume in self.volumes) + flown


class Occupies:
    """A record that takes up space for a time."""

    @abstractmethod
    def occupancy(self) -> Occupancy:
        """Give the volumes or trajectories and how they bind others."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An answer asked for: of whom (None: every other party), by when (None: by the charter)."""

    of: tuple[str, ...] | None = None
    answer_by: Instant | None = None


class Asks:
    """A notice: a record that asks others for an answer."""

    @abstractmethod
    def ask(self) -> Ask | None:
        """Give what is asked, or None if this very record asks for nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record is about: a place, a window, levels, and how it bears on it.

    ``manner``: a plan or announcement ("planned"), a warning ("warned"), a thing that happened
    ("happened"), or a mere mention ("mentioned"). ``points``: a shape is read back by one of these.
    """

    manner: Literal["planned", "warned", "happened", "mentioned"]
    place: Place | None = None
    during: Interval | None = None
    lower: Altitude | None = None
    upper: Altitude | None = None
    parties: tuple[str, ...] = ()
    points: tuple[Position, ...] = ()


class Concerns:
    """A record that is about a place, a time or a party."""

    @abstractmethod
    def subjects(self) -> tuple[Subject, ...]:
        """Give what the record is about."""


class Expires:
    """A record that ceases to hold at an instant; None says that it states no end."""

    @abstractmethod
    def expires_at(self) -> Instant | None:
        """Give the instant, or None: stated by nobody, which is flagged where it matters."""

    def owner(self) -> str | None:
        """Give the person or post that answers for it until then, if stated."""
        return None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the answering officer typed from the notice: compared by Parley, never pre-filled."""

    place: Place | None = None
    during: Interval | None = None
    lower: Altitude | None = None
    upper: Altitude | None = None


class Answers:
    """A record of the answering side: it names, by ``refs``, what it answers."""

    @abstractmethod
    def stance(self) -> Literal["acknowledge", "object", "propose"]:
        """Give the answer; acknowledging is not agreeing."""

    @abstractmethod
    def read_back(self) -> ReadBack | None:
        """Give what was read back, if anything."""

    def doing_of(self) -> str | None:
        """Name the party whose doing it tells of; of another's than the author's it is no answer.

        None: the author's own.
        """
        return None


class Attests:
    """A record that carries a signed head of some log, with the cosignatures collected so far.

    Nothing in it is verified by the kind: the projection checks every line with the charter's keys.
    """

    @abstractmethod
    def head(self) -> str:
        """Give the signed note (C2SP signed-note, checkpoint body and signature lines) as text."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Words spoken to somebody, by the author's own account: it shows nothing about the other side.

    ``to`` names parties of the channel (voice parties too), or is empty when nobody knows who
    listened. ``read_back`` says whether, by that account, the other side repeated it.
    """

    to: tuple[str, ...]
    at: Instant
    read_back: bool = False


class Tells:
    """A record of words spoken: the grade *told* of what it refers to as ``about``."""

    @abstractmethod
    def told(self) -> tuple[Telling, ...]:
        """Give who was told; nobody, if no call got through or nothing was said."""

    def reached(self) -> bool:
        """Tell whether anybody answered at all, be it only to listen."""
        return bool(self.told())

    def asked_for(self) -> tuple[str, ...]:
        """Name the parties the author tried to reach; none, if it called to whom it may concern."""
        return ()


class Connects:
    """A record on the line itself: how its author says it stands."""

    @abstractmethod
    def line_state(self) -> Literal["open", "degraded", "suspended", "closed"]:
        """Give the state; the latest word of each party counts for that party."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who reads at a desk from when until when: who stands in, and what is spoken there."""

    during: Interval
    deputies: tuple[str, ...]
    languages: tuple[str, ...]


class Watches:
    """A record of who has the watch at its author's desk."""

    @abstractmethod
    def watch(self) -> Watch:
        """Give the watch."""


class Translates:
    """A record that gives words of the record it is about in another language."""

    @abstractmethod
    def into(self) -> tuple[str, str | None]:
        """Give the language, and the field of the body that it translates; None: all of it."""


class Claims:
    """A record that claims something some fold follows (``parley.record.claims``)."""

    @abstractmethod
    def claims(self) -> tuple[Claim, ...]:
        """Give the claims, in the order in which the body states them."""


# --- kinds


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of record: its versioned name, its body class, its title and what it is for.

    ``agreed``: each named party logs its own record with the same body. ``needs_ref``: the roles of
    which at least one reference must be given.
    """

    name: str
    body: type[Body]
    title: str
    agreed: bool = False
    needs_ref: tuple[str, ...] = ()

    def parse(self, body: Mapping[str, Json]) -> Body:
        """Read a body; refuse it with the path and the reason."""
        return self.parse_bytes(canonical(dict(body)))

    def parse_bytes(self, body: bytes) -> Body:
        """Read a body from its canonical bytes; see ``parse``."""
        try:
            # JSON mode: tuples from arrays and values from objects, yet strict about every scalar
            # what ``model_validate_json`` calls; a fifth of the time of small bodies goes into that
            return cast("Body", self.body.__pydantic_validator__.validate_json(body))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            cause = first.get("ctx", {}).get("error")
            path = ".".join(str(p) for p in ("body", *first["loc"]))
            if isinstance(cause, ParleyError):
                path = f"{path}.{cause.where}" if cause.where else path
                raise BadBody(cause.what, where=path, hint=cause.hint) from None
            raise BadBody(first["msg"], where=path) from None

    def schema(self) -> dict[str, Any]:
        """Give the body's JSON Schema (draft 2020-12)."""
        return self.body.model_json_schema()


class Kinds:
    """The kinds a node knows, from an explicit list."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise ValueError(f"the kind {kind.name} is listed twice")
            self._kinds[kind.name] = kind

    def __iter__(self) -> Any:
        """Go through the kinds in the order of their list."""
        return iter(self._kinds.values())

    def __getitem__(self, name: str) -> Kind:
        """Give a kind by its versioned name, or refuse."""
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(f"this node knows no kind {name!r}", where="kind") from None

    def asked(self, name: str) -> Kind:
        """Give a kind that a person named, or refuse and say which names are near.

        To look for those takes long: what reads logs of others asks by ``[]``.
        """
        try:
            return self[name]
        except UnknownKind as error:
            near = get_close_matches(name[:60], self._kinds, n=3, cutoff=0.7)
            error.hint = f"did you mean {' or '.join(near)}?" if near else "`parley kinds` has all"
            raise

    def read(self, record: Record) -> Body:
        """Read a record's body by its kind; refuse a body that is not in its one written form."""
        said = record.body
        written = said.canonical if isinstance(said, Written) else canonical(dict(said))
        body = self[record.kind].parse_bytes(written)
        # what equals checked bytes needs no check of its own
        if write_checked(body.to_json()) != written:
            raise BadBody("the body does not re-encode to itself", where="body")
        return body
