"""Two desks in the system's Chromium, each at a real node of its own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.desk.browser import open_browser
from tests.desk.seat import Seat, sit_down
from tests.desk.sides import Side, two_sides

Sit = Callable[..., Seat]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser, or skip with the reason."""
    with open_browser() as started:
        yield started


@pytest.fixture(scope="module")
def sides(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Side]]:
    """Run two sides for the tests of a module; not at all where there is no browser."""
    with two_sides(tmp_path_factory.mktemp("sides")) as both:
        yield both


@pytest.fixture(scope="module")
def seats(browser: Browser, sides: dict[str, Side]) -> Iterator[dict[tuple[str, ...], Seat]]:
    """Keep the desks that the tests of a module opened; logging in is slow, and on purpose."""
    kept: dict[tuple[str, ...], Seat] = {}
    yield kept
    for seat in kept.values():
        seat.leave()


@pytest.fixture
def sit(
    browser: Browser, sides: dict[str, Side], seats: dict[tuple[str, ...], Seat]
) -> Iterator[Sit]:
    """Give a function that sits somebody down at the desk of a side, before its inbox.

    At the end no page may have asked for anything elsewhere, or complained.
    """
    used: list[Seat] = []

    def open_seat(side: str, name: str = "petrov", language: str = "en") -> Seat:
        key = (side, name, language)
        if key not in seats:
            seats[key] = sit_down(browser, sides[side], name, language=language)
        seat = seats[key]
        seat.begin()
        used.append(seat)
        return seat

    yield open_seat
    for seat in used:
        assert seat.watched.elsewhere(seat.origin) == []
        assert seat.watched.faults() == []
