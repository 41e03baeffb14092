"""Search of records: every script, every name, states as the register has them, a file to lose."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.desk.gazetteer.names import OtherNames, shipped_names
from parley.errors import BadSearch, ViewAhead
from parley.node.runtime import Node
from parley.node.search.found import Asked, Found
from parley.node.search.index import AT_ONCE, FILE
from parley.node.search.query import TIERS, Query, no_names
from parley.node.search.words import Words, tokens, words_of
from parley.values.instants import Instant
from tests.spine.desk.conftest import DAY
from tests.spine.desk.exports import HOUR, Desk, open_desk

TEXTS = {
    "en": "Shells fell in Aleppo, near the water tower.",
    "ru": "Снаряды упали в Алеппо, у водонапорной башни.",
    "ar": "سقطت القذائفُ في حلب قرب خزّان المياه",
    "ar joined": "وتحركت القافلة بحلب إلى المستشفى",
    "ru case": "Колонна вышла из Пальмиры в 06:30",
}


def account(text: str, lang: str = "en") -> dict[str, Any]:
    time = {"ms": DAY, "stated": "this morning", "zone": "UTC"}
    return {"text": {"lang": lang[:2], "text": text}, "time": time}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "coalition") as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("shared") / "coalition") as opened:
        put(opened)
        yield opened


def find(desk: Desk, text: str, **more: Any) -> Found:
    named = {k: more.pop(k) for k in ("kind", "author", "limit") if k in more}
    more.setdefault("names", shipped_names().of)
    return desk.node.search(desk.channel, Asked(text, **named), **more)


def names(found: Found) -> list[str]:
    return [hit.opened.name for hit in found.hits]


def how(found: Found) -> dict[str, str]:
    return {hit.opened.name: hit.match for hit in found.hits}


def put(desk: Desk) -> dict[str, str]:
    return {lang: desk.log("account/1", account(text, lang)) for lang, text in TEXTS.items()}


# --- what is found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("water tower", {"en": "as written"}),
        ("SHELLS", {"en": "as written"}),
        ("shel", {"en": "as written"}),  # its beginning
        ("tower water aleppo", {"en": "as written"}),  # in any order
        ('"water tower"', {"en": "as written"}),
        ('"tower water"', {}),
        ("water hospital", {}),  # all of it must be there
        ("снаряды", {"ru": "as written"}),
        ("snaryady", {"ru": "by another name"}),
        ("القذائف", {"ar": "as written"}),  # without the vowel that was written
        ("خزان", {"ar": "as written"}),  # and without the doubling
        ("قذائف", {"ar": "by another name"}),  # without its article
        ("مستشفى", {"ar joined": "by another name"}),
        ("مستشفي", {"ar joined": "by another name"}),  # the other way to write its end
        ("قافلة", {"ar joined": "by another name"}),
        ("Пальмира", {"ru case": "by sound"}),  # another case of it
        ("٠٦ ٣٠", {"ru case": "as written"}),  # digits of another script
        ("Palmyra", {"ru case": "by sound"}),
    ],
)
def test_words_are_found_as_written_in_latin_letters_and_as_heard(
    shared: Desk, typed: str, expected: dict[str, str]
) -> None:
    """In three scripts; how each was found is said."""
    logged = dict(zip(TEXTS, shared.names, strict=True))
    found = how(find(shared, typed, names=no_names))
    assert found == {logged[lang]: match for lang, match in expected.items()}


@pytest.mark.parametrize("typed", ["Aleppo", "Алеппо", "حلب", "Halab", "halep"])
def test_a_place_is_found_by_whatever_it_is_called(shared: Desk, typed: str) -> None:
    """The names of the list that ships lead to one another, across scripts."""
    logged = dict(zip(TEXTS, shared.names, strict=True))
    found = names(find(shared, typed))
    assert set(found) == {logged[lang] for lang in ("en", "ru", "ar", "ar joined")}


def test_a_place_is_found_as_a_clerk_heard_it(desk: Desk) -> None:
    """The hotline's Harb Bebsi is Harbinafsah."""
    name = desk.log("account/1", account("Three shells at Harbinafsah."))
    assert how(find(desk, "HarbBebsi")) == {}  # what is written differs
    assert how(find(desk, "Harbenafsa")) == {name: "by sound"}


def test_an_actor_is_found_by_every_name_that_anybody_gave_it(desk: Desk) -> None:
    """The record holds a handle, its names stand in another; a name of two words is one term."""
    desk.log(
        "actor/1",
        {
            "actor": "brigade-9",
            "sort": "armed_group",
            "names": [
                {"lang": "en", "text": "Northern Brigade"},
                {"lang": "ar", "text": "لواء الشمال"},
            ],
        },
    )
    body = {"what": {"lang": "en", "text": "Two battalions"}, "forces": "troops"}
    time = {"ms": DAY, "stated": "today", "zone": "UTC"}
    moved = desk.log(
        "posture/1", {**body, "actor": "brigade-9", "direction": "in", "effective": time}
    )
    desk.log("account/1", account("The brigade went to the northern road."))
    for typed in ("Northern Brigade", "لواء الشمال", "brigade-9"):
        assert moved in names(find(desk, typed, kind="posture/1"))
    assert names(find(desk, "Northern Brigade battalions")) == [moved]


def test_a_record_is_found_by_number_check_code_and_name(desk: Desk) -> None:
    name = desk.log("account/1", account("Something."))
    published = desk.node.find(name, desk.channel)
    number = f"CO-0616-{published.index:03d}"
    for typed in (number, number.lower(), number.replace("-", " "), name, name[:10]):
        assert names(find(desk, typed)) == [name], typed
    (hit,) = find(desk, number).hits
    assert hit.match == "as written"


def test_what_machines_write_is_not_in_the_way(desk: Desk) -> None:
    """Keys and digests are no words; a code is, with or without its underscore."""
    charter = desk.node.opened(desk.channel)
    key = str(next(iter(charter.values()))[0].said.body["keys"][0]["public"])  # type: ignore[index,call-overload]
    assert names(find(desk, key[:12])) == []
    alleged = desk.log(
        "allegation/1",
        {**account("x"), "act": "air_strike"},
    )
    for typed in ("air strike", "air_strike", "allegation"):
        assert alleged in names(find(desk, typed))


def test_by_kind_by_author_and_no_more_than_asked(desk: Desk) -> None:
    """The last logged first; that there are more is said."""
    first, second, third = (desk.log("account/1", account(f"mortar {i}")) for i in range(3))
    question = desk.log("question/1", {"text": {"lang": "en", "text": "Whose mortar?"}})
    assert names(find(desk, "mortar")) == [question, third, second, first]
    assert names(find(desk, "mortar", kind="account/1")) == [third, second, first]
    two = find(desk, "mortar", limit=2)
    assert (names(two), two.more) == ([question, third], True)
    assert not find(desk, "mortar", limit=4).more
    assert names(find(desk, "mortar", author="coalition", limit=1)) == [question]


@given(
    said=st.lists(
        st.lists(st.sampled_from(["aleppo", "halab", "حلب", "road", "roads", "ro"]), max_size=4),
        min_size=1,
        max_size=6,
    ),
    asked=st.lists(st.sampled_from(["alep", "halab", "حلب", "road", "ro"]), min_size=1, max_size=3),
    quoted=st.booleans(),
)
@settings(max_examples=20, deadline=None)
def test_the_index_finds_what_looking_through_all_records_finds(
    said: list[list[str]], asked: list[str], quoted: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against a scan of all words by the plain meaning of each tier."""
    typed = f'"{" ".join(asked)}"' if quoted else " ".join(asked)
    folder = tmp_path_factory.mktemp("twin") / "coalition"
    with open_desk(folder) as desk:
        texts = {desk.log("account/1", account(" ".join(s) or "-")): " ".join(s) for s in said}
        found = how(find(desk, typed, names=no_names, kind="account/1"))
        query = Query.typed(typed, no_names)
        expected = {}
        for name, text in texts.items():
            words = words_of(text)
            tiers = [t for t in TIERS if all(term.stands_in(words, t) for term in query.terms)]
            if tiers:
                expected[name] = tiers[0]
        assert found == expected


def test_terms_stand_in_words_by_tiers() -> None:
    """What the scan above rests on, by hand."""
    (term,) = Query.typed("road", no_names).terms
    assert term.stands_in(Words("the roads", "the roads", ""), "as written")
    assert not term.stands_in(Words("a broad way", "broad", ""), "by sound")
    (phrase,) = Query.typed('"a b"', OtherNames(()).of).terms
    assert phrase.stands_in(Words("x a b y", "", ""), "as written")
    assert not phrase.stands_in(Words("a x b", "a x b", ""), "by sound")


# --- what became of it


def test_the_withdrawn_and_the_replaced_are_found_and_say_so(desk: Desk) -> None:
    first = desk.log("account/1", account("mortar one"))
    second = desk.log("account/1", account("mortar two"), ("replaces", first))
    third = desk.log("account/1", account("mortar three"), ("replaces", first))
    gone = desk.log("account/1", account("mortar four"))
    taken = desk.log(
        "retraction/1", {"reason": {"lang": "en", "text": "wrong"}}, ("withdraws", gone)
    )
    hits = {hit.opened.name: hit for hit in find(desk, "mortar").hits}
    assert {name: hit.status for name, hit in hits.items()} == {
        first: "replaced", second: "conflicted", third: "conflicted", gone: "withdrawn",
    }  # fmt: skip
    assert set(hits[first].replaced_by) == {second, third}
    assert hits[gone].withdrawn_by == (taken,)
    desk.log("retraction/1", {"reason": {"lang": "en", "text": "no"}}, ("withdraws", taken))
    (back,) = find(desk, "mortar four").hits
    assert (back.status, back.withdrawn_by) == ("open", ())


REF = st.tuples(st.sampled_from(["replaces", "withdraws"]), st.integers(0, 9))


@given(refs=st.lists(st.none() | REF, min_size=1, max_size=9))
@settings(max_examples=20, deadline=None)
def test_states_are_those_of_the_register(
    refs: list[tuple[str, int] | None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Though the search reads only the records that bear on what it found."""
    with open_desk(tmp_path_factory.mktemp("states") / "coalition") as desk:
        logged: list[str] = []
        for ref in refs:
            to = [(ref[0], logged[ref[1] % len(logged)])] if ref and logged else []
            logged.append(desk.log("account/1", account("mortar"), *to))
        found = {hit.opened.name: hit.status for hit in find(desk, "mortar").hits}
        view: Any = desk.node.view(desk.channel, "register")["data"]
        register = {row["name"]: row["status"] for row in view["records"]}
        assert found == {name: register[name] for name in logged}


def test_a_state_is_that_of_the_instant(desk: Desk) -> None:
    until = DAY + HOUR
    body = {"text": {"lang": "en", "text": "mortar"}, "needs": [{"good": "food"}], "area": "SY02",
            "requested_by": "town", "needed_until": until}  # fmt: skip
    name = desk.log("aid_request/1", body)
    for at, state in ((until - 1, "open"), (until, "expired")):
        (hit,) = find(desk, "mortar", at=Instant(at)).hits
        assert (hit.opened.name, hit.status) == (name, state)


# --- sizes, and the file


def test_nothing_above_the_sizes_is_seen(desk: Desk) -> None:
    """Neither the record, nor that it was replaced, nor a name given later."""
    first = desk.log("account/1", account("mortar"))
    sizes = {o: len(log) for o, log in desk.node.opened(desk.channel).items()}
    desk.log("account/1", account("mortar again"), ("replaces", first))
    old = find(desk, "mortar", upto=sizes)
    assert [(h.opened.name, h.status) for h in old.hits] == [(first, "open")]
    assert old.upto == sizes
    assert find(desk, "mortar", upto={}).hits == ()
    (origin, size), *_ = sizes.items()
    for wrong in ({origin: size + 9}, {origin.replace("coalition", "nobody"): 0}):
        with pytest.raises(ViewAhead):
            find(desk, "mortar", upto=wrong)


def written(found: Found) -> str:
    hits = [(h.opened.name, h.match, h.status, h.replaced_by, h.withdrawn_by) for h in found.hits]
    return json.dumps([hits, found.more, dict(found.upto)])


def test_an_index_made_anew_finds_what_one_that_grew_finds(tmp_path: Path) -> None:
    """After each record, or all at once in several parts: the same."""
    with open_desk(tmp_path / "coalition") as desk:
        for text in TEXTS.values():
            put(desk)
            find(desk, "mortar")
            desk.log("account/1", account(f"mortar {text}"))
        desk.node.publish_all(
            desk.channel, [("account/1", account("mortar")) for _ in range(AT_ONCE + 3)]
        )
        assert len(find(desk, "CO-0616-200").hits) == 1  # and not 2000, 2001 and so on
        asked = ("mortar", "Aleppo", "Пальмира", "retraction", "CO 0616")
        grown = [written(find(desk, text, limit=200)) for text in asked]
        files = list(tmp_path.rglob(FILE))
        assert len(files) == 1
    for end in ("", "-wal", "-shm"):
        files[0].with_name(FILE + end).unlink(missing_ok=True)
    node = Node.open(tmp_path / "coalition", clock=desk.clock)
    try:
        again = Desk(tmp_path / "coalition", node, desk.clock, desk.channel)
        assert [written(find(again, text, limit=200)) for text in asked] == grown
    finally:
        node.close()


@pytest.mark.parametrize("damage", ["garbage", "another version", "another log", "torn"])
def test_a_file_that_does_not_fit_is_made_again(tmp_path: Path, damage: str) -> None:
    """Whatever became of it, nothing is lost: all of it is in the logs."""
    with open_desk(tmp_path / "coalition") as desk:
        logged = [desk.log("account/1", account(f"mortar {i}")) for i in range(3)]
        assert len(find(desk, "mortar").hits) == 3
    (file,) = tmp_path.rglob(FILE)
    if damage == "garbage":
        file.write_bytes(b"no database" * 1000)
    else:
        db = sqlite3.connect(file, isolation_level=None)
        if damage == "another version":
            db.execute("UPDATE made SET version = 'old'")
            db.execute("INSERT INTO said (rowid, written) VALUES (1 << 40 | 1, 'dragon')")
        elif damage == "another log":
            db.execute("UPDATE log SET leaf = zeroblob(32)")
            db.execute("INSERT INTO said (rowid, written) VALUES (1 << 40 | 1, 'dragon')")
        else:
            db.execute("DROP TABLE said_data")
        db.close()
    node = Node.open(tmp_path / "coalition", clock=desk.clock)
    try:
        again = Desk(tmp_path / "coalition", node, desk.clock, desk.channel)
        assert names(find(again, "mortar")) == logged[::-1]
        assert names(find(again, "dragon")) == []
    finally:
        node.close()


# --- what is refused


@pytest.mark.parametrize("text", ["", "   ", "-", '""', "a\nb", "x" * 201, " ".join("a" * 13)])
def test_what_is_no_search_is_refused(shared: Desk, text: str) -> None:
    with pytest.raises(BadSearch):
        find(shared, text)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_searched_or_refused(shared: Desk, text: str) -> None:
    """Signs that the index has a use for are no more than the ends of words."""
    searched = any(word for word in tokens(text)) and text.isprintable()
    try:
        find(shared, text)
    except BadSearch:
        searched = not searched
    assert searched
