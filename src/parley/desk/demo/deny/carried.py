"""The line is cut and the mirror is silent: the exchange goes by file, to equal roots."""

from typing import cast

from parley.desk.demo.deny.case import Case
from parley.desk.demo.deny.storage import roots
from parley.desk.demo.world import PARTIES
from parley.desk.words import Grade, grades_summary
from parley.record.canonical import Json

MOST_TRIPS = 8


def exchange_by_file(case: Case) -> bool:
    """Carry a warning over, its receipt and answer back; tell whether both ends agree."""
    world, script = case.world, case.script
    for node in world.nodes.values():
        node.stop()
    world.shut(case.mirror)
    sender, receiver = PARTIES
    record = case.warn(sender, "Keep clear of the bridge at kilometre 12.")
    silent = world.nodes[sender].sync().unreachable
    script.item("cut", f"{len(silent)} of 2 peers cannot be reached; {record.number} waits")
    if set(world.known(sender, case.channel, record.name)):
        return False

    answered = False
    for trip in range(1, MOST_TRIPS + 1):
        source, target = PARTIES if trip % 2 else PARTIES[::-1]
        path = case.keep(
            f"{trip}-{source}-to-{target}.tar", world.nodes[source].carry_out(case.channel)
        )
        taken = world.nodes[target].carry_in(path.read_bytes())
        script.item("carried", f"{path}: new for {target}: {_new(taken)}")
        if target == receiver and not answered:
            case.wait(10)
            case.acknowledge(receiver, record)
            answered = True
        here, there = (roots(world.nodes[name], case.channel) for name in PARTIES)
        if here == there:
            break
        case.wait(20)
    known = set(world.known(sender, case.channel, record.name))
    wanted = {("stored", receiver), ("answered", receiver)}
    script.item(
        "known",
        f"{record.number} is now {grades_summary(cast('list[tuple[Grade, str]]', list(known)))}",
    )
    for origin, (size, root) in sorted(here.items()):
        owner, lane = origin.split("/")[1], origin.rpartition("/")[2]
        same = "same on both" if there.get(origin) == (size, root) else "DIFFERENT"
        script.item("root", f"{owner:<9} {lane:<6} {size:>3} entries  {root[:16]}  {same}")
    return here == there and wanted <= known


def _new(taken: dict[str, Json]) -> int:
    return sum(log["new"] for log in cast("list[dict[str, int]]", taken["logs"]))
