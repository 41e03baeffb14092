"""The record in an entry of evidence, read as far as the proof uses it. Pure.

Bytes and meaning are separate: evidence proves who signed and logged which bytes and who stored
them, not that they make sense. So the values in an extent, and items of ``refs`` and ``parts`` that
are not well-formed, stop no proof; they name nothing (docs/formats.md, section "Verifying").
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast, get_args

from parley.errors import BadRecord, ParleyError
from parley.record.canonical import Json, canonical, decode
from parley.record.envelope import Part, Record, Ref, Role, read_record

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LISTS = ("refs", "parts")


def read_proven(payload: bytes) -> tuple[Record, str]:
    """Read a payload; give its record, and why its content is not well-formed ("" if it is).

    A record that is not keeps of ``refs`` what is well-formed, of ``parts`` the shared ones that
    state a digest and a size, and no extent. Raises BadRecord, BadInstant or NotCanonical where a
    common field that the proof uses is missing, unknown or malformed.
    """
    try:
        return read_record(payload), ""
    except ParleyError as error:
        why = f"{error.where}: {error.what}" if error.where else error.what
    value = decode(payload)
    if not isinstance(value, dict):
        raise BadRecord("a record is an object")
    lists = {name: value.get(name) for name in _LISTS}
    for name, items in lists.items():
        if not isinstance(items, list):
            raise BadRecord("a list, empty if there is nothing in it", where=name)
    bare = {name: item for name, item in value.items() if name != "extent"}
    record = read_record(canonical(bare | {name: [] for name in _LISTS}))
    refs, parts = (cast("list[Json]", lists[name]) for name in _LISTS)
    return replace(record, refs=tuple(_refs(refs)), parts=tuple(_parts(parts))), why


def _refs(items: list[Json]) -> Iterator[Ref]:
    for item in items:
        if isinstance(item, dict) and set(item) == {"role", "record"}:
            role, record = item["role"], item["record"]
            if role in get_args(Role) and _is_digest(record):
                yield Ref(cast("Role", role), str(record))


def _parts(items: list[Json]) -> Iterator[Part]:
    for item in items:
        if isinstance(item, dict) and item.get("class") == "shared":
            sha256, size = item.get("sha256"), item.get("size")
            if _is_digest(sha256) and isinstance(size, int) and not isinstance(size, bool):
                yield Part("", str(sha256), size, "", "shared")


def _is_digest(value: Json) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
