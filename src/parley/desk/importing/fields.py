"""The fields of a kind, found by their path in the body, and what sort of value each takes."""

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from parley.errors import BadMapping
from parley.record.kind import Body, Kind
from parley.values.instants import LAST, StatedTime
from parley.values.lengths import Altitude, Bound
from parley.values.places import Place, Position
from parley.values.texts import Text

Sort = Literal[
    "text", "line", "choice", "truth", "integer", "length", "angle", "time", "stated_time",
    "level", "place", "way", "words",
]  # fmt: skip
MOST_ITEMS: Final = 64
_INDEX: Final = re.compile("[0-9]{1,3}")
_VALUES: Final[dict[object, Sort]] = {
    Text: "text",
    Place: "place",
    StatedTime: "stated_time",
    Altitude: "level",
    str: "line",
    bool: "truth",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field: where it stands, what it takes, and the groups around it that may be absent."""

    path: tuple[str | int, ...]
    sort: Sort
    choices: tuple[str, ...] = ()
    groups: tuple[tuple[str | int, ...], ...] = ()


def field_of(kind: Kind, path: str) -> Field:
    """Find a field by its path, such as ``number.at_least`` or ``sources.0.kind``.

    Raises ``BadMapping`` with the names that could be meant.
    """
    steps = tuple(int(step) if _INDEX.fullmatch(step) else step for step in path.split("."))
    here: Any = kind.body
    marks: list[Any] = []
    groups: list[tuple[str | int, ...]] = []
    for i, step in enumerate(steps):
        at = ".".join(map(str, steps[:i])) or kind.name
        if isinstance(step, int):
            inner = _item(here)
            if inner is None or step >= MOST_ITEMS:
                raise BadMapping(f"{at} is no list, or not so long", where=path)
            here, marks = _unwrapped(inner, [])
            if step > 0:
                groups.append(steps[: i + 1])
            continue
        if not (isinstance(here, type) and issubclass(here, Body)):
            raise BadMapping(f"{at} has no fields", where=path, hint=_list_hint(here))
        info = _named(here, step, path, at)
        here, marks = _unwrapped(info.annotation, list(info.metadata))
        if not info.is_required() and i + 1 < len(steps):
            groups.append(steps[: i + 1])
    sort, choices = _sort(here, marks, str(steps[-1]), path)
    return Field(steps, sort, choices, tuple(groups))


def _named(model: type[Body], step: str, path: str, at: str) -> Any:
    for name, info in model.model_fields.items():
        if step == (info.alias or name):
            return info
    listed = ", ".join(info.alias or name for name, info in model.model_fields.items())
    raise BadMapping(f"{at} has no field {step!r}", where=path, hint=f"it has {listed}")


def _unwrapped(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """Take off what says optional and what annotates; two levels in a union are one sort."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _unwrapped(inner, [*marks, *_metadata(more)])
    if origin in (Union, types.UnionType):
        members = [each for each in get_args(annotation) if each is not type(None)]
        if len(members) == 1:
            return _unwrapped(members[0], marks)
        if set(members) == {Altitude, Bound}:
            return Altitude, marks
    return annotation, marks


def _metadata(marks: list[Any]) -> Iterator[Any]:
    for mark in marks:
        yield mark
        yield from getattr(mark, "metadata", ())


def _item(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def _list_hint(annotation: Any) -> str:
    return "number its items, from 0" if _item(annotation) is not None else ""


def _sort(here: Any, marks: list[Any], name: str, path: str) -> tuple[Sort, tuple[str, ...]]:
    if get_origin(here) is Literal:
        values = get_args(here)
        return ("truth", ()) if values == (True,) else ("choice", tuple(map(str, values)))
    if here is int:
        if any(getattr(mark, "le", None) == LAST for mark in marks):
            return "time", ()
        if name.endswith("_e4m"):
            return "length", ()
        return ("angle" if name.endswith("_e4") else "integer"), ()
    item = _item(here)
    if item is not None:
        inner, _ = _unwrapped(item, [])
        if inner is Position:
            return "way", ()
        if inner is str:
            return "words", ()
        if get_origin(inner) is Literal:
            return "words", tuple(map(str, get_args(inner)))
        raise BadMapping("a list: name its items by number", where=path, hint=f"{path}.0")
    if here in _VALUES:
        return _VALUES[here], ()
    if isinstance(here, type) and issubclass(here, Body):
        listed = ", ".join(info.alias or n for n, info in here.model_fields.items())
        raise BadMapping("a group of fields", where=path, hint=f"it has {listed}")
    raise BadMapping("this field takes no cell of a table", where=path)
