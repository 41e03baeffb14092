"""The second verifier accepts what Parley accepts, and refuses what Parley refuses.

``verify/parley_verify.py`` shares no code with Parley. Here both judge the same bytes: signatures,
evidence files of every grade, files with a member or the archive damaged, and proofs with a policy.
It is run through its command line; of its inside only its Ed25519 function is named.
"""

import functools
import hashlib
import importlib.util
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from parley.errors import EvidenceRefused, ParleyError
from parley.log.archive import read_archive, write_archive
from parley.log.checkpoint import COSIGNER_KEY, LOG_KEY, VerifierKey
from parley.log.evidence import EvidenceInput, pack, write_evidence
from parley.log.evidence_check import check_evidence
from parley.log.identity_trust import Trust
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof
from parley.values.instants import format_instant
from tests.spine.log.evidence_world import (
    MAP,
    MAP_DIGEST,
    MIRRORED,
    SEEN,
    STORED,
    World,
    signer,
)

ED25519 = "check_signature"
"""The Ed25519 function of the second verifier: (key, message, signature); ValueError refuses."""
PURE = (ED25519, "decode")
"""Its slow functions of bytes alone. What is not there is not kept, and only costs time."""

L = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)

Said = tuple[int, list[str]]
"""An exit code and the lines that were printed."""
Run = Callable[..., Said]


@pytest.fixture(scope="module")
def second(root: Path) -> ModuleType:
    """Load the second verifier from its file, and let it keep results of pure functions."""
    spec = importlib.util.spec_from_file_location(
        "second_verifier", root / "verify" / "parley_verify.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in PURE:
        if hasattr(module, name):
            setattr(module, name, functools.cache(getattr(module, name)))
    return module


@pytest.fixture(scope="module")
def accepts(second: ModuleType) -> Callable[[bytes, bytes, bytes], bool]:
    """Give its Ed25519 as a question."""
    check = getattr(second, ED25519, None)
    assert check is not None, f"verify/parley_verify.py has no {ED25519}: name its Ed25519 here"

    def ask(key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            answer = check(key, message, signature)
        except ValueError:
            return False
        assert answer is None, f"{ED25519} answers {answer!r} now: it refused by ValueError"
        return True

    return ask


@pytest.fixture
def run(second: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run its command line on bytes: an evidence file, or an entry with policy and proof."""

    def call(
        data: bytes, *, trust: str = "", policy: bytes | None = None, proof: bytes | None = None
    ) -> Said:
        (tmp_path / "file").write_bytes(data)
        words = ["verify", str(tmp_path / "file"), *(["--trust", trust] if trust else [])]
        for name, content in (("policy", policy), ("proof", proof)):
            if content is not None:
                (tmp_path / name).write_bytes(content)
                words += [f"--{name}", str(tmp_path / name)]
        code = second.main(words)
        assert code in (0, 1, 2), code
        return code, capsys.readouterr().out.splitlines()

    return call


@pytest.fixture(scope="module")
def world() -> World:
    """Give the world of the evidence tests."""
    return World()


@pytest.fixture(scope="module")
def full(world: World) -> bytes:
    """Everything an evidence file can hold."""
    related = "head call retraction answer"
    return write_evidence(
        world.source(SEEN, STORED, MIRRORED, related=related, parts={MAP_DIGEST: MAP})
    )


def ours(data: bytes, channel: str = "") -> int:
    """Judge an evidence file with Parley: 0 verified, 1 consistent or refused."""
    try:
        report = check_evidence(data, Trust(frozenset([channel] if channel else [])))
    except ParleyError:
        return 1
    return 0 if report.verified else 1


# --- Ed25519


def libsodium(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def test_its_ed25519_judges_the_edge_vectors_as_libsodium(
    accepts: Callable[[bytes, bytes, bytes], bool], shared_data: Path
) -> None:
    """Of the 914 signatures of C2SP/CCTV both accept the same 43."""
    vectors = json.loads((shared_data / "vectors" / "ed25519vectors.json").read_text())
    differ, accepted = [], 0
    for v in vectors:
        given = bytes.fromhex(v["key"]), v["msg"].encode(), bytes.fromhex(v["sig"])
        expected = libsodium(*given)
        accepted += expected
        if accepts(*given) != expected:
            differ.append((v["number"], expected))
    assert differ == []
    assert (accepted, len(vectors)) == (43, 914)


def signatures() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Make good signatures, and of each some with a bit changed, a longer message, S + L."""
    draw = random.Random(914)
    for number in range(12):
        key = SigningKey(draw.randbytes(32))
        public, message = bytes(key.verify_key), draw.randbytes(5 * number)
        good = key.sign(message).signature
        s = int.from_bytes(good[32:], "little") + L
        yield public, message, good
        yield public, message, flipped(good, draw.randrange(64), draw)
        yield flipped(public, draw.randrange(32), draw), message, good
        yield public, message + b"\0", good
        yield public, message, good[:32] + s.to_bytes(32, "little")


def flipped(data: bytes, at: int, draw: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]


def test_its_ed25519_judges_good_and_changed_signatures_as_libsodium(
    accepts: Callable[[bytes, bytes, bytes], bool],
) -> None:
    """Twelve good signatures are accepted; what is made of them as libsodium judges it."""
    judged = [(given, libsodium(*given), accepts(*given)) for given in signatures()]
    assert [each for each in judged if each[1] != each[2]] == []
    assert (sum(expected for _, expected, _ in judged), len(judged)) == (12, 60)


@pytest.mark.parametrize("text", SMALL_ORDER)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_its_ed25519_refuses_small_order(
    accepts: Callable[[bytes, bytes, bytes], bool], text: str, sign: int
) -> None:
    """A key of small order, which would sign anything, is refused; so is such an R."""
    small = bytearray.fromhex(text)
    small[31] ^= sign
    point, message = bytes(small), b"any message"
    seed = hashlib.sha256(b"small").digest()
    secret = bytearray(hashlib.sha512(seed).digest()[:32])
    secret[0], secret[31] = secret[0] & 248, secret[31] & 127 | 64
    public = bytes(SigningKey(seed).verify_key)
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little")
    s = h * int.from_bytes(secret, "little") % L
    for given in (
        (point, message, b"\1" + bytes(63)),
        (point, message, point + bytes(32)),
        (public, message, point + s.to_bytes(32, "little")),
    ):
        assert not libsodium(*given)
        assert not accepts(*given)


# --- evidence files

CASES: dict[str, Callable[[World], EvidenceInput]] = {
    "logged": lambda w: w.source(),
    "told": lambda w: w.source(related="call"),
    "head_seen": lambda w: w.source(SEEN),
    "stored": lambda w: w.source(STORED, related="head", parts={MAP_DIGEST: MAP}),
    "stored_by_mirror": lambda w: w.source(MIRRORED),
    "answered": lambda w: w.source(MIRRORED, related="answer"),
    "withdrawn": lambda w: w.source(STORED, related="retraction"),
    "everything": lambda w: w.source(
        SEEN, STORED, MIRRORED, related="head call retraction answer", parts={MAP_DIGEST: MAP}
    ),
}
WORDS = {"stored": "stored by", "head_seen": "head seen by", "told": "told"}


@pytest.mark.parametrize(
    ("case", "status"), [*((case, "exercise") for case in CASES), ("everything", "actual")]
)
def test_it_shows_the_same_grades(run: Run, case: str, status: str) -> None:
    """Every grade: verified by the fingerprint, not without it; the same holders, same times."""
    world = World("actual" if status == "actual" else "exercise")
    data = write_evidence(CASES[case](world))
    code, lines = run(data, trust=world.channel)
    assert (ours(data, world.channel), code) == (0, 0)
    assert (ours(data), run(data)[0]) == (1, 1)
    assert (ours(data, "0" * 64), run(data, trust="0" * 64)[0]) == (1, 1)
    report = check_evidence(data)
    expected = [
        f"answered by {g.holder}: {g.stance}"
        if g.name == "answered"
        else f"{WORDS[g.name]} {g.holder} at {format_instant(g.at)}"
        for g in report.grades
    ]
    starts = (*(f"- {word} " for word in WORDS.values()), "- answered by ")
    shown = [line[2:] for line in lines if line.startswith(starts)]
    assert len(shown) == len(expected), (shown, expected)
    for words in expected:
        assert sum(line.startswith(words) for line in shown) == 1, (words, shown)
    assert any("EXERCISE" in line for line in lines) == (status == "exercise")


def compare(run: Run, channel: str, original: list[str], what: str, data: bytes) -> str:
    """Give how the two differ on a damaged file; nothing if they do not."""
    mine, (theirs, lines) = ours(data, channel), run(data, trust=channel)
    if (mine == 0) != (theirs == 0):
        return f"{what}: ours {mine}, theirs {theirs}"
    if theirs == 0 and not set(lines) <= set(original):
        return f"{what}: it shows more: {sorted(set(lines) - set(original))}"
    return ""


def changes(content: bytes, count: int, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Change single bytes: a bit, a byte left out, doubled or replaced, the end cut off."""
    for number in range(count):
        at = draw.randrange(len(content))
        before, byte, after = content[:at], content[at : at + 1], content[at + 1 :]
        flip = (f"bit flipped at {at}", flipped(content, at, draw))
        yield [
            flip,
            (f"byte left out at {at}", before + after),
            flip,
            (f"byte doubled at {at}", before + byte + byte + after),
            flip,
            (f"byte replaced at {at}", before + draw.choice(b'09Aaz\n "+/=').to_bytes() + after),
            (f"cut off at {at}", before),
        ][number % 7]


def repacked(members: dict[str, bytes]) -> bytes:
    """Write the archive again; README.txt says what is found now, if anything is."""
    try:
        return pack(members)
    except ParleyError:
        return write_archive(members)


def test_changed_members_are_judged_alike(run: Run, world: World, full: bytes) -> None:
    """A byte changed inside a member, checksums right and README.txt to match: both say the same.

    Both refuse, or both accept and the second verifier shows nothing that was not there before.
    """
    original = run(full, trust=world.channel)[1]
    members, draw = read_archive(full), random.Random(1)
    tried, differ = 0, []
    for name in sorted(members.keys() - {"README.txt"}):
        for how, content in changes(members[name], 14, draw):
            forged = repacked({**members, name: content})
            differ.append(compare(run, world.channel, original, f"{name}, {how}", forged))
            tried += 1
    assert [each for each in differ if each] == []
    assert tried >= 200


def test_what_is_not_under_the_signatures_is_judged_alike(
    run: Run, world: World, full: bytes
) -> None:
    """Opaque data and a stranger's line in any proof: both accept, and show the same."""
    original = run(full, trust=world.channel)
    members = read_archive(full)
    stranger = world.coalition.head(("stranger", "receipt", 1_466_000_000)).signatures[1]
    for name in (name for name in members if name.rpartition("/")[2] == "proof"):
        proof = Proof.parse(members[name])
        note = proof.head().joined([stranger]).format()
        changed = Proof(proof.index, proof.hashes, note, b"stored by everybody").format()
        data = repacked({**members, name: changed})
        assert ours(data, world.channel) == 0, name
        assert run(data, trust=world.channel) == original, name


def test_members_left_out_or_exchanged_are_judged_alike(
    run: Run, world: World, full: bytes
) -> None:
    """Each member left out, and each given the bytes of the next: both say the same."""
    original = run(full, trust=world.channel)[1]
    members = read_archive(full)
    differ, names = [], list(members)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        less = {n: content for n, content in members.items() if n != name}
        # without README.txt there is nothing to write anew
        data = write_archive(less) if name == "README.txt" else repacked(less)
        differ.append(compare(run, world.channel, original, f"without {name}", data))
        if name != "README.txt":
            data = repacked({**members, name: members[other]})
            differ.append(compare(run, world.channel, original, f"{name} is {other}", data))
    assert [each for each in differ if each] == []


def test_damaged_archives_are_judged_alike(run: Run, world: World, full: bytes) -> None:
    """One bit of the archive flipped, in members and in the directory: both refuse."""
    original = run(full, trust=world.channel)[1]
    draw, directory = random.Random(2), full.index(b"PK\1\2")
    headers, at = [], full.find(b"PK\3\4")
    while at >= 0:
        headers.append(at)
        at = full.find(b"PK\3\4", at + 1)
    places = [draw.randrange(len(full)) for _ in range(50)]
    places += [draw.choice(headers) + draw.randrange(30) for _ in range(50)]
    places += [draw.randrange(directory, len(full)) for _ in range(50)]
    differ = []
    for at in places:
        data = flipped(full, at, draw)
        assert ours(data, world.channel) == 1
        differ.append(compare(run, world.channel, original, f"bit flipped at {at}", data))
    assert [each for each in differ if each] == []


def test_truncated_and_extended_archives_are_judged_alike(
    run: Run, world: World, full: bytes
) -> None:
    """The end cut off anywhere, or bytes put in front or behind: both refuse."""
    original = run(full, trust=world.channel)[1]
    draw = random.Random(3)
    lengths = [*range(6), 22, 30, len(full) - 22, len(full) - 1]
    lengths += [draw.randrange(len(full)) for _ in range(30)]
    inputs = {f"cut to {n}": full[:n] for n in lengths}
    inputs |= {"a byte behind": full + b"\0", "a byte in front": b"\0" + full, "twice": full * 2}
    differ = []
    for what, data in inputs.items():
        assert ours(data, world.channel) == 1
        differ.append(compare(run, world.channel, original, what, data))
    assert [each for each in differ if each] == []


def test_the_text_of_readme_is_outside_its_scope(
    second: ModuleType, run: Run, world: World, full: bytes
) -> None:
    """README.txt must be there; its text only Parley checks, and the second verifier says so."""
    assert "README.txt is NOT checked" in " ".join(str(second.__doc__).split())
    members, original = read_archive(full), run(full, trust=world.channel)
    readme = members["README.txt"]
    for text in (b"", b"Everybody agreed.\n", readme + b" ", readme.replace(b"EXERCISE", b"REAL")):
        data = write_archive({**members, "README.txt": text})
        with pytest.raises(EvidenceRefused, match=r"\(10\) README.txt"):
            check_evidence(data)
        assert run(data, trust=world.channel) == original
    del members["README.txt"]
    data = write_archive(members)
    assert (ours(data, world.channel), run(data, trust=world.channel)[0]) == (1, 1)


# --- a policy, a proof, an entry


def ours_of_entry(policy: bytes, proof: bytes, entry: bytes) -> int:
    """Judge an entry by a proof and a policy with Parley: 0 it holds, 1 it does not."""
    try:
        verify_proof(entry, Proof.parse(proof), Policy.parse(policy))
    except ParleyError:
        return 1
    return 0


@pytest.fixture(scope="module")
def triple(world: World) -> tuple[bytes, bytes, bytes]:
    """Give a policy with nested groups, a proof that fulfils it, and the entry."""
    logged = world.coalition.logged(world.activity, world.coalition.head(SEEN, STORED, MIRRORED))
    proof = Proof(logged.index, logged.hashes, logged.head, b"opaque").format()
    log = VerifierKey(world.coalition.origin, LOG_KEY, signer("coalition", "log").public)
    lines = [f"log {log.format()}"]
    for holder, role in (("mirror", "receipt"), ("russia", "receipt"), ("russia", "witness")):
        name = f"exercise.invalid/{holder}/{role}"
        key = VerifierKey(name, COSIGNER_KEY, signer(holder, role).public)
        lines.append(f"witness {holder}-{role} {key.format()}")
    lines += ["group stored any mirror-receipt russia-receipt"]
    lines += ["group most 2 stored russia-witness", "quorum most", ""]
    return "\n".join(lines).encode(), proof, logged.entry


def test_a_good_proof_is_accepted_by_both(run: Run, triple: tuple[bytes, bytes, bytes]) -> None:
    """A policy with groups, its proof and the entry: both accept, and name the three cosigners."""
    policy, proof, entry = triple
    code, lines = run(entry, policy=policy, proof=proof)
    assert (ours_of_entry(policy, proof, entry), code) == (0, 0)
    said = "\n".join(lines)
    assert all(n in said for n in ("russia-witness", "russia-receipt", "mirror-receipt"))


def line_changes(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Leave out, double and exchange whole lines."""
    lines = content.split(b"\n")
    for at in range(len(lines) - 1):
        yield f"line {at} left out", b"\n".join(lines[:at] + lines[at + 1 :])
        yield f"line {at} doubled", b"\n".join(lines[: at + 1] + lines[at:])
        exchanged = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        yield f"lines {at} and {at + 1} exchanged", b"\n".join(exchanged)


def test_changed_policies_proofs_and_entries_are_judged_alike(
    run: Run, triple: tuple[bytes, bytes, bytes]
) -> None:
    """Bytes and whole lines changed in each of the three: both accept, or both refuse."""
    draw = random.Random(4)
    policy, proof, entry = triple
    tried = [("policy", how, (new, proof, entry)) for how, new in changes(policy, 40, draw)]
    tried += [("proof", how, (policy, new, entry)) for how, new in changes(proof, 40, draw)]
    for at in range(proof.index(b"\n\n")):  # what stands before the head: every byte
        new = flipped(proof, at, draw)
        tried.append(
            (
                "proof",
                f"{proof[at : at + 1]!r} at {at} is {new[at : at + 1]!r}",
                (policy, new, entry),
            )
        )
    tried += [("entry", how, (policy, proof, new)) for how, new in changes(entry, 10, draw)]
    tried += [("policy", how, (new, proof, entry)) for how, new in line_changes(policy)]
    tried += [("proof", how, (policy, new, entry)) for how, new in line_changes(proof)]
    for old, new in (
        (b"most 2", b"most 3"),
        (b"most 2", b"most 1"),
        (b" 2 ", b" all "),
        (b"quorum most", b"quorum none"),
        (b"quorum most", b"quorum stored"),
        (b"any", b"01"),
        (b"any", b"0"),
        (b"most", b"none"),
    ):
        changed = policy.replace(old, new)
        tried.append(("policy", f"{old!r} is {new!r}", (changed, proof, entry)))
    differ, held = [], 0
    for member, how, (p, f, e) in tried:
        mine, theirs = ours_of_entry(p, f, e), run(e, policy=p, proof=f)[0]
        held += mine == 0
        if (mine == 0) != (theirs == 0):
            differ.append(f"{member}, {how}: ours {mine}, theirs {theirs}")
    assert differ == []
    assert len(tried) >= 100
    assert held > 0, "some changes leave a proof that holds: opaque data, a line not demanded"
