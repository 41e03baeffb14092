"""A typed line, read from left to right: whatever does not fit is named with its column."""

import re
from typing import NoReturn

from parley.errors import BadQuick

_WORD = re.compile(r"\S+")


class Cursor:
    """How far a line is read; columns count from 1, as people do."""

    def __init__(self, line: str, at: int = 0) -> None:
        self.line = line
        self.at = at

    def take(self, pattern: re.Pattern[str], expected: str) -> re.Match[str]:
        """Read what must come here, after any spaces, or refuse."""
        self.skip()
        match = pattern.match(self.line, self.at)
        if match is None or match.end() == self.at:
            self.refuse(expected)
        self.at = match.end()
        return match

    def taken(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what may come here, or leave the line where it is."""
        self.skip()
        match = pattern.match(self.line, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def end(self) -> None:
        """Refuse whatever still comes."""
        self.skip()
        if self.at < len(self.line):
            self.refuse("the end of the line")

    def skip(self) -> None:
        """Go past spaces."""
        while self.at < len(self.line) and self.line[self.at] == " ":
            self.at += 1

    def refuse(self, expected: str, *, at: int | None = None, hint: str = "") -> NoReturn:
        """Say what was expected at a place, and what stands there."""
        place = self.at if at is None else at
        word = _WORD.match(self.line, place)
        found = f"not {word.group()[:40]!r}" if word else "but the line ends"
        raise BadQuick(f"{expected} is expected, {found}", where=f"line:{place + 1}", hint=hint)
