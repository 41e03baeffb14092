"""A node in two channels, and of two statuses: what is said in one stays in it."""

import socket
from pathlib import Path
from typing import Any

import pytest

from parley.errors import BadBody, BadCharter, NoChannel, NoRecord, WrongStatus
from parley.node.charter import new_charter
from parley.record.envelope import Ref
from tests.stories.village import acknowledgement, held_by, village, warning


def test_two_channels_of_one_node(tmp_path: Path) -> None:
    """Russia talks with the coalition and with turkey; neither sees the other channel."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            v.add(name, code)
        one, other = v.charter("coalition", "russia"), v.charter("russia", "turkey")
        v.settle()
        coalition, russia, turkey = (v.nodes[n] for n in ("coalition", "russia", "turkey"))
        assert set(russia.channels()) == {one, other}
        first = russia.publish(one, "warning/1", warning("At-Tanf"))
        second = russia.publish(other, "warning/1", warning("Idlib"))
        v.settle()
        assert coalition.find(first.name).index == first.index
        assert turkey.find(second.name).index == second.index
        with pytest.raises(NoRecord):
            coalition.find(second.name)
        with pytest.raises(NoChannel):
            coalition.terms(other)
        turkey.publish(other, "answer/1", acknowledgement(), refs=[Ref("answers", second.name)])
        v.settle()
        assert ("answered", "turkey") in held_by(russia, other, second.name)
        assert {holder for _, holder in held_by(russia, one, first.name)} == {"coalition"}
        # A record of one channel is no record of the other, under whatever name it is asked for.
        with pytest.raises(NoRecord):
            russia.find(first.name, other)


def test_an_exercise_and_the_actual_channel_never_mix(tmp_path: Path) -> None:
    """One node holds both kinds of channel, each with keys, folders and a port of its own."""
    with village(tmp_path) as v:
        nodes = [v.add_both("coalition", "CO"), v.add_both("russia", "RU")]
        channels = v.charters_of_both("coalition", "russia")
        mixed = [nodes[0].stations["actual"].identity, nodes[1].stations["exercise"].identity]
        with pytest.raises(WrongStatus):
            new_charter(mixed, at=v.clock.now())
        v.settle()
        for status, channel in channels.items():
            said = nodes[0].publish(channel, "warning/1", warning(status))
            v.settle()
            opened = nodes[1].find(said.name)
            assert opened.record is not None
            assert opened.record.status == status
            assert opened.origin.startswith("exercise.invalid/") == (status == "exercise")
        # The charter of an exercise cannot be signed with the word actual in it.
        lie = dict(new_charter([n.stations["exercise"].identity for n in nodes], at=v.clock.now()))
        lie["status"] = "actual"
        with pytest.raises(BadBody, match="possession"):
            nodes[0].sign_charter(lie)


def test_a_charter_about_somebody_else_is_refused(tmp_path: Path) -> None:
    """Keys, role and endpoint a charter gives us must be ours; otherwise nothing is logged."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            v.add(name, code)
        identities = {n: node.identity for n, node in v.nodes.items()}
        body: Any = new_charter([identities["coalition"], identities["russia"]], at=v.clock.now())
        with pytest.raises(BadCharter, match="does not name turkey"):
            v.nodes["turkey"].sign_charter(body)
        moved: dict = dict(body)
        moved["endpoints"] = [{**e, "url": "http://127.0.0.1:1"} for e in body["endpoints"]]
        with pytest.raises(BadCharter, match="endpoint"):
            v.nodes["russia"].sign_charter(moved)
        assert v.nodes["turkey"].channels() == v.nodes["russia"].channels() == ()


def test_a_taken_port_is_one_clear_refusal(tmp_path: Path) -> None:
    with village(tmp_path) as v:
        node = v.add("coalition", "CO")
        node.stop()
        with (
            socket.create_server(("127.0.0.1", v.port["coalition"])),
            pytest.raises(Exception, match="cannot listen"),
        ):
            node.listen()
