"""`make bench-sky`: the sky engine and its peers in one run; leave with 1 if any answer differs."""

import argparse
import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from bench.sky.run import Run, WrongError, conditions, note
from bench.sky.table import GOALS, HEAD, Figure, aligned, markdown, table_rows

# In the order of the table; what needs the database first says so by asking for it.
PARTS = {
    "check": "bench.sky.checks",
    "globe": "bench.sky.globe",
    "pairs": "bench.sky.pairs",
    "flights": "bench.sky.trajectories",
    "insert": "bench.sky.insertion",
    "service": "bench.sky.service",
    "command": "bench.sky.command",
}


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.sky", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="about a minute, on smaller cases; no goal is judged"
    )
    parser.add_argument(
        "--case",
        action="append",
        choices=tuple(PARTS),
        help="only this part (may be repeated)",
    )
    parser.add_argument("--markdown", action="store_true", help="print the table for a page")
    return parser.parse_args(given)


def ended(number: int, frame: FrameType | None) -> None:
    """Let a polite end of the process undo what it started, too."""
    raise KeyboardInterrupt


def main(given: Sequence[str] | None = None) -> int:
    """Run the parts; 0 if all floors are kept, 1 if one is not or an answer differs."""
    chosen = arguments(given)
    signal.signal(signal.SIGTERM, ended)
    figures: list[Figure] = []
    with Run(quick=chosen.quick) as run:
        try:
            for part in chosen.case or PARTS:
                run.say(f"== {part}")
                figures += importlib.import_module(PARTS[part]).main(run)
        except WrongError as problem:
            print(f"answers differ, so no ratio counts: {problem}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            note("ended")
            return 130
        run.say("")
        run.say(conditions(None if run.cluster is None else run.session()))
    rows = list(table_rows(figures, judged=not chosen.quick))
    print((markdown if chosen.markdown else aligned)(HEAD, rows))
    done = {GOALS[figure.goal].part for figure in figures}
    missing = [part for part in PARTS if part not in done]
    print(f"not measured in this run: {', '.join(missing) or 'nothing'}")
    if chosen.quick:
        print("a short run on smaller cases: the goals are for the full one")
        return 0
    missed = [f.goal for f in figures if f.missed]
    print(f"floors missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
