"""Refusals of a node: settings, identities, charters, requests and other nodes."""

from parley.errors.refusal import Outcome, ParleyError


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
    """A body over the limit, more requests than one caller may send, or more than may wait."""

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


class KeyAbsent(ParleyError):
    """A key of ours that a record is to bring into force, and whose private half is not here."""

    code = "key-absent"
    outcome = Outcome.BAD_INPUT


class MembersFixed(ParleyError):
    """A later charter of a channel with other parties or mirrors than the channel began with."""

    code = "charter-members"
    outcome = Outcome.BAD_INPUT


class UnknownMember(ParleyError):
    """A record that asks, binds or speaks to somebody who is not in the channel: a slip of the pen.

    Nobody would be asked and no plan compared, and no view could say so.
    """

    code = "member-unknown"
    outcome = Outcome.BAD_INPUT


class CharterPending(ParleyError):
    """A channel whose first charter is not yet logged by every party, as far as this node sees."""

    code = "charter-pending"


class ExtentMismatch(ParleyError):
    """A record that occupies space cannot be boxed in one extent."""

    code = "extent"
    outcome = Outcome.BAD_INPUT


class BadMute(ParleyError):
    """A mute without reason or end, one that ends too late, or of an advisory that is not there."""

    code = "mute"
    outcome = Outcome.BAD_INPUT


class BadSearch(ParleyError):
    """A search for nothing, for too many words, or for what is no text of one line."""

    code = "search"
    outcome = Outcome.BAD_INPUT


class WordGone(ParleyError):
    """A list still holds what a record says no more: its author withdrew or replaced it by hand."""

    code = "list-word-gone"
