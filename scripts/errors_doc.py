"""Write docs/errors.md from the error tree; with --check, only tell whether it is up to date."""

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import parley
from parley.desk.outcomes import exit_code, http_status
from parley.desk.problems import TYPE_PREFIX
from parley.errors import ParleyError

PAGE = Path(__file__).resolve().parent.parent / "docs" / "errors.md"

HEAD = f"""# Errors

Every deliberate refusal has a code that never changes its meaning. The command line prints it in
brackets at the end of its one line; the API answers with problem details (RFC 9457) whose `type` is
`{TYPE_PREFIX}` and the code. This page is written by `scripts/errors_doc.py`.
"""


def sources() -> Iterator[str]:
    """Name every module of ours that is Python; a shared object beside them is no module."""
    for module in pkgutil.walk_packages(parley.__path__, "parley."):
        spec = importlib.util.find_spec(module.name)
        if spec is not None and spec.origin is not None and spec.origin.endswith(".py"):
            yield module.name


def every(root: type[ParleyError] = ParleyError) -> Iterator[type[ParleyError]]:
    """Yield every class of the tree of ours, sorted by name; the root aside."""
    for name in sources():
        importlib.import_module(name)
    found: dict[str, type[ParleyError]] = {}
    stack = [root]
    while stack:
        here = stack.pop()
        stack += here.__subclasses__()
        ours = here.__module__.startswith("parley.") and not here.__name__.startswith("_")
        if here is not root and ours:
            found[f"{here.__module__}.{here.__name__}"] = here
    yield from (found[name] for name in sorted(found))


def page() -> str:
    """Return the whole page, sorted by code."""
    parts = [HEAD]
    for error in sorted(every(), key=lambda e: e.code):
        text = " ".join((error.__doc__ or "").split())
        raised = error("")
        parts.append(
            f"## `{error.code}`\n\n{text}\n\nExit code {exit_code(raised)}, HTTP status "
            f"{http_status(raised)}.\n"
        )
    return "\n".join(parts)


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        print("docs/errors.md is out of date: run scripts/errors_doc.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
