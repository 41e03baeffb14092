"""A scenario says for every entry what it rests on; bodies are those of the kinds."""

from pathlib import Path

import pytest

from parley.desk.demo.scenario import read_scenario
from parley.errors import BadScenario
from parley.kinds import KINDS
from parley.kinds.air.geojson import read_features

HEAD = 'format = "parley/scenario/1"\ntitle = "t"\nannouncement = "a"\n'
ENTRY = """
[[entry]]
at = 2016-06-16T05:00:00Z
party = "coalition"
label = "one"
kind = "question/1"
basis = "documented"
source = "a newspaper"
say = "something"
body = { text = "x" }
"""


def read(tmp_path: Path, text: str) -> object:
    """Read a scenario given as text."""
    path = tmp_path / "case.toml"
    path.write_text(text)
    return read_scenario(path)


def test_every_example_entry_has_its_basis_and_a_body_its_kind_takes(root: Path) -> None:
    """The shipped examples are complete, and their bodies are good."""
    files = sorted((root / "examples").glob("*/*.toml"))
    assert files
    for path in files:
        for line in read_scenario(path).lines:
            assert line.basis.words()
            if line.feature is not None:
                assert read_features(dict(line.feature))
            else:
                assert line.body is not None
                assert KINDS[line.kind].parse(line.body).to_json()


def test_nothing_assumed_stands_in_the_documented_part(root: Path) -> None:
    """The first half rests on documents and claims; the second on assumptions alone."""
    folder = root / "examples" / "at-tanf"
    documented = {line.basis.kind for line in read_scenario(folder / "documented.toml").lines}
    filed = {line.basis.kind for line in read_scenario(folder / "filed.toml").lines}
    assert (documented, filed) == ({"documented", "claimed"}, {"assumed"})


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('basis = "documented"\n', "", "entry[0].basis"),
        ('basis = "documented"', 'basis = "known"', "entry[0].basis"),
        ('source = "a newspaper"\n', "", "entry[0].source"),
        ('basis = "documented"', 'basis = "claimed"', "entry[0].claimed_by"),
        ('basis = "documented"', 'basis = "assumed"', "entry[0].assumed"),
        ('basis = "documented"', 'basis = "documented"\nclaimed_by = "x"', "entry[0].claimed_by"),
        ("05:00:00Z", "05:00:00", "entry[0].at"),
        ('body = { text = "x" }', "", "entry[0]"),
        ('kind = "question/1"\n', "", "entry[0].kind"),
        ('say = "something"', 'says = "something"', "entry[0].says"),
        ('{ text = "x" }', "{ n = 1.5 }", "entry[0].body.n"),
        ('party = "coalition"', "party = []", "entry[0].party"),
        ('say = "something"', 'say = "s"\nrefs = [{role = "about", entry = "two"}]', "entry[0]"),
        ('say = "something"', 'say = "s"\npriority = "flash"', "entry[0].priority"),
    ],
)
def test_an_incomplete_entry_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    """No basis, no source, no offset, no body, unknown keys, floats: refused by name."""
    assert old in ENTRY
    with pytest.raises(BadScenario) as refusal:
        read(tmp_path, HEAD + ENTRY.replace(old, new))
    assert refusal.value.where == f"case.toml: {where}"


def test_entries_stand_in_order(tmp_path: Path) -> None:
    """An entry earlier than the one before it, or a label used twice, is refused."""
    later = ENTRY.replace("05:00:00Z", "04:00:00Z").replace('"one"', '"two"')
    for text in (ENTRY + later, ENTRY + ENTRY):
        with pytest.raises(BadScenario):
            read(tmp_path, HEAD + text)


def test_what_is_no_scenario_is_refused(tmp_path: Path) -> None:
    """Broken TOML, another format, no entries: one line each."""
    for text in ("= 1", HEAD, HEAD.replace("/1", "/9") + ENTRY, HEAD + "colour = 1\n" + ENTRY):
        with pytest.raises(BadScenario):
            read(tmp_path, text)
