"""Draw docs/demo.svg from what `parley demo --once` prints; with --check, only compare.

The picture is plain text in SVG: no font, script or address from elsewhere. Numbers and check codes
in it follow from the ports, so it is drawn only where the usual ones are free.
"""

import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from xml.sax.saxutils import escape

from parley.desk.demo.script import COLUMNS, Script
from parley.desk.demo.show import show
from parley.desk.demo.world import PORTS

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "demo.svg"

# The paragraphs shown, by how they begin; of the last one the lines that end the play.
SHOWN = (
    "EXERCISE",
    "=== At-Tanf, 16 to 18 June 2016",
    "2016-06-16T05:30:00Z",
    "2016-06-16T05:45:00Z",
    "2016-06-16T07:05:00Z",
    "=== At-Tanf, 16 June 2016, had it been filed",
    "2016-06-15T17:00:00Z",
    "2016-06-15T18:00:00Z",
    "=== Evidence",
    "demo-output/evidence.zip",
)
_ENDING = ("demo-output", "code of", "    verdict")

_SIZE, _LINE, _MARGIN = 14, 19, 16
_COLUMN = 8.43  # the advance of most monospaced faces at this size
_COLOURS = {"=": "#1f4e79", "!": "#9b1c1c", "*": "#1d6b35"}


def printed() -> str:
    """Play the demo in a folder of its own and give what it prints."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        show(Path("demo-output"), Script(0, lines.append), once=True)
    return "\n".join(lines)


def excerpt(text: str) -> list[str]:
    """Choose the lines of the picture; every paragraph it names must be there once."""
    paragraphs = [part.split("\n") for part in text.split("\n\n")]
    lines: list[str] = []
    for begins in SHOWN:
        found = [part for part in paragraphs if part[0].startswith(begins)]
        if len(found) != 1:
            raise SystemExit(f"{len(found)} paragraphs begin with {begins!r}")
        chosen = found[0]
        if begins.endswith(".zip"):
            chosen = [line for line in chosen if line.startswith(_ENDING)]
        lines += ["", *chosen] if lines else chosen
    return lines


def draw(lines: list[str]) -> str:
    """Write the lines as an SVG."""
    width = round(COLUMNS * _COLUMN + 2 * _MARGIN)
    height = len(lines) * _LINE + 2 * _MARGIN
    rows = [_row(i, line) for i, line in enumerate(lines) if line]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family="monospace" font-size="{_SIZE}"'
        ' fill="#1b1b1b" xml:space="preserve">'
    )
    title = "<title>What parley demo prints, in part</title>"
    ground = f'<rect width="{width}" height="{height}" rx="8" fill="#faf9f5"/>'
    return "\n".join([head, title, ground, *rows, "</svg>", ""])


def _row(number: int, line: str) -> str:
    y = _MARGIN + (number + 1) * _LINE - 5
    return f'<text x="{_MARGIN}" y="{y}"{_look(line)}>{escape(line)}</text>'


def _look(line: str) -> str:
    colour = _COLOURS.get(line.strip()[:1])
    bold = ' font-weight="bold"' if line.startswith(("=", "EXERCISE")) else ""
    return bold + (f' fill="{colour}"' if colour else "")


def main(arguments: list[str]) -> int:
    """Draw the picture, or compare it."""
    text = printed()
    if f":{PORTS[0]} " not in text:
        print(f"one of the ports {PORTS} is taken", file=sys.stderr)
        return 1
    drawn = draw(excerpt(text))
    if arguments == ["--check"]:
        return 0 if PICTURE.read_text(encoding="utf-8") == drawn else 1
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
