"""Refusals of records: bytes, fields, envelopes, signatures, kinds and bodies."""

from parley.errors.refusal import Outcome, ParleyError


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
