"""Every command that docs/story.md names runs, in the order of the page."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CODES = {"check": 1}  # the example plans conflict; everything else ends well


SECTIONS = ("## Each mechanism, and what serves it", "## The truce and the centre")


def commands(root: Path, section: str) -> list[str]:
    """Take the commands from one section's table, in order."""
    text = (root / "docs" / "story.md").read_text(encoding="utf-8")
    (part,) = (part for part in text.split("\n## ") if f"## {part}".startswith(section))
    return re.findall(r"`(parley [^`]+)`", part)


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


@pytest.mark.parametrize("section", SECTIONS)
def test_every_command_of_the_page_runs(root: Path, folder: Path, section: str) -> None:
    """Each mechanism's command ends with its code and prints something."""
    names: dict[str, str] = {}
    listed = commands(root, section)
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


def test_no_command_stands_outside_the_sections(root: Path) -> None:
    """Every command of the page is one that runs here."""
    text = (root / "docs" / "story.md").read_text(encoding="utf-8")
    ran = [command for section in SECTIONS for command in commands(root, section)]
    assert re.findall(r"`(parley [a-z]+ [^`]+)`", text) == ran
