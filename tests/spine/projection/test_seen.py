"""The names that a log has held: as a plain set, whatever is added, however it branches."""

from hypothesis import given
from hypothesis import strategies as st

from parley.projection.seen import NONE_SEEN, Seen

NAMES = st.sets(st.integers(0, 400).map(str), max_size=30)


@given(st.lists(st.tuples(st.integers(0, 40), NAMES), max_size=40))
def test_it_is_as_a_plain_set_on_every_branch(steps: list[tuple[int, set[str]]]) -> None:
    """Each step adds to some earlier one, which stays as it was."""
    seen: list[tuple[Seen, set[str]]] = [(NONE_SEEN, set())]
    for which, names in steps:
        before, plain = seen[which % len(seen)]
        seen.append((before.with_names(names), plain | names))
    for found, plain in seen:
        assert len(found) == len(plain)
        assert all((str(n) in found) == (str(n) in plain) for n in range(401))


def test_the_recent_ones_stay_few() -> None:
    """What is copied at each addition grows as the square root of all that is held."""
    seen = NONE_SEEN
    for n in range(20_000):
        seen = seen.with_names({str(n)})
        assert len(seen.recent) ** 2 <= max(len(seen.settled), 64**2)
