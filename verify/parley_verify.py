"""Verify Parley's evidence files and proofs: a second verifier, written from docs/formats.md alone.

It shares no code with Parley and needs nothing but Python 3.11; "section" is one of that page.
What it prints is computed, never copied: README.txt must be byte for byte what it would print.
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
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
SMALL = {0, 1, P - 1, ORDER_8, P - ORDER_8}  # the numbers y of the points of small order
NAME, HEX64 = "[a-z0-9][a-z0-9.-]{0,62}", "[0-9a-f]{64}"
COMMON = {"author": NAME, "channel": HEX64, "id": "[0-9a-f]{32}", "priority": "routine|urgent"}
COMMON |= {"kind": "[a-z][a-z0-9_]{0,39}/[1-9][0-9]{0,2}", "status": "actual|exercise|test"}
MEMBERS = {*COMMON, "log", "issued", "refs", "parts", "body"}
SAYS = {"replaces": "replaces", "withdraws": "withdraws", "answers": "answers", "opens": "opens"}
SAYS |= {"about": "is about", "same_event": "speaks of the same event as"}
MEDIA = "[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; ?[a-z0-9=.+-]{1,60})*"
CORNERS = {"south_e7": 9, "north_e7": 9, "west_e7": 18, "east_e7": 18}
EXTENT = {*CORNERS, "lower_e4m", "upper_e4m", "time_start", "time_end"}
LANES, LAST_INSTANT = {"routine": "main", "urgent": "urgent"}, 253402300799999
SHOWN = ("author", "log", "witness", "receipt")
ROLES = {*SHOWN, "line", "recovery"}
TYPE = "application/vnd.parley.record+json"
FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
HOW_TO_CHECK = "e6cf"
Point = tuple[int, int, int, int]


def need(holds: object, what: str) -> None:
    """Refuse the input unless something holds."""
    if not holds:
        raise ValueError(what)


def fits(pattern: str, value: object) -> bool:
    """Tell whether a value is a string that matches the pattern as a whole."""
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def within(value: object, low: int, high: int) -> bool:
    """Tell whether a value is an integer, not a boolean, between two others."""
    return type(value) is int and low <= value <= high


def add(p: Point, q: Point) -> Point:
    """Add two points, or double one (RFC 8032 section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """Multiply a point; nothing here is secret, so the time may depend on the scalar."""
    total = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        total = add(total, total)
        total = add(total, point) if bit == "1" else total
    return total


def decode(raw: bytes) -> Point:
    """Decode a point that is canonical and not of small order (section 3)."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number % 2**255
    u, v = y * y - 1, D * y * y + 1
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    x = x if (v * x * x - u) % P == 0 else x * ROOT_OF_MINUS_1 % P
    need(len(raw) == 32 and y < P and (v * x * x - u) % P == 0 and y not in SMALL, "a bad key")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def valid(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is valid by the four rules of section 3, which are libsodium's."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    try:
        x, y, z, t = decode(key)
    except ValueError:
        return False
    if len(signature) != 64 or s >= L or int.from_bytes(r, "little") % 2**255 % P in SMALL:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE), times(h, (P - x, y, z, P - t)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | x % 2 << 255).to_bytes(32, "little") == r


def enrolled(text: object) -> bytes:
    """Return a public key from base64 if it may be enrolled (section 3)."""
    public = unbase64(text, 32, 32)
    x, _, _, _ = times(L, decode(public))
    need(x == 0, "a key outside the prime-order group")
    return public


def canonical(value: object, depth: int = 0) -> str:
    """Return the one spelling of a JSON value (section 2)."""
    need(depth <= 64 and not isinstance(value, float), "JSON too deep, or a fraction")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        pairs = (canonical(n, depth + 1) + ":" + canonical(value[n], depth + 1) for n in names)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    need(not isinstance(value, int) or abs(value) < 2**53, "an integer out of range")
    return json.dumps(value, ensure_ascii=False)


def parse_json(raw: bytes) -> Any:
    """Parse canonical JSON; no other spelling is accepted."""
    value = json.loads(raw.decode())
    need(canonical(value).encode() == raw, "JSON that is not canonical")
    return value


def unbase64(text: object, least: int, most: int) -> bytes:
    """Decode base64 in its one spelling, of an allowed length."""
    need(isinstance(text, str), "base64 is text")
    raw = base64.b64decode(str(text), validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 in another spelling")
    need(least <= len(raw) <= most, "base64 of a wrong length")
    return raw


def decimal(text: str) -> int:
    """Parse a decimal below 2^63."""
    need(fits("0|[1-9][0-9]{0,18}", text) and int(text) < 2**63, "not a decimal")
    return int(text)
