"""A name that is not known: the names that are nearest to it, for whoever mistyped it."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import click

_MOST = 3
_ALIKE = 0.6


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Give ``did you mean ledger?``, or nothing where no name is near."""
    near = difflib.get_close_matches(name[:60].casefold(), list(known), n=_MOST, cutoff=_ALIKE)
    return f"did you mean {' or '.join(near)}?" if near else ""


class NamedChoice(click.Choice[str]):
    """One of many names; a mistyped one is answered with those that are near, not with all."""

    def __init__(self, names: Sequence[str], what: str) -> None:
        super().__init__(names)
        self._what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the name, or refuse it with the nearest ones."""
        if value in self.choices:
            return str(value)
        hint = did_you_mean(str(value), self.choices) or f"there are {', '.join(self.choices)}"
        what = f"there is no {self._what} {value!r}: {hint}"
        raise click.BadParameter(what, ctx=ctx, param=param, param_hint=self._what)
