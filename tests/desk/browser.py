"""The system's Chromium, driven by Playwright, with no way out but the loopback interface."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from parley.desk.static_files import DeskFiles

OWN_HOSTS = ("127.0.0.1", "127.0.0.2", "localhost")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # whatever a page asked for elsewhere would fail, and be seen
    "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {host}" for host in OWN_HOSTS),
]
WIDTH, HEIGHT = 1280, 860

# How long anything is waited for, where the desk promises nothing: a busy machine is no fault.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str:
    """Give the path of the browser, or skip where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is absent; Debian: chromium")
    return path


def need_built_desk() -> None:
    """Skip where the desk was not built."""
    if not DeskFiles().built:
        pytest.skip("the desk was not built: `make install` builds it where there is npm")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser; skip where it or the desk is absent."""
    need_built_desk()
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page with all it complained of, and every address it asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def elsewhere(self, origin: str) -> list[str]:
        """Give the addresses it asked for that are not of the node's own origin."""
        return [url for url in self.asked if not url.startswith(origin + "/")]

    def faults(self) -> list[str]:
        """Give what it complained of, but for answers that a test asked to be refused."""
        return [text for text in self.complaints if "Failed to load resource" not in text]


def axe_source(root: Path) -> str:
    """Give the source of axe-core, or skip where the packages of the desk are not installed."""
    path = root / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is absent: `make install` brings it where there is npm")
    return path.read_text(encoding="utf-8")
