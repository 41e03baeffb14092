"""What an evidence file is found to prove, and the sentences that say so: grade, holder, limits.

The same sentences stand in the file's README.txt and in what ``parley verify`` prints, so that no
reader is told more than was checked. Pure.
"""

import json
import unicodedata
from dataclasses import dataclass
from typing import Literal

from parley.log.keys_file import EvidenceKeys
from parley.record.envelope import Record
from parley.values.instants import Instant, format_instant

_SHORT = 200  # characters of a reason, which may quote the record

GradeName = Literal["told", "head_seen", "stored", "answered"]


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of "they know" that the file proves, and of whom.

    ``at`` is the holder's own clock: of its cosignature (whole seconds), or as claimed in its
    answer. ``record``, ``stance``, ``index`` and ``log`` belong to an answer or an account.
    """

    name: GradeName
    holder: str
    at: Instant
    record: str = ""
    stance: str = ""
    log: str = ""
    index: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment on a foreign cosigner's clock that bounds when the record was logged."""

    at: Instant
    holder: str
    log: str


@dataclass(frozen=True, slots=True)
class Bearing:
    """Another proven record that bears on this one: who says what of it, where, claimed when."""

    role: str
    kind: str
    author: str
    record: str
    log: str
    index: int
    at: Instant


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an evidence file was found to prove, and what it was found not to.

    ``needed`` are the holders on whose keys the proof rests; ``established`` those whose keys the
    caller trusts. ``ended`` names cosigner keys that a change of keys ends at some index.
    ``malformed`` gives, by the name of the record, why content is not well-formed.
    """

    record: Record
    name: str
    index: int
    size: int
    signed_by: tuple[str, ...]
    grades: tuple[Grade, ...]
    after: Seen | None
    before: Seen | None
    bearings: tuple[Bearing, ...]
    parts_shown: tuple[str, ...]
    parts_absent: tuple[str, ...]
    keys: EvidenceKeys
    ended: tuple[str, ...]
    needed: tuple[str, ...]
    established: tuple[str, ...] = ()
    malformed: tuple[tuple[str, str], ...] = ()

    @property
    def open_keys(self) -> tuple[str, ...]:
        """Name the holders whose keys the proof rests on and nothing establishes."""
        return tuple(holder for holder in self.needed if holder not in self.established)

    @property
    def verified(self) -> bool:
        """Tell whether all holds and every key it rests on is established."""
        return not self.open_keys

    @property
    def issued_outside(self) -> str:
        """Say on which side the claimed time lies outside the proven interval, if it does."""
        issued = self.record.issued
        if self.after is not None and issued < self.after.at:
            return "before"
        if self.before is not None and issued >= self.before.at + 1000:
            return "after"
        return ""


def groups(digest: str) -> str:
    """Write a hex digest in groups of four, to be read aloud."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def log_words(origin: str) -> str:
    """Name a log of the channel by its party and lane; the channel stands in the heading."""
    party, _, lane = origin.removeprefix("exercise.invalid/").split("/")
    return f"{party}'s {lane} log"


def banner(status: str) -> tuple[str, ...]:
    """Say first, and loudly, that an exercise is an exercise."""
    if status == "actual":
        return ()
    word = status.upper()
    return (f"{word}: nothing in this file is about real events, and its keys are throw-away.", "")


def says(report: Report) -> list[str]:
    """Give the record's body as JSON; characters that could hide or turn text are escaped."""
    text = json.dumps(dict(report.record.body), ensure_ascii=False, indent=2, sort_keys=True)
    return ["".join(map(_visible, line)) for line in text.split("\n")]


def _visible(char: str) -> str:
    hidden = unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"
    return f"\\u{{{ord(char):x}}}" if hidden else char


def proven(report: Report) -> list[str]:
    """Give one line for each thing the file proves."""
    record = report.record
    lane = record.log.rpartition("/")[2]
    place = f"at index {report.index} of its {lane} log"
    lines = [
        f"{record.author} signed this record and logged it {place}; no byte was changed since.",
        *(_grade_line(grade, report) for grade in report.grades),
    ]
    if all(g.name == "told" for g in report.grades):
        lines.append(f"Nobody but {record.author} is shown to have had this record, or its head.")
    if report.after is not None:
        lines.append(
            f"It was logged after {format_instant(report.after.at)}: {record.author} had already"
            f" logged a head of {log_words(report.after.log)} that {report.after.holder} had signed"
            " then."
        )
    if report.before is not None:
        lines.append(
            f"It was logged before {format_instant(report.before.at)}, when"
            f" {report.before.holder} signed a head that covers it."
        )
    for b in report.bearings:
        lines.append(
            f"{b.author} logged {b.kind} {b.record} at index {b.index} of {log_words(b.log)}, which"
            f" {_ROLES[b.role]} this record (claimed time {format_instant(b.at)})."
        )
    for digest in report.parts_shown:
        lines.append(f"The shared part {digest} is the one the record names.")
    return lines


_ROLES = {
    "replaces": "replaces",
    "withdraws": "withdraws",
    "answers": "answers",
    "about": "is about",
    "opens": "opens",
    "same_event": "speaks of the same event as",
}


def _grade_line(grade: Grade, report: Report) -> str:
    at = format_instant(grade.at)
    author = report.record.author
    if grade.name == "told":
        return (
            f"Told {grade.holder}, by {author}'s own account in record {grade.record} (claimed time"
            f" {at}): this shows nothing about {grade.holder} and is not a receipt."
        )
    if grade.name == "head_seen":
        return (
            f"Head seen by {grade.holder} at {at} (its clock): it saw that this head exists; not"
            " that it had the record."
        )
    if grade.name == "stored":
        return (
            f"Stored by {grade.holder} at {at} (its clock): it stated that it durably holds every"
            f" entry of the log up to size {report.size}, and the shared parts they name."
            " That is not agreement."
        )
    return (
        f"Answered by {grade.holder}: {grade.stance}, in its own record {grade.record} at index"
        f" {grade.index} of {log_words(grade.log)} (claimed time {at}). Acknowledging is not"
        " agreeing."
    )


def claimed(report: Report) -> list[str]:
    """Give what is only claimed: the author's own time, flagged when the proof contradicts it."""
    line = f"{report.record.author} states that it issued the record at"
    line = f"{line} {format_instant(report.record.issued)}."
    if report.issued_outside:
        line += f" FLAG: that lies {report.issued_outside} the proven interval."
    return [line]


def not_proven(report: Report) -> list[str]:
    """Give what the file does not prove, however it is read."""
    lines = [
        "That anybody read it: only an answer shows what its author states to have read.",
        "That what it says is true.",
        "That it still stands: a withdrawal, a replacement or a change of keys may be left out.",
        "Whose keys these are: compare the fingerprints with a source you trust.",
    ]
    lines += [
        f"What the shared part {digest} holds: it is not here." for digest in report.parts_absent
    ]
    lines += [
        f"Whether {name} signed before its key ended: a later change of keys ends it."
        for name in report.ended
    ]
    return lines


def heading(report: Report) -> list[str]:
    """Give what the file is about: record, author, place in the log, channel."""
    record = report.record
    return [
        f"Record   {report.name}",
        f"Kind     {record.kind}, {record.priority}, status {record.status}",
        f"Author   {record.author}",
        f"Log      {record.log}",
        f"Index    {report.index}, under a head of size {report.size}",
        f"Channel  {groups(record.channel)}",
    ]


def not_well_formed(report: Report) -> list[str]:
    """Give one line for each record whose content its own node would not accept, and why."""
    lines = []
    for name, why in report.malformed:
        whose = "its content" if name == report.name else f"the content of record {name}"
        lines.append(f"{whose} is not well-formed: {''.join(map(_visible, why[:_SHORT]))}")
    return lines


def fingerprint_lines(report: Report) -> list[str]:
    """Give the fingerprints a stranger compares: of the charter, and of every key."""
    lines = [f"charter  {groups(report.record.channel)}"]
    for holder, keys in report.keys.fingerprints():
        lines += [f"{holder} {role}  {digest}" for role, digest in keys]
    return lines


def verdict(report: Report) -> str:
    """Give the result in one line."""
    if report.verified:
        return "VERIFIED: consistent, and every key it rests on is established by what you trust."
    names = ", ".join(report.open_keys)
    return f"CONSISTENT; KEYS NOT ESTABLISHED ({names}): give --trust IDENTITY.json or FINGERPRINT."


def readme(report: Report) -> bytes:
    """Write README.txt: what this proves, what it does not, how to check it without Parley."""
    text = [
        *banner(report.record.status),
        "EVIDENCE FILE OF PARLEY (format 1)",
        "",
        *heading(report),
        "",
        "What this proves, if the keys are those of the parties",
        "",
        *(f"- {line}" for line in proven(report)),
        "",
        "What is only claimed",
        "",
        *(f"- {line}" for line in claimed(report)),
        "",
        "What this does not prove",
        "",
        *(f"- {line}" for line in not_proven(report)),
        "",
        "A notification changes nobody's legal duties and implies no approval.",
        "",
        "Fingerprints (SHA-256; of the charter: read it aloud to each party)",
        "",
        *(f"  {line}" for line in fingerprint_lines(report)),
        "",
        *_BY_HAND,
    ]
    return ("\n".join(text) + "\n").encode("ascii")


_BY_HAND = (
    "How to check it without Parley",
    "",
    "1. entry is a DSSE v1 envelope (github.com/secure-systems-lab/dsse). The SHA-256 of its",
    "   payload is the record's name. Its keyid is the SHA-256 of an author key in keys.json;",
    "   check the Ed25519 signature over the DSSE pre-authentication encoding.",
    "2. proof is a c2sp.org/tlog-proof@v1. The leaf is SHA-256 of a zero byte and entry:",
    "     (printf '\\000'; cat entry) | sha256sum",
    "   Climb to the root as in RFC 6962 section 2.1.1; it must be the root in the checkpoint.",
    "3. policy is a c2sp.org/tlog-policy: the log's key, the cosigners' keys, the quorum. Check",
    "   the log's signature and each cosignature (c2sp.org/tlog-cosignature, Ed25519). Names that",
    "   end in /witness saw the head; names that end in /receipt stored the entries.",
    "4. related/*-charter holds each party's own record of the charter, each with its own proof.",
    '   SHA-256 of "parley/agreed/1", a newline and the canonical JSON (RFC 8785) of the object',
    "   with the charter's kind and body is the channel. The keys of keys.json stand in that body.",
    "5. Every other folder in related is a record with its proof, checked in the same way; its",
    "   refs name the record it speaks of.",
    "",
    "Parley's second verifier, one file of Python without dependencies, does this for most files,",
    "and refuses those it does not cover:",
    "  python3 parley_verify.py verify FILE.zip",
)


def table(report: Report) -> str:
    """Write a report for people: what is proven line by line, what is not, the verdict last."""
    sections = (
        ("What the record says", says(report)),
        ("Proven, if the keys are those of the parties", proven(report)),
        ("Claimed", claimed(report)),
        ("Not proven", not_proven(report)),
        ("Fingerprints", fingerprint_lines(report)),
    )
    lines = [*banner(report.record.status), *heading(report), *not_well_formed(report)]
    for title, content in sections:
        lines += ["", title, *(f"  {line}" for line in content)]
    lines += ["", "A notification changes nobody's legal duties and implies no approval."]
    lines += ["", verdict(report)]
    return "\n".join(lines)


def as_json(report: Report) -> dict[str, object]:
    """Give a report for programs: the same content, the same words."""
    record = report.record
    return {
        # upper case sorts first
        **({} if record.status == "actual" else {record.status.upper(): True}),
        "status": record.status,
        "result": "verified" if report.verified else "consistent; keys not established",
        "record": report.name,
        "kind": record.kind,
        "body": dict(record.body),
        "author": record.author,
        "log": record.log,
        "index": report.index,
        "size": report.size,
        "channel": record.channel,
        "grades": [
            {
                "grade": g.name,
                "holder": g.holder,
                "at": format_instant(g.at),
                **({"record": g.record, "log": g.log, "index": g.index} if g.record else {}),
                **({"stance": g.stance} if g.stance else {}),
            }
            for g in report.grades
        ],
        "after": None if report.after is None else format_instant(report.after.at),
        "before": None if report.before is None else format_instant(report.before.at),
        "issued": format_instant(record.issued),
        "issued_outside": report.issued_outside or None,
        "proven": proven(report),
        "claimed": claimed(report),
        "not_proven": not_proven(report),
        "not_well_formed": not_well_formed(report),
        "keys_established": list(report.established),
        "keys_open": list(report.open_keys),
        "fingerprints": {
            holder: [{"role": role, "sha256": digest} for role, digest in keys]
            for holder, keys in report.keys.fingerprints()
        },
    }
