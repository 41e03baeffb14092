"""What an officer on watch does besides answering: calls, relief, minutes, accounts, steps."""

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.desk.conftest import Sit
from tests.desk.seat import Seat, enter, hours, number_in, sit_down
from tests.desk.sides import PASSWORD, Side

MINUTES = re.compile(r"^\d+:\d\d$")
PASSKEY_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def test_a_call_begins_with_one_key_and_is_written_up_later(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    number = enter(there, f"34.0N 38.2E r2NM FL100-FL120 {hours(2, 3)}")
    here.items(number).click()
    expect(here.find("article")).to_contain_text(number)
    here.press("c")
    card = here.find("[data-call]")
    expect(card).to_be_visible()
    expect(card.locator("#call-to")).to_have_value("russia")
    expect(card.locator("#call-about")).to_have_value(number)
    expect(card.locator(".script li", has_text="Number")).to_contain_text("Romeo Uniform dash")
    wait = card.locator("[data-timer=wait]")
    expect(wait).to_have_text(MINUTES)
    expect(wait).not_to_have_text("0:00")
    here.press("h")
    expect(card).to_contain_text("on hold")
    expect(card.locator("[data-timer=hold]")).not_to_have_text("0:00")
    here.press("h", "a")
    expect(card.locator("[data-timer=talk]")).to_have_text(MINUTES)
    card.get_by_role("button", name="Place: right").click()
    expect(card.get_by_role("button", name="Place: right")).to_have_attribute(
        "aria-pressed", "true"
    )
    card.locator("#note-text").fill("Confirmed, we hold the same text")
    card.locator("#note-text").press("Enter")
    expect(card.locator(".noted")).to_contain_text("we hold the same text")
    here.press("Escape", "e")
    expect(card).to_contain_text("over")
    here.page.reload()  # later: the card keeps its times
    expect(card).to_contain_text("we hold the same text")
    card.locator("#call-heard").fill("Read back right")
    card.get_by_role("button", name="Log the call").click()
    filed = number_in(here.find("[data-sent]"), "data-sent")
    assert filed.startswith("CO-")
    expect(card).to_have_count(0)


def test_the_watch_is_handed_over_by_two_officers(sit: Sit) -> None:
    here = sit("coalition")
    here.press("r")
    expect(here.find("#open-title")).to_be_visible()
    here.find("#own-password").fill(PASSWORD)
    here.find("#incoming").fill("ivanova")
    here.find("#their-password").fill("not her password")
    go = here.page.get_by_role("button", name="Both sign")
    go.click()
    expect(here.find("[role=alert]")).to_be_visible()
    expect(here.find("[data-relieved]")).to_have_count(0)
    here.find("#their-password").fill(PASSWORD)
    here.find("#remarks").fill("Quiet watch")
    go.click()
    relieved = here.find("[data-relieved]")
    expect(relieved).to_contain_text("Col. Petrov to Maj. Ivanova")
    expect(relieved).to_contain_text(re.compile(r"CO-\d{4}-\d+"))
    expect(here.find("#own-password")).to_have_value("")
    here.go("watch")
    expect(here.find("tr", "Quiet watch")).to_contain_text("relief")


def test_minutes_stand_once_both_sides_have_signed_the_same_words(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    here.press("m")
    here.page.get_by_role("button", name="New conference").click()
    form = here.find("[data-minutes]")
    form.locator("[id$=-coalition][id^=post-]").fill("Duty officer")
    form.locator("[id$=-russia][id^=post-]").fill("Liaison")
    form.get_by_label("Agenda").fill("Air drop at the garrison")
    form.get_by_label("Minutes").fill("Both sides hold the plan")
    form.get_by_label("Decisions").fill("The drop begins ten minutes later")
    form.get_by_role("button", name="Sign and propose").click()
    number_in(here.find("[data-sent]"), "data-sent")
    text = here.find("[data-text]", "ten minutes later")
    expect(text).to_contain_text("to be signed by")
    there.press("m")
    theirs = there.find("[data-text]", "ten minutes later")
    expect(theirs).to_be_visible()
    theirs.get_by_role("button", name="Sign the same text").click()
    expect(theirs).to_contain_text("signed by all")
    expect(text).to_contain_text("signed by all")


def test_the_five_first_steps_are_taken_and_can_be_repeated(sit: Sit) -> None:
    here = sit("coalition", name="ivanova")
    here.press("g")
    practice = here.find("section.card", "EXERCISE-001")
    expect(practice).to_be_visible()
    here.find("#zone-own").fill("Europe/Moscow")
    here.page.get_by_role("button", name="Set", exact=True).click()
    expect(here.find("[data-step-done=clocks]")).to_be_visible()
    expect(here.find(".clocks")).to_contain_text("Europe/Moscow")
    here.page.get_by_role("button", name="Hear the alarm").click()
    here.page.get_by_role("button", name="I heard it").click()
    expect(here.find("[data-step-done=alarm]")).to_be_visible()
    here.page.get_by_role("button", name="Try the line to every party").click()
    expect(here.find("[data-step-done=line_check]")).to_be_visible()
    read(here, practice.inner_text())
    expect(here.find("[data-compared]")).to_have_attribute("data-compared", "matches")
    here.page.get_by_role("button", name="It is printed").click()
    expect(here.find("[data-finished]")).to_be_visible()
    here.page.get_by_role("button", name="Begin again").click()
    expect(here.find("[data-step-done]")).to_have_count(0)
    expect(here.find("#first-place")).to_have_value("")


def read(seat: Seat, text: str) -> None:
    """Type what the practice notice says, as an officer reads it from the page."""
    found = {
        "place": re.search(r"MGRS\s+(.+)", text),
        "from": re.search(r"from\s+\S+\s+\(DTG (\w+)\)", text),
        "until": re.search(r"until\s+\S+\s+\(DTG (\w+)\)", text),
        "lower": re.search(r"lower limit\s+(.+)", text),
        "upper": re.search(r"upper limit\s+(.+)", text),
    }
    for name, match in found.items():
        assert match is not None, f"{name} is not on the page"
        seat.find(f"#first-{name}").fill(match.group(1).strip())
    seat.page.get_by_role("button", name="Compare what I read back").click()


def test_somebody_is_invited_sets_a_password_and_comes_in(
    sit: Sit, browser: Browser, sides: dict[str, Side]
) -> None:
    here = sit("coalition")
    here.press("u")
    here.find("#new-name").fill("sidorov")
    here.find("#new-display").fill("Lt. Sidorov")
    here.find("#new-post").fill("deputy")
    here.find("form").get_by_role("button", name="New account").click()
    link = here.find("[data-link]").inner_text()
    assert link.startswith(sides["coalition"].desk + "#/link/")
    expect(here.find("tr:has(th[scope=row])", "sidorov")).to_contain_text("invited")

    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    for field, words in (("name", "sidorov"), ("display", "Lt. Sidorov"), ("post", "deputy")):
        page.locator(f"#{field}").fill(words)
    page.locator("#password").fill("a long enough secret")
    page.locator("#again").fill("another secret")
    expect(page.locator("[role=alert]")).to_contain_text("differ")
    page.locator("#again").fill("a long enough secret")
    page.get_by_role("button", name="Create and log in").click()
    expect(page.locator("nav")).to_be_visible()
    expect(page.locator("header")).to_contain_text("Lt. Sidorov")
    assert "#/link/" not in page.url  # a used link stays in no history
    context.close()
    here.page.reload()
    expect(here.find("tr:has(th[scope=row])", "sidorov")).to_contain_text("open")


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(
    browser: Browser, sides: dict[str, Side]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(sides["russia"].desk)
    said = set()
    for name in ("petrov", "nobody"):
        page.locator("#name").fill(name)
        page.locator("#password").fill("wrong, and long enough")
        page.get_by_role("button", name="Log in", exact=True).click()
        alert = page.locator("[role=alert]")
        expect(alert).to_be_visible()
        said.add(alert.inner_text())
        page.reload()
    assert said == {"Name, password or code do not fit."}
    context.close()


def test_somebody_sets_a_second_lock_and_comes_in_by_a_passkey(
    browser: Browser, sides: dict[str, Side]
) -> None:
    """A passkey needs a name for its host: it is made and used at ``localhost``."""
    side = sides["coalition"]
    origin = f"http://localhost:{side.server.access.port}"
    seat = sit_down(browser, side, "smirnov", origin=origin)
    device = seat.context.new_cdp_session(seat.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY_DEVICE})
    seat.go("own")
    seat.find("#proof").fill(PASSWORD)
    seat.find("#passkey-label").fill("Laptop of the watch")
    seat.page.get_by_role("button", name="Add a passkey").click()
    expect(seat.find("section.card")).to_contain_text("Laptop of the watch")
    seat.find("#proof").fill(PASSWORD)
    seat.page.get_by_role("button", name="Set up").click()
    expect(seat.find("svg[role=img]")).to_be_visible()
    seat.find("#totp-code").fill(pyotp.TOTP(seat.find(".secret").inner_text()).now())
    seat.page.get_by_role("button", name="Confirm").click()
    expect(seat.find(".note.warn")).to_contain_text("Recovery codes")

    seat.page.get_by_role("button", name="Log out").click()
    seat.find("#name").fill("smirnov")
    seat.find("#password").fill(PASSWORD)
    seat.find("#password").press("Enter")  # the password alone opens nothing any more
    expect(seat.find("[role=alert]")).to_contain_text("do not fit")
    seat.find("summary").click()
    seat.page.get_by_role("button", name="Use a passkey").click()
    expect(seat.find("[data-line]")).to_have_attribute("data-line", "live")
    assert (seat.watched.elsewhere(origin), seat.watched.faults()) == ([], [])
    seat.leave()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("printed")


def test_the_page_for_the_telephone_opens_under_the_session(sit: Sit, printed: Path) -> None:
    here, there = sit("coalition"), sit("russia")
    number = enter(there, f"33.8N 38.2E r2NM FL100-FL120 {hours(4, 5)}")
    here.items(number).click()
    with here.context.expect_page() as opened:
        here.page.get_by_role("link", name="Page to read over the telephone").click()
    page = opened.value
    expect(page.locator("body")).to_contain_text(number)
    page.pdf(path=printed / "page.pdf")
    assert (printed / "page.pdf").read_bytes().startswith(b"%PDF")
    page.close()


def test_somebody_who_logs_out_is_gone(browser: Browser, sides: dict[str, Side]) -> None:
    seat = sit_down(browser, sides["russia"], "smirnov")
    seat.page.get_by_role("button", name="Log out").click()
    expect(seat.find("#password")).to_be_visible()
    seat.page.reload()
    expect(seat.find("#password")).to_be_visible()
    status = seat.page.evaluate("fetch('../v1').then((answer) => answer.status)")
    assert status == 401
    seat.leave()
