"""From the cells of a row to the value of one field, by what the field takes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from parley.desk.importing.mapping import Source
from parley.desk.importing.numerals import number_of, western, whole_of
from parley.desk.importing.positions import as_json, coarse, place_of
from parley.desk.importing.row import Cell
from parley.desk.importing.times import time_of
from parley.desk.typed import level_typed
from parley.errors import BadRow
from parley.record.canonical import Json
from parley.values.lengths import Altitude, length_e4m

_ELSE = "*"  # in ``values``: whatever else a cell says
_YES = ("true", "yes", "1", "y")
_NO = ("false", "no", "0", "n")
_HEAVENLY = 3_600_000  # a full turn, in 0.0001 degree


@dataclass(frozen=True, slots=True)
class Reading:
    """What holds for every cell of a row: the zone, the decimal mark, the spreadsheet's epoch."""

    zone: str | None
    decimal: str
    epoch: int


def value_of(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    """Give the value that a field has by the cells of a row, none of which is empty.

    None says that the field stays absent. Raises a refusal of ours.
    """
    return _READERS[source.target.sort](cells, words, source, how)


def _text(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    return {"lang": source.lang, "text": _joined(cells)}


def _line(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    said = _joined(cells)
    return source.values.get(said, said) or None


def _joined(cells: list[Cell]) -> str:
    listed = [each for cell in cells for each in (cell if isinstance(cell, list) else [cell])]
    return " ".join(str(each).strip() for each in listed if each is not None)


def _choice(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    return _one_of(_joined(cells), source) or None


def _one_of(said: str, source: Source) -> str:
    if said in source.values:
        return source.values[said]
    plain = "_".join(said.casefold().split())
    if plain in source.target.choices:
        return plain
    if _ELSE in source.values:
        return source.values[_ELSE]
    hint = f"one of {', '.join(source.target.choices)}; or say in the mapping: values"
    raise BadRow(f"{said[:60]!r} is not known", hint=hint)


def _truth(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    said = source.values.get(_joined(cells), _joined(cells)).casefold()
    if said in _YES:
        return True
    if said in _NO:
        return None  # a field that says yes or nothing
    raise BadRow(f"{said[:60]!r} is neither yes nor no")


def _integer(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    return whole_of(cells[0], how.decimal)


def _length(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    return length_e4m(number_of(cells[0], how.decimal), source.unit)


def _angle(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    degrees = Decimal(number_of(cells[0], how.decimal))
    if not 0 <= degrees <= 360:
        raise BadRow(f"{degrees} is no bearing from 0 to 360 degrees")
    return int((degrees * 10_000).to_integral_value(ROUND_HALF_EVEN)) % _HEAVENLY


def _time(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    return time_of(cells, zone=how.zone, formats=source.formats, epoch=how.epoch).at


def _stated(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    read = time_of(cells, zone=how.zone, formats=source.formats, epoch=how.epoch)
    return {"ms": read.at, "stated": read.stated, "zone": read.zone}


def _level(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    level = level_typed(western(_joined(cells)))
    if not isinstance(level, Altitude):
        return level.value
    return {
        "e4m": level.e4m,
        "units": level.units,
        "reference": level.reference,
        "uncertainty_e4m": level.uncertainty_e4m,
    }


def _place(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    exact = place_of(cells, decimal=how.decimal, precision_m=source.precision_m)
    if not source.exact:
        return as_json(coarse(exact, words))
    said = as_json(exact)
    return said if words is None else {**said, "stated": words}


def _way(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    listed = [each for cell in cells for each in (cell if isinstance(cell, list) else [cell])]
    if source.points:
        points = [listed[i : i + 2] for i in range(0, len(listed), 2)]
    else:
        points = [[p] for each in listed for p in re.split(r"\s*;\s*", str(each)) if p]
    way: list[Json] = []
    for point in points:
        place = place_of(point, decimal=how.decimal)
        held = place if source.exact else coarse(place, None)
        way.append({"lat_e7": held.lat_e7, "lon_e7": held.lon_e7})
    return way


def _words(cells: list[Cell], words: str | None, source: Source, how: Reading) -> Json:
    found: list[Json] = []
    for cell in cells:
        listed = (
            cell
            if isinstance(cell, list)
            else re.split(f"[{re.escape(source.separator)}]", str(cell))
        )
        for each in listed:
            said = str(each).strip()
            if said:
                known = source.values.get(said, said)
                word = _one_of(said, source) if source.target.choices else known
                if word:
                    found.append(word)
    return found


_Reader = Callable[[list[Cell], str | None, Source, Reading], Json]
_READERS: dict[str, _Reader] = {
    "text": _text,
    "line": _line,
    "choice": _choice,
    "truth": _truth,
    "integer": _integer,
    "length": _length,
    "angle": _angle,
    "time": _time,
    "stated_time": _stated,
    "level": _level,
    "place": _place,
    "way": _way,
    "words": _words,
}
