"""The collector of cycles stands aside while a view is computed, and no longer."""

import gc

import pytest

from parley.node import collector


def test_the_collector_is_back_after_the_work_and_after_a_refusal() -> None:
    """Whatever happens inside, collecting goes on as before; one that was off stays off."""
    assert gc.isenabled()
    with collector.paused():
        assert not gc.isenabled()
        with collector.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"), collector.paused():
        raise ValueError("no")
    assert gc.isenabled()
