"""Places by name: one place by every spelling, the channel's word first, nothing guessed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from parley.desk.cli import parley
from parley.desk.gazetteer.lists import own, shipped
from parley.desk.gazetteer.named import Named
from parley.desk.gazetteer.search import Gazetteer
from parley.errors import BadFile
from parley.node.search.sound import letters, sound
from parley.record.canonical import Json
from parley.values.places import Position
from tests.stories.village import village

OURS = Gazetteer(shipped())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("At-Tanf", "Эт-Танф"),
        ("At-Tanf", "al Tanf"),
        ("Hmeimim", "Хмеймим"),
        ("Idlib", "إدلب"),
        ("Tartus", "طرطوس"),
        ("Khan Shaykhun", "Хан-Шейхун"),
        ("Qamishli", "Kamishly"),
        ("Deir ez-Zor", "Deir Ezzor"),
    ],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Homs", "Hama"), ("Aleppo", "Idlib"), ("Raqqa", "Ur")])
def test_names_of_different_places_do_not(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("Harb Bebsi", "Ḩarbinafsah"),  # what a hotline clerk wrote down, 2016
        ("Harbinafsah", "Ḩarbinafsah"),
        ("حربنفسه", "Ḩarbinafsah"),
        ("Хан-Шейхун", "Khān Shaykhūn"),
        ("اللاذقية", "Latakia"),
        ("Jableh", "Jablah"),
    ],
)
def test_a_place_is_found_as_heard_and_in_any_script(asked: str, place: str) -> None:
    assert OURS.search(asked)[0].place.names[0] == place


def test_every_place_is_found_by_every_name_it_has() -> None:
    """By each of its names a place is among those of exactly these letters, and first tier."""
    for place in shipped()[::23]:
        for name in place.names:
            if letters(name):
                found = OURS.search(name, 1_000)
                alike = {f.place.key: f.alike for f in found}
                assert alike.get(place.key) == 100, name


def test_what_sounds_like_nothing_finds_nothing() -> None:
    assert OURS.search("") == []
    assert OURS.search(" -- ") == []
    assert OURS.search("xqzvxqzvxqzvxqzv") == []


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """No text breaks it, invisible signs change nothing, and likeness stays within its bounds."""
    found = OURS.search(text)
    assert all(0 < each.alike <= 100 for each in found)
    hidden = "\u200f".join(text)
    if letters(hidden) == letters(text):
        assert OURS.search(hidden) == found


def test_the_channels_word_goes_first_where_names_are_alike() -> None:
    here = [
        Named(("Jablah",), Position(1, 1), 100, source, source)
        for source in ("shipped", "own", "proposed", "channel")
    ]
    found = Gazetteer(here).search("Jablah")
    assert [f.place.source for f in found] == ["channel", "proposed", "own", "shipped"]


def test_an_own_list_with_a_bom_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "\ufeffname,lat,lon,alternatenames,precision_m\r\nAt-Tanf,33.506,38.618,التنف|Эт-Танф,500\r\n",
        encoding="utf-8",
    )
    (place,) = own(path)
    assert place.names == ("At-Tanf", "التنف", "Эт-Танф")
    assert (place.position.lat_e7, place.precision_m) == (335_060_000, 500)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name,lat\nA,1\n", "line 1"),
        ("name,lat,lon,colour\nA,1,1,red\n", "line 1"),
        ("name,lat,lon\nA,1,1\nB,91,1\n", "line 3"),
        ("name,lat,lon\nA,1\n", "line 2"),
        ("name,lat,lon\nA,1,1,1\n", "line 2"),
        ("name,lat,lon\n ,1,1\n", "line 2"),
        ("name,lat,lon,precision_m\nA,1,1,-5\n", "line 2"),
        ("name,lat,lon,precision_m\nA,1,1," + "9" * 5_000 + "\n", "line 2"),
        ("name,name,lat,lon\nA,B,1,1\n", "line 1"),
        ('name,lat,lon\n"A,1,1\n', "line"),
        ("name,lat,lon\nA,NaN,1\n", "line 2"),
    ],
)
def test_a_wrong_own_list_is_refused_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        own(path)
    assert where in refused.value.where


def test_an_own_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("name,lat,lon\nПальмира,34,38\n".encode("cp1251"))
    with pytest.raises(BadFile, match="UTF-8"):
        own(path)


def test_the_command_asks_the_channel_first(tmp_path: Path) -> None:
    """What the charter lists is found before a town of the same name, with its tolerance."""
    place: dict[str, Json] = {
        "names": [{"lang": "en", "text": "Jablah"}, {"lang": "ar", "text": "جبلة"}],
        "place": {
            "lat_e7": 354_100_000,
            "lon_e7": 359_500_000,
            "precision_e4m": 10_000_000,
            "stated": "the gate",
        },
    }
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        v.charter("coalition", "russia", places=[place])
        v.settle()
    folder = str(tmp_path / "coalition")
    run = CliRunner().invoke(parley, ["place", "Jablah", "--node", folder, "--format", "json"])
    assert run.exit_code == 0, run.output
    first, second = json.loads(run.output)["places"][:2]
    assert (first["list"], first["precision_m"]) == ("channel", 1000)
    assert (second["list"], second["alike"]) == ("shipped", 100)


def test_the_command_names_its_source() -> None:
    run = CliRunner().invoke(parley, ["place", "Harb Bebsi"])
    assert run.exit_code == 0
    assert "GeoNames, CC BY 4.0" in run.output
    assert "never the coordinates of a site" in run.output
