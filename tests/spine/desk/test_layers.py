"""The bare package checks files, measures the sky and verifies; the rest says what it needs."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BARE = """
import sys
from importlib.metadata import packages_distributions

lacking = set(sys.argv[1].split(","))
names = {top for top, dists in packages_distributions().items() if lacking & set(dists)}
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Lacking())
if sys.argv[2] == "sky":
    from parley.sky import Sky
    kept = ("parley.node", "parley.log", "parley.desk", "sqlite3")
    raise SystemExit(sum(module.startswith(kept) for module in sys.modules))
from parley.desk.cli import run
raise SystemExit(run(sys.argv[2:]))
"""


def bare(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a verb as if neither parley[node] nor parley[desk] were installed."""
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    wanted = {line.partition(">")[0] for name in ("node", "desk") for line in extras[name]}
    return subprocess.run(
        [sys.executable, "-c", BARE, ",".join(sorted(wanted)), *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "examples/at-tanf/coverage.geojson", "examples/at-tanf/flight.geojson"], 1),
        (["verify", "--help"], 0),
        (["verify", "README.md"], 2),
        (["sky"], 0),
    ],
)
def test_the_bare_package_is_enough(root: Path, arguments: list[str], code: int) -> None:
    """What `parley` alone promises works with its own dependencies and no others."""
    done = bare(root, *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", [["run", "--node", "x"], ["warn", "stop", "x"], ["print", "x"]])
def test_the_other_verbs_say_what_to_install(root: Path, verb: list[str]) -> None:
    """One line, with the layer that has what is missing."""
    done = bare(root, *verb)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "install parley[" in done.stderr
    assert "[desk-not-installed]" in done.stderr
