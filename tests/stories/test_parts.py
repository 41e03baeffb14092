"""Parts: sealed ones never leave, personal ones reach their audience only, digests give nothing."""

import hashlib
from pathlib import Path

import pytest

from parley.errors import NoPart, PartErased
from parley.log.padding import pad
from parley.node.runtime import Node, PartInput
from parley.record.envelope import Part
from tests.stories.relay import Cut, Relay
from tests.stories.village import Village, held_by, village, warning

NAMES = [f"Witness {n:04d} of Zakf" for n in range(2000)]
SEALED = b"the source is the third house by the well, after dusk"
PERSONAL = NAMES[1234].encode()
SHARED = b"photograph of the checkpoint, 12:40"


class Glass:
    """Every node behind a relay of its own: all decrypted traffic can be looked through."""

    def __init__(self, v: Village) -> None:
        self.v = v
        self.relays: dict[str, Relay] = {}
        for name, code, role in (
            ("coalition", "CO", "party"),
            ("russia", "RU", "party"),
            ("turkey", "TR", "party"),
            ("mirror", "MI", "mirror"),
        ):
            relay = Relay(0, Cut())
            v.add(name, code, role=role, endpoint_port=relay.port)
            relay.aim(v.port[name])
            self.relays[name] = relay
        self.channel = v.charter("coalition", "russia", "turkey", mirrors=("mirror",))
        v.settle()

    def traffic(self, *names: str) -> bytes:
        return b"\n".join(b for n in names or self.relays for b in self.relays[n].bytes)

    def close(self) -> None:
        self.v.close()
        for relay in self.relays.values():
            relay.close()


def three_parts(node: Node, channel: str) -> tuple[str, dict[str, Part]]:
    said = node.publish(
        channel,
        "warning/1",
        warning(),
        parts=[
            PartInput("photo", SHARED, "image/jpeg", "shared"),
            PartInput("source", SEALED, "text/plain", "sealed"),
            PartInput("contact", PERSONAL, "text/plain", "personal", ("russia",)),
        ],
    )
    record = node.find(said.name, channel).record
    assert record is not None
    return said.name, {p.part_class: p for p in record.parts}


def test_no_part_leaves_its_circle(tmp_path: Path) -> None:
    """Shared to all; sealed to nobody; personal to russia alone, in all the traffic there was."""
    with village(tmp_path) as v:
        glass = Glass(v)
        try:
            coalition = v.nodes["coalition"]
            name, parts = three_parts(coalition, glass.channel)
            v.settle()
            assert ("stored", "mirror") in held_by(coalition, glass.channel, name)
            for other in ("russia", "turkey", "mirror"):
                assert v.nodes[other].part(parts["shared"].sha256) == SHARED
                with pytest.raises(NoPart):
                    v.nodes[other].part(parts["sealed"].sha256)
            assert v.nodes["russia"].part(parts["personal"].sha256) == PERSONAL
            for other in ("turkey", "mirror"):
                with pytest.raises(NoPart):
                    v.nodes[other].part(parts["personal"].sha256)
            # No byte of the sealed part in any traffic; of the personal one none but to russia.
            assert SHARED in glass.traffic()
            assert SEALED not in glass.traffic()
            assert PERSONAL in glass.traffic("russia")
            assert PERSONAL not in glass.traffic("coalition", "turkey", "mirror")
            # Asked for by name, neither is there.
            for post in v.nodes["turkey"].exchanges["exercise"].lines("coalition"):
                for part in (parts["sealed"], parts["personal"]):
                    path = f"/part/{part.sha256}?channel={glass.channel}"
                    assert post.get(path).status == 404
        finally:
            glass.close()


def test_a_dictionary_finds_no_digest(tmp_path: Path) -> None:
    """Whoever knows every candidate still cannot tell which one a digest is of, nor its length."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        node = v.nodes["coalition"]
        _, parts = three_parts(node, channel)
        guesses = [n.encode() for n in NAMES] + [SEALED]
        digests = {parts["sealed"].sha256, parts["personal"].sha256}
        for guess in guesses:
            assert hashlib.sha256(guess).hexdigest() not in digests
            assert hashlib.sha256(pad(guess, bytes(32))).hexdigest() not in digests
        assert {parts["sealed"].size, parts["personal"].size} == {256}
        # The same attack finds the shared part at once: it is the salt that defeats it.
        assert hashlib.sha256(SHARED).hexdigest() == parts["shared"].sha256
        # The same content twice gives two digests.
        _, again = three_parts(node, channel)
        assert again["personal"].sha256 != parts["personal"].sha256


def test_opening_and_erasing(tmp_path: Path) -> None:
    """An opened part proves its old digest to all; an erased one is gone where it was sent too."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        name, parts = three_parts(coalition, channel)
        v.settle()
        opening = coalition.open_sealed(channel, name, parts["sealed"].sha256)
        v.settle()
        record = russia.find(opening.name, channel).record
        assert record is not None
        content = russia.part(record.parts[0].sha256)
        assert content == SEALED
        salt = bytes.fromhex(str(record.body["salt"]))
        assert hashlib.sha256(pad(content, salt)).hexdigest() == parts["sealed"].sha256

        digest = parts["personal"].sha256
        assert russia.part(digest) == PERSONAL
        coalition.erase_personal(channel, name, digest, by="Data officer")
        v.settle()
        for node in (coalition, russia):
            with pytest.raises(PartErased):
                node.part(digest)
            assert PERSONAL not in files_of(node)
        # The digest, and that there was a part, stay; it is not sent again.
        v.settle()
        with pytest.raises(PartErased):
            russia.part(digest)


def files_of(node: Node) -> bytes:
    return b"".join(p.read_bytes() for p in node.folder.glob("parley.db*"))
