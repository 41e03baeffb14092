"""The worked example of docs/formats.md, made by our own code from fixed seeds.

``python -m tests.contracts.formats_example docs/formats.md`` writes every block anew; the test
beside it refuses a document that differs.
"""

import base64
import hashlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from parley.log.archive import write_archive
from parley.log.bundle_tar import write_tar
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    cosign,
    sign_checkpoint,
)
from parley.log.evidence import EvidenceInput, Logged, evidence_members
from parley.log.evidence_check import check_members
from parley.log.evidence_words import readme, verdict
from parley.log.fork import ForkEvidence, two_roots
from parley.log.merkle import (
    EMPTY_ROOT,
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    subtree_consistency_proof,
    subtree_hash,
)
from parley.log.packages import Package, UploadHead
from parley.log.padding import pad
from parley.log.policy import Policy
from parley.log.proof import Proof
from parley.log.tiles import ENTRIES, TilePath, encode_entries
from parley.node.httpsig import sign_request
from parley.projection.numbers import check_code, conflict_number, short_number
from parley.record.canonical import Json, canonical
from parley.record.envelope import (
    Entry,
    Record,
    Ref,
    agreed_digest,
    origin_of,
    pre_authentication,
    read_record,
    seal,
)
from parley.record.signature import SeedSigner, key_id, prove_possession
from parley.values.instants import Instant, parse_instant

_BLOCK = re.compile(r"<!-- vector: ([a-z0-9-]+) -->\n```(text|json)\n(.*?)\n```\n", re.DOTALL)

NOON = parse_instant("2016-06-16T12:00:00Z")
NOON_S = NOON // 1000
HOLDERS = ("coalition", "russia")
ROLES = ("author", "log", "witness", "receipt", "line", "recovery")
PREFIX = "exercise.invalid/"
WARNING: dict[str, Json] = {
    "urgency": "stop",
    "asked": {"lang": "ru", "text": "Не приближайтесь"},
    "parties": [],
    "whom": {"lang": "en", "text": "our people at the crossing"},
}
ANSWER: dict[str, Json] = {"stance": "acknowledge", "officer": "duty officer"}


def key(holder: str, role: str) -> SeedSigner:
    """A key whose seed anybody can compute."""
    return SeedSigner(hashlib.sha256(f"parley example {holder} {role}".encode()).digest())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _statement(holder: str, role: str) -> bytes:
    return canonical({"name": holder, "role": role, "status": "exercise"})


def _possession(holder: str, role: str) -> bytes:
    return prove_possession(key(holder, role), _statement(holder, role))


def charter() -> dict[str, Json]:
    """A charter of two parties, as charter/1 writes it."""
    deadline: dict[str, Json] = {"receipt_ms": 60_000, "answer_ms": 3_600_000}
    return {
        "title": {"lang": "en", "text": "Worked example"},
        "status": "exercise",
        "members": [
            {
                "name": name,
                "code": code,
                "role": "party",
                "display": {"lang": "en", "text": name.title()},
                "languages": ["en"],
            }
            for name, code in zip(HOLDERS, ("CO", "RU"), strict=True)
        ],
        "keys": [
            {
                "holder": holder,
                "role": role,
                "public": b64(key(holder, role).public),
                "possession": b64(_possession(holder, role)),
            }
            for holder in HOLDERS
            for role in ROLES
        ],
        "endpoints": [],
        "minima": {"lateral_e4m": 92_600_000, "vertical_e4m": 3_048_000, "time_ms": 300_000},
        "deadlines": {"routine": deadline, "urgent": deadline},
        "lead_times_ms": {},
        "liaisons": [],
        "languages": ["en"],
        "frequencies": [],
        "day_zone": "Asia/Damascus",
        "day_cutoff": "00:00",
        "places": [],
        "signatures_needed": {},
        "readback_kinds": [],
        "warning_repeat_ms": 21_600_000,
        "public": [],
        "in_force_from": NOON,
        "texts": [],
    }


class Example:
    """Two parties; the coalition warns, Russia stores the warning and acknowledges it."""

    def __init__(self) -> None:
        self.body = charter()
        self.channel = agreed_digest("charter/1", self.body)
        self.logs: dict[str, list[Entry]] = {holder: [] for holder in HOLDERS}
        for holder in HOLDERS:
            self.add(holder, "charter/1", self.body)
        self.warning = self.add("coalition", "warning/1", WARNING)
        answers = (Ref("answers", self.warning.name),)
        self.answer = self.add("russia", "answer/1", ANSWER, answers)

    def origin(self, party: str) -> str:
        return origin_of(party, self.channel, "main", "exercise")

    def add(
        self, party: str, kind: str, body: Mapping[str, Json], refs: tuple[Ref, ...] = ()
    ) -> Entry:
        record = Record(
            channel=self.channel,
            log=self.origin(party),
            id=hashlib.sha256(f"{party} {kind}".encode()).hexdigest()[:32],
            author=party,
            kind=kind,
            status="exercise",
            priority="routine",
            issued=Instant(NOON + 60_000 * len(self.logs[party])),
            body=body,
            refs=refs,
        )
        entry = seal(record.payload(), [key(party, "author")])
        self.logs[party].append(entry)
        return entry

    def tree(self, party: str) -> MemoryTree:
        return MemoryTree(leaf_hash(entry.raw) for entry in self.logs[party])

    def head(self, party: str, *roles: str) -> SignedNote:
        """The log's signed head, with the other party's lines in these roles."""
        tree = self.tree(party)
        head = Checkpoint(self.origin(party), tree.size, tree.root())
        other = next(h for h in HOLDERS if h != party)
        lines: list[NoteSignature] = [sign_checkpoint(head, key(party, "log"))]
        for second, role in enumerate(roles, 65):
            lines.append(cosign(head, f"{PREFIX}{other}/{role}", key(other, role), NOON_S + second))
        return SignedNote(head.body().decode(), tuple(lines))

    def logged(self, party: str, index: int, *roles: str) -> Logged:
        tree, entry = self.tree(party), self.logs[party][index]
        hashes = tuple(inclusion_proof(tree, index, tree.size))
        return Logged(entry.raw, index, hashes, self.head(party, *roles).format())

    def evidence(self) -> dict[str, bytes]:
        source = EvidenceInput(
            record=self.logged("coalition", 1, "witness", "receipt"),
            related=(
                self.logged("coalition", 0),
                self.logged("russia", 0),
                self.logged("russia", 1),
            ),
        )
        members = evidence_members(source)
        return {**members, "README.txt": readme(check_members(members))}


def _pairs(values: Sequence[tuple[str, object]]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in values)


def _measured(data: bytes) -> str:
    return _pairs([("bytes", len(data)), ("sha256", hashlib.sha256(data).hexdigest())])


def _keys(_: Example) -> dict[str, str]:
    names = [(h, r) for h in HOLDERS for r in ROLES]
    return {
        "keys": _pairs([(f"{h} {r}", key(h, r).public.hex()) for h, r in names]),
        "key-id": key_id(key("coalition", "author").public),
        "possession": _pairs(
            [
                ("signed", f"parley/possession/1 LF {_statement('coalition', 'author').decode()}"),
                ("signature", b64(_possession("coalition", "author"))),
            ]
        ),
    }


def _json(_: Example) -> dict[str, str]:
    value: Json = {
        "\u20ac": "Euro",
        "\r": "Return",
        "10": True,
        "1": None,
        "\u0080": "Control\u007f",
        "\U0001f600": "Smiley",
        "\ufb33": [0, -1, 2**53 - 1, {}, []],
        "/": '"\\\b\f\n\t\u001f/',
    }
    return {"canonical": canonical(value).hex()}


def _record(example: Example) -> dict[str, str]:
    entry = example.warning
    signed = pre_authentication(entry.payload)
    return {
        "payload": entry.payload.decode(),
        "record-name": entry.name,
        "pae-start": signed[:60].decode(),
        "pae": _pairs(
            [
                ("length", len(signed)),
                ("sha256", hashlib.sha256(signed).hexdigest()),
                ("signature", b64(entry.signatures[0].sig)),
            ]
        ),
        "entry": entry.raw.decode(),
    }


def _agreed(example: Example) -> dict[str, str]:
    record = read_record(example.warning.payload)
    name = example.warning.name
    return {
        "agreed-small": agreed_digest("minutes/1", {"text": {"lang": "en", "text": "We met."}}),
        "spoken": _pairs(
            [
                ("record", name),
                ("short number", short_number("CO", "main", 1, record.issued, "Asia/Damascus")),
                ("check code", check_code(name)),
                (
                    "urgent, index 1234, issued 2016-06-15T23:30:00Z",
                    short_number(
                        "RU",
                        "urgent",
                        1234,
                        parse_instant("2016-06-15T23:30:00Z"),
                        "Asia/Damascus",
                    ),
                ),
            ]
        ),
        "conflict": _pairs(
            [
                ("channel ab..ab, subjects 00..00 and 11..11", _conflict("ab" * 32)),
                ("no channel, the same subjects", _conflict("")),
            ]
        ),
    }


def _conflict(channel: str) -> str:
    return conflict_number(channel, "11" * 32, "00" * 32)


def _tree(_: Example) -> dict[str, str]:
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    tree = MemoryTree(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves)
    lists: list[tuple[str, list[bytes]]] = [
        ("inclusion of 5 in 7", inclusion_proof(tree, 5, 7)),
        ("inclusion of 6 in 7", inclusion_proof(tree, 6, 7)),
        ("consistency 3 to 7", consistency_proof(tree, 3, 7)),
        ("consistency 4 to 7", consistency_proof(tree, 4, 7)),
        ("consistency 6 to 7", consistency_proof(tree, 6, 7)),
        ("subtree [4, 6) in 7", subtree_consistency_proof(tree, 4, 6, 7)),
        ("subtree [0, 5) in 7", subtree_consistency_proof(tree, 0, 5, 7)),
    ]
    return {
        "roots": _pairs(
            [
                ("leaf of nothing", leaf_hash(b"").hex()),
                ("size 0", EMPTY_ROOT.hex()),
                *((f"size {n}", tree.root(n).hex()) for n in range(1, 8)),
                ("subtree [4, 6)", subtree_hash(tree, 4, 6).hex()),
                ("subtree [0, 5)", subtree_hash(tree, 0, 5).hex()),
            ]
        ),
        "proofs": _pairs([(name, " ".join(h.hex() for h in proof)) for name, proof in lists]),
    }


def _notes(example: Example) -> dict[str, str]:
    origin = example.origin("coalition")
    vkeys = [
        VerifierKey(origin, LOG_KEY, key("coalition", "log").public),
        VerifierKey(f"{PREFIX}russia/witness", COSIGNER_KEY, key("russia", "witness").public),
        VerifierKey(f"{PREFIX}russia/receipt", COSIGNER_KEY, key("russia", "receipt").public),
    ]
    note = example.head("coalition", "witness", "receipt")
    logged = example.logged("coalition", 1, "witness", "receipt")
    policy = (
        f"log {vkeys[0].format()}\n"
        f"witness seen {vkeys[1].format()}\nwitness stored {vkeys[2].format()}\n"
        "group both all seen stored\nquorum both\n"
    )
    proof = Proof(1, logged.hashes, note.format(), b"not authenticated")
    return {
        "note": _lines(note.format()),
        "vkeys": "\n".join(k.format() for k in vkeys),
        "policy": _lines(Policy.parse(policy.encode()).format()),
        "proof": _lines(proof.format()),
    }


def _lines(data: bytes) -> str:
    """Show text whose last byte is a newline; the block's own newline stands for it."""
    text = data.decode()
    if not text.endswith("\n"):
        raise ValueError("a text block ends in a newline")
    return text[:-1]


def _forks(example: Example) -> dict[str, str]:
    party = "coalition"
    tree, signer = example.tree(party), key(party, "log")
    other = MemoryTree([tree.node(0, 0), leaf_hash(b"another entry")])

    def signed(size: int, root: bytes) -> SignedNote:
        head = Checkpoint(example.origin(party), size, root)
        return SignedNote(head.body().decode(), (sign_checkpoint(head, signer),))

    third = MemoryTree([tree.node(0, 0), tree.node(0, 1), leaf_hash(b"third")])
    smaller, larger = signed(2, other.root()), signed(3, third.root())
    uneven = ForkEvidence(smaller, larger, third.root(2), tuple(consistency_proof(third, 2, 3)))
    return {
        "fork-one-size": two_roots(signed(2, tree.root()), smaller).to_bytes().decode(),
        "fork-two-sizes": uneven.to_bytes().decode(),
    }


def _wire(example: Example) -> dict[str, str]:
    origin = example.origin("coalition")
    upload = UploadHead(origin, 1, 2, b"t")
    package = Package(1, 2, (b"an entry",), ())
    paths = [
        TilePath(0, 0),
        TilePath(0, 273, 112),
        TilePath(1, 1_234_067),
        TilePath(ENTRIES, 5, 1),
    ]
    signed = sign_request(
        "POST",
        "https://russia.example:8461/add-checkpoint",
        b"old 0\n",
        signer=key("coalition", "line"),
        at=NOON,
        nonce=bytes(range(16)),
    )
    return {
        "log-path": hashlib.sha256(origin.encode()).hexdigest(),
        "tile-paths": "\n".join(path.format() for path in paths),
        "bundle-hex": encode_entries([b"", b"ab"]).hex(),
        "upload": (upload.encode() + package.encode()).hex(),
        "request": "\n".join(f"{name}: {value}" for name, value in signed.items()),
        "tar": _measured(write_tar({"heads/0/1": b"x"})),
    }


def _parts(_: Example) -> dict[str, str]:
    salt, content = bytes(range(32)), b"position of a hospital"
    whole = pad(content, salt)
    return {
        "parts": _pairs(
            [
                ("content", content.decode()),
                ("shared: size", len(content)),
                ("shared: sha256", hashlib.sha256(content).hexdigest()),
                ("salt", salt.hex()),
                ("sealed: size", len(whole)),
                ("sealed: sha256", hashlib.sha256(whole).hexdigest()),
                ("sizes of 0, 216, 217, 472, 473 bytes", _sizes(0, 216, 217, 472, 473)),
            ]
        )
    }


def _sizes(*lengths: int) -> str:
    return ", ".join(str(len(pad(bytes(n), bytes(32)))) for n in lengths)


def _evidence(example: Example) -> dict[str, str]:
    members = example.evidence()
    blocks = {}
    for name, content in members.items():
        text = content.decode()
        slug = name.lower().replace("/", "-").replace(".", "-")
        blocks[f"evidence-{slug}"] = text.removesuffix("\n")
    archive = write_archive(members)
    report = check_members({n: c for n, c in members.items() if n != "README.txt"})
    return {
        **blocks,
        "evidence-archive": _measured(archive),
        "evidence-verdict": verdict(report),
    }


_MAKERS: tuple[Callable[[Example], dict[str, str]], ...] = (
    _keys,
    _json,
    _record,
    _agreed,
    _tree,
    _notes,
    _forks,
    _wire,
    _parts,
    _evidence,
)


def vectors() -> dict[str, str]:
    """Give every block of the document by name."""
    example = Example()
    return {name: text for make in _MAKERS for name, text in make(example).items()}


def blocks(document: str) -> dict[str, str]:
    """Give the blocks that a document holds; refuse a name that occurs twice."""
    found = _BLOCK.findall(document)
    names = [name for name, _, _ in found]
    if len(set(names)) != len(names):
        raise ValueError("a vector is given twice")
    return {name: text for name, _, text in found}


def rewritten(document: str) -> str:
    """Give the document with every block as it should be."""
    wanted = vectors()

    def put(match: re.Match[str]) -> str:
        return f"<!-- vector: {match[1]} -->\n```{match[2]}\n{wanted[match[1]]}\n```\n"

    return _BLOCK.sub(put, document)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")
