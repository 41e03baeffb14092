"""``parley evidence``: write a file that proves a record to a stranger."""

from pathlib import Path

import click

from parley.desk.files import write_bytes
from parley.desk.offline import connected
from parley.desk.options import channel_option, folder_of, node_option
from parley.desk.words import NOT_READ


@click.command("evidence")
@click.argument("record")
@click.option("--out", type=click.Path(path_type=Path), help="The file; otherwise NUMBER.zip.")
@click.option(
    "--claim", metavar="HOLDER", help="Claim only what this one knows: russia, or russia/receipt."
)
@channel_option
@node_option
def command(
    record: str, out: Path | None, claim: str | None, channel: str | None, folder: Path | None
) -> None:
    """Write what proves RECORD: entry, proof, policy, keys, answers, charter, and a README."""
    with connected(folder_of(folder)) as client:
        path = f"/v1/channels/{client.channel(channel)}/records/{record}"
        found = client.get(path)
        data = client.get_bytes(f"{path}/evidence", claim=claim)
    target = out or Path(f"{found['number'] or found['name'][:16]}.zip")
    write_bytes(target, data)
    if str(target) != "-":
        click.echo(f"{target}: {found['known']}. {NOT_READ}")
        click.echo(f"Check it with: parley verify {target} --trust IDENTITY.json")
