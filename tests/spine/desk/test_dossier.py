"""The dossier at the desk: what is typed for it, its page and its file."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from parley.desk.dossier.file import Proof, dossier_file
from parley.desk.dossier.page import html_page
from parley.desk.dossier.typed import area_typed, scope_typed
from parley.errors import BadArchive, BadInterval, BadPosition, BadShape, ParleyError
from parley.log.archive import read_archive
from parley.projection.dossier.scope import Box, Round
from parley.record.terms import KnownPlace
from parley.values.places import Place
from parley.values.texts import Text
from tests.spine.desk.conftest import Desk

TANF = KnownPlace((Text("en", "At-Tanf"),), Place(334_900_000, 386_600_000, 5_000_000, "garrison"))
HOURS = "from=2016-06-16T00:00:00Z&to=2016-06-17T00:00:00Z"
NASTY = '<script src="https://example.org/x.js">"\'&'
TURNING = "strike here \u202etuo yats\u202c"
HOSTILE: dict[str, Any] = {
    "urgency": "safety",
    "asked": {"lang": "en", "text": f"{NASTY} {TURNING}"},
    "whom": {"lang": "ar", "text": "قوات في التنف"},
    "place": {
        "lat_e7": 335_060_000,
        "lon_e7": 386_180_000,
        "precision_e4m": 5_000_000,
        "stated": f"At-Tanf {NASTY}",
    },
}


# --- what is typed


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("33.506,38.618,20km", 20_000),
        ("33.506N 38.618E, 500 m", 500),
        ("37SDT6452007449,5NM", 9_260),
        ("33.506,38.618,1.5km", 1_500),
        ("At-Tanf,20km", 20_000),
    ],
)
def test_a_place_and_a_radius(text: str, radius_m: int) -> None:
    """A position in any form, or an agreed place; the centre is a point, however it was typed."""
    area = area_typed(text, agreed=[TANF])
    assert isinstance(area, Round)
    assert area.radius_m == radius_m
    assert area.place.precision_e4m == 0
    assert abs(area.place.lat_e7 - 335_000_000) < 200_000


def test_a_box() -> None:
    """South, west, north, east in degrees; west beyond east crosses the antimeridian."""
    assert area_typed("33.4, 38.5, 33.6, 38.7") == Box(
        334_000_000, 385_000_000, 336_000_000, 387_000_000
    )
    assert area_typed("-1,179,+1,-179") == Box(
        -10_000_000, 1_790_000_000, 10_000_000, -1_790_000_000
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadPosition),
        ("20km", BadPosition),
        ("Nowhere,20km", BadPosition),
        ("33.506,38.618", BadPosition),
        ("33.506,38.618,20", BadPosition),
        ("33.506,38.618,0km", BadShape),
        ("33.506,38.618,1001km", BadShape),
        ("1,2,3,4,5", BadPosition),
        ("91,0,92,1", BadPosition),
        ("33.6,38.5,33.4,38.7", BadShape),
        ("nan,0,1,1", BadPosition),
    ],
)
def test_what_is_no_area_is_refused(text: str, error: type[ParleyError]) -> None:
    """Each is refused in one line, with how to write it."""
    with pytest.raises(error):
        area_typed(text, agreed=[TANF], where="area")


def test_a_window_runs_forward() -> None:
    """Reversed hours are refused, and so are none at all."""
    area = "33.506,38.618,20km"
    assert scope_typed(area, "2016-06-16T00:00Z", "160430ZJUN16").window.end == 1_466_051_400_000
    for end in ("2016-06-15T00:00Z", "2016-06-16T00:00Z"):
        with pytest.raises(BadInterval):
            scope_typed(area, "2016-06-16T00:00Z", end)


# --- the page and the file


@pytest.fixture(scope="module")
def value(desk: Desk) -> dict[str, Any]:
    """A dossier whose one record tries to be more than text."""
    desk.node.publish(desk.channel, "warning/1", HOSTILE)
    answer = desk.http.get(f"/v1/channels/{desk.channel}/dossier?area=33.506,38.618,20km&{HOURS}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


class Tags(HTMLParser):
    """The tags of a page, and what its cells say."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_escapes_what_others_wrote(value: dict[str, Any]) -> None:
    """A script in a record stays its letters; the page itself has none and fetches nothing."""
    page = Tags()
    page.feed(html_page(value))
    assert NASTY in page.text
    assert "قوات في التنف" in page.text
    assert not page.tags & {"script", "img", "link", "iframe", "object", "a", "form"}
    assert not {name for name in page.attributes if name in ("src", "href") or name[:2] == "on"}
    assert TURNING not in page.text
    assert "strike here \\u{202e}tuo yats\\u{202c}" in page.text
    assert "NOT TOLD" not in page.text  # an ask of everybody is of those that hold a log
    assert "EXERCISE" in page.text


def test_api_and_command_draw_one_page(desk: Desk, value: dict[str, Any]) -> None:
    """The path gives the page as well, for the same arguments."""
    at = value["common"]["at"]
    path, query = f"/v1/channels/{desk.channel}/dossier", f"area=33.506,38.618,20km&{HOURS}&at={at}"
    answer = desk.http.get(f"{path}/page?{query}")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text == html_page(desk.http.get(f"{path}?{query}").json())


def test_the_file_lists_what_could_not_be_proven(value: dict[str, Any]) -> None:
    """A record without a proof is named with the reason, in the data, the page and the text."""
    (record,) = value["common"]["records"]
    why = "no signed head covers it yet"
    members = read_archive(
        dossier_file(value, [Proof(record["name"], record["number"], None, why)], {})
    )
    assert set(members) == {"README.txt", "SHA256SUMS", "dossier.html", "dossier.json"}
    assert json.loads(members["dossier.json"])["proofs"][0]["refused"] == why
    for name in ("README.txt", "dossier.html"):
        assert f"not proven: {why}" in members[name].decode()
    assert re.search(r"parley verify evidence/\S+ --trust", members["README.txt"].decode())


def test_a_file_that_would_be_too_large_is_refused(value: dict[str, Any]) -> None:
    """Over 64 MiB it is refused whole; nothing is cut off in silence."""
    record = value["common"]["records"][0]
    proof = Proof(record["name"], record["number"], bytes(64 * 1024 * 1024))
    with pytest.raises(BadArchive):
        dossier_file(value, [proof], {})
