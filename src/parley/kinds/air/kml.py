"""KML (OGC 07-147r2, 12-007r2): Placemarks as activities and zones, Tracks as trajectories. Pure.

What KML has no word for (half widths, levels, party) stands in ``ExtendedData`` under the names of
the GeoJSON properties. An altitude is in metres: ``absolute`` is above mean sea level (AMSL),
``relativeToGround`` above the ground (AGL), and ``clampToGround``, the default, states none.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from parley.errors import BadGeoJson, BadKml, ParleyError
from parley.kinds.air.flat import LONGEST_NUMBER, MARGIN_OF, NAMES, properties_of
from parley.kinds.air.geojson import Feature, read_feature
from parley.kinds.air.kml_tree import Element, kml_tree
from parley.kinds.air.stated import check_count, sayable
from parley.values.volumes import MAX_VERTICES

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_CONTAINERS: Final = ("Document", "Folder")
_SHAPES: Final = ("Point", "LineString", "Polygon")
_TRACKS: Final = ("Track", "gx:Track")
_GROUPS: Final = ("MultiGeometry", "MultiTrack", "gx:MultiTrack")
# How something looks, or from where: it takes up no air.
_LOOKS: Final = (
    *("visibility", "open", "address", "phoneNumber", "Snippet", "snippet", "Region", "Metadata"),
    *("styleUrl", "Style", "StyleMap", "gx:CascadingStyle", "LookAt", "Camera"),
    *(
        "gx:balloonVisibility",
        "Schema",
        "GroundOverlay",
        "ScreenOverlay",
        "PhotoOverlay",
        "gx:Tour",
    ),
)
_DRAWN: Final = ("extrude", "tessellate", "gx:drawOrder")
# A Track is flown from position to position whether or not it says ``interpolate``.
_TRACK_LOOKS: Final = (
    *("gx:angles", "angles", "Model", "ExtendedData", "gx:interpolate", "interpolate"),
    *_DRAWN,
)
_MODE: Final = ("altitudeMode", "gx:altitudeMode")
_MODES: Final = {"clampToGround": None, "absolute": "AMSL", "relativeToGround": "AGL"}
_ADD: Final = {
    "title": "add a <name>",
    "time_start": "add a <TimeSpan> with <begin>",
    "time_end": "add a <TimeSpan> with <begin> and <end>",
}


def read_kml(
    data: bytes, *, untitled: str | None = None, prepared_later: bool = False
) -> Iterator[Feature]:
    """Read the Placemarks of a file in their order, one feature for each of their geometries.

    ``untitled`` and ``prepared_later`` are those of ``geojson.read_features``.
    """
    for element in _placemarks(kml_tree(data)):
        mark = _Placemark.of(element)
        for geometry in mark.geometries:
            drawn = _Drawn(mark, geometry)
            try:
                value = drawn.feature()
                read = read_feature(value, untitled=untitled, prepared_later=prepared_later)
            except BadKml:
                raise
            except ParleyError as error:
                raise drawn.told(error) from None
            yield replace(read, where=f"line {element.line}", told=drawn.told)


def _placemarks(container: Element) -> Iterator[Element]:
    for child in container.children:
        if child.name == "Placemark":
            yield child
        elif child.name in _CONTAINERS:
            yield from _placemarks(child)
        elif child.name == "NetworkLink":
            hint = "put the Placemarks it loads into this file"
            raise BadKml("no other file is loaded", where=_place(child), hint=hint)
        elif child.name in ("ExtendedData", "TimeSpan", "TimeStamp"):
            hint = "put it into each Placemark"
            raise BadKml(f"is not read of a {container.name}", where=_place(child), hint=hint)
        elif child.name not in ("name", "description", *_LOOKS):
            raise _unknown(child, ("Placemark", *_CONTAINERS))


@dataclass(slots=True)
class _Placemark:
    """A Placemark taken apart: its texts by property, where each stands, its geometries."""

    element: Element
    texts: dict[str, str] = field(default_factory=dict)
    stands: dict[str, str] = field(default_factory=dict)
    geometries: list[Element] = field(default_factory=list)

    @classmethod
    def of(cls, element: Element) -> "_Placemark":
        """Take a Placemark apart; refuse what could bear on the plan and is not read."""
        mark = cls(element)
        for child in element.children:
            if child.name == "name":
                mark.say("title", child.text, _place(child))
            elif child.name == "description":
                mark.say("description", child.text, _place(child))
            elif child.name == "TimeSpan":
                mark.span(child)
            elif child.name == "ExtendedData":
                mark.extended(child)
            elif child.name in (*_SHAPES, *_TRACKS, *_GROUPS):
                mark.geometries += _geometries(child)
            elif child.name == "TimeStamp":
                hint = "write a <TimeSpan>, or a Track with its times"
                raise BadKml("an instant is no window", where=_place(child), hint=hint)
            elif child.name not in _LOOKS:
                known = ("TimeSpan", "ExtendedData", *_SHAPES, "MultiGeometry", "gx:Track")
                raise _unknown(child, known)
        if not mark.geometries:
            raise BadKml("a geometry is needed", where=_place(element))
        zone = mark.texts.get("kind") == "zone/1"
        if len(mark.geometries) > 1 and not zone and not mark.texts.get("activity"):
            said = "its parts need a name that they share"
            raise BadKml(said, where=_place(element), hint='add <Data name="activity">')
        return mark

    def say(self, name: str, text: str, place: str) -> None:
        """Keep a text; refuse a name that is not known, or another text for the same name."""
        if name.startswith("x-"):
            return
        if name not in NAMES:
            nearest = difflib.get_close_matches(name[:60], NAMES, n=1, cutoff=0.0)[0]
            hint = f"the nearest known name is {nearest}; names of your own begin with x-"
            raise BadKml(f"unknown name {name!r:.60}", where=place, hint=hint)
        if self.texts.setdefault(name, text) != text:
            raise BadKml(f"{self.stands[name]} says something else", where=place)
        self.stands.setdefault(name, place)

    def span(self, element: Element) -> None:
        """Keep the begin and the end of a TimeSpan."""
        for child in element.children:
            name = {"begin": "time_start", "end": "time_end"}.get(child.name)
            if name is None:
                raise _unknown(child, ("begin", "end"))
            self.say(name, child.text, _place(child))

    def extended(self, element: Element) -> None:
        """Keep what ExtendedData says, as Data or as SimpleData of any schema."""
        for child in element.children:
            if child.name == "Data":
                _check_once(child, ("value",))
                value = child.first("value")
                name = child.attributes.get("name", "")
                self.say(name, "" if value is None else value.text, _place(child, name))
            elif child.name == "SchemaData":
                for simple in child.all("SimpleData"):
                    name = simple.attributes.get("name", "")
                    self.say(name, simple.text, _place(simple, name))
            else:
                raise _unknown(child, ("Data", "SchemaData"))


def _geometries(element: Element) -> Iterator[Element]:
    if element.name not in _GROUPS:
        yield element
        return
    for child in element.children:
        if child.name in (*_SHAPES, *_TRACKS, *_GROUPS):
            yield from _geometries(child)
        elif child.name.removeprefix("gx:") == "interpolate":
            if child.text not in ("0", "false"):
                hint = "write one Track, if it flies between them too"
                raise BadKml("tracks are not joined", where=_place(child), hint=hint)
        elif child.name.removeprefix("gx:") == "altitudeMode":
            hint = "write it in each Track"
            raise BadKml("is not read of a MultiTrack", where=_place(child), hint=hint)
        else:
            raise _unknown(child, (*_SHAPES, "gx:Track"))


class _Drawn:
    """One geometry of a Placemark, written as a GeoJSON feature, with where its parts stand."""

    def __init__(self, mark: _Placemark, geometry: Element) -> None:
        self.mark = mark
        self.geometry = geometry
        # For each list of positions (a ring, the line), or for each time, the element it stands in.
        self.lists: list[Element] = []
        self.times: list[Element] = []

    def feature(self) -> dict[str, Any]:
        """Write the feature; its refusals name members of it, for ``told``."""
        mode = self._mode()
        properties = properties_of(self.mark.texts)
        feature: dict[str, Any] = {"type": "Feature", "properties": properties}
        if self.geometry.name in _TRACKS:
            feature["temporalGeometry"] = self._track(mode)
            if mode is not None:
                if "altitude_reference" in self.mark.texts:
                    hint = "altitudeMode says what altitudes are above"
                    place = self.mark.stands["altitude_reference"]
                    raise BadKml("is not read of a Track", where=place, hint=hint)
                properties["altitude_reference"] = mode
            return feature
        if mode is not None and not {"altitude_lower", "altitude_upper"} <= set(self.mark.texts):
            said = "an altitude is no floor and no ceiling"
            hint = 'add <Data name="altitude_lower"> and <Data name="altitude_upper">'
            raise BadKml(said, where=_place(self._mode_element()), hint=hint)
        feature["geometry"] = {"type": self.geometry.name, "coordinates": self._shape()}
        return feature

    def told(self, error: ParleyError) -> ParleyError:
        """Name the line and element that a member of the feature stands in."""
        kind = BadKml if isinstance(error, BadGeoJson) else type(error)
        root, _, rest = error.where.partition(".")
        if root == "properties":
            name = _named(rest)
            if name == "altitude_reference":
                where = _place(self._mode_element())
                return kind(error.what, where=where, hint=error.hint)
            if name in self.mark.stands:
                return kind(error.what, where=self.mark.stands[name], hint=error.hint)
            hint = _ADD.get(name, f'add <Data name="{name}">')
            hint = f"{hint}; {error.hint}" if error.hint else hint
            return kind(error.what, where=_place(self.mark.element), hint=hint)
        member, *indices = rest.replace("]", "").split("[")
        numbers = [int(index) for index in indices if index.isdigit()]
        hint = error.hint.replace("GeoJSON writes", "KML writes")
        return kind(error.what, where=self._where(member, numbers), hint=hint)

    def _where(self, member: str, numbers: list[int]) -> str:
        if self.geometry.name in _TRACKS:
            stand = self.times if member == "datetimes" else self.lists
            return _place(stand[numbers[0]] if numbers and stand else self.geometry)
        if self.geometry.name == "Polygon" and numbers:
            ring, *numbers = numbers
            stands = self.lists[ring]
        else:
            stands = self.lists[0] if self.lists else self.geometry
        return _place(stands) + (f"[{numbers[0]}]" if numbers else "")

    def _mode_element(self) -> Element:
        return next(
            (child for child in self.geometry.children if child.name in _MODE), self.geometry
        )

    def _mode(self) -> str | None:
        """Give the reference of the altitudes, or None where none is stated."""
        element = self._mode_element()
        _check_once(self.geometry, _MODE)
        mode = element.text if element is not self.geometry else "clampToGround"
        if mode not in _MODES:
            hint = f"write {', '.join(_MODES)}"
            raise BadKml(f"unknown {mode!r:.40}", where=_place(element), hint=hint)
        return _MODES[mode]

    def _shape(self) -> Any:
        name = self.geometry.name
        if name == "Polygon":
            return [[p[:2] for p in ring] for ring in self._rings()]
        points = self._positions(self.geometry)
        if name == "LineString":
            return [point[:2] for point in points]
        if len(points) != 1:
            raise BadKml("a Point has one position", where=_place(self.lists[0]))
        return points[0][:2]

    def _rings(self) -> Iterator[list[list[Decimal]]]:
        read = ("outerBoundaryIs", "innerBoundaryIs")
        for child in self.geometry.children:
            if child.name not in (*read, *_MODE, *_DRAWN):
                raise _unknown(child, read)
        outer = list(self.geometry.all("outerBoundaryIs"))
        if len(outer) != 1:
            raise BadKml("one outerBoundaryIs is needed", where=_place(self.geometry))
        for boundary in (*outer, *self.geometry.all("innerBoundaryIs")):
            rings = list(boundary.all("LinearRing"))
            if not rings or (boundary is outer[0] and len(rings) > 1):
                raise BadKml("a LinearRing is needed", where=_place(boundary))
            for ring in rings:
                yield self._positions(ring)

    def _positions(self, element: Element) -> list[list[Decimal]]:
        for child in element.children:
            if child.name not in ("coordinates", *_MODE, *_DRAWN):
                raise _unknown(child, ("coordinates",))
        _check_once(element, ("coordinates",))
        stated = element.first("coordinates")
        if stated is None:
            raise BadKml("coordinates are needed", where=_place(element))
        self.lists.append(stated)
        # The rest is not taken apart: there may be millions.
        texts = stated.text.split(maxsplit=MAX_VERTICES)
        check_count(len(texts), _place(stated))
        return [
            _position(text.split(","), f"{_place(stated)}[{i}]") for i, text in enumerate(texts)
        ]

    def _track(self, mode: str | None) -> dict[str, Any]:
        for child in self.geometry.children:
            name = child.name.removeprefix("gx:")
            if name == "when":
                self.times.append(child)
            elif name == "coord":
                self.lists.append(child)
            elif child.name not in (*_MODE, *_TRACK_LOOKS):
                raise _unknown(child, ("when", "gx:coord", "altitudeMode"))
        if len(self.times) != len(self.lists):
            said = f"{len(self.times)} times and {len(self.lists)} positions"
            hint = "write as many when as coord"
            raise BadKml(said, where=_place(self.geometry), hint=hint)
        points = [_position(coord.text.split(), _place(coord)) for coord in self.lists]
        return {
            "type": "MovingPoint",
            "datetimes": [when.text for when in self.times],
            "coordinates": points if mode is not None else [point[:2] for point in points],
        }


def _position(parts: list[str], place: str) -> list[Decimal]:
    if len(parts) not in (2, 3):
        hint = "longitude, latitude, altitude: no blank after a comma, all three in a coord"
        raise BadKml("no position", where=place, hint=hint)
    for part in parts:
        if _NUMBER.fullmatch(part) is None or len(part) > LONGEST_NUMBER:
            raise BadKml(f"{part!r:.60} is no number", where=place)
    return [Decimal(part) for part in parts]


def _check_once(element: Element, names: tuple[str, ...]) -> None:
    found = [child for child in element.children if child.name in names]
    if len(found) > 1:
        raise BadKml("is stated twice", where=_place(found[1]))


def _named(member: str) -> str:
    """Give the name that a property is stated under: ``margin.time_s`` is ``margin_time_s``."""
    parts = member.partition("[")[0].split(".")
    joined = "_".join(parts[:2])
    return joined if joined in MARGIN_OF else parts[0]


def _place(element: Element, name: str = "") -> str:
    said = sayable(name)
    return f"line {element.line}, {element.name:.60}{f' {said}' if said else ''}"


def _unknown(element: Element, known: tuple[str, ...]) -> BadKml:
    hint = f"what is read here: {', '.join(known)}"
    return BadKml("is not read", where=_place(element), hint=hint)
