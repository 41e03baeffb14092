"""Run every bench, or those named; leave with 1 if one misses its floor."""

import importlib
import sys

BENCHES = (
    "durable", "receipt", "evidence", "check", "fold", "bulletin", "search", "words", "importing",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Run the benches named, or all of them, in a fixed order."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"no such bench: {min(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    missed = []
    for name in names or BENCHES:
        print(f"== {name}", flush=True)
        if importlib.import_module(f"bench.{name}").main():
            missed.append(name)
    print(f"floors missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
