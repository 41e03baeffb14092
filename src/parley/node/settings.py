"""The settings of a node: read once from ``parley.toml`` and ``PARLEY_*``, then frozen.

This is the only module that reads the environment. docs/operating.md explains each setting.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from parley.errors import BadSettings, NoNode

FILE = "parley.toml"
ISSUER_FILE = "oidc.toml"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator of a node may choose.

    ``folder``: where the node lives. ``api_host``, ``api_port``: the desk's API; beyond loopback it
    speaks TLS with ``api_certificate`` and ``api_key`` (PEM files, from the folder). ``api_names``:
    further names by which it may be called.
    ``line_host``, ``line_port``: where peers are heard; port 0 takes that of the identity's
    endpoint. ``poll_s``: seconds between two looks at a peer. ``backoff_cap_s``: the longest
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
    api_certificate: str | None = None
    api_key: str | None = None
    api_names: tuple[str, ...] = ()

    @property
    def on_loopback(self) -> bool:
        """Tell whether only this machine reaches the desk's API."""
        return self.api_host in _LOOPBACK

    @property
    def api_tls(self) -> tuple[Path, Path] | None:
        """The files of the API's certificate and its key; None where it speaks plain HTTP."""
        if self.api_certificate is None or self.api_key is None:
            return None
        return self.folder / self.api_certificate, self.folder / self.api_key


_BOUNDS = {
    "api_port": (0, 65_535),
    "line_port": (0, 65_535),
    "poll_s": (1, 3600),
    "backoff_cap_s": (1, 86_400),
    "timeout_s": (1, 600),
    "max_part_bytes": (1024, 1024 * 1024 * 1024),
    "calls_per_minute": (60, 10_000_000),
    "checks_per_minute": (1, 10_000_000),
    "clock_doubt_s": (60, 315_576_000_000),
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
            table[key] = _from_text(key, text)
    for name, value in table.items():
        if name not in known:
            raise BadSettings("unknown setting", where=f"{path}: {name}")
        _check(name, value, f"{path}: {name}")
    if "api_names" in table:
        table["api_names"] = tuple(table["api_names"])
    settings = Settings(folder=folder, **table)
    _check_reach(settings, path)
    return settings


def _from_text(name: str, text: str) -> object:
    """Read a setting from the environment; names are divided by commas."""
    if name == "api_names":
        return [each.strip() for each in text.split(",") if each.strip()]
    return int(text) if name in _BOUNDS and text.isdecimal() else text


def _check_reach(settings: Settings, path: Path) -> None:
    """Refuse an API that others could reach and listen to."""
    if (settings.api_certificate is None) != (settings.api_key is None):
        missing = "api_key" if settings.api_key is None else "api_certificate"
        raise BadSettings("a certificate and its key go together", where=f"{path}: {missing}")
    if not settings.on_loopback and settings.api_tls is None:
        raise BadSettings(
            "beyond loopback the API needs TLS",
            where=f"{path}: api_host",
            hint="set api_certificate and api_key",
        )


def _check(name: str, value: object, where: str) -> None:
    if name == "api_names":
        fits = isinstance(value, list) and all(
            isinstance(each, str) and _HOST.fullmatch(each) for each in value
        )
        if not fits:
            raise BadSettings("a list of host names, in small letters, is needed", where=where)
        return
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
        if name == "folder" or value is None:
            continue
        if isinstance(value, tuple):
            value = "[" + ", ".join(f'"{each}"' for each in value) + "]"
        elif isinstance(value, str):
            value = f'"{value}"'
        lines.append(f"{name} = {value}\n")
    (settings.folder / FILE).write_text("".join(lines), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """The one OpenID Connect issuer that may say who somebody is, and our name there."""

    issuer: str
    client_id: str
    client_secret: str = ""


def load_issuer(folder: Path) -> IssuerSettings | None:
    """Read ``oidc.toml``; None where there is none. Raises BadSettings.

    It holds a secret: nobody but its owner may be able to read it.
    """
    path = folder / ISSUER_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise BadSettings("others may read this secret", where=str(path), hint="chmod 600")
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"not TOML: {error}", where=str(path)) from None
    known = {f.name for f in fields(IssuerSettings)}
    for name, value in table.items():
        if name not in known or not isinstance(value, str):
            raise BadSettings("a text named issuer, client_id or client_secret", where=f"{path}")
    if not table.get("issuer") or not table.get("client_id"):
        raise BadSettings("issuer and client_id are needed", where=str(path))
    return IssuerSettings(**table)


def api_folder_from_environment() -> str | None:
    """Give ``PARLEY_NODE``: the node folder to use when none is named on the command line."""
    return os.environ.get("PARLEY_NODE")
