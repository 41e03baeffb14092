"""A scenario says for every entry what it rests on; bodies are those of the kinds."""

from hashlib import sha256
from pathlib import Path

import pytest

from parley.desk.rehearsal.session import check
from parley.desk.scenario.reading import Scenario, read_scenario
from parley.errors import BadScenario, ParleyError
from parley.kinds import KINDS

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


def read(tmp_path: Path, text: str) -> Scenario:
    """Read a scenario given as text."""
    path = tmp_path / "case.toml"
    path.write_text(text)
    return read_scenario(path)


def test_every_example_entry_has_its_basis_and_a_body_its_kind_takes(root: Path) -> None:
    """The shipped examples are complete, and their bodies are good."""
    found = (root / "examples").glob("*/*.toml")
    files = [path for path in sorted(found) if path.parent.name != "imports"]
    assert len(files) >= 5
    for path in files:
        for line in read_scenario(path).lines:
            assert line.basis.words()
            kind, body = line.record(lambda label: sha256(label.encode()).hexdigest())
            assert kind == line.kind_name
            assert KINDS[kind].parse(body).to_json()


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


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 5_000 + "]" * 5_000, "x = " + "9" * 5_000],
    ids=["nested", "number"],
)
def test_a_file_that_no_reader_can_follow_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadScenario, match="no TOML"):
        read(tmp_path, f"{text}\n{HEAD}{ENTRY}")


def test_a_scenario_with_a_mark_is_read(tmp_path: Path) -> None:
    """Some editors put the mark of UTF-8 at the beginning."""
    other = ENTRY.replace("coalition", "russia").replace('"one"', '"two"')
    assert len(read(tmp_path, "\ufeff" + HEAD + ENTRY + other).lines) == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ('feature = "../../feature.geojson"', "entry[0].feature"),
        ("feature = 1", "entry[0].feature"),
        ('kind = "question/1"\nbody = { a = { minutes = 1e999999 } }', "entry[0].body.a"),
        ('kind = "question/1"\nbody = { a = { hours = nan } }', "entry[0].body.a"),
        ('kind = "question/1"\nbody = { a = { days = -1 } }', "entry[0].body.a"),
    ],
)
def test_a_body_that_is_none_is_refused_with_its_place(
    tmp_path: Path, body: str, where: str
) -> None:
    """A path is no feature, and no stretch is longer than the years there are."""
    given = ENTRY.replace('kind = "question/1"\n', "").replace('body = { text = "x" }', body)
    with pytest.raises(ParleyError) as caught:
        read(tmp_path, HEAD + given)
    assert caught.value.where.endswith(where)


@pytest.mark.parametrize("count", [0, 2])
def test_an_entry_has_one_feature(tmp_path: Path, count: int) -> None:
    """Of several, all but the first would be dropped without a word."""
    one = """{ type = "Feature", geometry = { type = "Point", coordinates = [38.6, 33.5] },
      properties = { kind = "zone/1", title = "x",
      zone_type = "hazard", asks = "avoid", radius_m = 2000,
      altitude_lower = "SFC", altitude_upper = "UNL",
      time_start = "2016-06-16T05:00:00Z", time_end = "2016-06-16T06:00:00Z" } }"""
    listed = ", ".join([one.replace("\n", "")] * count)
    body = f'feature = {{ type = "FeatureCollection", features = [{listed}] }}'
    given = ENTRY.replace('kind = "question/1"\n', "").replace('body = { text = "x" }', body)
    other = ENTRY.replace("coalition", "russia").replace('"one"', '"two"')
    with pytest.raises(ParleyError, match="one feature an entry"):
        check(read(tmp_path, HEAD + given + other))


def test_more_sides_than_codes_are_asked_for_theirs(tmp_path: Path) -> None:
    """Forty sides of one first letter: no two letters are left to call them by."""
    entries = [
        ENTRY.replace("coalition", f"a{i}").replace('"one"', f'"entry-{i}"') for i in range(40)
    ]
    with pytest.raises(BadScenario, match="first letter"):
        read(tmp_path, HEAD + "".join(entries))


# --- charter, sightings, parts

CHARTER = """
[charter]
basis = "assumed"
assumed = "all of it"
day_zone = "Asia/Damascus"
minima = { lateral_e4m = { nm = 5 }, vertical_e4m = { ft = 1000 }, time_ms = { minutes = 5 } }
lead_times_ms = { "activity/1" = { hours = 1.5 } }
[[charter.party]]
name = "coalition"
code = "CO"
languages = ["en", "fr"]
liaison = "duty officer"
[[charter.party]]
name = "russia"
code = "RU"
[[charter.voice]]
name = "village"
code = "VI"
"""
SIGHTING = """
[[sighting]]
at = 2016-06-16T06:00:00Z
who = "russia"
label = "T1"
lat = 33.5
lon = 38.6
precision_m = 100.5
height = { value = 19000, units = "FT", reference = "STD" }
basis = "claimed"
claimed_by = "russia"
source = "a ministry"
"""


def test_a_charter_is_read_with_its_units(tmp_path: Path) -> None:
    """Lengths and times become integers; the mirror plays unless it is left out."""
    scenario = read(tmp_path, HEAD + CHARTER + ENTRY + SIGHTING)
    setting = scenario.setting
    assert setting.terms["minima"] == {
        "lateral_e4m": 92_600_000,
        "vertical_e4m": 3_048_000,
        "time_ms": 300_000,
    }
    assert setting.terms["lead_times_ms"] == {"activity/1": 5_400_000}
    assert setting.parties == ("coalition", "russia")
    assert setting.players[0].languages == ("en", "fr")
    assert [player.name for player in setting.players] == ["coalition", "russia", "mirror"]
    assert setting.voices == (("village", "VI"),)
    without = CHARTER.replace('day_zone = "Asia/Damascus"', "mirror = false")
    assert len(read(tmp_path, HEAD + without + ENTRY).setting.players) == 2


def test_a_sighting_is_read_and_the_play_ends_with_the_last(tmp_path: Path) -> None:
    """Who saw it, whose it is, rounded outwards; the end is that of the last line or sighting."""
    scenario = read(tmp_path, HEAD + CHARTER + ENTRY + SIGHTING)
    (sighting,) = scenario.sightings
    assert (sighting.who, sighting.of, sighting.precision_m) == (("russia",), "unknown", 101)
    assert sighting.height is not None
    assert sighting.height.stated() == "19000 FT STD"
    assert (scenario.begins, scenario.until) == (scenario.lines[0].at, sighting.at)


def test_without_a_charter_the_sides_named_play(tmp_path: Path) -> None:
    """Codes are made, all different, and none is the mirror's."""
    names = ["mirage", "mirage-2", "minsk", "42", "mi"]
    text = ENTRY.replace('party = "coalition"', f"party = {names}".replace("'", '"'))
    setting = read(tmp_path, HEAD + text).setting
    codes = [player.code for player in setting.players]
    assert setting.parties == tuple(names)
    assert len(set(codes)) == len(codes) == 6
    assert all(len(code) == 2 and code.isalpha() and code.isupper() for code in codes)


def test_a_body_may_name_an_earlier_entry_and_carry_parts(tmp_path: Path) -> None:
    """A label stands for a record's name; parts are read as they will be attached."""
    named = ENTRY.replace("05:00:00Z", "06:00:00Z").replace('"one"', '"two"')
    named = named.replace('body = { text = "x" }', 'body = { a = [{ entry = "one" }] }')
    parts = (
        '[[entry.parts]]\nname = "n"\nclass = "personal"\naudience = "russia"\ntext = "t"\n'
        '[[entry.parts]]\nname = "m"\nclass = "sealed"\nbody = { at = { lat = 1, lon = 2 } }\n'
    )
    line = read(tmp_path, HEAD + CHARTER + ENTRY + named + parts).lines[1]
    assert line.points_at() == ("one",)
    assert line.record(lambda label: f"name of {label}")[1] == {"a": ["name of one"]}
    personal, sealed = line.parts
    assert (personal.audience, personal.data, personal.media_type) == (
        ("russia",),
        b"t",
        "text/plain",
    )
    assert (sealed.audience, sealed.media_type) == ((), "application/json")
    assert b'"lat_e7": 10000000' in sealed.data
    dangling = named.replace('"one" }]', '"three" }]')
    with pytest.raises(BadScenario, match="three"):
        read(tmp_path, HEAD + CHARTER + ENTRY + dangling)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('basis = "assumed"\nassumed = "all of it"\n', "", "charter.basis"),
        ('code = "RU"\n', "", "charter.party[1].code"),
        ("hours = 1.5", "hours = -1", "charter.lead_times_ms.activity/1"),
        ("minutes = 5", "minutes = 0.000001", "charter.minima.time_ms"),
        ("day_zone", "dayzone", "charter.dayzone"),
        ('who = "russia"', 'who = "turkey"', "sighting[0].who"),
        ('party = "coalition"', 'party = "turkey"', "entry[0].party"),
        ("lat = 33.5\n", "", "sighting[0].lat"),
        ("lat = 33.5\n", "lat = 133.5\n", "sighting[0]"),
        ('basis = "claimed"\nclaimed_by = "russia"\n', "", "sighting[0].basis"),
        ('reference = "STD"', 'reference = "QNH"', "sighting[0].height.reference"),
        ('units = "FT", ', "", "sighting[0].height.units"),
        ('label = "T1"\n', "", "sighting[0].label"),
        ("precision_m = 100.5", "precision_m = -1", "sighting[0].precision_m"),
        ('source = "a newspaper"', 'source = "n"\nassumed_for = ["W2"]', "entry[0].assumed"),
        ('source = "a newspaper"', 'source = "n"\nassumed_for = "W2"', "entry[0].assumed_for"),
        ('title = "t"', 'title = "t"\nuntil = 2016-06-16T05:30:00Z', "until"),
    ],
)
def test_a_bad_charter_or_sighting_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    """Each by name, before anything plays."""
    text = HEAD + CHARTER + ENTRY + SIGHTING
    assert text.count(old) == 1
    with pytest.raises(ParleyError) as refusal:
        read(tmp_path, text.replace(old, new))
    assert refusal.value.where == f"case.toml: {where}"


def test_one_side_alone_makes_no_channel(tmp_path: Path) -> None:
    """Without a charter two sides are needed."""
    with pytest.raises(BadScenario, match="one side alone"):
        read(tmp_path, HEAD + ENTRY)
