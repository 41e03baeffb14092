"""The command line: quick to help, one line on every refusal, exit codes that can be relied on."""

import json
import os
import re
import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from parley.desk import cli
from parley.desk.outcomes import INTERRUPTED, exit_code, http_status
from parley.errors import Outcome, ParleyError

HEAVY = (
    "numpy",
    "pydantic",
    "fastapi",
    "starlette",
    "uvicorn",
    "httpx",
    "nacl",
    "shapely",
    "pyproj",
)


def parley(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
    return subprocess.run(
        [sys.executable, "-c", "from parley.desk.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**inherited, **(env or {})},
        timeout=60,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """Expect a refusal: its exit code, nothing on stdout, and one line that says what is wrong."""
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines), done.stdout) == (code, 1, ""), done.stderr
    assert lines[0].startswith("parley: ")
    for word in words:
        assert word in lines[0]


def test_help_loads_nothing_heavy() -> None:
    """`parley --help` names every verb, and imports none of the packages that are slow to load."""
    code = (
        "import sys\n"
        "from parley.desk import cli\n"
        "assert cli.run(['--help']) == 0\n"
        f"print('LOADED', [n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for verb, (_, line) in cli.VERBS.items():
        assert f"  {verb} " in done.stdout
        assert line.split()[0] in done.stdout
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_help_names_every_exit_code() -> None:
    """Also that of a command that somebody interrupts."""
    told = parley("--help").stdout.partition("Exit codes:")[2]
    assert re.findall(r"\b(\d+) [a-z]", told) == ["0", "1", "2", "3", str(INTERRUPTED)]


def test_every_verb_has_a_command_of_its_name() -> None:
    """The table is true: each module is there and holds that verb."""
    for verb, (module, _) in cli.VERBS.items():
        command = import_module(module).command
        assert isinstance(command, click.Command)
        assert command.name == verb


def test_every_command_module_is_in_the_table() -> None:
    """No verb is written and then forgotten."""
    folder = Path(cli.__file__).parent / "commands"
    modules = {
        f"parley.desk.commands.{f.stem}" for f in folder.glob("*.py") if f.stem != "__init__"
    }
    assert modules == {module for module, _ in cli.VERBS.values()}


def test_every_option_of_every_verb_is_explained() -> None:
    """Whatever can be typed has a line of help."""

    def walk(command: click.Command, path: str) -> list[str]:
        if isinstance(command, click.Group):
            return [
                f for name, inner in command.commands.items() for f in walk(inner, f"{path} {name}")
            ]
        options = [p for p in command.params if isinstance(p, click.Option)]
        silent = [f"{path} {o.name}" for o in options if not o.help]
        return silent + ([] if command.help else [path])

    found = [
        f
        for verb, (module, _) in cli.VERBS.items()
        for f in walk(import_module(module).command, verb)
    ]
    assert found == []


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_an_exit_code_and_a_status(outcome: Outcome) -> None:
    """No refusal is without its code, and none is a success."""

    class Refusal(ParleyError):
        code = "some-code"

    Refusal.outcome = outcome
    assert exit_code(Refusal("x")) in (1, 2, 3)
    assert 400 <= http_status(Refusal("x")) < 600


def test_the_version() -> None:
    """`parley --version` prints the package's version."""
    assert parley("--version").stdout.startswith("parley 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nonsense"], 2, ["nonsense", "[desk-usage]"]),
        (["warn"], 2, ["URGENCY", "warn --help"]),
        (["warn", "loud", "stop"], 2, ["loud"]),
        (["veiw"], 2, ["did you mean view"]),
        (["view", "weather"], 2, ["weather", "there are register, notices"]),
        (["view", "leger"], 2, ["no view 'leger': did you mean ledger"]),
        (["verify", "absent.zip"], 2, ["absent.zip", "[desk-file]"]),
        (["verify", "here.txt"], 2, ["[evidence-form]"]),
        (["verify", "here.txt", "--policy", "here.txt"], 2, ["--policy and --proof go together"]),
        (["verify", "here.txt", "--policy", "here.txt", "--proof", "here.txt"], 2, ["policy"]),
        (["charter", "show", "here.txt"], 2, ["here.txt", "[record-not-canonical]"]),
        (["charter", "new", "--voice", "a:AA", "--party", "absent.json"], 2, ["absent.json"]),
        (["charter", "new"], 2, ["--party"]),
        (["kinds", "spaceship/1"], 2, ["spaceship/1", "[kind-unknown]"]),
        (["kinds", "allegaton/1"], 2, ["did you mean allegation/1"]),
        (["init", "Bad Name", "--code", "XX", "--node", "n"], 2, ["name", "[identity]"]),
        (["init", "ok", "--code", "toolong", "--node", "n"], 2, ["code"]),
        (
            ["init", "ok", "--code", "OK", "--node", "n", "--endpoint", "http://example.org:1"],
            2,
            ["endpoint"],
        ),
        (["records"], 2, ["[folder-no-node]", "parley init"]),
        (["status"], 3, ["no node runs here", "parley run"]),
        (["warn", "stop", "Stop"], 3, ["[desk-not-running]"]),
        (["notify", "absent.geojson"], 2, ["absent.geojson"]),
        (["notify", "here.txt"], 3, ["[desk-not-running]"]),
        (["record", "question/1", "here.txt"], 2, ["not JSON"]),
        (["record", "question/1", "some.json", "--ref", "x"], 2, ["--ref"]),
        (["record", "question/1", "some.json", "--personal", "x"], 2, ["--personal"]),
        (["record", "question/1", "list.json"], 2, ["object"]),
        (["fork", "check", "here.txt", "--key", "x"], 2, ["--key"]),
    ],
)
def test_a_refusal_is_one_line_and_a_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: list[str],
) -> None:
    """Whatever is wrong, there is one line saying what and where, and nothing is left behind."""
    monkeypatch.delenv("PARLEY_NODE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.txt").write_text("not what was meant\n")
    (tmp_path / "some.json").write_text("{}")
    (tmp_path / "list.json").write_text("[]")
    before = sorted(tmp_path.iterdir())
    done = cli.run(arguments)
    said = capsys.readouterr()
    assert_one_line(subprocess.CompletedProcess([], done, said.out, said.err), code, *words)
    assert sorted(tmp_path.iterdir()) == before


def test_no_verb_at_all_shows_the_help() -> None:
    """`parley` alone explains itself, on stderr, and is no success."""
    done = parley()
    assert done.returncode == 2
    assert "Verbs" in done.stderr
    assert done.stdout == ""


def test_a_node_is_made_once(tmp_path: Path) -> None:
    """`parley init` writes keys for their owner only, and never over a node that is there."""
    folder = tmp_path / "ru"
    made = parley("init", "russia", "--code", "RU", "--status", "exercise", "--node", str(folder))
    assert (made.returncode, made.stderr) == (0, "")
    assert "recovery key" in made.stdout
    assert all(stat.S_IMODE(f.stat().st_mode) == 0o600 for f in (folder / "keys").iterdir())
    again = parley("init", "russia", "--code", "RU", "--status", "exercise", "--node", str(folder))
    assert_one_line(again, 1, "[folder-in-use]")
    shown = parley("key", "--format", "json", env={"PARLEY_NODE": str(folder)})
    identity = json.loads((folder / "identity.json").read_text())
    assert {row["role"] for row in json.loads(shown.stdout)} == set(identity["keys"])


def test_charters_are_compared_by_fingerprint(tmp_path: Path) -> None:
    """`charter new` and `charter show` name one fingerprint, and print the keys' holders."""
    for name, code, role in (
        ("coalition", "CO", "party"),
        ("russia", "RU", "party"),
        ("un", "UN", "mirror"),
    ):
        made = parley(
            "init", name, "--code", code, "--role", role, "--status", "exercise",
            "--node", str(tmp_path / name),
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
    files = [str(tmp_path / name / "identity.json") for name in ("coalition", "russia", "un")]
    out = tmp_path / "charter.json"
    drafted = parley(
        "charter", "new", "--party", files[0], "--party", files[1], "--mirror", files[2],
        "--voice", "cell:VC", "--day-zone", "Asia/Damascus", "--out", str(out),
    )  # fmt: skip
    assert drafted.returncode == 0, drafted.stderr
    shown = parley("charter", "show", str(out), "--format", "json")
    told = json.loads(shown.stdout)
    assert told["fingerprint"] in drafted.stdout
    assert told["charter"]["day_zone"] == "Asia/Damascus"
    table = parley("charter", "show", str(out))
    assert table.stdout.startswith("EXERCISE")
    assert told["fingerprint"] in table.stdout
    wrong = parley(
        "charter", "accept", str(out), "--fingerprint", "00" * 32, "--node", str(tmp_path / "un")
    )
    assert_one_line(wrong, 2, "not the charter you spoke of")


def test_kinds_are_listed_with_their_schema() -> None:
    """`parley kinds` needs no node."""
    listed = json.loads(parley("kinds", "--format", "json").stdout)
    assert {"charter/1", "warning/1", "activity/1"} <= {row["kind"] for row in listed}
    schema = json.loads(parley("kinds", "warning/1").stdout)
    assert schema["additionalProperties"] is False


def test_an_interrupt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends in one line and the code that shells know."""

    @click.command("kinds")
    def interrupted() -> None:
        raise KeyboardInterrupt

    kinds = import_module("parley.desk.commands.kinds")
    monkeypatch.setattr(kinds, "command", interrupted)
    assert cli.run(["kinds"]) == 130
    assert capsys.readouterr().err.strip() == "parley: interrupted"


def test_a_missing_package_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verb of a part that is not installed says so in one line."""
    monkeypatch.setitem(cli.VERBS, "kinds", ("not_there_at_all", "x"))
    assert cli.run(["kinds"]) == 1
    assert "[desk-not-installed]" in capsys.readouterr().err


def test_a_package_that_is_missed_only_at_work_is_named_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`init` needs a package to make a certificate: without it, one line, and no keys are left."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    folder = tmp_path / "node"
    assert cli.run(["init", "coalition", "--code", "CO", "--node", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "`parley init` needs cryptography" in said
    assert said.count("\n") == 1
    assert not any(folder.rglob("*.key"))
