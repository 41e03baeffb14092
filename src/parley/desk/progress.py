"""How far long work has come, on one line of the terminal, once it has taken a moment."""

import sys
from collections.abc import Callable

import click

from parley.node.clock import SystemClock

_PATIENCE_S = 2.0
_EVERY_S = 0.2
_WIDTH = 40


def progress_bar(done_what: str, unit: str) -> Callable[[int, int], None] | None:
    """Give what is to be told (done, of how many), or None where nobody watches a terminal.

    Told of 0, it shows how many are done, of nobody knows how many.
    """
    if not sys.stderr.isatty():
        return None
    clock = SystemClock()
    began = clock.elapsed()
    shown = began

    def tell(done: int, of: int) -> None:
        nonlocal shown
        now = clock.elapsed()
        if now - began < _PATIENCE_S or (now - shown < _EVERY_S and (done < of or not of)):
            return
        shown = now
        if not of:
            click.echo(f"\r{done_what} {done} {unit}", nl=False, err=True)
            return
        filled = _WIDTH * done // of
        bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}]"
        click.echo(f"\r{bar} {done_what} {done} of {of} {unit}", nl=done == of, err=True)

    return tell
