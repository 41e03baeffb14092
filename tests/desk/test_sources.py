"""The sources of the desk: packages pinned without naming a host, and words in all languages."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

LANGUAGES = ("en", "ru", "ar")
VALUE = re.compile(r"\{\w+\}")


def catalogue(root: Path, language: str) -> dict[str, str]:
    path = root / "src" / "parley" / "desk" / "catalogue" / f"{language}.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def test_the_lock_file_pins_every_package_and_names_no_host(root: Path) -> None:
    text = (root / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text
    packages: dict[str, Any] = json.loads(text)["packages"]
    named = [entry for path, entry in packages.items() if path]
    assert named
    assert all(entry["integrity"].startswith("sha512-") for entry in named)


def test_npm_is_told_of_no_registry(root: Path) -> None:
    text = (root / "web" / ".npmrc").read_text()
    assert "omit-lockfile-registry-resolved=true" in text
    assert "registry=http" not in text
    assert "://" not in text


def test_packages_are_asked_for_by_exact_version(root: Path) -> None:
    """A range would build another desk next year; TypeScript alone may take its patches."""
    asked = json.loads((root / "web" / "package.json").read_text())["devDependencies"]
    ranges = {name: version for name, version in asked.items() if not version[0].isdigit()}
    assert set(ranges) <= {"typescript"}


def test_every_word_is_there_in_every_language(root: Path) -> None:
    english = catalogue(root, "en")
    for language in LANGUAGES:
        other = catalogue(root, language)
        assert other.keys() == english.keys()
        assert [key for key, text in other.items() if not text.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_value_is_said_in_every_language(root: Path, language: str) -> None:
    english, other = catalogue(root, "en"), catalogue(root, language)
    differing = [
        key
        for key, text in english.items()
        if sorted(VALUE.findall(text)) != sorted(VALUE.findall(other[key]))
    ]
    assert differing == []


def test_every_word_asked_for_by_name_is_in_the_catalogue(root: Path) -> None:
    """Keys written out in the sources; those put together from a code are checked by their type."""
    english = catalogue(root, "en")
    sources = [
        *(root / "web" / "src").rglob("*.svelte"),
        *(root / "web" / "src").rglob("*.ts"),
    ]
    asked = {
        key
        for source in sources
        for key in re.findall(r"\bt\('([^'$]+)'", source.read_text(encoding="utf-8"))
    }
    assert len(asked) > 50
    assert asked <= english.keys()


def test_the_types_of_the_desk_hold(root: Path) -> None:
    """A key of the catalogue that is missing, and whatever else the compiler finds, fails here."""
    npm = shutil.which("npm")
    if npm is None or not (root / "web" / "node_modules" / "svelte-check").is_dir():
        pytest.skip("the packages of the desk are not installed: `make install` does, by npm")
    words = [npm, "run", "check"]
    done = subprocess.run(words, cwd=root / "web", capture_output=True, text=True, check=False)
    assert "0 errors and 0 warnings" in done.stdout, done.stdout
    assert done.returncode == 0


def test_no_source_of_the_desk_names_another_host(root: Path) -> None:
    named = [
        (source.name, address)
        for source in (root / "web" / "src").rglob("*")
        if source.is_file()
        for address in re.findall(r"https?://[\w.-]+", source.read_text(encoding="utf-8"))
        if address != "http://www.w3.org"  # the name of SVG, not an address
    ]
    assert named == []
