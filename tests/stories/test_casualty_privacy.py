"""The names of the dead: on the nodes of their audience, in no record and in no common view."""

from pathlib import Path

import pytest

from parley.errors import BadBody
from parley.node.runtime import Node, PartInput
from parley.record.canonical import Json
from tests.stories.village import views_of, village

NAME = "Yasmin Al-Karim (an invented name)"
IDENTITY = f"{NAME}, born 1991; her brother is at +963 000 000 417; 34.73215, 36.71388".encode()
CASUALTY: dict[str, Json] = {
    "handle": "c-0616-1",
    "harm": "killed",
    "number": {"at_least": 1, "at_most": 1},
    "area": "SY04",
    "place": {
        "lat_e7": 347300000, "lon_e7": 367100000, "precision_e4m": 20_000_000, "stated": "Homs",
    },
    "sex": "female",
    "status": "civilian",
    "cause": "shelling",
    "attributions": [],
    "sources": [{"kind": "family"}],
    "same_as": [],
    "state": "reported",
}  # fmt: skip


def bytes_of(node: Node) -> bytes:
    return b"\n".join(p.read_bytes() for p in sorted(node.folder.rglob("*")) if p.is_file())


def test_a_name_is_in_no_common_view_and_on_no_node_outside_its_audience(tmp_path: Path) -> None:
    """The record travels with a handle and a digest; the name goes to those it was meant for."""
    with village(tmp_path) as place:
        for name, code in (("coalition", "CO"), ("russia", "RU"), ("turkey", "TR")):
            place.add(name, code)
        channel = place.charter("coalition", "russia", "turkey")
        place.settle()
        coalition = place.nodes["coalition"]
        part = PartInput("identity", IDENTITY, "text/plain", "personal", ("russia",))
        said = coalition.publish(channel, "casualty/1", CASUALTY, parts=(part,))
        place.settle()
        for node in place.nodes.values():
            for view, shown in views_of(node, channel).items():
                assert b"Yasmin" not in shown, view
                assert b"36.71388" not in shown, view
            assert b"c-0616-1" in views_of(node, channel)["casualties"]
        (digest,) = [p.sha256 for p in coalition.find(said.name).said.parts]
        assert place.nodes["russia"].part(digest) == IDENTITY
        holders = {n: b"Yasmin" in bytes_of(node) for n, node in place.nodes.items()}
        assert holders == {"coalition": True, "russia": True, "turkey": False}


@pytest.mark.parametrize(
    "typed",
    [
        {"handle": NAME},
        {"handle": "yasmin-al-karim"},
        {"name": NAME},
        {"sources": [{"kind": "family", "name": NAME}]},
        {"place": {"lat_e7": 347321500, "lon_e7": 367138800, "precision_e4m": 100_000,
                   "stated": "the house"}},
    ],
)  # fmt: skip
def test_a_name_or_an_exact_place_is_refused_before_anything_is_signed(
    tmp_path: Path, typed: dict[str, Json]
) -> None:
    """What cannot be taken back is not logged: the refusal leaves the log as long as it was."""
    with village(tmp_path) as place:
        coalition = place.add("coalition", "CO")
        place.add("russia", "RU")
        channel = place.charter("coalition", "russia")
        place.settle()
        before = bytes_of(coalition)
        with pytest.raises(BadBody):
            coalition.publish(channel, "casualty/1", {**CASUALTY, **typed})
        assert b"Yasmin" not in bytes_of(coalition)
        assert len(bytes_of(coalition)) == len(before)
