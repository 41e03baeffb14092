"""Time to find a place by its name among 100,000: as written, as heard, and in another script."""

import sys
from random import Random
from time import process_time

from parley.desk.gazetteer.lists import shipped
from parley.desk.gazetteer.named import Named
from parley.desk.gazetteer.search import Gazetteer
from parley.values.places import Position

COUNT = 100_000
GOAL_MS = 200
ASKED = ("Harb Bebsi", "Хан-Шейхун", "Deir Ezzor", "اللاذقية", "Al Qamishli")


def places(count: int) -> list[Named]:
    """Make places whose names are two of those that ship."""
    draw, names = Random(1), [name for place in shipped() for name in place.names]
    return [
        Named((f"{draw.choice(names)} {draw.choice(names)}",), Position(0, 0), None, "own", str(i))
        for i in range(count - len(shipped()))
    ]


def main() -> int:
    """Search for each name; return 1 if the slowest takes longer than the goal."""
    count = int(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1].isdecimal() else COUNT
    start = process_time()
    gazetteer = Gazetteer([*shipped(), *places(count)])
    print(f"search: {count} places, taken in within {process_time() - start:.1f} s of CPU")
    slowest = 0.0
    for name in ASKED:
        start = process_time()
        found = gazetteer.search(name)
        took = (process_time() - start) * 1000
        slowest = max(slowest, took)
        print(f"  {took:6.1f} ms of CPU: {name} leads to {found[0].place.names[0]}")
    print(f"  goal {GOAL_MS} ms")
    return 0 if slowest <= GOAL_MS else 1


if __name__ == "__main__":
    sys.exit(main())
