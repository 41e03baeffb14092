"""Every attempt to deny is made for real and settled from files; what is beyond proof is said."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from parley.desk.cli import run
from parley.desk.demo.deny.case import DAY, Case
from parley.desk.demo.deny.session import ATTEMPTS
from parley.desk.demo.ground import MARK
from parley.desk.demo.script import Script
from parley.desk.demo.world import MIRROR, PARTIES, World
from parley.errors import EvidenceRefused
from parley.log.checkpoint import VerifierKey
from parley.log.evidence_check import check_evidence
from parley.log.evidence_words import Report
from parley.log.fork import verify_fork
from parley.log.identity_trust import Trust
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof

# Attempt -> the files that settle it, each with the exit code of the offline command.
VERDICTS = {
    "1-deletes-the-database": [("evidence.zip", 0)],
    "2-restores-an-old-backup": [("evidence.zip", 0)],
    "3-rewrites-a-record": [
        ("evidence.zip", 0),
        ("rewritten-with-the-receipts.zip", 1),
        ("rewritten.zip", 0),
        ("fork.json", 0),
    ],
    "4-backdates-a-record": [("evidence.zip", 0)],
    "5-shows-two-histories": [("fork.json", 0)],
    "6-withholds-a-receipt": [("while-withheld.zip", 0), ("after-the-next-one.zip", 0)],
    "7-says-the-text-was-different": [
        ("evidence.zip", 0),
        ("altered.zip", 1),
        ("entry", 0),
        ("other-entry", 1),
    ],
    "8-says-nobody-read-it": [("evidence.zip", 0)],
}


@dataclass(frozen=True)
class Denied:
    """One run of `parley demo --deny`: exit code, what it printed, where the files lie."""

    code: int
    text: str
    folder: Path

    def scene(self, number: int) -> str:
        """Give what was printed of one attempt."""
        (found,) = [part for part in self.text.split("\n=== ") if part.startswith(f"{number}. ")]
        return found

    def charter(self, number: int) -> str:
        """Give the fingerprint that the attempt is judged by."""
        found = re.search(r"charter +([0-9a-f]{64})", self.scene(number))
        assert found is not None
        return found[1]

    def file(self, number: int, name: str) -> bytes:
        """Read a file of an attempt."""
        (folder,) = self.folder.glob(f"deny/{number}-*")
        return (folder / name).read_bytes()

    def report(self, number: int, name: str) -> Report:
        """Check an evidence file of an attempt anew, from its bytes and the fingerprint."""
        trust = Trust(channels=frozenset({self.charter(number)}))
        return check_evidence(self.file(number, name), trust)

    def stored_by(self, number: int, name: str) -> set[str]:
        """Name the holders who are proven to store the record."""
        return {g.holder for g in self.report(number, name).grades if g.name == "stored"}


@pytest.fixture(scope="module")
def denied(tmp_path_factory: pytest.TempPathFactory) -> Denied:
    """Run `parley demo --deny` as a process of its own."""
    home = tmp_path_factory.mktemp("denied")
    done = subprocess.run(
        [Path(sys.executable).with_name("parley"), "demo", "--deny", "--out", "out"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.stderr == ""
    return Denied(done.returncode, done.stdout, home / "out")


def test_every_attempt_is_settled(denied: Denied) -> None:
    """Exit code 0; EXERCISE first; eight attempts, and the last is said to be beyond proof."""
    assert denied.code == 0
    assert denied.text.startswith("EXERCISE")
    assert "NOT SETTLED" not in denied.text
    assert max(map(len, denied.text.splitlines())) <= 100 + len("exercise.invalid//" + "0" * 64)
    assert [what for what, _ in ATTEMPTS] == [f"{slug[2:].replace('-', ' ')}" for slug in VERDICTS]
    assert "says nobody read it          cannot be proven, either way" in denied.text
    assert {path.name for path in denied.folder.iterdir()} == {"deny", MARK}


@pytest.mark.parametrize("slug", VERDICTS)
def test_the_verdicts_are_those_of_the_files(denied: Denied, slug: str) -> None:
    """Each file is named with the verdict on it, and gets the same one again when it is judged."""
    number = int(slug[0])
    said = denied.scene(number)
    pairs = re.findall(r"  file +(\S+)\n +verdict +parley [a-z ]+: exit code (\d)", said)
    assert [(Path(f).name, int(code)) for f, code in pairs] == VERDICTS[slug]
    folder = denied.folder / "deny" / slug
    for name, code in VERDICTS[slug]:
        path = str(folder / name)
        if name.endswith(".zip"):
            assert run(["verify", path, "--trust", denied.charter(number)]) == code
        elif name == "fork.json":
            key = (folder / "log-key.txt").read_text().strip()
            assert run(["fork", "check", path, "--key", key]) == code
        else:
            rules = ["--policy", str(folder / "policy"), "--proof", str(folder / "proof")]
            assert run(["verify", path, *rules]) == code


def second_verdict(root: Path, *arguments: str | Path) -> int:
    """Run the second verifier as a stranger would, apart from everything of ours."""
    done = subprocess.run(
        [sys.executable, "-I", root / "verify" / "parley_verify.py", "verify", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode


def test_both_verifiers_say_the_same_of_every_evidence_file(denied: Denied, root: Path) -> None:
    """By the fingerprint, without any, and by that of another channel; and of the bare entries."""
    files = sorted(denied.folder.glob("deny/**/*.zip"))
    named = {name for verdicts in VERDICTS.values() for name, _ in verdicts}
    assert {file.name for file in files} == {name for name in named if name.endswith(".zip")}
    assert len(files) >= 9
    codes = set()
    for file in files:
        number = int(file.parent.name[0])
        other = f"{int(denied.charter(number), 16) ^ 1:064x}"
        for trust in (["--trust", denied.charter(number)], [], ["--trust", other]):
            ours = run(["verify", str(file), *trust])
            assert second_verdict(root, file, *trust) == ours, (file, trust)
            codes.add(ours)
    assert codes == {0, 1}
    (folder,) = denied.folder.glob("deny/7-*")
    rules = ["--policy", str(folder / "policy"), "--proof", str(folder / "proof")]
    for name, code in (("entry", 0), ("other-entry", 1)):
        assert run(["verify", str(folder / name), *rules]) == code
        assert second_verdict(root, folder / name, *rules) == code


def test_what_was_deleted_is_held_by_two_others(denied: Denied) -> None:
    """1 and 2: author, other side and mirror stand in the evidence; the lost log came back."""
    for number, denier in ((1, "russia"), (2, "coalition")):
        report = denied.report(number, "evidence.zip")
        others = {name for name in PARTIES if name != denier} | {MIRROR}
        assert report.verified
        assert report.record.author == denier
        assert denied.stored_by(number, "evidence.zip") == others


def test_the_rewritten_record_has_no_receipt_and_proves_the_rewriter(denied: Denied) -> None:
    """3: two texts at one index, one held by others; both heads signed by one key."""
    genuine = denied.report(3, "evidence.zip")
    rewritten = denied.report(3, "rewritten.zip")
    assert genuine.index == rewritten.index
    assert genuine.record.body["text"] != rewritten.record.body["text"]
    assert denied.stored_by(3, "evidence.zip") == {"coalition", MIRROR}
    assert rewritten.grades == ()
    with pytest.raises(EvidenceRefused, match="cosignature"):
        denied.report(3, "rewritten-with-the-receipts.zip")


def test_the_backdated_record_is_flagged(denied: Denied) -> None:
    """4: the proven interval does not hold the claimed time."""
    report = denied.report(4, "evidence.zip")
    assert report.after is not None
    assert report.before is not None
    assert report.record.issued < report.after.at < report.before.at
    assert report.issued_outside == "before"
    assert "before that interval" in denied.scene(4)


@pytest.mark.parametrize("number", [3, 5])
def test_two_histories_are_proven_by_two_heads(denied: Denied, number: int) -> None:
    """3 and 5: the key of the log signed two roots of one size."""
    key = VerifierKey.parse(denied.file(number, "log-key.txt").decode().strip())
    proven = verify_fork(denied.file(number, "fork.json"), key)
    assert proven.smaller.size == proven.larger.size
    assert proven.smaller.root != proven.larger.root
    assert "/russia/" in f"/{proven.smaller.origin}"


def test_a_withheld_receipt_is_made_good_by_the_mirror_and_by_the_next(denied: Denied) -> None:
    """6: first the mirror alone; then a receipt over the next record covers this one."""
    before, after = "while-withheld.zip", "after-the-next-one.zip"
    assert denied.report(6, before).name == denied.report(6, after).name
    assert denied.stored_by(6, before) == {MIRROR}
    assert denied.stored_by(6, after) == {MIRROR, "coalition"}


def test_the_answer_names_one_text_only(denied: Denied) -> None:
    """7: the answer stands on the record's digest; another text fits neither proof nor author."""
    report = denied.report(7, "evidence.zip")
    answered = [g for g in report.grades if g.name == "answered"]
    assert [(g.holder, g.stance) for g in answered] == [("russia", "acknowledge")]
    policy = Policy.parse(denied.file(7, "policy"))
    proof = Proof.parse(denied.file(7, "proof"))
    proven = verify_proof(denied.file(7, "entry"), proof, policy)
    assert proven.policy.checkpoint.origin.endswith("/urgent")
    with pytest.raises(EvidenceRefused):
        denied.report(7, "altered.zip")


def test_that_nobody_read_it_cannot_be_proven(denied: Denied) -> None:
    """8: stored is proven, answered is not, and the words say what follows from neither."""
    report = denied.report(8, "evidence.zip")
    assert "coalition" in denied.stored_by(8, "evidence.zip")
    assert not [g for g in report.grades if g.name == "answered"]
    assert "CANNOT BE PROVEN" in denied.scene(8)


def test_the_cut_line_ends_with_equal_roots(denied: Denied) -> None:
    """Without line and mirror, by file: stored, answered, and every root the same on both."""
    scene = denied.text.partition("=== The line is cut")[2].partition("=== Summary")[0]
    assert "2 of 2 peers cannot be reached" in scene
    assert "is now answered by russia" in scene
    roots = re.findall(r"^ +root +(\w+) +(\w+) .* same on both$", scene, re.M)
    assert roots == [(party, lane) for party in PARTIES for lane in ("main", "urgent")]
    assert "DIFFERENT" not in scene
    assert list((denied.folder / "deny" / "9-the-line-is-cut").glob("1-coalition-to-russia.tar"))


def test_a_verdict_that_was_not_expected_is_not_settled(denied: Denied, tmp_path: Path) -> None:
    """Whatever a file is expected to show and does not show, the attempt does not count."""
    lines: list[str] = []
    (file,) = denied.folder.glob("deny/8-*/evidence.zip")
    channel = denied.charter(8)
    with World(tmp_path / "world", DAY, seed="not settled") as world:
        expected = [
            {"code": 1},
            {"code": 0, "shows": [("answered", "coalition")]},
            {"code": 0, "lacks": [("stored", "coalition")]},
        ]
        for wrong in expected:
            case = Case(tmp_path, Script(0, lines.append), world, "coalition", channel)
            assert not case.settled
            case.verify(file, **wrong)  # type: ignore[arg-type]
            assert not case.settled
        case.verify(file, code=0)
        assert not case.settled
    assert sum("NOT SETTLED" in line for line in lines) == len(expected)
