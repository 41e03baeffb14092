"""A party with good keys logs what nobody can read, and offers what is not so; nothing sticks."""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.log.checkpoint import Checkpoint, SignedNote, sign_checkpoint
from parley.log.merkle import consistency_proof, leaf_hash
from parley.log.offer import HeadOffer
from parley.log.packages import UploadHead, read_head, read_packages, write_upload
from parley.node.entropy import SeededEntropy
from parley.node.httpsig import sign_request
from parley.node.runtime import Node
from parley.node.station import Station
from parley.record.canonical import canonical
from parley.record.envelope import (
    MAX_ENTRY,
    PAYLOAD_TYPE,
    Record,
    Ref,
    origin_of,
    pre_authentication,
    read_record,
    seal,
)
from parley.record.signature import SeedSigner, Signer, key_id
from tests.stories.village import (
    DAY,
    Village,
    acknowledgement,
    held_by,
    views_of,
    village,
    warning,
)

PARTIES = ("coalition", "russia", "turkey")
RANDOM = SeededEntropy("garbage")
STRANGER = SeedSigner(bytes(range(32)))


def three(v: Village) -> str:
    for name, code in zip(PARTIES, ("CO", "RU", "TR"), strict=True):
        v.add(name, code)
    v.add("mirror", "MI", role="mirror")
    channel = v.charter(*PARTIES, mirrors=("mirror",))
    v.settle()
    return channel


def station_of(node: Node) -> Station:
    return node.stations["exercise"]


def data_of(node: Node, channel: str, view: str) -> Any:
    return node.view(channel, view, at=DAY)["data"]


def log_of(party: str, channel: str) -> str:
    return origin_of(party, channel, "urgent", "exercise")


def smuggle(node: Node, origin: str, raw: bytes) -> int:
    """Log bytes past all checks of one's own node, under a head that its key signs."""
    station = station_of(node)
    index = station.store.size(origin)
    station.store.append(origin, [raw], after=index)
    assert station.appender is not None
    station.appender.catch_up(origin)
    return index


def envelope(payload: bytes, signer: Signer) -> bytes:
    """Sign any payload, whatever it is."""
    signature = base64.b64encode(signer.sign(pre_authentication(payload))).decode()
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": key_id(signer.public), "sig": signature}],
        }
    )


def spaced(record: Record, signer: Signer) -> bytes:
    return envelope(json.dumps(json.loads(record.payload())).encode(), signer)


def changed(number: int, **changes: Any) -> Callable[[Record, Signer], bytes]:
    """Make a well signed record that differs from a good one in its id and in one more thing."""

    def make(record: Record, signer: Signer) -> bytes:
        other = replace(record, id=f"{number:032x}", **changes)
        return seal(other.payload(), [signer]).raw

    return make


def of_another_channel(record: Record, signer: Signer) -> bytes:
    other = "ab" * 32
    log = log_of(record.author, other)
    return changed(1, channel=other, log=log)(record, signer)


def in_anothers_name(record: Record, signer: Signer) -> bytes:
    log = log_of("russia", record.channel)
    return changed(2, author="russia", log=log)(record, signer)


GARBAGE: tuple[tuple[str, str, Callable[[Record, Signer], bytes]], ...] = (
    ("random bytes", "envelope", lambda r, s: RANDOM.draw(777)),
    ("as many as an entry may have", "envelope", lambda r, s: RANDOM.draw(MAX_ENTRY)),
    ("brackets without end", "envelope", lambda r, s: b"[" * 60_000),
    ("brackets, well signed", "fields", lambda r, s: envelope(b"[" * 40_000, s)),
    ("a number without end, well signed", "fields", lambda r, s: envelope(b"9" * 40_000, s)),
    ("a record with spaces in it", "fields", spaced),
    ("a record of another channel", "elsewhere", of_another_channel),
    ("a record in another's name", "elsewhere", in_anothers_name),
    ("the same record again", "duplicate", lambda r, s: seal(r.payload(), [s]).raw),
    ("a body of no such kind", "body", changed(3, body={"what": 1})),
    ("a kind from the future", "kind", changed(4, kind="warning/9")),
    ("a stranger's signature", "signature", lambda r, s: changed(5)(r, STRANGER)),
)


def test_every_garbage_at_n_leaves_the_notice_at_n_plus_1(tmp_path: Path) -> None:
    """Each garbage entry is receipted and shown as unread with its reason.

    The urgent notice right after it is receipted, shown and answered, the same with everybody.
    """
    with village(tmp_path) as v:
        channel = three(v)
        turkey = v.nodes["turkey"]
        origin = log_of("turkey", channel)
        author = station_of(turkey).ring.signers["author"]
        first = turkey.publish(channel, "warning/1", warning(), priority="urgent")
        entry = turkey.find(first.name).entry
        assert entry is not None
        sample = read_record(entry.payload)

        expected, notices = {}, [first]
        for what, code, make in GARBAGE:
            index = smuggle(turkey, origin, make(sample, author))
            said = turkey.publish(channel, "warning/1", warning(what), priority="urgent")
            assert said.index == index + 1, what
            expected[index] = code
            notices.append(said)
        v.settle()
        refs = [Ref("answers", notices[-1].name)]
        v.nodes["russia"].publish(channel, "answer/1", acknowledgement(), refs=refs)
        v.settle()

        for party in ("coalition", "russia"):
            register = data_of(v.nodes[party], channel, "register")
            unread = register["unread_entries"]
            assert register["unread"] == len(expected)
            assert {u["index"]: u["code"] for u in unread} == expected
            assert all(u["origin"] == origin and u["what"] for u in unread)
            shown = [n["name"] for n in data_of(v.nodes[party], channel, "notices")["notices"]]
            assert shown == [said.name for said in notices]

        # The receipts cover the garbage and the notice behind it alike: same bytes, everywhere.
        logged = station_of(turkey).store
        size = logged.size(origin)
        for holder in ("coalition", "russia", "mirror"):
            held = station_of(v.nodes[holder]).store
            assert held.entries(origin, 0, size) == logged.entries(origin, 0, size)
        for said in notices:
            grades = held_by(turkey, channel, said.name)
            assert {("stored", p) for p in ("coalition", "russia", "mirror")} <= grades
        assert ("answered", "russia") in held_by(turkey, channel, notices[-1].name)
        pictures = [views_of(node, channel) for node in v.nodes.values()]
        assert all(picture == pictures[0] for picture in pictures)


# --- on the wire


class Hostile:
    """Turkey's keys in the hands of one who sends the coalition what he likes."""

    def __init__(self, v: Village, http: httpx.Client) -> None:
        self.v = v
        self.channel = three(v)
        self.me = station_of(v.nodes["turkey"])
        self.at = v.nodes["coalition"].identity.endpoint
        self._http = http

    def signed(self, path: str, body: bytes, *, signer: Signer | None = None) -> dict[str, str]:
        return sign_request(
            "POST",
            self.at + path,
            body,
            signer=signer or self.me.ring.signers["line"],
            at=self.v.clock.now(),
            nonce=RANDOM.draw(16),
        )

    def post(
        self, path: str, body: bytes, fields: dict[str, str] | None = None
    ) -> tuple[int, str | None]:
        """Send a body; give the status and the code of a refusal, which is one line long."""
        signed = self.signed(path, body) if fields is None else fields
        answer = self._http.post(self.at + path, content=body, headers=signed)
        refusal = answer.headers.get("Parley-Refusal")
        assert refusal is None or answer.text.count("\n") == 1
        return answer.status_code, refusal

    def offer(
        self, head: Checkpoint, old: int, proof: tuple[bytes, ...] = ()
    ) -> tuple[int, str | None]:
        line = sign_checkpoint(head, self.me.ring.signers["log"])
        note = SignedNote(head.body().decode(), (line,)).format()
        return self.post("/add-checkpoint", HeadOffer(old, proof, note).format())

    def stored(self) -> list[str]:
        """Give all that the coalition has on its disk, statement by statement."""
        lines: list[str] = []
        for file in ("parley.db", "signed.db"):
            db = sqlite3.connect(self.v.folder / "coalition" / file)
            lines += db.iterdump()
            db.close()
        return lines

    def all_at_work(self) -> None:
        """Check that a notice of each party still goes through, with everybody's receipt."""
        self.v.settle()
        said = {p: self.v.nodes[p].publish(self.channel, "warning/1", warning()) for p in PARTIES}
        self.v.settle()
        for party, notice in said.items():
            grades = held_by(self.v.nodes[party], self.channel, notice.name)
            assert {("stored", other) for other in {*PARTIES, "mirror"} - {party}} <= grades


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Hostile]:
    with httpx.Client(trust_env=False) as http, village(tmp_path) as v:
        yield Hostile(v, http)


def test_a_request_is_taken_once_and_from_its_signer_only(hostile: Hostile) -> None:
    """Forged, altered, foreign and repeated requests are refused, and nothing is stored."""
    head = hostile.me.store.stored_head(log_of("turkey", hostile.channel))
    assert head is not None
    path, body = "/add-checkpoint", HeadOffer(head.size, (), head.note).format()
    good, before = hostile.signed(path, body), hostile.stored()
    refused = (401, "request-signature")

    signature = base64.b64decode(good["Signature"].split(":")[1])
    for byte in (0, 31, 32, 63):
        bad = bytearray(signature)
        bad[byte] ^= 1
        forged = good | {"Signature": f"parley=:{base64.b64encode(bad).decode()}:"}
        assert hostile.post(path, body, forged) == refused
    # A good signature, for another body and for another path.
    assert hostile.post(path, body + b"\n", good) == refused
    assert hostile.post("/cosignatures", body, good) == refused
    # The key of nobody, and one of the same party that is not for the line.
    for signer in (STRANGER, hostile.me.ring.signers["author"]):
        assert hostile.post(path, body, hostile.signed(path, body, signer=signer)) == refused
    assert hostile.stored() == before

    assert hostile.post(path, body, good) == (200, None)
    assert hostile.post(path, body, good) == refused
    assert hostile.stored() == before
    hostile.all_at_work()


def test_a_head_is_taken_with_its_proof_only(hostile: Hostile) -> None:
    """A false root, a wrong proof and a head of another's log are refused; nothing is stored."""
    origin, store = log_of("turkey", hostile.channel), hostile.me.store
    old = store.size(origin)
    turkey = hostile.v.nodes["turkey"]
    turkey.publish(hostile.channel, "warning/1", warning(), priority="urgent")
    new = store.size(origin)
    true = Checkpoint(origin, new, store.root(origin, new))
    proof = tuple(consistency_proof(store.reader(origin), old, new))
    before = hostile.stored()

    lie = leaf_hash(b"nothing of the kind")
    assert hostile.offer(Checkpoint(origin, new, lie), old, proof) == (422, "log-proof")
    assert hostile.offer(true, old, ()) == (422, "log-proof")
    assert hostile.offer(true, old, (lie, *proof[1:])) == (422, "log-proof")
    assert hostile.offer(true, old, (*proof, lie)) == (422, "log-proof")
    for party in ("russia", "coalition"):
        theirs = Checkpoint(log_of(party, hostile.channel), new, true.root)
        assert hostile.offer(theirs, old, proof) == (403, "log-note")
    elsewhere = Checkpoint(log_of("turkey", "ab" * 32), new, true.root)
    assert hostile.offer(elsewhere, old, proof) == (404, "request-not-yours")
    assert hostile.post("/add-checkpoint", b"\xff" * 99) == (400, "log-head")
    assert hostile.stored() == before

    assert hostile.offer(true, old, proof) == (200, None)
    hostile.all_at_work()


def test_entries_are_taken_with_their_proof_only(hostile: Hostile) -> None:
    """Entries without a head, other entries, a wrong proof: refused, and nothing is stored."""
    origin, store = log_of("turkey", hostile.channel), hostile.me.store
    old = store.size(origin)
    turkey = hostile.v.nodes["turkey"]
    turkey.publish(hostile.channel, "warning/1", warning(), priority="urgent")
    new = store.size(origin)
    body = write_upload(store, UploadHead(origin, old, new))
    before = hostile.stored()
    assert hostile.post("/add-entries", body)[0] == 409
    assert hostile.stored() == before

    true = Checkpoint(origin, new, store.root(origin, new))
    proof = tuple(consistency_proof(store.reader(origin), old, new))
    assert hostile.offer(true, old, proof) == (200, None)
    before = hostile.stored()
    head, at = read_head(body)
    [package] = read_packages(head, body, at)
    lie = leaf_hash(b"one too many")
    for wrong in (
        replace(package, entries=(b"something else",)),
        replace(package, entries=(package.entries[0] + b" ",)),
        replace(package, proof=(*package.proof, lie)),
    ):
        upload = head.encode() + wrong.encode()
        assert hostile.post("/add-entries", upload) == (422, "log-proof")
    assert hostile.post("/add-entries", body[:-1]) == (400, "log-upload")
    assert hostile.stored() == before

    assert hostile.post("/add-entries", body) == (200, None)
    hostile.all_at_work()
