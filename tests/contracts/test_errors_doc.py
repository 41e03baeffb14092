"""Every refusal has a code of its own, a paragraph in docs/errors.md, and outcomes that fit."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def errors_doc(root: Path) -> ModuleType:
    """Load the script that writes the page."""
    path = root / "scripts" / "errors_doc.py"
    spec = importlib.util.spec_from_file_location("errors_doc", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["errors_doc"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_error_tree_gives(errors_doc: ModuleType) -> None:
    """docs/errors.md is up to date; scripts/errors_doc.py writes it."""
    assert errors_doc.PAGE.read_text(encoding="utf-8") == errors_doc.page()


def test_no_two_refusals_share_a_code(errors_doc: ModuleType) -> None:
    """A code names one refusal, in lower case with dashes."""
    classes = list(errors_doc.every())
    codes = [error.__dict__.get("code") for error in classes]
    assert [e.__name__ for e, code in zip(classes, codes, strict=True) if code is None] == []
    assert sorted(codes) == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code)] == []


def test_every_refusal_is_explained(errors_doc: ModuleType) -> None:
    """Each class says in a sentence what it means."""
    assert [e.__name__ for e in errors_doc.every() if not (e.__doc__ or "").strip()] == []
