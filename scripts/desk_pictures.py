"""Draw the pictures of the desk in docs/desk: two real nodes, the system's Chromium, every page.

Run from the repository: `.venv/bin/python -m scripts.desk_pictures`. Look at what comes out.
"""

import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.desk.browser import open_browser
from tests.desk.seat import PAGES, Seat, hours, sit_down
from tests.desk.sides import Side, two_sides

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "desk"
# Beside every page in English: those most looked at in the other languages, and after dark.
ALSO = (
    ("inbox", "ru", "light"),
    ("inbox", "ar", "light"),
    ("calls", "ar", "light"),
    ("inbox", "en", "dark"),
    ("entry", "en", "dark"),
)
SETTLE_MS = 900
COLOURS = 255


def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        two_sides(Path(folder)) as sides,
        open_browser() as browser,
    ):
        here, there = (sit_down(browser, sides[name]) for name in ("coalition", "russia"))
        line = work(here, there)
        for page in PAGES:
            draw(here, page, line, page)
        here.leave()
        for page, language, shade in ALSO:
            seat = sit_down(browser, sides["coalition"], language=language, shade=shade)
            draw(seat, page, line, f"{page}-{language}-{shade}")
            seat.leave()
        small = sit_down(browser, sides["coalition"], size=(390, 780))
        draw(small, "inbox", line, "inbox-telephone")
        small.leave()
        there.leave()
        doors(sides["coalition"], browser)


def draw(seat: Seat, page: str, line: str, name: str) -> None:
    """Draw one page, whole, once it is quiet."""
    seat.go(page)
    expect(seat.find("main h1")).to_be_visible()
    if page == "entry":
        seat.find("#line").fill(line)
        expect(seat.find("[data-echo]")).to_be_visible()
    if page == "phrases":
        seat.find("#find").fill("1")
        seat.find("#find").press("Enter")
        seat.find("#slot-place").fill("At-Tanf")
        seat.find("#slot-place").press("Enter")
        expect(seat.find("[data-rendered]")).to_be_visible()
        seat.find("#find").fill("")
    keep(seat.page, name, whole=True)


def keep(page: Page, name: str, *, whole: bool) -> None:
    """Write what a page shows, in the few colours that it has."""
    page.wait_for_timeout(SETTLE_MS)
    image = Image.open(BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    path = FOLDER / f"{name}.png"
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )
    sys.stdout.write(f"{name}: {path.stat().st_size // 1000} kB\n")


def doors(side: Side, browser: Browser) -> None:
    """Draw the ways in: log-in and one-time link."""
    context = browser.new_context(viewport={"width": 720, "height": 640})
    page = context.new_page()
    for name, address in (("login", ""), ("link", "#/link/of-the-first-start")):
        page.goto("about:blank")
        page.goto(side.desk + address)
        expect(page.locator("#name")).to_be_visible()
        keep(page, name, whole=True)
    context.close()


def work(here: Seat, there: Seat) -> str:
    """Let both sides say something, so that no page is empty; give a line to be typed."""
    send(there, f"At-Tanf r5NM SFC-FL150 {hours(2, 4)}", "Air drop at the garrison", urgent=True)
    send(there, f"34.7N 38.3E r2NM FL200-FL240 {hours(5, 6)}", "Survey of the road")
    mine = f"33.5N 38.7E r3NM FL100-FL140 {hours(3, 5)}"
    send(here, mine, "Support to the garrison")
    send(here, f"34.9N 37.6E > 34.6N 38.3E r3NM FL220-FL240 {hours(8, 9)}", "Transit east")
    here.press("Escape", "n")
    here.find("#line").fill(f"34.2N 37.9E r3NM SFC-FL050 {hours(10, 11)}")
    here.find("#title").fill("Exercise on the range")
    here.page.get_by_role("button", name="Keep as a draft").click()
    expect(here.find("main")).to_contain_text("Kept as a draft")
    here.go("watch")
    for line in (
        "Watch begun, line check by radio",
        "Dust storm west of At-Tanf, visibility 800 m",
    ):
        here.find("#watch-line").fill(line)
        here.find("#watch-line").press("Enter")
        expect(here.find("tr", line)).to_be_visible()
    here.go("conference")
    here.page.get_by_role("button", name="New conference").click()
    here.find("textarea").first.fill("Air drop at the garrison\nRoad survey")
    here.page.get_by_role("button", name="Save").click()
    call(here)
    return mine


def call(here: Seat) -> None:
    """Begin a call about the notice that presses most."""
    here.go("inbox")
    expect(here.find("article")).to_be_visible()
    here.page.locator("h1").first.click()
    here.press("c")
    expect(here.find("[data-call]")).to_be_visible()
    here.press("a")
    here.find("#note-text").fill("We hold the same text; the drop is delayed by ten minutes")
    here.find("#note-text").press("Enter")


def send(seat: Seat, line: str, title: str, *, urgent: bool = False) -> None:
    """Send a notice."""
    seat.go("entry")
    seat.find("#line").fill(line)
    seat.find("#title").fill(title)
    if urgent:
        seat.find("#priority").select_option("urgent")
    seat.find("#line").press("Enter")
    seat.find("[data-go]").click()
    expect(seat.find("#line")).to_have_value("")


if __name__ == "__main__":
    main()
