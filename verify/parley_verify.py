"""Verify Parley's evidence files and proofs: a second verifier, written from docs/formats.md alone.

It shares no code with Parley and needs only Python 3.11; "section" means one of that page. The text
of README.txt is NOT checked: it must be there, and nothing is printed from it.
Exit codes: 0 verified; 1 a check fails, or whose keys these are is not established; 2 bad input.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
SMALL = {0, 1, P - 1, ORDER_8, P - ORDER_8}  # the numbers y of the points of small order
NAME, HEX, B64 = "[a-z0-9][a-z0-9.-]{0,62}", "[0-9a-f]{64}", "[A-Za-z0-9+/]+={0,2}"
INSTANT, NUMBER, INDEX = range(253402300800000), range(1 - 2**53, 2**53), range(2**53)
LATITUDE, LONGITUDE = range(-9 * 10**8, 9 * 10**8 + 1), range(-18 * 10**8, 18 * 10**8 + 1)
TYPE, WORD = "application/vnd.parley.record+json", "[a-z0-9.+-]{1,60}"
BOX = {"south_e7": LATITUDE, "north_e7": LATITUDE, "west_e7": LONGITUDE, "east_e7": LONGITUDE}
BOX |= {"lower_e4m": (NUMBER, None), "upper_e4m": (NUMBER, None)}
BOX |= {"time_start": INSTANT, "time_end": (INSTANT, None)}
PART = {"name": "[^/]{1,200}", "sha256": HEX, "size": range(2**40 + 1), "class": "shared|sealed"}
PART |= {"media_type": f"{WORD}/{WORD}(; ?[a-z0-9=.+-]{{1,60}})*"}
PERSONAL = PART | {"class": "personal", "audience": [1, 2**16, NAME]}
SAYS = "replaces|withdraws|answers|about|opens|same_event"
RECORD = {"channel": HEX, "log": ".+", "id": "[0-9a-f]{32}", "author": NAME, "issued": INSTANT}
RECORD |= {"kind": "[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,2}", "status": "actual|exercise|test"}
RECORD |= {"priority": "routine|urgent", "refs": [0, 64, {"role": SAYS, "record": HEX}]}
RECORD |= {"parts": [0, 64, (PART, PERSONAL)], "body": dict}
ENVELOPE = {"payload": B64, "payloadType": re.escape(TYPE)}
ENVELOPE |= {"signatures": [1, 4, {"keyid": HEX, "sig": B64}]}
ROLES = ("author", "log", "receipt", "witness", "line", "recovery")
CHARTER_KEY = {"holder": NAME, "role": "|".join(ROLES), "public": B64, "possession": B64}
IDENTITY = {"format": "parley/identity/1", "name": NAME, "code": "[A-Z]{2,4}", "display": object}
IDENTITY |= {"status": "actual|exercise|test", "tls_cert": str, "endpoint": str, "languages": list}
MEMBERS = f"(entry|proof|policy|keys.json|README.txt|parts/{HEX})"
Point = tuple[int, int, int, int]
Keys = dict[str, dict[str, list[dict[str, Any]]]]  # holder, role, keys as in section 17.3


def need(holds: object, what: str) -> None:
    """Refuse the input unless something holds."""
    if not holds:
        raise ValueError(what)


def fits(rule: Any, value: Any) -> bool:
    """Tell whether a JSON value fits: a pattern, range, type, alternatives, members or items."""
    if isinstance(rule, tuple):
        return any(fits(choice, value) for choice in rule)
    if isinstance(rule, dict):
        same = isinstance(value, dict) and rule.keys() == value.keys()
        return same and all(fits(rule[name], value[name]) for name in rule)
    if isinstance(rule, list):
        counts = isinstance(value, list) and rule[0] <= len(value) <= rule[1]
        return counts and all(fits(rule[2], item) for item in value)
    if isinstance(rule, range):
        return type(value) is int and value in rule
    if rule is None or isinstance(rule, type):
        return value is rule or (rule is not None and isinstance(value, rule))
    return isinstance(value, str) and re.fullmatch(rule, value) is not None


def add(p: Point, q: Point) -> Point:
    """Add two points, or double one (RFC 8032 section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """Multiply a point; nothing here is secret."""
    total = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def decode(raw: bytes) -> Point | None:
    """Decode a key, unless it is no point, in another spelling, or of small order (section 3)."""
    sign, y = divmod(int.from_bytes(raw, "little"), 2**255)
    u, v = y * y - 1, D * y * y + 1
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    x = x if (v * x * x - u) % P == 0 else x * ROOT_OF_MINUS_1 % P
    if len(raw) != 32 or y >= P or (v * x * x - u) % P or y in SMALL:
        return None
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def valid(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is valid by the four rules of section 3: those of libsodium."""
    base = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    point, r, s = decode(key), signature[:32], int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L or point is None or base is None:
        return False
    if int.from_bytes(r, "little") % 2**255 % P in SMALL:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    x, y, z, t = point
    x, y, z, t = add(times(s, base), times(h, (P - x, y, z, P - t)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | x % 2 << 255).to_bytes(32, "little") == r


def unbase64(text: str, least: int, most: int) -> bytes:
    """Decode base64 in its one spelling."""
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text and least <= len(raw) <= most, "bad base64")
    return raw


def enrolled(text: str) -> bytes:
    """Decode a public key that may be enrolled (section 3)."""
    public = unbase64(text, 32, 32)
    x, y, z, _ = times(L, decode(public) or (1, 0, 1, 0))
    need((x, y) == (0, z), "a key that may not be enrolled")
    return public


def canonical(value: Any, depth: int = 0) -> str:
    """Return the one spelling of a JSON value (section 2)."""
    need(depth <= 64 and not isinstance(value, float), "JSON too deep, or a fraction")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        pairs = (canonical(n, depth + 1) + ":" + canonical(value[n], depth + 1) for n in names)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    need(not isinstance(value, int) or value in NUMBER, "an integer out of range")
    return json.dumps(value, ensure_ascii=False)


def parse_json(raw: bytes) -> Any:
    """Parse canonical JSON."""
    value = json.loads(raw.decode())
    need(canonical(value).encode() == raw, "JSON that is not canonical")
    return value


def place(status: str, *names: str) -> str:
    """Return the name of a log or a cosigner (section 6)."""
    return ("" if status == "actual" else "exercise.invalid/") + "/".join(names)


def vkey(name: str, kind: int, public: bytes) -> str:
    """Write a key for notes: name, key id, type and public key (section 11)."""
    key = bytes([kind]) + public
    number = hashlib.sha256(f"{name}\n".encode() + key).hexdigest()[:8]
    return f"{name}+{number}+{base64.b64encode(key).decode()}"


class Head:
    """A checkpoint and its signature lines (sections 11 and 12)."""

    def __init__(self, raw: bytes) -> None:
        text, _, lines = raw.decode().rpartition("\n\n")
        need(len(raw) <= 10**6 and not re.search("[\0-\x09\x0b-\x1f]", text + lines), "bad note")
        self.text, rows = f"{text}\n".encode(), lines.split("\n")
        self.origin, size, root = text.split("\n")
        need(fits(r"[^\s+]+", self.origin) and fits("0|[1-9][0-9]{0,18}", size), "a bad head")
        self.size, self.root, self.lines = int(size), unbase64(root, 32, 32), {}
        need(self.size < 2**63 and 2 <= len(rows) <= 65 and rows.pop() == "", "a bad head")
        for row in rows:
            need(fits(rf"— [^\s+]+ {B64}", row), "a bad signature line")
            line = unbase64(row.split(" ")[2], 5, 10**6)
            self.lines[row.split(" ")[1] + "+" + line[:4].hex()] = line[4:]
        need(len(self.lines) == len(rows), "a key with two lines")

    def signed(self, key: str) -> int | None:
        """Return when a cosigner signed (0 for a log), None if not; refuse a bad signature."""
        name, number, body = key.split("+", 2)
        kind, *public = unbase64(body, 33, 33)
        line, text, time = self.lines.get(f"{name}+{number}"), self.text, 0
        if line is None:
            return None
        if kind == 4:
            (time,) = struct.unpack(">Q", line[:8])
            need(0 < time < 2**63, "a cosignature of no time")
            line, text = line[8:], f"cosignature/v1\ntime {time}\n".encode() + text
        need(valid(bytes(public), text, line), f"the signature of {name} does not verify")
        return time
