"""Somebody at a desk: a page that is logged in, with every keystroke counted."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.desk.browser import HEIGHT, PATIENCE_MS, WIDTH, Watched
from tests.desk.sides import PASSWORD, Side

PAGES = (
    "inbox",
    "entry",
    "plans",
    "phrases",
    "drafts",
    "calls",
    "watch",
    "relief",
    "conference",
    "alarms",
    "first",
    "accounts",
    "own",
)
LOCALES = {"en": "en-GB", "ru": "ru-RU", "ar": "ar-SY"}


@dataclass
class Seat:
    """A desk with somebody at it."""

    side: Side
    context: BrowserContext
    watched: Watched
    origin: str
    strokes: int = 0

    @property
    def desk(self) -> str:
        return self.origin + "/desk/"

    @property
    def page(self) -> Page:
        return self.watched.page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def find(self, selector: str, has_text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=has_text)

    def go(self, page: str) -> None:
        self.page.goto(f"{self.desk}#/{page}")

    def begin(self) -> None:
        """Leave what a test before this one had open, and look at the inbox from its top."""
        self.strokes = 0
        self.page.goto(f"{self.desk}#/plans")
        self.page.goto(f"{self.desk}#/inbox")
        expect(self.find("#inbox-title")).to_be_visible()
        self.page.evaluate("document.activeElement?.blur()")

    def items(self, text: str, sort: str = "N") -> Locator:
        """Give the entries of the inbox that say something: notices, answers R, conflicts C."""
        return self.page.locator(f"section.list li a[id^=item-{sort}-]", has_text=text)

    def leave(self) -> None:
        self.context.close()


def sit_down(
    browser: Browser,
    side: Side,
    name: str = "petrov",
    *,
    language: str = "en",
    shade: str = "light",
    origin: str = "",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    script: str = "",
) -> Seat:
    """Open a desk in a browser of its own and log in by name and password, on the keyboard.

    ``origin``: where the browser finds the desk, if that is not the node's own address.
    ``script`` runs in the page before anything else.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LOCALES[language],
        color_scheme="dark" if shade == "dark" else "light",
    )
    context.set_default_timeout(PATIENCE_MS)
    if script:
        context.add_init_script(script)
    seat = Seat(side, context, Watched(context), origin or side.origin)
    seat.page.goto(seat.desk)
    seat.page.locator("#name").focus()
    seat.page.keyboard.type(name)
    seat.page.keyboard.press("Tab")
    seat.page.keyboard.type(PASSWORD)
    seat.page.keyboard.press("Enter")
    expect(seat.find("[data-line]")).to_have_attribute("data-line", "live")
    return seat


def number_in(locator: Locator, attribute: str) -> str:
    """Give the record's number that a message of success bears."""
    expect(locator).to_have_attribute(attribute, re.compile(r"^[A-Z]{2}-\d{4}-U?\d+$"))
    return locator.get_attribute(attribute) or ""


def hours(first: int, last: int) -> str:
    """Give a window of whole hours from now, as it is typed."""
    now = datetime.now(UTC)
    return "-".join(f"{now + timedelta(hours=h):%H}10" for h in (first, last)) + "Z"


def enter(seat: Seat, line: str) -> str:
    """Send a notice by keys alone, from whatever page is open; give its number."""
    seat.press("Escape", "n")
    expect(seat.find("#line")).to_be_focused()
    seat.type(line)
    seat.press("Enter")
    expect(seat.find("[data-go]")).to_be_focused()
    seat.press("Enter")
    return number_in(seat.find("[data-sent]"), "data-sent")
