"""How soon the desk is there: `python -m bench.desk`, or `make bench-desk`.

Two real nodes on loopback and the system's Chromium. Each figure is the median of several runs and
their worst. The size of the scripts is what crosses the line, by gzip as the node sends it.
"""

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from parley.desk.static_files import FOLDER
from tests.desk.browser import open_browser
from tests.desk.seat import Seat, hours, sit_down
from tests.desk.sides import Side, two_sides

RUNS = 7
NOTICES = 30
SEEN_GOAL_S = 2
PAINTED_GOAL_S = 1.5
SCRIPT_GOAL_KB = 600


def main() -> int:
    """Measure and print; return 1 if a goal is missed."""
    size = script_kb()
    say("scripts, gzip", f"{size:.0f} kB", f"goal <= {SCRIPT_GOAL_KB} kB")
    with (
        tempfile.TemporaryDirectory() as folder,
        two_sides(Path(folder)) as sides,
        open_browser() as browser,
    ):
        here, there = (sit_down(browser, sides[name]) for name in ("coalition", "russia"))
        seen = [notice(here, there, number) for number in range(NOTICES)]
        say("typed here, seen there", times(seen), f"{NOTICES} notices, goal <= {SEEN_GOAL_S} s")
        painted = [paint(sides["russia"], there) for _ in range(RUNS)]
        say("inbox painted", times(painted), f"{NOTICES} notices, goal <= {PAINTED_GOAL_S} s")
    slow = statistics.median(painted) > PAINTED_GOAL_S or statistics.median(seen) > SEEN_GOAL_S
    return int(slow or size > SCRIPT_GOAL_KB)


def say(what: str, figure: str, note: str) -> None:
    """Print one figure."""
    sys.stdout.write(f"{what:<26}{figure:<34}{note}\n")


def times(measured: list[float]) -> str:
    """Give median and worst of some times in seconds."""
    return f"median {statistics.median(measured):.2f} s, worst {max(measured):.2f} s"


def script_kb() -> float:
    """Give the size of all scripts as they are sent, in kB."""
    files = [*FOLDER.rglob("*.js"), *FOLDER.rglob("*.mjs")]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files) / 1000


def notice(here: Seat, there: Seat, number: int) -> float:
    """Send a notice; give the seconds from the key that sends it until the other desk shows it."""
    here.press("Escape", "n")
    here.find("#line").fill(f"{30 + number / 5:.1f}N 38.0E r2NM FL300-FL310 {hours(4, 5)}")
    here.find("#line").press("Enter")
    expect(here.find("[data-go]")).to_be_focused()
    title = f"{30 + number / 5:.1f}N"
    begun = time.perf_counter()
    here.find("[data-go]").press("Enter")
    expect(there.items(title)).to_be_visible()
    return time.perf_counter() - begun


def paint(side: Side, seat: Seat) -> float:
    """Load the desk in another page of the session; give the seconds until the inbox is there."""
    page = seat.context.new_page()
    begun = time.perf_counter()
    page.goto(side.desk, wait_until="commit")
    expect(page.locator("section.list li a")).to_have_count(NOTICES)
    took = time.perf_counter() - begun
    page.close()
    return took


if __name__ == "__main__":
    sys.exit(main())
