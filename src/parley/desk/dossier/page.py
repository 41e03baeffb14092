"""The dossier as one HTML page that needs nothing else: no script, nothing fetched; for print."""

from collections import Counter, defaultdict
from html import escape
from typing import Any

from parley.desk.dossier.known import known_cell, spoken_words
from parley.desk.dossier.writing import (
    both_times,
    corner,
    pairs,
    place,
    scope_words,
    span,
    style,
    table,
    words,
)
from parley.desk.tables import shown
from parley.desk.words import CHECK_CODE, NOT_READ
from parley.log.evidence_words import groups

Value = dict[str, Any]

_MOST_TEXTS = 3
_TOLD_IN_SHORT = ("title", "stance", "to", "outcome", "state")
_WHY = {
    "occupies": "occupies the area in these hours",
    "may occupy": "may occupy the area in these hours: height or shape leave it open",
    "place": "is about a place in the area, in these hours",
    "area": "names the area, in these hours",
    "line": "is on the line between the parties, in these hours",
    "event": "is joined by a signed claim with",
    "version": "is another version of",
    "answers": "answers",
    "about": "is about",
    "opens": "opens a part of",
    "withdraws": "withdraws",
    "replaces": "replaces",
}


def html_page(value: Value) -> str:
    """Write the page of a composed dossier; equal values give equal bytes."""
    common = value["common"]
    zone = common["charter"]["day_zone"] if common["charter"] else "UTC"
    loud = f'<div class="banner">{escape(value["banner"])}</div>' if value["banner"] else ""
    title = f"Dossier: {scope_words(common['scope'])}"
    body = "".join(
        (
            _head(value, zone),
            _hours(value, zone),
            _events(common, zone),
            _plans(common, zone),
            _gaps(common),
            _flags(common),
            _records(value, zone),
            _outside(common),
            _here(value, zone),
            _proofs(value),
        )
    )
    # What others wrote cannot reorder or hide what stands around it.
    body = "\n".join(shown(line) for line in body.split("\n"))
    window = common["scope"]["window"]
    foot = f"Dossier {window['from']} to {window['until']}, channel {common['channel'][:16]}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{style(value["banner"], foot)}</style>
</head>
<body>
{loud}
{body}
<p class="small">{escape(CHECK_CODE)} <b>{escape(value["legal"])}</b></p>
</body>
</html>
"""


def _head(value: Value, zone: str) -> str:
    common = value["common"]
    scope, area = common["scope"], common["scope"]["area"]
    if "radius_m" in area:
        where = f"within {area['radius_m']} m of {place(area['place'])}"
    else:
        where = f"from {corner(area['south_west'])} to {corner(area['north_east'])}"
    if scope["names"]:
        where += f"<br>or named: {escape(', '.join(scope['names']))}"
    charter = common["charter"] or {"members": []}
    members = ", ".join(f"{m['name']} ({m['code']}, {m['role']})" for m in charter["members"])
    sizes = "<br>".join(f"{escape(origin)}: {size}" for origin, size in common["upto"].items())
    by = Counter(record["author"] for record in common["records"])
    said = ", ".join(f"{n} of {party}" for party, n in sorted(by.items())) or "none"
    rows = [
        ("Area", where),
        ("Hours", span(scope["window"], zone)),
        ("Records in it", escape(said)),
        ("Gaps named", str(len(common["gaps"]))),
        ("Channel", f'<span class="mono">{escape(groups(common["channel"]))}</span>'),
        ("Members", escape(members)),
        ("Computed for", both_times(common["at"], zone)),
        ("From logs up to", f'<span class="mono">{sizes}</span>'),
        ("Rules", escape(common["rules"])),
        ("Made by the node of", escape(value["here"]["node"])),
    ]
    heading = f"<h1>Who was told what, and when<br><small>{escape(scope_words(scope))}</small></h1>"
    return f'{heading}<p class="note"><b>{escape(value["note"])}</b></p>{pairs(rows)}'


def _hours(value: Value, zone: str) -> str:
    only: dict[str, list[Value]] = defaultdict(list)
    for row in value["here"]["only_here"]:
        only[row["record"]].append(row)
    rows = []
    for record in value["common"]["records"]:
        status = "" if record["status"] == "open" else f"<br>now {escape(record['status'])}"
        rows.append(
            (
                both_times(record["issued"], zone),
                (
                    f'<span class="num">{escape(record["number"])}</span><br>'
                    f"{escape(record['author'])}, {escape(record['priority'])}{status}"
                ),
                f"<b>{escape(record['title'])}</b> {_refs(record)}<br>{_gist(record)}",
                known_cell(record, only[record["name"]]),
            )
        )
    lead = (
        "Each record by the time that its author claims; each receipt, head and answer by its "
        f"holder's clock. Stored is not read. {NOT_READ}"
    )
    head = ("Said, by its author's clock", "Record", "What", "Who is shown to know, and how")
    return f"<h2>The hours</h2><p>{escape(lead)}</p>{table(head, rows, 'hours')}"


def _refs(record: Value) -> str:
    return "; ".join(
        f"{escape(ref['role'].replace('_', ' '))} "
        f'<span class="whole">{escape(ref["number"])}</span>'
        for ref in record["refs"]
    )


def _gist(record: Value) -> str:
    """Give the words of a record in short: title, texts, how a call ended, what it is about."""
    said = [
        f"{escape(line['label'])}: {escape('; '.join(line['lines']))}"
        for line in record["plain"]
        if line["label"] in _TOLD_IN_SHORT
    ]
    texts = [line for line in record["plain"] if line["lang"]]
    said += [words(" ".join(line["lines"]), line["lang"]) for line in texts[:_MOST_TEXTS]]
    about = next((s for s in record["subjects"] if s["during"] or s["place"]), None)
    if about is not None:
        where = f"&#8220;{escape(about['place']['stated'])}&#8221; " if about["place"] else ""
        said.append(f'<span class="small">about {where}{_utc(about["during"])}</span>')
    return "<br>".join(said)


def _utc(during: Value | None) -> str:
    if during is None:
        return "at no stated time"
    ends = [during["from"], *([during["until"]] if during["until"] != during["from"] else [])]
    return escape(" to ".join("no stated end" if end is None else end for end in ends))


def _events(common: Value, zone: str) -> str:
    if not common["events"]:
        return "<h2>Accounts side by side</h2><p>No record in it says that something happened.</p>"
    parts = ["<h2>Accounts side by side</h2><p>Each stands as its author gave it.</p>"]
    records = {record["name"]: record for record in common["records"]}
    for i, event in enumerate(common["events"], 1):
        by: dict[str, list[Value]] = defaultdict(list)
        for account in event["accounts"]:
            by[account["author"]].append(account)
        parties = [*sorted(by), *event["no_account_of"]]
        cells = [
            "<hr>".join(_account(records[a["name"]], a, zone) for a in by[party])
            if party in by
            else '<span class="gap">No account of this event.</span>'
            for party in parties
        ]
        named = "; ".join(f"{i['number']} of {i['author']}" for i in event["incidents"])
        joined = ", ".join(event["claimed_by"])
        told = [
            f"called {named}" if named else "",
            f"one event by word of {joined}" if joined else "",
        ]
        differ = "; ".join(event["differ"])
        told.append(f"they differ: {differ}" if differ else "")
        line = escape("; ".join(t for t in told if t))
        parts.append(f"<h3>Event {i}</h3><p>{line}</p>{table(parties, [cells])}")
    return "".join(parts)


def _account(record: Value, account: Value, zone: str) -> str:
    status = "" if account["status"] == "open" else f" (now {account['status']})"
    return (
        f'<span class="num">{escape(account["number"])}</span>{escape(status)}<br>'
        f"{place(account['place'])}<br>{span(account['during'], zone)}<br>{_gist(record)}"
    )


def _plans(common: Value, zone: str) -> str:
    plans = common["plans"]
    if not plans["compared"]:
        return "<h2>Plans that met</h2><p>Too many to compare here: see the air view.</p>"
    if not plans["met"]:
        return "<h2>Plans that met</h2><p>No two filed plans in it met while both stood.</p>"
    rows = []
    for met in plans["met"]:
        close = met["closest"]
        up = "unknown" if close["vertical_m"] is None else f"{close['vertical_m']} m"
        near = (
            f"{close['lateral_m']} m laterally, {up} vertically, {close['time_gap_s']} s in time"
            f"<br>at {corner(close['position'])}<br>minima broken: "
            f"{escape(', '.join(met['broken']) or 'none')}; "
            f"open: {escape(', '.join(met['open']) or 'none')}"
        )
        both = "<br>".join(f"{escape(p['number'])} of {escape(p['author'])}" for p in met["plans"])
        until = both_times(met["stood"]["until"], zone) if met["stood"]["until"] else "to the end"
        rows.append(
            (
                f'<span class="num">{escape(met["id"])}</span><br>{escape(met["verdict"])}',
                both,
                near,
                span({"from": close["from"], "until": close["until"]}, zone),
                f"{both_times(met['stood']['from'], zone)}<br>to<br>{until}",
            )
        )
    head = ("Conflict", "Plans", "How close", "When they meet", "Both stood")
    return f"<h2>Plans that met, each version on its own</h2>{table(head, rows)}"


def _gaps(common: Value) -> str:
    rows = [
        (escape(gap["code"].replace("_", " ")), escape(gap["party"] or ""), words(gap["text"]))
        for gap in common["gaps"]
    ]
    lead = "What these logs do not show, at these sizes. It blames nobody."
    listed = table(("Gap", "Party", "What is not there"), rows) if rows else "<p>None found.</p>"
    return f"<h2>What is not there</h2><p>{lead}</p>{listed}"


def _flags(common: Value) -> str:
    rows = [(escape(f["rule"]), words(f["text"]), words(f["settles"])) for f in common["flags"]]
    lead = "Findings of Parley's own rules at the instant computed for; no party's word."
    head = ("Rule", "What it found", "What would settle it")
    listed = table(head, rows) if rows else "<p>None at this instant.</p>"
    return f"<h2>Flags of the rules</h2><p>{escape(lead)}</p>{listed}"


def _records(value: Value, zone: str) -> str:
    numbers = {r["name"]: r["number"] for r in value["common"]["records"]}
    return "<h2>Every record in full</h2>" + "".join(
        _record(record, numbers, zone) for record in value["common"]["records"]
    )


def _record(record: Value, numbers: dict[str, str], zone: str) -> str:
    why = record["why"]
    of = f" {numbers.get(why['of'], '')}" if why["of"] else ""
    rows = [
        ("Why it is here", escape(f"it {_WHY[why['how']]}{of}")),
        ("Issued", both_times(record["issued"], zone)),
    ]
    for line in record["plain"]:
        label = f"{line['label']} [{line['lang']}]" if line["lang"] else line["label"]
        said = "<br>".join(words(piece, line["lang"]) for piece in line["lines"])
        rows.append((label[:1].upper() + label[1:], said))
    for part in record["parts"]:
        rows.append((f"Part, {part['class']}", escape(f"{part['name']}, {part['sha256']}")))
    where = f"{record['origin']} at index {record['index']}"
    rows.append(("Stands in", f'<span class="mono">{escape(where)}</span>'))
    rows.append(("Digest", f'<span class="mono">{escape(groups(record["name"]))}</span>'))
    title = f"{record['number']}  check {record['check_code']}: {record['title']}"
    heading = f"<h3>{escape(title)} of {escape(record['author'])}</h3>"
    return f'<div class="record">{heading}{pairs(rows)}</div>'


def _outside(common: Value) -> str:
    if not common["outside"]:
        return ""
    numbers = {record["name"]: record["number"] for record in common["records"]}
    rows = [
        (
            escape(str(each.get("number") or each["name"][:13])),
            escape(f"{each['kind']} of {each['author']}" if each["here"] else "not held here"),
            escape(", ".join(numbers[name] for name in each["referred_to_by"])),
        )
        for each in common["outside"]
    ]
    head = ("Record", "What", "Referred to by")
    return f"<h2>Named only: outside, but referred to</h2>{table(head, rows)}"


def _here(value: Value, zone: str) -> str:
    here = value["here"]
    rows = [
        (escape(row["number"]), escape(spoken_words(row)), both_times(row["at"], zone))
        for row in here["only_here"]
    ]
    head = ("Record", "What is shown", "By its holder's clock")
    shown = (
        table(head, rows) if rows else "<p>Nothing: all that is shown above stands in records.</p>"
    )
    names = {r["name"]: r["number"] for r in value["common"]["records"]}
    kinds = {(r["name"], p["sha256"]): p for r in value["common"]["records"] for p in r["parts"]}
    taken = set(value.get("parts_in_file", ()))
    parts = []
    for row in here["parts"]:
        part = kinds[row["record"], row["sha256"]]
        if part["class"] == "shared":
            inside = "with the proof of its record" if row["held"] == "held" else "no"
        else:
            inside = "yes" if row["sha256"] in taken else "no: left out"
        cells = (names[row["record"]], f"{part['name']}, {part['class']}", row["held"], inside)
        parts.append([escape(cell) for cell in cells])
    listed = table(("Record", "Part", "At this node", "In this file"), parts) if parts else ""
    return f"<h2>Only here: held by the node of {escape(here['node'])}</h2>{shown}{listed}"


def _proofs(value: Value) -> str:
    if "proofs" not in value:
        return "<h2>Proofs</h2><p>None beside this page: <b>parley dossier --out FILE.zip</b>.</p>"
    rows = [
        (
            escape(proof["number"]),
            escape(proof["file"] or f"not proven: {proof['refused']}"),
            f'<span class="mono">{escape(proof["sha256"] or "")}</span>',
        )
        for proof in value["proofs"]
    ]
    lead = "This page is what one node reads in the logs. Each record is proven by its own file:"
    channel = escape(groups(value["common"]["channel"]))
    head = ("Record", "File", "SHA-256")
    return (
        f"<h2>Proofs</h2><p>{lead} <b>parley verify FILE --trust FINGERPRINT</b>, with the "
        f"charter's fingerprint from a party: <span class='mono'>{channel}</span></p>"
        f"{table(head, rows)}"
    )
