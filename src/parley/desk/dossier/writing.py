"""Pieces of the dossier's page: times with both zones, places, tables; all text escaped."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from parley.desk.grid import decimal_degrees
from parley.values.instants import local_time, parse_instant
from parley.values.places import Position


def both_times(at: str | None, zone: str) -> str:
    """Write an instant in UTC and, below it, in the charter's zone; a dash where there is none."""
    if at is None:
        return "&#8211;"
    local = local_time(parse_instant(at), zone)
    offset = local.strftime("%z")
    utc = at.replace("T", " ")
    return (
        f"<b>{escape(utc)}</b><br><span class='small'>{local:%Y-%m-%d %H:%M:%S} "
        f"{escape(zone)} (UTC{offset[:3]}:{offset[3:5]})</span>"
    )


def span(during: Mapping[str, Any] | None, zone: str) -> str:
    """Write a window on its lines; open where no end is stated."""
    if during is None:
        return "not stated"
    if during["from"] == during["until"]:
        return both_times(during["from"], zone)
    until = both_times(during["until"], zone) if during["until"] else "no end stated"
    return f"{both_times(during['from'], zone)}<br>to<br>{until}"


def place(stated: Mapping[str, Any] | None) -> str:
    """Write a place: the words used, degrees, how exactly it is known."""
    if stated is None:
        return "not stated"
    at = Position(stated["lat_e7"], stated["lon_e7"])
    known = f", known to {stated['precision_m']} m" if stated["precision_m"] else ""
    return f"&#8220;{escape(stated['stated'])}&#8221;<br>{escape(decimal_degrees(at))}{known}"


def scope_words(scope: Mapping[str, Any]) -> str:
    """Write area and window on one line, as plain text."""
    area = scope["area"]
    if "radius_m" in area:
        metres = area["radius_m"]
        far = f"{metres} m" if metres % 1000 else f"{metres // 1000} km"
        where = f"within {far} of {area['place']['stated']}"
    else:
        ends = [_plain(area[name]) for name in ("south_west", "north_east")]
        where = f"from {ends[0]} to {ends[1]}"
    return f"{where}, {scope['window']['from']} to {scope['window']['until']}"


def corner(at: Mapping[str, int]) -> str:
    """Write a position in degrees."""
    return escape(_plain(at))


def _plain(at: Mapping[str, int]) -> str:
    return decimal_degrees(Position(at["lat_e7"], at["lon_e7"]))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], style: str = "") -> str:
    """Write a table of cells that are HTML already; its head stands on every printed page."""
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    shape = f' class="{style}"' if style else ""
    return f"<table{shape}><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table>\n"


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Write labels with what stands beside them (HTML already)."""
    said = "".join(f"<tr><th>{escape(label)}</th><td>{value}</td></tr>\n" for label, value in rows)
    return f'<table class="pairs">{said}</table>\n'


def words(text: str, lang: str = "") -> str:
    """Write words that may run from right to left inside a page that does not."""
    where = f' lang="{escape(lang)}"' if lang else ""
    return f'<span dir="auto"{where}>{escape(text)}</span>'


def style(banner: str, foot: str) -> str:
    """Give the style sheet; banner and foot stand on every printed page, letters and marks only."""
    plain = [re.sub(r"[^A-Za-z0-9 :,.-]", "", text) for text in (banner, foot)]
    return f"""@page {{ @top-center {{ content: "{plain[0]}"; font: bold 8pt sans-serif }}
  @bottom-left {{ content: "{plain[1]}"; font: 7.5pt sans-serif }} }}
{_STYLE}"""


_STYLE = """
@page { size: A4 landscape; margin: 12mm 13mm 14mm;
  @bottom-right { content: counter(page) " of " counter(pages); font: 7.5pt sans-serif } }
* { box-sizing: border-box }
body { font: 9pt/1.3 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif; color: #000;
  background: #fff; margin: 0 auto; max-width: 271mm }
.banner { border: 2pt solid #000; text-align: center; font-weight: bold; font-size: 13pt;
  letter-spacing: .1em; padding: 1mm; margin: 0 0 2mm }
h1 { font-size: 17pt; line-height: 1.2; margin: 2mm 0 } h1 small { font-size: 10pt }
h2 { font-size: 12pt; margin: 6mm 0 1mm; border-bottom: 1pt solid #000; break-after: avoid }
h3 { font-size: 10pt; margin: 3mm 0 1mm; break-after: avoid }
h2 + p, h3 + p { break-after: avoid }
p { margin: 1mm 0 } .small { font-size: 7.5pt } .note { border-left: 3pt solid #000;
  padding-left: 2mm }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 2mm }
th { text-align: left; vertical-align: top; padding: .6mm 1.5mm }
td { vertical-align: top; padding: .6mm 1.5mm; overflow-wrap: anywhere }
thead th { background: #e4e4e4; border-bottom: 1pt solid #000; white-space: nowrap }
tbody tr + tr, .pairs tr + tr { border-top: .3pt solid #888 }
tr { break-inside: avoid } thead { display: table-header-group }
.pairs th { width: 42mm; font-weight: bold } .num { font-weight: bold }
.num, .whole { white-space: nowrap }
.hours td:first-child { width: 47mm } .hours td:nth-child(2) { width: 30mm }
.mono { font-family: 'Liberation Mono', 'DejaVu Sans Mono', monospace; font-size: 7.5pt }
.gap { font-weight: bold } .here { border: .5pt solid #000; padding: 0 1mm; white-space: nowrap }
.record { break-inside: avoid } .record td { white-space: pre-wrap }
@media screen { body { padding: 8mm } }
""".strip()
