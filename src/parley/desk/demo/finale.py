"""The end of the demo: an evidence file is written, and checked as a stranger would check it."""

from pathlib import Path

from parley.desk.demo.offline import Verdict, verify
from parley.desk.demo.script import Script
from parley.desk.demo.world import NAMES, PARTIES, World
from parley.desk.files import write_bytes
from parley.errors import DemoFailed
from parley.node.publishing import Published

EVIDENCE = "evidence.zip"


def prove(world: World, channel: str, record: Published, script: Script) -> None:
    """Write the evidence of a record, and print what it proves with and without trust."""
    script.scene("Evidence: a file that a stranger checks without any of the three")
    path = world.folder / EVIDENCE
    data = world.nodes[PARTIES[0]].evidence(channel, record.name)
    write_bytes(path, data, replace=True)
    script.say(
        f"{path} ({len(data)} bytes) is about {record.number}, check {record.check_code}. It is"
        " checked here by the code of `parley verify`, from the file alone: no node, no network."
    )
    trusted, untrusted = verify(path, channel), verify(path)
    if (trusted.code, untrusted.code) != (0, 1):
        raise DemoFailed(
            f"exit codes {trusted.code} and {untrusted.code}",
            where=str(path),
            hint=trusted.refusal or untrusted.refusal,
        )
    for line in trusted.report["proven"]:
        script.item("proven", line)
    for line in trusted.report["claimed"]:
        script.item("claimed", line)
    for line in trusted.report["not_proven"]:
        script.item("not proven", line)
    script.item("verdict", f"{_result(trusted)}, with the charter's fingerprint from a party")
    script.item("verdict", f"{_result(untrusted)}, with nothing but the file")
    script.say()
    script.say(
        "The same for a stranger, who has the identities or the fingerprint from the parties:"
    )
    for command in _commands(path, world.folder, channel):
        for line in command.split("\n"):
            script.as_is(f"  {line}")
    script.say("The last is a second verifier, one file of plain Python that shares no code.")
    script.pause()


def _commands(path: Path, folder: Path, channel: str) -> list[str]:
    identities = [f"--trust {folder / name / 'identity.json'}" for name in NAMES]
    return [
        " \\\n".join([f"parley verify {path}", *(f"    {each}" for each in identities)]),
        f"parley verify {path} \\\n    --trust {channel}",
        f"python verify/parley_verify.py verify {path} \\\n    --trust {channel}",
    ]


def _result(verdict: Verdict) -> str:
    return f"{verdict.report['result']} (exit code {verdict.code})"


def leave(folder: Path, channels: dict[str, str], number: str, script: Script) -> None:
    """Say what can be asked of the folders that are left."""
    documented, filed = channels["documented"][:8], channels["filed"][:8]
    script.say("What is in the folders can be asked at any time, also while no node runs:")
    for command in (
        f"parley records --node {folder / 'russia'} --channel {documented}",
        f"parley view advisories --node {folder / 'coalition'} --channel {documented}",
        f"parley show {number} --node {folder / 'russia'} --channel {filed}",
    ):
        script.as_is(f"  {command}")
