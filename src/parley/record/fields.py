"""The common fields of a record, as values and as signed JSON (docs/formats.md)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Literal, cast, get_args

from parley.errors import BadRecord
from parley.record.canonical import Json, canonical, decode
from parley.values.instants import Instant, instant

Status = Literal["actual", "exercise", "test"]
Priority = Literal["routine", "urgent"]
Role = Literal["replaces", "withdraws", "answers", "about", "opens", "same_event"]
PartClass = Literal["shared", "sealed", "personal"]

_HEX32 = re.compile(r"[0-9a-f]{32}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,2}")
_ORIGIN = re.compile(r"(exercise\.invalid/)?[a-z0-9][a-z0-9.-]{0,62}/[0-9a-f]{64}/(main|urgent)")
_MEDIA = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; ?[a-z0-9=.+-]{1,60})*")


@dataclass(frozen=True, slots=True)
class Ref:
    """A typed pointer to another record by its name."""

    role: Role
    record: str


@dataclass(frozen=True, slots=True)
class Part:
    """What lies beside the log, bound by digest (size in bytes of what was hashed)."""

    name: str
    sha256: str
    size: int
    media_type: str
    part_class: PartClass
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """A 4D box around what a record occupies: degrees e7, 0.1 mm, milliseconds; None is open.

    ``west_e7 > east_e7`` means that the box crosses the antimeridian (RFC 7946 section 5.2).
    """

    south_e7: int
    west_e7: int
    north_e7: int
    east_e7: int
    lower_e4m: int | None
    upper_e4m: int | None
    time_start: int
    time_end: int | None


class Written(Mapping[str, Json]):
    """A body as its bytes in a canonical payload: taken apart when looked into, which is rare.

    A node holds all bodies of all logs, and asks those read by their kinds.
    """

    __slots__ = ("_end", "_payload", "_start")

    def __init__(self, payload: bytes, start: int, end: int) -> None:
        self._payload = payload
        self._start = start
        self._end = end

    @property
    def canonical(self) -> bytes:
        """The canonical bytes of the body alone."""
        return self._payload[self._start : self._end]

    def __getitem__(self, name: str) -> Json:
        """Give what a field says."""
        return self._value()[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the fields."""
        return iter(self._value())

    def __len__(self) -> int:
        """Count the fields."""
        return len(self._value())

    def __eq__(self, other: object) -> bool:
        """Tell whether it says the same as another body, whichever way that is held."""
        if isinstance(other, Written):
            return self.canonical == other.canonical
        return self._value() == other

    __hash__ = None  # type: ignore[assignment]  # as a dict

    def _value(self) -> dict[str, Json]:
        return cast("dict[str, Json]", decode(self.canonical))


@dataclass(frozen=True, slots=True)
class Record:
    """What one party says, once: the common fields and the kind's own body."""

    channel: str
    log: str
    id: str
    author: str
    kind: str
    status: Status
    priority: Priority
    issued: Instant
    body: Mapping[str, Json]
    refs: tuple[Ref, ...] = ()
    parts: tuple[Part, ...] = ()
    extent: Extent | None = None

    def payload(self) -> bytes:
        """Write the record in its one byte form."""
        return canonical(_to_json(self))

    def refers(self, role: Role) -> tuple[str, ...]:
        """Give the names of the records referred to in ``role``, in order."""
        if not self.refs:
            return ()
        return tuple([ref.record for ref in self.refs if ref.role == role])


def origin_of(party: str, channel: str, lane: str, status: Status) -> str:
    """Name a log: ``<party>/<channel>/<lane>``, prefixed in an exercise or test."""
    prefix = "" if status == "actual" else "exercise.invalid/"
    return f"{prefix}{party}/{channel}/{lane}"


_FIELDS = {"channel", "log", "id", "author", "kind", "status", "priority", "issued", "body"}
_OPTIONAL = {"refs", "parts", "extent"}
_ALL_FIELDS = _FIELDS | _OPTIONAL
_AROUND_AUTHOR = len(b'{"author":"","body":')


def _to_json(record: Record) -> dict[str, Json]:
    value: dict[str, Json] = {name: getattr(record, name) for name in _FIELDS - {"body"}}
    value["body"] = dict(record.body)
    value["refs"] = [{"role": r.role, "record": r.record} for r in record.refs]
    value["parts"] = [_part_json(p) for p in record.parts]
    if record.extent is not None:
        names = Extent.__slots__
        value["extent"] = {name: getattr(record.extent, name) for name in names}
    return value


def _part_json(part: Part) -> Json:
    value: dict[str, Json] = {
        "name": part.name,
        "sha256": part.sha256,
        "size": part.size,
        "media_type": part.media_type,
        "class": part.part_class,
    }
    if part.part_class == "personal":
        value["audience"] = list(part.audience)
    return value


def record_of(value: dict[str, Json], payload: bytes) -> Record:
    """Read the fields of a canonical payload; refuse unknown and malformed ones by name."""
    if not _FIELDS <= value.keys() <= _ALL_FIELDS:
        missing, unknown = _FIELDS - set(value), set(value) - _ALL_FIELDS
        name = min(missing or unknown)
        raise BadRecord("missing" if missing else "unknown common field", where=name)
    refs, parts = value.get("refs"), value.get("parts")
    if not isinstance(value["body"], dict):
        raise BadRecord("the body is an object", where="body")
    if not isinstance(refs, list) or len(refs) > 64:
        raise BadRecord("a list of at most 64, empty if there are none", where="refs")
    if not isinstance(parts, list) or len(parts) > 64:
        raise BadRecord("a list of at most 64, empty if there are none", where="parts")
    channel, log, author, kind, status, priority = _heading(value)
    return Record(
        channel=channel,
        log=log,
        id=_text(value, "id", _HEX32),
        author=author,
        kind=kind,
        status=cast("Status", status),
        priority=cast("Priority", priority),
        issued=instant(cast("int", value["issued"]), where="issued"),
        body=_body_in(payload, author),
        refs=tuple([_ref(r, f"refs[{i}]") for i, r in enumerate(refs)]) if refs else (),
        parts=tuple([_part(p, f"parts[{i}]") for i, p in enumerate(parts)]) if parts else (),
        extent=_extent(value["extent"]) if "extent" in value else None,
    )


_HEADING = ("channel", "log", "author", "kind", "status", "priority")
_HEADINGS = itemgetter(*_HEADING)


def _body_in(payload: bytes, author: str) -> Written:
    """Find the body within a canonical payload whose fields are known to be sound.

    Of these ``author``, ``body`` and ``channel`` come first. A quote within a text is escaped, and
    nothing that comes after has a field named ``channel``: so the last one of that name is theirs.
    """
    return Written(payload, len(author) + _AROUND_AUTHOR, payload.rindex(b',"channel":"'))


def _heading(value: Mapping[str, Json]) -> tuple[str, ...]:
    """Give what names log and kind: a log says the same in all its records, and one copy serves."""
    heading: tuple[str, ...] = _HEADINGS(value)
    try:
        return _sound(heading)
    except TypeError:  # a list or an object is no text, and cannot be looked up
        _check_heading(value)
        return heading


@lru_cache(maxsize=4096)  # what is refused is not kept
def _sound(heading: tuple[str, ...]) -> tuple[str, ...]:
    _check_heading(dict(zip(_HEADING, heading, strict=True)))
    return heading


def _check_heading(value: Mapping[str, Json]) -> None:
    """Refuse what names log and kind where a field is malformed, or they do not fit."""
    channel, log = _text(value, "channel", _HEX64), _text(value, "log", _ORIGIN)
    author, _ = _text(value, "author", _NAME), _text(value, "kind", _KIND)
    status, priority = _choice(value, "status", Status), _choice(value, "priority", Priority)
    lane = "urgent" if priority == "urgent" else "main"
    if log != origin_of(author, channel, lane, cast("Status", status)):
        raise BadRecord(
            "the log's name does not fit author, channel, status, priority", where="log"
        )


def _text(value: Mapping[str, Json], name: str, pattern: re.Pattern[str], where: str = "") -> str:
    text = value.get(name)
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise BadRecord(f"{text!r} does not fit {pattern.pattern}", where=where or name)
    return text


def _choice(value: Mapping[str, Json], name: str, literal: object, where: str = "") -> str:
    choices = get_args(literal)
    text = value.get(name)
    if text not in choices:
        raise BadRecord(f"{text!r} is none of {', '.join(choices)}", where=where or name)
    return cast("str", text)


def _ref(value: Json, where: str) -> Ref:
    if not isinstance(value, dict) or set(value) != {"role", "record"}:
        raise BadRecord("a reference has a role and a record", where=where)
    role = _choice(value, "role", Role, f"{where}.role")
    return Ref(cast("Role", role), _text(value, "record", _HEX64, f"{where}.record"))


def _part(value: Json, where: str) -> Part:
    needed = {"name", "sha256", "size", "media_type", "class"}
    if not isinstance(value, dict) or set(value) - {"audience"} != needed:
        raise BadRecord(f"a part has {', '.join(sorted(needed))}", where=where)
    part_class = cast("PartClass", _choice(value, "class", PartClass, f"{where}.class"))
    name, size = value["name"], value["size"]
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or "/" in name:
        raise BadRecord("a part's name has 1 to 200 characters and no slash", where=f"{where}.name")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= 2**40:
        raise BadRecord("a size is a number of bytes", where=f"{where}.size")
    audience = value.get("audience")
    if (audience is not None) != (part_class == "personal"):
        raise BadRecord("a personal part, and no other, has an audience", where=f"{where}.audience")
    people = audience if isinstance(audience, list) else []
    if part_class == "personal" and not people:
        raise BadRecord("a personal part names its audience", where=f"{where}.audience")
    if not all(isinstance(p, str) and _NAME.fullmatch(p) for p in people):
        raise BadRecord("an audience lists parties", where=f"{where}.audience")
    return Part(
        name=name,
        sha256=_text(value, "sha256", _HEX64, f"{where}.sha256"),
        size=size,
        media_type=_text(value, "media_type", _MEDIA, f"{where}.media_type"),
        part_class=part_class,
        audience=tuple(cast("list[str]", people)),
    )


def _extent(value: Json) -> Extent:
    names = Extent.__slots__
    if not isinstance(value, dict) or set(value) != set(names):
        raise BadRecord(f"an extent has {', '.join(names)}", where="extent")
    optional = {"lower_e4m", "upper_e4m", "time_end"}
    for name in names:
        number = value[name]
        if number is None and name in optional:
            continue
        if isinstance(number, bool) or not isinstance(number, int):
            raise BadRecord("an integer is needed", where=f"extent.{name}")
    extent = Extent(**{name: value[name] for name in names})  # type: ignore[arg-type]
    for name, limit in (("south_e7", 9), ("north_e7", 9), ("west_e7", 18), ("east_e7", 18)):
        if abs(getattr(extent, name)) > limit * 100_000_000:
            raise BadRecord("beyond the globe", where=f"extent.{name}")
    if extent.south_e7 > extent.north_e7:
        raise BadRecord("south lies north of north", where="extent.south_e7")
    instant(extent.time_start, where="extent.time_start")
    if extent.time_end is not None and instant(extent.time_end) < extent.time_start:
        raise BadRecord("ends before it starts", where="extent.time_end")
    return extent
