"""The bulletin as a page, as PDF and in the terminal: whole, in three languages, by every road."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from parley.desk.bulletin.page import html_bulletin
from parley.desk.bulletin.pdf import pdf_of
from parley.desk.bulletin.sections import tonnes, value
from parley.desk.bulletin.table import text_bulletin
from parley.desk.bulletin.words import LANGUAGES, Words, phrases
from parley.desk.cli import parley
from parley.desk.words import EXERCISE, LEGAL
from parley.errors import NotInstalled
from parley.projection.days import day_named
from parley.projection.view import View
from parley.values.instants import Instant, format_instant
from tests.spine.desk.conftest import Desk
from tests.spine.projection.test_bulletin import (
    BEGIN,
    DAMASCUS,
    NAME,
    full_day,
    publish,
    stated,
)
from tests.spine.projection.test_real_kinds import RealWorld
from tests.spine.projection.world import HOUR

DAY = "2016-06-15"  # the clock of the desk stands at 04:00Z on the sixteenth
TURNING = "\u202e\u2066\u200f"
ARABIC = {"lang": "ar", "text": "نرحب بوقف إطلاق النار ابتداء من 17/06/2016"}


def view_of_a_day() -> View:
    """The full day with an Arabic statement, a total that is off, and words meant to mislead."""
    world, _ = full_day()
    day = day_named(NAME, DAMASCUS)
    world.main("coalition").say(
        "statement/1",
        BEGIN + 14 * HOUR,
        speaker="<b>ناطق</b> & co",
        said_at=stated(BEGIN + 12 * HOUR),
        form="quote",
        text=ARABIC,
    )
    publish(world, "allegations", "russia", day, 7, {"Aleppo": 4, "Idlib": 3}, lead_total=6)
    return world.view("bulletin", day.last)


class Tags(HTMLParser):
    """The open elements of a page at every piece of text, and the text of it all."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.said.append((data, list(self.open)))

    @property
    def text(self) -> str:
        hidden = ("style", "title")
        return " ".join(s for s, tags in self.said if not any(t[0] in hidden for t in tags))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_every_section_figure_and_argument(language: Any) -> None:
    """Headings in the language; figures, names and texts of records as stated in each."""
    view = view_of_a_day().to_json()
    page, words = Tags(html_bulletin(view, language)), Words(language)
    for key in ("reconciliation", "truce", "relief", "casualties", "statements", "advisories"):
        assert words(key) in page.text
    stated_ones = ["russia", "coalition", "Aleppo", "northern-front", "8.9", "3–5", "bseina"]
    stated_ones += ["The truce", "Absolutely acceptable.", str(ARABIC["text"]), "W24"]
    stated_ones += [str(view["channel"]), str(view["at"]), str(view["rules"])]
    stated_ones += [f"{origin}: {size}" for origin, size in dict(view["upto"]).items()]  # type: ignore[arg-type]
    for fact in stated_ones:
        assert fact in page.text
    assert page.text.count(EXERCISE) == 2
    assert words("legal") in page.text
    assert words("one_sided") in page.text
    (html,) = {tuple(tags[0][1].items()) for _, tags in page.said if tags}
    assert dict(html) == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}


def test_a_state_that_joins_is_no_state_of_things() -> None:
    """A word of a record that is a word of the page too is not taken for it."""
    assert {Words(language).known("state") for language in LANGUAGES} == {"state"}


def test_the_caveat_is_the_one_of_every_export() -> None:
    """The English words of the law are kept in one place."""
    assert Words("en")("legal") == LEGAL


def test_a_text_keeps_its_own_direction_in_any_page() -> None:
    """Latin text in an Arabic page runs to the right, Arabic in an English one to the left."""
    for language in LANGUAGES:
        page = Tags(html_bulletin(view_of_a_day().to_json(), language))
        for said, direction in ((ARABIC["text"], "rtl"), ("Absolutely acceptable.", "ltr")):
            (tags,) = [tags for text, tags in page.said if text == said]
            assert (tags[-1][0], tags[-1][1]["dir"]) == ("bdi", direction)
    assert 'dir="ltr"' in value("13.15")


def test_words_of_records_cannot_break_out_of_the_page() -> None:
    """Mark-up is shown as typed; characters that turn the text around are taken out."""
    page = html_bulletin(view_of_a_day().to_json())
    assert "<b>ناطق" not in page
    assert "&lt;b&gt;ناطق" in page
    assert not set(TURNING) & set(value(f"a{TURNING}b"))


def test_a_day_that_is_not_over_and_entries_unread_are_said_first() -> None:
    """Both notes stand above every figure."""
    view = view_of_a_day().to_json()
    data: Any = view["data"]
    words = Words("en")
    assert words("open_day") not in html_bulletin(view)
    page = html_bulletin({**view, "data": {**data, "closed": False, "unread": 3}})
    assert page.index(words("open_day")) < page.index("<section>")
    assert re.search(re.escape(words("unread")) + r" <bdi[^>]*>3</bdi>", page)


def test_the_terminal_shows_the_figures_and_what_does_not_close() -> None:
    """Lists are left to the page; the flags are not."""
    text = text_bulletin(view_of_a_day().to_json())
    assert re.search(r"^russia +6 +1 +1 +1 +0 +0$", text, re.MULTILINE)
    assert re.search(r"^coalition +12 +- 12 +russia 3-3 of 12 +12$", text, re.MULTILINE)
    # nobody looked into any, and nobody alleged anything: no cell is left empty
    assert re.search(r"^russia +7 +Aleppo 4; Idlib 3 +- +7$", text, re.MULTILINE)
    quiet = text_bulletin(RealWorld().view("bulletin", BEGIN).to_json())
    assert re.search(r"^russia +0 +- +- +0$", quiet, re.MULTILINE)
    assert "W24: " in text
    assert "\nrussia counts acts of others almost only" in text


@pytest.mark.parametrize(
    ("day", "said"), [("2016-06-14", "before"), ("2016-06-16", "begun"), ("2016-06-17", None)]
)
def test_a_day_before_the_channel_says_that_its_zeros_report_nothing(
    day: str, said: str | None
) -> None:
    """In the table and on the page; not of a day on which the channel was there."""
    world = RealWorld(in_force_from=BEGIN + 4 * HOUR)
    view = world.view("bulletin", day_named(day, DAMASCUS).last).to_json()
    began = format_instant(Instant(BEGIN + 4 * HOUR))
    for language in LANGUAGES:
        words, page = Words(language), Tags(html_bulletin(view, language)).text
        for key in ("before", "begun"):
            assert (words(key) in page) is (key == said)
        assert (began in page) is (said is not None)
    text = text_bulletin(view)
    assert (f"{Words('en')(said)} {began}" in text) if said else (began not in text)


def test_every_phrase_is_there_in_every_language_and_its_script() -> None:
    """None is empty or left in another script."""
    scripts = {"en": r"[A-Za-z]", "ru": r"[А-Яа-я]", "ar": r"[\u0600-\u06ff]"}
    for key, said in phrases().items():
        assert len(said) == len(LANGUAGES)
        for language, phrase in zip(LANGUAGES, said, strict=True):
            assert re.search(scripts[language], phrase), (key, language)


@pytest.mark.parametrize(
    ("kg", "said"), [(0, "0"), (250, "0.25"), (8_900, "8.9"), (4_000, "4"), (1_005, "1.005")]
)
def test_tonnes_are_written_without_trailing_zeros(kg: int, said: str) -> None:
    """Kilograms are whole; nothing is rounded."""
    assert tonnes(kg) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_holds_what_the_page_says(language: Any) -> None:
    """Every page of it can be read back; Arabic has its letters."""
    pypdf = pytest.importorskip("pypdf")
    try:
        pdf = pdf_of(html_bulletin(view_of_a_day().to_json(), language))
    except NotInstalled as missing:
        pytest.skip(str(missing))
    import io

    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages)
    for fact in ("EXERCISE", "2016-06-16", "northern-front", "bseina", "W24", "3–5"):
        assert fact in text
    letters = {"en": "Truce", "ru": "Перемирие"}.get(language)
    assert letters in text if letters else re.search(r"[\u0600-\u06ff\ufb50-\ufeff]", text)


def test_a_pdf_without_pango_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever cannot have a PDF is told what is missing and what to take instead."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(NotInstalled) as refused:
        pdf_of("<p>")
    assert "Pango" in str(refused.value)
    assert "--format html" in str(refused.value)
    assert "\n" not in str(refused.value)


# --- the API and the verb


def bulletin(desk: Desk, day: str = DAY, **query: str) -> httpx.Response:
    return desk.http.get(f"/v1/channels/{desk.channel}/bulletin/{day}", params=query)


def test_the_api_gives_the_page_and_the_views_own_bytes(desk: Desk) -> None:
    """The JSON is what the view gives for the last instant of the day."""
    found = bulletin(desk, form="json")
    assert found.headers["content-type"] == "application/json"
    at = day_named(DAY, DAMASCUS).last
    view: Any = desk.node.view(desk.channel, "bulletin", at=at)
    assert (
        found.content
        == json.dumps(view, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    )
    page = bulletin(desk, lang="ar")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="ar" dir="rtl">' in page.text
    sizes = json.dumps({next(iter(view["upto"])): 1})
    assert json.loads(bulletin(desk, form="json", upto=sizes).content)["upto"] == json.loads(sizes)


def test_today_is_told_up_to_now_and_tomorrow_is_refused(desk: Desk) -> None:
    """A bulletin is of a day that has begun; what is no day is refused as well."""
    today = json.loads(bulletin(desk, NAME, form="json").content)
    assert (today["at"], today["data"]["closed"]) == ("2016-06-16T04:00:00Z", False)
    for day, why in (("2016-06-17", "has not begun"), ("2016-6-1", "is no day")):
        refused = bulletin(desk, day)
        assert refused.status_code == 422
        assert refused.json()["code"] == "value-instant"
        assert why in refused.json()["detail"]


def test_the_verb_writes_each_form(desk: Desk, tmp_path: Path) -> None:
    """Table, JSON, HTML, PDF; the JSON byte for byte as the API has it."""
    folder, runner = str(desk.node.folder), CliRunner()

    def run(*more: str) -> bytes:
        done = runner.invoke(parley, ["bulletin", DAY, "--node", folder, *more])
        assert done.exit_code == 0, done.output
        return done.stdout_bytes

    assert EXERCISE.encode() in run()
    assert run("--format", "json") == bulletin(desk, form="json").content
    out = tmp_path / "bulletin.html"
    told = run("--format", "html", "--lang", "ru", "--out", str(out)).decode()
    assert told == f"{out}: {out.stat().st_size} bytes\n"
    assert Words("ru")("truce") in out.read_text(encoding="utf-8")
