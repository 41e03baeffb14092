"""The stream tells what happens, in order, and takes up again where it was left."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from parley.node.channels import log_hash
from tests.spine.desk.conftest import Desk

WARNING = {
    "urgency": "safety",
    "asked": {"lang": "en", "text": "Keep clear"},
    "whom": {"lang": "en", "text": "people at the garrison"},
    "parties": [],
}


def frames(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Read server-sent events: id, event and data of each."""
    frame: dict[str, Any] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if not line:
            if frame:
                yield frame
            frame = {}
            continue
        name, _, value = line.partition(": ")
        frame[name] = json.loads(value) if name == "data" else value


def listen(desk: Desk, headers: dict[str, str], until: int) -> list[dict[str, Any]]:
    """Read the stream until it ends behind the event ``until``."""
    with desk.http.stream(
        "GET", "/v1/events", params={"until": until}, headers=headers, timeout=30
    ) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        return list(frames(answer.iter_lines()))


def warn(desk: Desk) -> str:
    done = desk.node.publish(desk.channel, "warning/1", WARNING)  # type: ignore[arg-type]
    return done.name


def test_every_record_is_told_once_and_in_order(desk: Desk) -> None:
    """Three records give three events whose ids grow, and nothing is told twice."""
    start = desk.node.events.last
    names = [warn(desk) for _ in range(3)]
    told = listen(desk, {"Last-Event-ID": str(start)}, desk.node.events.last)
    records = [f for f in told if f["event"] == "record"]
    assert [f["data"]["data"]["name"] for f in records] == names
    ids = [int(f["id"]) for f in records]
    assert ids == sorted(set(ids))
    assert ids[0] > start


def test_whoever_resumes_behind_a_former_run_is_told_everything_since_the_start(desk: Desk) -> None:
    """Numbers begin anew when the node does: a larger one than the last is of a former run."""
    name = warn(desk)
    last = desk.node.events.last
    told = listen(desk, {"Last-Event-ID": str(last + 1000)}, last)
    assert name in [f["data"]["data"]["name"] for f in told if f["event"] == "record"]
    assert int(told[0]["id"]) == 1


def test_a_head_is_told_behind_the_records_it_covers(desk: Desk) -> None:
    """Each record is followed by the signed head that covers it, with its size and root."""
    start = desk.node.events.last
    names = [warn(desk) for _ in range(2)]
    told = listen(desk, {"Last-Event-ID": str(start)}, desk.node.events.last)
    follow = [f for f in told if f["event"] in ("record", "head")]
    assert [f["event"] for f in follow] == ["record", "head"] * 2
    for record, head in zip(follow[::2], follow[1::2], strict=True):
        said, signed = record["data"]["data"], head["data"]["data"]
        assert (signed["origin"], signed["size"]) == (said["origin"], said["index"] + 1)
        path = f"/v1/channels/{desk.channel}/logs/{log_hash(said['origin'])}/checkpoint"
        note = desk.http.get(path).text.splitlines()
        if record is follow[-2]:
            assert note[1] == str(signed["size"])
            assert base64.b64decode(note[2]).hex() == signed["root"]
    assert [f["data"]["data"]["name"] for f in follow[::2]] == names


def test_a_resumed_stream_leaves_nothing_out(desk: Desk) -> None:
    """Behind any event, the rest comes: no gap, no repetition."""
    start = desk.node.events.last
    for _ in range(4):
        warn(desk)
    last = desk.node.events.last
    whole = [f for f in listen(desk, {"Last-Event-ID": str(start)}, last) if f["event"] == "record"]
    for cut in range(1, len(whole)):
        rest = listen(desk, {"Last-Event-ID": whole[cut - 1]["id"]}, last)
        assert [f for f in rest if f["event"] == "record"] == whole[cut:]


def test_findings_come_with_the_record_that_led_to_them(desk: Desk) -> None:
    """A warning that states no end is an advisory on the stream, with the record's number."""
    start = desk.node.events.last
    name = warn(desk)
    told = listen(desk, {"Last-Event-ID": str(start)}, desk.node.events.last)
    found = [f["data"] for f in told if f["event"] == "advisory"]
    about = [f for f in found if name in [r["name"] for r in f["records"]]]
    assert {"W2", "W3"} <= {f["rule"] for f in about}
    assert all(f["channel"] == desk.channel for f in about)


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "٣"])
def test_a_broken_resumption_is_refused(desk: Desk, value: str) -> None:
    """What is no number of an event gets a problem, not a stream from somewhere else."""
    answer = desk.http.get("/v1/events", headers=[(b"Last-Event-ID", value.encode())])
    assert answer.status_code == 422
    assert answer.json()["where"] == "Last-Event-ID"
