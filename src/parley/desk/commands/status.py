"""``parley status``: the node, its channels, what stands in them, and how each party stands."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from parley.desk.client import running
from parley.desk.options import folder_of, format_option, node_option
from parley.desk.tables import as_json, outline, pairs, table

Views = dict[str, dict[str, Any]]


@click.command("status")
@node_option
@format_option
def command(folder: Path | None, form: str) -> None:
    """Show the running node, its channels, what conflicts, and who is silent, behind or forked."""
    with running(folder_of(folder)) as client:
        state = client.get("/v1")
        found: dict[str, Views] = {
            c["channel"]: {
                name: _with_mutes(client.get(f"/v1/channels/{c['channel']}/views/{name}"))
                for name in ("charter", "air", "advisories", "standing")
            }
            for c in state["channels"]
        }
    if form == "json":
        standing = {channel: views["standing"] for channel, views in found.items()}
        click.echo(as_json({**state, "standing": standing}))
        return
    click.echo("\n".join(_lines(state, found)))


def _with_mutes(view: dict[str, Any]) -> dict[str, Any]:
    muted = {"muted": view["muted"]} if view["view"] == "advisories" else {}
    return {**view["data"], **muted}


def _lines(state: dict[str, Any], found: dict[str, Views]) -> list[str]:
    lines = [state["banner"]] if state["banner"] else []
    head = {"node": state["name"], "role": state["role"], "now": state["now"]}
    lines.append(pairs({**head, "version": state["version"], "questions": _asked(state["asked"])}))
    for origin, why in state["read_only"].items():
        lines.append(f"READ-ONLY: {origin}: {why}")
    for look in state["audits"]:
        if look["fault"]:
            lines.append(f"MIRROR {look['mirror']} FAILED AT {look['at']}: {look['fault']}")
    for channel in state["channels"]:
        lines += ["", f"channel {channel['fingerprint']} ({channel['status']})"]
        rows = [(log["origin"], log["size"]) for log in channel["logs"]]
        lines.append(table(rows, ("log", "entries")))
        if channel["unread"]:
            lines.append(f"UNREAD: {channel['unread']} entries; see `parley records`.")
        views = found[channel["channel"]]
        lines.append(pairs(_sums(views)))
        lines += outline({k: v for k, v in views["standing"].items() if k != "clear"})
    return lines


def _asked(asked: dict[str, Any]) -> str:
    """Say how often this node was asked what plans would meet: who probes it shows here."""
    told = f"{asked['met']} conflicts and {asked['offers']} offers told"
    since = f"{asked['answered']} about plans since {asked['since']}"
    return f"{since}; {told}, {asked['refused']} refused"


def _charter(view: dict[str, Any]) -> str:
    """Say whether the rules of the channel are in force, and who has yet to sign."""
    if view["in_force"]:
        return "in force"
    first = [t for t in view["texts"] if t["kind"].startswith("charter/")][:1]
    missing = ", ".join(first[0]["missing"]) if first else "its parties"
    if not view["stands"]:
        return (
            f"NOT IN FORCE, nothing can be sent: not yet signed by {missing}, as far as seen here"
        )
    return "NOT IN FORCE at this time; the first one goes on to give the measures"


def _sums(views: Views) -> dict[str, str]:
    """Say in a line each what stands; the logs being whole is not the sky being clear."""
    air = views["air"]
    stand = Counter(c["verdict"] for c in air["conflicts"])
    listed = [f"{stand[verdict]} {verdict}" for verdict in ("CONFLICT", "POSSIBLE")]
    doubt = "none found, but not all could be read or compared: see `parley view air`"
    sky = "none among the plans held here" if air["clear"] else doubt
    found = views["advisories"]
    pressing = sum(a["severity"] == "attention" for a in found["advisories"])
    silent = f", {len(found['muted'])} muted here" if found["muted"] else ""
    whole = views["standing"]["clear"]
    return {
        "charter": _charter(views["charter"]),
        "conflicts": f"{', '.join(listed)}: see `parley view air`" if stand else sky,
        "findings": f"{pressing} for attention{silent}: see `parley view advisories`",
        "logs": "whole: nothing unread, missing or forked" if whole else "NOT WHOLE: see below",
    }
