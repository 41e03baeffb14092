"""A stretch of the text, in characters counted from its beginning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to before ``end`` (Unicode code points, not bytes)."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Give the words that stand there."""
        return text[self.start : self.end]

    def meets(self, other: "Span") -> bool:
        """Tell whether the two have a character in common."""
        return self.start < other.end and other.start < self.end

    def inside(self, other: "Span") -> bool:
        """Tell whether this lies wholly within the other."""
        return other.start <= self.start and self.end <= other.end


def trimmed(text: str, start: int, end: int, strip: str = " \t\r\n,;:") -> Span:
    """Give the span without the signs in ``strip`` at either end; empty where nothing is left."""
    while start < end and text[start] in strip:
        start += 1
    while end > start and text[end - 1] in strip:
        end -= 1
    return Span(start, end)
