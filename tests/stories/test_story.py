"""``parley demo --story``: June 2016 as one channel, judged by what it prints and leaves."""

import re
from collections import Counter
from pathlib import Path

import pytest

from parley.desk.cli import run
from parley.desk.demo.ground import MARK
from parley.desk.demo.script import Script
from parley.desk.rehearsal.story import tell_story
from parley.desk.scenario.reading import read_scenario

# What the rules say at once, and on which entry or lapsed deadline; sources stand in the example.
SAID = {
    ("W26", "units-present"): 2,  # unattested, and beside a group that is left out
    ("W27", "more-time"): 1,
    ("W2", "more-time"): 1,
    ("W2", "warning"): 1,
    ("W3", "warning"): 1,
    ("W4", "warning"): 1,
    ("W5", "second-strike"): 1,
}
AFTERWARDS = {"W1": 1, "W18": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder the story plays in."""
    return tmp_path_factory.mktemp("story") / "out"


@pytest.fixture(scope="module")
def told(folder: Path) -> str:
    """Tell the story at full speed."""
    lines: list[str] = []
    tell_story(folder, Script(0, lines.append))
    # A command to be copied is never wrapped, however long the name of the folder.
    assert [line for line in lines if len(line.replace(str(folder), "")) > 100] == []
    return "\n".join(lines)


def section(told: str, view: str, title: str = "") -> str:
    """Give what one mechanism computed, without its wrapping."""
    (found,) = re.findall(
        rf"^({re.escape(title)}[^\n]*)  \(parley view {view}\)\n(.*?)\n\n", told, re.M | re.S
    )
    return " ".join(found[1].split())


def test_every_entry_is_told_with_its_basis(told: str, root: Path) -> None:
    """All of the example, in order; EXERCISE before all else, the legal line at the end."""
    flat = " ".join(told.split())
    assert told.startswith("EXERCISE")
    assert "legal duties" in told
    at = 0
    for line in read_scenario(root / "examples/june-2016/channel.toml").lines:
        said = " ".join(f"what {line.say} basis {line.basis.words()}".split())
        at = flat.index(said, at)


def test_what_is_said_at_once_is_what_went_wrong(told: str, root: Path) -> None:
    """Each finding comes after the entry that gives rise to it, and nothing else is said."""
    lines = read_scenario(root / "examples/june-2016/channel.toml").lines
    says = {" ".join(line.say.split()): line.label for line in lines}
    entered = told.partition("What was entered")[2].partition("=== What each")[0]
    found: Counter[tuple[str, str]] = Counter()
    later: Counter[str] = Counter()
    for paragraph in entered.split("\n\n"):
        flat = " ".join(paragraph.split())
        label = next((name for say, name in says.items() if f"what {say} basis" in flat), "")
        for rule in re.findall(r"^  ! (W\d+) ", paragraph, re.M):
            if rule in AFTERWARDS:
                later[rule] += 1
            else:
                found[rule, label] += 1
    assert found == SAID
    assert later == AFTERWARDS


def test_the_truce_and_who_takes_part(told: str) -> None:
    """One text of both; two groups left out; a state attested, units that nobody attested."""
    truce = section(told, "ledger", "The truce")
    assert "in force from 2016-02-27, one text logged by russia and usa, which stands" in truce
    assert "islamic-state is left out" in truce
    assert "nusra-front is left out" in truce
    ledger = section(told, "ledger", "Who takes part")
    assert "opposition-units is committed to usa, attested by nobody, by usa" in ledger
    assert "syrian-government is active to russia, attested by usa, by russia" in ledger
    duties = section(told, "ledger", "Each power")
    assert "duty 6 (attacks, of guarantors): 1 alleged failing by the count of usa" in duties
    assert "duty 7 (delineation, of guarantors): 1 alleged failing by the count of russia" in duties


def test_places_fighting_and_the_ultimatum(told: str) -> None:
    """Who is where by whose word; a trend by who counted; a deadline that was moved."""
    where = section(told, "ledger", "Who is where")
    assert "nusra-front holds (by russia) and opposition-units present (by russia)" in where
    assert "Aleppo, counted by russia: 2016-W23: 4, 2016-W24: 7 (+3)" in section(
        told, "allegations"
    )
    deadlines = section(told, "deadlines")
    assert "due 25 May 2016; shown to hold it: usa" in deadlines
    assert "due no stated time" in deadlines


def test_the_sky_and_at_tanf(told: str) -> None:
    """The coverage its owner declares; who was told; two accounts, one agreed text."""
    assert '"Air defence at Hmeimim" of russia (air_defence)' in section(told, "air")
    known = section(told, "notices")
    assert "told russia" in known
    assert "stored russia; russia: unanswered-overdue" in known
    assert "2 accounts of one event, by russia and usa" in known
    assert "one text logged by russia and usa: it stands" in section(told, "charter")


def test_orders_are_compared_with_what_was_recorded(told: str) -> None:
    """The week before and since, by the records of who was ordered; nothing is concluded."""
    orders = section(told, "taskings")
    assert "meetings recorded by russia: 1 in the week before, 1 since" in orders
    assert "joinings recorded by russia: 0 in the week before, 1 since" in orders
    assert "deliveries recorded by russia: 0 in the week before, 1 since" in orders
    visits = section(told, "actors", "The visit")
    assert "visited hmeimim-commander; orders given there: 2" in visits
    assert "settlements 1 (1 new)" in section(told, "reconciliation")


def test_ten_casualties_close(told: str) -> None:
    """7 + 2 + 1, in the register and in the published total."""
    casualties = section(told, "casualties")
    assert "the register: 10 to 10 killed" in casualties
    assert "10 = 7 + 2 + 1: closes" in casualties


def test_talks_and_statements_keep_who_proposed_apart(told: str) -> None:
    """What waits for what; the originator is not the speaker."""
    talks = section(told, "politics")
    assert "opposition-in-cabinet, originated by usa: russia supports" in talks
    assert "new-government: russia supports; waits for constitution and elections; stalled" in talks
    assert "President of Russia (paraphrase in a record of russia), of an idea of usa" in section(
        told, "statements"
    )


def test_what_is_left_can_be_asked(
    told: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The commands at the end work on the folders; nothing else is left."""
    commands = re.findall(r"^  parley (view .*)$", told, re.M)
    assert len(commands) == 3
    for command in commands:
        assert run(command.split()) == 0
        assert "EXERCISE" in capfd.readouterr().out
    assert {path.name for path in folder.iterdir()} == {"usa", "russia", "mirror", MARK}


def test_two_plays_at_once_are_not_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    """--deny and --story together: exit code 2, one line."""
    assert run(["demo", "--deny", "--story"]) == 2
    assert capfd.readouterr().err.count("\n") == 1
