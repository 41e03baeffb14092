"""Head and items as lines of JSON, as the node sends them and the command reads them.

The head comes first, so that the command knows how many are to come. JSON writes no line end inside
a line.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from parley.desk.exporting.item import Export, Head, Item
from parley.errors import Unexpected

MEDIA_TYPE = "application/x-ndjson"
_HEAD: TypeAdapter[Head] = TypeAdapter(Head)
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)
_V = TypeVar("_V")


def lines_of(export: Export) -> Iterator[bytes]:
    """Write the head, then each item as it is made."""
    yield _line(_HEAD, export.head)
    for item in export.items:
        yield _line(_ITEM, item)


def read_lines(lines: Iterable[bytes]) -> Export:
    """Read what ``lines_of`` wrote; the items as they come."""
    left = iter(lines)
    head = _read(_HEAD, next(left, b""))
    return Export(head, (_read(_ITEM, line) for line in left))


def _line(adapter: TypeAdapter[Any], value: object) -> bytes:
    return adapter.dump_json(value) + b"\n"


def _read(adapter: TypeAdapter[_V], line: bytes) -> _V:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Unexpected("the node's export cannot be read", where=where) from None
