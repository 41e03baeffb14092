"""`parley search` and its API: rows with their state, and the lines that hold the words."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parley.desk.cli import parley, run
from parley.desk.routes.searches import NOTE
from parley.desk.words import EXERCISE
from tests.spine.desk.conftest import DAY
from tests.spine.desk.exports import Desk, open_desk

LONG = " ".join(["word"] * 90)


def account(text: str, lang: str = "en") -> dict[str, Any]:
    time = {"ms": DAY, "stated": "this morning", "zone": "UTC"}
    return {"text": {"lang": lang, "text": text}, "time": time}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    with open_desk(tmp_path_factory.mktemp("search") / "coalition") as desk:
        first = desk.log("account/1", account("Shells fell near Al-Bab."))
        desk.log("account/1", account("Shells fell in Al-Bab itself."), ("replaces", first))
        desk.log("account/1", account("سقطت القذائف قرب الباب", "ar"))
        desk.log("account/1", account(f"{LONG} shells \u202e {LONG}"))
    return desk


def search(past: Desk, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(parley, ["search", *more, "--node", str(past.folder)])
    return done.exit_code, done.output


def found(past: Desk, *more: str) -> dict[str, Any]:
    code, output = search(past, *more, "--format", "json")
    assert code == 0, output
    value: dict[str, Any] = json.loads(output)
    return value


def test_each_row_says_what_became_of_it_and_which_line_holds_the_words(past: Desk) -> None:
    """The four arguments stand beside them, and that parts are never searched."""
    value = found(past, "shells", "bab")
    assert [r["state"] for r in value["records"]] == ["open", "replaced"]
    new, old = value["records"]
    assert old["replaced_by"] == [new["number"]]
    assert (new["kind"], new["title"], new["match"]) == (
        "account/1",
        "Account of what happened",
        "as written",
    )
    assert [line["lines"] for line in old["lines"]] == [["Shells fell near Al-Bab."]]
    assert (value["query"], value["note"], value["more"]) == ("shells bab", NOTE, False)
    assert (value["channel"], set(value)) == (
        past.channel,
        {"channel", "query", "upto", "at", "rules", "records", "more", "note"},
    )
    assert sum(value["upto"].values()) == 6


def test_the_table_is_for_people(past: Desk) -> None:
    """The banner first; long lines cut around the word; signs that turn text spelled out."""
    code, output = search(past, "shells")
    assert code == 0
    assert output.startswith(EXERCISE)
    number = found(past, "near")["records"][0]["number"]
    assert f"{number}  text: Shells fell near Al-Bab." in output
    assert "replaced by CO-0616-002" in output
    (line,) = [line for line in output.splitlines() if "word word" in line]
    assert "... word" in line
    assert "shells \\u{202e}" in line
    assert line.endswith(" ...")
    assert len(line) < 260
    assert search(past, "nothing-like-it") == (
        0,
        f"{EXERCISE}\nNo record here holds all of that.\n",
    )
    assert "More than 1 are found" in search(past, "shells", "--limit", "1")[1]


def test_a_place_of_the_shipped_list_leads_across_scripts(past: Desk) -> None:
    """Al-Bab is الباب, whoever asks in whichever."""
    for typed in ("Al-Bab", "الباب", "Эль-Баб"):
        langs = {r["lines"][0]["lang"] for r in found(past, typed)["records"]}
        assert langs == {"en", "ar"}, typed


def test_an_argument_of_several_words_is_found_as_it_stands(past: Desk) -> None:
    assert len(found(past, "fell near")["records"]) == 1
    assert len(found(past, "fell", "bab")["records"]) == 2


def test_sizes_and_instant_are_those_of_a_view(past: Desk) -> None:
    """At equal arguments the same bytes; below the replacement the first account is open."""
    origin = next(o for o in found(past, "shells")["upto"] if o.endswith("/main"))
    asked = ("shells", "--upto", json.dumps({origin: 2}), "--at", "2016-06-17T00:00:00Z")
    value = found(past, *asked)
    assert [r["state"] for r in value["records"]] == ["open"]
    assert value == found(past, *asked)
    assert (value["at"], value["upto"]) == ("2016-06-17T00:00:00Z", {origin: 2})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-"], "nothing to look for"),
        (["x", "--kind", "acount/1"], "did you mean account/1"),
        (["x", "--author", "nobody"], "--author: no party that logs here (coalition)"),
        (["x", "--at", "noon"], "--at: "),
        (["x" * 201], "WORDS: up to 200 letters"),
    ],
)
def test_refusals_are_one_line(
    past: Desk, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["search", *arguments, "--node", str(past.folder)]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_word_that_stands_in_no_line_still_finds_the_record(past: Desk) -> None:
    """By its kind or number; then no line is shown."""
    value = found(past, "CO-0616-001")
    assert [r["lines"] for r in value["records"]] == [[]]


def test_the_file_of_the_index_can_go(past: Desk, tmp_path: Path) -> None:
    before = found(past, "shells")
    (file,) = past.folder.rglob("search.db")
    file.unlink()
    assert found(past, "shells")["records"] == before["records"]
