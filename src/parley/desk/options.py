"""Options that many verbs share: the node, the channel, the format of what is printed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from parley.node.settings import api_folder_from_environment

_Command = TypeVar("_Command", bound=Callable[..., Any])


def node_option(command: _Command) -> _Command:
    """Add ``--node``: which node's folder."""
    return click.option(
        "--node",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        metavar="DIR",
        help="The node's folder; otherwise PARLEY_NODE, otherwise the current folder.",
    )(command)


def channel_option(command: _Command) -> _Command:
    """Add ``--channel``: which channel, by the first digits of its name."""
    return click.option(
        "--channel",
        default=None,
        metavar="HEX",
        help="The channel, by its first digits; needed when the node is in several.",
    )(command)


def moment_options(command: _Command) -> _Command:
    """Add ``--upto`` and ``--at``: below which sizes and for which instant a view is computed."""
    sizes = click.option(
        "--upto", metavar="JSON", help='Sizes by log, such as {"ru/../main": 12}; else all.'
    )
    instant = click.option(
        "--at", "moment", metavar="TIME", help="The instant it is computed for; else now."
    )
    return sizes(instant(command))


def format_option(command: _Command) -> _Command:
    """Add ``--format``: for people or for programs."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="How to print.",
    )(command)


def urgent_option(command: _Command) -> _Command:
    """Add ``--urgent``: which lane."""
    return click.option(
        "--urgent", is_flag=True, help="Send in the urgent lane, before everything routine."
    )(command)


def id_option(command: _Command) -> _Command:
    """Add ``--id``: the idempotency key, so that a repeated command sends nothing twice."""
    return click.option(
        "--id",
        "record_id",
        default=None,
        metavar="HEX",
        help="32 hex digits; the same command with the same id is sent once.",
    )(command)


def folder_of(given: Path | None) -> Path:
    """Give the node's folder: as named, else from the environment, else the current one."""
    if given is not None:
        return given
    return Path(api_folder_from_environment() or ".")
