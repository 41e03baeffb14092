"""Three parties and a mirror: what one says all hold, each says so, and a stranger can check it."""

from pathlib import Path

import pytest

from parley.errors import NoChannel
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.record.canonical import decode
from parley.record.envelope import Ref
from tests.stories.village import Village, acknowledgement, held_by, views_of, village, warning

PARTIES = ("coalition", "russia", "turkey")


def three(v: Village, scheme: str) -> str:
    for name, code in zip(PARTIES, ("CO", "RU", "TR"), strict=True):
        v.add(name, code, scheme=scheme)
    v.add("mirror", "MI", role="mirror", scheme=scheme)
    channel = v.charter(*PARTIES, mirrors=("mirror",))
    v.settle()
    return channel


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_three_parties_and_a_mirror(tmp_path: Path, scheme: str) -> None:
    """A warning and two answers reach everybody; grades, views and evidence agree everywhere."""
    with village(tmp_path) as v:
        channel = three(v, scheme)
        coalition, russia, turkey = (v.nodes[name] for name in PARTIES)
        said = coalition.publish(channel, "warning/1", warning(), priority="urgent")
        assert said.number == "CO-0616-U001"
        v.settle()
        for node in (russia, turkey):
            notice = node.find(said.number, channel)
            assert notice.name == said.name
            node.publish(channel, "answer/1", acknowledgement(), refs=[Ref("answers", notice.name)])
        v.settle()

        others = {"russia", "turkey", "mirror"}
        expected = {(grade, holder) for grade in ("head_seen", "stored") for holder in others}
        expected |= {("answered", "russia"), ("answered", "turkey")}
        for node in v.nodes.values():
            assert held_by(node, channel, said.name) == expected
            # Every grade is in the records by now: no node knows more than another.
            assert not any(g.only_here for g in node.grades(channel, said.name))
        pictures = [views_of(node, channel) for node in v.nodes.values()]
        assert all(picture == pictures[0] for picture in pictures)
        sizes = {len(log) for log in coalition.opened(channel).values()}
        assert min(sizes) >= 1

        report = check_evidence(
            turkey.evidence(channel, said.name), Trust(channels=frozenset({channel}))
        )
        assert report.verified
        stored = {g.holder for g in report.grades if g.name == "stored"}
        answered = {g.holder for g in report.grades if g.name == "answered"}
        assert stored == others
        assert answered == {"russia", "turkey"}


def test_a_head_is_told_once_and_before_its_content(tmp_path: Path) -> None:
    """Whoever waits on a node hears of another's head as soon as it is seen, once for each size."""
    with village(tmp_path) as v:
        channel = three(v, "http")
        turkey = v.nodes["turkey"]
        start = turkey.events.last
        said = v.nodes["coalition"].publish(channel, "warning/1", warning(), priority="urgent")
        v.settle()
        told = [e for e in turkey.events.wait(start, 0) if e.data.get("origin") == said.origin]
        (head,) = [e for e in told if e.kind == "head"]
        (record,) = [e for e in told if e.kind == "record"]
        root = v.nodes["coalition"].stations["exercise"].store.root(said.origin, said.index + 1)
        assert head.data == {"origin": said.origin, "size": said.index + 1, "root": root.hex()}
        assert head.seq < record.seq


def test_the_wire_falls_silent_when_all_is_said(tmp_path: Path) -> None:
    """Attestations do not breed attestations: without anything new, nothing more is logged."""
    with village(tmp_path) as v:
        channel = three(v, "http")
        v.nodes["turkey"].publish(channel, "warning/1", warning())
        v.settle()
        before = {o: len(log) for o, log in v.nodes["mirror"].opened(channel).items()}
        assert v.settle() == 1
        assert {o: len(log) for o, log in v.nodes["mirror"].opened(channel).items()} == before


def test_a_party_that_cannot_be_reached_reads_from_the_mirror(tmp_path: Path) -> None:
    """Russia and the coalition never meet; the mirror stands between them, both ways."""
    with village(tmp_path) as v:
        channel = three(v, "http")
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        said = coalition.publish(channel, "warning/1", warning())
        for _ in range(4):
            for one, other in ((coalition, russia), (russia, coalition)):
                other.stop()  # nobody answers there while one side calls
                one.sync()
                other.listen()
        assert russia.find(said.name, channel).index == said.index
        assert ("stored", "russia") in held_by(coalition, channel, said.name)
        assert decode(views_of(russia, channel)["charter"]) == decode(
            views_of(coalition, channel)["charter"]
        )


def test_what_is_not_here_is_not_found(tmp_path: Path) -> None:
    with village(tmp_path) as v:
        three(v, "http")
        with pytest.raises(NoChannel):
            v.nodes["mirror"].terms("0" * 64)
