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
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path
from struct import pack
from typing import Any
from zlib import crc32

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
# What is read, as patterns: base64 and canonical JSON have one spelling (sections 1 to 5).
NAME, HEX, KIND = "[a-z0-9][a-z0-9.-]{0,62}", "[0-9a-f]{64}", "[a-z][a-z0-9_]{0,39}"
BASE64 = "(?:x{4})*(?:x[AQgw]==|xx[AEIMQUYcgkosw048]=)?".replace("x", "[A-Za-z0-9+/]")
HASH, SIG = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", "[A-Za-z0-9+/]{85}[AQgw]=="
TYPE, SIGNED = "application/vnd.parley.record+json", f'{{"keyid":"{HEX}","sig":"{SIG}"}}'
ENVELOPE = rf'{{"payload":"({BASE64})","payloadType":"{re.escape(TYPE)}","signatures":'
ENVELOPE += rf"\[((?:{SIGNED},){{0,3}}{SIGNED})\]}}"
LATITUDE, LONGITUDE = "-?(90{8}|[1-8]?[0-9]{1,8})", "-?(180{8}|1[0-7][0-9]{8}|[0-9]{1,9})"
EXTENT = f'"extent":{{"east_e7":{LONGITUDE},"lower_e4m":(null|-?[0-9]+),"north_e7":{LATITUDE},'
EXTENT += f'"south_e7":{LATITUDE},"time_end":(null|[0-9]+),"time_start":[0-9]+,'
EXTENT += f'"upper_e4m":(null|-?[0-9]+),"west_e7":{LONGITUDE}}},'
PART = rf'{{("audience":\["{NAME}"(,"{NAME}")*\],"class":"personal"|"class":"(shared|sealed)"),'
PART += '"media_type":"x/x(; ?[a-z0-9=.+-]{1,60})*",'.replace("x", "[a-z0-9.+-]{1,60}")
PART += rf'"name":"([^"\\/]|\\["\\bfnrt]|\\u00..){{1,200}}","sha256":"{HEX}","size":[0-9]+}}'
REF = f'{{"record":"{HEX}","role":"(replaces|withdraws|answers|about|opens|same_event)"}}'
RECORD = f'{{"author":"{NAME}","body":{{}},"channel":"{HEX}",({EXTENT})?"id":"[0-9a-f]{{32}}",'
RECORD += rf'"issued":[0-9]+,"kind":"{KIND}/[1-9][0-9]{{0,2}}","log":"[^"]+",'
RECORD += rf'"parts":\[(({PART},){{0,63}}{PART})?\],"priority":"(routine|urgent)",'
RECORD += rf'"refs":\[(({REF},){{0,63}}{REF})?\],"status":"(actual|exercise|test)"}}'
TITLE, DECIMAL, WORD = r"[^\s+\0-\x1f]+", "(0|[1-9][0-9]{0,18})", "[!-~]{1,100}"
NOTE = rf"(({TITLE})\n{DECIMAL}\n({HASH})\n)\n((?:— {TITLE} {BASE64}\n){{1,64}})"
PROOF = rf"c2sp\.org/tlog-proof@v1\n(?:extra ({BASE64})\n)?index {DECIMAL}\n"
PROOF += rf"((?:{HASH}\n){{0,63}})\n([\s\S]+)"
POLICY = rf"((?:log [!-~]+\n){{1,64}}(?:witness {WORD} [!-~]+\n){{0,64}})((?:group {WORD} "
POLICY += rf"(?:all|any|[1-9][0-9]{{0,2}})(?: {WORD})+\n){{0,64}})quorum ({WORD})\n"
MEMBER = rf"entry|proof|policy|keys\.json|README\.txt|parts/{HEX}"
MEMBER += f"|related/[1-9][0-9]{{0,3}}-{KIND}/(entry|proof)"
SHOWN, RANKS = ("author", "log", "receipt", "witness"), {"charter": 0, "key": 1, "head": 2}
ROLES, SAYS = {*SHOWN, "line", "recovery"}, {"receipt": "stored", "witness": "head seen"}
NOT_PROVEN = "not proven: that anybody read it, that it is true, that it still stands."
FAULTS = (AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
Point = tuple[int, int]
Lanes = dict[str, int | None]


def need(found: Any, what: str) -> Any:
    """Return what was found; refuse the input if that is nothing, or false."""
    if not found:
        raise ValueError(what)
    return found


def combine(*terms: tuple[int, Point]) -> Point:
    """Add up multiples of points, bit by bit (RFC 8032 section 5.1); nothing here is secret."""
    x, y = 0, 1
    for bit in reversed(range(256)):
        for u, v in [(x, y), *(point for scalar, point in terms if scalar >> bit & 1)]:
            both = D * x * y * u * v % P
            over, under = pow(1 + both, -1, P), pow(1 - both, -1, P)
            x, y = (x * v + y * u) * over % P, (y * v + x * u) * under % P
    return x, y


def decode(key: bytes, enrol: bool = False) -> Point:
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
    base = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(sha512(r + key + message).digest(), "little") % L
    need(combine((s, base), (h, (P - x, y))) == decode(r), "a signature that does not verify")


def canonical(value: Any, depth: int = 0) -> str:
    """Write a JSON value in its one spelling (section 2)."""
    need(depth <= 64 and not isinstance(value, float), "JSON too deep, or a fraction")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        pairs = (canonical(n, depth + 1) + ":" + canonical(value[n], depth + 1) for n in names)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    need(not isinstance(value, int) or abs(value) < 2**53, "an integer out of range")
    return json.dumps(value, ensure_ascii=False)


def check_possession(name: str, role: str, status: str, key: Any) -> None:
    """Refuse a key that may not be enrolled, or that does not prove its possession (section 3)."""
    said = "parley/possession/1\n" + canonical({"name": name, "role": role, "status": status})
    need(re.fullmatch(HASH, key["public"]) and re.fullmatch(SIG, key["possession"]), "a bad key")
    decode(public := b64decode(key["public"]), enrol=True)
    check_signature(public, said.encode(), b64decode(key["possession"]))


def vkey(name: str, kind: int, public: bytes) -> str:
    """Write a key for notes: name, key id, type and public key (section 11)."""
    key = bytes([kind]) + public
    number = sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    return f"{name}+{number}+{b64encode(key).decode()}"


class Head:
    """A checkpoint and its signature lines (sections 11 and 12)."""

    def __init__(self, note: str) -> None:
        found = need(re.fullmatch(NOTE, note), "a malformed head")
        self.text, self.origin, self.size = found[1], found[2], int(found[3])
        self.root, rows = b64decode(found[4]), found[5]
        lines = [(name, b64decode(row)) for name, row in re.findall("— (.+) (.+)\n", rows)]
        self.lines = {f"{name}+{row[:4].hex()}": row[4:] for name, row in lines}
        need(all(self.lines.values()) and len(self.lines) == len(lines), "a bad line under a head")
        need(self.size < 2**63 and len(note.encode()) <= 10**6, "a head too large")

    def signed(self, key: str) -> int | None:
        """Return when a cosigner signed (a log: 0), None if not; refuse a bad signature."""
        line, time, text = self.lines.get(key[:-45]), 0, self.text
        public = b64decode(key[-44:])
        if line is not None and public[0] == 4:
            time, line = int.from_bytes(line[:8], "big"), line[8:]
            text = f"cosignature/v1\ntime {need(0 < time < 2**63 and time, 'no time')}\n{text}"
        if line is not None:
            check_signature(public[1:], text.encode(), line)
        return None if line is None else time


def included(entry: bytes, proof: bytes) -> tuple[int, Head]:
    """Return the index of an entry and the head it is under (sections 10 and 14)."""
    extra, at, hashes, note = need(re.fullmatch(PROOF, proof.decode()), "a bad proof").groups()
    opaque = extra is None or 0 < len(b64decode(extra)) < 65536
    need(opaque and len(proof) <= 1_100_000, "a bad proof")
    head, index, root = Head(note), int(at), sha256(b"\0" + entry).digest()
    path, inner = hashes.split(), (index ^ (head.size - 1)).bit_length()  # levels until they part
    need(index < head.size and len(path) == inner + (index >> inner).bit_count(), "a bad proof")
    for level, other in enumerate(map(b64decode, path)):
        left = level >= inner or index >> level & 1
        root = sha256(b"\1" + (other + root if left else root + other)).digest()
    need(root == head.root, "a proof that does not lead to the root")
    return index, head


def cosigned(policy: bytes, head: Head | None) -> dict[str, int]:
    """Return when all signed a head that fulfils a policy (section 13); without one, parse only."""
    keys, groups, quorum = need(re.fullmatch(POLICY, policy.decode()), "a bad policy").groups()
    reached, names, used = {"none": 0}, ["none"], ["none"]
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
        reached |= {name: 0} if len(reached.keys() & members) >= least else {}
        names, used = [*names, name], used + members
    once = len({*names}) == len(names) and len({*used}) == len(used)
    need(once and quorum in names and len(policy) <= 65536, "a bad policy")
    need(head is None or reached.keys() >= {"", quorum}, "a head that does not fulfil the policy")
    return reached


class Entry:
    """An entry that is well-formed, under a head of its log (sections 4, 5 and 14)."""

    def __init__(self, raw: bytes, proof: bytes) -> None:
        envelope, self.raw = need(re.fullmatch(ENVELOPE, raw.decode()), "a bad envelope"), raw
        rows = re.findall('"keyid":"(.+?)","sig":"(.+?)"', envelope[2])
        payload, self.signatures = b64decode(envelope[1]), {n: b64decode(row) for n, row in rows}
        need(len(raw) < 65536 and len(self.signatures) == len(rows), "a malformed envelope")
        self.pae = f"DSSEv1 {len(TYPE)} {TYPE} {len(payload)} ".encode() + payload
        record, self.name = json.loads(payload.decode()), sha256(payload).hexdigest()
        need(canonical(record).encode() == payload, "a payload that is not canonical")
        need(re.fullmatch(RECORD, canonical(record | {"body": {}})), "a malformed record")
        self.record, self.author, self.body = record, record["author"], record["body"]
        sizes = [part["size"] for part in record["parts"]]
        need(isinstance(self.body, dict) and max(sizes, default=0) <= 2**40, "a bad record")
        if box := record.get("extent"):
            start, end = box["time_start"], box["time_end"]
            good = box["south_e7"] <= box["north_e7"] and (end is None or start <= end)
            need(good and written(max(start, end or 0)), "a bad extent")
        self.issued = written(record["issued"])
        self.kind, self.noun = record["kind"], record["kind"].split("/")[0]
        self.index, self.head = included(raw, proof)
        self.prefix = "" if record["status"] == "actual" else "exercise.invalid/"
        self.lane = "urgent" if record["priority"] == "urgent" else "main"
        origin = f"{self.prefix}{self.author}/{record['channel']}/{self.lane}"
        need(origin == record["log"] == self.head.origin, "an entry of another log")


def written(instant: int) -> str:
    """Write an instant for people (section 1)."""
    need(type(instant) is int and instant >= 0, "a time that is no instant")
    part = f".{instant % 1000:03}" if instant % 1000 else ""
    return f"{datetime.fromtimestamp(instant // 1000, UTC):%FT%T}{part}Z"


def unzip(raw: bytes) -> dict[str, bytes]:
    """Read an archive in its one byte form, all members of known names (sections 17.1, 17.2)."""
    files, local, directory = dict[str, bytes](), bytearray(), bytearray()
    while raw[(at := len(local)) : at + 4] == b"PK\3\4" and len(files) < 20000:
        size, span = (int.from_bytes(raw[at + n : at + n + 4], "little") for n in (18, 26))
        name, content = raw[at + 30 : at + 30 + span], raw[at + 30 + span :][:size]
        header = pack("<5H4I", 10, 0, 0, 0, 33, crc32(content), size, size, span)
        directory += b"PK\1\2\12\0" + header + pack("<3H2I", 0, 0, 0, 0, at) + name
        local += b"PK\3\4" + header + name + content
        files[need(re.fullmatch(MEMBER, name.decode()), "an unknown member")[0]] = content
    counts = len(files), len(files), len(directory), len(local)
    need(raw == local + directory + pack("<4s4H2IH", b"PK\5\6", 0, 0, *counts, 0), "a bad archive")
    need(list(files) == sorted(files) and len(local) <= 2**26, "a bad archive")
    return files


class Evidence:
    """An evidence file that is consistent by the steps of section 17.5, and what it shows."""

    def __init__(self, raw: bytes) -> None:
        files = unzip(raw)  # (1) archive, (2) entry, (3) related
        folders = {name[: name.rindex("/") + 1] for name in files if name.startswith("related/")}
        order = sorted(folders, key=lambda name: (name.index("-"), name))
        entries = [Entry(files[f"{at}entry"], files[f"{at}proof"]) for at in ["", *order]]
        self.entry, *related = entries
        main, record = self.entry, self.entry.record
        self.channel, self.status = record["channel"], record["status"]
        places = [(RANKS.get(each.noun, 3), each.record["log"], each.index) for each in related]
        need("README.txt" in files, "README.txt is missing")
        need(order == [f"related/{n}-{e.noun}/" for n, e in enumerate(related, 1)], "bad folders")
        need(places == sorted({*places}), "related entries out of order, or twice")
        one = {(entry.record["channel"], entry.record["status"]) for entry in entries}
        need(len(one) == 1, "records of two channels or statuses")
        self.read_charters([entry for entry in related if entry.noun == "charter"])  # (4) keys
        for entry in related:
            if entry.noun == "key":
                self.change_keys(entry)
        need(self.keys_json() == files["keys.json"].decode(), "keys.json is not what follows")
        for entry in entries:  # (5) authors; who may change keys, step 4 has judged
            judged = entry.noun == "key" and entry.raw in [each.raw for each in related]
            need(self.signed(entry, "author") or judged, "an entry that its author did not sign")
        self.cosigners = sorted(
            (who, role, n, vkey(f"{main.prefix}{who}/{role}", 4, b64decode(key)))
            for n, (key, (who, role, *_)) in enumerate(self.keys.items())
            if role in SAYS and who != main.author
        )
        said = f"{main.author} signed record {main.name}, of kind {main.kind}"
        self.report = [f"{said}, and logged it at index {main.index} of its {main.lane} log"]
        self.rests, self.after = {main.author}, (-1, "")
        self.check_policy(files["policy"])  # (6) policy, (7) proof
        self.bears(main, "about")
        for entry in related:  # (8) related
            self.log_key(entry.head)
            if entry.noun == "head":
                self.logged_before(entry)
            elif entry.noun not in RANKS:
                refs = [ref for ref in entry.record["refs"] if ref["record"] == main.name]
                for ref in need(refs, "a related record that does not name the record"):
                    self.bears(entry, ref["role"])
        at, holder = self.after
        self.report += [f"logged after {written(at)}, when {holder} signed"] if holder else []
        self.rests |= {holder} if holder else set()
        parts = [(p["sha256"], p["size"]) for p in record["parts"] if p["class"] == "shared"]
        for name in (name[6:] for name in files if name.startswith("parts/")):  # (9) parts
            part = sha256(files[f"parts/{name}"]).hexdigest(), len(files[f"parts/{name}"])
            need(part in parts and part[0] == name, "a part that the record does not name")
            self.report.append(f"the shared part {name} is the one the record names")

    def read_charters(self, charters: list[Entry]) -> None:
        """Take the keys of the first charter, if every party logged the same one (section 7)."""
        for entry in charters:
            said = "parley/agreed/1\n" + canonical({"kind": entry.kind, "body": entry.body})
            agreed = sha256(said.encode()).hexdigest() == self.channel
            need(agreed and entry.index == 0, "a charter that is not the channel's first")
        self.charter, authors = charters[0].body, sorted(entry.author for entry in charters)
        self.parties = [who["name"] for who in self.charter["members"] if who["role"] == "party"]
        one_each = sorted(self.parties) == authors and len({*authors}) == len(authors)
        need(one_each and self.charter["status"] == self.status, "not the charter of each party")
        self.needed = self.charter["signatures_needed"]
        need(all(type(n) is int for n in self.needed.values()), "a malformed charter")
        self.keys: dict[str, tuple[str, str, Lanes, Lanes]] = {}
        for key in self.charter["keys"]:
            public = need(re.fullmatch(HASH, key["public"]), "a malformed key")[0]
            decode(b64decode(public), enrol=True)
            need(re.fullmatch(NAME, key["holder"]) and key["role"] in ROLES, "a key of nobody")
            since, until = Lanes(main=0, urgent=0), Lanes(main=None, urgent=None)
            self.keys[public] = key["holder"], key["role"], since, until
        need(len(self.keys) == len(self.charter["keys"]), "one key twice in the charter")

    def change_keys(self, entry: Entry) -> None:
        """Make the changes of keys in a record that have authority; pass over the others."""
        by_author, by_recovery = self.signed(entry, "author"), self.signed(entry, "recovery")
        need(by_author or by_recovery, "a change of keys that nobody entitled signed")
        changes = entry.body.get("changes")
        for change in changes if isinstance(changes, list) else ():
            with suppress(*FAULTS):
                self.change_key(entry, change, by_author, by_recovery)

    def change_key(self, entry: Entry, change: Any, by_author: bool, by_recovery: bool) -> None:
        """Make one change of a key; refuse it if it has no authority (section 16)."""
        holder, lane, role, what = entry.author, entry.lane, change["role"], change["change"]
        fresh = holder, role, Lanes(main=None, urgent=None), Lanes(main=None, urgent=None)
        need(entry.body["holder"] == holder and type(change[f"from_{lane}"]) is int, "malformed")
        need((role != "recovery" or by_recovery) if by_author else what != "end", "no authority")
        *owner, since, until = key = self.keys.get(change["public"], fresh)
        need(owner == [holder, role] and role in ROLES, "a key of somebody else")
        index = max(change[f"from_{lane}"], entry.index + 1)
        if what == "add":
            check_possession(holder, role, self.status, change)
            need(since[lane] is None, "a key that is in use")
            since[lane] = index
        else:
            ends = what in ("end", "revoke") and since[lane] is not None and until[lane] is None
            need(ends, "not a key that can end")
            until[lane] = index
        self.keys[change["public"]] = key

    def keys_json(self) -> str:
        """Return what keys.json must be (section 17.3)."""
        shown: Any = {holder: {role: [] for role in SHOWN} for holder, *_ in self.keys.values()}
        for public, (holder, role, since, until) in self.keys.items():
            key = {"from": since, "public": public, "until": until if any(until.values()) else None}
            shown[holder].get(role, []).append(key)
        return canonical({"format": "parley/keys/1", "channel": self.channel, "parties": shown})

    def good(self, holder: str, role: str, lane: str, index: int) -> list[bytes]:
        """Return the keys of a holder in a role that are good at an index of a lane, in order."""
        found = list[bytes]()
        for public, (*owner, since, until) in self.keys.items():
            begun, ended = since[lane], until[lane]
            good = begun is not None and begun <= index and (ended is None or index < ended)
            found += [b64decode(public)] if good and owner == [holder, role] else []
        return found

    def signed(self, entry: Entry, role: str) -> bool:
        """Tell whether enough good keys signed; refuse a bad signature of one (section 5)."""
        good = self.good(entry.author, role, entry.lane, entry.index)
        known = {sha256(key).hexdigest(): key for key in good}
        for keyid in known.keys() & entry.signatures:
            check_signature(known[keyid], entry.pae, entry.signatures[keyid])
        needed = self.needed.get(entry.kind, 1) if role == "author" else 1
        return len(known.keys() & entry.signatures) >= max(1, needed)

    def log_key(self, head: Head) -> str:
        """Return the log key under a head of this channel, which signed it (section 17.5)."""
        party, _, lane = head.origin.split("/")[-3:]
        need(head.origin == f"{self.entry.prefix}{party}/{self.channel}/{lane}", "another channel")
        for public in self.good(party, "log", lane, head.size - 1):
            if head.signed(key := vkey(head.origin, 1, public)) is not None:
                return key
        raise ValueError("a head that no good log key signed")

    def check_policy(self, policy: bytes) -> None:
        """Check that the policy is the one that follows from the keys, and the head by it."""
        claimed = [each for each in self.cosigners if f" {each[3]}\n" in policy.decode()]
        names = [f"{holder}-{role}" for holder, role, *_ in claimed]
        rows = [f"log {self.log_key(self.entry.head)}"]
        rows += [f"witness {holder}-{role} {key}" for holder, role, _, key in claimed]
        rows += ["group claimed all " + " ".join(names)] if len(names) > 1 else []
        rows += ["quorum " + ["none", *names[:1], "claimed"][min(len(names), 2)], ""]
        need("\n".join(rows) == policy.decode(), "a policy that does not follow from the keys")
        times = cosigned(policy, self.entry.head)
        for holder, role, *_ in claimed:
            at = written(times[f"{holder}-{role}"] * 1000)
            self.report.append(f"{SAYS[role]} by {holder} at {at} (its clock)")
            self.rests.add(holder)

    def logged_before(self, entry: Entry) -> None:
        """Find after which time of others the record was logged, by a head logged before it."""
        head, same = Head(entry.body["note"]), entry.head.text == self.entry.head.text
        need(same and entry.index < self.entry.index, "a head logged elsewhere or later")
        party = self.log_key(head) and head.origin.split("/")[-3]
        need(party in self.parties, "a head of somebody who is no party")
        times = [(head.signed(key), holder) for holder, _, _, key in self.cosigners]
        newest = max((time * 1000, holder) for time, holder in times if time is not None)
        self.after = newest if newest[0] > self.after[0] else self.after

    def bears(self, entry: Entry, role: str) -> None:
        """Report what a record says of the record: told, answered, or something else."""
        own, body, to = entry.author == self.entry.author, entry.body, entry.body.get("to")
        need(role not in (("answers",) if own else ("withdraws", "replaces")), "not its to say")
        called = entry.noun == "call" and body.get("outcome") == "connected" and "said" in body
        if own and called and role == "about" and to != "unknown":
            need(re.fullmatch(NAME, to), "a call to nobody")
            at = written(body["opened_at"])
            self.report.append(f"told {to} at {at}: {entry.author} says so, and nobody else")
        elif entry is not self.entry:
            said, stance = f"{role} this record: {entry.kind} of {entry.author}", body.get("stance")
            if role == "answers" and entry.noun == "answer":
                need(stance in ("acknowledge", "object", "propose"), "an unknown stance")
                said = f"answered by {entry.author}: {stance}"
            self.report.append(f"{said} (claimed time {entry.issued})")
            self.rests.add(entry.author)

    def fingerprints(self) -> list[str]:
        """Return holder, role and key id of every key that is shown."""
        keys = [
            (*who, sha256(b64decode(key)).hexdigest()) for key, (*who, _, _) in self.keys.items()
        ]
        return [f"{holder} {role} {number}" for holder, role, number in keys if role in SHOWN]

    def missing(self, trusts: list[Any]) -> set[str]:
        """Return whose keys no trust establishes; refuse a trust that contradicts (11)."""
        known = set[str]()
        for trust in trusts:
            if isinstance(trust, str):
                need(trust == self.channel, "the fingerprint is another charter's")
                known |= self.rests
                continue
            mine = [key for key in self.charter["keys"] if key["holder"] == trust["name"]]
            need(trust["status"] == self.status, "the identity is of another status")
            keys = {(key["role"], key["public"]) for key in mine if key["role"] in SHOWN}
            theirs = {(role, key["public"]) for role, key in trust["keys"].items() if role in SHOWN}
            need(mine and keys == theirs, "the identity has other keys than the charter")
            known.add(trust["name"])
        return self.rests - known


def unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, unless a name is there twice."""
    need(len(dict(members)) == len(members), "a name twice in one object")
    return dict(members)


def read_trust(word: str) -> Any:
    """Read a fingerprint, or the name and keys of an identity file (sections 17.7 and 18)."""
    if not Path(word).is_file():
        return need(re.fullmatch(HEX, re.sub(r"[\s:.-]", "", word).lower()), "no fingerprint")[0]
    raw = Path(word).read_bytes()
    trust = json.loads(raw.decode(), object_pairs_hook=unique)
    need(canonical(trust) and len(raw) <= 65535, "a malformed identity")
    need(trust["format"] == "parley/identity/1", "no identity of format 1")
    need(re.fullmatch(NAME, trust["name"]) and trust["keys"].keys() <= ROLES, "a bad identity")
    need(re.fullmatch("actual|exercise|test", trust["status"]), "a bad identity")
    for role, key in trust["keys"].items():
        check_possession(trust["name"], role, trust["status"], key)
    return trust


def main(words: list[str]) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description="Verify an evidence file, or an entry by a proof.")
    verify = parser.add_subparsers(required=True).add_parser("verify")
    verify.add_argument("file", help="FILE.zip, or ENTRY with --policy and --proof")
    verify.add_argument("--policy")
    verify.add_argument("--proof")
    verify.add_argument("--trust", action="append", default=[], help="IDENTITY.json or FINGERPRINT")
    given, code, missing = parser.parse_args(words), 2, list[str]()
    try:
        raw, trusts = Path(given.file).read_bytes(), [read_trust(word) for word in given.trust]
        holders = [trust["name"] for trust in trusts if isinstance(trust, dict)]
        need(len({*holders}) == len(holders), "two identities of one holder")
        if given.policy or given.proof:
            policy, proof = Path(given.policy).read_bytes(), Path(given.proof).read_bytes()
            need(cosigned(policy, None) and not trusts, "--trust is for evidence files")
            code = 1
            index, head = included(raw, proof)
            report = [f"entry {index} of {head.origin}, under a head of size {head.size}"]
            signed = cosigned(policy, head).items()
            report += [f"{name} signed that head at POSIX time {at}" for name, at in signed if at]
            status = "exercise" if head.origin.startswith("exercise.invalid/") else "actual"
        else:
            need(raw[:4] == b"PK\3\4", "not a zip with members")
            code = 1
            found = Evidence(raw)
            missing, report, status = sorted(found.missing(trusts)), found.report, found.status
            report += [f"fingerprint of the charter: {found.channel}"] if missing else []
            report += [f"fingerprint of a key: {line}" for line in found.fingerprints() if missing]
    except FAULTS as fault:
        print(f"{'FAILS' if code == 1 else 'BAD INPUT'}: {fault}", file=sys.stderr)
        return code
    if status != "actual":
        print(f"{status.upper()}: nothing here is about real events.")
    verdict = f"CONSISTENT; KEYS NOT ESTABLISHED ({', '.join(missing)})" if missing else "VERIFIED"
    print(verdict, *report, NOT_PROVEN, sep="\n- ")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
