"""Keys change hands: a second author comes, the first is revoked by the recovery key."""

import base64
from pathlib import Path

import pytest

from parley.errors import ParleyError
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.node.identity import possession_statement
from parley.node.keyring import read_seed, write_private
from parley.record.signature import SeedSigner, prove_possession
from tests.stories.village import Village, held_by, village, warning

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
