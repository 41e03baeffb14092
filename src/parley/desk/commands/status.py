"""``parley status``: the node, its channels, and how each party stands."""

from pathlib import Path
from typing import Any

import click

from parley.desk.client import running
from parley.desk.options import folder_of, format_option, node_option
from parley.desk.tables import as_json, outline, pairs, table


@click.command("status")
@node_option
@format_option
def command(folder: Path | None, form: str) -> None:
    """Show the running node, its channels, and who is silent, behind or forked."""
    with running(folder_of(folder)) as client:
        state = client.get("/v1")
        standing = {
            c["channel"]: client.get(f"/v1/channels/{c['channel']}/views/standing")["data"]
            for c in state["channels"]
        }
    if form == "json":
        click.echo(as_json({**state, "standing": standing}))
        return
    click.echo("\n".join(_lines(state, standing)))


def _lines(state: dict[str, Any], standing: dict[str, Any]) -> list[str]:
    lines = [state["banner"]] if state["banner"] else []
    head = {"node": state["name"], "role": state["role"], "now": state["now"]}
    lines.append(pairs({**head, "version": state["version"]}))
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
        lines += outline(standing[channel["channel"]])
    return lines
