"""Refusals of the kinds: a file of another format that a kind cannot read."""

from parley.errors.refusal import Outcome, ParleyError


class BadGeoJson(ParleyError):
    """A GeoJSON file that cannot be read, or states what nobody could compare."""

    code = "air-geojson"
    outcome = Outcome.BAD_INPUT


class BadKml(ParleyError):
    """A KML file that cannot be read, or states what nobody could compare."""

    code = "air-kml"
    outcome = Outcome.BAD_INPUT


class BadCsv(ParleyError):
    """A table of routes (CSV) that cannot be read, or states what nobody could compare."""

    code = "air-csv"
    outcome = Outcome.BAD_INPUT
