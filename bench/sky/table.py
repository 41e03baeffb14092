"""The goals of the sky engine, what was measured of them, and the table that shows both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One figure that has a floor and a stretch goal; a ratio is better the larger it is."""

    part: str
    case: str
    unit: str
    floor: float
    stretch: float

    @property
    def rising(self) -> bool:
        """Tell whether more is better."""
        return self.unit == "x"


# By name; ``part`` is what ``--case`` takes to measure it.
GOALS = {
    "busy-p50-postgis": Goal(
        "check", "one check, urban 1 M active, updates going on, p50: PostGIS / ours", "x", 25, 60
    ),
    "busy-p50-rtree": Goal("check", "the same, p50: R*Tree / ours", "x", 4, 10),
    "busy-p99-postgis": Goal("check", "the same, p99: PostGIS / ours", "x", 15, 30),
    "busy-p99-rtree": Goal("check", "the same, p99: R*Tree / ours", "x", 3, 6),
    "globe-p50-postgis": Goal(
        "globe",
        "one check, theatre 10 k, ours exact on WGS84, p50: PostGIS (planar) / ours",
        "x",
        25,
        50,
    ),
    "pairs-postgis": Goal("pairs", "all pairs, urban 100 k, CPU: PostGIS / ours", "x", 75, 150),
    "pairs-1m": Goal("pairs", "all pairs, urban 1 M, CPU", "s", 15, 6),
    "flights": Goal(
        "flights", "trajectories, 10 k x 50 points, all pairs, WGS84, with build, CPU", "s", 3, 1
    ),
    "insert-mean": Goal("insert", "insert at 1 M active, mean", "us", 20, 5),
    "insert-longest": Goal("insert", "the same, longest CPU time in one call", "ms", 10, 2),
    "service-p99": Goal(
        "service",
        "`POST /v1/check`, 100 k active, 50 connections, open loop 100 req/s, p99",
        "ms",
        50,
        15,
    ),
    "command": Goal("command", "`parley check` on two small files, warm", "s", 0.7, 0.3),
}


@dataclass(frozen=True)
class Figure:
    """What was measured for a goal; ``note`` says beside what, and what was smaller than asked."""

    goal: str
    value: float
    note: str = ""

    @property
    def missed(self) -> bool:
        """Tell whether the floor is missed."""
        return not self._reaches(GOALS[self.goal].floor)

    @property
    def standing(self) -> str:
        """Say in a word how far it comes."""
        if self._reaches(GOALS[self.goal].stretch):
            return "stretch"
        return "MISSED" if self.missed else "floor"

    def _reaches(self, wanted: float) -> bool:
        rising = GOALS[self.goal].rising
        return self.value >= wanted if rising else self.value <= wanted


HEAD = ("case", "measured", "floor", "stretch", "reached", "beside")


def shown(value: float, unit: str) -> str:
    """Give a number with three digits that mean something, and its unit."""
    digits = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits}x" if unit == "x" else f"{digits} {unit}"


def table_rows(figures: Sequence[Figure], *, judged: bool) -> Iterator[tuple[str, ...]]:
    """Yield a row for every figure, in the order of the goals."""
    order = list(GOALS)
    for figure in sorted(figures, key=lambda f: order.index(f.goal)):
        goal = GOALS[figure.goal]
        yield (
            goal.case,
            shown(figure.value, goal.unit),
            shown(goal.floor, goal.unit),
            shown(goal.stretch, goal.unit),
            figure.standing if judged else "-",
            figure.note,
        )


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table for a page."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Give a table for a terminal."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
