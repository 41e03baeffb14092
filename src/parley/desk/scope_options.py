"""The options by which an officer types a place, a window and levels."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

FIELDS = ("place", "precision", "from", "until", "lower", "upper")

_OPTIONS = (
    click.option(
        "--place",
        metavar="WORDS",
        help="34.4N 37.2E, degrees minutes seconds, an MGRS reference, or an agreed name.",
    ),
    click.option(
        "--precision",
        metavar="METRES",
        help="How exactly the place is known; otherwise as the last digit typed says.",
    ),
    click.option("--from", "from_", metavar="TIME", help="2016-06-16T04:30:00Z or 160430ZJUN16."),
    click.option("--until", metavar="TIME", help="End of the window, as above."),
    click.option("--lower", metavar="LEVEL", help="Such as 15000 FT AMSL, 4500 M W84, FL150."),
    click.option("--upper", metavar="LEVEL", help="As above."),
)


def scope_options(command: _Command) -> _Command:
    """Add the options; the command takes them as ``place``, ``from_`` and so on."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def taken(options: dict[str, Any]) -> dict[str, str | None]:
    """Take the typed words out of a command's options."""
    names = {"from": "from_"}
    return {field: options.pop(names.get(field, field)) for field in FIELDS}
