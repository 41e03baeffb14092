"""The one byte form of JSON in Parley: RFC 8785 (JCS), with integers only.

Canonical bytes are checked, never produced from doubtful input to make a signature fit: a verifier
asks ``canonical(decode(b)) == b`` and refuses otherwise.
"""

import hashlib
import json
import re
from typing import NoReturn

import msgspec
import rfc8785

from parley.errors import NotCanonical

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 64

# Above U+FFFF the order of UTF-16 code units, which RFC 8785 sorts keys by, is not that of code
# points, which others sort by. In UTF-8 such a character begins with one of these bytes.
_ASTRAL = re.compile(rb"[\xf0-\xf4]")
# Finding 16 digits in a row by searching the bytes with every digit turned into a 0 takes a fifth
# of the time of a regular expression.
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_DIGITS = b"0" * 16


def canonical(value: object, *, where: str = "") -> bytes:
    """Write ``value`` (objects, arrays, strings, integers, booleans, null) in its one byte form."""
    if not _sound(value, 0):
        check_json(value, where=where)
    return write_checked(value)


def decode(data: bytes, *, where: str = "") -> Json:
    """Read canonical bytes; refuse anything that is not their own canonical form."""
    value = _decode_quickly(data)
    if value is not _UNSURE:
        return value  # type: ignore[return-value]  # read from JSON
    value = decode_lenient(data, where=where)
    if rfc8785.dumps(value) != data:
        raise NotCanonical("the bytes are not in canonical form (RFC 8785)", where=where)
    return value


def write_checked(value: object) -> bytes:
    """Write what ``check_json`` accepts, unchecked; else for comparing with checked bytes only.

    For integers and text without characters above U+FFFF msgspec gives the bytes of RFC 8785, at a
    thirtieth of the time; a test compares the two.
    """
    try:
        data = _WRITER(value)
    except TypeError:  # numbers and texts of a class of their own
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the caller has checked it
    if not data.isascii() and _ASTRAL.search(data):
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the caller has checked it
    return data


def decode_lenient(data: bytes, *, where: str = "") -> Json:
    """Read I-JSON in any key order and spacing: for bodies typed by people, before signing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotCanonical(f"not UTF-8 at byte {error.start}", where=where) from None
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise NotCanonical(f"not JSON: {error.msg} at {place}", where=where) from None
    except _Refused as refused:
        raise NotCanonical(str(refused), where=where) from None
    except RecursionError:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}", where=where) from None
    check_json(value, where=where)
    return value


def check_json(value: object, *, where: str = "", depth: int = 0) -> None:
    """Refuse what has no place in signed JSON: floats, huge integers, lone surrogates."""
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}", where=where)
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical(f"{value} is beyond 2^53-1", where=where)
    elif isinstance(value, str):
        if not value.isascii() and any(0xD800 <= ord(c) < 0xE000 for c in value):
            raise NotCanonical("a lone surrogate is no text", where=where)
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            check_json(item, where=f"{where}[{i}]", depth=depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"the key {key!r} is no text", where=where)
            check_json(key, where=where, depth=depth + 1)
            check_json(item, where=f"{where}.{key}" if where else key, depth=depth + 1)
    else:
        name = type(value).__name__
        raise NotCanonical(f"a {name} has no place in signed JSON", where=where)


def _sound(value: object, depth: int) -> bool:
    """Tell that ``check_json`` accepts a value; False if it must be asked, for it says why not."""
    if depth > MAX_DEPTH:
        return False
    sort = type(value)
    if sort is str:
        return str.isascii(value)  # type: ignore[arg-type]  # a str
    if sort is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[operator]  # an int
    if sort is dict:
        for key, item in value.items():  # type: ignore[attr-defined]  # a dict
            if type(key) is not str or not key.isascii() or not _sound(item, depth + 1):
                return False
        return True
    if sort is list or sort is tuple:
        return all(_sound(item, depth + 1) for item in value)  # type: ignore[attr-defined]
    return value is None or sort is bool


def _decode_quickly(data: bytes) -> object:
    """Read plainly canonical bytes with msgspec alone; ``_UNSURE`` of all others.

    Written again they must give the same bytes. That rules out a key twice, another order, spaces,
    ``-0`` and needless escapes; long runs of digits and deep nesting are left to ``decode``.
    """
    if _LONG_DIGITS in data.translate(_DIGITS):
        return _UNSURE
    try:
        value: object = _READER(data)
        if _WRITER(value) != data or (not data.isascii() and _ASTRAL.search(data)):
            return _UNSURE
    except (ValueError, RecursionError, _Refused):
        return _UNSURE
    if data.count(b"[") + data.count(b"{") < _SHALLOW or _is_shallow(value):
        return value
    return _UNSURE


def _is_shallow(value: object) -> bool:
    """Tell whether arrays and objects are nested less deep than is worth a second look."""
    level = [value] if type(value) in _NESTING else []
    for _ in range(_SHALLOW):
        if not level:
            return True
        inner: list[object] = []
        for each in level:
            items = each.values() if type(each) is dict else each
            inner += [item for item in items if type(item) in _NESTING]  # type: ignore[attr-defined]
        level = inner
    return False


def digest(data: bytes) -> str:
    """SHA-256 as lower-case hex: the name of a record, a part, a text."""
    return hashlib.sha256(data).hexdigest()


class _Refused(Exception):
    pass


def _no_float(text: str) -> NoReturn:
    raise _Refused(f"{text} is no integer; floats are not signed")


def _integer(text: str) -> int:
    if len(text) > 17:
        raise _Refused(f"{text[:20]}... is beyond 2^53-1")
    if text == "-0":
        raise _Refused("-0 is not canonical")
    return int(text)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result: dict[str, Json] = {}
    for key, value in pairs:
        if key in result:
            raise _Refused(f"the key {key!r} occurs twice")
        result[key] = value
    return result


_UNSURE = object()
_SHALLOW = MAX_DEPTH // 2
_NESTING = (dict, list)
_WRITER = msgspec.json.Encoder(order="sorted").encode
_READER = msgspec.json.Decoder(float_hook=_no_float).decode
