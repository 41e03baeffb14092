"""A name of nobody in the channel is a slip of the pen: it is refused before anything is signed."""

from collections.abc import Iterator

import pytest

from parley.errors import UnknownMember
from parley.node.batches import Item, publish_batch
from parley.record.canonical import Json
from tests.stories.test_voice_party import call
from tests.stories.village import DAY, Village, data_of, village, warning


def zone(*affects: str) -> dict[str, Json]:
    circle: Json = {
        "type": "circle",
        "center": {"lat_e7": 335000000, "lon_e7": 386000000},
        "radius_e4m": 50_000_000,
    }
    volume: Json = {"shape": circle, "time_start": DAY, "lower": "SFC", "upper": "UNL"}
    return {
        "title": "Garrison",
        "zone_type": "protected_site",
        "asks": "avoid",
        "affects": list(affects),
        "volumes": [volume],
    }


def conference(*parties: str) -> dict[str, Json]:
    return {
        "agenda": [{"lang": "en", "text": "the strike"}],
        "participants": [{"party": party, "post": "chair"} for party in parties],
        "medium": "video",
        "held_from": DAY,
        "held_to": DAY + 60_000,
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with village(tmp_path_factory.mktemp("members")) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        v.add("mirror", "MI", role="mirror")
        yield v


@pytest.fixture(scope="module")
def channel(place: Village) -> str:
    name = place.charter("coalition", "russia", mirrors=("mirror",), voices=(("turkey", "TR"),))
    place.settle()
    return name


def size(place: Village, channel: str) -> int:
    return sum(len(log) for log in place.nodes["coalition"].opened(channel).values())


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("warning/1", {**warning(), "asked_of": ["rusia"]}, "asked_of"),
        (
            "warning/1",
            {**warning(), "parties": ["rusia"], "asked_of": ["russia", "rusia"]},
            "asked_of",
        ),
        ("warning/1", {**warning(), "asked_of": ["coalition"]}, "asked_of"),
        ("warning/1", {**warning(), "asked_of": ["mirror"]}, "asked_of"),
        ("zone/1", zone("rusia"), "affects"),
        ("zone/1", zone("coalition"), "affects"),
        ("call/1", {**call("keep clear", DAY), "to": "turky"}, "to"),
        ("call/1", {**call("keep clear", DAY), "to": "turky", "direction": "in"}, "to"),
        ("conference/1", conference("coalition", "rusia"), "participants"),
    ],
)
def test_nobody_of_that_name(
    place: Village, channel: str, kind: str, body: dict[str, Json], field: str
) -> None:
    """Asked, bound, called or met: the refusal names who is there, and nothing is logged."""
    before = size(place, channel)
    with pytest.raises(UnknownMember) as caught:
        place.nodes["coalition"].publish(channel, kind, body)
    assert caught.value.where == f"body.{field}"
    assert "russia" in caught.value.hint
    assert "turkey" in caught.value.hint
    assert size(place, channel) == before


def test_a_list_is_held_to_the_same(place: Village, channel: str) -> None:
    """A batch, also one that is only tried, refuses the item and says why."""
    station = place.nodes["coalition"].stations["exercise"]
    items = [
        Item("good", "warning/1", warning()),
        Item("bad", "warning/1", {**warning(), "asked_of": ["rusia"]}),
    ]
    (here,) = station.channels.all()
    done = publish_batch(station, here, items, at=place.clock.now(), check_only=True)
    assert [each.state for each in done] == ["new", "refused"]
    assert isinstance(done[1].refusal, UnknownMember)


def test_everybody_who_is_there_may_be_named(place: Village, channel: str) -> None:
    """Parties with and without a node are asked and bound; a mirror's desk can be called."""
    node = place.nodes["coalition"]
    node.publish(channel, "warning/1", {**warning(), "asked_of": ["russia", "turkey"]})
    node.publish(channel, "zone/1", zone("russia", "turkey"))
    node.publish(channel, "call/1", {**call("keep clear", DAY), "to": "mirror"})
    node.publish(channel, "call/1", {**call("keep clear", DAY), "to": "unknown"})
    node.publish(channel, "conference/1", conference("coalition", "russia"))


def test_a_voice_party_of_a_later_charter(place: Village, channel: str) -> None:
    """Who has no node may come later: once that charter stands they are asked, and shown asked."""
    coalition, russia = place.nodes["coalition"], place.nodes["russia"]
    (here,) = coalition.stations["exercise"].channels.all()
    body = here.charter.to_json()
    jordan: Json = {
        "name": "jordan",
        "code": "JO",
        "role": "voice",
        "display": {"lang": "en", "text": "Jordan"},
    }
    body["members"] = [*body["members"], jordan]  # type: ignore[misc]
    body["in_force_from"] = place.clock.now() + 1
    asked: dict[str, Json] = {**warning(), "asked_of": ["jordan"]}
    coalition.publish(channel, "charter/1", body)
    place.settle()
    with pytest.raises(UnknownMember):  # one signature is no charter yet
        coalition.publish(channel, "warning/1", asked)
    russia.publish(channel, "charter/1", body)
    place.clock.advance(1_000)
    place.settle()
    said = coalition.publish(channel, "warning/1", asked)
    place.settle()
    for node in (coalition, russia):
        (found,) = [
            n for n in data_of(node, channel, "notices")["notices"] if n["name"] == said.name
        ]
        assert [(a["party"], a["state"]) for a in found["asked"]] == [("jordan", "not-told")]
