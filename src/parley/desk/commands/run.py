"""``parley run``: the line to the peers and the API, until Ctrl-C or SIGTERM."""

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from parley.desk.login.link import link_line
from parley.desk.options import folder_of, node_option
from parley.desk.serving import ApiServer
from parley.desk.words import banner
from parley.node.entropy import SystemEntropy
from parley.node.runtime import Node


@click.command("run")
@node_option
def command(folder: Path | None) -> None:
    """Run the node in the folder given by --node.

    The API listens on loopback and demands the token in api.json, which only its owner can read.
    """
    stop = threading.Event()

    def leave(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {s: signal.signal(s, leave) for s in (signal.SIGINT, signal.SIGTERM)}
    node = Node.open(folder_of(folder))
    try:
        node.start()
        try:
            with ApiServer(node, SystemEntropy()) as server:
                _say(node, server)
                threading.Thread(target=node.warm, daemon=True).start()
                while not stop.wait(3600):
                    pass
                click.echo("stopping")
                # those who wait for events would keep the server from ending
                node.events.close()
        finally:
            node.stop()
    finally:
        node.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(node: Node, server: ApiServer) -> None:
    identity = node.identity
    if banner(identity.status):
        click.echo(banner(identity.status))
    click.echo(f"{identity.name} ({identity.role}, {identity.status})")
    click.echo(f"line  {identity.endpoint}")
    click.echo(f"api   {server.access.url}  token in {node.folder / 'api.json'}")
    if server.access.secure:
        named = ", ".join(node.settings.api_names)
        click.echo(f"desk  {server.access.url}/  {named}".rstrip())
    else:
        click.echo(f"desk  {server.access.url}/")
    link = node.accounts.first_link()
    if link is not None:
        click.echo("nobody has an account yet; within an hour, and once, this makes the first:")
        click.echo(f"link  {link_line(server.access.url, link)}")
    for channel in node.channels():
        click.echo(f"channel {channel[:16]} ({node.terms(channel).status})")
    click.echo("running; Ctrl-C stops it")
