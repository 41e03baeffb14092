"""Trust policies: which logs and cosigners count, and how many of them. Pure.

A strict subset of C2SP tlog-policy (commit 5ba5ee83) with one byte form: log lines, witness lines,
group lines and one quorum line, in this order, with single spaces and nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from parley.errors import BadCosignature, BadNote, BadPolicy, PolicyUnmet, WeakKey
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    cosignature_time,
    parse_checkpoint,
    verify_log_signature,
)
from parley.values.instants import LAST

MAX_NAMED = 64
"""The most logs, witnesses and groups, each."""
MAX_POLICY = 65_536
NONE = "none"

_NAME = re.compile(r"[!-~]{1,100}")
_COUNT = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A cosigner under the name that this policy gives it (a ``witness`` line)."""

    name: str
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class Group:
    """So many of its members, cosigners or groups: ``all``, ``any`` or a number as written."""

    name: str
    threshold: str
    members: tuple[str, ...]

    @property
    def needed(self) -> int:
        """How many members must have cosigned."""
        words = {"all": len(self.members), "any": 1}
        return words[self.threshold] if self.threshold in words else int(self.threshold)


@dataclass(frozen=True, slots=True)
class PresentCosigner:
    """A cosigner of the policy that signed a head, and when (POSIX seconds, its own clock)."""

    name: str
    key: VerifierKey
    time_s: int


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """What a policy found under a note: the head, the log's key, every known cosigner present."""

    checkpoint: Checkpoint
    log_key: VerifierKey
    cosigners: tuple[PresentCosigner, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, cosigners, groups of them, and the quorum: a name of either, or ``none``."""

    logs: tuple[VerifierKey, ...]
    cosigners: tuple[Cosigner, ...]
    groups: tuple[Group, ...]
    quorum: str

    def __post_init__(self) -> None:
        """Refuse a policy that lists no log, names the unknown, or counts one key twice."""
        keys = [*self.logs, *(c.key for c in self.cosigners)]
        if not self.logs:
            raise BadPolicy("a policy without a log accepts nothing", where="log")
        if max(len(self.logs), len(self.cosigners), len(self.groups)) > MAX_NAMED:
            raise BadPolicy(f"over {MAX_NAMED} logs, witnesses or groups")
        if any(k.key_type != LOG_KEY for k in self.logs):
            raise BadPolicy("a log's key has type 0x01", where="log")
        if any(c.key.key_type != COSIGNER_KEY for c in self.cosigners):
            raise BadPolicy("a witness key has type 0x04", where="witness")
        if len({k.public for k in keys}) != len(keys):
            raise BadPolicy("one public key stands in two lines", where="vkey")
        _check_names(self)

    def format(self) -> bytes:
        """Write the policy in its one byte form."""
        lines = [f"log {key.format()}" for key in self.logs]
        lines += [f"witness {c.name} {c.key.format()}" for c in self.cosigners]
        lines += [f"group {g.name} {g.threshold} {' '.join(g.members)}" for g in self.groups]
        return "\n".join([*lines, f"quorum {self.quorum}", ""]).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Policy":
        """Read a policy; refuse whatever ``format`` would not write."""
        if len(data) > MAX_POLICY:
            raise BadPolicy(f"over {MAX_POLICY} bytes")
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError as error:
            raise BadPolicy(f"not ASCII at byte {error.start}") from None
        found = _Lines()
        for number, line in enumerate(text.split("\n")[:-1], 1):
            found.add(line.split(" "), f"line {number}")
        policy = cls(tuple(found.logs), tuple(found.cosigners), tuple(found.groups), found.quorum())
        if policy.format() != data:
            raise BadPolicy("lines out of order, spaces or an unfinished line")
        return policy

    def evaluate(self, note: SignedNote) -> PolicyResult:
        """Check a signed head against the policy; refuse it if unsigned, badly signed or alone.

        Raises BadNote or BadCosignature for a line of a known key that does not verify, PolicyUnmet
        for a log that is not listed or a quorum that is not reached.
        """
        head = parse_checkpoint(note)
        # (1) a listed key of this very log signed, and no listed key of it signed badly
        signed = [k for k in self.logs if k.name == head.origin and note.of(k) is not None]
        for key in signed:
            verify_log_signature(note, head, key)
        if not signed:
            raise PolicyUnmet("no log of the policy signed this head", where=head.origin)
        # (2) every known cosigner's line verifies, whether the quorum needs it or not, at a time
        # that can be written
        present = []
        for cosigner in self.cosigners:
            time_s = cosignature_time(note, cosigner.key)
            if time_s is not None:
                if time_s * 1000 > LAST:
                    said = f"{time_s} s is no time before the year 10000"
                    raise BadCosignature(said, where=cosigner.name)
                present.append(PresentCosigner(cosigner.name, cosigner.key, time_s))
        # (3) those present make up the quorum
        reached = {c.name for c in present}
        for group in self.groups:
            if sum(m in reached for m in group.members) >= group.needed:
                reached.add(group.name)
        if self.quorum != NONE and self.quorum not in reached:
            names = ", ".join(sorted(c.name for c in present)) or "nobody"
            raise PolicyUnmet(f"the quorum is not reached: {names} cosigned", where=self.quorum)
        return PolicyResult(head, signed[0], tuple(present))


class _Lines:
    """What the lines of a policy file have said so far."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.cosigners: list[Cosigner] = []
        self.groups: list[Group] = []
        self._quorums: list[str] = []
        self._shapes: dict[str, Callable[[list[str], str], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }

    def add(self, words: list[str], where: str) -> None:
        shape = self._shapes.get(words[0])
        if shape is None or self._quorums:
            raise BadPolicy("a log, a witness, a group, then one quorum", where=where)
        shape(words[1:], where)

    def quorum(self) -> str:
        if len(self._quorums) != 1:
            raise BadPolicy("one quorum line is needed", where="quorum")
        return self._quorums[0]

    def _log(self, words: list[str], where: str) -> None:
        if len(words) != 1:
            raise BadPolicy("log VKEY", where=where)
        self.logs.append(_vkey(words[0], where))

    def _witness(self, words: list[str], where: str) -> None:
        if len(words) != 2:
            raise BadPolicy("witness NAME VKEY", where=where)
        self.cosigners.append(Cosigner(words[0], _vkey(words[1], where)))

    def _group(self, words: list[str], where: str) -> None:
        if len(words) < 3:
            raise BadPolicy("group NAME all|any|K MEMBER...", where=where)
        self.groups.append(Group(words[0], words[1], tuple(words[2:])))

    def _quorum(self, words: list[str], where: str) -> None:
        if len(words) != 1:
            raise BadPolicy("quorum NAME", where=where)
        self._quorums.append(words[0])


def _check_names(policy: Policy) -> None:
    known: set[str] = set()
    for name in (*(c.name for c in policy.cosigners), *(g.name for g in policy.groups)):
        if not _NAME.fullmatch(name) or name == NONE or name in known:
            raise BadPolicy(f"{name[:80]!r} is no name, or one that is taken", where="name")
        known.add(name)
    defined, used = {c.name for c in policy.cosigners}, set()
    for group in policy.groups:
        for member in group.members:
            if member not in defined or member in used:
                raise BadPolicy(f"{member[:80]!r} is not defined above, or used", where=group.name)
            used.add(member)
        if group.threshold not in ("all", "any") and not _COUNT.fullmatch(group.threshold):
            raise BadPolicy("all, any or a number", where=group.name)
        if not 1 <= group.needed <= len(group.members):
            raise BadPolicy("more are asked for than there are members", where=group.name)
        defined.add(group.name)
    if policy.quorum != NONE and policy.quorum not in defined:
        raise BadPolicy(f"{policy.quorum[:80]!r} is not defined", where="quorum")


def _vkey(text: str, where: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except (BadNote, WeakKey) as error:
        raise BadPolicy(error.what, where=where) from None
