"""The page on the engine alone: its code runs as it stands, and prints what the page says."""

import re
import subprocess
import sys
from pathlib import Path


def test_the_twenty_lines_print_what_the_page_says(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "sky.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) == 20
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert said.stderr == ""
    assert said.stdout == printed


def test_its_links_lead_somewhere(root: Path) -> None:
    page = (root / "docs" / "sky.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([\w./-]+)\)", page) + re.findall(r"`(tests/[\w./-]+)`", page)
    assert len(linked) >= 5
    for target in linked:
        base = root if target.startswith("tests/") else root / "docs"
        assert (base / target).exists(), target
