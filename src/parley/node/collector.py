"""The collector of cycles, stood aside while much is computed that holds none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Compute without the collector, which would go through all that is being made over and over.

    A view over 100,000 records makes millions of values without a cycle among them. What another
    thread leaves lying meanwhile is found afterwards.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
