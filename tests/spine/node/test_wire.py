"""The wire: uploads may be packed, never bombs; answers say in one form what they refuse."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from parley.log.offer import HeadOffer
from parley.log.packages import MAX_UPLOAD, UploadHead, write_upload
from parley.node.channels import log_hash
from parley.node.httpsig import sign_request
from parley.node.wire import MAX_HEAD
from parley.record.envelope import origin_of
from tests.stories.village import Village, village, warning


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Village]:
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        yield v


class Caller:
    """Russia's line key in the hands of a plain HTTP client."""

    def __init__(self, v: Village, to: str) -> None:
        self.v = v
        self.base = v.nodes[to].identity.endpoint
        self.signer = v.nodes["russia"].stations["exercise"].ring.signers["line"]
        self.client = httpx.Client(trust_env=False)

    def close(self) -> None:
        self.client.close()

    def send(self, method: str, path: str, body: bytes, **headers: str) -> httpx.Response:
        fields = sign_request(
            method,
            self.base + path,
            body,
            signer=self.signer,
            at=self.v.clock.now(),
            nonce=self.v.nodes["russia"].entropy.draw(16),
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(
            method, self.base + path, content=body, headers={**fields, **named}
        )


def test_an_upload_may_come_packed(place: Village) -> None:
    """tlog-mirror: gzip is taken, and gives the receipt; anything else, or a bomb, is refused."""
    channel = place.charter("coalition", "russia")
    place.settle()
    russia = place.nodes["russia"]
    russia.publish(channel, "warning/1", warning())
    origin = origin_of("russia", channel, "main", "exercise")
    store = russia.stations["exercise"].store
    held = place.nodes["coalition"].stations["exercise"].store
    head = store.stored_head(origin)
    assert head is not None
    start = held.size(origin)
    with closing(Caller(place, "coalition")) as caller:
        # The witness of the coalition asks for the proof from the size it saw last.
        old = int(caller.send("POST", "/add-checkpoint", HeadOffer(0, (), head.note).format()).text)
        assert old == start
        post = russia.exchanges["exercise"].posts("coalition")[0]
        post.round.push_heads()
        body = write_upload(store, UploadHead(origin, start, head.size))
        packed = gzip.compress(body)
        for bad, coding, status in (
            (packed, "br", 400),
            (body, "gzip", 400),
            (packed[:-3], "gzip", 429),
            (gzip.compress(bytes(MAX_UPLOAD + MAX_HEAD + 1)), "gzip", 429),
        ):
            answer = caller.send("POST", "/add-entries", bad, content_encoding=coding)
            assert answer.status_code == status, answer.text
        answer = caller.send("POST", "/add-entries", packed, content_encoding="gzip")
        assert answer.status_code == 200
        assert answer.text.startswith("\N{EM DASH} exercise.invalid/coalition/receipt ")
        assert "gzip" in answer.headers["accept-encoding"]


def test_refusals_have_one_form(place: Village) -> None:
    """A status, a code for the other node, one line for its operator."""
    channel = place.charter("coalition", "russia")
    place.settle()
    origin = origin_of("coalition", channel, "main", "exercise")
    logs = f"/log/{log_hash(origin)}"
    with closing(Caller(place, "coalition")) as caller:
        for method, path, body, status, code in (
            ("GET", "/log/x/checkpoint", b"", 404, "request-not-yours"),
            ("GET", f"{logs}/tile/entries/999", b"", 404, "log-tile-missing"),
            ("GET", f"{logs}/tile/entries/0", b"", 400, "log-tile"),
            ("POST", "/add-checkpoint", b"old 3_0\n\nx", 400, "log-head"),
            ("POST", "/add-checkpoint", b"", 400, "log-head"),
            ("POST", "/add-entries", b"\0", 400, "log-upload"),
            ("POST", "/cosignatures", b"nothing", 403, "log-note"),
            ("PUT", f"/part/{'0' * 64}?channel={channel}", b"x", 400, "request"),
            ("PUT", f"/part/{'0' * 64}?channel=x", b"x", 404, "part-unknown"),
            ("GET", f"{logs}/checkpoint?a=1&a=2", b"", 400, "request"),
        ):
            answer = caller.send(method, path, body)
            assert (answer.status_code, answer.headers["parley-refusal"]) == (status, code), path
            assert answer.text.count("\n") == 1
        assert caller.send("DELETE", "/add-entries", b"").status_code == 405
        assert caller.send("GET", "/elsewhere", b"").status_code == 404
