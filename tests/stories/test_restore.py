"""An old backup is restored: nothing is signed until the log is whole again, and none is forked."""

import shutil
from pathlib import Path

import pytest

from parley.errors import ReadOnly, StateBehind
from parley.node.runtime import Node
from parley.record.envelope import origin_of
from tests.stories.village import Village, held_by, views_of, village, warning

TEXT: dict = {"lang": "en", "text": "restored from the tape of Tuesday; nobody answers"}


def three(v: Village) -> str:
    v.add("coalition", "CO")
    v.add("russia", "RU")
    v.add("mirror", "MI", role="mirror")
    channel = v.charter("coalition", "russia", mirrors=("mirror",))
    v.settle()
    return channel


def talk(v: Village, channel: str, count: int) -> str:
    name = ""
    for number in range(count):
        name = v.nodes["coalition"].publish(channel, "warning/1", warning(str(number))).name
    v.settle()
    return name


def snapshot(v: Village, files: tuple[str, ...]) -> Path:
    """Stop the coalition's node, copy the named files of it, and let it go on."""
    v.nodes["coalition"].close()
    kept = v.folder / "backup"
    kept.mkdir()
    for name in files:
        shutil.copy(v.folder / "coalition" / name, kept / name)
    v.open("coalition")
    v.settle()
    return kept


def restore(v: Village, kept: Path) -> Node:
    v.nodes["coalition"].close()
    for path in kept.iterdir():
        for old in (v.folder / "coalition").glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(path, v.folder / "coalition" / path.name)
    return v.open("coalition")


def lines_signed(node: Node, origin: str) -> set[bytes]:
    store = node.stations["exercise"].store
    return {head.line.signature for head in store.heads(origin)}


@pytest.mark.parametrize("files", [("parley.db",), ("parley.db", "signed.db")])
def test_a_restored_backup_is_refilled_before_it_signs(
    tmp_path: Path, files: tuple[str, ...]
) -> None:
    """With or without the sign-state: 0 new signatures until recovered, then the same root."""
    with village(tmp_path) as v:
        channel = three(v)
        talk(v, channel, 3)
        kept = snapshot(v, files)
        last = talk(v, channel, 50)
        origin = origin_of("coalition", channel, "main", "exercise")
        mirror = v.nodes["mirror"].stations["exercise"].store
        whole, signed = (
            mirror.root(origin, mirror.size(origin)),
            lines_signed(v.nodes["mirror"], origin),
        )

        restored = restore(v, kept)
        # Nobody is asked yet: nothing may be signed.
        with pytest.raises((ReadOnly, StateBehind)):
            restored.publish(channel, "warning/1", warning("too early"))
        assert restored.read_only
        # One round refills the log from whoever held it for us.
        restored.sync()
        assert not restored.read_only
        store = restored.stations["exercise"].store
        assert store.root(origin, mirror.size(origin)) == whole
        assert restored.find(last, channel).name == last
        v.settle()
        after = restored.publish(channel, "warning/1", warning("whole again"))
        v.settle()
        assert ("stored", "russia") in held_by(restored, channel, after.name)
        assert views_of(restored, channel) == views_of(v.nodes["mirror"], channel)
        # Whatever was signed before still stands; no size has a second root anywhere.
        assert signed <= lines_signed(v.nodes["mirror"], origin)
        for node in v.nodes.values():
            assert node.forks(channel) == []


def test_a_head_that_was_only_seen_is_remembered(tmp_path: Path) -> None:
    """The mirror saw our head and never got the entries: even so we do not sign over it."""
    with village(tmp_path) as v:
        channel = three(v)
        talk(v, channel, 1)
        kept = snapshot(v, ("parley.db", "signed.db"))
        coalition = v.nodes["coalition"]
        coalition.publish(channel, "warning/1", warning("seen by its head alone"))
        v.nodes["russia"].stop()
        (post,) = coalition.exchanges["exercise"].posts("mirror")
        post.round.push_heads()
        node = restore(v, kept)
        node.sync()
        assert node.read_only
        with pytest.raises((ReadOnly, StateBehind)):
            node.publish(channel, "warning/1", warning("over it"))


def test_with_nobody_in_reach_only_a_signed_word_overrides(tmp_path: Path) -> None:
    """Read-only until the operator's reason is itself a record; what it risks is said in it."""
    with village(tmp_path) as v:
        channel = three(v)
        talk(v, channel, 2)
        v.nodes["russia"].stop()
        v.nodes["mirror"].stop()
        node = v.reopen("coalition")
        node.sync()
        with pytest.raises(ReadOnly, match="confirmed"):
            node.publish(channel, "warning/1", warning())
        said = node.resume_unconfirmed(channel, TEXT)
        record = node.find(said.name, channel).record
        assert record is not None
        assert record.kind == "line_state/1"
        assert record.body["reason"] == TEXT
        assert len(record.body["resumed_unconfirmed"]) == 2  # type: ignore[arg-type]
        node.publish(channel, "warning/1", warning())


def test_what_the_sign_state_knows_no_word_overrides(tmp_path: Path) -> None:
    """Where our own key is known to have signed more, writing on would fork the log: refused."""
    with village(tmp_path) as v:
        channel = three(v)
        talk(v, channel, 1)
        kept = snapshot(v, ("parley.db",))
        talk(v, channel, 3)
        v.nodes["russia"].stop()
        v.nodes["mirror"].stop()
        node = restore(v, kept)
        with pytest.raises(StateBehind):
            node.resume_unconfirmed(channel, TEXT)


def test_a_carried_file_refills_as_well(tmp_path: Path) -> None:
    """The line is down after the loss: the mirror's copy comes by hand."""
    with village(tmp_path) as v:
        channel = three(v)
        talk(v, channel, 1)
        kept = snapshot(v, ("parley.db", "signed.db"))
        last = talk(v, channel, 5)
        carried = v.nodes["mirror"].carry_out(channel)
        v.nodes["russia"].stop()
        v.nodes["mirror"].stop()
        node = restore(v, kept)
        report = node.carry_in(carried)
        assert report["refused"] == []
        assert node.find(last, channel).name == last
        assert not node.read_only
        node.publish(channel, "warning/1", warning())


def test_two_sides_exchange_by_hand(tmp_path: Path) -> None:
    """No line at all: files go to and fro, receipts come back the same way, views agree."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia")
        one, other = v.nodes["coalition"], v.nodes["russia"]
        for node in (one, other):
            node.stop()
        for _ in range(2):
            other.carry_in(one.carry_out(channel))
            one.carry_in(other.carry_out(channel))
        said = one.publish(channel, "warning/1", warning())
        for _ in range(4):
            taken = other.carry_in(one.carry_out(channel))
            assert taken["refused"] == []
            one.carry_in(other.carry_out(channel))
        assert ("stored", "russia") in held_by(one, channel, said.name)
        other.carry_in(one.carry_out(channel))
        assert views_of(one, channel) == views_of(other, channel)
        again = other.carry_in(one.carry_out(channel))
        assert {log["new"] for log in again["logs"]} == {0}  # type: ignore[index, union-attr, call-overload]
