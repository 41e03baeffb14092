"""``parley charter``: draw one up from identities, compare it aloud, sign or accept it."""

import json
from pathlib import Path
from typing import Any

import click

from parley.desk.files import read_object, write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.tables import as_json, outline, pairs
from parley.desk.typed import time_typed
from parley.desk.words import LEGAL, banner
from parley.errors import BadUsage
from parley.node.charter import channel_of, fingerprint, new_charter, read_charter
from parley.node.clock import SystemClock
from parley.node.identity import read_identity
from parley.record.canonical import Json

_File = click.Path(path_type=Path)


@click.group("charter")
def command() -> None:
    """Draw up, compare, sign or accept the charter of a channel."""


@command.command("new")
@click.option("--party", "parties", multiple=True, type=_File, help="A party's identity.json.")
@click.option("--mirror", "mirrors", multiple=True, type=_File, help="A mirror's identity.json.")
@click.option("--voice", "voices", multiple=True, metavar="NAME:CODE", help="A party without node.")
@click.option("--title", default="Channel", show_default=True, help="What the channel is for.")
@click.option("--day-zone", metavar="ZONE", help="IANA zone of the day, such as Asia/Damascus.")
@click.option("--from", "from_", metavar="TIME", help="In force from; otherwise from now.")
@click.option("--until", metavar="TIME", help="In force until; otherwise until replaced.")
@click.option(
    "--changes",
    type=_File,
    help="A JSON object whose fields replace those of the draft, such as minima or deadlines.",
)
@click.option(
    "--out",
    type=_File,
    default=Path("charter.json"),
    show_default=True,
    help="Where to write the draft.",
)
def new(out: Path, **given: Any) -> None:
    """Draft a charter from identity files; every value in it is there to be agreed on."""
    if len(given["parties"]) + len(given["voices"]) < 2:
        raise BadUsage("a channel has two parties or more", where="--party")
    changes: dict[str, Json] = {} if given["changes"] is None else read_object(given["changes"])
    if given["day_zone"]:
        changes["day_zone"] = given["day_zone"]
    if given["until"]:
        changes["in_force_to"] = time_typed(given["until"], where="--until")
    begins = given["from_"]
    body = new_charter(
        [read_identity(path) for path in given["parties"]],
        [read_identity(path) for path in given["mirrors"]],
        at=SystemClock().now() if begins is None else time_typed(begins, where="--from"),
        voices=[_voice(text) for text in given["voices"]],
        title=given["title"],
        changes=changes,
    )
    write_bytes(out, (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode())
    if str(out) != "-":
        click.echo(f"{out}\nfingerprint  {fingerprint(body)}")
        click.echo("Send the file to every party; each reads the fingerprint aloud, then signs.")


def _voice(text: str) -> tuple[str, str]:
    name, colon, code = text.partition(":")
    if not name or not colon or not code:
        raise BadUsage(f"{text!r} is no NAME:CODE", where="--voice")
    return name, code


@command.command("sign")
@click.argument("file", type=_File)
@click.option("--fingerprint", "heard", metavar="HEX", help="Refuse unless it is this one.")
@node_option
@format_option
def sign(file: Path, heard: str | None, folder: Path | None, form: str) -> None:
    """Sign the charter in FILE as one of its parties: it becomes entry 0 of our logs."""
    _enter("sign", file, heard, folder, form)


@command.command("accept")
@click.argument("file", type=_File)
@click.option("--fingerprint", "heard", metavar="HEX", help="Refuse unless it is this one.")
@node_option
@format_option
def accept(file: Path, heard: str | None, folder: Path | None, form: str) -> None:
    """Follow the charter in FILE without signing, as a mirror does."""
    _enter("accept", file, heard, folder, form)


def _enter(how: str, file: Path, heard: str | None, folder: Path | None, form: str) -> None:
    body = read_object(file)
    ours = channel_of(body)
    if heard is not None and "".join(heard.split()).lower() != ours:
        raise BadUsage(
            "the fingerprint is another one: this is not the charter you spoke of",
            where="--fingerprint",
            hint=f"the file's is {fingerprint(body)}",
        )
    with connected(folder_of(folder)) as client:
        done = client.post("/v1/channels", {"as": how, "charter": body})
    if form == "json":
        click.echo(as_json(done))
        return
    if done["banner"]:
        click.echo(done["banner"])
    click.echo(pairs({"channel": done["channel"], "fingerprint": done["fingerprint"]}))


@command.command("show")
@click.argument("file", type=_File, required=False)
@channel_option
@node_option
@format_option
def show(file: Path | None, channel: str | None, folder: Path | None, form: str) -> None:
    """Show the charter in FILE, or that of a channel, with the fingerprint to read aloud."""
    if file is not None:
        body = read_object(file)
    else:
        with connected(folder_of(folder)) as client:
            name = client.channel(channel)
            body = client.get(f"/v1/channels/{name}/charter")["charter"]
    charter = read_charter(body)
    if form == "json":
        told = {"channel": channel_of(body), "fingerprint": fingerprint(body), "charter": body}
        click.echo(as_json(told))
        return
    if banner(charter.status):
        click.echo(banner(charter.status))
    click.echo(f"fingerprint  {fingerprint(body)}\n")
    click.echo("\n".join(outline({k: v for k, v in charter.to_json().items() if k != "keys"})))
    keys = [f"{k.holder} {k.role}" for k in charter.keys]
    click.echo(f"keys: {len(keys)} of {', '.join(dict.fromkeys(k.split()[0] for k in keys))}")
    click.echo(LEGAL)
