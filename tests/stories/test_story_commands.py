"""Every command that docs/story.md names runs, in the order of the page."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CODES = {"check": 1}  # the example plans conflict; everything else ends well


def commands(root: Path) -> list[str]:
    """Take the commands from the page's table, in order."""
    text = (root / "docs" / "story.md").read_text(encoding="utf-8")
    return re.findall(r"`(parley [^`]+)`", text)


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the page as a reader would."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("parley")), *shlex.split(command)[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty folder with the examples, as the repository has them."""
    place = tmp_path_factory.mktemp("story")
    (place / "examples").symlink_to(root / "examples")
    return place


def test_every_command_of_the_page_runs(root: Path, folder: Path) -> None:
    """Each mechanism's command ends with its code and prints something."""
    names: dict[str, str] = {}
    listed = commands(root)
    assert len(listed) >= 12
    for command in listed:
        for placeholder, value in names.items():
            command = command.replace(placeholder, value)
        done = run(folder, command)
        assert done.returncode == CODES.get(command.split()[1], 0), (command, done.stderr)
        assert done.stdout.strip(), command
        if command.startswith("parley demo --once"):
            documented, filed = re.findall(
                r"^ +channel +((?:[0-9a-f]{4} ?){16})$", done.stdout, re.MULTILINE
            )
            names["DOCUMENTED"] = documented.replace(" ", "")[:8]
            names["FILED"] = filed.replace(" ", "")[:8]
            names["FINGERPRINT"] = filed.replace(" ", "")
