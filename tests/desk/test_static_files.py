"""The built desk is served as a fixed list: what is in the list, and nothing beside it."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from parley.desk.static_files import POLICY, DeskFiles

PAGE = b"<!doctype html><title>Parley</title>" + b" " * 500


@pytest.fixture
def files(tmp_path: Path) -> DeskFiles:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "index-1a2b.js").write_text("export const one = 1\n")
    (folder / ".stamp").write_text("secret")
    (folder / "notes.xyz").write_text("of no known type")
    (tmp_path / "beside.html").write_text("beside the folder")
    return DeskFiles(folder)


def asked(files: DeskFiles, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, Any]:
    """Ask for a path; give status, headers and body."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given}
    asyncio.run(files(scope, receive, send))
    start, *bodies = sent
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], found, b"".join(each.get("body", b"") for each in bodies)


def test_the_page_comes_with_a_policy_that_lets_nothing_else_in(files: DeskFiles) -> None:
    status, headers, body = asked(files, "/desk/")
    assert (status, body) == (200, PAGE)
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "://" not in POLICY
    assert headers["cache-control"] == "no-cache"


def test_what_is_packed_unpacks_to_the_same(files: DeskFiles) -> None:
    _, headers, body = asked(files, "/desk/index.html", accept_encoding="br, gzip")
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(body) < len(PAGE)
    assert gzip.decompress(body) == PAGE


def test_a_script_has_its_type_and_may_be_kept(files: DeskFiles) -> None:
    status, headers, _ = asked(files, "/desk/assets/index-1a2b.js")
    assert status == 200
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in headers["cache-control"]


def test_what_the_browser_has_is_not_sent_again(files: DeskFiles) -> None:
    _, headers, _ = asked(files, "/desk/")
    status, _, body = asked(files, "/desk/", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/desk/../beside.html",
        "/desk/%2e%2e/beside.html",
        "/desk/..\\beside.html",
        "/desk//index.html",
        "/desk/assets/../index.html",
        "/desk/assets",
        "/desk/.stamp",
        "/desk/notes.xyz",
        "/desk/index.html\x00.js",
    ],
)
def test_nothing_beside_the_list_is_found(files: DeskFiles, path: str) -> None:
    status, _, body = asked(files, path)
    assert status == 404
    assert b"beside the folder" not in body
    assert b"secret" not in body


def test_only_reading_is_answered(files: DeskFiles) -> None:
    assert asked(files, "/desk/", "POST")[0] == 405
    status, headers, body = asked(files, "/desk/", "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(PAGE)), b"")


def test_the_folder_without_its_slash_leads_to_the_page(files: DeskFiles) -> None:
    status, headers, _ = asked(files, "/desk")
    assert (status, headers["location"]) == (308, "desk/")


def test_only_paths_of_the_desk_are_its_own() -> None:
    assert DeskFiles.serves("/desk/assets/x.js")
    assert not DeskFiles.serves("/v1/desk/")
    assert not DeskFiles.serves("/desktop")


def test_without_a_build_it_says_so(tmp_path: Path) -> None:
    files = DeskFiles(tmp_path / "nothing")
    assert not files.built
    status, _, body = asked(files, "/desk/")
    assert status == 404
    assert b"was not built" in body
