"""The list of rules in the documents is the list in the code."""

import re
from pathlib import Path


def test_every_rule_has_its_row(root: Path) -> None:
    """Each rule that the code raises is explained, and no other."""
    text = (root / "docs" / "rules.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| (W\d+) ", text, re.MULTILINE)
    raised = {
        rule
        for file in (root / "src" / "parley" / "projection").glob("*_rules.py")
        for rule in re.findall(r'"(W\d+)"', file.read_text(encoding="utf-8"))
    }
    assert len(explained) == len(set(explained))
    intro = text.partition("| rule |")[0]
    watched = dict(re.findall(r"(R\d+) by\s+(W\d+)", intro))
    assert list(watched) == [f"R{n}" for n in range(1, 17)]
    assert set(watched.values()) <= raised
    assert set(explained) == raised
