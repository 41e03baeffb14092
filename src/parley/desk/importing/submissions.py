"""Submissions of ODK and Kobo: OData JSON of ODK Central, JSON of Kobo, or one submission's XML.

After the OpenRosa metadata schema (https://docs.getodk.org/openrosa-metadata) and the OData
document of ODK Central. A submission that was corrected keeps the identity of the first one where
its export tells it.
"""

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from parley.desk.importing.nested import MOST_CELLS, flat
from parley.desk.importing.row import Cell, Row, Unreadable, is_empty
from parley.errors import BadRow, BadTable

SUBMISSION_ID: Final = "submission id"
_IDENTITIES: Final = (
    "meta/rootUuid", "rootUuid", "__id", "meta/deprecatedID", "meta/instanceID", "instanceID",
    "_uuid", "KEY",
)  # fmt: skip
_REVIEWS: Final = ("__system/reviewState", "_validation_status/uid")
_REJECTED: Final = ("rejected", "validation_status_not_approved")
_DEEPEST: Final = 30


def read_submissions(value: Any) -> Iterator[Row | Unreadable]:
    """Read the submissions of a JSON export; one that its reviewer rejected is unreadable."""
    listed = value
    if isinstance(value, dict):
        listed = next((value[n] for n in ("value", "results") if n in value), [value])
    if not isinstance(listed, list):
        raise BadTable("neither features nor a list of submissions")
    for i, submission in enumerate(listed):
        place = f"submission {i + 1}"
        if not isinstance(submission, dict):
            yield Unreadable(place, BadRow("no submission"))
            continue
        try:
            cells = flat(submission)
        except BadRow as error:
            yield Unreadable(place, error)
            continue
        yield _row(place, cells)


def read_submission_xml(data: bytes) -> Iterator[Row | Unreadable]:
    """Read the XML of one submission; a document type, which could declare entities, is refused."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.errors.messages.get(error.code, "no XML")
        where = f"line {error.lineno} column {error.offset + 1}"
        raise BadTable(f"not XML: {what}", where=where) from None
    except (LookupError, ValueError):
        raise BadTable("XML in an encoding that is not read", hint="save it as UTF-8") from None
    yield _row("submission 1", reader.cells)


def _row(place: str, cells: dict[str, Cell]) -> Row | Unreadable:
    if any(cells.get(name) in _REJECTED for name in _REVIEWS):
        return Unreadable(place, BadRow("its reviewer rejected it", hint="it is left out"))
    identity = next((cells[n] for n in _IDENTITIES if not is_empty(cells.get(n))), None)
    if identity is not None:
        cells[SUBMISSION_ID] = str(identity).removeprefix("uuid:")
    return Row(place, cells)


class _Reader:
    """Lays the elements of a submission flat as expat meets them."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(None, " ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.cells: dict[str, Cell] = {}
        self._open: list[str] = []
        self._pieces: list[str] = []
        self._leaf = False

    def _doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        where = f"line {self.parser.CurrentLineNumber}"
        raise BadTable("a document type is not read", where=where, hint="take <!DOCTYPE> out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST or len(self.cells) > MOST_CELLS:
            raise BadTable("nested too deeply, or of too many elements")
        self._open.append(name.rpartition(" ")[2])
        self._pieces = []
        self._leaf = True

    def _text(self, text: str) -> None:
        self._pieces.append(text)

    def _end(self, name: str) -> None:
        if self._leaf and len(self._open) > 1:
            path = "/".join(self._open[1:])
            number = 0
            while path in self.cells:  # a question of a repeated group
                number += 1
                path = "/".join([*self._open[1:-1], f"{self._open[-1]}/{number}"])
            self.cells[path] = "".join(self._pieces).strip() or None
        self._leaf = False
        self._open.pop()
