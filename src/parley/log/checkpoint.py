"""Signed notes, the heads of logs in them, and Ed25519 cosignatures, in one byte form. Pure.

C2SP signed-note, tlog-checkpoint and tlog-cosignature at commit 5ba5ee83 (docs/formats.md).
Whatever is read here writes back to the same bytes, or is refused. A line of an unknown key is kept
and proves nothing; a line of a known key that does not verify makes the whole note bad.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from parley.errors import BadCosignature, BadEnvelope, BadNote
from parley.log.merkle import HASH_SIZE, MAX_SIZE, Hash
from parley.record.envelope import strict_base64
from parley.record.signature import Signer, enrol, verifies

LOG_KEY = 0x01
COSIGNER_KEY = 0x04
MAX_LINES = 64
MAX_NOTE = 1_000_000
MAX_TIME = 2**63 - 1

_DASH = "— "
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_UNNAMEABLE = re.compile(r"[\s+\x00-\x1f]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_ED25519 = 64


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: the key's name and 4-byte id, and whatever follows the id."""

    name: str
    key_hash: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Refuse a line that would not be read back."""
        check_key_name(self.name)
        if len(self.key_hash) != 4 or not self.signature:
            raise BadNote("a signature is a 4-byte key id and at least one byte", where=self.name)

    def format(self) -> str:
        """Write the line, with its newline."""
        return f"{_DASH}{self.name} {_encode(self.key_hash + self.signature)}\n"

    @classmethod
    def parse(cls, line: str) -> "NoteSignature":
        """Read a line without its newline."""
        name, space, text = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise BadNote("a signature line is a dash, a name and base64", where="signatures")
        data = note_base64(text, where=f"signature of {name[:80]}")
        return cls(name, data[:4], data[4:])


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text that ends in a newline, and 1 to 64 signature lines, one per key."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        """Refuse a note that would not be read back."""
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            raise BadNote("a note ends in a newline and has no other control characters")
        if not 1 <= len(self.signatures) <= MAX_LINES:
            raise BadNote(f"a note has 1 to {MAX_LINES} signature lines", where="signatures")
        if len({(s.name, s.key_hash) for s in self.signatures}) != len(self.signatures):
            raise BadNote("a key signed twice", where="signatures")

    def format(self) -> bytes:
        """Write the note in its one byte form."""
        return (self.text + "\n" + "".join(s.format() for s in self.signatures)).encode()

    @classmethod
    def parse(cls, data: bytes) -> "SignedNote":
        """Read a note; no signature is verified here."""
        if len(data) > MAX_NOTE:
            raise BadNote(f"over {MAX_NOTE} bytes")
        # the text itself may hold empty lines: the last one divides
        head, blank, tail = _decode(data).rpartition("\n\n")
        if not blank:
            raise BadNote("no empty line divides text and signatures")
        return cls(head + "\n", parse_signature_lines(tail.encode()))

    def of(self, key: "VerifierKey") -> NoteSignature | None:
        """Give the line of a key, by name and id, unverified."""
        for line in self.signatures:
            if line.name == key.name and line.key_hash == key.key_hash:
                return line
        return None

    def joined(self, lines: Sequence[NoteSignature]) -> "SignedNote":
        """Add lines; a line of a key that has one already replaces it."""
        merged = {(s.name, s.key_hash): s for s in (*self.signatures, *lines)}
        return replace(self, signatures=tuple(merged.values()))


def parse_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Read signature lines alone, as a witness or mirror answers with them; at least one."""
    text = _decode(data)
    if not text.endswith("\n"):
        raise BadNote("a signature line ends in a newline", where="signatures")
    lines = text[:-1].split("\n")
    if len(lines) > MAX_LINES:
        raise BadNote(f"over {MAX_LINES} signature lines", where="signatures")
    return tuple(NoteSignature.parse(line) for line in lines)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, its number of entries, and its root."""

    origin: str
    size: int
    root: Hash

    def __post_init__(self) -> None:
        """Refuse a head that would not be read back."""
        check_key_name(self.origin)
        if not 0 <= self.size <= MAX_SIZE:
            raise BadNote("a size beyond 63 bits", where="size")
        if len(self.root) != HASH_SIZE:
            raise BadNote(f"a root has {HASH_SIZE} bytes", where="root")

    def body(self) -> bytes:
        """Write the note text: three lines, no extension lines."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text of exactly three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise BadNote("a checkpoint has three lines: origin, size, root", where="checkpoint")
        size = parse_decimal(lines[1], where="size")
        return cls(lines[0], size, note_base64(lines[2], where="root"))


def parse_checkpoint(note: SignedNote) -> Checkpoint:
    """Read the checkpoint that a note carries; no signature is verified here."""
    return Checkpoint.parse(note.text)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named Ed25519 key of a log (type 0x01) or of a cosigner (type 0x04); only full-order keys.

    A weak key is refused with WeakKey, any other flaw with BadNote.
    """

    name: str
    key_type: int
    public: bytes
    key_hash: bytes = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse an unknown type and a key that cannot be enrolled; derive the key id."""
        check_key_name(self.name)
        if self.key_type not in (LOG_KEY, COSIGNER_KEY):
            raise BadNote("a key type other than 0x01 and 0x04", where=self.name)
        enrol(self.public, where=self.name)
        material = self.name.encode() + b"\n" + bytes([self.key_type]) + self.public
        object.__setattr__(self, "key_hash", hashlib.sha256(material).digest()[:4])

    def format(self) -> str:
        """Write the key as a vkey: name, hex id and base64, divided by plus signs."""
        return f"{self.name}+{self.key_hash.hex()}+{_encode(bytes([self.key_type]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a vkey; its id must be the one that its name and key give."""
        pieces = text.split("+", 2)
        if len(pieces) != 3:
            raise BadNote("a vkey is name+id+key", where="vkey")
        data = note_base64(pieces[2], where="vkey")
        if len(data) != 33:
            raise BadNote("a vkey holds a type and an Ed25519 key of 32 bytes", where="vkey")
        key = cls(pieces[0], data[0], data[1:])
        if key.key_hash.hex() != pieces[1]:
            raise BadNote("the id is not that of this name and key", where=f"vkey {key.name}")
        return key


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> NoteSignature:
    """Sign a head as its log: type 0x01 over the note text, under the origin's name."""
    key = VerifierKey(checkpoint.origin, LOG_KEY, signer.public)
    return NoteSignature(key.name, key.key_hash, signer.sign(checkpoint.body()))


def cosign(checkpoint: Checkpoint, name: str, signer: Signer, time_s: int) -> NoteSignature:
    """Cosign a head: type 0x04, with the time in POSIX seconds, at least 1."""
    if not 1 <= time_s <= MAX_TIME:
        raise BadCosignature(f"{time_s} is no time of a cosignature", where=name)
    key = VerifierKey(name, COSIGNER_KEY, signer.public)
    signature = signer.sign(_cosigned(checkpoint.body(), time_s))
    return NoteSignature(name, key.key_hash, time_s.to_bytes(8, "big") + signature)


def verify_log_signature(note: SignedNote, checkpoint: Checkpoint, key: VerifierKey) -> None:
    """Refuse unless the note carries ``checkpoint`` and the log's key signed it."""
    if key.key_type != LOG_KEY or key.name != checkpoint.origin:
        raise BadNote("not a key of this log", where=checkpoint.origin)
    if note.text.encode() != checkpoint.body():
        raise BadNote("the note carries another checkpoint", where=checkpoint.origin)
    line = note.of(key)
    if line is None:
        raise BadNote("the log's key did not sign", where=checkpoint.origin)
    if not verifies(key.public, checkpoint.body(), line.signature):
        raise BadNote("the log's signature does not verify", where=checkpoint.origin)


def cosignature_time(note: SignedNote, key: VerifierKey) -> int | None:
    """Give when a cosigner signed, in POSIX seconds, or None if it did not.

    A line of this key that does not verify is refused with BadCosignature.
    """
    if key.key_type != COSIGNER_KEY:
        raise BadCosignature("not a cosigner's key", where=key.name)
    line = note.of(key)
    if line is None:
        return None
    time_s = int.from_bytes(line.signature[:8], "big")
    if len(line.signature) != 8 + _ED25519 or not 1 <= time_s <= MAX_TIME:
        raise BadCosignature("a cosignature is a time and 64 bytes", where=key.name)
    if not verifies(key.public, _cosigned(note.text.encode(), time_s), line.signature[8:]):
        raise BadCosignature("the cosignature does not verify", where=key.name)
    return time_s


def check_key_name(name: str) -> None:
    """Refuse what cannot name a key: nothing, spaces of any script, a plus, controls."""
    if not name or _UNNAMEABLE.search(name):
        raise BadNote(f"{name[:80]!r} cannot name a key", where="name")
    if not name.isascii() and any(0xD800 <= ord(c) < 0xE000 for c in name):
        raise BadNote("a lone surrogate is no text", where="name")


def parse_decimal(text: str, *, where: str) -> int:
    """Read a number below 2^63 in its one form: ASCII digits, no leading zero, no sign."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise BadNote(f"{text[:40]!r} is no number in its one form", where=where)
    return int(text)


def note_base64(text: str, *, where: str) -> bytes:
    """Decode base64 (RFC 4648 section 4) that re-encodes to itself."""
    try:
        return strict_base64(text, where=where)
    except BadEnvelope as error:
        raise BadNote(error.what, where=where) from None


def _cosigned(body: bytes, time_s: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%s" % (time_s, body)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote(f"not UTF-8 at byte {error.start}") from None
    if _CONTROL.search(text):
        raise BadNote("a control character other than newline")
    return text
