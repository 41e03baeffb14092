"""What a desk keeps for itself: papers, reactions, deliveries; made when they are asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.errors import DraftClosed, NoDraft, ReasonNeeded, TooLarge
from parley.node.desk_state.deliveries import Delivery
from parley.node.desk_state.reactions import Reaction
from parley.node.desk_state.shelf import MOST_BYTES
from parley.node.desk_state.state import FILE, DeskState
from parley.node.entropy import SeededEntropy
from parley.values.instants import Instant

NOW, LATER = Instant(1_000), Instant(2_000)


def opened(folder: Path) -> DeskState:
    (folder / "keys").mkdir(exist_ok=True)
    return DeskState(folder, SeededEntropy("desk"))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[DeskState]:
    found = opened(tmp_path)
    yield found
    found.close()


def test_nothing_is_made_before_it_is_asked_for(tmp_path: Path) -> None:
    state = opened(tmp_path)
    state.close()
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_papers_survive_and_are_apart_by_shelf_and_channel(tmp_path: Path) -> None:
    state = opened(tmp_path)
    draft = state.drafts.add("a", {"x": 1}, state="open", at=NOW)
    state.templates.add("", {"y": 2}, state="kept", at=NOW)
    state.close()
    state = opened(tmp_path)
    assert state.drafts.get(draft.number) == draft
    assert state.drafts.all("b") == []
    assert [paper.data for paper in state.templates.all()] == [{"y": 2}]
    with pytest.raises(NoDraft):
        state.drafts.get(draft.number, "b")
    with pytest.raises(NoDraft):
        state.templates.get(draft.number)
    state.close()


def test_of_two_who_change_a_paper_the_second_is_told(state: DeskState) -> None:
    """A change counts for the version that was read: nothing is overwritten unseen."""
    paper = state.calls.add("a", {"x": 1}, state="open", at=NOW)
    first = state.calls.change(paper, {"x": 2}, state="open", at=LATER)
    assert (first.version, first.created, first.changed) == (2, NOW, LATER)
    with pytest.raises(DraftClosed, match="meanwhile"):
        state.calls.change(paper, {"x": 3}, state="open", at=LATER)
    assert state.calls.get(paper.number).data == {"x": 2}


def test_a_number_is_never_given_twice(state: DeskState) -> None:
    first = state.drafts.add("a", {}, state="open", at=NOW)
    state.drafts.drop(first.number)
    assert state.drafts.add("a", {}, state="open", at=NOW).number > first.number


def test_a_paper_has_a_size(state: DeskState) -> None:
    with pytest.raises(TooLarge):
        state.drafts.add("a", {"x": "y" * MOST_BYTES}, state="open", at=NOW)
    assert state.drafts.all() == []


def test_the_first_reaction_to_an_item_as_it_stood_counts(state: DeskState) -> None:
    reactions = state.reactions
    reactions.add("a", "dismissed", Reaction("N-1", "mark", "amal", "why", NOW))
    reactions.add("a", "dismissed", Reaction("N-1", "mark", "boris", "later", LATER))
    reactions.add("a", "dismissed", Reaction("N-1", "other", "boris", "new", LATER))
    found = reactions.of("a", "dismissed")
    assert found["N-1", "mark"].by == "amal"
    assert found["N-1", "other"].reason == "new"
    assert reactions.of("a", "opened") == reactions.of("b", "dismissed") == {}


@pytest.mark.parametrize("reason", ["", " ", "two\nlines", "x" * 501])
def test_to_put_aside_takes_a_reason(state: DeskState, reason: str) -> None:
    with pytest.raises(ReasonNeeded):
        state.reactions.add("a", "dismissed", Reaction("N-1", "mark", "amal", reason, NOW))
    assert state.reactions.of("a", "dismissed") == {}


def test_the_latest_deliveries_are_the_last_ones(state: DeskState) -> None:
    for attempt in (1, 2, 3):
        done = Delivery("a", "N-1", "mark", "chief", attempt, attempt == 3, "", NOW)
        state.deliveries.add(done)
    assert [d.attempt for d in state.deliveries.latest(2)] == [2, 3]
    assert [d.ok for d in state.deliveries.latest()] == [False, False, True]


def test_the_watch_log_goes_on_after_a_restart(tmp_path: Path) -> None:
    state = opened(tmp_path)
    first = state.watch_log.write("one", at=NOW, by="amal")
    state.close()
    state = opened(tmp_path)
    second = state.watch_log.write("two", at=LATER, by="boris", post="Desk")
    assert (first.number, second.number) == (1, 2)
    assert [entry.data["line"] for entry in state.watch_log.lines()] == ["one", "two"]
    state.close()
    assert (tmp_path / FILE).exists() is False
