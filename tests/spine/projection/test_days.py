"""The local day of an instant: where it begins and ends, also when clocks are put forward."""

import pytest

from parley.projection.days import day_at
from parley.values.instants import FIRST, LAST, format_instant, parse_instant

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("at", "name", "start", "end"),
    [
        ("2016-06-16T20:59:59Z", "2016-06-16", "2016-06-15T21:00:00Z", "2016-06-16T21:00:00Z"),
        ("2016-06-16T21:00:00Z", "2016-06-17", "2016-06-16T21:00:00Z", "2016-06-17T21:00:00Z"),
        # Damascus put its clocks forward at midnight: that day had 23 hours and no 00:30
        ("2016-03-24T21:59:59Z", "2016-03-24", "2016-03-23T22:00:00Z", "2016-03-24T22:00:00Z"),
        ("2016-03-24T22:00:00Z", "2016-03-25", "2016-03-24T22:00:00Z", "2016-03-25T21:00:00Z"),
    ],
)
def test_a_day_runs_from_midnight_to_midnight(at: str, name: str, start: str, end: str) -> None:
    """Midnight is that of the zone, whatever the clocks do."""
    day = day_at(parse_instant(at), "Asia/Damascus")
    said = (day.name, format_instant(day.during.start), format_instant(day.during.end or FIRST))
    assert said == (name, start, end)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Pacific/Niue"])
@pytest.mark.parametrize("at", [FIRST, LAST])
def test_no_instant_is_too_early_or_too_late(at: int, zone: str) -> None:
    """The ends of what Parley can hold have a day as well."""
    during = day_at(parse_instant(format_instant(at)), zone).during  # type: ignore[arg-type]
    assert during.end is not None
    assert 0 < during.end - during.start <= 25 * HOUR
