"""What lies beside a record stays where it belongs: on the wire, on disks, and against guessing."""

import base64
import hashlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from parley.errors import LogBusy, NoPart, PartErased
from parley.kinds.line.erasure import Erasure
from parley.kinds.line.opening import Opening
from parley.log.padding import SALT_SIZE, pad
from parley.node.peers import PeerLine
from parley.node.runtime import Node, PartInput
from parley.projection.fold import Opened
from parley.record.canonical import Json
from parley.record.envelope import Part, Record, Ref, origin_of, seal
from parley.record.signature import key_id
from parley.values.instants import Instant
from tests.stories.relay import Cut, Relay
from tests.stories.village import Village, village, warning

WINDOW = 16
MEMBERS = {"coalition": "CO", "russia": "RU", "turkey": "TR", "mirror": "MI"}
SHARED = b"Minutes of the call at 0915: both sides will mark the garrison on their maps by noon."
SEALED = (
    b"Our aircraft leave the garrison's zone at 0540 and come back over it from the north-east."
)
OPENED = b"We had moved the tanker track two days earlier, before anybody asked us to do so at all."
PERSONAL = (
    b"Contact at the garrison: Lt. (an invented name) Yasmin Al-Karim, mobile +963 000 000 417, "
    b"speaks Arabic and English, sleeps in the third building."
)
GUESSES = (SHARED, SEALED, OPENED, PERSONAL, b"yes", b"no", b"At-Tanf", b"0540", b"")


@dataclass(frozen=True)
class Exchanged:
    """One request with its answer, as decrypted, and between whom."""

    between: frozenset[str]
    data: bytes


class Wired:
    """Three parties and a mirror; whatever one says to another passes a relay that keeps it."""

    def __init__(self, v: Village) -> None:
        self.v = v
        self.relays = {}
        for name, code in MEMBERS.items():
            relay = Relay(0, Cut())
            role = "mirror" if name == "mirror" else "party"
            v.add(name, code, role=role, endpoint_port=relay.port)
            relay.aim(v.port[name])
            self.relays[name] = relay
        self.channel = v.charter("coalition", "russia", "turkey", mirrors=("mirror",))
        self.line_key = {
            key_id(node.identity.keys["line"].public).encode(): name
            for name, node in v.nodes.items()
        }

    def close(self) -> None:
        self.v.close()
        for relay in self.relays.values():
            relay.close()

    def traffic(self) -> Iterator[Exchanged]:
        for callee, relay in self.relays.items():
            assert relay.strange == []
            assert len(relay.bytes) % 2 == 0
            for request, answer in zip(relay.bytes[::2], relay.bytes[1::2], strict=True):
                assert answer.startswith(b"HTTP/1.1 ")
                found = re.search(rb'(?i)signature-input:.*keyid="([0-9a-f]{64})"', request)
                assert found is not None
                caller = self.line_key[found[1]]
                yield Exchanged(frozenset({caller, callee}), request + answer)

    def said(self, *between: str) -> bytes:
        """Give all that was said, or all that two of them said to each other."""
        return b"\n".join(
            e.data for e in self.traffic() if not between or e.between == set(between)
        )

    def fetch(self, caller: str, callee: str, digest: str) -> int:
        """Ask for a part as a member would, properly signed; give the status of the answer."""
        station = self.v.nodes[caller].stations["exercise"]
        line = PeerLine(
            f"http://127.0.0.1:{self.relays[callee].port}",
            signer=station.ring.signers["line"],
            clock=station.clock,
            entropy=station.entropy,
            context=None,
            timeout_s=10,
            max_part=1024,
        )
        try:
            return line.get(f"/part/{digest}?channel={self.channel}").status
        finally:
            line.close()


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Wired]:
    with village(tmp_path) as v:
        place = Wired(v)
        try:
            v.settle()
            yield place
        finally:
            place.close()


def forms(secret: bytes) -> set[bytes]:
    """Give every window of a text as it might stand somewhere: plain, hex, within base64."""
    found = set()
    for start in range(len(secret) - WINDOW + 1):
        window = secret[start : start + WINDOW]
        found |= {window, window.hex().encode()}
        # In base64 a window begins at one of three places; its inner characters are its own.
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + window)
            found.add(whole[4 if shift else 0 : -4])
    return found


def shows(secret: bytes, haystack: bytes) -> bool:
    return any(form in haystack for form in forms(secret))


def files_of(node: Node) -> bytes:
    """Give every byte of every file in a node's folder, journals included."""
    return b"\n".join(p.read_bytes() for p in sorted(node.folder.rglob("*")) if p.is_file())


def part_of(opened: Opened, name: str) -> Part:
    return next(p for p in opened.said.parts if p.name == name)


def publish(place: Wired) -> Opened:
    """Let the coalition say something with a part of each class, the personal one for Russia."""
    parts = (
        PartInput("minutes", SHARED, "text/plain", "shared"),
        PartInput("plan", SEALED, "text/plain", "sealed"),
        PartInput("contact", PERSONAL, "text/plain", "personal", ("russia",)),
    )
    coalition = place.v.nodes["coalition"]
    said = coalition.publish(place.channel, "warning/1", warning(), parts=parts)
    place.v.settle()
    return coalition.find(said.name)


def test_parts_go_to_whom_they_are_meant_for_and_nowhere_else(wired: Wired) -> None:
    """Sealed text never travels; personal text only between its author and its audience.

    Neither is on a disk, in a carried file or in an evidence file where it does not belong.
    """
    said, nodes = publish(wired), wired.v.nodes
    sealed, personal = part_of(said, "plan"), part_of(said, "contact")
    shared = part_of(said, "minutes")

    # Asked for outright, by members and properly signed: not here, for you.
    for caller in ("russia", "turkey", "mirror"):
        assert wired.fetch(caller, "coalition", sealed.sha256) == 404
        assert wired.fetch(caller, "coalition", shared.sha256) == 200
    for callee in ("coalition", "russia", "mirror"):
        assert wired.fetch("turkey", callee, personal.sha256) == 404
    assert wired.fetch("mirror", "russia", personal.sha256) == 404
    assert wired.fetch("russia", "coalition", personal.sha256) == 200

    everything = wired.said()
    # The search finds what did travel: the shared part as it is, the body within base64.
    assert shows(SHARED, everything)
    assert shows(b"Keep clear of At-Tanf", everything)
    assert not shows(SEALED, everything)
    assert shows(PERSONAL, wired.said("coalition", "russia"))
    for exchanged in wired.traffic():
        if exchanged.between != {"coalition", "russia"}:
            assert not shows(PERSONAL, exchanged.data), exchanged.between

    holders = {
        name: {
            secret: shows(text, files_of(node))
            for secret, text in (("shared", SHARED), ("sealed", SEALED), ("personal", PERSONAL))
        }
        for name, node in nodes.items()
    }
    assert holders == {
        "coalition": {"shared": True, "sealed": True, "personal": True},
        "russia": {"shared": True, "sealed": False, "personal": True},
        "turkey": {"shared": True, "sealed": False, "personal": False},
        "mirror": {"shared": True, "sealed": False, "personal": False},
    }
    for name in ("turkey", "mirror"):
        with pytest.raises(NoPart):
            nodes[name].part(personal.sha256)
    assert nodes["russia"].part(personal.sha256) == PERSONAL

    # What leaves a node by hand holds the shared part alone, even from those who hold the others.
    for name in ("coalition", "russia"):
        carried = nodes[name].carry_out(wired.channel)
        with zipfile.ZipFile(io.BytesIO(nodes[name].evidence(wired.channel, said.name))) as file:
            evidence = b"\n".join(file.read(member) for member in file.namelist())
        for data in (carried, evidence):
            assert shows(SHARED, data)
            assert not shows(SEALED, data)
            assert not shows(PERSONAL, data)


def salts_seen(place: Wired) -> set[bytes]:
    """Give every 32 bytes that a party could take for a salt, of records and of all traffic."""
    found = {bytes(SALT_SIZE)}
    for log in place.v.nodes["turkey"].opened(place.channel).values():
        for opened in log:
            payload = opened.entry.payload if opened.entry else b""
            found |= {payload[i : i + SALT_SIZE] for i in range(0, len(payload), SALT_SIZE)}
            found |= {bytes.fromhex(m.decode()) for m in re.findall(rb"[0-9a-f]{64}", payload)}
            found.add(opened.leaf)
    for exchanged in place.traffic():
        hexes = re.findall(rb"[0-9a-f]{64}", exchanged.data)
        found |= {bytes.fromhex(m.decode()) for m in hexes}
    return found


def guess(digest: str, texts: Iterable[bytes], salts: Iterable[bytes]) -> bytes | None:
    """Try every text against a digest: plain, padded with every salt, and salted without form."""
    wanted, salts = bytes.fromhex(digest), list(salts)
    for text in texts:
        tried = [text, text.ljust(256, b"\0"), len(text).to_bytes(8, "big") + text]
        for salt in salts:
            tried += [pad(text, salt.ljust(SALT_SIZE, b"\0")), salt + text, text + salt]
        if any(hashlib.sha256(data).digest() == wanted for data in tried):
            return text
    return None


def test_digests_do_not_give_their_texts_away(wired: Wired) -> None:
    """Whoever guesses the exact text still cannot tell that it is the one behind a digest.

    Neither with no salt, nor with any salt seen: that of an opened part, of a personal part.
    """
    said, coalition = publish(wired), wired.v.nodes["coalition"]
    other = coalition.publish(
        wired.channel,
        "warning/1",
        warning("the track"),
        parts=(PartInput("track", OPENED, "text/plain", "sealed"),),
    )
    track = part_of(coalition.find(other.name), "track")
    coalition.open_sealed(wired.channel, other.name, track.sha256)
    wired.v.settle()
    opening = next(
        o.body
        for log in wired.v.nodes["turkey"].opened(wired.channel).values()
        for o in log
        if isinstance(o.body, Opening)
    )

    russia = wired.v.nodes["russia"].stations["exercise"]
    sealed, personal = part_of(said, "plan"), part_of(said, "contact")
    salts = salts_seen(wired)
    assert bytes.fromhex(opening.salt) in salts
    # The attack works where it may: on what is shared, and on what was opened.
    assert guess(part_of(said, "minutes").sha256, GUESSES, [bytes(SALT_SIZE)]) == SHARED
    assert guess(track.sha256, GUESSES, [bytes.fromhex(opening.salt)]) == OPENED
    assert guess(track.sha256, GUESSES, salts) == OPENED
    # Turkey knows neither salt; Russia knows that of the personal part, which is no help either.
    assert guess(sealed.sha256, GUESSES, salts) is None
    assert guess(personal.sha256, GUESSES, salts) is None
    salt = russia.parts.get(personal.sha256)[:SALT_SIZE]
    assert guess(sealed.sha256, GUESSES, [salt]) is None
    assert guess(personal.sha256, GUESSES, [salt]) == PERSONAL
    # Two texts of unlike length are of one size to whoever has only the record.
    assert len(OPENED) != len(SEALED) != len(PERSONAL)
    assert {p.size for p in (sealed, personal, track)} == {256}


def test_an_erased_part_is_gone_from_every_file(wired: Wired) -> None:
    """After erasure no file of either holder has the text or its salt; the trace of it stays."""
    said, nodes = publish(wired), wired.v.nodes
    personal = part_of(said, "contact")
    holders = [nodes["coalition"], nodes["russia"]]
    salt = holders[0].stations["exercise"].parts.get(personal.sha256)[:SALT_SIZE]
    for node in holders:
        assert shows(PERSONAL, files_of(node))
        assert salt in files_of(node)

    erasure = nodes["coalition"].erase_personal(
        wired.channel, said.name, personal.sha256, by="Duty officer"
    )
    assert not shows(PERSONAL, files_of(nodes["coalition"]))
    wired.v.settle()

    for again in (False, True):
        for name in ("coalition", "russia"):
            # While it runs, and after a start that folds and rereads everything.
            node = wired.v.reopen(name) if again else nodes[name]
            on_disk = files_of(node)
            assert not shows(PERSONAL, on_disk)
            assert salt not in on_disk
            assert bytes.fromhex(personal.sha256) in on_disk
            with pytest.raises(PartErased):
                node.part(personal.sha256)
    for node in nodes.values():
        assert part_of(node.find(said.name), "contact") == personal
        body = node.find(erasure.name).body
        assert isinstance(body, Erasure)
        assert (body.part, body.ground) == (personal.sha256, "purpose_ended")
    # It does not come back either, whoever asks whom.
    wired.v.settle()
    assert wired.fetch("russia", "coalition", personal.sha256) == 404
    assert not shows(PERSONAL, files_of(nodes["russia"]))


def test_nobody_erases_what_another_gave(wired: Wired) -> None:
    """An erasure/1 over another's part is logged as said, and destroys nothing anywhere."""
    said, turkey = publish(wired), wired.v.nodes["turkey"]
    personal = part_of(said, "contact")
    body: dict[str, Json] = {
        "part": personal.sha256,
        "ground": "harm",
        "erased_by": "Somebody else",
        "erased_at": wired.v.clock.now(),
    }
    false = turkey.publish(wired.channel, "erasure/1", body, refs=[Ref("about", said.name)])
    wired.v.settle()
    for name in ("coalition", "russia"):
        node = wired.v.nodes[name]
        assert isinstance(node.find(false.name).body, Erasure)
        assert node.part(personal.sha256) == PERSONAL


def claim(place: Wired, claimant: str, *parts: Part) -> str:
    """Let a member log a record of its own that lists parts of somebody else as its own."""
    station = place.v.nodes[claimant].stations["exercise"]
    origin = origin_of(claimant, place.channel, "main", "exercise")
    record = Record(
        channel=place.channel,
        log=origin,
        id=hashlib.sha256(repr(parts).encode()).hexdigest()[:32],
        author=claimant,
        kind="warning/1",
        status="exercise",
        priority="routine",
        issued=Instant(place.v.clock.now()),
        body=station.kinds["warning/1"].parse(warning("elsewhere")).to_json(),
        parts=parts,
    )
    entry = seal(record.payload(), [station.ring.signers["author"]])
    assert station.appender is not None
    station.appender.append_all(origin, [entry])
    assert place.v.nodes[claimant].find(entry.name).unread is None
    return entry.name


def erase_claimed(place: Wired, claimant: str, record: str, digest: str) -> None:
    """Let a member say that it erased a part that a record of its own lists."""
    body: dict[str, Json] = {
        "part": digest,
        "ground": "harm",
        "erased_by": "Somebody else",
        "erased_at": place.v.clock.now(),
    }
    refs = [Ref("about", record)]
    place.v.nodes[claimant].publish(place.channel, "erasure/1", body, refs=refs)


def test_listing_a_digest_gives_no_right_to_erase_its_bytes(wired: Wired) -> None:
    """Who lists another's part as its own, and erases it, destroys nothing; the author still can.

    Whether it never had the bytes, or was in their audience and brought them itself.
    """
    said, nodes = publish(wired), wired.v.nodes
    personal = part_of(said, "contact")
    for claimant in ("turkey", "russia"):
        claimed = claim(wired, claimant, replace(personal, audience=("russia", "coalition")))
        wired.v.settle()
        erase_claimed(wired, claimant, claimed, personal.sha256)
        wired.v.settle()
        for name in ("coalition", "russia"):
            assert nodes[name].part(personal.sha256) == PERSONAL
        # Nor did it get to see them, or get somebody else to see them.
        assert not shows(PERSONAL, files_of(nodes["turkey"]))
        assert wired.fetch("turkey", "russia", personal.sha256) == 404

    nodes["coalition"].erase_personal(wired.channel, said.name, personal.sha256, by="Duty officer")
    wired.v.settle()
    for name in ("coalition", "russia"):
        assert not shows(PERSONAL, files_of(nodes[name]))


def test_calling_a_part_shared_draws_it_out_of_no_node(wired: Wired) -> None:
    """Who lists another's sealed or personal part as shared gets it from nobody, by any road.

    The log that does so gets no receipt from there on: what it calls shared is not held as such.
    """
    said, nodes = publish(wired), wired.v.nodes
    secret = [part_of(said, name) for name in ("plan", "contact")]
    free = [replace(part, part_class="shared", audience=()) for part in secret]
    claimed = claim(wired, "turkey", *free)
    wired.v.settle()
    wired.v.settle()

    for callee in ("coalition", "russia", "mirror"):
        for part in free:
            assert wired.fetch("turkey", callee, part.sha256) == 404
    for name in ("coalition", "russia"):
        assert nodes[name].find(claimed).unread is None
        left = [nodes[name].carry_out(wired.channel)]
        with zipfile.ZipFile(io.BytesIO(nodes[name].evidence(wired.channel, claimed))) as file:
            left += [file.read(member) for member in file.namelist()]
        for text in (SEALED, PERSONAL):
            assert not any(shows(text, data) for data in left)
    for name in ("turkey", "mirror"):
        for text in (SEALED, PERSONAL):
            assert not shows(text, files_of(nodes[name]))
    assert {g.holder for g in nodes["turkey"].grades(wired.channel, claimed)} == {
        *("coalition", "russia", "mirror")
    }
    assert {g.grade for g in nodes["turkey"].grades(wired.channel, claimed)} == {"head_seen"}
    assert nodes["russia"].part(secret[1].sha256) == PERSONAL


def test_another_channel_s_part_is_not_drawn_in_by_its_digest(tmp_path: Path) -> None:
    """A shared part of one channel does not reach a member of another that lists its digest."""
    with village(tmp_path) as v:
        wired = Wired(v)
        try:
            narrow = v.charter("coalition", "russia")
            v.settle()
            parts = (PartInput("minutes", SHARED, "text/plain", "shared"),)
            coalition = v.nodes["coalition"]
            said = coalition.publish(narrow, "warning/1", warning(), parts=parts)
            v.settle()
            part = part_of(coalition.find(said.name), "minutes")
            claim(wired, "turkey", part)
            v.settle()
            for name in ("coalition", "russia"):
                assert wired.fetch("turkey", name, part.sha256) == 404
                assert shows(SHARED, v.nodes[name].carry_out(narrow))
                assert not shows(SHARED, v.nodes[name].carry_out(wired.channel))
        finally:
            wired.close()


def test_a_reader_delays_an_erasure_and_does_not_undo_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a reader keeps the old bytes alive, erasing says so; done again, it is done for good.

    A holder in the audience repeats it by itself, with whatever comes in next.
    """
    # How long a write waits for others; the default would only make this test slow.
    monkeypatch.setattr("parley.log.database.BUSY_TIMEOUT_S", 0.5)
    with village(tmp_path) as v:
        wired = Wired(v)
        try:
            v.settle()
            said = publish(wired)
            digest = part_of(said, "contact").sha256
            coalition, russia = v.nodes["coalition"], v.nodes["russia"]

            def erase() -> None:
                coalition.erase_personal(wired.channel, said.name, digest, by="Duty officer")

            with reading(coalition), pytest.raises(LogBusy):
                erase()
            assert shows(PERSONAL, files_of(coalition))
            erase()
            assert not shows(PERSONAL, files_of(coalition))

            with reading(russia):
                coalition.sync()
                assert shows(PERSONAL, files_of(russia))
            coalition.publish(wired.channel, "warning/1", warning("elsewhere"))
            coalition.sync()
            assert not shows(PERSONAL, files_of(russia))
        finally:
            wired.close()


@contextmanager
def reading(node: Node) -> Iterator[None]:
    """Look at a node's file from outside, as a backup would, and keep looking."""
    db = sqlite3.connect(node.folder / "parley.db", isolation_level=None)
    try:
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM part").fetchone()
        yield
    finally:
        db.close()
