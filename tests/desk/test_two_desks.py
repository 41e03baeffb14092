"""Two officers, two desks, two nodes: announced on one, answered on the other, by keyboard."""

import re
import time

from playwright.sync_api import Browser, expect

from tests.desk.conftest import Sit
from tests.desk.seat import enter, hours, number_in, sit_down
from tests.desk.sides import Side

# What the desk promises: on the other side within 2 s; a notice in 20 s, a delay or cancel in 5 s.
SEEN_MS = 2000
NOTICE_MS = 20_000
CHANGE_MS = 5000

# Counts the tones that a page sounds; it only listens.
COUNT_TONES = """
    const make = AudioContext.prototype.createOscillator
    AudioContext.prototype.createOscillator = function () {
        const data = document.documentElement.dataset
        data.tones = String(Number(data.tones ?? 0) + 1)
        return make.call(this)
    }
"""


def test_something_urgent_sounds_until_somebody_answers_or_sets_it_aside(
    browser: Browser, sides: dict[str, Side], sit: Sit
) -> None:
    """This comes first: at desks at which nothing is urgent yet."""
    here = sit("coalition")
    there = sit_down(browser, sides["russia"], "ivanova", script=COUNT_TONES)
    html = there.find("html")
    expect(html).not_to_have_attribute("data-tones", re.compile(r"\d"))
    here.press("n")
    here.find("#line").fill(f"33.2N 37.9E r3NM SFC-FL050 {hours(16, 17)}")
    here.find("#priority").select_option("urgent")
    here.find("#line").press("Enter")
    here.find("[data-go]").click()
    number = number_in(here.find("[data-sent]"), "data-sent")
    expect(there.items(number)).to_be_visible()
    expect(html).to_have_attribute("data-tones", re.compile(r"\d"))
    expect(there.page).to_have_title(re.compile("^‼ "))
    there.leave()


def test_a_notice_typed_here_is_answered_there_with_what_was_read(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    window = hours(2, 3)
    begun, here.strokes = time.monotonic(), 0
    number = enter(here, f"37SDT645074 r5NM SFC-FL150 {window}")
    took = time.monotonic() - begun
    print(f"notice {number}: {here.strokes} keystrokes, {took:.1f} s by script")
    assert here.strokes <= 45

    item = there.items(number)
    expect(item).to_be_visible(timeout=SEEN_MS)
    item.click()
    panel = there.find(f"article:has-text('{number}')")
    expect(panel).to_contain_text("37S DT 64555 07454")
    for field in ("place", "from", "until", "upper"):
        expect(there.find(f"#rb-{field}")).to_have_value("")

    there.press("a")
    expect(there.find("#rb-place")).to_be_focused()
    first, last = window.removesuffix("Z").split("-")
    for word in ("37SDT6455507454", f"{first}Z", f"{last}Z", "FL150"):
        there.type(word)
        there.press("Tab")
    there.find("[data-form=answer] button.main").focus()
    there.press("Enter")
    expect(there.find("[data-compared]")).to_have_attribute("data-compared", "matches")
    number_in(there.find("[data-answered]"), "data-answered")

    here.go("plans")
    here.page.get_by_role("link", name=number).click()
    known = here.find("[data-record] dd", "answered by")
    expect(known).to_contain_text("russia", timeout=SEEN_MS)
    expect(known).to_contain_text("(Acknowledge)")


def test_a_wrong_read_back_is_shown_with_both_values(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    number = enter(here, f"At-Tanf r2NM SFC-FL100 {hours(5, 6)}")
    there.items(number).click()
    expect(there.find("article[data-item]")).to_contain_text(number)
    there.find("#rb-place").fill("33.49N 38.66E")
    there.find("#rb-upper").fill("FL110")
    there.find("[data-form=answer] button.main").click()
    compared = there.find("[data-compared]")
    expect(compared).to_have_attribute("data-compared", "differs")
    expect(compared).to_contain_text("THE READ-BACK DIFFERS")
    expect(compared.locator("tr", has_text="Upper level")).to_contain_text("differs")
    place = compared.locator("tr", has_text="Place")
    expect(place).to_contain_text(re.compile(r"\d+\.\d{5} N \d+\.\d{5} E"))
    expect(place).not_to_contain_text("_e7")


def test_a_plan_is_delayed_and_cancelled_by_two_keys(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    number = enter(here, f"34.6N 38.1E r2NM FL200-FL210 {hours(8, 9)}")
    expect(there.items(number)).to_be_visible()
    here.go("plans")
    row = here.find("tr", has_text=number)
    row.locator("input[type=radio]").check()
    for first, second in (("d", "3"), ("x", "y")):
        here.strokes, begun = 0, time.monotonic()
        here.press(first)
        expect(here.find("dialog[data-change]")).to_be_visible()
        here.press(second)
        changed = here.find("[data-changed]")
        expect(changed).not_to_have_attribute("data-changed", number, timeout=CHANGE_MS)
        after = number_in(changed, "data-changed")
        print(f"{first}{second}: {here.strokes} keystrokes, {time.monotonic() - begun:.1f} s")
        assert here.strokes == 2
        expect(row).to_be_hidden()
        assert after != number
        if first == "d":
            expect(there.items(after)).to_be_visible()
            expect(there.items(number)).to_be_hidden()
            row = here.find("tr", has_text=after)
            expect(row).to_be_visible()
            number = after
            row.locator("input[type=radio]").check()
    expect(there.items(number)).to_be_hidden()


def test_a_conflict_stands_on_both_desks_and_its_way_out_is_proposed(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    window = hours(3, 4)
    enter(here, f"35.0N 37.5E r5NM FL100-FL150 {window}")
    theirs = enter(there, f"35.0N 37.5E r5NM FL100-FL150 {window}")
    here.press("Escape", "i")
    there.press("Escape", "i")
    ours = here.items(theirs, "C")
    expect(ours).to_be_visible(timeout=SEEN_MS)
    expect(there.items("37.5E", "C")).to_be_visible(timeout=SEEN_MS)
    ours.click()
    offers = here.find("section:has(> h4:has-text('Propose')) button")
    expect(offers.first).to_be_visible()
    offers.first.click()
    proposed = here.find("#proposed")
    expect(proposed).to_be_visible()
    assert "start" in proposed.input_value()
    here.find("[data-form=answer] button.main").click()
    number = number_in(here.find("[data-answered]"), "data-answered")
    answer = there.items(number, "R")
    expect(answer).to_be_visible(timeout=SEEN_MS)
    expect(answer).to_contain_text("proposes a change")


def test_an_urgent_item_goes_only_with_a_reason_and_stays_on_record(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    here.press("n")
    here.find("#line").fill(f"34.2N 37.9E r3NM SFC-FL050 {hours(10, 11)}")
    here.find("#priority").select_option("urgent")
    here.find("#line").press("Enter")
    send = here.page.get_by_role("button", name="Send the notice")
    send.click()
    number = number_in(here.find("[data-sent]"), "data-sent")
    item = there.items(number)
    expect(item).to_contain_text("URGENT")
    item.click()
    there.page.get_by_role("button", name="Set aside with a reason").click()
    there.page.get_by_role("button", name="Set aside", exact=True).click()
    expect(there.find("#reason")).to_be_focused()  # nothing is sent without a reason
    expect(item).to_contain_text("URGENT")
    there.find("#reason").fill("Told by telephone, answer follows")
    there.page.get_by_role("button", name="Set aside", exact=True).click()
    expect(item).to_be_hidden()
    there.find("label.all input").check()
    expect(item).to_contain_text("set aside")
    there.go("watch")
    expect(there.find("tr", has_text="Told by telephone")).to_contain_text("petrov")


def test_a_phrase_sent_in_russian_is_read_in_arabic(sit: Sit) -> None:
    here, there = sit("coalition", language="ru"), sit("russia", language="ar")
    here.press("p")
    expect(here.find("#find")).to_be_focused()
    here.type("1")
    here.press("Enter")
    expect(here.find("#slot-place")).to_be_focused()
    here.type("At-Tanf")
    here.press("Enter")
    rendered = here.find("[data-rendered]")
    expect(rendered).to_contain_text("Stop firing at At-Tanf at once")
    expect(here.page.get_by_role("button", name="Отправить фразу")).to_be_focused()
    here.press("Enter")
    number = number_in(here.find("[data-sent]"), "data-sent")
    item = there.items(number)
    expect(item).to_be_visible()
    item.click()
    expect(there.find("article")).to_contain_text("أوقفوا إطلاق النار فورا في منطقة At-Tanf")


def test_what_is_typed_stays_text(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    bad = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    here.press("n")
    here.find("#line").fill(f"34.9N 38.9E r3NM SFC-FL050 {hours(12, 13)}")
    here.find("#title").fill(bad)
    here.find("#line").press("Enter")
    here.page.get_by_role("button", name="Send the notice").click()
    number = number_in(here.find("[data-sent]"), "data-sent")
    item = there.items(number)
    expect(item).to_contain_text(bad)
    item.click()
    expect(there.find("article h2")).to_have_text(bad)
    expect(there.find("article img")).to_have_count(0)


def test_a_draft_is_kept_here_and_sent_later(sit: Sit) -> None:
    here, there = sit("coalition"), sit("russia")
    here.press("n")
    here.find("#line").fill(f"34.7N 38.4E r3NM SFC-FL050 {hours(14, 15)}")
    here.find("#title").fill("Kept for later")
    here.find("#line").press("Enter")
    here.page.get_by_role("button", name="Keep as a draft").click()
    expect(here.find("main [role=status]")).to_contain_text("Kept as a draft")
    here.go("drafts")
    draft = here.find("article", has_text="Kept for later")
    expect(draft).to_contain_text("34.7")
    expect(there.items("Kept for later")).to_have_count(0)
    draft.get_by_role("button", name="Send the notice").click()
    number_in(here.find("[data-sent]"), "data-sent")
    expect(there.items("Kept for later")).to_be_visible()


def test_the_watch_log_takes_a_line_by_one_key(sit: Sit) -> None:
    here = sit("coalition", name="ivanova")
    here.strokes = 0
    here.press("w")
    expect(here.find("#watch-line")).to_be_focused()
    here.type("Line check by radio, loud and clear")
    here.press("Enter")
    row = here.find("tr", has_text="loud and clear")
    expect(row).to_contain_text("ivanova")
    expect(row).to_contain_text(re.compile(r"\d{6}Z[A-Z]{3}\d{2}"))
    here.page.reload()
    expect(row).to_be_visible()
