"""How our verdict and the one of verify/parley_verify.py are put side by side, and broken inputs.

One thing is out of the second verifier's scope: the text of README.txt. So evidence is compared
without step 10, which binds that text.
"""

import functools
import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

from parley.errors import ParleyError
from parley.log.archive import write_archive
from parley.log.checkpoint import COSIGNER_KEY, LOG_KEY, SignedNote, VerifierKey
from parley.log.evidence import Logged
from parley.log.evidence_check import check_members, related_order
from parley.log.evidence_words import Report
from parley.log.keys_file import keys_of_channel
from parley.log.proof import Proof
from parley.record.canonical import Json, canonical
from parley.record.envelope import open_entry, read_record
from parley.values.instants import format_instant
from tests.spine.log.evidence_world import World, signer

Shown = tuple[list[str], list[str]] | None
"""What a file shows and on whose keys it rests, None if it is refused."""


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
    author, lane = report.record.author, report.record.log.rpartition("/")[2]
    said = f"{author} signed record {report.name}, of kind {report.record.kind}"
    lines = [f"{said}, and logged it at index {report.index} of its {lane} log"]
    for grade in report.grades:
        holder, at = grade.holder, format_instant(grade.at)
        lines.append(
            {
                "stored": f"stored by {holder} at {at} (its clock)",
                "head_seen": f"head seen by {holder} at {at} (its clock)",
                "told": f"told {holder} at {at}: {author} says so, and nobody else",
                "answered": f"answered by {holder}: {grade.stance} (claimed time {at})",
            }[grade.name]
        )
    for b in report.bearings:
        at = format_instant(b.at)
        lines.append(f"{b.role} this record: {b.kind} of {b.author} (claimed time {at})")
    if report.after is not None:
        lines.append(
            f"logged after {format_instant(report.after.at)}, when {report.after.holder} signed"
        )
    lines += [f"the shared part {part} is the one the record names" for part in report.parts_shown]
    return sorted(lines), sorted(report.needed)


def by_ours(members: dict[str, bytes]) -> Shown:
    """Give what ours shows of members, README.txt aside."""
    try:
        return words(check_members(members))
    except ParleyError:
        return None


def by_second(second: ModuleType, data: bytes) -> Shown:
    """Give what the second verifier shows of a file."""
    try:
        found = second.Evidence(data)
    except second.FAULTS:
        return None
    return sorted(found.report), sorted(found.rests)


def agreed(second: ModuleType, members: dict[str, bytes]) -> Shown:
    """Return what both show of these members; fail unless it is the same."""
    members = {**members, "README.txt": b"out of scope"}
    ours = by_ours(members)
    assert by_second(second, write_archive(members)) == ours
    return ours


def place(members: dict[str, bytes], folder: str, item: Logged) -> dict[str, bytes]:
    """Put an entry and its proof into a folder, as they are."""
    proof = Proof(item.index, item.hashes, item.head).format()
    return {**members, f"{folder}entry": item.entry, f"{folder}proof": proof}


def built(
    second: ModuleType, world: World, record: Logged, *related: Logged, claim: bool = True
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
        ((item, read_record(open_entry(item.entry).payload)) for item in related),
        key=lambda pair: related_order(pair[1], pair[0].index),
    )
    for n, (item, said) in enumerate(found, 1):
        members = place(members, f"related/{n}-{said.kind.partition('/')[0]}/", item)
    try:
        keys = keys_of_channel([(said, open_entry(i.entry), i.index) for i, said in found])
        return members | {"keys.json": keys.to_bytes()}
    except ParleyError:
        return members | {"keys.json": _keys_of_second(second, world, members)}


def _keys_of_second(second: ModuleType, world: World, members: dict[str, bytes]) -> bytes:
    """Write keys.json as the second verifier has it: only so can it be caught taking too much."""
    found = second.Evidence.__new__(second.Evidence)
    found.channel, found.status = world.channel, world.status
    folders = [name[:-5] for name in members if name.endswith("/entry")]
    try:
        entries = [second.Entry(members[f"{n}entry"], members[f"{n}proof"]) for n in folders]
        found.read_charters([entry for entry in entries if entry.noun == "charter"])
        for entry in entries:
            if entry.noun == "key":
                found.change_keys(entry)
        return str(found.keys_json()).encode()
    except second.FAULTS:
        return b"{}"


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
