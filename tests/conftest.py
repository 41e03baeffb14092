"""What every test may ask for."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A slow machine is not a failure. Where CI is set, a run can be repeated exactly.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the reference data beside the repository, or skip where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the reference data beside the repository is absent")
    return folder


@pytest.fixture(scope="session")
def go() -> str:
    """Return the path of Go, with x/mod from Debian beside it, or skip where either is absent."""
    command = shutil.which("go")
    if command is None or not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb").is_dir():
        pytest.skip("Go with golang.org/x/mod is absent; Debian: golang-go golang-golang-x-mod-dev")
    return command
