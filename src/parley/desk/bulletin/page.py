"""A bulletin as one HTML page that needs nothing else, styled to be read and printed on A4.

Every figure, name and text of a record is set apart (``bdi``), so that in an Arabic page what is
written from left to right keeps its order.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from parley.desk.bulletin.sections import SECTIONS, Section, value
from parley.desk.bulletin.style import STYLE
from parley.desk.bulletin.words import Language, Words, begun_later
from parley.desk.words import banner
from parley.values.instants import Instant, local_time, parse_instant

View = Mapping[str, Any]


def html_bulletin(view: View, language: Language = "en") -> str:
    """Write the page of a bulletin's view in a language."""
    words, data = Words(language), view["data"]
    loud = banner(data["status"] or "")
    frame = f'<div class="banner" dir="ltr">{escape(loud)}</div>' if loud else ""
    title = f"{escape(words('bulletin'))} {value(data['day'])}"
    sections = "\n".join(_section(words, data, section) for section in SECTIONS)
    return f"""<!DOCTYPE html>
<html lang="{language}" dir="{words.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(words("bulletin"))} {escape(data["day"])}</title>
<style>{STYLE}</style>
</head>
<body>
{frame}
<h1>{title}</h1>
<p>{escape(words("period"))}: {_period(data)}</p>
{_notes(words, view)}
<p class="small">{escape(words("computed"))} {escape(words("allegation"))}</p>
{sections}
{_arguments(words, view)}
<p class="small"><b>{escape(words("legal"))}</b></p>
{frame}
</body>
</html>
"""


def _period(data: Mapping[str, Any]) -> str:
    zone = data["day_zone"]
    ends = [_local(parse_instant(data[key]), zone) for key in ("from", "until")]
    utc = f"{data['from']} – {data['until']}"
    return f"{value(' – '.join(ends))} {value(zone)} ({value(utc)})"


def _local(at: Instant, zone: str) -> str:
    return f"{local_time(at, zone):%Y-%m-%d %H:%M}"


def _notes(words: Words, view: View) -> str:
    data, notes = view["data"], []
    began = begun_later(data)
    if began is not None:
        notes.append(f"{escape(words(began))} {value(data['channel_from'])}")
    if not data["closed"]:
        notes.append(f"{escape(words('open_day'))} {value(view['at'])}")
    if data["unread"]:
        notes.append(f"{escape(words('unread'))} {value(data['unread'])}")
    return "".join(f'<p class="note">{note}</p>' for note in notes)


def _section(words: Words, data: Mapping[str, Any], section: Section) -> str:
    body = "\n".join(section.write(words, data))
    return f"<section>\n<h2>{escape(words(section.name))}</h2>\n{body}\n</section>"


def _arguments(words: Words, view: View) -> str:
    rows = [("channel", view["channel"]), ("at", view["at"]), ("rules", view["rules"])]
    lines = [f"<tr><th>{escape(words(k))}</th><td>{_mono(v)}</td></tr>" for k, v in rows]
    lines += [
        f"<tr><th>{escape(words('upto'))}</th><td>{_mono(f'{origin}: {size}')}</td></tr>"
        for origin, size in view["upto"].items()
    ]
    heading = f"<h2>{escape(words('arguments'))}</h2>"
    return f'<section>{heading}<table class="pairs">{"".join(lines)}</table></section>'


def _mono(value: object) -> str:
    return f'<bdi class="mono" dir="ltr">{escape(str(value))}</bdi>'
