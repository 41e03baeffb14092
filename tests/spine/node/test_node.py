"""One node: channels of a charter, publishing with all checks first, finding what was said."""

from pathlib import Path

import pytest

from parley.errors import (
    BadBody,
    BadCharter,
    BadRecord,
    CharterPending,
    IdReused,
    NoRecord,
    NotAParty,
    ParleyError,
    WrongStatus,
)
from parley.node.charter import fingerprint, new_charter
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.keyring import init_node
from parley.node.runtime import Node
from parley.values.instants import parse_instant

DAY = parse_instant("2016-06-16T04:00:00Z")


def make(folder: Path, name: str, code: str, role: str = "party", status: str = "exercise") -> Node:
    init_node(
        folder / name,
        name=name,
        code=code,
        display=name.title(),
        endpoint="http://127.0.0.1:9",
        entropy=SeededEntropy(name + status),
        role=role,  # type: ignore[arg-type]
        status=status,  # type: ignore[arg-type]
    )
    return Node.open(folder / name, clock=ManualClock(DAY), entropy=SeededEntropy(name + "run"))


def warning(text: str = "Keep clear of the base") -> dict:
    return {"level": "safety", "text": {"lang": "en", "text": text}}


def test_play(tmp_path: Path) -> None:
    a = make(tmp_path, "coalition", "CO")
    b = make(tmp_path, "russia", "RU")
    body = new_charter([a.identity, b.identity], at=DAY)
    print(fingerprint(body))
    channel = a.sign_charter(body)
    with pytest.raises(CharterPending):
        a.publish(channel, "warning/1", warning())
    a.close()
    b.close()
