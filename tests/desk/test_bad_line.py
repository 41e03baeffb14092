"""The desk on a bad line: silence is shown as such, and nothing is lost when it ends."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.desk.conftest import Sit
from tests.desk.seat import Seat, enter, hours, number_in, sit_down
from tests.desk.sides import Side
from tests.desk.slow_line import SlowLine

# A desk that heard nothing for 5 s says so; it tries again at the latest every 15 s.
STALE_MS = 5000 + 5000
AGAIN_MS = 15_000 + 10_000
# Well before a page asks again by itself, every 20 s.
TOLD_MS = 10_000


@pytest.fixture
def far(browser: Browser, sides: dict[str, Side]) -> Iterator[tuple[Seat, SlowLine]]:
    """Sit somebody down at russia's desk, at the far end of a line that can fall silent."""
    with closing(SlowLine(sides["russia"].server.access.port)) as line:
        seat = sit_down(browser, sides["russia"], "ivanova", origin=line.origin)
        yield seat, line
        seat.leave()


def test_a_silent_line_looks_silent_and_catches_up(sit: Sit, far: tuple[Seat, SlowLine]) -> None:
    here, (there, line) = sit("coalition"), far
    state = there.find("[data-line]")
    line.fall_silent()
    expect(state).to_have_attribute("data-line", "stale", timeout=STALE_MS)
    expect(state).to_contain_text("STALE since")
    expect(there.find("main .note.bad").first).to_contain_text("may be out of date")
    number = enter(here, f"34.4N 38.0E r2NM FL300-FL310 {hours(4, 5)}")
    expect(there.items(number)).to_have_count(0)
    line.heal()
    expect(state).to_have_attribute("data-line", "live", timeout=AGAIN_MS)
    expect(there.items(number)).to_be_visible()


def test_a_cut_line_loses_neither_what_came_nor_what_is_typed(
    sit: Sit, far: tuple[Seat, SlowLine]
) -> None:
    here, (there, line) = sit("coalition"), far
    number = enter(here, f"34.8N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    item = there.items(number)
    item.click()
    there.find("#rb-place").fill("34.8N 38.0E")
    line.cut()
    later = enter(here, f"35.2N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    expect(there.items(later)).to_be_visible(timeout=AGAIN_MS)
    expect(there.find("[data-line]")).to_have_attribute("data-line", "live", timeout=AGAIN_MS)
    expect(there.find("#rb-place")).to_have_value("34.8N 38.0E")
    there.find("[data-form=answer] button.main").click()
    number_in(there.find("[data-answered]"), "data-answered")


def test_a_page_that_is_loaded_again_shows_the_same(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    number = enter(here, f"35.6N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    there.items(number).click()
    expect(there.find("article")).to_contain_text(number)
    there.page.reload()
    expect(there.find("article")).to_contain_text(number)
    expect(there.find("#rb-place")).to_have_value("")


def test_a_node_that_starts_again_is_found_without_a_reload(
    sit: Sit, sides: dict[str, Side]
) -> None:
    here, there = sit("coalition"), sit("russia")
    state = there.find("[data-line]")
    sides["russia"].stop()
    expect(state).to_have_attribute("data-line", "stale", timeout=STALE_MS)
    number = enter(here, f"36.0N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    sides["russia"].start()
    expect(state).to_have_attribute("data-line", "live", timeout=AGAIN_MS)
    expect(there.items(number)).to_be_visible(timeout=AGAIN_MS)
    # and what happens from here on is told at once, not only when the page asks again by itself
    later = enter(here, f"36.2N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    expect(there.items(later)).to_be_visible(timeout=TOLD_MS)


def test_what_was_sent_without_an_answer_is_sent_again_and_logged_once(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")

    lost: list[int] = []

    def lose(route: Route) -> None:
        # Watched to the end: with ``times=1`` the browser may get what is being kept from it.
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)  # the node has it
        route.abort()  # and nobody heard

    there.press("n")
    there.find("#line").fill(f"36.4N 38.0E r2NM FL300-FL310 {hours(6, 7)}")
    there.find("#title").fill("Sent over a bad line")
    there.find("#line").press("Enter")
    expect(there.find("[data-go]")).to_be_focused()
    there.page.route("**/records", lose)
    there.press("Enter")
    expect(there.find("section.card [role=alert]")).to_contain_text("No answer from the node")
    assert lost == [201]
    there.find("[data-go]").click()
    number_in(there.find("[data-sent]"), "data-sent")
    expect(here.items("Sent over a bad line")).to_have_count(1)
    there.go("plans")
    expect(there.find("tr", "Sent over a bad line")).to_have_count(1)


def test_a_session_that_ends_asks_for_the_password_and_keeps_what_is_typed(
    sit: Sit, sides: dict[str, Side]
) -> None:
    there = sit("russia", name="ivanova")
    there.press("n")
    there.find("#line").fill("36.8N 38.0E r2NM FL300-FL310")
    sides["russia"].node.accounts.sessions.end_all("ivanova")
    there.find("#title").fill("Kept while logging in")
    again = there.find("dialog")
    expect(again).to_contain_text("The session has ended")
    again.locator("#password").fill("correct horse battery")
    again.locator("#password").press("Enter")
    expect(again).to_have_count(0)
    expect(there.find("#line")).to_have_value("36.8N 38.0E r2NM FL300-FL310")
    expect(there.find("#title")).to_have_value("Kept while logging in")
    expect(there.find("[data-line]")).to_have_attribute("data-line", "live", timeout=AGAIN_MS)
