"""The settings of a node: read once from ``parley.toml`` and ``PARLEY_*``, then frozen.

This is the only module that reads the environment. docs/operating.md explains each setting.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from parley.errors import BadSettings, NoNode

FILE = "parley.toml"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator of a node may choose.

    ``folder``: where the node lives. ``api_host``, ``api_port``: the desk's API, loopback only.
    ``line_host``, ``line_port``: where peers are heard; port 0 takes that of the identity's
    endpoint. ``poll_s``: seconds between two rounds with a peer. ``backoff_cap_s``: the longest
    pause after failures. ``timeout_s``: how long one request may take. ``max_part_bytes``: the
    largest part. ``calls_per_minute``: what one caller may ask. ``checks_per_minute``: how many
    plans may be asked about. ``clock_doubt_s``: by how much the others' heads may differ from
    our clock before we refuse to publish. ``audit_s``: seconds between two looks at what a
    mirror still holds.
    """

    folder: Path
    api_host: str = "127.0.0.1"
    api_port: int = 8460
    line_host: str = "127.0.0.1"
    line_port: int = 0
    poll_s: int = 5
    backoff_cap_s: int = 300
    timeout_s: int = 10
    max_part_bytes: int = 16 * 1024 * 1024
    calls_per_minute: int = 6000
    checks_per_minute: int = 12_000
    clock_doubt_s: int = 86_400
    audit_s: int = 900


_BOUNDS = {
    "api_port": (0, 65_535),
    "line_port": (0, 65_535),
    "poll_s": (1, 3600),
    "backoff_cap_s": (1, 86_400),
    "timeout_s": (1, 600),
    "max_part_bytes": (1024, 1024 * 1024 * 1024),
    "calls_per_minute": (60, 10_000_000),
    "checks_per_minute": (1, 10_000_000),
    "clock_doubt_s": (60, 31_536_000),
    "audit_s": (10, 31_536_000),
}


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the node in ``folder``; the environment wins over the file.

    ``environment`` stands in for the process's own, mostly in tests.
    """
    path = folder / FILE
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "`parley init` makes a node, --node or PARLEY_NODE names one"
        raise NoNode(f"no {FILE} here", where=str(folder), hint=hint) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"not TOML: {error}", where=str(path)) from None
    given = os.environ if environment is None else environment
    known = {f.name for f in fields(Settings)} - {"folder"}
    for name, text in given.items():
        key = name.removeprefix("PARLEY_").lower()
        if name.startswith("PARLEY_") and key in known:
            table[key] = int(text) if key in _BOUNDS and text.isdecimal() else text
    for name, value in table.items():
        if name not in known:
            raise BadSettings("unknown setting", where=f"{path}: {name}")
        _check(name, value, f"{path}: {name}")
    settings = Settings(folder=folder, **table)
    if settings.api_host not in _LOOPBACK:
        raise BadSettings(
            "the API has no accounts yet and stays on loopback", where=f"{path}: api_host"
        )
    return settings


def _check(name: str, value: object, where: str) -> None:
    if name not in _BOUNDS:
        if not isinstance(value, str) or not value:
            raise BadSettings("a text is needed", where=where)
        return
    low, high = _BOUNDS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadSettings(f"a whole number from {low} to {high} is needed", where=where)


def write_settings(settings: Settings) -> None:
    """Write ``parley.toml`` for a new node."""
    lines = ["# Settings of this node; docs/operating.md explains each.\n"]
    for name, value in asdict(settings).items():
        if name != "folder":
            lines.append(
                f'{name} = "{value}"\n' if isinstance(value, str) else f"{name} = {value}\n"
            )
    (settings.folder / FILE).write_text("".join(lines), encoding="utf-8")


def api_folder_from_environment() -> str | None:
    """Give ``PARLEY_NODE``: the node folder to use when none is named on the command line."""
    return os.environ.get("PARLEY_NODE")
