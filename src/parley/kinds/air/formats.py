"""The formats in which activities and zones come as files, each read feature by feature. Pure."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePath
from typing import Final, Literal

from parley.errors import BadGeoJson, BadKml, ParleyError
from parley.kinds.air.geojson import Draft, Feature, drafts_of, read_features
from parley.kinds.air.kml import read_kml
from parley.kinds.air.routes import read_routes
from parley.kinds.air.sequence import MAX_SEQUENCE_BYTES, MAX_SEQUENCE_FEATURES, RS, texts_of
from parley.kinds.air.stated import MAX_BYTES, parse_json

Format = Literal["geojson", "sequence", "kml", "csv"]

_ENDINGS: Final[dict[str, Format]] = {
    ".geojsons": "sequence",
    ".geojsonl": "sequence",
    ".geojsonseq": "sequence",
    ".ndjson": "sequence",
    ".jsonl": "sequence",
    ".kml": "kml",
    ".csv": "csv",
}


def format_of(name: str) -> Format:
    """Tell the format by the ending of a file's name; what has no known one is GeoJSON.

    Raises ``BadKml`` for a ``.kmz``, before anything of it is read.
    """
    ending = PurePath(name).suffix.lower()
    if ending == ".kmz":
        hint = "unpack it (it is a zip archive) and give the .kml file inside"
        raise BadKml("a .kmz file is not read", hint=hint)
    return _ENDINGS.get(ending, "geojson")


def most_bytes(form: Format) -> int:
    """Tell how many bytes a file of a format may have; a sequence is never held whole."""
    return MAX_SEQUENCE_BYTES if form == "sequence" else MAX_BYTES


def read_file(
    blocks: Iterable[bytes],
    form: Format,
    *,
    untitled: str | None = None,
    prepared_later: bool = False,
) -> Iterator[Feature]:
    """Read the features of a file that comes in blocks, in its order.

    ``untitled`` and ``prepared_later`` are those of ``geojson.read_features``. What begins with a
    record separator is a text sequence, whatever it was taken for. Raises a ``ParleyError`` with
    the place in the file.
    """
    parts = iter(blocks)
    first = next(parts, b"")
    whole = chain((first,), parts)
    if form == "sequence" or (form == "geojson" and first.startswith(RS)):
        yield from _sequence(whole, untitled, prepared_later)
        return
    data = b"".join(whole)
    if form == "kml":
        yield from read_kml(data, untitled=untitled, prepared_later=prepared_later)
    elif form == "csv":
        yield from read_routes(data, untitled=untitled, prepared_later=prepared_later)
    else:
        value = parse_json(data)
        yield from read_features(value, untitled=untitled, prepared_later=prepared_later)


def records_of(
    data: bytes, *, party: str, form: Format = "geojson", where: str = ""
) -> tuple[Draft, ...]:
    """Read the records that ``party`` would sign for a file; another party's feature is refused."""
    return drafts_of(read_file((data,), form), party=party, where=where)


def _sequence(
    blocks: Iterable[bytes], untitled: str | None, prepared_later: bool
) -> Iterator[Feature]:
    count = 0
    for text in texts_of(blocks):
        place = f"line {text.line}"
        try:
            value = parse_json(text.data, line=text.line, byte=text.byte)
            read = read_features(value, untitled=untitled, prepared_later=prepared_later)
            count += len(read)
            if count > MAX_SEQUENCE_FEATURES:
                raise BadGeoJson(f"more than {MAX_SEQUENCE_FEATURES} features")
        except ParleyError as error:
            raise error.at(place) from None
        for feature in read:
            yield feature.under(place)
