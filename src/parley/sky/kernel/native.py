"""The shared object of the kernel, loaded by ctypes; nothing is decided here.

Calls that take microseconds keep the interpreter's lock, so that a store is never asked while it
changes. Walks over a snapshot let it go, so that as many threads walk as there are cores.
"""

import ctypes
import warnings
from ctypes import POINTER, c_double, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Final

import numpy as np

from parley.sky.kernel.entries import FOUND, Records

OBJECT: Final = Path(__file__).with_name("libsky.so")
TALLEST = 16
NO_RESULTS: Records = np.empty(0, dtype=FOUND)
_FOUND_BYTES: Final = FOUND.itemsize


class Request(ctypes.Structure):
    """The twin of ``request`` in store.h."""

    _fields_ = (
        ("store", c_void_p),
        ("seen", c_void_p),
        ("to", c_void_p),
        ("queries", c_void_p),
        ("options", c_int),
    )


class Search(ctypes.Structure):
    """The twin of ``search`` in sky.h."""

    _fields_ = (
        ("out", c_void_p),
        ("n", c_size_t),
        ("room", c_size_t),
        ("slots", c_void_p),
        ("slot_room", c_size_t),
        ("hits", c_size_t),
        ("turn", c_uint32),
        ("undecided", c_size_t),
        ("nodes", c_uint64),
        ("tested", c_uint64),
        ("failed", c_int),
    )


class Walk(ctypes.Structure):
    """The twin of ``walk`` in sky.h."""

    _fields_ = (
        ("at", c_void_p * TALLEST),
        ("lane", c_uint32 * TALLEST),
        ("last", c_uint32 * TALLEST),
        ("depth", c_int),
        ("done", c_uint64),
    )


class Frame(ctypes.Structure):
    """The twin of ``frame`` in sky.h."""

    _fields_ = (("space", c_int), ("near", c_double))


_SIGNATURES: dict[str, tuple[type | None, list[type]]] = {
    "sky_use": (c_int, [c_int]),
    "sky_decide": (c_int, [c_void_p, c_void_p, c_void_p, c_int]),
    "sky_block_size": (c_size_t, [c_void_p, c_int]),
    "sky_prepare": (None, [c_void_p, c_size_t, c_int]),
    "sky_new": (c_void_p, [c_int, c_double, c_double, c_void_p, c_void_p, c_double]),
    "sky_free": (None, [c_void_p]),
    "sky_load": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p]),
    "sky_add": (c_size_t, [c_void_p, c_void_p, c_size_t, c_void_p]),
    "sky_remove": (c_size_t, [c_void_p, c_void_p, c_size_t]),
    "sky_expire": (c_size_t, [c_void_p, c_double, c_void_p, c_size_t]),
    "sky_snapshot": (c_void_p, [c_void_p]),
    "sky_release": (None, [c_void_p]),
    "sky_search_new": (POINTER(Search), []),
    "sky_search_free": (None, [c_void_p]),
    "sky_check": (c_int64, [c_void_p, c_size_t, c_size_t]),
    "sky_parts": (c_size_t, [c_void_p]),
    "sky_start": (None, [c_void_p, c_void_p, c_size_t]),
    "sky_pairs": (c_int64, [c_void_p, c_void_p, c_void_p, c_size_t, c_int]),
    "sky_count": (None, [c_void_p, c_void_p]),
    "meet_legs": (None, [c_void_p, c_void_p, c_double, c_double, c_double, c_void_p]),
    "meet_many": (
        c_int64,
        [c_void_p, c_void_p, c_void_p, c_int64, *[c_double] * 4, c_void_p, c_void_p],
    ),
    "meet_line": (None, [c_void_p, *[c_double] * 4, c_void_p, c_int64, c_void_p]),
    "clip_leg": (c_int, [c_void_p, *[c_double] * 4, c_void_p]),
    "cut_places": (None, [c_void_p, c_void_p, c_int64, c_void_p]),
    "cut_counts": (
        c_int64,
        [c_void_p, c_void_p, c_int64, c_void_p, c_double, c_void_p, c_void_p],
    ),
    "cut_knots": (None, [c_void_p, c_void_p, c_int64, c_void_p]),
    "ring_frames": (
        None,
        [c_void_p, c_void_p, c_void_p, c_int64, c_double, *[c_void_p] * 4],
    ),
}


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def load(found: Path) -> tuple[ctypes.CDLL, ctypes.CDLL] | None:
    """Load a shared object: as what keeps the interpreter's lock, and as what lets it go.

    None where there is none: numpy answers then, as it is meant to without a compiler. One that is
    there and is of no use (built for another machine, or for another version of this package) is
    answered for by numpy too, but with a ``RuntimeWarning``: somebody expects it to be fast.
    """
    if not found.is_file():
        return None
    try:
        held, free = _declared(ctypes.PyDLL(str(found))), _declared(ctypes.CDLL(str(found)))
    except (OSError, AttributeError) as error:
        warnings.warn(
            f"the compiled kernel is of no use here, numpy answers instead, slowly: {error}; "
            "install parley again on this machine",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    held.sky_use(1)  # both are one object; AVX2 where there is any
    return held, free


_LIBRARIES = load(OBJECT)
AVAILABLE: Final = _LIBRARIES is not None


def held() -> ctypes.CDLL:
    """Give the library whose calls keep the interpreter's lock; only if ``AVAILABLE``."""
    assert _LIBRARIES is not None  # noqa: S101
    return _LIBRARIES[0]


def free() -> ctypes.CDLL:
    """Give the library whose calls let the interpreter's lock go; only if ``AVAILABLE``."""
    assert _LIBRARIES is not None  # noqa: S101
    return _LIBRARIES[1]


def use_avx2(wanted: bool) -> bool:
    """Choose the code for AVX2, or for any processor; tell which one is in use."""
    return bool(held().sky_use(int(wanted)))


# Half of what ctypes.string_at takes, which is as much as a check itself.
_copied = ctypes.pythonapi.PyBytes_FromStringAndSize
_copied.restype, _copied.argtypes = ctypes.py_object, [c_void_p, ctypes.c_ssize_t]


def results(search: Search, count: int) -> Records:
    """Give a copy of what a search found, as FOUND of shape (count,)."""
    if count <= 0:
        if count < 0:
            raise MemoryError
        return NO_RESULTS
    return np.frombuffer(_copied(search.out, count * _FOUND_BYTES), FOUND)
