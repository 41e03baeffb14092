"""A party with good keys logs garbage and sends forgeries; the others read on and stay at work."""

import base64
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from parley.log.checkpoint import Checkpoint, SignedNote, sign_checkpoint
from parley.log.merkle import consistency_proof, leaf_hash, root_of
from parley.log.offer import HeadOffer
from parley.log.packages import UploadHead, read_head, read_packages, write_upload
from parley.node.entropy import SeededEntropy
from parley.node.httpsig import sign_request
from parley.node.runtime import Node
from parley.node.station import Station
from parley.node.wire import MAX_HEAD
from parley.projection.view import VIEW_NAMES
from parley.record.canonical import canonical
from parley.record.envelope import PAYLOAD_TYPE, Record, Ref, pre_authentication, read_record, seal
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
ENTRY_LIMIT = 65_535


def three(v: Village) -> str:
    for name, code in zip(PARTIES, ("CO", "RU", "TR"), strict=True):
        v.add(name, code)
    v.add("mirror", "MI", role="mirror")
    channel = v.charter(*PARTIES, mirrors=("mirror",))
    v.settle()
    return channel


def station_of(node: Node) -> Station:
    return node.stations["exercise"]


def log_of(party: str, channel: str, lane: str) -> str:
    return f"exercise.invalid/{party}/{channel}/{lane}"


def smuggle(node: Node, origin: str, raw: bytes) -> int:
    """Log bytes past all checks of one's own node, under a head that its key signs."""
    station = station_of(node)
    index = station.store.size(origin)
    station.store.append(origin, [raw], after=index)
    assert station.appender is not None
    station.appender.catch_up(origin)
    return index


def envelope(payload: bytes, signer: Signer) -> bytes:
    """Sign any payload; unlike ``seal`` this refuses nothing."""
    signature = base64.b64encode(signer.sign(pre_authentication(payload))).decode()
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": key_id(signer.public), "sig": signature}],
        }
    )


GARBAGE: tuple[tuple[str, str, Callable[[Record, Signer], bytes]], ...] = (
    ("no bytes at all", "envelope", lambda r, s: b""),
    ("random bytes", "envelope", lambda r, s: RANDOM.draw(777)),
    ("as many as an entry may have", "envelope", lambda r, s: RANDOM.draw(ENTRY_LIMIT)),
    ("brackets without end", "envelope", lambda r, s: b"[" * 60_000),
    ("brackets under a good signature", "fields", lambda r, s: envelope(b"[" * 40_000, s)),
    ("a number without end", "fields", lambda r, s: envelope(b"9" * 40_000, s)),
    (
        "a record with spaces in it",
        "fields",
        lambda r, s: envelope(json.dumps(json.loads(r.payload())).encode(), s),
    ),
    (
        "a record of another channel",
        "elsewhere",
        lambda r, s: (
            seal(
                replace(
                    r, channel="ab" * 32, log=r.log.replace(r.channel, "ab" * 32), id="01" * 16
                ).payload(),
                [s],
            ).raw
        ),
    ),
    (
        "a record in another's name",
        "elsewhere",
        lambda r, s: (
            seal(
                replace(
                    r, author="russia", log=r.log.replace("turkey", "russia"), id="02" * 16
                ).payload(),
                [s],
            ).raw
        ),
    ),
    ("the same record again", "duplicate", lambda r, s: seal(r.payload(), [s]).raw),
    (
        "a body of no such kind",
        "body",
        lambda r, s: seal(replace(r, body={"what": 1}, id="03" * 16).payload(), [s]).raw,
    ),
    (
        "a kind from the future",
        "kind",
        lambda r, s: seal(replace(r, kind="warning/9", id="04" * 16).payload(), [s]).raw,
    ),
    (
        "a stranger's signature",
        "signature",
        lambda r, s: seal(replace(r, id="05" * 16).payload(), [SeedSigner(bytes(32))]).raw,
    ),
)


def test_garbage_at_n_does_not_hide_the_notice_at_n_plus_1(tmp_path: Path) -> None:
    """Each garbage entry is receipted and shown as unread with its reason.

    The urgent notice after it is receipted, shown and answered like any other.
    """
    with village(tmp_path) as v:
        channel = three(v)
        turkey, others = v.nodes["turkey"], [v.nodes["coalition"], v.nodes["russia"]]
        origin = log_of("turkey", channel, "urgent")
        author = station_of(turkey).ring.signers["author"]
        first = turkey.publish(channel, "warning/1", warning(), priority="urgent")
        entry = turkey.find(first.name).entry
        assert entry is not None
        sample = read_record(entry.payload)

        expected, notices = {}, []
        for what, code, make in GARBAGE:
            index = smuggle(turkey, origin, make(sample, author))
            said = turkey.publish(channel, "warning/1", warning(what), priority="urgent")
            assert said.index == index + 1, what
            expected[index] = code
            notices.append(said)
        v.settle()

        for node in others:
            log = node.opened(channel)[origin]
            unread = {o.index: o.unread.code for o in log if o.unread is not None}
            assert unread == expected
            shown = node.view(channel, "register", at=DAY)["data"]
            assert isinstance(shown, dict)
            listed = shown["unread_entries"]
            assert isinstance(listed, list)
            assert [(u["origin"], u["index"], u["code"]) for u in listed] == [
                (origin, index, code) for index, code in expected.items()
            ]
            assert all(u["what"] for u in listed)
            # A view with something unread in it never says that all is well.
            assert shown["unread"] == len(expected)
            asked = node.view(channel, "notices", at=DAY)["data"]
            assert isinstance(asked, dict)
            names = [n["name"] for n in asked["notices"]]
            assert names == [first.name, *(said.name for said in notices)]

        refs = [Ref("answers", notices[-1].name)]
        v.nodes["russia"].publish(channel, "answer/1", acknowledgement(), refs=refs)
        v.settle()
        assert ("answered", "russia") in held_by(turkey, channel, notices[-1].name)

        # Stored by everybody: the receipts cover the garbage and the notice behind it alike.
        size = station_of(turkey).store.size(origin)
        for holder in ("coalition", "russia", "mirror"):
            held = station_of(v.nodes[holder]).store
            assert held.entries(origin, 0, size) == station_of(turkey).store.entries(
                origin, 0, size
            )
            for said in notices:
                assert ("stored", holder) in held_by(turkey, channel, said.name)
        pictures = [views_of(node, channel) for node in v.nodes.values()]
        assert set(pictures[0]) == set(VIEW_NAMES)
        assert all(picture == pictures[0] for picture in pictures)


# --- on the wire


class Hostile:
    """Sends what it likes to one node, signed with the keys it has."""

    def __init__(self, v: Village, channel: str) -> None:
        self.channel = channel
        self.me = station_of(v.nodes["turkey"])
        self.target = v.nodes["coalition"]
        self.at = f"http://127.0.0.1:{v.port['coalition']}"
        self.folder = v.folder / "coalition"
        self.clock = v.clock
        self.http = httpx.Client(trust_env=False)

    def signed(
        self, method: str, path: str, body: bytes, *, signer: Signer | None = None, at: str = ""
    ) -> dict[str, str]:
        return sign_request(
            method,
            (at or self.at) + path,
            body,
            signer=signer or self.me.ring.signers["line"],
            at=self.clock.now(),
            nonce=RANDOM.draw(16),
        )

    def send(
        self, method: str, path: str, body: bytes = b"", fields: dict[str, str] | None = None
    ) -> httpx.Response:
        signed = self.signed(method, path, body) if fields is None else fields
        return self.http.request(method, self.at + path, content=body, headers=signed)

    def offer(self, head: Checkpoint, old: int, proof: tuple[bytes, ...] = ()) -> httpx.Response:
        line = sign_checkpoint(head, self.me.ring.signers["log"])
        note = SignedNote(head.body().decode(), (line,)).format()
        return self.send("POST", "/add-checkpoint", HeadOffer(old, proof, note).format())

    def stored(self) -> list[str]:
        """Give all that the target has on its disk, statement by statement."""
        lines = []
        for file in ("parley.db", "signed.db"):
            db = sqlite3.connect(self.folder / file)
            lines += list(db.iterdump())
            db.close()
        return lines


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    got = (answer.status_code, answer.headers.get("Parley-Refusal"))
    assert got == (status, code), answer.text
    # One line, for the other side's operator.
    assert answer.text.count("\n") == 1


def still_at_work(v: Village, channel: str) -> None:
    """Check that a notice of each goes through to the others, receipts and answer included."""
    v.settle()
    for party in PARTIES:
        said = v.nodes[party].publish(channel, "warning/1", warning(party), priority="urgent")
        v.settle()
        grades = held_by(v.nodes[party], channel, said.name)
        assert {("stored", other) for other in {*PARTIES, "mirror"} - {party}} <= grades


@pytest.fixture
def hostile(tmp_path: Path):
    with village(tmp_path) as v:
        channel = three(v)
        enemy = Hostile(v, channel)
        try:
            yield v, enemy
        finally:
            enemy.http.close()


def test_requests_that_are_not_what_they_claim(hostile: tuple[Village, Hostile]) -> None:
    """Forged, foreign, misdirected and repeated requests are refused; nothing is stored."""
    v, enemy = hostile
    origin = log_of("turkey", enemy.channel, "main")
    store = enemy.me.store
    head = store.stored_head(origin)
    assert head is not None
    path, body = "/add-checkpoint", HeadOffer(head.size, (), head.note).format()
    good = enemy.signed("POST", path, body)
    before = enemy.stored()

    forged = dict(good)
    value = forged["Signature"]
    forged["Signature"] = value.replace(value[20], "A" if value[20] != "A" else "B", 1)
    assert_refused(enemy.send("POST", path, body, forged), 401, "request-signature")
    unsigned: dict[str, str] = {}
    assert_refused(enemy.send("POST", path, body, unsigned), 401, "request-signature")
    # The signature is good, and for another body, another path, another node.
    assert_refused(enemy.send("POST", path, body + b"\n", good), 401, "request-signature")
    assert_refused(enemy.send("POST", "/cosignatures", body, good), 401, "request-signature")
    elsewhere = enemy.signed("POST", path, body, at="http://127.0.0.1:1")
    assert_refused(enemy.send("POST", path, body, elsewhere), 401, "request-signature")
    stranger = enemy.signed("POST", path, body, signer=SeedSigner(bytes(range(32))))
    assert_refused(enemy.send("POST", path, body, stranger), 401, "request-signature")
    # A key of the same party, yet not the one for the line.
    author = enemy.signed("POST", path, body, signer=enemy.me.ring.signers["author"])
    assert_refused(enemy.send("POST", path, body, author), 401, "request-signature")
    assert enemy.stored() == before

    assert enemy.send("POST", path, body, good).status_code == 200
    replayed = enemy.send("POST", path, body, good)
    assert_refused(replayed, 401, "request-signature")
    assert "sent before" in replayed.text
    assert enemy.stored() == before
    still_at_work(v, enemy.channel)


def test_what_is_too_large_is_not_even_read(hostile: tuple[Village, Hostile]) -> None:
    """A body over its frame's limit is refused before its signature is looked at."""
    v, enemy = hostile
    before = enemy.stored()
    assert_refused(enemy.send("POST", "/add-checkpoint", bytes(MAX_HEAD + 1)), 429, "request-limit")
    part = f"/part/{'0' * 64}?channel={enemy.channel}"
    large = bytes(enemy.target.settings.max_part_bytes + 1)
    assert_refused(enemy.send("PUT", part, large), 429, "request-limit")
    assert_refused(enemy.send("PUT", part, b"not of that digest"), 400, "request")
    assert enemy.stored() == before
    still_at_work(v, enemy.channel)


def test_heads_and_entries_that_are_not_so(hostile: tuple[Village, Hostile]) -> None:
    """A false root, a wrong proof, another's log: refused, nothing stored; the truth is taken."""
    v, enemy = hostile
    origin = log_of("turkey", enemy.channel, "urgent")
    store = enemy.me.store
    old = store.size(origin)
    v.nodes["turkey"].publish(enemy.channel, "warning/1", warning(), priority="urgent")
    new = store.size(origin)
    true = Checkpoint(origin, new, store.root(origin, new))
    proof = tuple(consistency_proof(store.reader(origin), old, new))
    before = enemy.stored()

    # (1) heads
    lie = Checkpoint(origin, new, leaf_hash(b"nothing of the kind"))
    assert_refused(enemy.offer(lie, old, proof), 422, "log-proof")
    assert_refused(enemy.offer(true, old, ()), 422, "log-proof")
    wrong = (leaf_hash(b"wrong"), *proof[1:])
    assert_refused(enemy.offer(true, old, wrong), 422, "log-proof")
    foreign = log_of("russia", enemy.channel, "urgent")
    assert_refused(enemy.offer(Checkpoint(foreign, new, true.root), old, proof), 422, "log-note")
    mine = log_of("coalition", enemy.channel, "urgent")
    assert_refused(enemy.offer(Checkpoint(mine, new, true.root), old, proof), 422, "log-note")
    unknown = log_of("turkey", "ab" * 32, "urgent")
    assert_refused(enemy.offer(Checkpoint(unknown, new, true.root), 0), 404, "request-not-yours")
    assert_refused(enemy.send("POST", "/add-checkpoint", b"\xff" * 99), 422, "log-head")
    assert enemy.stored() == before

    # (2) entries, for a head that was never offered and then for one that was
    upload = UploadHead(origin, old, new)
    body = write_upload(store, upload)
    assert enemy.send("POST", "/add-entries", body).status_code == 409
    assert enemy.stored() == before
    assert enemy.offer(true, old, proof).status_code == 200
    before = enemy.stored()
    head, at = read_head(body)
    [package] = read_packages(head, body, at)
    for changed in (
        replace(package, entries=(b"something else",)),
        replace(package, proof=(*package.proof, leaf_hash(b"one too many"))),
        replace(package, proof=tuple(leaf_hash(p) for p in package.proof), entries=(b"",)),
    ):
        answer = enemy.send("POST", "/add-entries", head.encode() + changed.encode())
        assert_refused(answer, 422, "log-proof")
    # Cut off within the only package: there is nothing in it to take.
    assert_refused(enemy.send("POST", "/add-entries", body[:-1]), 422, "log-upload")
    assert enemy.stored() == before
    assert enemy.send("POST", "/add-entries", body).status_code == 200
    still_at_work(v, enemy.channel)


def test_a_second_history_is_kept_as_evidence_and_not_taken(
    hostile: tuple[Village, Hostile],
) -> None:
    """Two signed heads of one size: the second is refused, and both together are the proof."""
    v, enemy = hostile
    origin = log_of("turkey", enemy.channel, "urgent")
    held = station_of(enemy.target).store
    size, root = held.size(origin), held.root(origin, held.size(origin))
    other = root_of([leaf_hash(b"another history")] * size)
    assert_refused(enemy.offer(Checkpoint(origin, size, other), size), 422, "log-fork")
    assert (held.size(origin), held.root(origin, size)) == (size, root)
    [fork] = enemy.target.forks(enemy.channel)
    assert isinstance(fork, dict)
    assert fork["origin"] == origin
    still_at_work(v, enemy.channel)
