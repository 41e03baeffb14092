"""``parley run`` and the verbs that talk to it, as processes."""

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from parley.desk.access import FILE, read_access
from parley.desk.client import running
from parley.node.charter import new_charter
from parley.node.clock import SystemClock
from parley.node.entropy import SystemEntropy
from parley.node.identity import Identity
from parley.node.keyring import init_node
from parley.node.settings import Settings
from parley.record.canonical import Json
from tests.spine.desk.test_cli import assert_one_line, parley

WARN = ("warn", "stop", "Cease at once", "--whom", "people at the garrison", "--place", "At-Tanf")
PLAN = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [38.6, 33.5]},
    "properties": {
        "kind": "activity/1",
        "title": "Patrol",
        "radius_m": 2000,
        "altitude_lower": "SFC",
        "altitude_upper": {"value": 20000, "units": "FT", "reference": "AMSL"},
        "time_start": "2099-06-16T04:00:00Z",
        "time_end": "2099-06-16T08:00:00Z",
    },
}
READY = "running; Ctrl-C stops it"
EXPORT = ("export", "--as", "csv", "--out", "-")
HOURS = ("--from", "2016-06-16T04:00:00Z", "--to", "2016-06-16T08:00:00Z")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def make(folder: Path, name: str, code: str) -> Identity:
    """Make the node of a party, with a pace that suits a test."""
    return init_node(
        folder / name,
        name=name,
        code=code,
        display=name.title(),
        endpoint=f"http://127.0.0.1:{free_port()}",
        entropy=SystemEntropy(),
        status="exercise",
        settings=Settings(folder / name, api_port=0, poll_s=1),
    )


def charter(folder: Path, *parties: Identity) -> Path:
    """Write the charter of a channel with a voice party and an agreed place."""
    place: dict[str, Json] = {
        "names": [{"lang": "en", "text": "At-Tanf"}],
        "place": {
            "lat_e7": 334_900_000,
            "lon_e7": 386_600_000,
            "precision_e4m": 5_000_000,
            "stated": "the garrison",
        },
    }
    body = new_charter(
        parties,
        at=SystemClock().now(),
        voices=[("cell", "VC")],
        changes={"places": [place], "readback_kinds": ["warning/1"]},
    )
    file = folder / "charter.json"
    file.write_text(json.dumps(body))
    return file


def sign(file: Path, folder: Path) -> None:
    """Sign a charter with the command."""
    signed = parley("charter", "sign", str(file), "--node", str(folder))
    assert signed.returncode == 0, signed.stderr
    assert signed.stdout.startswith("EXERCISE")


def alone(folder: Path) -> Path:
    """Make a party whose only counterpart is a voice party, and sign; give its folder."""
    sign(charter(folder, make(folder, "coalition", "CO")), folder / "coalition")
    return folder / "coalition"


@dataclass(frozen=True)
class Running:
    """A node that ``parley run`` serves: its folder, and the process."""

    folder: Path
    process: subprocess.Popen[str]


def start(folder: Path) -> subprocess.Popen[str]:
    """Start ``parley run`` and wait until it says that it runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from parley.desk.cli import main; main()", "run", "--node", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line.rstrip())
        if said[-1] == READY:
            return process
    raise AssertionError(f"it ended: {said} {process.communicate()[1]}")


def finish(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Ask a process to end, and give its exit code and what it said on stderr."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    """Serve two parties of one channel for the tests of this module."""
    home = tmp_path_factory.mktemp("run")
    file = charter(home, make(home, "coalition", "CO"), make(home, "russia", "RU"))
    for name in ("coalition", "russia"):
        sign(file, home / name)
    served = [Running(home / name, start(home / name)) for name in ("coalition", "russia")]
    wait_until(lambda: all(at_work(node) for node in served))
    yield served[0], served[1]
    for node in served:
        finish(node.process, signal.SIGTERM)


@pytest.fixture
def node(nodes: tuple[Running, Running]) -> Running:
    """Give the coalition's node."""
    return nodes[0]


def state(node: Running) -> dict[str, Any]:
    """Ask a node how it stands."""
    with running(node.folder) as client:
        told: dict[str, Any] = client.get("/v1")
    return told


def at_work(node: Running) -> bool:
    """Tell whether a node may write and holds something of every log."""
    told = state(node)
    return not told["read_only"] and all(log["size"] for log in told["channels"][0]["logs"])


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for a state, however long it takes; the test's own limit ends a wait in vain."""
    while not holds():
        threading.Event().wait(0.05)


def ask(node: Running, *arguments: str) -> str:
    """Run a verb against the node and give what it prints."""
    done = parley(*arguments, env={"PARLEY_NODE": str(node.folder)})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_token_is_for_its_owner_only(node: Running) -> None:
    """Address and token lie in the folder, mode 0600, while the node runs."""
    assert stat.S_IMODE((node.folder / FILE).stat().st_mode) == 0o600
    assert read_access(node.folder).url.startswith("http://127.0.0.1:")


def test_an_officers_day(node: Running, tmp_path: Path) -> None:
    """Warn, call, look, print, prove: each verb says what it did and what is known."""
    warned = json.loads(ask(node, *WARN, "--format", "json"))
    number = warned["number"]
    assert "-U" in number
    told = ask(node, "call", "cell", "connected", "--said", "Cease at once", "--about", number)
    assert "shows nothing about the other side" in told
    shown = json.loads(ask(node, "show", number, "--format", "json"))
    assert shown["name"] == warned["name"]
    assert shown["body"]["place"]["lat_e7"] == 334_900_000
    assert "told cell (our own account)" in shown["known"]
    table = ask(node, "show", number)
    assert table.startswith("EXERCISE")
    assert "told cell (our own account)" in table
    listed = ask(node, "records")
    assert number in listed
    assert warned["check_code"] in listed
    page = ask(node, "print", number, "--text")
    written = tmp_path / "page.txt"
    told = ask(node, "print", number, "--text", "--out", str(written))
    assert (told, written.read_text()) == (f"{written}: {len(page.encode())} bytes\n", page)
    assert number in page
    assert "At-Tanf" in page
    advised = json.loads(ask(node, "view", "advisories", "--format", "json"))["data"]
    assert {"W2", "W3"} <= {a["rule"] for a in advised["advisories"]}
    status = ask(node, "status")
    assert "coalition" in status
    assert re.search(r"^findings +[1-9]\d* for attention: see", status, re.MULTILINE)
    assert "No fork" in ask(node, "fork", "list")
    carried = tmp_path / "out.tar"
    ask(node, "carry", "out", str(carried))
    again = json.loads(ask(node, "carry", "in", str(carried), "--format", "json"))
    assert all(log["new"] == 0 for log in again["taken"]["logs"])


def test_status_says_nothing_of_clear_while_a_conflict_stands(
    nodes: tuple[Running, Running], tmp_path: Path
) -> None:
    """That all logs are whole is not that the sky is clear: status tells the two apart."""
    plan = tmp_path / "plan.geojson"
    plan.write_text(json.dumps(PLAN))
    for node in nodes:
        ask(node, "notify", str(plan))

    def patrols() -> list[str]:
        air = json.loads(ask(nodes[0], "view", "air", "--format", "json"))["data"]
        meet = [c for c in air["conflicts"] if c["a"]["title"] == c["b"]["title"] == "Patrol"]
        return [c["verdict"] for c in meet]

    wait_until(lambda: patrols() == ["CONFLICT"])
    after = ask(nodes[0], "status")
    assert re.search(r"^conflicts +[1-9]\d* CONFLICT, \d+ POSSIBLE: see", after, re.MULTILINE)
    assert "whole: nothing unread, missing or forked" in after
    assert "clear" not in after


def test_status_tells_how_often_the_node_was_asked_about_plans(node: Running) -> None:
    """Whoever probes a node is seen by its own side: the count grows with each question."""

    def asked() -> int:
        found = re.search(
            r"^questions +(\d+) about plans since 2", ask(node, "status"), re.MULTILINE
        )
        assert found is not None
        return int(found[1])

    before = asked()
    with running(node.folder) as client:
        client.post("/v1/check", PLAN)
    assert asked() == before + 1


def test_evidence_goes_from_the_node_to_a_stranger(
    nodes: tuple[Running, Running], tmp_path: Path
) -> None:
    """What `evidence` writes, `verify` accepts with the identities, and doubts without them."""
    node = nodes[0]
    number = json.loads(ask(node, *WARN, "--format", "json"))["number"]
    file = tmp_path / "evidence.zip"
    ask(node, "evidence", number, "--out", str(file))
    doubted = parley("verify", str(file))
    assert (doubted.returncode, doubted.stdout[:8]) == (1, "EXERCISE")
    assert "KEYS NOT ESTABLISHED" in doubted.stdout
    trusted = [("--trust", str(each.folder / "identity.json")) for each in nodes]
    held = parley("verify", str(file), *trusted[0], *trusted[1])
    assert held.returncode == 0, held.stdout + held.stderr
    assert "VERIFIED" in held.stdout
    file.write_bytes(file.read_bytes()[:-1])
    assert parley("verify", str(file)).returncode == 1
    assert_one_line(parley("evidence", number, "--out", str(file), "--node", str(node.folder)), 2)


def test_flights_are_announced_from_a_file(node: Running, tmp_path: Path) -> None:
    """Every feature becomes a record; a bad one stops all of them, with its place."""
    feature = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[37.2, 34.4], [38.6, 33.5]]},
        "properties": {
            "kind": "activity/1",
            "title": "Support",
            "half_width_m": 9260,
            "altitude_lower": {"value": 15000, "units": "FT", "reference": "AMSL"},
            "altitude_upper": {"value": 25000, "units": "FT", "reference": "AMSL"},
            "time_start": "2036-06-16T04:00:00Z",
            "time_end": "2036-06-16T08:00:00Z",
        },
    }
    file = tmp_path / "plans.geojson"
    file.write_text(json.dumps(feature))
    first, again = (ask(node, "notify", str(file), "--id", "cd" * 16) for _ in range(2))
    assert "CO-" in first
    assert first == again
    count = json.loads(ask(node, "records", "--format", "json"))["total"]
    bad = {**feature, "geometry": {"type": "Point", "coordinates": [37.2, 91]}}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, bad]}))
    assert_one_line(parley("notify", str(file), "--node", str(node.folder)), 2, "features[1]")
    assert json.loads(ask(node, "records", "--format", "json"))["total"] == count


def test_a_record_of_any_kind_and_a_personal_part(node: Running, tmp_path: Path) -> None:
    """The generic verb sends what has no verb of its own; its refusal names the path."""
    body = tmp_path / "body.json"
    body.write_text('{"nonsense": 1}')
    refused = parley("record", "question/1", str(body), "--node", str(node.folder))
    assert_one_line(refused, 2, "body.")


def test_the_same_id_is_sent_once(node: Running) -> None:
    """A command repeated with its id gives the same record again."""
    first, again = (
        json.loads(ask(node, *WARN, "--id", "ab" * 16, "--format", "json")) for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "RU-0101-999"], 2, ["record-unknown"]),
        (["show", "ab/../../channels"], 2, []),
        (["warn", "stop", "x", "--place", "nowhere at all"], 2, ["--place"]),
        (["warn", "stop", "x", "--until", "04:30"], 2, ["--until"]),
        (["warn", "stop", "x", "--lower", "15000"], 2, ["--lower"]),
        (["warn", "stop", "x"], 2, ["body.whom"]),
        (["answer", "CO-0101-999", "acknowledge", "--officer", "x"], 2, ["record-unknown"]),
        (["records", "--channel", "ffff"], 2, ["--channel"]),
        (["view", "air", "--at", "noon"], 2, ["parley: --at: "]),
        (["view", "air", "--upto", "x"], 2, ["parley: --upto: "]),
        (["dossier", "--area", "Atlantis", *HOURS], 2, ["parley: --area: "]),
        (["dossier", "--area", "0,0,1km", "--from", "now", "--to", "x"], 2, ["parley: --from: "]),
        ([*EXPORT, "--kind", "observaton/1"], 2, ["did you mean observation/1?"]),
        ([*EXPORT, "--kind", "qqq/1"], 2, ["parley kinds"]),
        (["carry", "in", __file__], 2, [f"{__file__}: no tar file", "[bundle]"]),
    ],
)
def test_what_the_node_refuses_is_one_line_too(
    node: Running, arguments: list[str], code: int, words: list[str]
) -> None:
    """The node's refusal reaches the terminal as it was, with its place and its code."""
    assert_one_line(parley(*arguments, "--node", str(node.folder)), code, *words)


def test_a_stop_is_sent_stored_and_answered(nodes: tuple[Running, Running]) -> None:
    """What one side demands, the other answers with a read-back that Parley compares."""
    ours, theirs = nodes
    number = json.loads(
        ask(ours, *WARN, "--from", "2036-06-16T04:00:00Z", "--lower", "FL150", "--format", "json")
    )["number"]

    def known(node: Running) -> str:
        listed = json.loads(ask(node, "records", "--kind", "warning/1", "--format", "json"))
        return " ".join(r["known"] for r in listed["records"] if r["number"] == number)

    wait_until(lambda: known(theirs) != "")
    wait_until(lambda: "stored by russia" in known(ours))
    said = ask(
        theirs, "answer", number, "acknowledge", "--officer", "duty officer",
        "--place", "33.49N 38.66E", "--from", "160400ZJUN36", "--lower", "15000 FT STD",
    )  # fmt: skip
    assert "read-back: matches" in said
    assert "To acknowledge is not to agree." in said
    wrong = ask(
        theirs, "answer", number, "acknowledge", "--officer", "duty officer", "--place", "35N 38E"
    )
    assert "place: differs" in wrong
    wait_until(lambda: "answered by russia" in known(ours))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_node_stops_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end the node quietly, and take the token away."""
    folder = alone(tmp_path)
    process = start(folder)
    assert (folder / FILE).exists()
    assert finish(process, number) == (0, "")
    assert not (folder / FILE).exists()
    assert_one_line(parley("status", "--node", str(folder)), 3, "no node runs here")


def request(folder: Path, what: str, *headers: str) -> tuple[tuple[str, int], bytes]:
    """Give the address of a node's API, and the head of a request that it lets in."""
    access = read_access(folder)
    url = urlsplit(access.url)
    assert url.hostname is not None
    assert url.port is not None
    lines = [f"{what} HTTP/1.1", f"Host: {url.netloc}", f"Authorization: Bearer {access.token}"]
    return (url.hostname, url.port), "\r\n".join([*lines, *headers, "", ""]).encode()


def test_a_caller_that_does_not_read_its_answers_does_not_keep_a_node_from_ending(
    tmp_path: Path,
) -> None:
    """Answers that nobody takes fill every buffer; the node leaves them and ends."""
    folder = alone(tmp_path)
    process = start(folder)
    address, head = request(folder, "GET /v1/openapi.json")
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(address)
        deaf.sendall(head * 400)
        ask(Running(folder, process), "status")
        code, errors = finish(process, signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in errors


def test_a_request_that_never_ends_does_not_keep_a_node_from_ending_quietly(
    tmp_path: Path,
) -> None:
    """Half a question is refused when the node stops, and no traceback is printed.

    Nor is one for a caller that goes away in the middle of a request.
    """
    folder = alone(tmp_path)
    process = start(folder)
    address, head = request(folder, "POST /v1/check", "Content-Length: 1000")
    head += b"{"
    with (
        socket.create_connection(address) as gone,
        socket.create_connection(address) as open_,
    ):
        for each in (gone, open_):
            each.sendall(head)
        ask(Running(folder, process), "status")  # by then both were taken in
        gone.close()
        ask(Running(folder, process), "status")
        assert finish(process, signal.SIGTERM) == (0, "")
        answer = open_.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "desk-not-running"


def test_what_needs_no_line_works_while_nothing_runs(tmp_path: Path) -> None:
    """Charter, records, page and evidence open the folder themselves; sending does not."""
    folder = alone(tmp_path)
    listed = json.loads(parley("records", "--format", "json", "--node", str(folder)).stdout)
    assert [r["kind"] for r in listed["records"]] == ["charter/1", "charter/1"]
    number = listed["records"][0]["number"]
    assert number in parley("print", number, "--text", "--node", str(folder)).stdout
    assert_one_line(parley(*WARN, "--node", str(folder)), 3, "parley run")


def test_a_token_file_of_a_node_that_died_does_not_lock_the_folder(tmp_path: Path) -> None:
    """After a kill -9 the folder can be read, and what needs the line says that none runs."""
    folder = alone(tmp_path)
    process = start(folder)
    process.kill()
    process.communicate()
    assert (folder / FILE).exists()
    assert parley("records", "--node", str(folder)).returncode == 0
    assert_one_line(parley(*WARN, "--node", str(folder)), 3, "parley run")


def test_keys_are_changed_while_the_node_runs(tmp_path: Path) -> None:
    """One command makes the keys, logs them in both lanes, and the node goes on with them.

    Evidence from before and after convinces whoever trusts the identity that the channel began
    with; the node starts again with the new keys.
    """
    file = charter(tmp_path, make(tmp_path, "coalition", "CO"), make(tmp_path, "russia", "RU"))
    served = []
    for name in ("coalition", "russia"):
        sign(file, tmp_path / name)
        served.append(Running(tmp_path / name, start(tmp_path / name)))
    node, other = served
    wait_until(lambda: all(at_work(each) for each in served))
    trusted = [tmp_path / "russia" / "identity.json"]

    def proven(number: str) -> bool:
        known = json.loads(ask(node, "show", number, "--format", "json"))["known"]
        return "stored by russia" in known

    before = json.loads(ask(node, *WARN, "--format", "json"))["number"]
    wait_until(lambda: proven(before))
    old = {k["role"]: k["sha256"] for k in json.loads(ask(node, "key", "--format", "json"))}
    roles = ("author", "log", "witness", "receipt", "line")
    done = json.loads(ask(node, "key", "change", *roles, "--reason", "yearly", "--format", "json"))
    assert set(done["keys"]) == set(roles)
    assert [r["lane"] for r in done["records"]] == ["urgent", "routine"]
    new = {k["role"]: k["sha256"] for k in json.loads(ask(node, "key", "--format", "json"))}
    assert new == {**done["keys"], "recovery": old["recovery"]}
    assert not set(old.values()) & set(done["keys"].values())

    after = json.loads(ask(node, *WARN, "--format", "json"))["number"]
    wait_until(lambda: proven(after))
    (former,) = node.folder.glob("identity-*.json")
    trusted.append(former)
    for number in (before, after):
        evidence = tmp_path / f"{number}.zip"
        ask(node, "evidence", number, "--out", str(evidence))
        trust = [word for path in trusted for word in ("--trust", str(path))]
        held = parley("verify", str(evidence), *trust)
        assert held.returncode == 0, held.stdout + held.stderr
    rules = json.loads(ask(other, "view", "advisories", "--format", "json"))["data"]["advisories"]
    assert "W19" not in {a["rule"] for a in rules}

    finish(node.process, signal.SIGTERM)
    again = Running(node.folder, start(node.folder))
    wait_until(lambda: at_work(again))
    last = json.loads(ask(again, *WARN, "--format", "json"))["number"]
    wait_until(lambda: proven(last))
    for each in (again, other):
        finish(each.process, signal.SIGTERM)


def test_a_node_alone_writes_only_when_told_to(tmp_path: Path) -> None:
    """With nobody to confirm its logs a node refuses; `resume` overrides that in a record."""
    folder = alone(tmp_path)
    process = start(folder)
    try:
        assert_one_line(parley(*WARN, "--node", str(folder)), 1, "[read-only]")
        assert "READ-ONLY" in parley("status", "--node", str(folder)).stdout
        resumed = parley("resume", "--reason", "a new node", "--node", str(folder))
        assert resumed.returncode == 0, resumed.stderr
        sent = parley(*WARN, "--node", str(folder))
        assert sent.returncode == 0, sent.stderr
    finally:
        finish(process, signal.SIGTERM)
