"""Finding a record by what a person says: its name, the beginning of it, or its short number."""

import re
from collections.abc import Iterator, Sequence

from parley.errors import NoRecord
from parley.log.store import Store
from parley.node.channels import Channel
from parley.node.reading import Reading
from parley.projection.fold import Opened

LEAST_DIGITS = 8
"""So many digits of a name are enough, if they name one record."""

_DIGITS = re.compile(r"[0-9a-f]{8,64}")
_NUMBER = re.compile(r"([A-Z]{2,4})-(\d{4})-(U?)(\d{3,12})")


def find(
    store: Store, reading: Reading, channels: Sequence[Channel], reference: str
) -> tuple[Channel, Opened]:
    """Give the one record that goes by ``reference`` in these channels; raises NoRecord."""
    wanted = reference.strip()
    number = _NUMBER.fullmatch(wanted.upper())
    if number is not None:
        found = [hit for channel in channels for hit in _numbered(reading, channel, number)]
    elif _DIGITS.fullmatch(wanted.lower()):
        found = [
            hit for channel in channels for hit in _named(store, reading, channel, wanted.lower())
        ]
    else:
        raise NoRecord(
            f"neither a number nor {LEAST_DIGITS} digits of a name", where=reference[:64]
        )
    distinct = {opened.name: (channel, opened) for channel, opened in reversed(found)}
    if len(distinct) != 1:
        what = "more than one record goes by that" if distinct else "no record here goes by that"
        hint = "give its name" if distinct else "`parley records` lists them"
        raise NoRecord(what, where=reference[:64], hint=hint)
    return next(iter(distinct.values()))


def _numbered(
    reading: Reading, channel: Channel, number: re.Match[str]
) -> Iterator[tuple[Channel, Opened]]:
    code, _, urgent, digits = number.groups()
    for member in channel.terms.members:
        if member.code != code or member.role != "party":
            continue
        log = reading.log(channel.origin(member.name, "urgent" if urgent else "main"))
        if int(digits) < len(log):
            opened = log[int(digits)]
            if opened.name and reading.number(channel, opened) == number.group(0):
                yield channel, opened


def _named(
    store: Store, reading: Reading, channel: Channel, digits: str
) -> Iterator[tuple[Channel, Opened]]:
    origins = channel.origins()
    if len(digits) == 64:
        for origin, index in store.where(digits):
            if origin in origins:
                yield channel, reading.log(origin)[index]
        return
    for origin in origins:
        for opened in reading.log(origin):
            if opened.name.startswith(digits):
                yield channel, opened
