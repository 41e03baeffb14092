"""One search on three nodes: the same finds everywhere, and nothing of what lies beside records."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from parley.node.publishing import PartInput
from parley.node.runtime import Node
from parley.node.search.found import Asked
from parley.node.search.index import FILE
from parley.record.envelope import Ref
from tests.stories.test_relief_privacy import EXACT, PARTNER, site
from tests.stories.village import DAY, Village, village, warning

MINUTES = b"Minutes (shared): the lorries wait at the quarry until dusk."
BESIDE = ("basement", "samar", "salim", "quarry", "dusk")
SAID = ("wounded", "garrison", "crossing")


def search(node: Node, channel: str, text: str) -> list[Any]:
    found = node.search(channel, Asked(text), at=DAY)
    return [(h.opened.name, h.match, h.status) for h in found.hits] + [found.more, found.upto]


def publish(v: Village, channel: str) -> None:
    """Log records with a personal, a sealed and a shared part; each side says something."""
    coalition, russia = v.nodes["coalition"], v.nodes["russia"]
    meeting: dict[str, Any] = {
        "held_at": DAY, "area": "SY04", "partner_sort": "settlement", "outcome": "agreed",
        "summary": {"lang": "en", "text": "The crossing will be open."},
    }  # fmt: skip
    parted: tuple[tuple[str, dict[str, Any], PartInput], ...] = (
        ("site/1", site(), PartInput("exact", EXACT, "text/plain", "personal", ("russia",))),
        ("meeting/1", meeting, PartInput("partner", PARTNER, "text/plain", "sealed")),
        ("question/1", {"text": {"lang": "en", "text": "Is the crossing open?"}},
         PartInput("minutes", MINUTES, "text/plain", "shared")),
    )  # fmt: skip
    for kind, body, part in parted:
        coalition.publish(channel, kind, body, parts=[part])
    first = russia.publish(channel, "warning/1", warning("the garrison"), priority="urgent")
    refs = [Ref("replaces", first.name)]
    russia.publish(channel, "warning/1", warning("the garrison and the road"), refs=refs)
    v.settle()


def terms_of(file: Path) -> set[str]:
    """Give every word that the file of an index holds; alone they are written piece by piece."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'said', 'row')")
        return {term for (term,) in db.execute("SELECT term FROM temp.terms")}


def test_every_node_finds_the_same_and_nobody_what_lies_beside_a_record(tmp_path: Path) -> None:
    """By whatever road the records came; the author's own index has no word of its own parts."""
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        v.add("mirror", "MI", role="mirror")
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        v.settle()
        assert search(v.nodes["mirror"], channel, "garrison")[:-2] == []  # before anything came
        publish(v, channel)
        for text in SAID:
            finds = [search(node, channel, text) for node in v.nodes.values()]
            assert len(finds[0]) > 2, text
            assert finds == [finds[0]] * 3, text
        states = {state for _, _, state in search(v.nodes["mirror"], channel, "garrison")[:-2]}
        assert states == {"replaced", "open"}
        for node in v.nodes.values():
            for text in BESIDE:
                assert search(node, channel, text)[:-2] == [], text
    for folder in (tmp_path / name for name in ("coalition", "russia", "mirror")):
        (file,) = folder.rglob(FILE)
        terms = terms_of(file)
        assert set(SAID) <= terms
        assert not terms & set(BESIDE)
