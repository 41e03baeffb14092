"""The pages without JavaScript in a browser: with scripts switched off, and by axe in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.browser import PATIENCE_MS, Watched, axe_source
from tests.desk.seat import hours
from tests.desk.sides import PASSWORD, Side

AREA = "36.2N 37.1E r2NM SFC-FL120"


@contextmanager
def at_plain(browser: Browser, side: Side, *, script: bool = False) -> Iterator[Watched]:
    """Log in on the plain pages; at the end nothing was asked for elsewhere, or complained of."""
    context = browser.new_context(java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    watched = Watched(context)
    page = watched.page
    page.goto(side.origin + "/plain/")
    page.fill("#name", "petrov")
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page).to_have_url(side_inbox(side))
    yield watched
    assert watched.elsewhere(side.origin) == []
    assert watched.faults() == []
    context.close()


def side_inbox(side: Side) -> str:
    return f"{side.origin}/plain/channels/{side.node.channels()[0]}/inbox"


def send(page: Page, line: str) -> str:
    """Send a notice from the page of quick entry; give its number."""
    page.click("nav a[href$='/entry']")
    page.fill("#line", line)
    page.click("main form button")
    page.click("section form button")
    return page.locator("h1 bdi").inner_text()


def test_a_watch_is_kept_without_a_script(browser: Browser, sides: dict[str, Side]) -> None:
    """Check, send, read back, be compared, write a line, log out: JavaScript is switched off."""
    window = hours(2, 3)
    with at_plain(browser, sides["coalition"]) as us, at_plain(browser, sides["russia"]) as them:
        number = send(us.page, f"{AREA} {window}")
        page = them.page
        for _ in range(40):
            page.reload()
            if page.locator("main", has_text=number).count():
                break
            page.wait_for_timeout(250)
        page.locator("li", has_text=number).locator("h2 a").click()
        page.click("a[href$='/answer']")
        expect(page.locator("#rb-place")).to_have_value("")
        page.check("input[value=acknowledge]")
        page.fill("#rb-place", "36.2N 37.1E")
        page.fill("#rb-from", window[:4] + "Z")
        page.fill("#rb-until", window[5:])
        page.fill("#rb-upper", "FL120")
        page.click("main form button")
        expect(page.locator("[role=status]", has_text="The read-back agrees")).to_be_visible()
        page.click("nav a[href$='/watchlog']")
        page.fill("#line", "Answered by hand")
        page.click("main form button")
        expect(page.locator("td", has_text="Answered by hand")).to_be_visible()
        page.click(".who button")
        expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing(
    browser: Browser, sides: dict[str, Side], root: Path, language: str
) -> None:
    side, source = sides["coalition"], axe_source(root)
    with at_plain(browser, side, script=True) as us:
        page = us.page
        page.select_option("#language", language)
        page.click("footer button")
        send(page, f"{AREA} {hours(4, 5)}")
        record, base = page.url.partition("?")[0], side_inbox(side).removesuffix("inbox")
        addresses = ["inbox", "entry", "records", "records?ref=nothing"]
        for at in (*(base + each for each in addresses), record, f"{record}/answer",
                   f"{side.origin}/plain/watchlog", f"{base}items/0"):  # fmt: skip
            page.goto(at)
            looked(page, source, at)
        page.goto(base + "entry")
        page.fill("#line", f"{AREA} {hours(4, 5)}")
        page.click("main form button")
        looked(page, source, "echo")
        page.select_option("#language", "en")
        page.click("footer button")
        page.click(".who button")
        for at in ("login", "first"):
            page.goto(f"{side.origin}/plain/{at}?lang={language}")
            looked(page, source, at)


def looked(page: Page, source: str, at: str) -> None:
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate("axe.run()")
    bad = [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found["violations"]]
    assert bad == [], at
