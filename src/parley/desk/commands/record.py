"""``parley record``: send a record of any kind this node knows, its body from a file."""

import base64
from pathlib import Path
from typing import Any

import click

from parley.desk.client import running
from parley.desk.files import read_bytes, read_object
from parley.desk.options import (
    channel_option,
    folder_of,
    format_option,
    id_option,
    node_option,
    urgent_option,
)
from parley.desk.sending import publish, say_published
from parley.errors import BadUsage

_ROLES = ("replaces", "withdraws", "answers", "about", "opens", "same_event")


@click.command("record")
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--ref", "refs", multiple=True, metavar="ROLE:RECORD", help=f"One of {', '.join(_ROLES)}."
)
@click.option("--shared", multiple=True, metavar="FILE", help="Attach a file for every party.")
@click.option("--sealed", multiple=True, metavar="FILE", help="Bind a file that we keep.")
@click.option(
    "--personal", multiple=True, metavar="PARTY[,PARTY]:FILE", help="Attach a file for some only."
)
@urgent_option
@id_option
@channel_option
@node_option
@format_option
def command(folder: Path | None, channel: str | None, form: str, **given: Any) -> None:
    """Send a record of KIND, such as question/1, with the body in FILE (JSON; - is stdin).

    `parley kinds KIND` gives the schema of the body.
    """
    body = read_object(given["file"])
    refs = [_ref(text) for text in given["refs"]]
    parts = [_part(Path(path), "shared") for path in given["shared"]]
    parts += [_part(Path(path), "sealed") for path in given["sealed"]]
    parts += [_personal(text) for text in given["personal"]]
    with running(folder_of(folder)) as client:
        done = publish(
            client,
            client.channel(channel),
            given["kind"],
            body,
            priority="urgent" if given["urgent"] else "routine",
            refs=refs,
            parts=parts,
            record_id=given["record_id"],
        )
    say_published(done, form)


def _ref(text: str) -> dict[str, str]:
    role, colon, record = text.partition(":")
    if role not in _ROLES or not colon or not record:
        raise BadUsage(f"{text!r} is no ROLE:RECORD", where="--ref", hint=", ".join(_ROLES))
    return {"role": role, "record": record}


def _personal(text: str) -> dict[str, Any]:
    audience, colon, path = text.partition(":")
    if not audience or not colon or not path:
        raise BadUsage(f"{text!r} is no PARTY:FILE", where="--personal")
    return {**_part(Path(path), "personal"), "audience": audience.split(",")}


def _part(path: Path, part_class: str) -> dict[str, Any]:
    return {
        "name": path.name,
        "media_type": "application/octet-stream",
        "part_class": part_class,
        "data": base64.b64encode(read_bytes(path)).decode(),
    }
