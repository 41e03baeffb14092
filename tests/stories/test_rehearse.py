"""The shipped cases, each played through real nodes: what would have been said, when, on what."""

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parley.desk.cli import run
from parley.desk.rehearsal.session import rehearse
from parley.desk.scenario.reading import read_scenario
from parley.values.instants import format_instant

# Per case: rule, the minute it is first said at, whether it counts, whom it concerns.
Expected = list[tuple[str, str, bool, set[str]]]

BOTH_TANF = {"coalition", "russia"}
CASES: dict[str, Expected] = {
    # WSJ (pjmedia 239368), Military Times 23 June 2016, DoD text at founderscode.com,
    # Russian MoD 19 June 2016 (sarabic.ae, fr.sputniknews 1026946679)
    "at-tanf/documented": [
        ("W2", "2016-06-16T05:30", False, {"coalition"}),
        ("W3", "2016-06-16T05:30", False, {"coalition"}),
        ("W4", "2016-06-16T05:30", True, {"coalition"}),
        ("W1", "2016-06-16T05:45", True, BOTH_TANF),
        ("W5", "2016-06-16T07:05", True, {"coalition"}),
        ("W7", "2016-06-16T07:10", True, BOTH_TANF),
    ],
    # Turkey's letter to the UNSC and Russia's account: rt.com 323343, BBC, Reuters, thehilltalk
    "rehearsals/su-24-2015": [
        ("W7", "2015-11-24T07:19", True, {"turkey"}),
        ("W7", "2015-11-24T07:24", True, {"turkey"}),
        ("W30", "2015-11-24T15:00", True, {"turkey"}),
        ("W6", "2015-11-24T16:30", True, {"turkey", "russia"}),
    ],
    # CJTF-OIR release 20170618-02, taskandpurpose; the suspension is general knowledge
    "rehearsals/su-22-2017": [
        ("W2", "2017-06-18T13:41", False, {"coalition"}),
        ("W3", "2017-06-18T13:41", False, {"coalition"}),
        ("W4", "2017-06-18T13:41", False, {"coalition"}),
        ("W1", "2017-06-18T13:56", True, BOTH_TANF),
        ("W5", "2017-06-18T15:43", True, {"coalition"}),
        ("W9", "2017-06-19T10:00", True, {"russia"}),
    ],
    # DSB as reported by frontiere.eu, DSB appendix W, flightglobal 401742, chowyum
    "rehearsals/mh17-2014": [
        ("W18", "2014-07-15T00:00", False, {"ukraine", "russia"}),
        ("W18", "2014-07-16T23:00", False, {"ukraine", "russia"}),
        ("W18", "2014-07-16T23:01", False, {"ukraine", "russia"}),
        ("W28", "2014-07-17T12:00", True, {"ukraine", "russia"}),
    ],
}


Reports = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def report_of(root: Path) -> Reports:
    """Play a case by the command, once, and read its JSON."""

    @cache
    def report(case: str) -> dict[str, Any]:
        out = io.StringIO()
        with redirect_stdout(out):
            code = run(["rehearse", str(root / "examples" / f"{case}.toml"), "--format", "json"])
        assert code == 0
        value: dict[str, Any] = json.loads(out.getvalue())
        return value

    return report


def findings(report: dict[str, Any]) -> Expected:
    """Give the findings of rules, in the order in which they were said."""
    return [
        (said["rule"], said["at"][:16], said["caught"], set(said["concerns"]))
        for said in report["said"]
        if said["rule"].startswith("W")
    ]


@pytest.mark.parametrize("case", CASES)
def test_each_case_says_what_it_should_and_nothing_else(case: str, report_of: Reports) -> None:
    """Rule, minute, verdict and sides; what is caught rests on no assumed entry, nor later ones."""
    report = report_of(case)
    assert report["status"] == "exercise"
    assert findings(report) == CASES[case]
    entered = {each["label"]: each for each in report["entered"]}
    for said in report["said"]:
        rests = [rest for rest in said["rests_on"] if rest["number"] is not None]
        assert all(entered[rest["label"]]["at"] <= said["at"] for rest in rests)
        if said["caught"]:
            assert said["rests_on"]
            assert all(rest["basis"] != "assumed" for rest in said["rests_on"])
        if said["rule"] not in ("sighting", "speed"):
            assert said["to"] == report["charter"]["parties"]
    assert report["caught"] == sum(said["caught"] for said in report["said"])


def test_the_su_24_case_keeps_both_readings_of_a_mile_and_both_places(report_of: Reports) -> None:
    """Two tracks and their speeds, said to the side that saw them; the hails stay unanswered."""
    report = report_of("rehearsals/su-24-2015")
    seen = [said for said in report["said"] if said["rule"] in ("sighting", "speed")]
    speeds = {word for said in seen for word in re.findall(r"about (\d+) km/h", said["what"])}
    assert speeds == {"464", "534"}
    assert all(said["to"] == ["turkey"] or "by Russia" in said["what"] for said in seen)
    (russian,) = (said for said in seen if said["to"] == ["russia"])
    assert "near" in russian["what"]
    assert not russian["caught"], "the border zone is assumed"
    (numbers,) = (said for said in report["said"] if said["rule"] == "W30")
    assert "463 km/h in statute miles" in numbers["what"]
    assert "533 km/h in nautical miles" in numbers["what"]
    hails = [said for said in report["said"] if said["rule"] == "W7"]
    assert [said["until"] for said in hails] == [None, None]


def test_the_su_22_case_leaves_a_request_open_until_the_aircraft_is_shot_down(
    report_of: Reports,
) -> None:
    """Up to 2 h 13 min from the town's loss to 18:43; W1 is said long before, and stays."""
    report = report_of("rehearsals/su-22-2017")
    at = {each["label"]: each["at"] for each in report["entered"]}
    assert (at["jadin-taken"], at["shot-down"]) == ("2017-06-18T13:30:00Z", "2017-06-18T15:43:00Z")
    (open_request,) = (said for said in report["said"] if said["rule"] == "W1")
    assert at["request"] < open_request["at"] < at["shot-down"]
    assert open_request["until"] is None
    (line,) = (said for said in report["said"] if said["rule"] == "W9")
    assert "suspended" in line["what"]


def test_the_flight_above_the_closed_zone_is_seen_near_it(report_of: Reports) -> None:
    """FL330 lies 1,000 ft over the ceiling of the one zone, and under that of the other."""
    report = report_of("rehearsals/mh17-2014")
    (seen,) = (
        said for said in report["said"] if "A1492/14" in said["what"] and said["rule"] == "sighting"
    )
    assert "near" in seen["what"]
    assert "305 m above or below" in seen["what"]
    assert seen["to"] == ["ukraine"]
    assert seen["caught"]
    (ceilings,) = (said for said in report["said"] if said["rule"] == "W28")
    assert "32000 FT STD" in ceilings["what"]
    assert "53000 FT STD" in ceilings["what"]


def test_conflicts_of_assumed_plans_are_said_and_not_counted(report_of: Reports) -> None:
    """Two conflicts the evening before, gone when the flight is replaced; none of it was filed."""
    report = report_of("at-tanf/filed")
    found = [said for said in report["said"] if said["rule"] == "conflict"]
    assert [(said["at"], said["until"]) for said in found] == [
        ("2016-06-15T17:00:00Z", "2016-06-15T18:00:00Z"),
        ("2016-06-15T17:00:00Z", "2016-06-15T18:00:00Z"),
    ]
    assert {rest["label"] for said in found for rest in said["rests_on"]} == {
        "support",
        "garrison-zone",
        "sortie",
    }
    assert report["caught"] == 0
    assert all(said["id"].startswith("C-") for said in found)


def test_the_table_says_the_same_and_exercise_first(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Charter, entries with basis, findings with verdict and records; one line for the law."""
    path = root / "examples" / "at-tanf" / "documented.toml"
    assert run(["rehearse", str(path)]) == 0
    text = capfd.readouterr().out
    assert text.startswith("EXERCISE")
    assert "assumed: the whole charter" in text
    said = text.partition("WHAT PARLEY WOULD HAVE SAID")[2]
    rows = re.findall(
        r"^(2016-\S+) coalition, russia (W\d+) .* (caught|not counted) +(\S+)", said, re.M
    )
    assert [(rule, at[:16], verdict == "caught") for at, rule, verdict, _ in rows] == [
        each[:3] for each in CASES["at-tanf/documented"]
    ]
    assert "4 caught, 2 not counted" in text
    assert "legal duties" in text


# --- the basis decides


PAGE_CASE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def page_case(root: Path) -> str:
    """Take the case that the page shows."""
    (text,) = PAGE_CASE.findall((root / "docs" / "scenarios.md").read_text(encoding="utf-8"))
    return str(text)


def said_of(text: str, tmp_path: Path) -> list[tuple[str, str, bool]]:
    """Play a case given as text; give each rule, its minute, and whether it counts."""
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    course = rehearse(read_scenario(path))
    return [(each.rule, format_instant(each.at)[11:16], each.caught) for each in course.said]


def test_the_case_on_the_page_plays(page_case: str, tmp_path: Path) -> None:
    """A silence between entries, a place on no list, a repeat, and what was seen."""
    assert said_of(page_case, tmp_path) == [
        ("W2", "08:00", False),
        ("W4", "08:00", True),
        ("W1", "08:15", True),
        ("sighting", "08:30", False),
        ("sighting", "08:30", False),
        ("speed", "08:30", False),
        ("W5", "08:40", True),
    ]


def test_the_same_finding_on_an_assumed_entry_does_not_count(
    page_case: str, tmp_path: Path
) -> None:
    """Only the basis is changed: all is said as before, and what rests on it counts no more."""
    documented = 'basis = "documented"                # documented | claimed | assumed\n'
    source = 'source = "a newspaper of 4 March 2021, page 2"\n'
    assert documented in page_case
    assert source in page_case
    text = page_case.replace(documented, 'basis = "assumed"\n').replace(source, "")
    assert said_of(text, tmp_path) == [
        ("W2", "08:00", False),
        ("W4", "08:00", False),
        ("W1", "08:15", False),
        ("sighting", "08:30", False),
        ("sighting", "08:30", False),
        ("speed", "08:30", False),
        ("W5", "08:40", False),
    ]


# --- written from the page alone: no charter, kinds of other families, references inside a body

FROM_THE_PAGE = """
format = "parley/scenario/1"
title = "Three sides and a statement"
announcement = "Invented."

[[entry]]
at = 2021-03-03T08:00:00+01:00
party = "alpha"
label = "first"
kind = "statement/1"
basis = "documented"
source = "a newspaper"
say = "Alpha's minister says something."
[entry.body]
speaker = "minister"
said_at = { ms = 2021-03-03T07:00:00Z, stated = "this morning", zone = "UTC" }
form = "paraphrase"
text = { lang = "en", text = "The road stays open." }

[[entry]]
at = 2021-03-03T09:00:00+01:00
party = "alpha"
label = "second"
kind = "statement/1"
basis = "documented"
source = "a newspaper"
say = "The minister takes it back."
[entry.body]
speaker = "minister"
said_at = { ms = 2021-03-03T08:00:00Z, stated = "an hour later", zone = "UTC" }
form = "paraphrase"
text = { lang = "en", text = "The road is closed." }
supersedes = [{ entry = "first" }]

[[entry]]
at = 2021-03-03T10:00:00+01:00
party = ["beta", "gamma"]
label = "asks"
kind = "question/1"
basis = "assumed"
assumed = "everything"
say = "The others ask."
refs = [{ role = "about", entry = "second" }]
[entry.body]
text = { lang = "en", text = "Which is it?" }
"""


def test_a_case_written_from_the_page_plays_without_a_charter(tmp_path: Path) -> None:
    """Three sides, the exercise's own charter, and a record named inside another's body."""
    path = tmp_path / "case.toml"
    path.write_text(FROM_THE_PAGE, encoding="utf-8")
    scenario = read_scenario(path)
    assert scenario.setting.parties == ("alpha", "beta", "gamma")
    assert scenario.setting.basis.kind == "assumed"
    course = rehearse(scenario)
    assert [len(entered.published) for entered in course.entered] == [1, 1, 2]
    assert {member.role for member in course.terms.members} == {"party", "mirror"}


def test_the_page_names_every_key_there_is(root: Path) -> None:
    """What the reader takes and what the page lists are the same keys."""
    from parley.desk.scenario import basis, entries, reading, setting, sightings

    page = (root / "docs" / "scenarios.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", page.partition("## Keys")[2].partition("## Values")[0]))
    known = {*reading._KEYS, *entries._KEYS, *entries._PART_KEYS, *sightings._KEYS}
    known |= {*sightings._HEIGHT_KEYS, *setting._KEYS, *setting._PLAYER_KEYS, *basis.BASIS_KEYS}
    assert known <= listed
    others = {"M", "FT", "AMSL", "AGL", "STD", "W84"}
    assert listed - known - others == set()


# --- a person at one side's desk


def test_a_person_who_answers_in_time_is_not_flagged(
    root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Russia's officer acknowledges and reads back: no W1. What the person enters never counts."""
    typed = (
        "answer CO-0616-U002 acknowledge --officer 'duty officer' --place '33.506N 38.618E'\n"
        "stands\nhop\ngo\n"  # the warning; then the conference: nothing; then the end of the input
        "go\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert run(["rehearse", str(root / "examples/at-tanf/documented.toml"), "--format", "json",
                "--seat", "russia"]) == 0  # fmt: skip
    printed = capfd.readouterr()
    report = json.loads(printed.out)
    rules = [said["rule"] for said in report["said"]]
    assert "W1" not in rules
    assert "W5" in rules
    entered = {each["label"]: each for each in report["entered"]}
    assert [r["party"] for r in entered["conference"]["records"]] == ["coalition"]
    assert [r["party"] for r in entered["russian-account"]["records"]] == ["russia"]
    assert "end of input" in printed.err
    assert "asked: Do not attack the garrison at At-Tanf." in printed.err
    assert "nobody said" not in printed.err.partition("EXERCISE")[0], "what is said in hindsight"
    assert "read-back: " in printed.err


def test_what_a_cat_types_ends_no_rehearsal(
    root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control characters, bytes that are no text, an open quote: the play waits for a command."""
    typed = b'show \x01\nrecord a\x00b\nshow a\xff\xfeb\nshow "open\nshow \xe2\x80\xae\ncase\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8"))
    path = str(root / "examples/at-tanf/documented.toml")
    assert run(["rehearse", path, "--seat", "coalition", "--format", "json"]) == 0
    printed = capfd.readouterr()
    assert printed.err.count("not understood: control characters") == 2
    assert "not understood: No closing quotation" in printed.err
    assert json.loads(printed.out)["entered"][0]["records"]


def test_a_seat_that_is_not_there_is_refused(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one line that names the sides; so for a file that is none."""
    path = str(root / "examples/at-tanf/documented.toml")
    assert run(["rehearse", path, "--seat", "nobody"]) == 2
    assert "coalition, russia" in capfd.readouterr().err
    assert run(["rehearse", path + ".not"]) == 2
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('kind = "account/1"', 'kind = "acount/1"', "entry 'account': kind"),
        ('text = { lang = "en", text = "A shell', 'txt = { lang = "en", text = "A shell', "body.t"),
        ("half_width_m = 2000", "half_width = 2000", "entry 'strip'"),
    ],
)
def test_a_body_that_no_kind_takes_is_refused_before_anything_plays(
    page_case: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    old: str,
    new: str,
    where: str,
) -> None:
    """Exit code 2, the entry's label, and no folder."""
    assert page_case.count(old) == 1
    path = tmp_path / "case.toml"
    path.write_text(page_case.replace(old, new), encoding="utf-8")
    assert run(["rehearse", str(path), "--out", str(tmp_path / "out")]) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert where in printed.err
    assert not (tmp_path / "out").exists()


def test_the_folders_are_kept_where_they_are_asked_for(tmp_path: Path, page_case: str) -> None:
    """Nodes of both sides and the mirror; a sighting has left no record in any of them."""
    path = tmp_path / "case.toml"
    path.write_text(page_case, encoding="utf-8")
    assert run(["rehearse", str(path), "--out", str(tmp_path / "out")]) == 0
    left = {each.name for each in (tmp_path / "out").iterdir() if not each.name.startswith(".")}
    assert left == {"north", "south", "mirror"}
