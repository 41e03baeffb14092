"""The layout keeps its promises: quiet imports, an engine of its own, one list of families."""

import configparser
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import parley.kinds

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PURE_LOG_MODULES = ("merkle", "checkpoint", "proof", "policy")

# Runs in a fresh interpreter. The standard library and other packages may read what they brought
# along; of ours, only module files may be read, and nobody may write or connect.
LISTENER = """
import os, sys

ours, modules = sys.argv[1], sys.argv[2:]
theirs = tuple({os.path.realpath(p) for p in (sys.prefix, sys.base_prefix)} | {sys.prefix})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
FORBIDDEN = ("sqlite3.connect", "socket.", "subprocess.", "os.system", "os.mkdir", "os.remove",
             "os.rename", "os.rmdir", "os.putenv", "os.unsetenv", "shutil.", "tempfile.",
             "urllib.", "_thread.start_new_thread")
seen = []

def allowed(path, flags):
    if flags & WRITING or not isinstance(path, (str, bytes)):
        return False
    path = os.path.abspath(os.fsdecode(path))
    if path.startswith(ours + os.sep):
        return path.endswith((".py", ".pyc", ".so"))
    return path.startswith(tuple(t + os.sep for t in theirs))

def listen(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if not allowed(path, flags or 0):
            seen.append(f"open {path} {mode}")
    elif event.startswith(FORBIDDEN):
        seen.append(f"{event} {arguments!r:.100}")

sys.addaudithook(listen)
for name in modules:
    before = len(seen)
    __import__(name)
    seen[before:] = [f"{name}: {what}" for what in seen[before:]]
print("\\n".join(seen))
"""


def module_names(package: str = "parley") -> list[str]:
    """Name every module under a package of ours, by its files."""
    folder = SOURCE.joinpath(*package.split("."))
    names = []
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        if parts[-1] != "__main__":
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def fresh_python(code: str, *arguments: str) -> str:
    """Run code in an interpreter that has imported nothing yet; return what it prints."""
    command = [sys.executable, "-I", "-B", "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def listen_to_imports(source: Path, *modules: str) -> str:
    return fresh_python(
        f"import sys; sys.path.insert(0, {str(source)!r})\n{LISTENER}", str(source), *modules
    )


def test_importing_every_module_touches_nothing() -> None:
    """Importing all of Parley opens module files and nothing else."""
    # numpy sets and clears a variable of its own library while it loads: not ours to answer for,
    # so it is loaded before anybody listens.
    heard = fresh_python(
        f"import numpy, sys; sys.path.insert(0, {str(SOURCE)!r})\n{LISTENER}",
        str(SOURCE),
        *module_names(),
    )
    assert heard == ""


@pytest.mark.parametrize(
    "statement",
    [
        "open('left-behind', 'w')",
        "open(__file__.replace('noisy.py', 'data.json'))",
        "open('/etc/hostname')",
        "__import__('sqlite3').connect(':memory:')",
        "__import__('socket').socket()",
        "__import__('subprocess').run(['true'])",
    ],
)
def test_a_noisy_import_is_heard(tmp_path: Path, statement: str) -> None:
    """The listener above reports each thing that an import must not do."""
    (tmp_path / "data.json").write_text("{}")
    (tmp_path / "noisy.py").write_text(
        f"import os\nos.chdir({str(tmp_path)!r})\nkept = {statement}\n"
    )
    assert listen_to_imports(tmp_path, "noisy").startswith("noisy: ")


def test_the_sky_stands_alone() -> None:
    """`import parley.sky` loads nothing of ours but values and errors."""
    code = (
        "import json, sys\n"
        "for name in sys.argv[1:]: __import__(name)\n"
        "print(json.dumps([n for n in sys.modules if n.partition('.')[0] == 'parley']))"
    )
    loaded = json.loads(fresh_python(code, *module_names("parley.sky")))
    strangers = [
        name
        for name in loaded
        if name != "parley" and name.split(".")[1] not in {"errors", "values", "sky"}
    ]
    assert strangers == []


def test_the_package_itself_imports_nothing() -> None:
    """`import parley` loads no other module of ours: that keeps the sky alone."""
    code = "import sys, parley; print([n for n in sys.modules if n.startswith('parley.')])"
    assert fresh_python(code) == "[]"


def family_name(family: object) -> str:
    name = family.__name__ if isinstance(family, ModuleType) else getattr(family, "name", "")
    return str(name).rpartition(".")[2]


def test_every_folder_in_kinds_is_listed() -> None:
    """FAMILIES names each folder of kinds exactly once."""
    folders = sorted(
        file.parent.name for file in (SOURCE / "parley" / "kinds").glob("*/__init__.py")
    )
    listed = sorted(family_name(family) for family in getattr(parley.kinds, "FAMILIES", ()))
    assert listed == folders


def test_reading_plans_loads_no_family_but_the_air() -> None:
    """`parley check` is asked at once, and often; all other kinds would be most of its start."""
    code = (
        "import sys, parley.desk.commands.check; "
        "print([n for n in sys.modules if n.startswith('parley.kinds.') and n.count('.') == 2])"
    )
    assert fresh_python(code) == "['parley.kinds.air']"


def test_the_pure_modules_of_the_log_are_under_contract() -> None:
    """Each pure module of the log stands in the contract that keeps it away from the world."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    named = contracts["importlinter:contract:edges"]["source_modules"].split()
    present = [
        f"parley.log.{name}"
        for name in PURE_LOG_MODULES
        if (SOURCE / "parley" / "log" / f"{name}.py").exists()
        or (SOURCE / "parley" / "log" / name).is_dir()
    ]
    assert [name for name in present if name not in named] == []
