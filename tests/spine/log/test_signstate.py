"""The sign-state moves by compare-and-swap: no second root for a size, no smaller tree."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import SecondRoot, StateMoved
from parley.log.signstate import Signed, SignState, Swap

A, B = b"a" * 32, b"b" * 32


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SignState]:
    """Return an empty sign-state."""
    with SignState(tmp_path / "sign-state.db") as opened:
        yield opened


def test_it_remembers_over_a_restart(state: SignState) -> None:
    """What was signed last is there again after the file is opened anew, per signer and log."""
    state.swap("log", "x", None, Signed(1, A))
    state.swap("log", "x", Signed(1, A), Signed(4, B))
    state.swap("russia/receipt", "x", None, Signed(2, A))
    state.close()
    with SignState(state.path) as again:
        assert again.last("log", "x") == Signed(4, B)
        assert again.last("russia/receipt", "x") == Signed(2, A)
        assert again.last("log", "y") is None
        assert again.origins("log") == {"x": Signed(4, B)}


def test_a_swap_from_what_no_longer_stands_is_lost(state: SignState) -> None:
    """Who expects another state than the one there is told, and changes nothing."""
    state.swap("log", "x", None, Signed(3, A))
    for old in (None, Signed(2, A), Signed(3, B)):
        with pytest.raises(StateMoved):
            state.swap("log", "x", old, Signed(9, B))
    assert state.last("log", "x") == Signed(3, A)


def test_no_smaller_tree_and_no_second_root(state: SignState) -> None:
    """Even with the right expectation a signer cannot go back or sideways; staying is allowed."""
    state.swap("log", "x", None, Signed(3, A))
    for new in (Signed(2, A), Signed(3, B)):
        with pytest.raises(SecondRoot):
            state.swap("log", "x", Signed(3, A), new)
    state.swap("log", "x", Signed(3, A), Signed(3, A))
    assert state.last("log", "x") == Signed(3, A)


def test_several_logs_move_together_or_not_at_all(state: SignState) -> None:
    """One swap that loses takes back the others of its group."""
    state.swap("log", "x", None, Signed(1, A))
    lost = {"y": Swap(None, Signed(5, A)), "x": Swap(None, Signed(2, B))}
    with pytest.raises(StateMoved):
        state.swap_many("log", lost)
    assert state.origins("log") == {"x": Signed(1, A)}
    state.swap_many("log", {"y": Swap(None, Signed(5, A)), "x": Swap(Signed(1, A), Signed(2, B))})
    assert state.origins("log") == {"x": Signed(2, B), "y": Signed(5, A)}


def test_one_of_many_racers_wins(state: SignState) -> None:
    """Of eight threads with the same expectation exactly one may sign."""
    barrier = threading.Barrier(8)
    won: list[int] = []

    def race(number: int) -> None:
        barrier.wait()
        try:
            state.swap("log", "x", None, Signed(1, bytes([number]) * 32))
            won.append(number)
        except StateMoved:
            pass

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert state.last("log", "x") == Signed(1, bytes([won[0]]) * 32)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from([A, B]), st.integers(-1, 5)), max_size=12
    )
)
def test_what_was_allowed_is_one_root_per_size(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bytes, int]]
) -> None:
    """Whatever is tried, the heads that were allowed grow, and no size has two roots."""
    allowed: list[Signed] = []
    with SignState(tmp_path_factory.mktemp("state") / "sign-state.db") as state:
        for size, root, expected in steps:
            old = allowed[expected] if -1 < expected < len(allowed) else state.last("log", "x")
            try:
                state.swap("log", "x", old, Signed(size, root))
            except (StateMoved, SecondRoot):
                continue
            allowed.append(Signed(size, root))
    sizes = [signed.size for signed in allowed]
    assert sizes == sorted(sizes)
    assert len({signed.size for signed in allowed}) == len(set(allowed))
