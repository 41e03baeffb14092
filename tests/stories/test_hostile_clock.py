"""A peer that lies about the time: it breaks no view, and alone it silences nobody."""

from pathlib import Path

import pytest

from parley.errors import ClockDoubt
from parley.log.checkpoint import SignedNote, cosign
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.node.runtime import Node
from tests.stories.village import Village, held_by, views_of, village, warning

YEAR_S = 31_556_952


def cosigned(v: Village, liar: str, channel: str, origin: str, *, years: int) -> None:
    """Let a member sign the coalition's newest head with its real keys, and a time years ahead."""
    station, theirs = (v.nodes[n].stations["exercise"] for n in ("coalition", liar))
    head = station.store.largest_head(origin)
    assert head is not None
    (here,) = station.channels.all()
    time_s = v.clock.now() // 1000 + years * YEAR_S
    lines = tuple(
        cosign(head.checkpoint, here.cosigner_name(liar, role), theirs.ring.signers[role], time_s)
        for role in ("witness", "receipt")
    )
    note = SignedNote(head.checkpoint.body().decode(), (head.line, *lines))
    station.intake.take_lines(here, origin, note.format())


def at_home(v: Village, *, mirror: bool) -> tuple[Node, str]:
    v.add("coalition", "CO")
    v.add("russia", "RU")
    if mirror:
        v.add("mirror", "MI", role="mirror")
    channel = v.charter("coalition", "russia", mirrors=("mirror",) if mirror else ())
    v.settle()
    return v.nodes["coalition"], channel


def test_a_time_that_no_calendar_has_breaks_nothing(tmp_path: Path) -> None:
    """A receipt from the year 12016 is a valid signature and no proof: nobody could write it."""
    with village(tmp_path) as v:
        node, channel = at_home(v, mirror=False)
        said = node.publish(channel, "warning/1", warning())
        v.nodes["russia"].close()  # it takes nothing, but cosigns
        cosigned(v, "russia", channel, said.origin, years=10_000)
        assert held_by(node, channel, said.name) == set()
        views_of(node, channel)
        node.publish(channel, "warning/1", warning("the ford"))


def test_of_several_one_liar_silences_nobody(tmp_path: Path) -> None:
    """A receipt from next year, kept for ever: the others' clocks agree with ours, and we speak."""
    with village(tmp_path) as v:
        node, channel = at_home(v, mirror=True)
        said = node.publish(channel, "warning/1", warning())
        v.settle("coalition", "mirror")
        cosigned(v, "russia", channel, said.origin, years=1)
        node.publish(channel, "warning/1", warning("the ford"))
        node = v.reopen("coalition")
        v.settle("coalition", "mirror")
        node.publish(channel, "warning/1", warning("the bridge"))


def test_the_only_other_clock_is_believed_until_an_operator_says_no(tmp_path: Path) -> None:
    """Two clocks and no third: the node refuses, names both, and says what a person can do."""
    with village(tmp_path) as v:
        node, channel = at_home(v, mirror=False)
        said = node.publish(channel, "warning/1", warning())
        node = v.reopen("coalition")  # nobody was heard since
        cosigned(v, "russia", channel, said.origin, years=100)
        with pytest.raises(ClockDoubt, match="the clock of russia 2116") as refused:
            node.publish(channel, "warning/1", warning("the ford"))
        assert "clock_doubt_s" in refused.value.hint
        file = v.folder / "coalition" / "parley.toml"
        wanted = f"clock_doubt_s = {200 * YEAR_S}"
        file.write_text(file.read_text().replace("clock_doubt_s = 86400", wanted))
        node = v.reopen("coalition")
        assert node.settings.clock_doubt_s == 200 * YEAR_S
        v.settle()
        node.publish(channel, "warning/1", warning("the ford"))


def test_a_lying_clock_makes_no_honest_record_look_backdated(tmp_path: Path) -> None:
    """A head logged with a line from next year is passed over as proof of *after*."""
    with village(tmp_path) as v:
        node, channel = at_home(v, mirror=True)
        first = node.publish(channel, "warning/1", warning())
        v.settle()
        for where in ("the ford", "the bridge"):
            v.clock.advance(60_000)
            said = node.publish(channel, "warning/1", warning(where))
            if where == "the ford":
                cosigned(v, "russia", channel, first.origin, years=1)
            v.settle("coalition", "mirror")
        station = node.stations["exercise"]
        (here,) = station.channels.all()
        logged = [o.facts.head for o in node.opened(channel)[said.origin] if o.facts.head]
        times = [t for note in logged for _, t in station.reading.note_times(here, note)]
        assert max(times) > v.clock.now() // 1000, "the coalition has logged what russia signed"
        report = check_evidence(node.evidence(channel, said.name), Trust(frozenset({channel}), {}))
        assert report.verified
        assert report.before is not None
        assert report.after is not None
        assert report.after.at <= report.before.at
        assert report.issued_outside == ""
