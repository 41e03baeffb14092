"""JSON as people type it, read strictly: every refusal names its place. Pure."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from parley.errors import BadGeoJson, BadShape, ParleyError
from parley.values.volumes import MAX_VERTICES

MAX_BYTES = 20_000_000
_MOST_DIGITS = 10_000  # before the point
_BEYOND = Decimal((0, (1,), _MOST_DIGITS + 1))
# Possessive: a text of megabytes must not be remembered letter by letter.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s"{}\[\]:,]+')


def parse_json(data: bytes, *, line: int = 1, byte: int = 0) -> Any:
    """Read JSON: UTF-8, no key twice, no NaN or Infinity; decimals are kept exactly.

    ``line`` and ``byte`` say where in its file the text begins: refusals count from there.
    """
    if len(data) > MAX_BYTES:
        raise BadGeoJson(f"{len(data)} bytes; a text has at most {MAX_BYTES}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadGeoJson(f"not UTF-8 at byte {byte + error.start}") from None
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        skipped = byte + len(data) - len(text.encode())
        place = _place(error, line, skipped)
        raise BadGeoJson(f"not JSON at {place}: {error.msg}") from None
    except _NoNumberError as error:
        skipped = byte + len(data) - len(text.encode())
        there = json.JSONDecodeError("", text, error.position(text))
        raise BadGeoJson(f"{error.why} at {_place(there, line, skipped)}") from None
    except RecursionError:
        raise BadGeoJson("nested too deeply") from None


def check_names(value: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    """Refuse names that are not known; ``x-*`` is free for anyone's own use."""
    listed = tuple(names)
    for name in value:
        if name in listed or name.startswith("x-"):
            continue
        nearest = difflib.get_close_matches(name[:60], listed, n=1, cutoff=0.0)
        raise BadGeoJson(
            f"unknown name {name!r:.60}",
            where=join(where, sayable(name)),
            hint=f"the nearest known name is {nearest[0]}; names of your own begin with x-",
        )


def sayable(name: str) -> str:
    """Give a name that may stand in a refusal's place: short and plain, or nothing."""
    return name if name.replace("-", "_").isidentifier() and len(name) <= 60 else ""


def an_object(value: Any, where: str, *, hint: str = "") -> Mapping[str, Any]:
    """Give an object, or refuse."""
    if not isinstance(value, dict):
        raise BadGeoJson("an object is needed", where=where, hint=hint)
    return value


def a_list(value: Any, where: str) -> list[Any]:
    """Give a list, or refuse."""
    if not isinstance(value, list):
        raise BadGeoJson("a list is needed", where=where)
    return value


def a_number(value: Any, where: str) -> int | Decimal:
    """Give a number, or refuse what only looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadGeoJson("a number is needed", where=where)
    return value


def check_count(points: int, where: str) -> None:
    """Refuse more points than a shape may have, before any is read."""
    if points > MAX_VERTICES:
        raise BadShape(f"a shape or a way has at most {MAX_VERTICES} points", where=where)


def join(where: str, name: str) -> str:
    """Put a name after a place."""
    return f"{where}.{name}" if where and name else where or name


class _NoNumberError(Exception):
    """Something in the place of a number; the decoder does not say where, so it is looked for."""

    def __init__(self, token: str, why: str) -> None:
        super().__init__(why)
        self._token = token
        self.why = why

    def position(self, text: str) -> int:
        """Give the first place outside of strings: what stands before it was read."""
        found = (m.start() for m in _TOKEN.finditer(text) if m.group() == self._token)
        return next(found, 0)


def _place(error: json.JSONDecodeError, line: int, skipped: int) -> str:
    at = skipped + len(error.doc[: error.pos].encode())
    return f"byte {at} (line {line + error.lineno - 1}, column {error.colno})"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        raise BadGeoJson(f"the name {twice!r:.60} occurs twice in one object")
    return result


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 20 else _decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = _BEYOND
    # What is larger overflows where it is reckoned with.
    if number and number.adjusted() > _MOST_DIGITS:
        raise _NoNumberError(text, f"{text:.40} is no number of any length or time")
    return number


def _constant(text: str) -> NoReturn:
    raise _NoNumberError(text, f"{text} is no number")


# Made once: json.loads makes one at every call, which counts where a line is a feature.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_decimal,
    parse_int=_integer,
    parse_constant=_constant,
)


@contextmanager
def renamed(names: Mapping[str, str]) -> Iterator[None]:
    """Turn the place that a value names for itself into the place in the input."""
    try:
        yield
    except ParleyError as error:
        head, mark, rest = error.where.partition("[")
        if head not in names:
            raise
        raise type(error)(error.what, where=f"{names[head]}{mark}{rest}", hint=error.hint) from None
