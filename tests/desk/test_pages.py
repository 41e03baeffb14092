"""Every page in each language: without a fault that axe-core finds, and usable by keys alone."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from parley.desk.static_files import POLICY
from tests.desk.browser import Watched, axe_source
from tests.desk.conftest import Sit
from tests.desk.seat import PAGES, Seat, enter, hours, sit_down
from tests.desk.sides import Side

LANGUAGES = ("en", "ru", "ar")


@pytest.fixture(scope="module")
def axe(root: Path) -> str:
    """Give the source of axe-core."""
    return axe_source(root)


@pytest.fixture(scope="module", autouse=True)
def matters(sides: dict[str, Side], browser: Browser, axe: str) -> None:
    """Let something be open at coalition's desk, so that no page is empty."""
    here, there = (sit_down(browser, sides[name]) for name in ("coalition", "russia"))
    window = hours(2, 4)
    enter(there, f"At-Tanf r5NM SFC-FL150 {window}")
    enter(here, f"At-Tanf r3NM FL100-FL140 {window}")
    here.go("inbox")
    expect(here.items("At-Tanf", "C")).to_be_visible()
    here.press("Escape", "c")
    expect(here.find("[data-call]")).to_be_visible()
    here.go("conference")
    here.find("button.main").first.click()
    expect(here.find("[data-minutes]")).to_be_visible()
    here.leave()
    there.leave()


def faults(page: Page, source: str) -> list[str]:
    """Ask axe-core; the CSP lets no script in but ours, so its source is evaluated."""
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_fault(sit: Sit, axe: str, language: str) -> None:
    seat = sit("coalition", language=language)
    html = seat.find("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    found = {}
    for page in PAGES:
        seat.go(page)
        expect(seat.find("main h1")).to_be_visible()
        loading = seat.page.get_by_text(re.compile("^(Loading|Загрузка|جارٍ التحميل)$"))
        expect(loading).to_have_count(0)
        found[page] = faults(seat.page, axe)
        assert seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page
    assert found == {page: [] for page in PAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_way_in_has_a_fault(
    browser: Browser, sides: dict[str, Side], axe: str, language: str
) -> None:
    context = browser.new_context(locale={"en": "en-GB", "ru": "ru-RU", "ar": "ar-SY"}[language])
    watched = Watched(context)
    found = []
    for address in ("", "#/link/of-the-first-start"):
        watched.page.goto("about:blank")
        watched.page.goto(sides["coalition"].desk + address)
        expect(watched.page.locator("#name")).to_be_visible()
        found += faults(watched.page, axe)
    assert (found, watched.faults()) == ([], [])
    context.close()


def test_no_page_has_a_fault_after_dark(sit: Sit, axe: str) -> None:
    seat = sit("coalition")
    dark = seat.page.get_by_role("button", name="Dark")
    dark.click()
    found = {}
    for page in ("inbox", "entry", "calls", "accounts"):
        seat.go(page)
        expect(seat.find("main h1")).to_be_visible()
        found[page] = [each for each in faults(seat.page, axe) if "contrast" in each]
    seat.page.get_by_role("button", name="Light").click()
    assert found == {page: [] for page in found}


def test_dialogs_have_no_fault(sit: Sit, axe: str) -> None:
    seat = sit("coalition")
    found = {}
    for key in ("?", "d", "x"):
        seat.press(key)
        expect(seat.find("dialog")).to_be_visible()
        found[key] = faults(seat.page, axe)
        seat.press("Escape")
        expect(seat.find("dialog")).to_have_count(0)
    assert found == {"?": [], "d": [], "x": []}


def test_every_page_is_reached_and_left_by_keys_alone(sit: Sit) -> None:
    seat = sit("coalition")
    seat.press("?")
    listed = seat.find("dialog tr")
    expect(listed.first).to_be_visible()
    shown = dict(row.split("\t") for row in listed.all_inner_texts())
    seat.press("Escape")
    titles = seat.find("nav a").all_inner_texts()
    reached = set()
    for key, title in shown.items():
        if len(key) != 1 or not key.isalpha() or key in "ACDEHOSX":
            continue
        seat.press("Escape", key.lower())
        expect(seat.find("nav a[aria-current=page]")).to_contain_text(title)
        expect(seat.find("main h1")).to_have_text(title)
        reached.add(title)
    assert len(reached) == len(titles)


def test_keys_keep_their_places_under_a_russian_layout_and_can_be_switched_off(sit: Sit) -> None:
    seat = sit("coalition")
    # on a Russian keyboard the key of N bears т
    seat.page.evaluate(
        "dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyN', key: 'т', bubbles: true}))"
    )
    expect(seat.find("#line")).to_be_focused()
    seat.press("Escape", "?")
    switch = seat.find("dialog input[type=checkbox]")
    switch.uncheck()
    seat.press("Escape", "w")
    expect(seat.find("#watch-line")).to_have_count(0)
    seat.page.get_by_role("button", name="Keys").click()
    switch.check()
    seat.press("Escape", "w")
    expect(seat.find("#watch-line")).to_be_focused()


def test_three_clocks_run_and_the_exercise_is_marked(sit: Sit) -> None:
    seat = sit("coalition")
    expect(seat.find("[data-banner]")).to_contain_text("EXERCISE")
    expect(seat.find("html")).to_have_attribute("data-status", "exercise")
    for clock, form in (("utc", r"^\d\d:\d\d:\d\dZ$"), ("theatre", r"^\d\d:\d\d:\d\d$")):
        expect(seat.find(f"[data-clock={clock}]")).to_have_text(re.compile(form))
    before = seat.find("[data-clock=own]").inner_text()
    expect(seat.find("[data-clock=own]")).not_to_have_text(before)


def test_an_observer_is_offered_nothing_that_writes(sit: Sit) -> None:
    seat = sit("coalition", name="smirnov")
    expect(seat.find("nav a")).not_to_have_count(0)
    for page in ("New notice", "Calls", "Watch log", "Relief", "Accounts"):
        expect(seat.find("nav a", page)).to_have_count(0)
    seat.items("At-Tanf").click()
    expect(seat.find("article")).to_contain_text("37S DT")
    expect(seat.find("[data-form=answer]")).to_have_count(0)
    expect(seat.page.get_by_role("button", name="Set aside with a reason")).to_have_count(0)


def test_the_page_runs_under_its_strict_policy(browser: Browser, sides: dict[str, Side]) -> None:
    """No script is written into it, no text becomes HTML by the back door, nothing frames it."""
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(sides["coalition"].desk)
    assert answer is not None
    assert answer.headers["content-security-policy"] == POLICY
    expect(page.locator("#name")).to_be_visible()
    blocked = page.evaluate(
        """() => {
            const before = document.body.innerHTML
            try { document.body.insertAdjacentHTML('beforeend', '<img src=x>'); return 'let in' }
            catch (error) { return document.body.innerHTML === before ? error.name : 'changed' }
        }"""
    )
    assert blocked == "TypeError"
    context.close()


def test_a_telephone_shows_the_inbox_without_scrolling_sideways(
    browser: Browser, sides: dict[str, Side], axe: str
) -> None:
    seat: Seat = sit_down(browser, sides["coalition"], size=(390, 780))
    for page in PAGES:
        seat.go(page)
        expect(seat.find("main h1")).to_be_visible()
        wide = seat.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{page} is {wide} wide"
    seat.leave()
