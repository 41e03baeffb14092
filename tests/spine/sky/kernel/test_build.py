"""The kernel is compiled where there is a compiler; where not, the package says so and goes on."""

import ctypes
import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
KERNEL = ROOT / "src" / "parley" / "sky" / "kernel"


class App:
    """What hatch gives a hook to speak to people."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def build() -> ModuleType:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hook(build: ModuleType, root: Path) -> tuple[Any, App]:
    app = App()
    return build.BuiltParts(str(root), {}, None, None, str(root), "wheel", app), app


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_a_wheel_carries_the_kernel_for_its_platform(build: ModuleType):
    made, app = hook(build, ROOT)
    data: dict[str, Any] = {"force_include": {}}
    made.kernel("standard", data)
    (path,) = data["force_include"]
    assert data["force_include"][path] == "parley/sky/kernel/libsky.so"
    assert str(data["tag"]).startswith("py3-none-")
    assert data["pure_python"] is False
    assert ctypes.CDLL(path).sky_new is not None
    assert app.warnings == []
    made.finalize("standard", data, "")
    assert not Path(path).exists()


def test_without_a_compiler_the_wheel_is_pure_and_says_that_it_is_slow(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(KERNEL, tmp_path / "src/parley/sky/kernel")
    monkeypatch.setenv("CC", "false")
    for version in ("standard", "editable"):
        made, app = hook(build, tmp_path)
        data: dict[str, Any] = {"force_include": {}}
        made.kernel(version, data)
        made.finalize(version, data, "")
        assert data == {"force_include": {}}
        assert len(app.warnings) == 1
        assert "slow" in app.warnings[0]
    # What an earlier build left is of other sources, perhaps.
    assert not (tmp_path / "src/parley/sky/kernel/libsky.so").exists()


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_the_sources_compile_without_a_warning(tmp_path: Path):
    files = sorted(str(file) for file in KERNEL.glob("*.c"))
    command = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
