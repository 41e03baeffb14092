"""GeoJSON (RFC 7946) as people exchange activities and zones; edges are geodesics. Pure.

Parsed JSON in, bodies out. Every refusal names the place in the input, such as
``features[0].geometry.coordinates[1]``; nothing unknown is passed over in silence. A feature that
moves states its trajectory as in OGC Moving Features JSON: see ``moving``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from parley.errors import BadGeoJson, ParleyError
from parley.kinds.air import moving
from parley.kinds.air.activity import ACTIVITY, Activity
from parley.kinds.air.properties import (
    check_properties,
    description,
    fields_of,
    kind_of,
    line,
    metres_of,
    volume,
)
from parley.kinds.air.space import PREPARED_LATER
from parley.kinds.air.stated import (
    a_list,
    a_number,
    an_object,
    check_count,
    check_names,
    join,
    renamed,
)
from parley.kinds.air.zone import Zone
from parley.record.canonical import Json
from parley.record.kind import Kind
from parley.values.lengths import Unit
from parley.values.places import Position
from parley.values.volumes import Circle, Corridor, Polygon, Shape

MAX_FEATURES = 100_000

_MEMBERS = ("type", "geometry", "properties", "id", "bbox")
# Where what a body names for itself stands in a feature; the first that fits.
_PLACES = (
    ("volumes.0.shape.rings", "geometry.coordinates"),
    ("volumes.0.shape.line", "geometry.coordinates"),
    ("volumes.0.shape.center", "geometry.coordinates"),
    ("volumes.0.lower", "properties.altitude_lower"),
    ("volumes.0.", "properties."),
    ("trajectory.points", "temporalGeometry.coordinates"),
    ("trajectory.times", "temporalGeometry.datetimes"),
    ("trajectory.", "properties."),
)

Telling = Callable[[ParleyError], ParleyError]
"""Makes a refusal that names a member of a feature name the place in the file instead."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature, read: its kind and body, the party it states, its place in the input.

    ``told`` turns a refusal of one of its members into one that names the place in the input.
    """

    kind: Kind
    body: Activity | Zone
    party: str | None
    where: str
    told: Telling

    def refused(self, error: ParleyError) -> ParleyError:
        """Give a refusal of the body, such as the sky's, with its place in the input."""
        return self.told(_of_feature(error))

    def under(self, place: str) -> "Feature":
        """Give the same feature of a text that itself stands at ``place``, such as ``line 7``."""
        told, where = self.told, f"{place}: {self.where}" if self.where else place
        return replace(self, where=where, told=lambda error: told(error).at(place))


@dataclass(frozen=True, slots=True)
class Draft:
    """A record yet to be signed: the name of its kind, and its body."""

    kind: str
    body: dict[str, Json]


def drafts_of(features: Iterable[Feature], *, party: str, where: str = "") -> tuple[Draft, ...]:
    """Draft the records that ``party`` would sign; another party's feature is refused."""
    drafts = []
    try:
        for feature in features:
            if feature.party not in (None, party):
                said = f"is not {party}, who would sign it"
                raise feature.told(BadGeoJson(said, where="properties.party"))
            drafts.append(Draft(feature.kind.name, feature.body.to_json()))
        if not drafts:
            raise BadGeoJson("nothing to announce", where="features")
    except ParleyError as error:
        raise error.at(where) if where else error from None
    return tuple(drafts)


def read_features(
    value: Any, *, untitled: str | None = None, prepared_later: bool = False
) -> tuple[Feature, ...]:
    """Read a Feature or FeatureCollection as parsed by ``stated.parse_json``.

    A feature without a title is refused unless ``untitled`` gives one. With ``prepared_later`` the
    shapes are not yet checked by the sky: the caller prepares them, and gives what is then refused
    to ``Feature.refused``.
    """
    top = an_object(value, "")
    if top.get("type") == "Feature":
        return (read_feature(top, untitled=untitled, prepared_later=prepared_later),)
    if top.get("type") != "FeatureCollection":
        raise BadGeoJson("neither a Feature nor a FeatureCollection", where="type")
    check_names(top, ("type", "features", "bbox", "name", "id", *moving.OF_COLLECTION), "")
    moving.check_frame(top, "")
    features = top.get("features")
    if not isinstance(features, list):
        raise BadGeoJson("a list of features is needed", where="features")
    if len(features) > MAX_FEATURES:
        hint = "a text sequence, .geojsons, may have more"
        raise BadGeoJson(f"more than {MAX_FEATURES} features", where="features", hint=hint)
    return tuple(
        read_feature(f, f"features[{i}]", untitled=untitled, prepared_later=prepared_later)
        for i, f in enumerate(features)
    )


def read_feature(
    value: Any,
    where: str = "",
    *,
    untitled: str | None = None,
    prepared_later: bool = False,
    units: Unit = "M",
) -> Feature:
    """Read one feature at ``where``; ``units`` are those of a trajectory's third coordinate."""
    feature = an_object(value, where)
    if feature.get("type") != "Feature":
        raise BadGeoJson("not a Feature", where=join(where, "type"))
    moves = feature.get("temporalGeometry") is not None
    check_names(feature, (*_MEMBERS, *moving.MEMBERS) if moves else _MEMBERS_HINTED, where)
    at = join(where, "properties")
    properties = an_object(feature.get("properties"), at)
    kind = kind_of(properties, at)
    fields: dict[str, Any] = _space(feature, properties, kind, where, units)
    title = line(properties, "title", at)
    if title is None and untitled is None:
        raise BadGeoJson("a title is needed", where=join(at, "title"))
    fields["title"] = title or untitled
    fields["description"] = description(properties.get("description"), join(at, "description"))
    fields.update(fields_of(kind, properties, at))
    with _placed(where):
        body = kind.body.model_validate(fields, context=PREPARED_LATER if prepared_later else None)
    assert isinstance(body, Activity | Zone)  # noqa: S101 - for the type checker: both kinds are
    told = _joined(where)
    return Feature(kind, body, line(properties, "party", at), where, told)


# --- space


# ``temporalGeometry: null`` is a feature that does not move.
_MEMBERS_HINTED = (*_MEMBERS, "temporalGeometry")


def _space(
    feature: Mapping[str, Any],
    properties: Mapping[str, Any],
    kind: Kind,
    where: str,
    units: Unit,
) -> dict[str, Any]:
    """Read the volume or the trajectory, as a field of the body."""
    at, place = join(where, "properties"), join(where, "geometry")
    if feature.get("temporalGeometry") is not None:
        if kind is not ACTIVITY:
            hint = "a zone is a shape with its window"
            raise BadGeoJson(
                "a zone does not move", where=join(where, "temporalGeometry"), hint=hint
            )
        check_properties(properties, kind, "MovingPoint", at)
        return {"trajectory": moving.trajectory(feature, properties, where, units)}
    geometry = an_object(feature.get("geometry"), place)
    _check_type(geometry, place)
    check_properties(properties, kind, geometry["type"], at)
    shape = _shape(geometry, properties, place, at)
    return {"volumes": (volume(shape, properties, at),)}


def _check_type(geometry: Mapping[str, Any], where: str) -> None:
    kind = geometry.get("type")
    if isinstance(kind, str) and kind.startswith("Moving"):
        hint = "write it as temporalGeometry, and leave geometry out"
        raise BadGeoJson(f"{kind!r:.60} is no geometry", where=join(where, "type"), hint=hint)
    check_names(geometry, ("type", "coordinates", "bbox"), where)
    if kind not in ("Point", "LineString", "Polygon"):
        hint = "write Point, LineString or Polygon; several features may share one activity"
        raise BadGeoJson(f"no geometry of type {kind!r:.60}", where=join(where, "type"), hint=hint)


def _shape(
    geometry: Mapping[str, Any], properties: Mapping[str, Any], where: str, at: str
) -> Shape:
    kind, place = geometry["type"], join(where, "coordinates")
    coordinates = geometry.get("coordinates")
    if kind == "Point":
        center = _position(coordinates, place)
        return Circle(center, metres_of(properties, "radius_m", at, needed=True))
    if kind == "LineString":
        half_width = metres_of(properties, "half_width_m", at, needed=True)
        with renamed({"line": place}):
            return Corridor(_positions(coordinates, place), half_width)
    rings = a_list(coordinates, place)
    check_count(sum(len(ring) for ring in rings if isinstance(ring, list)), place)
    with renamed({"rings": place}):
        return Polygon(tuple(_positions(r, f"{place}[{i}]") for i, r in enumerate(rings)))


def _positions(value: Any, where: str) -> tuple[Position, ...]:
    points = a_list(value, where)
    check_count(len(points), where)
    return tuple(_position(p, f"{where}[{i}]") for i, p in enumerate(points))


def _position(value: Any, where: str) -> Position:
    numbers = a_list(value, where)
    if len(numbers) != 2:
        hint = "heights are stated as altitude_lower and altitude_upper"
        raise BadGeoJson(
            "a position is [longitude, latitude]", where=where, hint=hint if numbers[2:] else ""
        )
    for number in numbers:
        a_number(number, where)
    return Position.of_degrees(numbers[1], numbers[0], where=where)


# --- places


def _joined(where: str) -> Telling:
    return lambda error: _at(error, join(where, error.where))


def _at(error: ParleyError, where: str) -> ParleyError:
    return type(error)(error.what, where=where, hint=error.hint)


def _of_feature(error: ParleyError) -> ParleyError:
    """Name the member of the feature that a place in a body stands for."""
    inner = error.where
    for old, new in _PLACES:
        if inner.startswith(old):
            inner = inner.replace(old, new, 1)
            break
    return _at(error, inner)


@contextmanager
def _placed(where: str) -> Iterator[None]:
    """Turn what a body refuses into a refusal with the place in the input."""
    try:
        yield
    except ValidationError as refusal:
        first = refusal.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        path = ".".join(str(part) for part in first["loc"])
        if not isinstance(cause, ParleyError):
            place = join(join(where, "properties"), path)
            raise BadGeoJson(first["msg"], where=place) from None
        inner = _of_feature(_at(cause, join(path, cause.where)))
        raise _at(inner, join(where, inner.where)) from None
