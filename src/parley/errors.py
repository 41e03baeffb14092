"""Every deliberate refusal of Parley: one tree, each class with a stable code.

A refusal says *what* is wrong, *where* (a path into the input, a file, a log and index) and, where
it helps, *what to do*. ``Outcome`` decides the exit code and the HTTP status; both are mapped in
one place, ``parley.desk.outcomes``. A code, once published, keeps its meaning.
"""

from enum import Enum
from typing import ClassVar


class Outcome(Enum):
    """What a refusal means to the one who asked."""

    BAD_INPUT = "bad input"
    FAILED = "a check failed"
    REFUSED = "refused in this state"
    MISSING = "not here"
    UNREACHABLE = "a node could not be reached"


class ParleyError(Exception):
    """A deliberate refusal: what is wrong, where, and what to do about it."""

    code: ClassVar[str] = "parley"
    outcome: ClassVar[Outcome] = Outcome.REFUSED

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Give the refusal as one line: ``where: what (hint) [code]``."""
        head = f"{self.where}: " if self.where else ""
        tail = f" ({self.hint})" if self.hint else ""
        return f"{head}{self.what}{tail} [{self.code}]"

    def at(self, prefix: str) -> "ParleyError":
        """Return the same refusal with ``prefix`` put before its place."""
        where = f"{prefix}: {self.where}" if self.where else prefix
        return type(self)(self.what, where=where, hint=self.hint)


# --- values


class BadValue(ParleyError, ValueError):
    """A value outside what its type allows."""

    code = "value"
    outcome = Outcome.BAD_INPUT


class BadInstant(BadValue):
    """A time that is not an instant with its zone written, or out of range."""

    code = "value-instant"


class BadInterval(BadValue):
    """A window that ends before it starts, or lacks an end it must have."""

    code = "value-interval"


class BadPosition(BadValue):
    """A latitude or longitude that is not a finite number on the globe."""

    code = "value-position"


class BadLength(BadValue):
    """A length that is not finite, negative where it cannot be, or of an unknown unit."""

    code = "value-length"


class BadAltitude(BadValue):
    """A vertical limit with an unknown reference, or a floor above its ceiling."""

    code = "value-altitude"


class BadText(BadValue):
    """A text without language, empty, or with characters that cannot be exchanged."""

    code = "value-text"


class BadShape(BadValue):
    """A geometry that cannot be compared: unclosed or self-crossing rings, empty lines."""

    code = "value-shape"


# --- record


class NotCanonical(ParleyError):
    """Bytes that are not the one canonical form (RFC 8785, integers only)."""

    code = "record-not-canonical"
    outcome = Outcome.BAD_INPUT


class BadRecord(ParleyError):
    """A payload whose common fields are missing, unknown or malformed."""

    code = "record-fields"
    outcome = Outcome.BAD_INPUT


class RecordTooLarge(ParleyError):
    """An entry over 65,535 bytes; attachments travel as parts."""

    code = "record-too-large"
    outcome = Outcome.BAD_INPUT


class BadEnvelope(ParleyError):
    """Bytes that are not a DSSE envelope of ours."""

    code = "record-envelope"
    outcome = Outcome.BAD_INPUT


class BadSignature(ParleyError):
    """A signature that does not verify under the key it names."""

    code = "record-signature"
    outcome = Outcome.FAILED


class WeakKey(ParleyError):
    """A public key under which a signature could fit any message; it cannot be enrolled."""

    code = "key-weak"
    outcome = Outcome.BAD_INPUT


class UnknownKind(ParleyError):
    """A kind, or a version of one, that this node does not know."""

    code = "kind-unknown"
    outcome = Outcome.BAD_INPUT


class BadBody(ParleyError):
    """A body that its kind refuses; the place is the path into the body."""

    code = "kind-body"
    outcome = Outcome.BAD_INPUT


# --- desk


class NotRunning(ParleyError):
    """No running node answered: it is not started, or its address has changed."""

    code = "desk-not-running"
    outcome = Outcome.UNREACHABLE


class BadFile(ParleyError):
    """A file that is not there, cannot be read or written, or is over the stated limit."""

    code = "desk-file"
    outcome = Outcome.BAD_INPUT


class BadUsage(ParleyError):
    """A command line that does not say what is needed, or says it in a form nobody can read."""

    code = "desk-usage"
    outcome = Outcome.BAD_INPUT


class NotInstalled(ParleyError):
    """A command that needs a part of Parley which is not installed here."""

    code = "desk-not-installed"
    outcome = Outcome.REFUSED


class BadQuery(ParleyError):
    """A request whose path, query or body the interface does not take."""

    code = "desk-request"
    outcome = Outcome.BAD_INPUT


class TooLarge(ParleyError):
    """A request body or file over the limit that the interface states."""

    code = "desk-too-large"
    outcome = Outcome.BAD_INPUT


class NoToken(ParleyError):
    """A request without the token that ``parley run`` wrote into the node's folder."""

    code = "desk-token"
    outcome = Outcome.REFUSED


class WrongHost(ParleyError):
    """A request that names another host, or comes from another site's page."""

    code = "desk-host"
    outcome = Outcome.REFUSED


class NotHere(ParleyError):
    """A page, channel, record or view that this node does not have."""

    code = "desk-missing"
    outcome = Outcome.MISSING


class Unexpected(ParleyError):
    """A fault of Parley itself; the node's own log says more."""

    code = "desk-fault"
    outcome = Outcome.FAILED


# --- kinds: the air


class BadGeoJson(ParleyError):
    """A GeoJSON file that cannot be read, or states what nobody could compare."""

    code = "air-geojson"
    outcome = Outcome.BAD_INPUT


# --- log: store, signing, replication, parts


class StaleAppend(ParleyError):
    """An append that expected another size: somebody else appended in between."""

    code = "log-stale-append"


class DuplicateRecord(ParleyError):
    """A record whose id already stands in a log of ours; ``origin`` and ``index`` say where."""

    code = "log-duplicate"

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", origin: str = "", index: int = -1
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.origin = origin
        self.index = index


class UnknownLog(ParleyError):
    """A log that this store does not hold."""

    code = "log-unknown"
    outcome = Outcome.MISSING


class WrongLog(ParleyError):
    """A record whose log, or whose id, does not fit the log it is to be appended to."""

    code = "log-wrong-record"
    outcome = Outcome.BAD_INPUT


class LogBusy(ParleyError):
    """Another process held the file for too long; nothing was written."""

    code = "log-busy"


class LogStopped(ParleyError):
    """A write may not have reached the disk: nothing more is written or signed in this run."""

    code = "log-stopped"


class LogDamaged(ParleyError):
    """Stored bytes that do not fit together; the place names the log and index."""

    code = "log-damaged"
    outcome = Outcome.FAILED


class StateMoved(ParleyError):
    """A compare-and-swap that lost: the last signed head is no longer the one expected."""

    code = "sign-state-moved"


class SecondRoot(ParleyError):
    """A signature that would put a second root, or a smaller tree, under one signer's name."""

    code = "sign-second-root"


class StateBehind(ParleyError):
    """A store older than what was already signed: read-only until it is refilled."""

    code = "log-behind"


class HeadStale(ParleyError):
    """A head offered on top of another size than the one last seen; ``size`` says which."""

    code = "log-head-stale"

    def __init__(self, what: str, *, where: str = "", hint: str = "", size: int = 0) -> None:
        super().__init__(what, where=where, hint=hint)
        self.size = size


class HeadRefused(ParleyError):
    """A signed head that contradicts itself, such as an empty tree with a root of its own."""

    code = "log-head"
    outcome = Outcome.BAD_INPUT


class ForkDetected(ParleyError):
    """Two signed heads of one log that cannot both be true; the evidence is kept."""

    code = "log-fork"
    outcome = Outcome.FAILED


class BadForkEvidence(ParleyError):
    """A file that does not prove that a log signed two histories."""

    code = "log-fork-evidence"
    outcome = Outcome.FAILED


class NoPendingHead(ParleyError):
    """Entries sent before any signed head that covers them."""

    code = "log-no-pending-head"


class BadUpload(ParleyError):
    """An upload of entries whose bytes are not of the form of tlog-mirror."""

    code = "log-upload"
    outcome = Outcome.BAD_INPUT


class UploadConflict(ParleyError):
    """An upload for sizes this replica is not at; ``size`` and ``next_entry`` say where it is."""

    code = "log-upload-conflict"

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", size: int = 0, next_entry: int = 0
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.size = size
        self.next_entry = next_entry


class EntriesMissing(ParleyError):
    """Entries that begin after the ones held here, or end before the head they come with."""

    code = "log-entries-missing"


class BadTile(ParleyError):
    """A tile or entry bundle whose path or bytes are not of the form of tlog-tiles."""

    code = "log-tile"
    outcome = Outcome.BAD_INPUT


class TileMissing(ParleyError):
    """A tile or entry bundle that lies, in part or whole, beyond what is held here."""

    code = "log-tile-missing"
    outcome = Outcome.MISSING


class BadPart(ParleyError):
    """A part whose bytes do not fit its digest, its class or the limits."""

    code = "part"
    outcome = Outcome.BAD_INPUT


class PartMissing(ParleyError):
    """A part that is not held here, or not for the one who asks."""

    code = "part-missing"
    outcome = Outcome.MISSING


class PartErased(ParleyError):
    """A part that was held here and has been erased; its digest stays."""

    code = "part-erased"
    outcome = Outcome.MISSING


class BadBundle(ParleyError):
    """A hand-carried file that is not the one form of a bundle, or over its limits."""

    code = "bundle"
    outcome = Outcome.BAD_INPUT


# --- log: trees, notes, policies, proofs


class BadProof(ParleyError):
    """A Merkle proof or proof file that is malformed, or does not lead to the stated root."""

    code = "log-proof"
    outcome = Outcome.FAILED


class BadNote(ParleyError):
    """A signed note or checkpoint that is malformed, unsigned, or wrongly signed by a known key."""

    code = "log-note"
    outcome = Outcome.FAILED


class BadCosignature(BadNote):
    """A line under a known cosigner's name and key that is no valid cosignature of the note."""

    code = "log-cosignature"


class BadPolicy(ParleyError):
    """A policy that is malformed, contradicts itself, or lists no log."""

    code = "log-policy"
    outcome = Outcome.BAD_INPUT


class PolicyUnmet(ParleyError):
    """A checkpoint of an unlisted log, or with fewer cosignatures than the policy asks for."""

    code = "log-policy-unmet"
    outcome = Outcome.FAILED


# --- log: archives and evidence


class BadArchive(ParleyError):
    """Bytes that are not the one form of a zip archive."""

    code = "archive-form"
    outcome = Outcome.FAILED


class BadEvidence(ParleyError):
    """A file that is no evidence file at all, or a trust argument that cannot be read."""

    code = "evidence-form"
    outcome = Outcome.BAD_INPUT


class EvidenceRefused(ParleyError):
    """An evidence file that does not prove what it claims; the place names the step."""

    code = "evidence-refused"
    outcome = Outcome.FAILED


# --- node


class BadSettings(ParleyError):
    """A setting that is unknown, of the wrong type or out of range."""

    code = "settings"
    outcome = Outcome.BAD_INPUT


class FolderInUse(ParleyError):
    """A folder that already holds a node, or files that are not ours to overwrite."""

    code = "folder-in-use"


class NoNode(ParleyError):
    """A folder without the files of a node."""

    code = "folder-no-node"
    outcome = Outcome.MISSING


class BadIdentity(ParleyError):
    """An identity file that is malformed, or whose keys do not prove themselves."""

    code = "identity"
    outcome = Outcome.BAD_INPUT


class BadCharter(ParleyError):
    """A charter that this node cannot sign or follow: a key, a name or a member is wrong."""

    code = "charter"
    outcome = Outcome.BAD_INPUT


class WrongStatus(ParleyError):
    """Something of an exercise or test in an actual channel, or the other way round."""

    code = "status-mixed"


class BadRequestSignature(ParleyError):
    """A request between nodes whose signature is missing, malformed, replayed or wrong."""

    code = "request-signature"


class NotForYou(ParleyError):
    """A caller asks for what belongs to a channel or an audience it is not in."""

    code = "request-not-yours"


class TooMuch(ParleyError):
    """A body over the stated limit, or more requests than one caller may send."""

    code = "request-limit"


class BadRequest(ParleyError):
    """A message between nodes that cannot be read."""

    code = "request"
    outcome = Outcome.BAD_INPUT


class Unreachable(ParleyError):
    """A node that does not answer, or answers with something that is not the protocol."""

    code = "unreachable"
    outcome = Outcome.UNREACHABLE


class WrongCertificate(ParleyError):
    """A TLS certificate other than the one the charter pins, compared byte for byte."""

    code = "tls-pin"
    outcome = Outcome.UNREACHABLE


class NoChannel(ParleyError):
    """A channel that this node does not know, or that two names could mean."""

    code = "channel-unknown"
    outcome = Outcome.MISSING


class NoRecord(ParleyError):
    """No record here goes by this name or number, or more than one does."""

    code = "record-unknown"
    outcome = Outcome.MISSING


class NoPart(ParleyError):
    """A part that is not held here, not meant for the caller, or erased."""

    code = "part-unknown"
    outcome = Outcome.MISSING


class ReadOnly(ParleyError):
    """The node may not append: its own log is behind what it has signed before."""

    code = "read-only"


class ClockDoubt(ParleyError):
    """Our own clock is a day or more away from what the others' heads say."""

    code = "clock-doubt"
    outcome = Outcome.BAD_INPUT


class NotAParty(ParleyError):
    """A mirror or a reader was asked to publish; only a party holds a log."""

    code = "not-a-party"


class UnreadableDraft(ParleyError):
    """A draft that no node, this one included, could read back once it is signed."""

    code = "draft-unreadable"
    outcome = Outcome.BAD_INPUT


class IdReused(ParleyError):
    """An id under which another text was published before."""

    code = "draft-id-reused"
    outcome = Outcome.BAD_INPUT


class CharterPending(ParleyError):
    """A channel whose first charter is not yet logged by every party, as far as this node sees."""

    code = "charter-pending"


class ExtentMismatch(ParleyError):
    """A record that occupies space cannot be boxed in one extent."""

    code = "extent"
    outcome = Outcome.BAD_INPUT


# --- demo


class BadScenario(ParleyError):
    """A scenario file that cannot be played: no basis, or a label that points nowhere."""

    code = "scenario"
    outcome = Outcome.BAD_INPUT


class DemoFailed(ParleyError):
    """The demo found something else than it is there to show; that is a fault of Parley."""

    code = "demo-failed"
    outcome = Outcome.FAILED


# --- projection


class ViewUnknown(ParleyError):
    """A view that Parley does not compute."""

    code = "view-unknown"
    outcome = Outcome.MISSING


class ViewAhead(ParleyError):
    """A view at a size of a log that has not been read here, or of a log of another channel."""

    code = "view-ahead"
    outcome = Outcome.MISSING
