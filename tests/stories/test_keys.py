"""Keys change hands: a second author comes, the first is revoked by the recovery key."""

import base64
from pathlib import Path

import pytest

from parley.errors import KeyAbsent, ParleyError
from parley.log.checkpoint import (
    COSIGNER_KEY,
    LOG_KEY,
    Checkpoint,
    SignedNote,
    VerifierKey,
    sign_checkpoint,
)
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.log.merkle import MemoryTree, consistency_proof, leaf_hash
from parley.node.answering import Answers
from parley.node.identity import KeyRole, PublicKey, possession_statement
from parley.node.keyring import add_key, put_first, read_seed, write_private
from parley.node.rekeying import change_body
from parley.node.runtime import Node
from parley.record.signature import SeedSigner, key_id, prove_possession
from tests.stories.village import Village, data_of, held_by, village, warning

SECOND = bytes(range(32))


def change(signer: SeedSigner, what: str) -> dict:
    body = {
        "role": "author",
        "public": base64.b64encode(signer.public).decode(),
        "change": what,
        "from_main": 0,
        "from_urgent": 0,
    }
    if what == "add":
        proof = prove_possession(signer, possession_statement("coalition", "author", "exercise"))
        body["possession"] = base64.b64encode(proof).decode()
    return body


def say(v: Village, channel: str, changes: list[dict], signer: SeedSigner | None = None) -> None:
    body: dict = {"holder": "coalition", "status": "exercise", "changes": changes}
    for priority in ("routine", "urgent"):
        v.nodes["coalition"].publish(
            channel,
            "key/1",
            body,
            priority=priority,
            signers=[signer] if signer else None,
        )
    v.settle()


def test_a_second_author_and_the_end_of_the_first(tmp_path: Path) -> None:
    """New records bear the new key, old ones still stand, the thief of the old one says nothing."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        old = v.nodes["coalition"].publish(channel, "warning/1", warning("before"))
        second = SeedSigner(SECOND)
        say(v, channel, [change(second, "add")])
        keys = v.folder / "coalition" / "keys"
        write_private(keys / "author-2.key", SECOND.hex().encode() + b"\n")
        node = v.reopen("coalition")
        v.settle()

        first = SeedSigner(read_seed(keys / "author.key"))
        recovery = SeedSigner(read_seed(v.folder / "coalition" / "recovery.key"))
        say(v, channel, [change(first, "revoke")], signer=recovery)
        with pytest.raises(ParleyError):
            node.publish(channel, "warning/1", warning("thief"), signers=[first])
        said = node.publish(channel, "warning/1", warning("after"))
        v.settle()
        opened = v.nodes["russia"].find(said.name, channel)
        assert opened.unread is None
        assert opened.entry is not None
        assert held_by(node, channel, said.name) >= {("stored", "russia")}
        for name in (old.name, said.name):
            report = check_evidence(
                node.evidence(channel, name), Trust(channels=frozenset({channel}))
            )
            assert {g.holder for g in report.grades} == {"russia"}


ROLES: tuple[KeyRole, ...] = ("author", "log", "witness", "receipt", "line")


def change_keys(v: Village, channel: str, name: str, *, settle: bool = True) -> dict[str, bytes]:
    """Let a party change all its keys but the recovery key, as ``parley key change`` does."""
    node = v.nodes[name]
    ring = node.stations["exercise"].ring
    old: list[tuple[KeyRole, bytes]] = [(role, ring.identity.keys[role].public) for role in ROLES]
    new = {role: add_key(ring, role, node.entropy) for role in ROLES}
    body = change_body(ring.identity, new, old, reason={"lang": "en", "text": "the yearly change"})
    for priority in ("urgent", "routine"):
        node.publish(channel, "key/1", body, priority=priority)
        if settle:
            v.settle()
    put_first(ring, new)
    return {role: key.public for role, key in new.items()}


def lines_over(node: Node, origin: str) -> dict[str, bytes]:
    """Give the newest head of a log as bytes, with the hash of the key of each line under it."""
    note = SignedNote.parse(node.stations["exercise"].store.head(origin) or b"")
    return {line.name: line.key_hash for line in note.signatures}


def hash_of(name: str, public: bytes, key_type: int) -> bytes:
    return VerifierKey(name, key_type, public).key_hash


@pytest.mark.parametrize("reached", [True, False], ids=["in touch", "cut off meanwhile"])
def test_every_key_is_changed_and_the_node_goes_on(tmp_path: Path, reached: bool) -> None:
    """Heads, receipts and requests bear the new keys at once; what the old ones signed holds.

    Also where the others were cut off all the while, and first hear of the change from a head that
    the new key signed.
    """
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        v.add("mirror", "MI", role="mirror")
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        v.settle()
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        before = coalition.publish(channel, "warning/1", warning("before"))
        theirs = russia.publish(channel, "warning/1", warning("theirs, before"))
        v.settle()
        held = lines_over(coalition, before.origin)

        new = change_keys(v, channel, "coalition", settle=reached)
        after = coalition.publish(channel, "warning/1", warning("after"))
        urgent = coalition.publish(
            channel, "warning/1", warning("after", "stop"), priority="urgent"
        )
        v.settle()
        answered = russia.publish(channel, "warning/1", warning("theirs, after"))
        v.settle()

        # Heads of ours, our receipt over theirs, and our requests bear the new keys.
        for origin in (after.origin, urgent.origin):
            for node in v.nodes.values():
                assert lines_over(node, origin)[origin] == hash_of(origin, new["log"], LOG_KEY)
        ours = lines_over(russia, answered.origin)
        for role in ("receipt", "witness"):
            name = f"exercise.invalid/coalition/{role}"
            assert ours[name] == hash_of(name, new[role], COSIGNER_KEY)
            assert ours[name] != hash_of(name, old_key(v, role), COSIGNER_KEY)
        callers = Answers(russia.stations["exercise"]).callers()
        assert {
            c.keyid for public, c in callers.values() if "coalition" in c.member_of.values()
        } == {key_id(new["line"])}
        # Nobody's picture has a hole, and every side's word before and after still proves itself.
        for name in v.nodes:
            for record in (before, theirs, after, urgent, answered):
                assert v.nodes[name].find(record.name, channel).unread is None
            assert "W19" not in {
                a["rule"] for a in data_of(v.nodes[name], channel, "advisories")["advisories"]
            }
        for record in (before, after, urgent):
            assert held_by(russia, channel, record.name) >= {
                ("stored", "russia"),
                ("stored", "mirror"),
            }
        assert held_by(russia, channel, answered.name) >= {("stored", "coalition")}
        assert held[before.origin] != lines_over(coalition, before.origin)[before.origin]
        for node in (coalition, russia):
            for record in (before, theirs, after, urgent, answered):
                report = check_evidence(
                    node.evidence(channel, record.name), Trust(channels=frozenset({channel}))
                )
                assert {g.holder for g in report.grades} >= {"mirror"}
        # So it does after a start, from the key files alone.
        again = v.reopen("coalition")
        v.settle()
        last = again.publish(channel, "warning/1", warning("last"))
        v.settle()
        assert held_by(russia, channel, last.name) >= {("stored", "russia")}
        assert again.identity.keys["log"].public == new["log"]


def old_key(v: Village, role: str) -> bytes:
    return SeedSigner(read_seed(v.folder / "coalition" / "keys" / f"{role}.key")).public


def test_a_head_signed_with_an_ended_log_key_is_refused(tmp_path: Path) -> None:
    """Whoever stole the old log key signs no head of ours any more that anybody would take."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        change_keys(v, channel, "coalition")
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        said = coalition.publish(channel, "warning/1", warning("after"))
        v.settle()
        store = russia.stations["exercise"].store
        size = store.size(said.origin)
        leaves = [leaf_hash(entry) for entry in store.entries(said.origin)]
        tree = MemoryTree([*leaves, leaf_hash(b"a record of the thief")])
        head = Checkpoint(said.origin, size + 1, tree.root(size + 1))
        thief = SeedSigner(read_seed(v.folder / "coalition" / "keys" / "log.key"))
        note = SignedNote(head.body().decode(), (sign_checkpoint(head, thief),)).format()
        intake, found = russia.stations["exercise"].intake, russia.stations["exercise"]
        place = next(c for c in found.channels.all() if c.id == channel)
        with pytest.raises(ParleyError):
            intake.take_head(
                place, said.origin, note, size, consistency_proof(tree, size, size + 1)
            )
        with pytest.raises(ParleyError):
            intake.take_log(place, said.origin, note, size, [b"a record of the thief"])
        # Nor does our own node take it for a longer history of its own.
        with pytest.raises(ParleyError):
            coalition.stations["exercise"].intake.learn_own_head(place, said.origin, note, "russia")
        assert not coalition.read_only


def test_a_key_without_its_private_half_is_not_brought_into_force(tmp_path: Path) -> None:
    """A record that would leave us unable to sign is refused before it is logged."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        v.settle()
        stranger = SeedSigner(SECOND)
        proof = prove_possession(stranger, possession_statement("coalition", "log", "exercise"))
        node = v.nodes["coalition"]
        added: dict[KeyRole, PublicKey] = {"log": PublicKey(stranger.public, proof)}
        body = change_body(node.identity, added, [])
        with pytest.raises(KeyAbsent):
            node.publish(channel, "key/1", body)
        said = node.publish(channel, "warning/1", warning())
        v.settle()
        assert held_by(node, channel, said.name) >= {("stored", "russia")}
