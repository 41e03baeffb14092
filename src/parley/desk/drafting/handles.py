"""Names as texts write them, and the handles by which a channel knows those actors."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from parley.desk.drafting.draft import NameWords
from parley.desk.files import read_bytes
from parley.errors import BadFile
from parley.record.canonical import Json
from parley.record.kind import PartyName

_ARTICLES = ("the ", "a ", "an ")
_HANDLE: TypeAdapter[str] = TypeAdapter(PartyName)


class Handles:
    """Which handle belongs to which written name; nothing is guessed from a likeness."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {_plain(name): handle for name, handle in names.items()}

    def of(self, written: str) -> str | None:
        """Give the handle of a name, if somebody has said it."""
        return self._names.get(_plain(written))

    def fill(self, name: NameWords, body: dict[str, Json]) -> NameWords:
        """Put a known handle into the body where the name belongs; give the name with it."""
        handle = self.of(name.text)
        if handle is None:
            return name
        first, _, rest = name.field.partition(".")
        if not rest:
            body.setdefault(first, handle)
        else:
            _listed(body, first, rest, handle)
        return name.model_copy(update={"handle": handle})


def _listed(body: dict[str, Json], first: str, rest: str, handle: str) -> None:
    """Put a handle into a list: ``guarantors.0`` itself, ``excluded.0.actor`` as an object."""
    already = body.get(first)
    held: list[Json] = list(already) if isinstance(already, list) else []
    _, _, key = rest.partition(".")
    value: Json = {key: handle} if key else handle
    if value not in held:
        held.append(value)
    body[first] = held


def _plain(name: str) -> str:
    plain = " ".join(name.split()).casefold()
    for article in _ARTICLES:
        plain = plain.removeprefix(article)
    return plain


def read_handles(path: Path) -> Handles:
    """Read TOML: a table ``names`` of written name and handle."""
    try:
        value = tomllib.loads(read_bytes(path, limit=1_000_000).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFile(f"not TOML: {error}", where=path.name) from None
    names = value.get("names")
    if set(value) != {"names"} or not isinstance(names, dict):
        raise BadFile("one table, names", where=path.name, hint='[names] "The ministry" = "ru"')
    for name, handle in names.items():
        try:
            _HANDLE.validate_python(handle)
        except ValidationError:
            raise BadFile(f"{handle!r:.60} is no handle", where=f"{path.name}: {name}") from None
    return Handles(names)
