"""One record on one page: everything that is read aloud, and nothing that could mislead."""

import re
from html.parser import HTMLParser

import pytest

from parley.desk.page import COLUMNS, Page, html_page, text_page
from parley.desk.plain import json_lines, plain_lines
from parley.desk.words import LEGAL
from parley.kinds.line.warning import WARNING
from parley.record.canonical import Json
from parley.values.instants import Instant

ZONE = "Asia/Damascus"
WARN: dict[str, Json] = {
    "urgency": "stop",
    "asked": {"lang": "en", "text": "Stop <b>all</b> strikes & hold"},
    "whom": {"lang": "ar", "text": "قوات في التنف"},
    "parties": [],
    "place": {
        "lat_e7": 334_900_000,
        "lon_e7": 386_600_000,
        "precision_e4m": 500_000,
        "stated": "At-Tanf garrison",
    },
    "window": {"time_start": 1_466_049_600_000, "time_end": 1_466_064_000_000},
    "lower": {"e4m": 45_720_000, "units": "FT", "reference": "AMSL", "uncertainty_e4m": 0},
    "valid_until": 1_466_064_000_000,
}


def page(status: str = "exercise", **changes: Json) -> Page:
    body = WARNING.parse({**WARN, **changes})
    return Page(
        status=status,
        channel="ab" * 32,
        number="CO-0616-U014",
        check_code="7K3Q",
        name="0123456789abcdef" * 4,
        title="Warning",
        kind="warning/1",
        priority="urgent",
        author="coalition",
        to=("russia",),
        issued=Instant(1_466_049_000_000),
        zone=ZONE,
        lines=plain_lines(body, ZONE),
        refs=(("about", "RU-0616-003"),),
        asks_answer=True,
    )


FACTS = (
    "CO-0616-U014",
    "RU-0616-003",
    "warning/1",
    "coalition",
    "russia",
    "At-Tanf garrison",
    "known to 50 m",
    "33.4900000 N 38.6600000 E",
    "33°29'24.00\"N 038°39'36.00\"E",
    "37S DT 68415 05662",
    "15000 FT AMSL",
    "2016-06-16T04:00:00Z",
    "160400ZJUN16",
    "2016-06-16 07:00:00 local Asia/Damascus",
    "2016-06-16T08:00:00Z",
    "0123 4567 89ab cdef",
    "abab abab",
    "قوات في التنف",
    "not against forgery",
)


class Text(HTMLParser):
    """What a reader of the page sees, and the tags it is made of."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_both_forms_say_all_that_is_read_aloud() -> None:
    """Number, code, place in three forms, levels as stated, times in UTC, local and DTG."""
    plain = re.sub(r"\s+", " ", text_page(page()))
    rich = re.sub(r"\s+", " ", " ".join(Text(html_page(page())).text))
    for fact in FACTS:
        assert fact in plain, fact
        assert fact in rich, fact
    assert LEGAL in plain
    assert LEGAL in rich
    assert "check code 7 K 3 Q" in plain


@pytest.mark.parametrize(("status", "word"), [("exercise", "EXERCISE"), ("test", "TEST")])
def test_an_exercise_is_named_first_and_last(status: str, word: str) -> None:
    """No page of an exercise can be taken for an actual one, whichever end is torn off."""
    lines = text_page(page(status)).strip().splitlines()
    assert word in lines[0]
    assert word in lines[-1]
    assert html_page(page(status)).count('class="banner"') == 2
    assert word not in text_page(page("actual"))


def test_texts_of_others_cannot_become_markup() -> None:
    """Whatever stands in a record is shown, not interpreted; the page loads nothing."""
    source = html_page(page())
    assert "Stop &lt;b&gt;all&lt;/b&gt; strikes &amp; hold" in source
    tags = Text(source).tags
    assert not {"b"} & {t for t, a in tags if a.get("lang")}
    assert not any(a.get(name) for _, a in tags for name in ("src", "href", "onload"))
    assert {"script", "iframe", "img", "link"}.isdisjoint({t for t, _ in tags})


def test_texts_of_others_cannot_reorder_hide_or_command() -> None:
    """Direction, invisible and control characters are spelled out; joiners of scripts stay."""
    said = "Keep \u202eraelc\u202c\u200b,\nthen \u2066wait; \u200c"
    odd = page(asked={"lang": "en", "text": said}, owner="duty \x9b31m officer")
    for made in (text_page(odd), html_page(odd)):
        assert not re.search("[\x80-\x9f\u200b\u202a-\u202e\u2066-\u2069]", made)
        for spelled in ("\\u{202e}raelc\\u{202c}\\u{200b}", "\\u{2066}wait", "\\u{9b}31m"):
            assert spelled in made
        assert "\u200c" in made


def test_a_text_from_right_to_left_is_marked_as_such() -> None:
    """Arabic keeps its own direction inside the page."""
    marked = [a for _, a in Text(html_page(page())).tags if a.get("lang") == "ar"]
    assert marked == [{"lang": "ar", "dir": "auto"}]


def test_the_qr_code_is_inline_and_says_number_code_and_name() -> None:
    """The code on the page is for a scanner what the number and check code are for a voice."""
    assert page().code_content() == f"PARLEY CO-0616-U014 7K3Q {'0123456789abcdef' * 4}"
    assert "<svg" in html_page(page())


def test_the_reply_slip_is_blank() -> None:
    """The read-back has its lines, and nothing is filled in."""
    text = text_page(page())
    for word in ("ACKNOWLEDGE", "OBJECT", "PROPOSE", "to acknowledge is not to agree"):
        assert word in text
    for line in ("Place", "From (UTC)", "Until (UTC)", "Lower level", "Upper level"):
        assert re.search(rf"^{re.escape(line)} +\.+$", text, re.MULTILINE)


def test_the_text_fits_a_fax() -> None:
    """No line of the plain text is wider than its columns, nor longer than one page."""
    lines = text_page(page()).splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert len(lines) <= 66


def test_a_line_that_goes_on_stands_beside_the_one_before() -> None:
    """On the wide page UTC and local time share a line; the fax keeps a line for each."""
    rich = html_page(page())
    local = "2016-06-16 07:00:00 local Asia/Damascus (UTC+03:00)"
    assert f"(DTG 160400ZJUN16)&#8195;<span>{local}</span>" in rich
    assert re.search(rf"^ +{re.escape(local)}$", text_page(page()), re.MULTILINE)


def test_every_blank_of_the_reply_slip_is_on_the_wide_page() -> None:
    """Each label of the slip has its own empty cell behind it."""
    slip = html_page(page()).partition('<div class="slip">')[2]
    cells = re.findall(r"<th>([^<]+)</th><td[^>]*></td>", slip)
    assert cells == [
        *("Place", "From (UTC)", "Until (UTC)", "Lower level", "Upper level"),
        *("Officer, post", "Time (UTC)", "Check code read"),
    ]


def test_what_does_not_fit_is_counted_not_dropped() -> None:
    """A record this node cannot read is still written out, name by name."""
    lines = list(json_lines({"a": {"b": [1, None]}, "c": "x"}))
    assert [(line.label, line.lines) for line in lines] == [
        ("a b 1", ("1",)),
        ("a b 2", ("none",)),
        ("c", ("x",)),
    ]
