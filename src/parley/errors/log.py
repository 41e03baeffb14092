"""Refusals of the logs: stores, signing, replication, parts, proofs, policies and evidence."""

from parley.errors.refusal import Outcome, ParleyError

# --- store, signing, replication, parts


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


# --- trees, notes, policies, proofs


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


# --- archives and evidence


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
