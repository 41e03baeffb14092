"""The elements of a KML file with their lines, read with everything dangerous in XML off. Pure.

expat reads no external entity of its own accord; a document type declaration, without which no
entity can be declared, is refused, and so is every encoding but UTF-8.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from parley.errors import BadKml
from parley.kinds.air.stated import MAX_BYTES

DEEPEST: Final = 100
MAX_ELEMENTS: Final = 500_000

# KML 2.2 and 2.3 share one namespace (OGC 07-147r2, OGC 12-007r2); older files have Google's.
_KML = (
    "http://www.opengis.net/kml/2.2",
    "http://www.opengis.net/kml/2.3",
    "http://earth.google.com/kml/2.0",
    "http://earth.google.com/kml/2.1",
    "http://earth.google.com/kml/2.2",
)
_GX = "http://www.google.com/kml/ext/2.2"


@dataclass(slots=True)
class Element:
    """An element of KML or of Google's extensions (``gx:``): local name, line, text, children."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text directly inside, without blanks around it."""
        return "".join(self.pieces).strip()

    def all(self, name: str) -> Iterator["Element"]:
        """Give the children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Element | None":
        """Give the first child of a name, if there is one."""
        return next(self.all(name), None)


def kml_tree(data: bytes) -> Element:
    """Read a KML file and give its root; what is in other namespaces is left out.

    Raises ``BadKml`` with the line.
    """
    if len(data) > MAX_BYTES:
        raise BadKml(f"{len(data)} bytes; a file has at most {MAX_BYTES}")
    if data.startswith(b"PK"):
        hint = "unpack it (it is a zip archive) and give the .kml file inside"
        raise BadKml("a .kmz file is not read", hint=hint)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadKml(f"not UTF-8 at byte {error.start}", hint="save it as UTF-8") from None
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise BadKml(f"no XML: {what}", where=place) from None
    if builder.root is None or builder.root.name != "kml":
        hint = 'it begins with <kml xmlns="http://www.opengis.net/kml/2.2">'
        raise BadKml("no KML", where="line 1", hint=hint)
    return builder.root


class _Builder:
    """Puts elements together as expat meets them."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.root: Element | None = None
        self._open: list[Element | None] = []
        self._count = 0

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in ("UTF-8", "US-ASCII"):
            hint = "save it as UTF-8"
            raise BadKml(f"the encoding {encoding!r:.40} is not read", where="line 1", hint=hint)

    def _doctype(self, name: str, system: str | None, public: str | None, subset: int) -> None:
        line = self.parser.CurrentLineNumber
        hint = "KML needs no <!DOCTYPE>: take it out"
        raise BadKml("a document type is not read", where=f"line {line}", hint=hint)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if len(self._open) >= DEEPEST:
            raise BadKml(f"nested deeper than {DEEPEST}", where=f"line {line}")
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise BadKml(f"more than {MAX_ELEMENTS} elements", where=f"line {line}")
        local = _local(name)
        above = self._open[-1] if self._open else None
        if local is None or (self._open and above is None):
            self._open.append(None)
            return
        element = Element(local, line, attributes)
        if above is not None:
            above.children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open and self._open[-1] is not None:
            self._open[-1].pieces.append(text)


def _local(name: str) -> str | None:
    """Give the name without its namespace, ``gx:`` before an extension; None for another's."""
    space, _, local = name.rpartition(" ")
    if space in _KML:
        return local
    return f"gx:{local}" if space == _GX else None
