"""A voice party has no node and no key: what it was told by telephone is our own account."""

from pathlib import Path

from parley.record.envelope import Ref
from tests.stories.village import data_of, held_by, village, warning


def call(said: str, at: int) -> dict:
    return {
        "medium": "telephone",
        "direction": "out",
        "asked_for": "Turkish liaison",
        "to": "turkey",
        "opened_at": at,
        "outcome": "connected",
        "said": {"lang": "en", "text": said},
    }


def test_what_a_voice_party_was_told_is_told_and_no_more(tmp_path: Path) -> None:
    """The notice asks two; the one without a node is *told*, by our account, never *stored*."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        channel = v.charter("coalition", "russia", voices=(("turkey", "TR"),))
        v.settle()
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        body: dict = {**warning(), "asked_of": ["russia", "turkey"]}
        said = coalition.publish(channel, "warning/1", body)
        v.settle()
        asked = {
            each["party"]: each["state"]
            for n in data_of(russia, channel, "notices")["notices"]
            for each in n["asked"]
        }
        assert asked == {"russia": "unanswered-open", "turkey": "not-told"}
        account = call(f"{said.number}, {said.check_code}", v.clock.now())
        coalition.publish(channel, "call/1", account, refs=[Ref("about", said.name)])
        v.settle()
        for node in (coalition, russia):
            assert {
                grade for grade, holder in held_by(node, channel, said.name) if holder == "turkey"
            } == {"told"}
            (notice,) = data_of(node, channel, "notices")["notices"]
            states = {each["party"]: each["state"] for each in notice["asked"]}
            assert states["turkey"] == "told"
        logs = {o.partition("/")[2].partition("/")[0] for o in russia.opened(channel)}
        assert logs == {"coalition", "russia"}
