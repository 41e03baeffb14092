"""Verify Parley's evidence files and proofs: a second verifier, written from docs/formats.md alone.

It shares no code with Parley and needs only Python 3.11; "section" means one of that page. The text
of README.txt is NOT checked: it must be there, and nothing is printed from it.
Exit codes: 0 verified; 1 a check fails, or whose keys these are is not established; 2 bad input.
"""

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path
from struct import pack, unpack_from
from typing import Any
from zlib import crc32

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
SMALL = {0, 1, P - 1, ORDER_8, P - ORDER_8}  # the numbers y of the points of small order
NAME, HEX, B64 = "[a-z0-9][a-z0-9.-]{0,62}", "[0-9a-f]{64}", "[A-Za-z0-9+/]+={0,2}"
KIND, TYPE = "[a-z][a-z0-9_]{0,39}", "application/vnd.parley.record+json"
# Canonical JSON has one spelling, so a pattern can say what an envelope or a record is.
SIGNATURE, N, Z = f'{{"keyid":"({HEX})","sig":"({B64})"}}', "([0-9]+)", "(null|-?[0-9]+)"
ENVELOPE = f'{{"payload":"({B64})","payloadType":"{re.escape(TYPE)}","signatures":'
ENVELOPE += rf"\[((?:{SIGNATURE},){{0,3}}{SIGNATURE})\]}}"
EXTENT = f'"extent":{{"east_e7":{N},"lower_e4m":{Z},"north_e7":{N},"south_e7":{N},"time_end":{Z},'
EXTENT += f'"time_start":{N},"upper_e4m":{Z},"west_e7":{N}}},'
PART = rf'{{("audience":\["{NAME}"(,"{NAME}")*\],"class":"personal"|"class":"(shared|sealed)"),'
PART += '"media_type":"W/W(; ?[a-z0-9=.+-]{1,60})*",'.replace("W", "[a-z0-9.+-]{1,60}")
PART += rf'"name":"([^"\\/]|\\["\\bfnrt]|\\u00..){{1,200}}","sha256":"{HEX}","size":{N}}}'
REF = f'{{"record":"{HEX}","role":"(replaces|withdraws|answers|about|opens|same_event)"}}'
RECORD = f'{{"author":"{NAME}","body":{{}},"channel":"{HEX}",({EXTENT})?"id":"[0-9a-f]{{32}}",'
RECORD += rf'"issued":{N},"kind":"{KIND}/[1-9][0-9]{{0,2}}","log":"[^"]+",'
RECORD += rf'"parts":\[(({PART},){{0,63}}{PART})?\],"priority":"(routine|urgent)",'
RECORD += rf'"refs":\[(({REF},){{0,63}}{REF})?\],"status":"(actual|exercise|test)"}}'
KEY_NAME, DECIMAL, WORD = r"[^\s+\0-\x1f]+", "(0|[1-9][0-9]{0,18})", "[!-~]{1,100}"
NOTE = rf"({KEY_NAME})\n{DECIMAL}\n({B64})\n\n((?:— {KEY_NAME} {B64}\n){{1,64}})"
PROOF = rf"c2sp.org/tlog-proof@v1\n(?:extra ({B64})\n)?index {DECIMAL}\n"
PROOF += rf"((?:{B64}\n){{0,63}})\n(.+)"
VKEY, WORDS = rf"{KEY_NAME}\+[0-9a-f]{{8}}\+{B64}", f"(?: {WORD})+"
POLICY = rf"((?:log {VKEY}\n){{1,64}}(?:witness {WORD} {VKEY}\n){{0,64}})"
POLICY += rf"((?:group {WORD} (?:all|any|[1-9][0-9]{{0,2}}){WORDS}\n){{0,64}})quorum ({WORD})\n"
MEMBER = rf"entry|proof|policy|keys\.json|README\.txt|parts/{HEX}|"
MEMBER += rf"related/[1-9][0-9]{{0,3}}-{KIND}/(entry|proof)"
ROLES, LAST = ("author", "log", "receipt", "witness", "line", "recovery"), 253402300799999
Point = tuple[int, int, int, int]
Keys = dict[str, dict[str, list[dict[str, Any]]]]  # of each holder by role, as in section 17.3


def need(holds: object, what: str) -> None:
    """Refuse the input unless something holds."""
    if not holds:
        raise ValueError(what)


def parse(pattern: str, text: str, what: str) -> tuple[str, ...]:
    """Return the groups of a pattern that matches the whole text; refuse another text."""
    found = re.fullmatch(pattern, text, re.DOTALL)
    if found is None:
        raise ValueError(f"malformed {what}")
    return found.groups()


def add(p: Point, q: Point) -> Point:
    """Add two points, or double one (RFC 8032 section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """Multiply a point; nothing here is secret."""
    if scalar == 0:
        return 0, 1, 1, 0
    rest = times(scalar // 2, add(point, point))
    return add(rest, point) if scalar % 2 else rest


def decode(key: bytes) -> Point:
    """Decode a key; refuse no point, another spelling, and small order (section 3)."""
    sign, y = divmod(int.from_bytes(key, "little"), 2**255)
    u, v = y * y - 1, D * y * y + 1
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    x = x if (v * x * x - u) % P == 0 else x * ROOT_OF_MINUS_1 % P
    need(len(key) == 32 and y < P and (v * x * x - u) % P == 0 and y not in SMALL, "a bad key")
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse a signature unless the four rules of section 3 hold: those of libsodium."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    need(len(signature) == 64 and s < L, "a signature with a wrong S")
    need(int.from_bytes(r, "little") % 2**255 % P not in SMALL, "a signature of small order")
    h = int.from_bytes(sha512(r + key + message).digest(), "little") % L
    x, y, z, t = decode(key)
    base = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    x, y, z, t = add(times(s, base), times(h, (P - x, y, z, P - t)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    need((y | x % 2 << 255).to_bytes(32, "little") == r, "a signature that does not verify")


def unbase64(text: str, least: int, most: int) -> bytes:
    """Decode base64 in its one spelling."""
    raw = b64decode(text, validate=True)
    need(b64encode(raw).decode() == text and least <= len(raw) <= most, "malformed base64")
    return raw


def enrolled(public: bytes) -> bytes:
    """Return a public key if it may be enrolled (section 3)."""
    x, y, z, _ = times(L, decode(public))
    need((x, y) == (0, z), "a key that may not be enrolled")
    return public


def check_possession(holder: str, role: str, status: str, key: dict[str, str]) -> None:
    """Refuse a key that may not be enrolled, or does not prove its possession (section 3)."""
    said = "parley/possession/1\n" + canonical({"name": holder, "role": role, "status": status})
    public = enrolled(unbase64(key["public"], 32, 32))
    check_signature(public, said.encode(), unbase64(key["possession"], 64, 64))


def canonical(value: Any, depth: int = 0) -> str:
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


def place(status: str, *names: str) -> str:
    """Return the name of a log or a cosigner (section 6)."""
    return ("" if status == "actual" else "exercise.invalid/") + "/".join(names)


def vkey(name: str, kind: int, public: bytes) -> str:
    """Write a key for notes: name, key id, type and public key (section 11)."""
    key = bytes([kind]) + public
    number = sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    return f"{name}+{number}+{b64encode(key).decode()}"


class Head:
    """A checkpoint and its signature lines (sections 11 and 12)."""

    def __init__(self, note: bytes) -> None:
        self.origin, size, root, lines = parse(NOTE, note.decode(), "head")
        self.text = f"{self.origin}\n{size}\n{root}\n".encode()
        self.size, self.root, self.lines = int(size), unbase64(root, 32, 32), dict[str, bytes]()
        for name, line in re.findall("— (.+) (.+)\n", lines):
            self.lines[f"{name}+{unbase64(line, 5, 10**6)[:4].hex()}"] = b64decode(line)[4:]
        need(self.size < 2**63 and len(note) <= 10**6, "a head too large")
        need(len(self.lines) == lines.count("\n"), "a head with two lines of one key")

    def signed(self, key: str) -> int | None:
        """Return when a cosigner signed (a log: 0), None if not; refuse a bad signature."""
        name, number, body = key.split("+", 2)
        line, public, time = self.lines.get(f"{name}+{number}"), b64decode(body), 0
        if line is None:
            return None
        if public[0] == 1:
            check_signature(public[1:], self.text, line)
            return 0
        time = int.from_bytes(line[:8], "big")
        need(0 < time < 2**63, "a cosignature without a time")
        check_signature(public[1:], f"cosignature/v1\ntime {time}\n".encode() + self.text, line[8:])
        return time


def included(entry: bytes, proof: bytes) -> tuple[int, Head]:
    """Return the index of an entry and the head it is under (sections 10 and 14)."""
    extra, index, hashes, note = parse(PROOF, proof.decode(), "proof")
    need(len(proof) <= 1_100_000 and (extra is None or unbase64(extra, 1, 65535)), "a large proof")
    head, found = Head(note.encode()), sha256(b"\0" + entry).digest()
    low, high = int(index), head.size - 1
    need(low <= high, "an index beyond the head")
    for other in (unbase64(line, 32, 32) for line in hashes.split()):
        need(high > 0, "a proof too long")
        left = low % 2 == 1 or low == high
        found = sha256(b"\1" + (other + found if left else found + other)).digest()
        while left and low % 2 == 0 and low > 0:
            low, high = low // 2, high // 2
        low, high = low // 2, high // 2
    need(high == 0 and found == head.root, "a proof that does not lead to the root")
    return int(index), head


def cosigned(policy: bytes, head: Head | None) -> dict[str, int]:
    """Return when which witnesses signed a head that fulfils a policy; without one, just parse."""
    keys, groups, quorum = parse(POLICY, policy.decode("ascii"), "policy")
    names, publics, used, reached, logs = ["none"], set[str](), ["none"], dict[str, int](), 0
    for name, key in re.findall("(?:log|witness (.+)) (.+)\n", keys):
        origin, _, body = key.split("+", 2)
        public = enrolled(unbase64(body, 33, 33)[1:])
        need(key == vkey(origin, 4 if name else 1, public), "a malformed key in the policy")
        ...
    return reached


class Entry:
    """An entry that is well-formed, with its proof (sections 4, 5 and 14)."""

    def __init__(self, raw: bytes, proof: bytes) -> None:
        payload, signatures, *_ = parse(ENVELOPE, raw.decode(), "entry")
        self.signatures = dict(re.findall(SIGNATURE, signatures))
        need(len(self.signatures) == signatures.count("keyid") and len(raw) <= 65535, "bad entry")
        said = unbase64(payload, 1, 65535)
        self.pae = f"DSSEv1 {len(TYPE)} {TYPE} {len(said)} ".encode() + said
        self.record, self.name = json.loads(said.decode()), sha256(said).hexdigest()
        need(canonical(self.record).encode() == said, "a payload that is not canonical")
        parse(RECORD, canonical(self.record | {"body": {}}), "record")
