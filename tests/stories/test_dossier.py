"""After the night: both sides hand an enquiry their dossier, and a stranger checks every page."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from parley.desk.cli import run
from parley.desk.words import LEGAL
from parley.log.archive import read_archive, write_archive
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.node.publishing import PartInput
from parley.record.canonical import Json, canonical
from parley.record.envelope import Ref
from parley.values.instants import format_instant
from tests.contracts.second_verifier import UNCOVERED, load
from tests.stories.village import DAY, Village, village, warning

MINUTE = 60_000
AREA = ("--area", "33.506,38.618,20km")
HOURS = ("--from", "2016-06-16T00:00Z", "--to", "2016-06-17T00:00Z", "--at", "2016-06-20T00:00Z")
SEALED = b"They turned back at 0412 and had been over the wadi since 0355, by our own radar."
KEPT = b"Contact at the garrison: an invented name, mobile +963 000 000 417, until the end of June."
ERASED = (
    b"Contact at the gate: another invented name, mobile +963 000 000 418, for that night only."
)
SECRETS = (SEALED, KEPT, ERASED)


def spot(lat_e7: int = 335_060_000, lon_e7: int = 386_180_000) -> dict[str, Json]:
    return {"lat_e7": lat_e7, "lon_e7": lon_e7, "precision_e4m": 5_000_000, "stated": "At-Tanf"}


def stated(after_ms: int) -> dict[str, Json]:
    at = DAY + after_ms
    return {"ms": at, "stated": "that morning", "zone": "Asia/Damascus"}


@dataclass(frozen=True)
class Night:
    """The folders of both sides after it, their channel, and how long the logs were before noon."""

    folder: Path
    channel: str
    early: dict[str, int]

    def dossier(self, side: str, out: Path, *more: str) -> int:
        options = [*AREA, *HOURS, "--node", str(self.folder / side), *more]
        return run(["dossier", *options, "--out", str(out)])


def play(v: Village) -> tuple[str, dict[str, int]]:
    """A warning by wire and by voice, an answer read back wrongly, two accounts, a part erased."""
    channel = v.charter("coalition", "russia", mirrors=("mirror",), day_zone="Asia/Damascus")
    v.settle()
    coalition, russia = v.nodes["coalition"], v.nodes["russia"]
    parts = (
        PartInput("radar", SEALED, "text/plain", "sealed"),
        PartInput("contact", KEPT, "text/plain", "personal", ("russia",)),
        PartInput("gate", ERASED, "text/plain", "personal", ("russia",)),
    )
    said = coalition.publish(
        channel, "warning/1", {**warning(), "place": spot()}, priority="urgent", parts=parts
    )
    v.settle()
    early = {origin: len(log) for origin, log in coalition.opened(channel).items()}
    for origin in early:
        # as long as before anybody had logged a head over the warning
        first = 2 if origin.startswith("exercise.invalid/coalition/") and "urgent" in origin else 1
        early[origin] = first
    v.clock.advance(MINUTE)
    called: dict[str, Json] = {
        "medium": "telephone",
        "direction": "out",
        "to": "russia",
        "opened_at": DAY + MINUTE,
        "outcome": "connected",
        "said": {"lang": "en", "text": "Keep clear of At-Tanf."},
    }
    coalition.publish(channel, "call/1", called, refs=[Ref("about", said.name)], priority="urgent")
    answer: dict[str, Json] = {
        "stance": "acknowledge",
        "officer": "duty officer",
        "place": spot(345_060_000),
    }
    russia.publish(channel, "answer/1", answer, refs=[Ref("answers", said.name)])
    ours: dict[str, Json] = {
        "text": {"lang": "en", "text": "Aircraft struck the garrison."},
        "place": spot(),
        "time": stated(10 * MINUTE),
    }
    account = coalition.publish(channel, "account/1", ours)
    v.settle()
    theirs: dict[str, Json] = {
        "text": {"lang": "ru", "text": "Удар нанесён по другому объекту."},
        "place": spot(360_000_000),
        "time": stated(55 * MINUTE),
    }
    russia.publish(channel, "account/1", theirs, refs=[Ref("same_event", account.name)])
    gate = next(p for p in coalition.find(said.name).said.parts if p.name == "gate")
    coalition.erase_personal(channel, said.name, gate.sha256, by="duty officer")
    v.settle()
    return channel, early


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("night")
    with village(folder) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU")):
            v.add(name, code)
        v.add("mirror", "MI", role="mirror")
        channel, early = play(v)
    return Night(folder, channel, early)


@pytest.fixture(scope="module")
def files(night: Night, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The zip of each side."""
    out = tmp_path_factory.mktemp("dossiers")
    for side in ("coalition", "russia"):
        assert night.dossier(side, out / f"{side}.zip") == 0
    return {side: (out / f"{side}.zip").read_bytes() for side in ("coalition", "russia")}


@pytest.fixture(scope="module")
def second(root: Path) -> ModuleType:
    return load(root)


def told(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read_archive(data)["dossier.json"])
    return found


def codes(value: dict[str, Any]) -> set[tuple[str, str]]:
    return {(g["code"], g["party"]) for g in value["common"]["gaps"]}


def test_both_sides_tell_the_same(files: dict[str, bytes]) -> None:
    """The common part is equal byte for byte: who said what, to whom, and what is not there."""
    coalition, russia = (told(files[side]) for side in ("coalition", "russia"))
    assert canonical(coalition["common"]) == canonical(russia["common"])
    assert [coalition["here"]["node"], russia["here"]["node"]] == ["coalition", "russia"]
    kinds = [record["kind"] for record in coalition["common"]["records"]]
    assert sorted(kinds) == [
        "account/1", "account/1", "answer/1", "call/1", "erasure/1", "warning/1",
    ]  # fmt: skip
    (event,) = coalition["common"]["events"]
    assert {a["author"] for a in event["accounts"]} == {"coalition", "russia"}
    assert event["differ"] == ["places up to 277 km apart", "times up to 45 min apart"]
    warned = coalition["common"]["records"][0]
    (russian,) = [k for k in warned["knowing"] if k["holder"] == "russia"]
    roads = [(g["grade"], g["road"], g.get("medium")) for g in russian["grades"]]
    assert roads == [
        ("told", "voice", "telephone"),
        ("head_seen", "line", None),
        ("stored", "line", None),
        ("answered", "record", None),
    ]
    assert russian["grades"][-1]["read_back"]["result"] == "differs"
    assert {("read_back", "russia"), ("part_withheld", "coalition")} <= codes(coalition)
    assert ("part_erased", "coalition") in codes(coalition)
    assert not {code for code, _ in codes(coalition)} & {"no_answer", "not_seen", "one_sided"}


def test_what_only_one_side_holds_is_marked(night: Night, tmp_path: Path) -> None:
    """At sizes at which no record showed a receipt, the one who has it says: only here."""
    upto = json.dumps(night.early)
    values = {}
    for side in ("coalition", "russia"):
        out = tmp_path / f"{side}.json"
        assert night.dossier(side, out, "--upto", upto, "--format", "json") == 0
        values[side] = json.loads(out.read_bytes())
    assert canonical(values["coalition"]["common"]) == canonical(values["russia"]["common"])
    assert ("not_seen", "russia") in codes(values["coalition"])
    shown = {(g["grade"], g["holder"]) for g in values["coalition"]["here"]["only_here"]}
    assert ("stored", "russia") in shown
    page = tmp_path / "coalition.html"
    assert night.dossier("coalition", page, "--upto", upto) == 0
    assert '<span class="here">only here</span>' in page.read_text(encoding="utf-8")


def evidence(data: bytes) -> Iterator[tuple[str, bytes]]:
    for name, content in read_archive(data).items():
        if name.startswith("evidence/"):
            yield name, content


def shown_by_second(second: ModuleType, data: bytes) -> None:
    """Verify with the second verifier: whole, or where that is not covered, what it covers."""
    try:
        channel, (entry, proof, policy), _ = second.check_evidence(data)
        assert len(channel) == 64
    except second.FAULTS as fault:
        if UNCOVERED not in str(fault):
            raise
        members = read_archive(data)
        entry, proof, policy = (members[name] for name in ("entry", "proof", "policy"))
    _, head = second.included(entry, proof)
    assert second.cosigned(policy, head)


def test_every_proof_is_verified_by_both_verifiers(
    night: Night, files: dict[str, bytes], second: ModuleType
) -> None:
    """Each record has its file; a stranger with the fingerprint needs nothing else."""
    for data in files.values():
        value, proofs = told(data), dict(evidence(data))
        names = {r["name"] for r in value["common"]["records"]}
        assert {p["record"] for p in value["proofs"]} == names
        assert {p["file"] for p in value["proofs"]} == set(proofs)
        for proof in value["proofs"]:
            content = proofs[proof["file"]]
            assert hashlib.sha256(content).hexdigest() == proof["sha256"]
            report = check_evidence(content, Trust(channels=frozenset({night.channel})))
            assert report.verified
            assert report.name == proof["record"]
            shown_by_second(second, content)


def test_tampering_shows(
    files: dict[str, bytes], second: ModuleType, tmp_path: Path, night: Night
) -> None:
    """A proof with one byte changed fails with both; a changed page no longer fits the sums."""
    data = files["coalition"]
    for i, (_, content) in enumerate(evidence(data)):
        members = read_archive(content)
        broken = bytearray(members["entry"])
        broken[len(broken) // 2] ^= 1
        changed = write_archive({**members, "entry": bytes(broken)})
        path = tmp_path / f"{i}.zip"
        path.write_bytes(changed)
        assert run(["verify", str(path), "--trust", night.channel]) == 1
        with pytest.raises(second.FAULTS):
            shown_by_second(second, changed)
    members = read_archive(data)
    lines = [line.split("  ", 1) for line in members["SHA256SUMS"].decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert set(sums) == set(members) - {"SHA256SUMS"}
    for name, content in members.items():
        if name != "SHA256SUMS":
            assert hashlib.sha256(content).hexdigest() == sums[name]


def test_the_same_again_gives_the_same_bytes(
    night: Night, files: dict[str, bytes], tmp_path: Path
) -> None:
    """Two dossiers of one node at one instant are one file."""
    assert night.dossier("russia", tmp_path / "again.zip") == 0
    assert (tmp_path / "again.zip").read_bytes() == files["russia"]


def test_parts_stay_out_unless_they_are_asked_for_and_held(
    night: Night, files: dict[str, bytes], tmp_path: Path
) -> None:
    """Neither content nor a salted copy is in it by default; what is left out is named."""
    for data in files.values():
        everything = b"".join(read_archive(data).values())
        assert not any(secret[:24] in everything for secret in SECRETS)
        readme = read_archive(data)["README.txt"].decode()
        assert all(f"{name} ({sort})" in readme for name, sort in LEFT_OUT)
    asked = {}
    for side in ("coalition", "russia"):
        out = tmp_path / f"{side}.zip"
        assert night.dossier(side, out, "--with-parts") == 0
        asked[side] = read_archive(out.read_bytes())
    held = {
        side: [s for s in SECRETS if any(s in members[m] for m in members if m[:6] == "parts/")]
        for side, members in asked.items()
    }
    assert held == {"coalition": [SEALED, KEPT], "russia": [KEPT]}
    for members in asked.values():
        for name, content in members.items():
            if name.startswith("parts/"):
                assert hashlib.sha256(content).hexdigest() == name.removeprefix("parts/")


LEFT_OUT = (("radar", "sealed"), ("contact", "personal"), ("gate", "personal"))


def test_parts_go_into_a_zip_only(night: Night, tmp_path: Path) -> None:
    """On a page they would lie open."""
    assert night.dossier("coalition", tmp_path / "page.html", "--with-parts") == 2
    assert not (tmp_path / "page.html").exists()


def test_the_page_needs_nothing_else(files: dict[str, bytes]) -> None:
    """Self-contained: no script, no reference to anything outside; banner, both zones, caveat."""
    page = read_archive(files["russia"])["dossier.html"].decode()
    assert page.count("EXERCISE - EXERCISE - EXERCISE") >= 2
    assert escape(LEGAL) in page
    assert format_instant(DAY).replace("T", " ") in page
    assert "2016-06-16 07:00:00 Asia/Damascus (UTC+03:00)" in page
    assert "read-back DIFFERS (place: differs by 110" in page
    assert "Удар нанесён по другому объекту." in page
    lowered = page.lower()
    assert not any(mark in lowered for mark in ("<script", "src=", "href=", "url(", "@import"))
