"""Without a compiled kernel the package answers the same, by numpy."""

import _ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import parley
from parley.sky.kernel import native

PRELUDE = """
from parley.sky.kernel import native
assert not native.AVAILABLE
"""


def without_kernel(folder: Path) -> Path:
    """Copy the package but for its shared object; give where that would lie."""
    package = Path(parley.__file__).parent
    shutil.copytree(
        package, folder / "parley", ignore=shutil.ignore_patterns("libsky.so*", "__pycache__")
    )
    return folder / "parley" / native.OBJECT.relative_to(package)


def answered(folder: Path, root: Path) -> tuple[str, str, str]:
    """Run the twenty lines of docs/sky.md; give what is expected, printed, and on stderr."""
    page = (root / "docs" / "sky.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    said = subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(folder)},
    )
    return printed, said.stdout, said.stderr


def test_the_page_on_the_sky_holds_without_the_kernel(root: Path, tmp_path: Path) -> None:
    """The twenty lines of docs/sky.md print what the page says from a package without it."""
    without_kernel(tmp_path)
    expected, printed, errors = answered(tmp_path, root)
    assert errors == ""
    assert printed == expected


def test_a_kernel_that_cannot_be_loaded_is_said_once_and_answered_for(
    root: Path, tmp_path: Path
) -> None:
    """The page holds all the same; stderr names the file and what to do, once."""
    broken = without_kernel(tmp_path)
    broken.write_bytes(b"of another machine")
    expected, printed, errors = answered(tmp_path, root)
    assert printed == expected
    assert errors.count("RuntimeWarning") == 1
    assert str(broken) in errors
    assert "install parley again" in errors


def test_a_kernel_of_another_version_is_of_no_use_and_said(tmp_path: Path) -> None:
    """A shared object that loads but lacks what is called."""
    other = tmp_path / "libsky.so"
    shutil.copyfile(_ctypes.__file__, other)
    with pytest.warns(RuntimeWarning, match="numpy answers instead"):
        assert native.load(other) is None


def test_where_there_is_no_kernel_nothing_is_said(tmp_path: Path) -> None:
    """The test run turns warnings into errors: there is none."""
    assert native.load(tmp_path / "libsky.so") is None


def test_nothing_is_cut_before_anything_is_asked() -> None:
    """To import the engine works nothing out, by the kernel or without it."""
    told = (
        "import parley.sky\n"
        "from parley.sky import outlines\n"
        "print(outlines._nothing.cache_info().currsize)\n"
        "outlines.shapes([], [].__getitem__)\n"
        "print(outlines._nothing.cache_info().currsize)\n"
    )
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["0", "1"]
