"""Check an evidence file offline, as a numbered procedure; every step refuses or goes on.

(1) the archive is in its one byte form, and holds the known members and nothing else
(2) ``entry`` is a canonical DSSE envelope around a canonical record, its extent, references and
    parts not judged (``evidence_record``)
(3) every related entry is one too, of the same channel and status, in the one order
(4) the charter: one record of every party, at index 0, with the agreed digest that names the
    channel; ``keys.json`` is exactly what these charters and the changes of keys give
(5) each record is signed by enough author keys that were good at its index
(6) ``policy`` is the one form for what is claimed: the log's key, good under this head, and
    cosigners of others than the author, by the keys of the channel
(7) ``proof``: inclusion, the log's signature, and every cosignature the policy demands
(8) each related entry is proven in its own log, and bears on the record
(9) each part is one that the record names
(10) ``README.txt`` says exactly what was found
(11) the keys are those the caller trusts; without that the result is only *consistent*
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from parley.errors import BadEvidence, EvidenceRefused, ParleyError
from parley.log.archive import is_archive, read_archive
from parley.log.checkpoint import VerifierKey
from parley.log.evidence_entry import Opened, check_included, head_key, open_member
from parley.log.evidence_related import Findings
from parley.log.evidence_words import Grade, GradeName, Report, readme
from parley.log.identity_trust import NO_TRUST, Trust, established
from parley.log.keys_file import Cosigner, EvidenceKeys, keys_of_channel
from parley.log.policy import Policy
from parley.record.canonical import digest
from parley.record.envelope import Record, signed_by
from parley.record.signature import key_id
from parley.values.instants import instant

FIXED = ("README.txt", "entry", "keys.json", "policy", "proof")
_RELATED = re.compile(r"related/([1-9][0-9]{0,3})-([a-z][a-z0-9_]{0,39})/(entry|proof)")
_PART = re.compile(r"parts/([0-9a-f]{64})")
_FIRST = {"charter": 0, "key": 1, "head": 2}


@contextmanager
def step(name: str) -> Iterator[None]:
    """Turn any refusal inside into an EvidenceRefused that names the step."""
    try:
        yield
    except ParleyError as error:
        where = f"{name}: {error.where}" if error.where else name
        raise EvidenceRefused(error.what, where=where, hint=error.hint) from None


def check_evidence(data: bytes, trust: Trust = NO_TRUST) -> Report:
    """Check an evidence file; give what it proves, or refuse it naming the step that failed."""
    if not is_archive(data):
        raise BadEvidence("not an evidence file: it is no zip archive")
    with step("(1) archive"):
        members = read_archive(data)
        if "README.txt" not in members:
            raise EvidenceRefused("the member is missing", where="README.txt")
    report = check_members(members)
    with step("(10) README.txt"):
        if readme(report) != members["README.txt"]:
            raise EvidenceRefused("it does not say what this file proves")
    with step("(11) trust"):
        return replace(report, established=established(report, trust))


def check_members(members: Mapping[str, bytes]) -> Report:
    """Do steps 1 to 9 on the members of an archive, README.txt aside."""
    with step("(1) members"):
        folders = _folders(members)
    with step("(2) entry"):
        main = open_member(members["entry"], members["proof"], "")
    with step("(3) related"):
        related = _open_related(members, folders, main)
    with step("(4) charter"):
        keys = keys_of_channel([(o.record, o.entry, o.proof.index) for o in related])
        if (keys.channel, keys.status) != (main.record.channel, main.record.status):
            raise EvidenceRefused("the charter is that of another channel or status")
        if keys.to_bytes() != members["keys.json"]:
            raise EvidenceRefused("not what the charter and its changes give", where="keys.json")
    with step("(5) author"):
        judged = frozenset(o.entry.raw for o in related if o.family == "key")
        signers = _check_signed(main, keys, judged, "entry")
        for folder, item in zip(folders, related, strict=True):
            _check_signed(item, keys, judged, folder)
    with step("(6) policy"):
        claimed = _claimed(members["policy"], main, keys)
    with step("(7) proof"):
        grades = _check_main(main, members["policy"], claimed)
    with step("(8) related"):
        findings = Findings(main, keys)
        for folder, item in zip(folders, related, strict=True):
            with step(folder):
                findings.add(item)
    with step("(9) parts"):
        parts = _parts(members, main.record)
    ended = tuple(c.key.name for c in claimed if c.ended)
    malformed = tuple((o.entry.name, o.malformed) for o in (main, *related) if o.malformed)
    return replace(findings.report(signers, grades, ended, parts), malformed=malformed)


def _folders(members: Mapping[str, bytes]) -> tuple[str, ...]:
    """Give the folders of related entries in order; refuse any name that has no place here."""
    found: dict[int, set[str]] = {}
    for name in members:
        match = _RELATED.fullmatch(name)
        if match is not None:
            found.setdefault(int(match[1]), set()).add(name.rpartition("/")[0])
        elif name not in FIXED and not _PART.fullmatch(name):
            raise EvidenceRefused("no member of an evidence file", where=name)
    for name in ("entry", "proof", "policy", "keys.json"):
        if name not in members:
            raise EvidenceRefused("the member is missing", where=name)
    if sorted(found) != list(range(1, len(found) + 1)):
        raise EvidenceRefused("the folders are not numbered from 1", where="related")
    folders = tuple(folder for n in sorted(found) for folder in sorted(found[n]))
    for folder in folders:
        if f"{folder}/entry" not in members or f"{folder}/proof" not in members:
            raise EvidenceRefused("an entry and its proof go together", where=folder)
    if len(folders) != len(found):
        raise EvidenceRefused("two folders have one number", where="related")
    return folders


def related_order(record: Record, index: int) -> tuple[int, str, int]:
    """Give the place of a related entry: charters, changes of keys, heads, then the others."""
    return _FIRST.get(record.kind.partition("/")[0], 3), record.log, index


def _open_related(
    members: Mapping[str, bytes], folders: tuple[str, ...], main: Opened
) -> list[Opened]:
    related = []
    for folder in folders:
        entry, proof = members[f"{folder}/entry"], members[f"{folder}/proof"]
        item = open_member(entry, proof, f"{folder}/")
        if not folder.endswith(f"-{item.family}"):
            raise EvidenceRefused(f"it holds a {item.record.kind}", where=folder)
        if item.record.channel != main.record.channel or item.record.status != main.record.status:
            raise EvidenceRefused("a record of another channel or status", where=folder)
        related.append(item)
    places = [related_order(o.record, o.proof.index) for o in related]
    if places != sorted(set(places)):
        raise EvidenceRefused("not in order, or twice", where="related")
    return related


def _check_signed(
    item: Opened, keys: EvidenceKeys, judged: frozenset[bytes], where: str
) -> tuple[str, ...]:
    """Give the key ids that signed; refuse too few, and keys not good at the entry's index.

    ``judged`` are changes of keys, whose authority (the recovery key's too) step 4 has established.
    """
    record, index = item.record, item.proof.index
    good = keys.good(record.author, "author", record.log, index)
    signed = signed_by(item.entry, good)
    if item.entry.raw in judged:
        return tuple(key_id(key) for key in signed)
    need = keys.signatures(record.kind)
    if len(signed) < need:
        raise EvidenceRefused(
            f"{len(signed)} of {need} signatures by keys of {record.author} good at index {index}",
            where=where,
        )
    return tuple(key_id(key) for key in signed)


def policy_text(log: VerifierKey, claimed: Sequence[Cosigner]) -> bytes:
    """Write the one policy for a log and the cosigners claimed: all of them are the quorum."""
    names = [f"{c.holder}-{c.role}" for c in claimed]
    lines = [f"log {log.format()}"]
    lines += [f"witness {n} {c.key.format()}" for n, c in zip(names, claimed, strict=True)]
    if len(names) > 1:
        lines.append(f"group claimed all {' '.join(names)}")
    quorum = "claimed" if len(names) > 1 else names[0] if names else "none"
    return "\n".join([*lines, f"quorum {quorum}", ""]).encode("ascii")


def _claimed(policy: bytes, main: Opened, keys: EvidenceKeys) -> tuple[Cosigner, ...]:
    """Give the cosigners that the policy claims; refuse a policy in any other form."""
    words = set(policy.split())
    claimed = tuple(c for c in keys.cosigners() if c.key.format().encode() in words)
    if any(c.holder == main.record.author for c in claimed):
        raise EvidenceRefused("the author's own cosigner proves nothing about others")
    if len({(c.holder, c.role) for c in claimed}) != len(claimed):
        raise EvidenceRefused("two keys of one cosigner")
    if policy != policy_text(head_key(main.record.author, main.note, keys), claimed):
        raise EvidenceRefused(
            "not the one form: the log's key, known cosigners of others, all of them the quorum"
        )
    return claimed


def _check_main(main: Opened, policy: bytes, claimed: Sequence[Cosigner]) -> tuple[Grade, ...]:
    """Verify inclusion, the log's signature and the whole quorum; give a grade for each line."""
    check_included(main)
    result = Policy.parse(policy).evaluate(main.note)
    times = {c.key: c.time_s for c in result.cosigners}
    grades = []
    for cosigner in claimed:
        name: GradeName = "stored" if cosigner.role == "receipt" else "head_seen"
        at = instant(times[cosigner.key] * 1000, where=cosigner.key.name)
        grades.append(Grade(name, cosigner.holder, at))
    return tuple(grades)


def _parts(members: Mapping[str, bytes], record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named = {(p.sha256, p.size) for p in record.parts if p.part_class == "shared"}
    shared = {sha256 for sha256, _ in named}
    shown = sorted(name[6:] for name in members if name.startswith("parts/"))
    for part in shown:
        data = members[f"parts/{part}"]
        if part not in shared:
            raise EvidenceRefused("the record names no such shared part", where=f"parts/{part}")
        if digest(data) != part or (part, len(data)) not in named:
            raise EvidenceRefused("its bytes are not those named", where=f"parts/{part}")
    return tuple(shown), tuple(sorted(shared - set(shown)))
