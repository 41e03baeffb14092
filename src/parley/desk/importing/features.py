"""Features of GeoJSON (RFC 7946) as rows: properties are columns, and so is the geometry."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from parley.desk.importing.nested import flat
from parley.desk.importing.row import Row, Unreadable
from parley.errors import BadRow, BadTable

LATITUDE: Final = "geometry.lat"
LONGITUDE: Final = "geometry.lon"
POINTS: Final = "geometry.points"
FEATURE_ID: Final = "feature id"


def is_features(value: Any) -> bool:
    """Tell whether JSON is GeoJSON with features."""
    return isinstance(value, dict) and value.get("type") in ("FeatureCollection", "Feature")


def read_features(value: Any) -> Iterator[Row | Unreadable]:
    """Read the features of a collection, or the only one.

    A Point gives the columns ``geometry.lat`` and ``geometry.lon``; a LineString, or the outer ring
    of a Polygon, gives ``geometry.points``: a list of ``lat lon``. The member ``id`` is the column
    ``feature id``.
    """
    features = [value] if value["type"] == "Feature" else value.get("features")
    if not isinstance(features, list):
        raise BadTable("a FeatureCollection without a list of features", where="features")
    for i, feature in enumerate(features):
        place = f"features[{i}]"
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            yield Unreadable(place, BadRow("no feature"))
            continue
        properties = feature.get("properties")
        try:
            cells = flat(properties) if isinstance(properties, dict) else {}
        except BadRow as error:
            yield Unreadable(place, error)
            continue
        # a text or a number (RFC 7946 section 3.2); anything else names nothing
        if isinstance(feature.get("id"), str | int | Decimal):
            cells[FEATURE_ID] = str(feature["id"])
        try:
            cells.update(_geometry(feature.get("geometry")))
        except (TypeError, ValueError, KeyError, IndexError):
            yield Unreadable(place, BadRow("a geometry that cannot be read", where="geometry"))
            continue
        yield Row(place, cells)


def _geometry(geometry: Any) -> dict[str, Any]:
    if geometry is None:
        return {}
    coordinates = geometry["coordinates"]
    match geometry["type"]:
        case "Point":
            lat, lon = _point(coordinates)
            return {LATITUDE: lat, LONGITUDE: lon}
        case "LineString":
            return {POINTS: ["{} {}".format(*_point(each)) for each in coordinates]}
        case "Polygon":
            return {POINTS: ["{} {}".format(*_point(each)) for each in coordinates[0]]}
    raise ValueError("no geometry that is read")


def _point(coordinates: Any) -> tuple[int | Decimal, int | Decimal]:
    lon, lat = coordinates[0], coordinates[1]
    for number in (lon, lat):
        if isinstance(number, bool) or not isinstance(number, int | Decimal):
            raise ValueError("no number")
    return lat, lon
