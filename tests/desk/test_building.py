"""The package is built with or without npm: without, one line says what is left out."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

LINE = "no npm: plain pages only (the full desk is built with Node.js >= 20.19)"


def hook(root: Path) -> ModuleType:
    """Load the build hook as hatchling does, by its path."""
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(root: Path, tmp_path: Path) -> Path:
    """Copy what a build of the desk needs, and no more."""
    for name in ("hatch_build.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, tmp_path / name)
    shutil.copytree(
        root / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules", "dist")
    )
    catalogue = Path("src/parley/desk/catalogue")
    shutil.copytree(root / catalogue, tmp_path / catalogue)
    (tmp_path / "src/parley/sky/kernel").mkdir(parents=True)
    (tmp_path / "src/parley/__init__.py").write_text("")
    return tmp_path


def built(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build a wheel where neither npm nor a compiler is in reach."""
    empty = tree / "nothing"
    empty.mkdir()
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tree / "out")]
    given = {**os.environ, "PATH": str(empty), "CC": str(empty / "cc"), **environment}
    return subprocess.run(
        words, cwd=tree, env=given, capture_output=True, text=True, check=False, timeout=60
    )


def test_without_npm_one_line_says_so_and_the_build_goes_on(tree: Path) -> None:
    done = built(tree)
    assert done.returncode == 0
    assert (done.stdout + done.stderr).count(LINE) == 1
    assert list((tree / "out").glob("*.whl"))
    assert not (tree / "src/parley/desk/static").exists()


def test_who_works_behind_the_desk_may_leave_it_as_it_is(tree: Path) -> None:
    done = built(tree, PARLEY_SKIP_WEB="1")
    assert done.returncode == 0
    assert "PARLEY_SKIP_WEB=1" in done.stdout + done.stderr
    assert LINE not in done.stdout + done.stderr


def test_the_desk_is_built_again_when_a_source_or_a_word_changes(root: Path, tree: Path) -> None:
    digest = hook(root).digest
    before = digest(tree)
    (tree / "web/node_modules/x").mkdir(parents=True)
    (tree / "web/node_modules/x/index.js").write_text("not a source of ours")
    assert digest(tree) == before
    (tree / "web/src/main.ts").write_text("changed")
    changed = digest(tree)
    assert changed != before
    (tree / "src/parley/desk/catalogue/ru.json").write_text("{}")
    assert digest(tree) not in (before, changed)
