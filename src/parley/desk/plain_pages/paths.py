"""Every plain page with the right that it needs. They are no part of the API's description."""

from parley.desk.path import Path
from parley.desk.plain_pages.address import BASE, LOG_IN, STYLE
from parley.desk.plain_pages.answering import AnsweringPages
from parley.desk.plain_pages.entering import EnteringPages
from parley.desk.plain_pages.pages import Pages
from parley.desk.plain_pages.reading import ReadingPages
from parley.desk.plain_pages.writing import WATCH_LOG, WritingPages
from parley.node.accounts.rights import Right
from parley.node.runtime import Node

_CHANNEL = BASE + "channels/{channel}"
_RECORD = _CHANNEL + "/records/{ref}"
_ITEM = _CHANNEL + "/items/{id}"
_OPEN, _READ, _WRITE = Right.OPEN, Right.READ, Right.WRITE


def plain_paths(node: Node) -> tuple[Path, ...]:
    """List every plain page. What audits itself, or only asks, says ``stores=False``."""
    pages = Pages(node)
    entering, reading = EnteringPages(node, pages), ReadingPages(node, pages)
    answering, writing = AnsweringPages(node, pages, reading), WritingPages(node, pages)
    return (
        Path("GET", STYLE, _OPEN, entering.style, hidden=True),
        Path("GET", LOG_IN, _OPEN, entering.login, hidden=True),
        Path("POST", LOG_IN, _OPEN, entering.log_in, hidden=True, stores=False),
        Path("GET", BASE + "first", _OPEN, entering.link, hidden=True),
        Path("POST", BASE + "first", _OPEN, entering.first, hidden=True, stores=False),
        Path("POST", BASE + "logout", _READ, entering.log_out, hidden=True, stores=False),
        Path("POST", BASE + "language", _READ, entering.language, hidden=True),
        Path("GET", BASE.rstrip("/"), _READ, reading.home, hidden=True),
        Path("GET", BASE, _READ, reading.home, hidden=True),
        Path("GET", _CHANNEL + "/inbox", _READ, reading.inbox, hidden=True),
        Path("GET", _ITEM, _READ, reading.item, hidden=True),
        Path("POST", _ITEM + "/aside", _WRITE, answering.aside, hidden=True),
        Path("GET", _CHANNEL + "/records", _READ, reading.records, hidden=True),
        Path("GET", _RECORD, _READ, reading.record, hidden=True),
        Path("GET", _RECORD + "/answer", _WRITE, answering.form, hidden=True),
        Path("POST", _RECORD + "/answer", _WRITE, answering.answer, hidden=True),
        Path("GET", _CHANNEL + "/entry", _WRITE, writing.entry, hidden=True),
        Path("POST", _CHANNEL + "/entry", _WRITE, writing.check, hidden=True, stores=False),
        Path("POST", _CHANNEL + "/entry/send", _WRITE, writing.send, hidden=True),
        Path("GET", WATCH_LOG, _WRITE, writing.watch_log, hidden=True),
        Path("POST", WATCH_LOG, _WRITE, writing.write, hidden=True),
    )
