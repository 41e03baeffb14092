"""Compile the sky kernel when a wheel or an editable install is made; without a compiler, go on.

The object knows nothing of Python, so that one serves every version; ``parley.sky`` finds it beside
its sources, or answers by numpy where there is none.
"""

import os
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = Path("src/parley/sky/kernel")
OBJECT = "libsky.so"
# No -march: the kernel chooses at run time. No -ffast-math: it changes the process, and answers.
FLAGS = ("-O3", "-std=c11", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden", "-shared")


class KernelHook(BuildHookInterface):
    """Puts the compiled kernel into the wheel, or beside its sources for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; say so if it cannot be done."""
        if self.target_name != "wheel":
            return
        sources = Path(self.root) / KERNEL
        if version == "editable":
            (sources / OBJECT).unlink(missing_ok=True)
            self.compiled(sources, sources)
            return
        self.scratch = tempfile.TemporaryDirectory()
        made = self.compiled(sources, Path(self.scratch.name))
        if made is not None:
            build_data["force_include"][str(made)] = str(Path(*KERNEL.parts[1:]) / OBJECT)
            build_data["pure_python"] = False
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was only needed to make the wheel."""
        if hasattr(self, "scratch"):
            self.scratch.cleanup()

    def compiled(self, sources: Path, folder: Path) -> Path | None:
        """Compile the kernel into a folder; None, with a warning, where that fails."""
        words = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
        compiler = shutil.which(words[0]) or shutil.which("cc")
        if compiler is None:
            self.app.display_warning("no C compiler: parley.sky will be slow (numpy only)")
            return None
        made, partial = folder / OBJECT, folder / f"{OBJECT}.new"
        files = [str(file) for file in sorted(sources.glob("*.c"))]
        command = [compiler, *FLAGS, "-o", str(partial), *files, "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            self.app.display_warning(f"parley.sky will be slow (numpy only): {done.stderr[-2000:]}")
            partial.unlink(missing_ok=True)
            return None
        partial.replace(made)  # whole or not at all: it may be loaded at this moment
        return made
