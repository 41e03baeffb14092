"""Measure the source against the house budgets and name every place that exceeds one.

The limits only ever go down, and there are no exceptions.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

MODULE_LINES = 400
FUNCTION_LINES = 50
# The files most likely to swallow everything, and the one a stranger reads from top to bottom.
TIGHTER_MODULE_LINES = {
    "src/parley/desk/api.py": 250,
    "src/parley/node/runtime.py": 250,
}
VERIFY_LINES = 300

# A homeless function shows a missing noun: these words hide it.
CATCH_ALL_WORDS = frozenset(
    {"common", "core", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
)

# Third-party packages slow enough to load that a command may wait until it needs them.
HEAVY_PACKAGES = frozenset(
    {
        "apprise",
        "argon2",
        "authlib",
        "cbor2",
        "cryptography",
        "fastapi",
        "http_message_signatures",
        "httpx",
        "icalendar",
        "joserfc",
        "mgrs",
        "numba",
        "numpy",
        "openpyxl",
        "pyotp",
        "pyproj",
        "rich",
        "segno",
        "shapely",
        "starlette",
        "uvicorn",
        "weasyprint",
        "webauthn",
    }
)
# Modules of ours that a face loads only when the command, or the option, is given: file -> package.
LAZY_COMMANDS = {
    "src/parley/desk/cli.py": "parley.desk",
    "src/parley/desk/commands/check.py": "parley.desk.agreed_minima",
}


class Finding(NamedTuple):
    """One place over a budget."""

    path: str
    rule: str
    line: int
    text: str


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def module_limit(path: str) -> int:
    """Return how many lines the module at this path may have."""
    if path.startswith("verify/"):
        return VERIFY_LINES
    return TIGHTER_MODULE_LINES.get(path, MODULE_LINES)


def imported_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."]


def may_wait(path: str, name: str) -> bool:
    """Tell whether this file may import this module inside a function."""
    lazy = LAZY_COMMANDS.get(path)
    ours = lazy is not None and (name == lazy or name.startswith(f"{lazy}."))
    return ours or name.partition(".")[0] in HEAVY_PACKAGES


def function_findings(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Yield functions that are too long and imports hidden inside functions."""
    hidden: dict[int, str] = {}
    for function in (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            text = f"{function.name} has {lines} lines, at most {FUNCTION_LINES}"
            yield Finding(path, "function-lines", function.lineno, text)
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in imported_names(node):
                    if not may_wait(path, name):
                        hidden[node.lineno] = name
    for line, name in sorted(hidden.items()):
        yield Finding(path, "hidden-import", line, f"{name} is imported inside a function")


def name_findings(path: str) -> Iterator[Finding]:
    """Yield folder and file names that say nothing about what is inside."""
    for part in Path(path).with_suffix("").parts:
        if CATCH_ALL_WORDS.intersection(part.lower().split("_")):
            yield Finding(path, "catch-all-name", 1, f"{part!r} is a catch-all; find the noun")


def findings(path: str, source: str) -> Iterator[Finding]:
    """Yield everything in one module that is over budget."""
    lines, limit = len(source.splitlines()), module_limit(path)
    if lines > limit:
        yield Finding(path, "module-lines", 1, f"{lines} lines, at most {limit}")
    yield from name_findings(path)
    tree = ast.parse(source, path)
    if not (ast.get_docstring(tree) or "").strip():
        yield Finding(path, "module-docstring", 1, "say in one sentence what this module is")
    yield from function_findings(path, tree)


def all_findings(root: Path) -> Iterator[Finding]:
    """Yield every finding under the root, in a stable order."""
    verify = sorted((root / "verify").rglob("*.py"))
    for file in [*sorted((root / "src").rglob("*.py")), *verify]:
        yield from findings(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
    for extra in verify[1:]:
        path = extra.relative_to(root).as_posix()
        yield Finding(path, "verify-one-file", 1, "verify/ is one file that a stranger can read")


def main() -> int:
    """Print what is over budget; return 1 if anything is."""
    found = list(all_findings(ROOT))
    for finding in found:
        print(f"{finding.path}:{finding.line}: {finding.rule}: {finding.text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
