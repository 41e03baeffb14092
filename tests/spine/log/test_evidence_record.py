"""Evidence proves bytes: who signed and logged them. What they mean it neither judges nor hides."""

import json
from typing import Any

import pytest

from parley.errors import ParleyError
from parley.log.evidence import EvidenceInput, evidence_members, write_evidence
from parley.log.evidence_check import check_evidence, check_members
from parley.log.evidence_record import read_proven
from parley.log.evidence_words import Report, as_json, table
from parley.record.canonical import canonical
from parley.record.envelope import Part, Ref, read_record, seal
from tests.spine.log.evidence_world import MAP, MAP_DIGEST, STORED, PartyLog, World, signer

FAR = "c5" * 32
BOX = {
    **dict.fromkeys(("south_e7", "north_e7", "west_e7", "east_e7"), 5),
    "lower_e4m": None,
    "upper_e4m": 3,
    "time_start": 4,
    "time_end": None,
}
MEANINGLESS: dict[str, dict[str, Any]] = {
    "an extent of words": {"extent": "everywhere"},
    "an extent beyond the globe": {"extent": {**BOX, "north_e7": 900_000_001}},
    "a part that is a number": {"parts": [7]},
    "a part without a size": {"parts": [{"class": "shared", "sha256": MAP_DIGEST}]},
    "sixty-five references": {"refs": [{"role": "about", "record": FAR}] * 65},
    "a reference in a role that is none": {"refs": [{"role": "likes", "record": FAR}]},
}
UNPROVEN: dict[str, dict[str, Any]] = {
    "a member of its own": {"note": "x"},
    "no list of references": {"refs": None},
    "no list of parts": {"parts": {}},
    "a body that is a list": {"body": []},
    "a kind without a version": {"kind": "activity"},
    "an instant that is none": {"issued": -1},
    "an instant that is true": {"issued": True},
    "a priority that is none": {"priority": "soon"},
    "a log of somebody else": {"author": "mirror"},
}


def payload(world: World, kind: str = "activity/1") -> dict[str, Any]:
    """Take a record of the world as plain JSON."""
    found: dict[str, Any] = json.loads(next(p for p in world.payloads if kind.encode() in p))
    return found


def evidence(world: World, said: dict[str, Any]) -> EvidenceInput:
    """Let coalition sign and log a record as it is, and russia store it."""
    index = world.coalition.append(seal(canonical(said), [signer("coalition", "author")]))
    record = world.coalition.logged(index, world.coalition.head(STORED))
    return world.source(STORED, record=record)


@pytest.mark.parametrize("what", MEANINGLESS)
def test_a_record_that_makes_no_sense_is_proven_and_called_so(what: str) -> None:
    """Its node shows it as unread; a stranger is told that it was signed, stored, and why not."""
    world = World()
    said = payload(world) | MEANINGLESS[what]
    with pytest.raises(ParleyError) as refused:
        read_record(canonical(said))
    report = check_evidence(write_evidence(evidence(world, said)))
    assert [(g.name, g.holder) for g in report.grades] == [("stored", "russia")]
    line = next(row for row in table(report).split("\n") if row.startswith("its content is not"))
    assert line.startswith(f"its content is not well-formed: {refused.value.where}: ")
    assert as_json(report)["not_well_formed"] == [line]


def test_a_record_that_makes_sense_is_not_called_otherwise(world: World) -> None:
    """The same extent, part and reference as they should be."""
    said = payload(world) | {"extent": BOX, "refs": [{"role": "about", "record": FAR}]}
    report = check_evidence(write_evidence(evidence(World(), said)))
    assert "well-formed" not in table(report)
    assert as_json(report)["not_well_formed"] == []
    assert read_proven(canonical(said)) == (read_record(canonical(said)), "")


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize("what", UNPROVEN)
def test_what_the_proof_uses_stays_strict(world: World, what: str) -> None:
    """Author, channel, log, kind, status, priority, times and the members' names."""
    said = payload(world) | {"extent": "everywhere"} | UNPROVEN[what]
    with pytest.raises(ParleyError):
        read_proven(canonical(said))
    with pytest.raises(ParleyError):
        evidence_members(evidence(World(), said))


def answered(refs: list[Any]) -> Report:
    """Check evidence with an answer of russia that has these references, and an odd extent."""
    world = World()
    said = payload(world, "answer/1") | {"refs": refs, "extent": []}
    log: PartyLog = world.russia
    item = log.logged(log.append(seal(canonical(said), [signer("russia", "author")])))
    source = world.source(STORED, related=(*world.charters(), item))
    return check_evidence(write_evidence(source))


def test_an_answer_that_makes_no_sense_otherwise_is_an_answer() -> None:
    """It is signed and names the record; that its extent is odd is said, not hidden."""
    name = World().name
    odd = ["answers", {"role": "likes", "record": name}, {"role": "answers", "record": "x"}]
    report = answered([*odd, {"role": "answers", "record": name}])
    assert [g.name for g in report.grades] == ["stored", "answered"]
    record = report.grades[1].record
    assert f"the content of record {record} is not well-formed: refs[0]" in table(report)


def test_attack_a_reference_that_is_none_answers_nothing() -> None:
    """An item that is not well-formed names no record."""
    name = World().name
    for ref in (name, {"record": name}, {"role": "answers", "record": name, "more": 1}):
        with pytest.raises(ParleyError, match="does not speak of this record"):
            answered([ref])


def test_attack_a_reason_that_steers_the_terminal(world: World) -> None:
    """A reason may quote the record: it is cut, and nothing in it hides or turns text."""
    said = payload(world) | {"refs": [{"role": "\u202e\x9b2J" + "x" * 9999, "record": FAR}]}
    text = table(check_evidence(write_evidence(evidence(World(), said))))
    line = next(row for row in text.split("\n") if row.startswith("its content is not"))
    assert "u202e" in line
    assert len(line) < 300
    assert not set(text) & set("\u202e\x9b")


def test_a_part_named_with_two_sizes_is_the_one_of_its_size() -> None:
    """Whichever stands first; with no size that fits it is refused."""
    right, wrong = (
        Part("map.pdf", MAP_DIGEST, size, "application/pdf", "shared") for size in (len(MAP), 1)
    )
    for named, holds in (((right, wrong), True), ((wrong, right), True), ((wrong,), False)):
        world = World()
        refs = (Ref("about", world.name),)
        index = world.add("coalition", "activity/1", {}, parts=named, refs=refs)
        record = world.coalition.logged(index, world.coalition.head(STORED))
        source = world.source(STORED, record=record)
        members = evidence_members(source) | {f"parts/{MAP_DIGEST}": MAP}
        if holds:
            assert check_members(members).parts_shown == (MAP_DIGEST,)
        else:
            with pytest.raises(ParleyError, match="not those named"):
                check_members(members)
