"""One record on one A4 page, to be read over the telephone or sent by fax: HTML or plain text."""

import textwrap
from dataclasses import dataclass
from html import escape

from parley.desk.plain import PlainLine, time_lines
from parley.desk.tables import shown
from parley.desk.words import CHECK_CODE, LEGAL, banner
from parley.values.instants import Instant

COLUMNS = 78

_SLIP = ("ACKNOWLEDGE", "OBJECT", "PROPOSE A CHANGE")
_READ_BACK = ("Place", "From (UTC)", "Until (UTC)", "Lower level", "Upper level")
_HOW = (
    "Read back what you read, of a line one of its ends, of an area one of its corners;"
    " to acknowledge is not to agree."
)
_SIGNED = ("Officer, post", "Time (UTC)", "Check code read")


@dataclass(frozen=True, slots=True)
class Page:
    """What the page shows; ``number`` and ``check_code`` are what both ends compare first.

    ``lines`` is the body in plain words; ``refs`` are (role, number or name) of other records;
    ``note`` says what a reader must know first, such as that the record could not be read.
    """

    status: str
    channel: str
    number: str
    check_code: str
    name: str
    title: str
    kind: str
    priority: str
    author: str
    to: tuple[str, ...]
    issued: Instant
    zone: str
    lines: tuple[PlainLine, ...]
    refs: tuple[tuple[str, str], ...] = ()
    asks_answer: bool = False
    note: str = ""

    def code_content(self) -> str:
        """Give what the QR code holds: number, check code, record name."""
        return f"PARLEY {self.number} {self.check_code} {self.name}"

    def head(self) -> list[tuple[str, tuple[str, ...]]]:
        """Give the common part as labels with their lines."""
        rows: list[tuple[str, tuple[str, ...]]] = [
            ("Kind", (f"{self.title} ({self.kind}), {self.priority}",)),
            ("From", (self.author,)),
            ("To", (", ".join(self.to) or "all parties of the channel",)),
            ("Issued", time_lines(self.issued, self.zone)),
        ]
        rows += [(role.replace("_", " ").capitalize(), (target,)) for role, target in self.refs]
        return rows


def groups(digest: str) -> str:
    """Write a digest in groups of four, eight groups a line's worth."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def text_page(page: Page) -> str:
    """Write the page as plain text of 78 columns."""
    loud = banner(page.status)
    out = [loud.center(COLUMNS).rstrip(), ""] if loud else []
    out += [f"{page.number}    check code {' '.join(page.check_code)}", ""]
    if page.note:
        out += [*textwrap.wrap(page.note, COLUMNS), ""]
    for label, lines in page.head():
        out += _text_row(label, lines)
    out.append("-" * COLUMNS)
    for line in page.lines:
        label = f"{line.label} [{line.lang}]" if line.lang else line.label
        out += _text_row(label, line.lines)
    out.append("-" * COLUMNS)
    out += _text_row("Digest", (groups(page.name[:32]), groups(page.name[32:])))
    out += _text_row("Channel", (groups(page.channel[:32]), groups(page.channel[32:])))
    out += textwrap.wrap(f"{CHECK_CODE} {LEGAL}", COLUMNS)
    out += ["", *_text_slip(page)]
    if loud:
        out += ["", loud.center(COLUMNS).rstrip()]
    return "\n".join(out) + "\n"


def _safe(line: str) -> str:
    """Spell out what would reorder or hide text, or command a terminal: the words are others'."""
    return "\n".join(shown(part) for part in line.splitlines())


def _text_row(label: str, lines: tuple[str, ...]) -> list[str]:
    room = COLUMNS - 20
    wrapped = [
        piece
        for line in lines
        for part in _safe(line).splitlines() or [""]
        for piece in textwrap.wrap(part, room, drop_whitespace=False) or [""]
    ]
    heads = textwrap.wrap(label, 18) or [""]
    heads += [""] * (len(wrapped) - len(heads))
    wrapped += [""] * (len(heads) - len(wrapped))
    return [f"{head:<20}{line}".rstrip() for head, line in zip(heads, wrapped, strict=True)]


def _text_slip(page: Page) -> list[str]:
    if not page.asks_answer:
        return ["No answer is asked for."]
    boxes = "   ".join(f"[ ] {word}" for word in _SLIP)
    blanks = [f"{name:<20}{'.' * (COLUMNS - 20)}" for name in (*_READ_BACK, *_SIGNED)]
    heading = f"REPLY to {page.number}: {_HOW[0].lower()}{_HOW[1:]}"
    return [*textwrap.wrap(heading, COLUMNS), boxes, *blanks]


_STYLE = """
@page { size: A4; margin: 11mm 13mm }
* { box-sizing: border-box }
body { font: 9.5pt/1.28 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif; color: #000;
  background: #fff; margin: 0 auto; max-width: 184mm }
.banner { border: 2pt solid #000; text-align: center; font-weight: bold; font-size: 13pt;
  letter-spacing: .1em; padding: 1mm; margin-bottom: 2mm }
.top { display: flex; justify-content: space-between; align-items: flex-start; gap: 6mm }
.top > div { flex: 1 } .top svg { flex: none }
.number { font: bold 23pt/1.1 'Liberation Mono', 'DejaVu Sans Mono', monospace }
.code { font-size: 13pt } .code b { font-family: monospace; letter-spacing: .25em }
.note { border-left: 3pt solid #000; padding-left: 2mm; font-weight: bold }
table { border-collapse: collapse; width: 100%; margin: 1.5mm 0 }
th { text-align: left; width: 33mm; vertical-align: top; font-weight: bold;
  padding: .5mm 2mm .5mm 0 }
td { vertical-align: top; padding: .5mm 0; overflow-wrap: anywhere; white-space: pre-wrap }
td span { white-space: nowrap }
tr + tr { border-top: .3pt solid #999 }
.mono { font-family: 'Liberation Mono', 'DejaVu Sans Mono', monospace; font-size: 8.5pt }
.small { font-size: 8.5pt }
tr, svg { break-inside: avoid }
.slip { border: 1pt dashed #000; padding: 2mm; margin: 2mm 0; break-inside: avoid }
.slip tr + tr { border-top: 0 } .slip th { width: 33mm; padding-top: 2mm; white-space: nowrap }
.slip th + td + th { padding-left: 4mm }
.slip td { border-bottom: .5pt solid #000; height: 7mm } .boxes { font-size: 11pt }
svg { width: 31mm; height: 31mm; margin: -2mm -2mm 0 0 }
@media screen { body { padding: 8mm } }
""".strip()


def html_page(page: Page) -> str:
    """Write the page as one HTML file that needs nothing else, styled for printing on A4."""
    loud = banner(page.status)
    frame = f'<div class="banner">{escape(loud)}</div>' if loud else ""
    note = f'<p class="note">{escape(page.note)}</p>' if page.note else ""
    head = "".join(_html_row(label, lines, "") for label, lines in page.head())
    body = "".join(_html_row(line.label, line.lines, line.lang) for line in page.lines)
    digests = _html_row("Digest", (groups(page.name),), "", "mono")
    digests += _html_row("Channel", (groups(page.channel),), "", "mono")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(page.number)} {escape(page.check_code)}</title>
<style>{_STYLE}</style>
</head>
<body>
{frame}
<div class="top">
<div><div class="number">{escape(page.number)}</div>
<div class="code">check code <b>{escape(page.check_code)}</b></div>
<table>{head}</table></div>
{_qr(page.code_content())}
</div>
{note}
<table>{body}</table>
<table>{digests}</table>
<p class="small">{escape(CHECK_CODE)} <b>{escape(LEGAL)}</b></p>
{_html_slip(page)}
{frame}
</body>
</html>
"""


def _html_row(label: str, lines: tuple[str, ...], lang: str, style: str = "") -> str:
    said = _beside(tuple(_safe(line) for line in lines))
    # A text may run from right to left inside a page that does not.
    where = f' lang="{escape(lang)}" dir="auto"' if lang else ""
    shape = f' class="{style}"' if style else ""
    label = label[:1].upper() + label[1:]
    heading = escape(f"{label} [{lang}]" if lang else label)
    return f"<tr><th>{heading}</th><td{shape}{where}>{said}</td></tr>\n"


def _beside(lines: tuple[str, ...]) -> str:
    """Set a line that goes on from the one before beside it, whole; see ``PlainLine``."""
    said = ""
    for i, line in enumerate(lines):
        onward = i > 0 and line.startswith("   ")
        piece = escape(line.strip() if onward else line)
        said += f"&#8195;<span>{piece}</span>" if onward else f"\n{piece}" if i else piece
    return said


def _html_slip(page: Page) -> str:
    if not page.asks_answer:
        return '<p class="small">No answer is asked for.</p>'
    boxes = " &#160; ".join(f"&#9744; {escape(word)}" for word in _SLIP)
    place, *pairs = (*_READ_BACK, *_SIGNED)
    blanks = f'<tr><th>{escape(place)}</th><td colspan="3"></td></tr>'
    for names in zip(pairs[::2], (*pairs[1::2], ""), strict=False):
        cells = "".join(f"<th>{escape(n)}</th><td></td>" for n in names if n)
        blanks += f"<tr>{cells}</tr>"
    return (
        f'<div class="slip"><b>Reply to {escape(page.number)}</b> '
        f'<span class="small">{escape(_HOW)}</span>'
        f'<div class="boxes">{boxes}</div><table>{blanks}</table></div>'
    )


def _qr(content: str) -> str:
    import segno

    code = segno.make(content, error="m", micro=False)
    svg: str = code.svg_inline(scale=3, omitsize=True, title=None)
    return svg
