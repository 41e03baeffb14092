"""``parley resume``: write on although nobody has confirmed where our logs end."""

from pathlib import Path

import click

from parley.desk.client import running
from parley.desk.options import channel_option, folder_of, format_option, node_option
from parley.desk.sending import say_published, text_json


@click.command("resume")
@click.option("--reason", required=True, metavar="WORDS", help="Why; it stands in our log.")
@click.option("--lang", default="und", show_default=True, help="The language it is written in.")
@channel_option
@node_option
@format_option
def command(reason: str, lang: str, channel: str | None, folder: Path | None, form: str) -> None:
    """Let a node write that is read-only because no other node has told it where its logs end.

    If this folder is a restored backup, writing on makes two histories, and that can be proven.
    Wait for a counterpart or the mirror if you can. A record says that you did not.
    """
    with running(folder_of(folder)) as client:
        name = client.channel(channel)
        done = client.post(f"/v1/channels/{name}/resume", {"reason": text_json(reason, lang)})
    say_published(done, form, "The node writes again; the record says that nobody confirmed it.")
