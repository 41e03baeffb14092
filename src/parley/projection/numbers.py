"""Numbers a person can say: the short number of a record and its check code. Pure.

Both depend on nothing but the record itself, its place in its log and the first charter, so no
later, unreadable or other-lane record ever changes them (docs/decisions/03).
"""

import base64
import hashlib

from parley.values.instants import Instant, local_time

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def short_number(code: str, lane: str, index: int, issued: Instant, day_zone: str) -> str:
    """Give ``RU-0616-014``, urgent ``RU-0616-U014``: code, local day issued, index in the lane."""
    day = local_time(issued, day_zone)
    urgent = "U" if lane == "urgent" else ""
    return f"{code}-{day.month:02d}{day.day:02d}-{urgent}{index:03d}"


def check_code(name: str) -> str:
    """Give four characters (Crockford base32) of a record's name, to be read back by telephone.

    It guards against mishearing, not against forgery: 20 bits are soon found again by trying.
    """
    bits = int(name[:5], 16)
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in (15, 10, 5, 0))


def conflict_number(channel: str, a: str, b: str) -> str:
    """Give ``C-`` and 13 base32 characters for the conflict of two subjects, in either order.

    The subjects are named by 64 lower-case hex digits; ``channel`` is empty where there is none.
    """
    first, second = sorted((a, b))
    said = f"parley/conflict/1\n{channel}{first}{second}".encode()
    return "C-" + base64.b32encode(hashlib.sha256(said).digest()).decode()[:13]
