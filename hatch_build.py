"""Compile the sky kernel and the web desk when a wheel or an editable install is made.

The kernel's object knows nothing of Python, so that one serves every version; ``parley.sky`` finds
it beside its sources, or answers by numpy where there is none. The desk is built by npm, again when
a source of it changes; where there is no npm, its plain pages are all there is. Neither is a reason
to stop: what cannot be made is said in a line.
"""

import hashlib
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
WEB = Path("web")
CATALOGUE = Path("src/parley/desk/catalogue")
STATIC = Path("src/parley/desk/static")
STAMP = ".stamp"
# Made from the sources, so no part of what decides whether they changed.
MADE = frozenset({"node_modules", "dist", ".vite"})
NO_NPM = "no npm: plain pages only (the full desk is built with Node.js >= 20.19)"
# No -march: the kernel chooses at run time. No -ffast-math: it changes the process, and answers.
FLAGS = ("-O3", "-std=c11", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden", "-shared")


class BuiltParts(BuildHookInterface):
    """Puts the compiled parts into the wheel, or beside their sources for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make kernel and desk; say so if that cannot be done."""
        if self.target_name != "wheel":
            return  # an sdist carries the sources
        self.kernel(version, build_data)
        self.desk(Path(self.root))

    def kernel(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the kernel to where it belongs."""
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

    def desk(self, root: Path) -> None:
        """Build the web desk, unless what is there was made from the same sources."""
        out = root / STATIC
        stamp, wanted = out / STAMP, digest(root)
        if os.environ.get("PARLEY_SKIP_WEB") == "1":
            self.app.display_warning("PARLEY_SKIP_WEB=1: the web desk is left as it is")
            return
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        npm = shutil.which("npm")
        if npm is None:
            self.app.display_warning(NO_NPM)
            return
        build = ["run", "build", "--", "--outDir", str(out), "--emptyOutDir"]
        for words in (*self.packages(root / WEB), build):
            done = subprocess.run(
                [npm, *words], cwd=root / WEB, capture_output=True, text=True, check=False
            )
            if done.returncode:
                said = (done.stderr or done.stdout)[-2000:]
                self.app.display_warning(f"plain pages only, the desk was not built: {said}")
                return
        stamp.write_text(wanted)
        (root / WEB / "node_modules" / STAMP).write_text(locked(root / WEB))

    def packages(self, web: Path) -> list[list[str]]:
        """Give the words that install the packages, unless these very ones are installed."""
        stamp = web / "node_modules" / STAMP
        if stamp.is_file() and stamp.read_text() == locked(web):
            return []
        return [["ci", "--no-audit", "--no-fund", "--ignore-scripts"]]


def digest(root: Path) -> str:
    """Give the digest of all that the desk is built from."""
    found = hashlib.sha256()
    for folder in (WEB, CATALOGUE):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root)
            if path.is_file() and not MADE & set(name.parts):
                body = path.read_bytes()
                found.update(f"{name.as_posix()}\0{len(body)}\0".encode() + body)
    return found.hexdigest()


def locked(web: Path) -> str:
    """Give the digest of the list of packages."""
    return hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
