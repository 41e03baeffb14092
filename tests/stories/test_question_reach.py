"""How far a question sees: one channel at a time, one status, and never clear past the unread."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.kinds import KINDS
from parley.node.entropy import SeededEntropy
from parley.node.runtime import Node
from parley.record.kind import Kinds
from tests.stories.asking import World, corridor, served, two_sides
from tests.stories.village import village, warning

BUSY = ("05:00", "06:00")
NEAR = ("05:30", "07:00")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with two_sides(tmp_path) as made:
        yield made


def test_an_answer_of_one_channel_shows_nothing_of_another(tmp_path: Path) -> None:
    """Russia is asked: what turkey filed is seen in turkey's channel, and only there."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            v.add(name, code)
        one, other = v.charter("coalition", "russia"), v.charter("russia", "turkey")
        v.settle()
        with served(v.nodes["russia"]) as http:
            here, there = World(v, http, one), World(v, http, other)
            ours = here.file("coalition", corridor(None, *BUSY, title="Of the coalition"))
            theirs = there.file("turkey", corridor(None, *BUSY, title="Of turkey"))
            asked = corridor(None, *NEAR)
            for world, seen, unseen in ((here, ours, theirs), (there, theirs, ours)):
                answer = world.post(asked, channel=world.channel, offers=True)
                (met,) = answer.json()["conflicts"]
                assert (met["channel"], met["other"]["id"]) == (world.channel, seen)
                (told,) = answer.json()["channels"]
                assert (told["channel"], told["compared"]) == (world.channel, 1)
                assert all(f"/{world.channel}/" in origin for origin in told["upto"])
                hidden = other if world is here else one
                for word in (unseen, hidden, "Of turkey" if world is here else "Of the coalition"):
                    assert word not in answer.text
            # In the channel of the other two, a side that is in neither is not found by a name.
            refused = here.post(asked, channel=one, replaces=theirs)
            assert refused.json()["code"] == "record-unknown"
            both = here.ask(asked)
            assert {(c["channel"], c["other"]["id"]) for c in both["conflicts"]} == {
                (one, ours),
                (other, theirs),
            }
        with served(v.nodes["coalition"]) as http:
            third = World(v, http, one)
            assert [
                c["other"]["id"] for c in third.ask(corridor("russia", *NEAR))["conflicts"]
            ] == [ours]
            assert third.post(asked, channel=other).json()["code"] == "channel-unknown"


def test_what_would_clear_a_conflict_in_one_channel_is_not_held_up_by_another(
    tmp_path: Path,
) -> None:
    """An offer says nothing of the other channel, neither by its amount nor by being withheld."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            v.add(name, code)
        one, other = v.charter("coalition", "russia"), v.charter("russia", "turkey")
        v.settle()
        with served(v.nodes["russia"]) as http:
            here, there = World(v, http, one), World(v, http, other)
            here.file("coalition", corridor(None, *BUSY))
            before = here.ask(corridor(None, *NEAR), channel=one, offers=True)["conflicts"]
            assert any("start_s" in offer for offer in before[0]["offers"])
            # Right behind it, where the offered plan would fly.
            there.file("turkey", corridor(None, "06:00", "08:00"))
            assert here.ask(corridor(None, *NEAR), channel=one, offers=True)["conflicts"] == before


def test_an_exercise_is_never_compared_with_what_is_actual(tmp_path: Path) -> None:
    """One node holds both: unasked it answers of its first status, and of a channel by its own."""
    with village(tmp_path) as v:
        nodes = [v.add_both("coalition", "CO"), v.add_both("russia", "RU")]
        channels = v.charters_of_both("coalition", "russia")
        v.settle()
        first = nodes[0].identity.status
        with served(nodes[0]) as http:
            worlds = {status: World(v, http, channel) for status, channel in channels.items()}
            named = {
                status: world.file("russia", corridor(None, *BUSY, title=f"It is {status}"))
                for status, world in worlds.items()
            }
            for status, world in worlds.items():
                hidden = named["exercise" if status == "actual" else "actual"]
                for query in ({"channel": world.channel}, {} if status == first else None):
                    if query is None:
                        continue
                    answer = world.post(corridor(None, *NEAR), **query)
                    assert [c["other"]["id"] for c in answer.json()["conflicts"]] == [named[status]]
                    assert [c["channel"] for c in answer.json()["channels"]] == [world.channel]
                    assert hidden not in answer.text


def test_with_an_entry_that_cannot_be_read_nothing_is_clear(world: World) -> None:
    """Whether it came before the fold or after it: what it may say is out of sight."""
    village = world.village
    node = village.nodes["coalition"]
    node.close()
    older = Kinds(kind for kind in KINDS if kind.name != "warning/1")
    entropy = SeededEntropy("coalition, an older version")
    node = Node.open(node.folder, clock=village.clock, entropy=entropy, kinds=older)
    node.listen()
    village.nodes["coalition"] = node
    with served(node) as http:
        world = World(village, http, world.channel)
        asked = corridor(None, *NEAR)
        assert world.ask(asked)["clear"]
        village.nodes["russia"].publish(world.channel, "warning/1", warning())
        village.settle()
        for _ in range(2):  # as it came in, and after a fold
            answer = world.ask(asked)
            assert answer["conflicts"] == []
            assert answer["channels"][0]["unread"] == 1
            assert not answer["channels"][0]["clear"]
            assert not answer["clear"]
            node.skies.clear()


def test_offers_are_counted(world: World) -> None:
    """Each way out that was named, and none for a question that asked for none."""
    world.file("russia", corridor(None, *BUSY))
    world.ask(corridor(None, *NEAR))
    assert world.village.nodes["coalition"].questions.tally().offers == 0
    made = 0
    for _ in range(2):
        answer = world.ask(corridor(None, *NEAR), offers=True)
        made += sum(len(met["offers"]) for met in answer["conflicts"])
        assert answer["asked"]["offers"] == made
    assert made == 2 * 3  # time, level, place
    assert world.http.get("/v1").json()["asked"]["offers"] == made
