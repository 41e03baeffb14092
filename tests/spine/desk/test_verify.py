"""`parley verify` decides by its exit code: 0 verified, 1 fails or keys open, 2 bad input."""

import json
from pathlib import Path

import pytest

from parley.desk.cli import run
from parley.log.archive import read_archive
from parley.log.evidence import write_evidence
from tests.spine.log.evidence_world import STORED, World


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture
def file(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "evidence.zip"
    path.write_bytes(write_evidence(world.source(STORED)))
    return path


def test_verified_with_the_fingerprint(
    world: World, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The charter's fingerprint gives exit code 0, and EXERCISE is the first word."""
    assert run(["verify", str(file), "--trust", world.channel.upper()]) == 0
    out = capsys.readouterr().out
    assert out.startswith("EXERCISE")
    assert out.rstrip().splitlines()[-1].startswith("VERIFIED")


def test_keys_not_established(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without trust: consistent, fingerprints printed, exit code 1."""
    assert run(["verify", str(file), "--format", "json"]) == 1
    out = capsys.readouterr().out
    told = json.loads(out)
    assert out.split('"')[1] == "EXERCISE"
    assert told["result"] == "consistent; keys not established"
    assert {k["role"] for k in told["fingerprints"]["russia"]} >= {"author", "receipt"}
    assert [(g["grade"], g["holder"]) for g in told["grades"]] == [("stored", "russia")]


def test_a_damaged_file_fails(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that fails gives exit code 1 and one line that names the step."""
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(bytes(data))
    assert run(["verify", str(file)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("parley: (1) archive")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--trust", "nobody.json"], ["--policy", "policy"]])
def test_bad_input(file: Path, arguments: list[str]) -> None:
    """A trust that cannot be read, or half a proof, gives exit code 2."""
    assert run(["verify", str(file), *arguments]) == 2


def test_what_is_no_evidence_is_bad_input(tmp_path: Path) -> None:
    """A missing file, and one that is no archive, give exit code 2."""
    (tmp_path / "text").write_text("hello")
    assert run(["verify", str(tmp_path / "text")]) == 2
    assert run(["verify", str(tmp_path / "absent")]) == 2


def test_entry_proof_and_policy_by_themselves(file: Path, tmp_path: Path) -> None:
    """The members verify alone as `verify --policy P --proof F ENTRY`; a changed entry fails."""
    members = read_archive(file.read_bytes())
    for name in ("entry", "proof", "policy"):
        (tmp_path / name).write_bytes(members[name])
    apart = ["--policy", str(tmp_path / "policy"), "--proof", str(tmp_path / "proof")]
    assert run(["verify", *apart, str(tmp_path / "entry")]) == 0
    assert run(["verify", *apart, str(tmp_path / "entry"), "--trust", "ab" * 32]) == 2
    (tmp_path / "entry").write_bytes(members["entry"] + b" ")
    assert run(["verify", *apart, str(tmp_path / "entry")]) == 1


@pytest.mark.parametrize(("spoilt", "code"), [("policy", 2), ("proof", 1)])
def test_the_refusal_names_the_file(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoilt: str, code: int
) -> None:
    """Of three files the one that is malformed is named."""
    members = {**read_archive(file.read_bytes()), spoilt: b"junk"}
    for name in ("entry", "proof", "policy"):
        (tmp_path / name).write_bytes(members[name])
    apart = ["--policy", str(tmp_path / "policy"), "--proof", str(tmp_path / "proof")]
    assert run(["verify", *apart, str(tmp_path / "entry")]) == code
    assert f"{tmp_path / spoilt}: " in capsys.readouterr().err
