"""Verify Parley's evidence files and proofs: a second verifier, written from docs/formats.md alone.

It shares no code with Parley and needs only Python 3.11. It may refuse what Parley accepts: what is
NOT_COVERED. It never accepts what Parley refuses. README.txt is NOT checked, and never printed.
Exit codes: 0 verified; 1 a check fails, or whose keys these are is not established; 2 bad input.
"""

import argparse
import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path
from struct import pack
from typing import Any
from zlib import crc32

P, L, BASE = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493, b"X" + b"f" * 31
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
NAME, HEX, KIND = "[a-z0-9][a-z0-9.-]{0,62}", "[0-9a-f]{64}", "[a-z][a-z0-9_]{0,39}"
BASE64 = "(?:x{4})*(?:x[AQgw]==|xx[AEIMQUYcgkosw048]=)?".replace("x", "[A-Za-z0-9+/]")
HASH, SIG = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", "[A-Za-z0-9+/]{85}[AQgw]=="
TYPE, ROW = r"application/vnd\.parley\.record\+json", f'{{"keyid":"{HEX}","sig":"{SIG}"}}'
ENVELOPE = rf'{{"payload":"({BASE64})","payloadType":"({TYPE})","signatures":\[((?:{ROW},?)+)\]}}'
RECORD = {"author": NAME, "channel": HEX, "id": "[0-9a-f]{32}", "kind": f"{KIND}/[1-9][0-9]{{0,2}}"}
RECORD |= {"priority": "routine|urgent", "status": "actual|exercise|test"}
INNER = {"body": dict, "issued": int, "log": str, "parts": list, "refs": list}
TITLE, DECIMAL, WORD = r"[^\s+\0-\x1f]+", "(0|[1-9][0-9]{0,17})", "[!-~]{1,100}"
NOTE = rf"(({TITLE})\n{DECIMAL}\n({HASH})\n)\n((?:— {TITLE} {BASE64}\n){{1,64}})"
PROOF = rf"c2sp\.org/tlog-proof@v1\nindex {DECIMAL}\n((?:{HASH}\n){{0,63}})\n([\s\S]+)"
POLICY = rf"((?:log [!-~]+\n){{1,64}}(?:witness {WORD} [!-~]+\n){{0,64}})((?:group {WORD} "
POLICY += rf"(?:all|any|[1-9][0-9]{{0,2}})(?: {WORD})+\n){{0,64}})quorum ({WORD})\n"
SHOWN, RANKS = ["author", "log", "receipt", "witness"], {"charter": 0, "head": 2, "answer": 3}
HOLDING = f"{NAME} (author|log|witness|receipt|line|recovery) {HASH}"
TIMES, NOT_COVERED = range(253402300800000), "not covered by this verifier, ask parley verify:"
FAULTS = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)


def need(found: Any, what: str) -> Any:
    """Return what was found; refuse the input if that is nothing, or false."""
    if not found:
        raise ValueError(what)
    return found


def combine(*terms: tuple[int, tuple[int, int]]) -> tuple[int, int]:
    """Add up multiples of points, bit by bit (RFC 8032 section 5.1); nothing here is secret."""
    x, y = 0, 1
    for bit in reversed(range(256)):
        for u, v in [(x, y), *(point for scalar, point in terms if scalar >> bit & 1)]:
            both = D * x * y * u * v % P
            over, under = pow(1 + both, -1, P), pow(1 - both, -1, P)
            x, y = (x * v + y * u) * over % P, (y * v + x * u) * under % P
    return x, y


def decode(key: bytes, enrol: bool = False) -> tuple[int, int]:
    """Decode a point that is not of small order; to ``enrol`` it, more is asked (section 3)."""
    sign, y = divmod(int.from_bytes(key, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT_OF_MINUS_1 % P
    point = (x if x % 2 == sign else P - x), y
    need(len(key) == 32 and y < P and x * x % P == square and combine((8, point))[0], "a bad key")
    need(not enrol or combine((L, point)) == (0, 1), "a key that may not be enrolled")
    return point


def check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    """Refuse a signature unless the four rules of section 3 hold: those of libsodium."""
    (x, y), r, s = decode(key), signature[:32], int.from_bytes(signature[32:], "little")
    need(len(signature) == 64 and s < L and decode(r), "a malformed signature")
    h = int.from_bytes(sha512(r + key + message).digest(), "little") % L
    need(combine((s, decode(BASE)), (h, (P - x, y))) == decode(r), "a signature that does not fit")


def canonical(value: Any, depth: int = 0) -> str:
    """Write a JSON value in its one spelling (section 2)."""
    need(depth <= 64 and not isinstance(value, float), "JSON too deep, or a fraction")
    need(not isinstance(value, int) or abs(value) < 2**53, "an integer out of range")
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    pairs = (canonical(n, depth + 1) + ":" + canonical(value[n], depth + 1) for n in names)
    return "{" + ",".join(pairs) + "}"


def vkey(name: str, kind: int, public: bytes) -> str:
    """Write a key for notes: name, key id, type and public key (section 11)."""
    number = sha256(name.encode() + b"\n" + bytes([kind]) + public).hexdigest()[:8]
    return f"{name}+{number}+{b64encode(bytes([kind]) + public).decode()}"


class Head:
    """A checkpoint and its signature lines (sections 11 and 12)."""

    def __init__(self, note: str) -> None:
        found = need(len(note.encode()) <= 10**6 and re.fullmatch(NOTE, note), "a malformed head")
        self.text, self.origin, self.size, self.root = found[1], found[2], int(found[3]), found[4]
        lines = [(name, b64decode(row)) for name, row in re.findall("— (.+) (.+)\n", found[5])]
        self.lines = {f"{name}+{row[:4].hex()}": row[4:] for name, row in lines}
        need(all(self.lines.values()) and len(self.lines) == len(lines), "a bad line under a head")

    def signed(self, key: str) -> str | None:
        """Return when a cosigner signed (a log: ""), None if not; refuse a bad signature."""
        if (line := self.lines.get(key[:-45])) is None:
            return None
        public, when, text = b64decode(key[-44:]), "", self.text
        if public[0] == 4:
            time, line = need(int.from_bytes(line[:8], "big"), "no time"), line[8:]
            when = f"{datetime.fromtimestamp(min(time, 2**38), UTC):%FT%TZ}"  # no year 10000
            text = f"cosignature/v1\ntime {time}\n{text}"
        check_signature(public[1:], text.encode(), line)
        return when


def included(entry: bytes, proof: bytes) -> tuple[int, Head]:
    """Return the index of an entry and the head it is under (sections 10 and 14)."""
    found = need(re.fullmatch(PROOF, proof.decode()), f"a bad proof, or {NOT_COVERED} extra")
    index, path, head = int(found[1]), found[2].split(), Head(found[3])
    inner = (index ^ (head.size - 1)).bit_length()  # levels until their ways to the root part
    need(index < head.size and len(path) == inner + (index >> inner).bit_count(), "a bad proof")
    root = sha256(b"\0" + entry).digest()
    for level, other in enumerate(map(b64decode, path)):
        left = level >= inner or index >> level & 1
        root = sha256(b"\1" + (other + root if left else root + other)).digest()
    need(root == b64decode(head.root), "a proof that does not lead to the root")
    return index, head


def cosigned(policy: bytes, head: Head | None) -> dict[str, str]:
    """Return when all signed a head that fulfils a policy (section 13); without one, parse only."""
    keys, groups, quorum = need(re.fullmatch(POLICY, policy.decode()), "a bad policy").groups()
    reached, names, used = {"none": ""}, ["none"], ["none"]
    for name, key in re.findall("(?:log|witness (.+)) (.+)\n", keys):
        origin, public = need(key.partition("+")[0], "no name"), b64decode(key[-44:])[1:]
        need(decode(public, True) and key == vkey(origin, 4 if name else 1, public), "a bad key")
        time = head.signed(key) if head and (name or origin == head.origin) else None
        reached |= {} if time is None else {name: time}
        names, used = names + [name] * bool(name), [*used, f"key {public.hex()}"]
    for name, threshold, row in re.findall("group (.+?) (.+?) (.+)\n", groups):
        members = row.split(" ")
        least = {"all": len(members), "any": 1}.get(threshold) or int(threshold)
        need(least <= len(members) and {*members} <= {*names}, "a bad group in the policy")
        reached |= {name: ""} if len(reached.keys() & members) >= least else {}
        names, used = [*names, name], used + members
    once = len({*names}) == len(names) and len({*used}) == len(used)
    need(once and quorum in names and len(policy) <= 65536, "a bad policy")
    need(head is None or reached.keys() >= {"", quorum}, "a head that does not fulfil the policy")
    return reached


class Entry:
    """An entry under a head of its log, and what of its record matters (sections 4, 5 and 14)."""

    def __init__(self, raw: bytes, proof: bytes) -> None:
        found = need(re.fullmatch(ENVELOPE, raw.decode()), "a malformed envelope")
        payload, rows = b64decode(found[1]), re.findall('"keyid":"(.+?)","sig":"(.+?)"', found[3])
        self.signatures = {keyid: b64decode(signature) for keyid, signature in rows}
        once = len(self.signatures) == len(rows) <= 4 and len(raw) < 65536
        need(once and json.loads(raw), "a malformed envelope")
        self.pae = f"DSSEv1 {len(found[2])} {found[2]} {len(payload)} ".encode() + payload
        record, self.name = json.loads(payload.decode()), sha256(payload).hexdigest()
        need(canonical(record).encode() == payload, "a payload that is not canonical")
        need(record.keys() | {"extent"} == {*RECORD, *INNER, "extent"}, "a malformed record")
        fits = all(type(record[n]) is INNER[n] for n in INNER) and record["issued"] in TIMES
        need(fits and all(re.fullmatch(RECORD[n], record[n]) for n in RECORD), "a malformed record")
        self.record, self.author, self.body = record, record["author"], record["body"]
        self.kind, (self.index, self.head) = record["kind"].split("/")[0], included(raw, proof)
        self.prefix = "" if record["status"] == "actual" else "exercise.invalid/"
        lane = "urgent" if record["priority"] == "urgent" else "main"
        origin = f"{self.prefix}{self.author}/{record['channel']}/{lane}"
        need(origin == record["log"] == self.head.origin, "an entry of another log")


def unzip(raw: bytes) -> dict[str, bytes]:
    """Read an archive in its one byte form (section 17.1)."""
    files, local, directory = dict[str, bytes](), bytearray(), bytearray()
    while raw[(at := len(local)) : at + 4] == b"PK\3\4" and len(files) < 20000:
        size, span = (int.from_bytes(raw[at + n : at + n + 4], "little") for n in (18, 26))
        name, content = raw[at + 30 : at + 30 + span], raw[at + 30 + span :][:size]
        header = pack("<5H4I", 10, 0, 0, 0, 33, crc32(content), size, size, span)
        directory += b"PK\1\2\12\0" + header + pack("<3H2I", 0, 0, 0, 0, at) + name
        local += b"PK\3\4" + header + name + content
        need(name.decode() > max(files, default=""), "members out of order, or twice")
        files[name.decode()] = content
    end = pack("<4s4H2IH", b"PK\5\6", 0, 0, *[len(files)] * 2, len(directory), len(local), 0)
    need(raw == local + directory + end and len(local) <= 2**26, "a bad archive")
    return files


def read_charters(main: Entry, charters: list[Entry], keys_json: bytes) -> list[dict[str, str]]:
    """Return all keys, the logs' and the others' cosigners', by the first charter (section 16)."""
    channel, status, body = main.record["channel"], main.record["status"], charters[0].body
    texts = {canonical({"kind": each.record["kind"], "body": each.body}) for each in charters}
    agreed = {sha256(f"parley/agreed/1\n{text}".encode()).hexdigest() for text in texts}
    need(agreed == {channel} and not any(each.index for each in charters), "not the first charter")
    parties = sorted(who["name"] for who in body["members"] if who["role"] == "party")
    every = parties == sorted(each.author for each in charters) == sorted({*parties})
    need(every and body["status"] == status, "not the charter of each party")
    needed = {"": 1, **body["signatures_needed"]}.values()
    need({type(n) for n in needed} == {int} and max(needed) < 2, f"{NOT_COVERED} two signatures")
    keys = {key["holder"] + " " + key["role"]: key["public"] for key in body["keys"]}
    need(len({*keys.values()}) == len(body["keys"]), f"{NOT_COVERED} a key or a role twice")
    shown: Any = {who.split()[0]: {role: [] for role in SHOWN} for who in keys}
    logs, cosigners = dict[str, str](), dict[str, str]()
    for who, public in sorted(keys.items()):
        (holder, role), key = who.split(), b64decode(public)
        need(re.fullmatch(HOLDING, f"{who} {public}") and decode(key, enrol=True), "a bad key")
        span = {"from": {"main": 0, "urgent": 0}, "public": public, "until": None}
        shown[holder].get(role, []).append(span)
        if role == "log" and holder in parties:
            origins = [f"{main.prefix}{holder}/{channel}/{lane}" for lane in ("main", "urgent")]
            logs |= {origin: vkey(origin, 1, key) for origin in origins}
        if role in ("receipt", "witness") and holder != main.author:
            cosigners[f"{holder}-{role}"] = vkey(f"{main.prefix}{holder}/{role}", 4, key)
    follows = canonical({"format": "parley/keys/1", "channel": channel, "parties": shown})
    need(follows.encode() == keys_json, "keys.json is not what follows")
    return [keys, logs, cosigners]


def check_evidence(raw: bytes) -> tuple[str, list[bytes], list[str]]:
    """Check an evidence file (section 17.5); return its channel, what is proven, a report."""
    files = unzip(raw)  # (1) archive, (2) entry, (3) related
    order = ["", *sorted({n[:-5] for n in files if "-" in n}, key=lambda n: (n.find("-"), n))]
    main, *related = entries = [Entry(files[f"{at}entry"], files[f"{at}proof"]) for at in order]
    need("README.txt" in files and len(files) == 3 + 2 * len(entries), f"{NOT_COVERED} its members")
    covered = main.kind != "call" and {each.kind for each in related} <= RANKS.keys()
    need(covered, f"{NOT_COVERED} changes of keys, calls, and records related in other ways")
    places = [(RANKS[each.kind], each.record["log"], each.index) for each in related]
    need(order[1:] == [f"related/{n}-{e.kind}/" for n, e in enumerate(related, 1)], "bad folders")
    need(places == sorted({*places}), "related entries out of order, or twice")
    charters = [each for each in related if each.kind == "charter"]
    keys, logs, cosigners = read_charters(main, charters, files["keys.json"])  # (4) charter
    for each in entries:  # (5) authors, and the log of each
        key, head = b64decode(keys[f"{each.author} author"]), each.head
        check_signature(key, each.pae, each.signatures[sha256(key).hexdigest()])
        need(head.signed(logs[head.origin]) == "", "a head that its log did not sign")
        need(each.record["status"] == main.record["status"], "records of two statuses")
    claimed = [name for name in cosigners if f" {cosigners[name]}\n" in files["policy"].decode()]
    rows = [f"log {logs[main.head.origin]}", *(f"witness {n} {cosigners[n]}" for n in claimed)]
    rows += ["group claimed all " + " ".join(claimed)] if claimed[1:] else []
    rows += ["quorum " + ("claimed" if claimed[1:] else "".join(claimed) or "none"), ""]
    need("\n".join(rows).encode() == files["policy"], "a policy that does not follow")  # (6)
    report = [f"{main.author} signed record {main.name}"]
    for each in related:  # (8) related; (7) is for the caller
        if each.kind == "head":
            head, same = Head(each.body["note"]), each.head.text == main.head.text
            need(same and each.index < main.index, "a head logged elsewhere or later")
            need(head.size and head.signed(logs[head.origin]) == "", "a head its log did not sign")
            time = max(head.signed(key) or "" for key in cosigners.values())
            report.append(f"logged after {need(time, 'a head that nobody saw')}")
        if each.kind == "answer":
            refs = [ref for ref in each.record["refs"] if main.name in str(ref)]
            answer = refs == [{"record": main.name, "role": "answers"}]
            need(answer and each.author != main.author, f"{NOT_COVERED} what this answers")
            stance = re.fullmatch("acknowledge|object|propose", each.body["stance"])
            report.append(f"answered by {each.author}: {need(stance, 'an unknown stance')[0]}")
    return main.record["channel"], [files[name] for name in ("entry", "proof", "policy")], report


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description="Verify an evidence file, or an entry by a proof.")
    parser.add_argument("command", choices=["verify"])
    parser.add_argument("file", type=Path, help="FILE.zip, or ENTRY with --policy and --proof")
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--proof", type=Path)
    parser.add_argument("--trust", action="append", default=[], help="FINGERPRINT of the charter")
    given, code, report = parser.parse_args(), 2, list[str]()
    try:
        entry = given.file.read_bytes()
        trusted = [re.sub(r"[\s:.-]", "", w).lower() for w in given.trust if not Path(w).is_file()]
        need(all(re.fullmatch(HEX, each) for each in trusted), "--trust takes a fingerprint")
        if given.policy and need(given.proof, "--policy and --proof go together"):
            policy, proof = given.policy.read_bytes(), given.proof.read_bytes()
            need(cosigned(policy, None) and not given.trust, "--trust is for evidence files")
        need(given.policy or (entry[:4] == b"PK\3\4" and not given.proof), "no zip, nor a policy")
        code = 1
        if not given.policy:
            need(len(trusted) == len(given.trust), f"{NOT_COVERED} identity files as --trust")
            channel, (entry, proof, policy), report = check_evidence(entry)
            need({*trusted} <= {channel}, "the fingerprint is another charter's")
        index, head = included(entry, proof)
        signed = [f"{n} signed that head at {t}" for n, t in cosigned(policy, head).items() if t]
    except FAULTS as fault:
        parser.exit(code, f"{'FAILS' if code == 1 else 'BAD INPUT'}: {fault}\n")
    if head.origin.startswith("exercise.invalid/"):
        print("EXERCISE OR TEST: nothing here is about real events.")
    known = bool(trusted or given.policy)
    report = [f"entry {index} of {head.origin}, under a head of size {head.size}", *signed, *report]
    print("VERIFIED" if known else "CONSISTENT; KEYS NOT ESTABLISHED", *report, sep="\n- ")
    return 0 if known else 1


if __name__ == "__main__":
    raise SystemExit(main())
