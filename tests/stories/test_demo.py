"""The demo as a newcomer sees it: one run of the command, judged by what it prints and leaves."""

import importlib.util
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from parley.desk.access import read_access
from parley.desk.cli import run
from parley.desk.demo.ground import MARK, Ground
from parley.desk.demo.world import NAMES, PARTIES, PORTS
from parley.desk.scenario.entries import Line
from parley.desk.scenario.reading import read_scenario
from parley.errors import FolderInUse
from parley.node.clock import ManualClock
from parley.node.entropy import SeededEntropy
from parley.node.runtime import Node
from parley.record.canonical import canonical
from parley.values.instants import Instant, format_instant, parse_instant

PARLEY = Path(sys.executable).with_name("parley")

# What is flagged, and after which entry; nothing else may be.
DOCUMENTED = {
    "warning": ["W2", "W3", "W4"],  # no end, no owner, a place on no agreed list
    "time passes": ["W1"],  # no acknowledgement
    "second-strike": ["W5"],  # a repeat
    "hail": ["W7"],  # a call that nobody answered
}
FILED = {"sortie": ["W8", "W8"]}  # two conflicts that nobody has answered yet


@dataclass(frozen=True)
class Played:
    """One run: its exit code, its lines, and the folder it was started in."""

    code: int
    lines: list[str]
    errors: str
    home: Path

    @property
    def folder(self) -> Path:
        """Where it played."""
        return self.home / "demo-output"

    @property
    def text(self) -> str:
        """Everything it printed."""
        return "\n".join(self.lines)

    def paragraphs(self) -> list[list[str]]:
        """Give what stands between empty lines."""
        return [part.split("\n") for part in self.text.split("\n\n")]

    def entry(self, line: Line) -> list[str]:
        """Give the paragraph of a scenario's entry."""
        begins = f"{format_instant(line.at)}  {line.parties[0]} "
        (found,) = [part for part in self.paragraphs() if part[0].startswith(begins)]
        return found

    def channel(self, number: int) -> str:
        """Give the name of the first or second channel."""
        found: list[str] = re.findall(r"^ +channel +((?:[0-9a-f]{4} ?){16})$", self.text, re.M)
        return found[number].replace(" ", "")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Run `parley demo --once` as a process of its own."""
    home = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [PARLEY, "demo", "--once"], cwd=home, capture_output=True, text=True, timeout=240
    )
    return Played(done.returncode, done.stdout.splitlines(), done.stderr, home)


def scenario_lines(root: Path, name: str) -> tuple[Line, ...]:
    """Read one half of the play."""
    return read_scenario(root / "examples" / "at-tanf" / f"{name}.toml").lines


def joined(lines: list[str]) -> str:
    """Undo the wrapping."""
    return " ".join(" ".join(lines).split())


def rules(paragraph: list[str]) -> list[str]:
    """Give the rules whose findings a paragraph shows."""
    return re.findall(r"^  [!i] (W\d+) ", "\n".join(paragraph), re.M)


def conflicts_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the conflicts of an air view."""
    found: list[dict[str, Any]] = view["data"]["conflicts"]
    return found


@pytest.fixture(scope="module")
def desks(played: Played) -> Iterator[dict[str, Node]]:
    """Open the folders that both parties' nodes left."""
    at = ManualClock(parse_instant("2016-06-20T00:00:00Z"))
    nodes = {
        name: Node.open(played.folder / name, clock=at, entropy=SeededEntropy("reader"))
        for name in PARTIES
    }
    yield nodes
    for node in nodes.values():
        node.close()


# --- what it prints


def test_it_ends_well_and_says_exercise_first(played: Played) -> None:
    """Exit code 0, nothing on stderr, EXERCISE before all else, no line over 100 columns."""
    assert (played.code, played.errors) == (0, "")
    assert played.lines[0].startswith("EXERCISE")
    assert [line for line in played.lines if len(line) > 100] == []


@pytest.mark.parametrize("name", ["documented", "filed"])
def test_every_entry_says_when_who_what_basis_and_who_knows(
    played: Played, root: Path, name: str
) -> None:
    """Each entry of the example stands there whole, with a number and a check code to say aloud."""
    for line in scenario_lines(root, name):
        paragraph = played.entry(line)
        said = joined(paragraph)
        assert line.say in said
        assert line.basis.words() in said
        assert re.search(r"(CO|RU)-\d{4}-U?\d{3}  check [0-9A-Z]{4}", paragraph[0])
        others = set(NAMES) - set(line.parties[:1])
        for other in others:
            assert f"stored by {other}" in said, line.label


def test_what_is_flagged_is_what_went_wrong_and_nothing_else(played: Played, root: Path) -> None:
    """Every finding comes after the entry that gives rise to it; there is no false alarm."""
    for name, expected in (("documented", DOCUMENTED), ("filed", FILED)):
        found = {
            line.label: rules(played.entry(line))
            for line in scenario_lines(root, name)
            if rules(played.entry(line))
        }
        passing = [p for p in played.paragraphs() if "time passes" in p[0]]
        if name == "documented":
            assert [p[0][:20] for p in passing] == ["2016-06-16T05:45:00Z"]
            found["time passes"] = rules(passing[0])
        assert found == expected
    assert len(re.findall(r"\[A-[A-Z2-7]{13}\]", played.text)) == 8


def test_the_grades_are_told_apart(played: Played, root: Path) -> None:
    """A telephone call is our own account; an answer names who answered; stored is no more."""
    entries = {line.label: joined(played.entry(line)) for line in scenario_lines(root, "filed")}
    documented = {
        line.label: joined(played.entry(line)) for line in scenario_lines(root, "documented")
    }
    assert "told russia (our own account)" in documented["telephone"]
    assert not any("answered by" in text for text in documented.values())
    assert "is now answered by russia" in entries["support-read"]
    assert "is now answered by coalition" in entries["objection"]
    assert "read back matches" in entries["agreed"]
    assert "agreed list now Hmeimim, At-Tanf" in entries["place-agreed"]


def test_the_conference_is_one_agreed_text(played: Played, root: Path) -> None:
    """Both sides log the minutes under numbers of their own, and the text stands."""
    (line,) = (e for e in scenario_lines(root, "documented") if e.label == "conference")
    said = joined(played.entry(line))
    assert "coalition CO-0618-" in said
    assert "russia RU-0618-" in said
    assert "logged by coalition and russia: it stands" in said


# --- what it leaves


def test_both_desks_show_the_conflict_under_one_number(
    played: Played, root: Path, desks: dict[str, Node]
) -> None:
    """Read from both folders at the moment the plan was filed: the same bytes, the same number."""
    (line,) = (e for e in scenario_lines(root, "filed") if e.label == "sortie")
    filed = played.channel(1)
    pictures = {}
    for name, node in desks.items():
        logs = node.opened(filed)
        upto = {o: sum(e.said.issued <= line.at for e in log) for o, log in logs.items()}
        pictures[name] = node.view(filed, "air", upto=upto, at=Instant(line.at))
    assert canonical(pictures["coalition"]) == canonical(pictures["russia"])
    numbers = {each["id"] for each in conflicts_of(pictures["russia"])}
    assert len(numbers) == 2
    printed = re.findall(r"! CONFLICT +(C-[A-Z2-7]{13})", "\n".join(played.entry(line)))
    assert set(printed) == numbers
    assert "before it begins" in joined(played.entry(line))
    for node in desks.values():
        assert conflicts_of(node.view(filed, "air", at=Instant(line.at))) == []


def test_the_evidence_convinces_who_trusts_and_nobody_else(played: Played) -> None:
    """Exit code 0 with the fingerprint, or with all identities; 1 with less."""
    path = str(played.folder / "evidence.zip")
    identities = [
        word for name in NAMES for word in ("--trust", str(played.folder / name / "identity.json"))
    ]
    assert run(["verify", path, "--trust", played.channel(1)]) == 0
    assert run(["verify", path, *identities]) == 0
    assert run(["verify", path, *identities[:2]]) == 1
    assert run(["verify", path]) == 1
    assert run(["verify", path, "--trust", played.channel(0)]) == 1


def test_the_second_verifier_agrees(played: Played, root: Path) -> None:
    """The one plain file of Python comes to the same exit codes, and says EXERCISE too."""
    command = [sys.executable, str(root / "verify" / "parley_verify.py"), "verify"]
    for trust, code in (["--trust", played.channel(1)], 0), ([], 1):
        done = subprocess.run(
            [*command, str(played.folder / "evidence.zip"), *trust], capture_output=True, text=True
        )
        assert done.returncode == code
        assert done.stdout.startswith("EXERCISE")


def test_the_folders_that_are_left_are_nodes(played: Played, desks: dict[str, Node]) -> None:
    """Three node folders and the evidence, nothing else; both sides hold the same logs."""
    left = {path.name for path in played.folder.iterdir()}
    assert left == {*NAMES, "evidence.zip", MARK}
    for name in NAMES:
        assert (played.folder / name / "parley.db").stat().st_size > 0
        assert not (played.folder / name / "api.json").exists()
    for channel in (played.channel(0), played.channel(1)):
        sizes = [
            {origin: len(log) for origin, log in node.opened(channel).items()}
            for node in desks.values()
        ]
        assert sizes[0] == sizes[1]


def test_the_commands_it_names_work(played: Played, capfd: pytest.CaptureFixture[str]) -> None:
    """What is printed at the end to be copied does what it says, on the folders alone."""
    commands = re.findall(r"^  parley ((?:records|view|show) .*)$", played.text, re.M)
    assert len(commands) == 3
    for command in commands:
        words = [
            str(played.home / w) if w.startswith("demo-output") else w for w in command.split()
        ]
        assert run(words) == 0
        assert "CO-061" in capfd.readouterr().out


# --- the folder is somebody's


def test_a_folder_of_somebody_else_is_left_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one line, and nothing in it has changed."""
    (tmp_path / "letter.txt").write_text("mine")
    assert run(["demo", "--once", "--out", str(tmp_path)]) == 2
    assert run(["demo", "--deny", "--out", str(tmp_path)]) == 2
    assert capfd.readouterr().err.count("\n") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_clears_what_a_demo_left_and_no_more(tmp_path: Path) -> None:
    """Old nodes go, a file that was put there since stays, and two demos do not share a folder."""
    folder = tmp_path / "out"
    with Ground(folder, ("coalition", "evidence.zip")):
        (folder / "coalition").mkdir()
        (folder / "evidence.zip").write_text("old")
        (folder / "notes.txt").write_text("mine")
        with pytest.raises(FolderInUse), Ground(folder, ("coalition",)):
            pass
        assert (folder / "coalition").is_dir()
    with Ground(folder, ("coalition", "evidence.zip")):
        assert sorted(p.name for p in folder.iterdir()) == [MARK, "notes.txt"]


# --- it stays until it is told to go


def test_without_once_the_nodes_stay_up(tmp_path: Path) -> None:
    """The API of each node answers at the printed address until Ctrl-C; then all is put away."""
    process = subprocess.Popen(
        [PARLEY, "demo", "--pace", "0", "--out", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("mirror     API "):
                break
        for name in NAMES:
            access = read_access(tmp_path / "out" / name)
            answer = httpx.get(
                f"{access.url}/v1/channels",
                headers={"Authorization": f"Bearer {access.token}"},
                trust_env=False,
            )
            assert answer.status_code == 200
            assert httpx.get(f"{access.url}/v1/channels", trust_env=False).status_code == 401
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, err) == (0, "")
    assert "stopping" in out
    assert not list((tmp_path / "out").glob("*/api.json"))


# --- the picture in the README


@pytest.fixture(scope="module")
def picture(root: Path) -> ModuleType:
    """Load the script that draws it."""
    path = root / "scripts" / "demo_picture.py"
    spec = importlib.util.spec_from_file_location("demo_picture", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_BY_PORT = re.compile(
    r"(?<=check )[0-9A-Z]{4}|(?<=\[A-)[A-Z2-7]{13}|(?<=C-)[A-Z2-7]{13}"
    r"|(?<=SHA-256 )[0-9a-f]{16}|\d+(?= bytes)"
)


def test_the_picture_shows_what_the_demo_prints_now(played: Played, picture: ModuleType) -> None:
    """Line for line; where the usual ports were taken, all but what follows from the ports.

    Which of two plans is named first follows from them too: then the words count, not their order.
    """
    drawn = [
        element.text or ""
        for element in ElementTree.fromstring(picture.PICTURE.read_text(encoding="utf-8"))
        if element.tag.endswith("}text")
    ]
    printed = [line for line in picture.excerpt(played.text) if line]
    if f":{PORTS[0]} " not in played.text:
        drawn, printed = (
            sorted(_BY_PORT.sub("#", " ".join(lines)).split()) for lines in (drawn, printed)
        )
    assert drawn == printed


def test_the_picture_asks_nobody_for_anything(picture: ModuleType) -> None:
    """No font, image, script, style or link: one namespace, and text."""
    text = picture.PICTURE.read_text(encoding="utf-8")
    assert re.findall(r"(?:https?:)?//[^\"' <]+", text) == ["http://www.w3.org/2000/svg"]
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
    assert tags == {"svg", "title", "rect", "text"}
