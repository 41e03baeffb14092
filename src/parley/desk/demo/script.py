"""What a demo prints: aligned, at most 100 columns, plain, at a pace that a reader can follow."""

import textwrap
import time
from collections.abc import Callable

import click

from parley.desk.tables import shown
from parley.values.instants import Instant, format_instant

COLUMNS = 100
_LABEL = 12


class Script:
    """Writes lines as they happen; ``pace`` is the pause in seconds after each entry."""

    def __init__(self, pace: float, write: Callable[[str], None] = click.echo) -> None:
        self._pace = pace
        self._write = write

    def say(self, text: str = "") -> None:
        """Write a paragraph, wrapped; without a text an empty line."""
        for line in textwrap.wrap(shown(text), COLUMNS, break_on_hyphens=False) or [""]:
            self._write(line)

    def as_is(self, text: str) -> None:
        """Write one line that must not be wrapped, such as a command to copy."""
        self._write(shown(text))

    def scene(self, title: str) -> None:
        """Announce a part of the play."""
        self._write("")
        self._write(f"=== {shown(title)}")
        self._write("")

    def head(self, at: Instant, *columns: str) -> None:
        """Write when something happens, in UTC, and what."""
        self._write("  ".join([format_instant(at), *map(shown, columns)]))

    def item(self, label: str, text: str, mark: str = " ") -> None:
        """Write a labelled line under a head, wrapped under itself."""
        first = f"  {mark} {label:<{_LABEL}}"
        for line in textwrap.wrap(
            shown(text),
            COLUMNS,
            initial_indent=first,
            subsequent_indent=" " * len(first),
            break_on_hyphens=False,
            break_long_words=False,
        ):
            self._write(line)

    def pause(self, share: float = 1.0) -> None:
        """Give the reader time: a share of the pace."""
        if self._pace > 0:
            time.sleep(self._pace * share)
