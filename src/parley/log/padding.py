"""The hashed form of sealed and personal parts: salted against guessing, padded against measuring.

Bytes: 32 of salt, 8 of length (big-endian), the content, zeros up to the next power of two, from
256 up. The digest, and the size that a record states, are those of the whole (docs/formats.md).
"""

from parley.errors import BadPart

SALT_SIZE = 32
SMALLEST = 256
_LENGTH_SIZE = 8
_HEAD = SALT_SIZE + _LENGTH_SIZE


def pad(content: bytes, salt: bytes) -> bytes:
    """Give the hashed form of ``content``; the salt is 32 fresh random bytes for each part."""
    if len(salt) != SALT_SIZE:
        raise BadPart(f"a salt has {SALT_SIZE} bytes, not {len(salt)}", where="salt")
    whole = salt + len(content).to_bytes(_LENGTH_SIZE, "big") + content
    return whole.ljust(_padded_size(len(content)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Give the content back; refuse what ``pad`` would not have made."""
    length = int.from_bytes(padded[SALT_SIZE:_HEAD], "big")
    if len(padded) < SMALLEST or len(padded) != _padded_size(length):
        raise BadPart("the length inside does not fit the padded size")
    if padded[_HEAD + length :].strip(b"\0"):
        raise BadPart("the padding holds something else than zeros")
    return padded[_HEAD : _HEAD + length]


def _padded_size(length: int) -> int:
    return max(SMALLEST, 1 << (_HEAD + length - 1).bit_length())
