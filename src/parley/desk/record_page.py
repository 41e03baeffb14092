"""The printed page of a record this node holds: who it is for, what it says, what it asks."""

from parley.desk.describe import body_lines, number_of, party_of
from parley.desk.page import Page
from parley.node.runtime import Node
from parley.projection.fold import Opened
from parley.projection.numbers import check_code
from parley.record.terms import Terms
from parley.values.instants import Instant

_UNREAD = "THIS RECORD CANNOT BE READ HERE: {what}. It is stored and proven; ask its author."


def page_of(node: Node, channel: str, opened: Opened, refs: tuple[tuple[str, str], ...]) -> Page:
    """Make the page of a record; ``refs`` are its references as (role, number or name)."""
    terms = node.terms(channel)
    record = opened.record
    kind = node.kinds[record.kind] if record is not None and opened.body is not None else None
    return Page(
        status=terms.status,
        channel=channel,
        number=number_of(terms, opened) or f"{opened.origin} {opened.index}",
        check_code=check_code(opened.name),
        name=opened.name,
        title=kind.title if kind else "Unread record",
        kind=record.kind if record else "unknown",
        priority=record.priority if record else "unknown",
        author=record.author if record else party_of(opened.origin),
        to=addressees(terms, opened),
        issued=record.issued if record else Instant(0),
        zone=terms.day_zone,
        lines=body_lines(opened, terms.day_zone),
        refs=refs,
        asks_answer=opened.facts.ask is not None,
        note=_UNREAD.format(what=opened.unread.what) if opened.unread else "",
    )


def addressees(terms: Terms, opened: Opened) -> tuple[str, ...]:
    """Name whom a record is for: of whom an answer is asked, else every other party."""
    ask = opened.facts.ask
    if ask is not None and ask.of is not None:
        return ask.of
    author = opened.record.author if opened.record else party_of(opened.origin)
    return tuple(name for name in terms.parties() if name != author)
