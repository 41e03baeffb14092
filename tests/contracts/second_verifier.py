"""How our verdict and the one of verify/parley_verify.py are put side by side, and broken inputs.

The text of README.txt is out of the second verifier's scope, so evidence is compared without step
10, which binds that text. What else it does not cover it refuses in so many words: *not covered*.
"""

import functools
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from parley.errors import ParleyError
from parley.log.archive import write_archive
from parley.log.checkpoint import COSIGNER_KEY, LOG_KEY, SignedNote, VerifierKey
from parley.log.evidence import Logged
from parley.log.evidence_check import check_members, related_order
from parley.log.evidence_record import read_proven
from parley.log.evidence_words import Report
from parley.log.keys_file import keys_of_channel
from parley.log.proof import Proof
from parley.record.canonical import Json, canonical
from parley.record.envelope import open_entry
from parley.values.instants import format_instant
from tests.spine.log.evidence_world import signer

Shown = list[str] | None
"""What a file shows, None if it is refused."""

UNCOVERED = "not covered by this verifier"


def load(root: Path) -> ModuleType:
    """Load the file as a module; its slow functions of bytes alone keep their results."""
    spec = importlib.util.spec_from_file_location("second", root / "verify" / "parley_verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("check_signature", "decode"):
        setattr(module, name, functools.cache(getattr(module, name)))
    return module


def words(report: Report) -> Shown:
    """Say what a report of ours shows in the words of the second verifier."""
    lines = [f"{report.record.author} signed record {report.name}"]
    for grade in report.grades:
        at = format_instant(grade.at)
        lines.append(
            {
                "stored": f"{grade.holder}-receipt signed that head at {at}",
                "head_seen": f"{grade.holder}-witness signed that head at {at}",
                "told": f"told {grade.holder}",
                "answered": f"answered by {grade.holder}: {grade.stance}",
            }[grade.name]
        )
    lines += [f"{b.role} this record: {b.kind} of {b.author}" for b in report.bearings]
    if report.after is not None:
        lines.append(f"logged after {format_instant(report.after.at)}")
    return sorted([*lines, *(f"the shared part {part}" for part in report.parts_shown)])


def by_ours(members: dict[str, bytes]) -> Shown:
    """Give what ours shows of members, README.txt aside."""
    try:
        return words(check_members(members))
    except ParleyError:
        return None


def by_second(second: ModuleType, data: bytes) -> tuple[Shown, str]:
    """Give what the second verifier shows of a file, and why it refuses it if it does."""
    try:
        _, (entry, proof, policy), report = second.check_evidence(data)
        _, head = second.included(entry, proof)
        times = second.cosigned(policy, head)
    except second.FAULTS as fault:
        return None, str(fault)
    heads = sorted(line for line in report if line.startswith("logged after"))
    rest = [line for line in report if line not in heads]
    signed = [f"{name} signed that head at {time}" for name, time in times.items() if time]
    return sorted([*rest, *heads[-1:], *signed]), ""


def agreed(second: ModuleType, members: dict[str, bytes], *, covered: bool | None = True) -> Shown:
    """Return what ours shows of these members; fail unless the second verifier may differ so.

    What it covers it shows as ours does, or refuses as ours does. What it does not cover it
    refuses, and says so where ours accepts it. With ``covered`` None it may be either.
    """
    members = {**members, "README.txt": b"out of scope"}
    ours = by_ours(members)
    theirs, why = by_second(second, write_archive(members))
    if covered is None:
        covered = ours is None or theirs is not None
    if covered:
        assert theirs == ours, why
    else:
        assert theirs is None
        assert ours is None or UNCOVERED in why, why
    return ours


def place(members: dict[str, bytes], folder: str, item: Logged) -> dict[str, bytes]:
    """Put an entry and its proof into a folder, as they are."""
    proof = Proof(item.index, item.hashes, item.head).format()
    return {**members, f"{folder}entry": item.entry, f"{folder}proof": proof}


def built(
    second: ModuleType, record: Logged, *related: Logged, claim: bool = True
) -> dict[str, bytes]:
    """Put together what ours would refuse to write; ``claim`` claims russia's receipt."""
    origin = SignedNote.parse(record.head).text.split("\n")[0]
    prefix = "exercise.invalid/" if origin.startswith("exercise") else ""
    log = VerifierKey(origin, LOG_KEY, signer("coalition", "log").public).format()
    receipt = signer("russia", "receipt").public
    cosigner = VerifierKey(f"{prefix}russia/receipt", COSIGNER_KEY, receipt).format()
    lines = [f"log {log}"]
    lines += [f"witness russia-receipt {cosigner}"] if claim else []
    policy = "\n".join([*lines, f"quorum {'russia-receipt' if claim else 'none'}", ""])
    members = place({"policy": policy.encode(), "keys.json": b"{}"}, "", record)
    found = sorted(
        ((item, read_proven(open_entry(item.entry).payload)[0]) for item in related),
        key=lambda pair: related_order(pair[1], pair[0].index),
    )
    for n, (item, said) in enumerate(found, 1):
        members = place(members, f"related/{n}-{said.kind.partition('/')[0]}/", item)
    try:
        keys = keys_of_channel([(said, open_entry(i.entry), i.index) for i, said in found])
        return members | {"keys.json": keys.to_bytes()}
    except ParleyError:
        return members | {"keys.json": _keys_of_second(second, members)}


def _keys_of_second(second: ModuleType, members: dict[str, bytes]) -> bytes:
    """Write keys.json as the second verifier wants it: only so can it be caught taking too much."""
    wanted, module = [b"{}"], cast("Any", second)
    plain = module.canonical

    def kept(value: Any, depth: int = 0) -> Any:
        text = plain(value, depth)
        if isinstance(value, dict) and value.get("format") == "parley/keys/1":
            wanted.append(text.encode())
        return text

    folders = [name[:-5] for name in members if name.endswith("/entry")]
    module.canonical = kept
    try:
        main = second.Entry(members["entry"], members["proof"])
        entries = [second.Entry(members[f"{n}entry"], members[f"{n}proof"]) for n in folders]
        second.read_charters(main, [entry for entry in entries if entry.kind == "charter"], b"")
    except second.FAULTS:
        pass
    finally:
        module.canonical = plain
    return wanted[-1]


STRANGE: list[Json] = [None, True, 0, -1, 2**53 - 1, "", "x", "russia", "answers", [], {}, ["a"]]


def spoilt(value: Json, chance: random.Random) -> Any:
    """Change one place of a JSON value: left out, of another type, another text, another number."""
    paths: list[tuple[str | int, ...]] = []

    def walk(found: Json, path: tuple[str | int, ...]) -> None:
        paths.append(path)
        members = found.items() if isinstance(found, dict) else ()
        items = enumerate(found) if isinstance(found, list) else ()
        for name, inner in (*members, *items):
            walk(inner, (*path, name))

    whole: Any = json.loads(canonical(value))
    walk(whole, ())
    *path, last = chance.choice(paths[1:])
    at = whole
    for step in path:
        at = at[step]
    old = at[last]
    new = chance.choice(STRANGE)
    if isinstance(old, str) and old and chance.random() < 0.5:
        cut = chance.randrange(len(old))
        new = old[:cut] + chance.choice(["", "A", "/", "\n", "\u00e9", "0"]) + old[cut + 1 :]
    if isinstance(old, int) and chance.random() < 0.5:
        new = old + chance.choice([-1, 1, 2**41])
    if chance.random() < 0.3:
        del at[last]
    else:
        at[last] = new
    return whole


def changed(content: bytes, chance: random.Random, stride: int) -> list[bytes]:
    """Change content at sampled places: a bit, a byte less, a byte more; and lines."""
    found = []
    for at in range(chance.randrange(stride), len(content), stride):
        flipped = bytes([content[at] ^ 1 << chance.randrange(8)])
        more = bytes([chance.choice(content), content[at]])
        found.append(
            content[:at] + chance.choice([flipped, flipped, b"", more]) + content[at + 1 :]
        )
    lines = content.split(b"\n")
    for at in range(len(lines) - 1):
        found.append(b"\n".join(lines[:at] + lines[at + 1 :]))
        found.append(b"\n".join(lines[: at + 1] + lines[at:]))
        found.append(b"\n".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]))
    return found
