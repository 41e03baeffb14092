"""By whatever road the records of a channel came, every node computes the same bytes from them.

The property test of the projections shuffles orders; here the roads are real: told by the author
itself, read from the mirror while the author is away, and carried by hand in a file.
"""

from pathlib import Path

from parley.node.runtime import Node
from parley.projection.view import VIEW_NAMES
from parley.record.canonical import Json, canonical
from parley.record.envelope import Ref
from tests.stories.village import DAY, Village, acknowledgement, village, warning

HOUR = 3_600_000


def plan(title: str) -> dict[str, Json]:
    """A plan over the garrison, for one hour, from one hour after the beginning on."""
    return {
        "title": title,
        "volumes": [
            {
                "shape": {
                    "type": "circle",
                    "center": {"lat_e7": 335060000, "lon_e7": 386180000},
                    "radius_e4m": 92_600_000,
                },
                "time_start": DAY + HOUR,
                "time_end": DAY + 2 * HOUR,
            }
        ],
    }


def told(v: Village, channel: str) -> None:
    """Let both sides say something of several kinds in both lanes, while they hear each other."""
    coalition, russia = v.nodes["coalition"], v.nodes["russia"]
    said = coalition.publish(channel, "warning/1", warning(), priority="urgent")
    v.settle("coalition", "russia", "mirror")
    russia.publish(channel, "answer/1", acknowledgement(), refs=[Ref("answers", said.name)])
    russia.publish(channel, "line_state/1", _degraded())
    taken_back = russia.publish(channel, "warning/1", warning("Palmyra"))
    russia.publish(
        channel,
        "retraction/1",
        {"reason": _words("wrong place")},
        refs=[Ref("withdraws", taken_back.name)],
    )
    for node in (coalition, russia):
        node.publish(channel, "activity/1", plan("Over the garrison"))
    coalition.publish(channel, "account/1", {"text": _words("The garrison was struck.")})
    v.settle("coalition", "russia", "mirror")


def _degraded() -> dict[str, Json]:
    return {"state": "degraded", "by": "russia", "since": DAY, "reason": _words("one line")}


def _words(text: str) -> dict[str, Json]:
    return {"lang": "en", "text": text}


def seen(node: Node, channel: str, upto: dict[str, int]) -> dict[str, bytes]:
    """Give every view at the same arguments."""
    return {name: canonical(node.view(channel, name, upto=upto, at=DAY)) for name in VIEW_NAMES}


def test_every_road_gives_the_same_bytes(tmp_path: Path) -> None:
    """One party hears the author, one the mirror alone, and one nobody: it gets a file."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR"), ("iran", "IR")):
            v.add(name, code)
        v.add("mirror", "MI", role="mirror")
        channel = v.charter("coalition", "russia", "turkey", "iran", mirrors=("mirror",))
        v.settle()
        nodes = v.nodes
        for away in ("turkey", "iran"):
            nodes[away].stop()
        told(v, channel)
        upto = {
            origin: len(entries)
            for origin, entries in nodes["coalition"].opened(channel).items()
            if origin.split("/")[1] in ("coalition", "russia")
        }
        expected = seen(nodes["coalition"], channel, upto)
        assert b'"C-' in expected["air"]
        assert b"withdrawn" in expected["register"]

        carried = nodes["coalition"].carry_out(channel)
        report = nodes["iran"].carry_in(carried)
        assert not report["refused"]
        for author in ("coalition", "russia"):
            nodes[author].stop()
        nodes["turkey"].listen()
        v.settle("turkey", "mirror")

        held = {name: {o: len(e) for o, e in nodes[name].opened(channel).items()} for name in nodes}
        for name in ("turkey", "iran"):
            assert {o: held[name].get(o, 0) for o in upto} == upto, name
        for name in ("russia", "turkey", "iran", "mirror"):
            assert seen(nodes[name], channel, upto) == expected, name
