"""Alerts of urgent notices keep the rules of CAP 1.2, and grade nothing their author did not."""

import io
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.exporting.item import Alert, Item
from parley.values.texts import Text
from tests.spine.desk.cap_rules import NAMESPACE, all_of, faults, one
from tests.spine.desk.conftest import DAY
from tests.spine.desk.exports import HEAD, LATER, bodies, open_desk, run, written
from tests.spine.desk.test_export import HOSTILE, incident


@dataclass(frozen=True)
class Sent:
    """Messages by the record they are of, and the records by what they are."""

    messages: dict[str, ET.Element]
    raw: dict[str, bytes]
    about: str
    names: dict[str, str]

    def of(self, label: str) -> ET.Element:
        """Give the message of a record."""
        return self.messages[self.names[label]]


WARNING = {
    "urgency": "stop",
    "asked": {"lang": "en", "text": "Do not strike again"},
    "whom": {"lang": "en", "text": "the garrison"},
    "place": {
        "lat_e7": 335_060_000,
        "lon_e7": 386_180_000,
        "precision_e4m": 30_000_000,
        "stated": "the garrison",
    },
    "valid_until": DAY + 3_600_000,
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder, names = tmp_path_factory.mktemp("cap") / "coalition", {}
    reason = {"reason": {"lang": "en", "text": "over"}}
    answer = {"stance": "acknowledge", "officer": "Duty officer"}
    objection = {"stance": "object", "officer": "Duty officer", "text": worded("no")}
    with open_desk(folder) as desk:
        for kind in ("activity/1", "zone/1"):
            for i, body in enumerate(bodies(kind)):
                names[f"{kind} {i}"] = desk.log(kind, body, priority="urgent")
        names["routine"] = desk.log("warning/1", WARNING)
        names["stop"] = desk.log("warning/1", WARNING, priority="urgent")
        names["taken back"] = desk.log("warning/1", WARNING, priority="urgent")
        desk.tick(1)
        names["update"] = desk.log(
            "warning/1", WARNING, ("replaces", names["stop"]), priority="urgent"
        )
        names["ack"] = desk.log("answer/1", answer, ("answers", names["update"]))
        names["ack of routine"] = desk.log("answer/1", answer, ("answers", names["routine"]))
        names["objection"] = desk.log("answer/1", objection, ("answers", names["update"]))
        names["cancel"] = desk.log("retraction/1", reason, ("withdraws", names["taken back"]))
    with zipfile.ZipFile(io.BytesIO(run(folder, "--as", "cap")[1])) as archive:
        raw = {name: archive.read(name) for name in archive.namelist()}
    about = raw.pop("about.txt").decode()
    roots = {name: ET.fromstring(data) for name, data in raw.items()}
    messages = {one(root, "identifier") or "": root for root in roots.values()}
    return Sent(messages, raw, about, names)


def worded(text: str) -> dict[str, str]:
    return {"lang": "en", "text": text}


def test_every_message_keeps_the_rules(sent: Sent) -> None:
    assert len(sent.raw) > 8
    assert {name: faults(data) for name, data in sent.raw.items() if faults(data)} == {}


def test_the_rules_find_faults() -> None:
    """The checks are no yes to everything."""
    good = message(written("cap", HEAD, urgent("stop")))
    assert faults(good) == []
    for old, new in (
        (b"<scope>Restricted", b"<scope>Public"),
        (b"<msgType>Alert", b"<msgType>Ack"),
        (b"-00:00</sent>", b"Z</sent>"),
        (b"<status>Actual", b"<status>Real"),
        (b"<certainty>Unknown</certainty>", b""),
        (b"<urgency>Immediate</urgency>", b""),
        (b"</info>", b"<area><areaDesc>x</areaDesc><ceiling>9</ceiling></area></info>"),
        (b"</info>", b"<area><areaDesc>x</areaDesc><polygon>1,1 2,2 1,1</polygon></area></info>"),
        (b"</sender>", b" x</sender>"),
    ):
        assert old in good
        assert faults(good.replace(old, new, 1)) != [], new


def test_each_record_becomes_the_message_it_is(sent: Sent) -> None:
    kinds = {label: one(sent.of(label), "msgType") for label in ("stop", "update", "ack", "cancel")}
    assert kinds == {"stop": "Alert", "update": "Update", "ack": "Ack", "cancel": "Cancel"}
    for label, target in (("update", "stop"), ("ack", "update"), ("cancel", "taken back")):
        (reference,) = (one(sent.of(label), "references") or "").split()
        assert reference.split(",")[1] == sent.names[target]
        assert reference.split(",")[0] == one(sent.of(target), "sender")
        assert reference.split(",")[2] == one(sent.of(target), "sent")


def test_what_is_not_urgent_is_no_message(sent: Sent) -> None:
    for label in ("routine", "ack of routine"):
        assert sent.names[label] not in sent.messages


def test_an_objection_is_no_message_and_is_named_all_the_same(sent: Sent) -> None:
    assert sent.names["objection"] not in sent.messages
    assert ": object\n" in sent.about


def test_an_exercise_says_so_in_every_message(sent: Sent) -> None:
    for root in sent.messages.values():
        assert one(root, "status") == "Exercise"
        assert (one(root, "note") or "").startswith("EXERCISE: ")


def test_the_state_of_what_was_taken_back_stands_in_its_own_message(sent: Sent) -> None:
    assert "withdrawn" in (one(sent.of("taken back"), "note") or "")
    assert "replaced" in (one(sent.of("stop"), "note") or "")
    assert LATER in (one(sent.of("stop"), "note") or "")


def test_an_acknowledgement_is_no_agreement(sent: Sent) -> None:
    assert "To acknowledge is not to agree." in (one(sent.of("ack"), "note") or "")


def test_heights_are_feet_above_the_sea_where_that_was_stated(sent: Sent) -> None:
    """A floor of 15,000 ft AMSL is 15000; above the ground, no number is made up."""
    areas = {
        label: list(sent.of(label).iter(NAMESPACE + "area"))
        for label in sent.names
        if sent.names[label] in sent.messages
    }
    (first, *_) = areas["activity/1 0"]
    assert (one(first, "altitude"), one(first, "ceiling")) == ("15000", "25000")
    garrison = next(a for a in areas["zone/1 0"])
    assert (one(garrison, "altitude"), one(garrison, "ceiling")) == (None, None)  # from the surface
    assert "from SFC to 18000 FT AMSL" in (one(garrison, "areaDesc") or "")
    assert one(garrison, "circle") == "33.506,38.618 9.260"
    assert one(areas["stop"][0], "circle") == "33.506,38.618 3.000"
    assert all(all_of(a, "circle") + all_of(a, "polygon") for each in areas.values() for a in each)


def test_nothing_is_graded_that_its_author_did_not_grade(sent: Sent) -> None:
    for root in sent.messages.values():
        for info in root.iter(NAMESPACE + "info"):
            assert one(info, "certainty") == "Unknown"
            assert one(info, "severity") == "Unknown"  # none of these is a distress call
    (info,) = sent.of("stop").findall(NAMESPACE + "info")
    assert one(info, "urgency") == "Immediate"
    assert one(info, "instruction") == "Do not strike again"
    assert one(info, "expires") == "2016-06-16T05:00:00-00:00"


def urgent(urgency: str, words: str = "Stop") -> Item:
    said = Alert(True, urgency=urgency, instruction=Text("en", "Stop"), plain=f"{words}\nend")
    return incident(words, urgent=True, alert=said)


def message(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (name,) = [name for name in archive.namelist() if name != "about.txt"]
        return archive.read(name)


@given(HOSTILE.filter(str.strip), st.sampled_from(["stop", "distress", "safety", "routine"]))
def test_hostile_words_keep_the_rules(words: str, urgency: str) -> None:
    assert faults(message(written("cap", HEAD, urgent(urgency, words)))) == []
