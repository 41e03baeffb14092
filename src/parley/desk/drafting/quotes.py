"""Quoted words: where a quotation opens and closes within one paragraph."""

from dataclasses import dataclass

from parley.desk.drafting.span import Span

PAIRS = {"“": "”", "«": "»", "„": "“", '"': '"'}
FILL = "\ufffc"
"""Stands for each quoted character where rules must not look: words inside a quotation."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its marks (``span``) and without (``inner``)."""

    span: Span
    inner: Span


def quotes(text: str, start: int, end: int) -> list[Quote]:
    """Find the quotations of a paragraph, outermost only; one that is never closed is none."""
    found: list[Quote] = []
    opened, closing = -1, ""
    for at in range(start, end):
        char = text[at]
        if opened < 0:
            if char in PAIRS:
                opened, closing = at, PAIRS[char]
        elif char == closing:
            if at > opened + 1:
                found.append(Quote(Span(opened, at + 1), Span(opened + 1, at)))
            opened = -1
        elif at - opened > LONGEST:
            opened = -1
    return found


def masked(text: str, span: Span, within: tuple[Quote, ...]) -> str:
    """Give the words of a span with every quotation blotted out, at the same length."""
    parts, at = [], span.start
    for quote in within:
        parts.append(text[at : quote.span.start])
        parts.append(FILL * (quote.span.end - quote.span.start))
        at = quote.span.end
    parts.append(text[at : span.end])
    return "".join(parts)
