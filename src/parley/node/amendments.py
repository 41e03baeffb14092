"""Where members listen now: by the charter in force, which may have replaced the first one."""

from parley.kinds.line.charter import CHARTER, Charter
from parley.node.channels import Channel, Where
from parley.node.clock import Clock
from parley.node.reading import Reading
from parley.projection.situation import Situation


def charter_in_force(reading: Reading, channel: Channel, clock: Clock) -> Charter:
    """Give the charter that stands and is in force; the first one while nothing replaced it."""
    if not reading.amended(channel):
        return channel.charter
    logs = reading.logs(channel)
    sizes = {origin: len(log) for origin, log in logs.items()}
    kinds = frozenset({CHARTER.name})
    situation = Situation(channel.id, logs, sizes, clock.now(), kinds)
    text = situation.governance.charter_at(clock.now())
    for records in text.records.values() if text is not None else ():
        for opened in records:
            if isinstance(opened.body, Charter):
                return opened.body
    return channel.charter


def where_now(reading: Reading, channel: Channel, clock: Clock) -> dict[str, Where]:
    """Give the address of every other member that has one."""
    charter = charter_in_force(reading, channel, clock)
    found = {}
    for name in channel.peers():
        where = channel.endpoint(name, charter)
        if where is not None:
            found[name] = where
    return found
