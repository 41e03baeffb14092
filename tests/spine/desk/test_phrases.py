"""The catalogue of phrases: the same slots in each language, one rendering, found again exactly."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from parley.desk.phrases.catalogue import LANGUAGES, SLOTS, Phrase, phrase, phrases
from parley.desk.phrases.reading import phrase_in
from parley.desk.phrases.sending import body_of
from parley.errors import BadSlots, NoPhrase
from parley.kinds import KINDS
from parley.values.texts import Text
from tests.spine.desk.watching import Watch, on_watch

VALUES = {
    "place": "37SDT645074",
    "destination": "Palmyra",
    "time": "1604Z",
    "until": "161608ZJUN16",
    "minutes": "20",
    "count": "12",
    "number": "RU-0616-U014",
    "check": "4K7M",
    "level": "FL150",
    "lower": "SFC",
    "upper": "15000 FT AMSL",
    "distance": "5 NM",
    "frequency": "121.500 MHz",
    "post": "Deputy duty officer",
}
ALL = list(phrases().values())
_SLOT = re.compile(r"\{([^}]*)\}")
_SCRIPTS = {"en": r"[A-Za-z]", "ru": r"[А-Яа-яЁё]", "ar": r"[\u0600-\u06ff]"}


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    with on_watch(tmp_path_factory.mktemp("phrases")) as found:
        yield found


def filled(each: Phrase) -> dict[str, str]:
    return {name: VALUES[name] for name in each.slots}


def test_there_are_about_sixty_numbered_without_a_gap() -> None:
    assert [each.number for each in ALL] == list(range(1, len(ALL) + 1))
    assert 55 <= len(ALL) <= 99
    situations = {each.situation for each in ALL}
    assert {"stop", "hold", "delay", "correction", "read_back", "say_again"} <= situations
    assert {"wrong_place", "distress", "humanitarian", "line"} <= situations


@pytest.mark.parametrize("each", ALL, ids=lambda p: f"P{p.number:02d}")
def test_every_phrase_says_the_same_in_each_language(each: Phrase) -> None:
    """All three languages are there, in their own script, with the same slots and Latin digits."""
    assert set(each.texts) == set(LANGUAGES)
    wanted = sorted(_SLOT.findall(each.texts["en"]))
    for lang, text in each.texts.items():
        assert sorted(_SLOT.findall(text)) == wanted, lang
        bare = _SLOT.sub("", text)
        assert re.search(_SCRIPTS[lang], bare), lang
        others = [s for other, s in _SCRIPTS.items() if other not in (lang, "en")]
        assert not any(re.search(script, bare) for script in others), lang
        assert not re.search(r"[^\x00-\x7f]", "".join(c for c in bare if c.isdigit())), lang
        Text(lang, text)
    assert set(wanted) <= set(SLOTS)


def test_no_two_phrases_read_alike() -> None:
    for lang in LANGUAGES:
        assert len({each.texts[lang] for each in ALL}) == len(ALL)


@pytest.mark.parametrize("each", ALL, ids=lambda p: f"P{p.number:02d}")
def test_every_phrase_is_found_again_in_what_was_sent(each: Phrase) -> None:
    """From its text in any language come its number, its values and all languages."""
    rendered = each.render(filled(each))
    for lang in LANGUAGES:
        found = phrase_in(lang, rendered[lang])
        assert found is not None
        assert found["number"] == each.number
        assert found["slots"] == filled(each)
        assert {name: found[name] for name in LANGUAGES} == rendered


@pytest.mark.parametrize("each", ALL, ids=lambda p: f"P{p.number:02d}")
def test_every_phrase_makes_a_record_that_its_kind_takes(each: Phrase) -> None:
    kind, body = body_of(
        each, filled(each), "ru", officer="Duty officer", valid_until=1_466_053_440_000, agreed=()
    )
    assert body.items() <= KINDS[kind].parse(body).to_json().items()


def test_a_sentence_that_was_changed_is_no_phrase() -> None:
    """Nobody's words are put into another language unless they are exactly the catalogue's."""
    text = phrase(7).render({"time": "1604Z"})["en"]
    assert phrase_in("en", text) is not None
    assert phrase_in("en", text + " Or else.") is None
    assert phrase_in("ru", text) is None
    assert phrase_in("fr", text) is None
    assert phrase_in("en", text.replace("P07", "P08")) is None
    assert phrase_in("en", text.replace("1604Z", "four o'clock")) is None
    assert phrase_in("en", "P99: Hold where you are.") is None


@pytest.mark.parametrize(
    ("number", "slots", "where"),
    [
        (7, {}, "slots"),
        (7, {"time": "1604Z", "place": "here"}, "slots"),
        (7, {"time": "16:04"}, "slots.time"),
        (7, {"time": "١٦٠٤Z"}, "slots.time"),
        (11, {"number": "RU-0616-014", "minutes": "0"}, "slots.minutes"),
        (11, {"number": "014", "minutes": "5"}, "slots.number"),
        (1, {"place": "there\nand here"}, "slots.place"),
        (1, {"place": "{time}"}, "slots.place"),
        (1, {"place": " "}, "slots.place"),
        (1, {"place": "x" * 81}, "slots.place"),
    ],
)
def test_a_slot_takes_what_it_is_for(number: int, slots: dict[str, str], where: str) -> None:
    with pytest.raises(BadSlots) as refused:
        phrase(number).render(slots)
    assert refused.value.where == where


def test_places_that_make_a_sentence_readable_in_two_ways_are_refused() -> None:
    """The other desk must find the very values that were meant."""
    slots = {"place": "A to B", "destination": "C", "time": "1604Z"}
    each = phrase(48)
    assert set(each.slots) == set(slots)
    with pytest.raises(BadSlots):
        each.render({**slots, "place": "A", "destination": "B to C"})


def test_an_unknown_number() -> None:
    with pytest.raises(NoPhrase):
        phrase(0)


def test_a_stop_arrives_in_the_language_of_the_other_desk(watch: Watch) -> None:
    """Sent in English by number, urgent; the other inbox holds it in Russian, with the place."""
    said = watch.coalition.post("phrases/1", slots={"place": "At-Tanf"}, send=True)
    assert said["published"]["number"].startswith("CO-0616-U")
    watch.settle()
    item = next(i for i in watch.russia.items("notice") if i["record"] == said["published"]["name"])
    assert item["urgent"]
    assert item["why_urgent"] == "priority"
    assert item["phrase"]["number"] == 1
    assert item["phrase"]["ru"] == said["ru"]
    assert item["readback_fields"] == ["place"]
    found = watch.russia.get(f"records/{item['record']}/phrases")["phrases"]
    assert [(each["field"], each["ar"]) for each in found] == [("asked", said["ar"])]


def test_a_phrase_sent_again_under_its_id_is_the_same_record(watch: Watch) -> None:
    """However much later: until when it holds is reckoned once. Another phrase is refused."""
    sent = {"slots": {"place": "37SDT645074"}, "send": True, "id": "ab" * 16}
    first = watch.coalition.post("phrases/3", **sent)["published"]
    watch.clock.advance(60_000)
    assert watch.coalition.post("phrases/3", **sent)["published"] == first
    other = watch.coalition.refused("phrases/2", **sent)
    assert other["code"] == "draft-id-reused"


def test_a_rendering_stores_nothing(watch: Watch) -> None:
    before = watch.coalition.get("records")["total"]
    said = watch.coalition.post("phrases/31", slots={"minutes": "10"})
    assert said["published"] is None
    assert said["en"] == "P31: Wait. We answer within 10 minutes."
    assert watch.coalition.get("records")["total"] == before


def test_a_phrase_about_a_record_refers_to_it(watch: Watch) -> None:
    """A question by number is about the record whose number it names."""
    sent = watch.coalition.send("33.0N 38.0E r1NM SFC-FL100 0430-0500Z")
    watch.settle()
    slots = {"number": sent["number"], "minutes": "20"}
    asked = watch.russia.post("phrases/12", slots=slots, send=True, lang="ru")
    full = watch.russia.get(f"records/{asked['published']['name']}")
    assert full["kind"] == "question/1"
    assert [(r["role"], r["record"]) for r in full["refs"]] == [("about", sent["name"])]
    assert full["body"]["text"] == {"lang": "ru", "text": asked["ru"]}


def test_the_catalogue_is_listed(watch: Watch) -> None:
    listed: list[dict[str, Any]] = watch.coalition.http.get("/v1/phrases").json()["phrases"]
    assert [each["number"] for each in listed] == [each.number for each in ALL]
    assert listed[0]["slots"] == ["place"]
    assert watch.coalition.refused("phrases/400", slots={})["status"] == 404
