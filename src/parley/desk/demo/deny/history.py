"""Attempts on history itself: a record rewritten, one backdated, two histories shown."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

from parley.desk.demo.deny.case import MINUTE, Case
from parley.log.appender import Appender
from parley.log.archive import read_archive, write_archive
from parley.log.checkpoint import LOG_KEY, SignedNote, VerifierKey
from parley.log.fork import two_roots
from parley.log.proof import Proof
from parley.log.signstate import SignState
from parley.log.store import Store, foreign_leaf
from parley.node.identity import read_identity
from parley.node.keyring import read_seed
from parley.node.publishing import Published
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import open_entry, read_record, seal
from parley.record.signature import SeedSigner
from parley.values.instants import Instant, format_instant


def rewrite_a_record(case: Case) -> None:
    """Replace the text of a record, and build the whole log anew around it, with the real keys."""
    denier, other, world = case.denier, case.other, case.world
    record = case.account(denier, "Our patrol turned back 90 minutes after the call.")
    world.settle()
    genuine = case.evidence("evidence.zip", other, record)
    true_head = _head(world.nodes[other], record.origin)

    world.shut(denier)
    home = world.folder / denier
    _rewrite(home, record, "Our patrol did not turn back.")
    node = world.open(denier, listen=False)
    bare = case.keep("rewritten.zip", _own_evidence(node, case.channel, record))
    grafted = case.keep(
        "rewritten-with-the-receipts.zip", _grafted(genuine.read_bytes(), bare.read_bytes())
    )
    false_head = _head(node, record.origin)
    fork = case.keep("fork.json", two_roots(true_head, false_head).to_bytes())
    case.did(
        f"rewrites {record.number} in its database, signs it again, and builds a new tree and a new"
        " head over it, with its real author and log keys"
    )
    case.says("This is what we logged. Whatever they show is their invention.")
    case.shut_all()
    case.verify(genuine, code=0, shows=[("stored", other), ("stored", case.mirror)])
    case.verify(grafted, code=1)
    case.verify(bare, code=0, lacks=[("stored", other), ("stored", case.mirror)])
    _check_fork(case, fork, home, record)
    case.conclude(
        "The receipts fit the record as it was and no other text. Both heads are signed by"
        f" {denier}'s own log key, and that proves who made two of them. To show the rewritten"
        " record is to show the proof."
    )


def backdate_a_record(case: Case) -> None:
    """State a time of issue that lies before the event it speaks of."""
    denier, other, world = case.denier, case.other, case.world
    case.warn(other, "Keep clear of the bridge at kilometre 12.")
    world.settle()
    case.wait(90)
    claimed = Instant(world.clock.now() - 120 * MINUTE)
    record = case.account(denier, "We told them beforehand.", issued=claimed)
    world.settle()
    file = case.evidence("evidence.zip", other, record)
    case.did(f"enters {record.number} at {format_instant(world.clock.now())}, dated two hours back")
    case.says(f"It says itself that we told them at {format_instant(claimed)}.")
    case.shut_all()
    verdict = case.verify(file, code=0, shows=[("stored", other)])
    report = verdict.report
    case.expect(report["issued_outside"] == "before", "the false date was not flagged")
    case.note("proven", f"logged after {report['after']} and before {report['before']}")
    case.note("flagged", f"the time it states lies {report['issued_outside']} that interval")
    case.conclude(
        "Its own log holds, before this record, a head that others signed later than the time it"
        " claims. A stated time is a claim; what stands between foreign signatures is proven."
    )


def show_two_histories(case: Case) -> None:
    """Run two copies of the node with one key: one history for the other side, one for the rest."""
    denier, other, world = case.denier, case.other, case.world
    home, second = world.folder / denier, world.folder / f"{denier}-second"
    world.shut(denier)
    shutil.copytree(home, second)

    world.nodes[case.mirror].stop()
    world.open(denier)
    world.settle(denier, other)
    shown = case.account(denier, "We shall keep clear of kilometre 12.")
    world.settle(denier, other)
    world.shut(denier)
    world.nodes[other].stop()
    world.nodes[case.mirror].listen()
    world.open(denier, second)
    world.settle(denier, case.mirror)
    case.account(denier, "We have promised nothing.")
    world.settle(denier, case.mirror)
    world.shut(denier)
    world.nodes[other].listen()
    world.settle()

    case.did(
        f"runs two copies of its node with one key: {other} is shown {shown.number} with a promise,"
        " the mirror the same number without one"
    )
    case.says("Ask the mirror: there never was such a promise.")
    forks = cast("list[dict[str, str]]", world.nodes[other].forks(case.channel))
    case.expect(len(forks) > 0, "the two histories were not noticed")
    fork = case.keep("fork.json", forks[0]["evidence"].encode())
    case.shut_all()
    _check_fork(case, fork, home, shown)
    case.conclude(
        f"When {other} met the mirror's copy, its node refused it and kept the two heads. Both are"
        f" signed by {denier}'s log key, and nothing undoes that."
    )


def _check_fork(case: Case, fork: Path, home: Path, record: Published) -> None:
    """Judge a fork by the verifier key of the log, as its owner's identity has it."""
    public = read_identity(home / "identity.json").keys["log"].public
    key = VerifierKey(record.origin, LOG_KEY, public).format()
    case.keep("log-key.txt", key.encode() + b"\n")
    case.offline(fork, "fork", "check", str(fork), "--key", key, code=0)


def _own_evidence(node: Node, channel: str, record: Published) -> bytes:
    """Let the rewritten node write the evidence of what now stands in the record's place."""
    return node.evidence(channel, node.opened(channel)[record.origin][record.index].name)


def _head(node: Node, origin: str) -> SignedNote:
    """Give the newest head of a log as a node has it, with the log's own signature alone."""
    note = node.stations["exercise"].store.head(origin)
    parsed = SignedNote.parse(note or b"")
    return SignedNote(parsed.text, parsed.signatures[:1])


def _grafted(genuine: bytes, rewritten: bytes) -> bytes:
    """Put the receipts that others gave for the true head under the rewritten one."""
    true, false = read_archive(genuine), read_archive(rewritten)
    given = Proof.parse(true["proof"]).head().signatures[1:]
    proof = Proof.parse(false["proof"])
    head = proof.head()
    note = SignedNote(head.text, (*head.signatures, *given)).format()
    members = {"proof": replace(proof, note=note).format(), "policy": true["policy"]}
    return write_archive({**false, **members, "README.txt": true["README.txt"]})


def _rewrite(home: Path, record: Published, text: str) -> None:
    """Build both databases of a node anew, with another text in a record of its own log."""
    old = Store(home / "parley.db")
    logs = {origin: (old.is_own(origin), old.entries(origin)) for origin in old.origins()}
    heads = {origin: old.heads(origin) for origin in logs if not logs[origin][0]}
    old.close()
    for path in [*home.glob("parley.db*"), *home.glob("signed.db*")]:
        path.unlink()
    entries = logs[record.origin][1]
    entries[record.index] = _altered(home, entries[record.index], text)
    store, state = Store(home / "parley.db"), SignState(home / "signed.db")
    appender = Appender(store, state, SeedSigner(read_seed(home / "keys" / "log.key")))
    for origin, (own, raws) in logs.items():
        if own:
            appender.open_log(origin)
            appender.append_all(origin, raws)
        else:
            store.open_log(origin, own=False)
            store.append(origin, [foreign_leaf(raw) for raw in raws], after=0)
            for head in heads[origin]:
                store.save_line(head)
    store.close()
    state.close()


def _altered(home: Path, raw: bytes, text: str) -> bytes:
    record = read_record(open_entry(raw).payload)
    body: dict[str, Json] = {**record.body, "text": {"lang": "en", "text": text}}
    author = SeedSigner(read_seed(home / "keys" / "author.key"))
    return seal(replace(record, body=body).payload(), [author]).raw
