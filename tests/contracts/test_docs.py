"""What the documents point at is there."""

import re
from pathlib import Path

import pytest

DOCUMENTS = ("README.md", "docs/safety.md", "docs/harm.md", "docs/architecture.md", "docs/story.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_named_exists(root: Path, name: str) -> None:
    """Each test, module and linked page that a document names is in the tree."""
    text = (root / name).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|src|docs|examples|verify)/[\w./-]+)`", text))
    linked = {
        str((root / name).parent.joinpath(target).resolve().relative_to(root))
        for target in re.findall(r"\]\(([\w./-]+)\)", text)
    }
    missing = [path for path in sorted(named | linked) if not (root / path).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["safety", "harm"])
def test_every_hazard_names_what_shows_its_barrier(root: Path, name: str) -> None:
    """A row without a test or a command would be a hope."""
    rows = [
        line
        for line in (root / "docs" / f"{name}.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| hazard", "| harm"))
    ]
    assert len(rows) >= 10
    assert [row for row in rows if "`tests/" not in row and "`parley" not in row] == []


@pytest.mark.parametrize("name", ["safety", "harm"])
def test_what_shows_a_barrier_is_a_file_and_no_folder(root: Path, name: str) -> None:
    """A folder of tests is named fast and shows nothing."""
    text = (root / "docs" / f"{name}.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w./-]+)`", text)
    assert [path for path in named if not (root / path).is_file()] == []
