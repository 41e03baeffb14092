"""Attempts on the operator's own storage: the database deleted, and an old backup restored."""

import shutil

from parley.desk.demo.deny.case import Case
from parley.node.runtime import Node

_FILES = ("parley.db", "parley.db-wal", "parley.db-shm")
_STATE = ("signed.db", "signed.db-wal", "signed.db-shm")


def delete_the_database(case: Case) -> None:
    """Delete the logs, and even the record of what was signed."""
    denier, other, world = case.denier, case.other, case.world
    record = case.account(denier, "Our patrol was at kilometre 12 this morning.")
    world.settle()
    before = roots(world.nodes[denier], case.channel)
    world.shut(denier)
    home = world.folder / denier
    for name in (*_FILES, *_STATE):
        (home / name).unlink(missing_ok=True)
    case.did(f"deletes parley.db and signed.db of its node: all logs are gone, {record.number} too")
    case.says("We never entered that, and nobody can show that we did.")
    file = case.evidence("evidence.zip", other, record)

    back = world.open(denier)
    world.settle()
    again = roots(back, case.channel)
    case.expect(again == before, "the deleted log did not come back as it was")
    case.shut_all()
    case.verify(file, code=0, shows=[("stored", other), ("stored", case.mirror)])
    case.conclude(
        f"{denier}'s own author and log keys signed {record.number}, and two others hold it. Its"
        " node, started again on nothing, took its own logs back from them, root for root."
    )


def restore_an_old_backup(case: Case) -> None:
    """Put back a copy of the whole folder from before the record."""
    denier, other, world = case.denier, case.other, case.world
    case.account(denier, "The line was tried this morning.")
    world.settle()
    home, backup = world.folder / denier, world.folder / "backup"
    world.shut(denier)
    shutil.copytree(home, backup)
    _resume(case)
    case.wait(30)
    record = case.account(denier, "Two of our aircraft crossed the northern corner at 04:20Z.")
    world.settle()
    before = roots(world.nodes[denier], case.channel)
    file = case.evidence("evidence.zip", other, record)

    world.shut(denier)
    shutil.rmtree(home)
    backup.rename(home)
    node = world.open(denier)
    held = sum(size for size, _ in roots(node, case.channel).values())
    lost = sum(size for size, _ in before.values()) - held
    case.did(f"restores this morning's copy of its whole folder: {lost} entries fewer")
    case.says("See our log: it ends before that.")
    case.expect(node.read_only, "a restored node would sign at once")
    world.settle()
    case.expect(roots(node, case.channel) == before, "the restored log did not come back")
    case.shut_all()
    case.verify(file, code=0, shows=[("stored", other), ("stored", case.mirror)])
    case.conclude(
        f"The head in the file covers {record.number} and carries {denier}'s own signature: a log"
        " that ends earlier is an old copy. The restored node stayed read-only until the others had"
        " told it where its logs end, and took the missing entries back from them."
    )


def _resume(case: Case) -> None:
    """Open the denier's node again and let the others confirm where its logs end."""
    case.world.open(case.denier)
    case.world.settle()


def roots(node: Node, channel: str) -> dict[str, tuple[int, str]]:
    """Give the size and the root of every log of a channel, as a node holds them."""
    found = {}
    for origin, log in node.opened(channel).items():
        store = node.stations["exercise"].store
        found[origin] = (len(log), store.root(origin, len(log)).hex())
    return found
