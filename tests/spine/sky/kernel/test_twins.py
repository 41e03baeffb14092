"""What C and Python both lay out in memory, they lay out alike: else one writes over the other."""

import ctypes
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parley.sky.kernel import native
from parley.sky.kernel.entries import FOUND, RECORD

KERNEL = Path(native.__file__).parent
Layout = dict[str, tuple[int, int]]  # of each field, in bytes: offset, size


def of_structure(structure: type[ctypes.Structure]) -> Layout:
    fields = {name: getattr(structure, name) for name, *_ in structure._fields_}
    return {name: (each.offset, each.size) for name, each in fields.items()}


def of_columns(dtype: np.dtype[np.void]) -> Layout:
    fields: Any = dtype.fields
    return {name: (each[1], each[0].itemsize) for name, each in fields.items()}


TWINS: dict[str, tuple[int, Layout]] = {
    "request": (ctypes.sizeof(native.Request), of_structure(native.Request)),
    "search": (ctypes.sizeof(native.Search), of_structure(native.Search)),
    "walk": (ctypes.sizeof(native.Walk), of_structure(native.Walk)),
    "frame": (ctypes.sizeof(native.Frame), of_structure(native.Frame)),
    "record": (RECORD.itemsize, of_columns(RECORD)),
    "found": (FOUND.itemsize, of_columns(FOUND)),
}


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_every_structure_that_both_state_lies_alike(tmp_path: Path) -> None:
    """The compiler's own sizes and offsets are those of ctypes and numpy, field by field."""
    lines = []
    for name, (_, layout) in TWINS.items():
        lines.append(f'printf("{name} - 0 %zu\\n", sizeof({name}));')
        lines += [
            f'printf("{name} {field} %zu %zu\\n", offsetof({name}, {field}),'
            f" sizeof((({name} *)0)->{field}));"
            for field in layout
        ]
    source, program = tmp_path / "layout.c", tmp_path / "layout"
    body = "\n".join(lines)
    source.write_text(
        f'#include "store.h"\n#include <stdio.h>\nint main(void) {{\n{body}\nreturn 0;\n}}\n',
        encoding="utf-8",
    )
    command = ["cc", "-std=c11", f"-I{KERNEL}", "-o", str(program), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    told = subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout
    of_c: dict[str, tuple[int, Layout]] = {name: (0, {}) for name in TWINS}
    for line in told.splitlines():
        name, field, offset, size = line.split()
        if field == "-":
            of_c[name] = (int(size), of_c[name][1])
        else:
            of_c[name][1][field] = int(offset), int(size)
    assert of_c == TWINS


def test_a_source_that_a_comment_names_is_there() -> None:
    """Who reads the C is told where its twin is; a file that was renamed misleads."""
    ours = {file.name for file in KERNEL.parent.rglob("*") if file.is_file()}
    for source in sorted([*KERNEL.glob("*.c"), *KERNEL.glob("*.h")]):
        named = set(re.findall(r"(?<![<\w])\w+\.(?:py|c|h)\b(?!>)", source.read_text()))
        assert named <= ours, source.name
