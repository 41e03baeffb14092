"""Without a compiled kernel the package answers the same, by numpy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import parley

PRELUDE = """
from parley.sky.kernel import native
assert not native.AVAILABLE
"""


def test_the_page_on_the_sky_holds_without_the_kernel(root: Path, tmp_path: Path) -> None:
    """The twenty lines of docs/sky.md print what the page says from a package without it."""
    package = Path(parley.__file__).parent
    shutil.copytree(
        package, tmp_path / "parley", ignore=shutil.ignore_patterns("libsky.so*", "__pycache__")
    )
    page = (root / "docs" / "sky.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    said = subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )
    assert said.stderr == ""
    assert said.stdout == printed
