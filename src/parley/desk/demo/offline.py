"""What a stranger would find: Parley's own offline commands, run on files and nothing else.

It is the same code, with the same exit code, as typed on a command line of another machine.
"""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.desk.cli import run


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an offline command ended: its exit code, what it printed, why it refused."""

    command: str
    code: int
    report: dict[str, Any]
    refusal: str

    def grades(self) -> set[tuple[str, str]]:
        """Give (grade, holder) that an evidence file was found to prove."""
        return {(g["grade"], g["holder"]) for g in self.report.get("grades", ())}


def offline(*arguments: str) -> Verdict:
    """Run an offline command of Parley and take its verdict."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([*arguments, "--format", "json"])
    text = out.getvalue()
    report: dict[str, Any] = json.loads(text) if text.strip() else {}
    return Verdict(f"parley {' '.join(arguments)}", code, report, err.getvalue().strip())


def verify(file: Path, *trust: str) -> Verdict:
    """Check an evidence file by what its reader trusts: fingerprints, identity files."""
    return offline("verify", str(file), *(word for each in trust for word in ("--trust", each)))
