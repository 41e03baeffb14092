"""What the terminal shows cannot be steered by the text of others."""

import pytest

from parley.desk.tables import outline, pairs, shown, table
from parley.desk.words import Grade, grades_summary


@pytest.mark.parametrize(
    "nasty", ["\x1b[2J", "\u202egnp", "\x9b31m", "\u2066", "\r", "\x07", "\ufeff"]
)
def test_control_and_direction_characters_are_spelled_out(nasty: str) -> None:
    """No escape sequence and no reordering reaches the terminal."""
    for text in (shown(nasty), table([[nasty]], ["a"]), pairs({"a": nasty})):
        assert not any(c in text for c in nasty if not c.isprintable())
        assert "\\u{" in text


def test_scripts_stay_readable() -> None:
    """Cyrillic, Arabic and joiners are printed as they are."""
    for text in ("Эт-Танф", "التنف", "می\u200cخواهم"):
        assert text == shown(text)


def test_columns_are_as_wide_as_they_need() -> None:
    """Nothing is cut off, and wide characters count twice."""
    assert table([["日本", "x"], ["ab", "yy"]], ["a", "b"]) == "A     B\n日本  x\nab    yy"


def test_outline_shows_every_leaf() -> None:
    """Nested values come out in order, empty ones as a dash."""
    value = {"a": [{"b": 1, "c": []}], "d": None, "e": True}
    assert list(outline(value)) == ["a:", "  - b: 1", "    c: -", "d: -", "e: yes"]


def test_grades_are_never_blurred() -> None:
    """The strongest grade of each holder is named with it; an account of ours stands apart."""
    grades: list[tuple[Grade, str]] = [
        ("head_seen", "russia"),
        ("stored", "russia"),
        ("head_seen", "mirror"),
        ("told", "cell"),
    ]
    assert (
        grades_summary(grades)
        == "stored by russia; head seen by mirror; told cell (our own account)"
    )
    assert grades_summary([]) == "held by nobody else yet"
