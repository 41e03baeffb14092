"""A peer that means harm: garbage in its log, two histories, other people's logs, floods."""

import base64
import hashlib
import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from parley.errors import BadRecord
from parley.log.checkpoint import LOG_KEY, Checkpoint, SignedNote, VerifierKey, sign_checkpoint
from parley.log.fork import verify_fork
from parley.log.merkle import MemoryTree, leaf_hash
from parley.log.offer import HeadOffer
from parley.node.channels import log_hash
from parley.node.httpsig import sign_request
from parley.node.peers import PeerLine
from parley.node.runtime import Node, PartInput
from parley.node.wire import FRAMES, MAX_HEAD, LineServer
from parley.record.envelope import Record, origin_of, seal
from parley.record.signature import SeedSigner
from parley.values.instants import Instant
from tests.stories.village import Village, data_of, held_by, village, warning


def two(v: Village) -> str:
    v.add("coalition", "CO")
    v.add("russia", "RU")
    channel = v.charter("coalition", "russia")
    v.settle()
    return channel


def station(node: Node):
    return node.stations["exercise"]


def line_of(v: Village, caller: str, to: str) -> PeerLine:
    """Give the signed line of one node to another, to say on it what no honest node says."""
    node = v.nodes[caller]
    return PeerLine(
        v.nodes[to].identity.endpoint,
        signer=station(node).ring.signers["line"],
        clock=v.clock,
        entropy=node.entropy,
        context=None,
        timeout_s=5,
        max_part=1 << 24,
    )


def garbage(node: Node, channel: str, origin: str) -> list[bytes]:
    """Give entries that no node can read, each for a reason of its own."""
    signer = station(node).ring.signers["author"]
    good = Record(
        channel=channel,
        log=origin,
        id="00" * 16,
        author=node.identity.name,
        kind="warning/1",
        status="exercise",
        priority="urgent",
        issued=Instant(node.clock.now()),
        body=warning(),
    )
    payload = good.payload()
    forged = json.loads(seal(payload, [signer]).raw)
    forged["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
    return [
        b"",
        b"\x00\xff" * 300,
        b"{}",
        json.dumps(forged, separators=(",", ":"), sort_keys=True).encode(),
        seal(payload.replace(b"warning/1", b"warning/9"), [signer]).raw,
        seal(
            payload.replace(b'"exercise"', b'"actual"').replace(b"exercise.invalid/", b""), [signer]
        ).raw,
        seal(payload, [SeedSigner(bytes(32))]).raw,
        bytes(65_535),
    ]


def test_garbage_does_not_hide_a_notice(tmp_path: Path) -> None:
    """Garbage at n and a valid urgent notice at n+1: both receipted, the notice shown."""
    with village(tmp_path) as v:
        channel = two(v)
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        origin = origin_of("russia", channel, "urgent", "exercise")
        store = station(russia).store
        bad = garbage(russia, channel, origin)
        store.append(origin, bad, after=store.size(origin))
        said = russia.publish(channel, "warning/1", warning(urgency="stop"), priority="urgent")
        assert said.index == 1 + len(bad)
        v.settle()

        log = coalition.opened(channel)[origin]
        codes = [o.unread.code for o in log[1:-1] if o.unread]
        assert len(codes) == len(bad)
        assert {"envelope", "signature", "kind"} <= set(codes)
        assert log[-1].name == said.name
        assert ("stored", "coalition") in held_by(russia, channel, said.name)
        notices = data_of(coalition, channel, "notices")["notices"]
        assert said.name in {n["name"] for n in notices}
        # What cannot be read is shown, never counted as clear.
        assert data_of(coalition, channel, "notices").get("clear") is not True


def test_two_histories_are_refused_and_proven(tmp_path: Path) -> None:
    """A second root of one size is refused; the two signed heads convict the signer offline."""
    with village(tmp_path) as v:
        channel = two(v)
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        russia.publish(channel, "warning/1", warning())
        v.settle()
        origin = origin_of("russia", channel, "main", "exercise")
        held = station(coalition).store
        size, entries = held.size(origin), held.entries(origin)
        tree = MemoryTree([leaf_hash(e) for e in [*entries[:-1], b"another past"]])
        head = Checkpoint(origin, size, tree.root(size))
        key = station(russia).ring.signers["log"]
        note = SignedNote(head.body().decode(), (sign_checkpoint(head, key),))

        line = line_of(v, "russia", "coalition")
        answer = line.send("POST", "/add-checkpoint", HeadOffer(size, (), note.format()).format())
        line.close()
        assert (answer.status, answer.refusal) == (422, "log-fork")
        assert held.entries(origin) == entries
        (fork,) = coalition.forks(channel)
        proof = cast("Any", fork)["evidence"].encode()
        assert verify_fork(proof, VerifierKey(origin, LOG_KEY, key.public)) is not None
        assert any(e.kind == "fork" for e in coalition.events.wait(0, 0))
        # The coalition itself goes on, and so does what it may still say.
        coalition.publish(channel, "warning/1", warning())


def test_a_stranger_and_a_neighbour_get_nothing(tmp_path: Path) -> None:
    """Unsigned, replayed, foreign and wrongly addressed requests are refused on every frame."""
    with village(tmp_path) as v:
        channel = two(v)
        v.add("turkey", "TR")
        other = v.charter("russia", "turkey")
        v.settle()
        coalition = v.nodes["coalition"].identity.endpoint
        logs = log_hash(origin_of("russia", channel, "main", "exercise"))
        paths = {
            "read-checkpoint": f"/log/{logs}/checkpoint",
            "read-tile": f"/log/{logs}/tile/entries/000.p/1",
            "offer-head": "/add-checkpoint",
            "offer-entries": "/add-entries",
            "fetch-part": f"/part/{'0' * 64}?channel={channel}",
            "offer-part": f"/part/{'0' * 64}?channel={channel}",
            "pass-cosignatures": "/cosignatures",
        }
        with httpx.Client(base_url=coalition, trust_env=False) as plain:
            for frame in FRAMES:
                assert plain.request(frame.method, paths[frame.name]).status_code == 401
            # Russia's request to turkey does not work at the coalition, nor twice anywhere.
            russia = station(v.nodes["russia"]).ring.signers["line"]
            nonce = bytes(16)
            path = paths["read-checkpoint"]
            ours, theirs = (
                sign_request("GET", base + path, b"", signer=russia, at=v.clock.now(), nonce=nonce)
                for base in (coalition, v.nodes["turkey"].identity.endpoint)
            )
            assert plain.get(path, headers=theirs).status_code == 401
            assert plain.get(path, headers=ours).status_code == 200
            assert plain.get(path, headers=ours).status_code == 401

        # Turkey is in a channel with russia, not in this one: nothing of it is there for turkey.
        line = line_of(v, "turkey", "russia")
        for name in ("read-checkpoint", "read-tile", "fetch-part"):
            assert line.get(paths[name]).status == 404
        shared = log_hash(origin_of("russia", other, "main", "exercise"))
        assert line.get(f"/log/{shared}/checkpoint").status == 200
        note = station(v.nodes["russia"]).store.head(
            origin_of("russia", channel, "main", "exercise")
        )
        offer = HeadOffer(0, (), note or b"").format()
        assert line.send("POST", "/add-checkpoint", offer).status == 404
        assert line.send("POST", "/cosignatures", note or b"").status == 404
        line.close()


def test_a_bare_number_stops_nobody(tmp_path: Path) -> None:
    """A peer that claims to have seen more of our log, without our signature, is not believed."""
    with village(tmp_path) as v:
        channel = two(v)
        v.nodes["russia"].stop()
        with LyingServer(v.port["russia"]):
            v.nodes["coalition"].publish(channel, "warning/1", warning())
            v.nodes["coalition"].sync()
        assert not v.nodes["coalition"].read_only
        v.nodes["coalition"].publish(channel, "warning/1", warning())


class LyingServer:
    """Answers every offered head with: I have seen a million entries; and holds nothing."""

    def __init__(self, port: int) -> None:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            status, body = (409, b"1000000\n") if scope["path"] == "/add-checkpoint" else (404, b"")
            kind = [(b"content-type", b"text/x.tlog.size")]
            await send({"type": "http.response.start", "status": status, "headers": kind})
            await send({"type": "http.response.body", "body": body})

        self._server = LineServer(answer, "127.0.0.1", port, None)

    def __enter__(self) -> None:
        self._server.start()

    def __exit__(self, *_: object) -> None:
        self._server.stop()


def test_floods_and_giants_are_turned_away(tmp_path: Path) -> None:
    """Over the size or the rate, a caller is refused and counted; its own notices still pass."""
    with village(tmp_path) as v:
        channel = two(v)
        path = v.folder / "coalition" / "parley.toml"
        path.write_text(
            re.sub(r"calls_per_minute = \d+", "calls_per_minute = 60", path.read_text())
        )
        coalition = v.reopen("coalition")
        with closing(line_of(v, "russia", "coalition")) as line:
            giant = line.send("POST", "/add-checkpoint", bytes(MAX_HEAD + 1))
            assert giant.refusal == "request-limit"
            statuses = {line.get(f"/log/{'0' * 64}/checkpoint").status for _ in range(100)}
        assert statuses == {404, 429}
        refused = coalition.refusals()
        assert refused["request-limit"] > 1
        # The flood took russia's own allowance only: the coalition still hears of its own accord.
        said = v.nodes["russia"].publish(channel, "warning/1", warning(), priority="urgent")
        coalition.sync()
        assert coalition.find(said.name, channel).index == said.index


def test_an_odd_time_is_kept_and_flagged(tmp_path: Path) -> None:
    """A record that claims to be of last year is stored, receipted and flagged, never refused."""
    with village(tmp_path) as v:
        channel = two(v)
        coalition, russia = v.nodes["coalition"], v.nodes["russia"]
        odd = Instant(v.clock.now() - 365 * 86_400_000)
        said = russia.publish(channel, "warning/1", warning(), issued=odd)
        v.settle()
        assert ("stored", "coalition") in held_by(russia, channel, said.name)
        advisories = data_of(coalition, channel, "advisories")
        assert "W16" in json.dumps(advisories)


def test_nothing_is_stored_on_bad_input(tmp_path: Path) -> None:
    """A record that lacks what its kind needs leaves our own log as it was."""
    with village(tmp_path) as v:
        channel = two(v)
        node = v.nodes["coalition"]
        before = {o: len(log) for o, log in node.opened(channel).items()}
        part = PartInput("a", b"x", "text/plain", "shared")
        body: dict = {"stance": "acknowledge", "officer": "x"}
        with pytest.raises(BadRecord, match="refers to"):
            node.publish(channel, "answer/1", body, parts=[part])
        assert {o: len(log) for o, log in node.opened(channel).items()} == before


def test_parts_ahead_of_their_records_are_bounded(tmp_path: Path) -> None:
    """A member cannot fill our disk with parts that no record lists; listed ones always come in."""
    with village(tmp_path) as v:
        channel = two(v)
        coalition = station(v.nodes["coalition"])
        said = v.nodes["russia"].publish(
            channel,
            "warning/1",
            warning(),
            parts=[PartInput("photo", b"listed", "image/jpeg", "shared")],
        )
        v.settle()
        statuses = []
        with closing(line_of(v, "russia", "coalition")) as line:
            for n in range(6):
                data = bytes([n]) * (15 * 1024 * 1024)
                name = hashlib.sha256(data).hexdigest()
                statuses.append(line.send("PUT", f"/part/{name}?channel={channel}", data).status)
            listed = hashlib.sha256(b"listed").hexdigest()
            path = f"/part/{listed}?channel={channel}"
            assert line.send("PUT", path, b"listed").status == 204
        assert statuses == [204, 204, 204, 204, 429, 429]
        assert coalition.parts.has(listed)
        assert ("stored", "coalition") in held_by(v.nodes["russia"], channel, said.name)
