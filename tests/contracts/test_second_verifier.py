"""verify/parley_verify.py, which shares no code with ours, comes to the same result as ours.

It covers less. What it does not cover it refuses and says so: it accepts nothing that ours refuses.
The text of README.txt is out of its scope, so evidence is compared without step 10.
"""

import base64
import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from parley.desk.cli import run
from parley.errors import ParleyError
from parley.log.archive import read_archive, write_archive
from parley.log.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedNote,
    VerifierKey,
    sign_checkpoint,
)
from parley.log.evidence import Logged, evidence_members, write_evidence
from parley.log.evidence_check import check_evidence
from parley.log.merkle import inclusion_proof
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof
from parley.record.canonical import Json, canonical, decode
from parley.record.envelope import Status, seal
from tests.contracts.formats_example import blocks
from tests.contracts.second_verifier import (
    UNCOVERED,
    agreed,
    by_ours,
    by_second,
    changed,
    load,
    place,
    words,
)
from tests.spine.log.evidence_world import (
    MAP_DIGEST,
    MIRRORED,
    PARTY_ROLES,
    SEEN,
    STORED,
    World,
    b64,
    charter_body,
    possession,
    signer,
)
from tests.spine.log.test_evidence import CASES


@pytest.fixture(scope="module")
def second(root: Path) -> ModuleType:
    """The second verifier, from its file."""
    return load(root)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def full(world: World) -> dict[str, bytes]:
    """The members of a file with all that the second verifier covers."""
    return read_archive(write_evidence(world.source(SEEN, STORED, MIRRORED, related="head answer")))


# --- signatures


def accepts(second: ModuleType, key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        second.check_signature(key, message, signature)
    except ValueError:
        return False
    return True


def libsodium(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def test_all_edge_cases_are_judged_as_libsodium_judges(
    second: ModuleType, shared_data: Path
) -> None:
    """Of the 914 vectors of C2SP/CCTV exactly the 43 are accepted."""
    vectors = json.loads((shared_data / "vectors" / "ed25519vectors.json").read_text())
    found = []
    for vector in vectors:
        key, sig = bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])
        found.append(accepts(second, key, vector["msg"].encode(), sig))
        assert found[-1] == libsodium(key, vector["msg"].encode(), sig), vector["number"]
    assert (len(found), sum(found)) == (914, 43)


EIGHT = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(
    "point",
    [
        *(bytes([n]) + bytes(30) + bytes([top]) for n in (0, 1) for top in (0, 0x80)),
        *(n.to_bytes(32, "little") for n in (P - 1, P, P + 1, 2**255 - 1, 2**256 - 1)),
        EIGHT,
        (int.from_bytes(EIGHT, "little") ^ 2**255).to_bytes(32, "little"),
        (P - int.from_bytes(EIGHT, "little")).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
    ],
)
def test_no_point_of_small_order_signs_anything(second: ModuleType, point: bytes) -> None:
    """Such a point as key or as R is refused under every message, and by enrolment."""
    for signature in (point + bytes(32), bytes([1]) + bytes(63), EIGHT + bytes(32)):
        for message in (b"", b"ed25519vectors 3", b"x"):
            assert not accepts(second, point, message, signature)
            assert not libsodium(point, message, signature)
    with pytest.raises(ValueError, match="key"):
        second.decode(point, enrol=True)


def test_random_and_changed_signatures_are_judged_as_libsodium_judges(second: ModuleType) -> None:
    """True signatures are valid; with a bit changed, a longer S or a cut they are not."""
    chance = random.Random(8032)
    for _ in range(40):
        signing = SigningKey(chance.randbytes(32))
        key, message = bytes(signing.verify_key), chance.randbytes(chance.randrange(200))
        signature = signing.sign(message).signature
        assert accepts(second, key, message, signature)
        larger = (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")
        bit = 1 << chance.randrange(256)
        flipped = (int.from_bytes(key, "little") ^ bit).to_bytes(32, "little")
        turned = (int.from_bytes(signature, "little") ^ bit << 8).to_bytes(64, "little")
        for other in (
            (key, message, signature[:32] + larger),
            (key, message, turned),
            (key, message + b"!", signature),
            (key, message, signature[:-1]),
            (flipped, message, signature),
        ):
            assert accepts(second, *other) == libsodium(*other) is False


def test_a_small_r_is_refused_under_a_good_key(second: ModuleType) -> None:
    """With R the neutral point the equation can hold for a true key; it is refused all the same."""
    seed = hashlib.sha256(b"small R").digest()
    secret = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") % 2**254 // 8 * 8 | 2**254
    key, neutral = bytes(SigningKey(seed).verify_key), bytes([1]) + bytes(31)
    h = int.from_bytes(hashlib.sha512(neutral + key).digest(), "little")
    signature = neutral + (h * secret % L).to_bytes(32, "little")
    assert not accepts(second, key, b"", signature)
    assert not libsodium(key, b"", signature)


@pytest.mark.parametrize(
    "text",
    [
        *('{"a":1,"b":[null,true,false]}', '""', "0", "-1", "{}", "[]", '"\\u0000\\u001f\\n\x7f/"'),
        *(
            '{"b":1,"a":1}',
            '{"a":1,"a":1}',
            '{"a": 1}',
            "1.0",
            "1e3",
            "-0",
            "01",
            "NaN",
            "+1",
            " 1",
        ),
        *(str(2**53 - 1), str(2**53), str(1 - 2**53), str(-(2**53)), "", "nul", "[1,]", "\ufeff1"),
        *(
            '{"\ue000":1,"\U0001f600":1}',
            '{"\U0001f600":1,"\ue000":1}',
            '"\\ud800"',
            '"\\/"',
            '"\\u00E9"',
        ),
        *(f"{'[' * n}{inner}{']' * n}" for n in (64, 65, 66, 5000) for inner in ("", "1")),
        *(f'{{"a":{"[" * n}{"]" * n}}}' for n in (63, 64, 65)),
    ],
)
def test_canonical_json_is_judged_alike(second: ModuleType, text: str) -> None:
    """Order, escapes, numbers and depth: what one refuses, the other refuses."""
    try:
        decode(text.encode())
        ours = True
    except ParleyError:
        ours = False
    try:
        theirs = second.canonical(json.loads(text)) == text
    except second.FAULTS:
        theirs = False
    assert theirs == ours


# --- the worked example and the command line


def command(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the file as a stranger does: no packages, nothing of ours on the path."""
    file = root / "verify" / "parley_verify.py"
    words = [sys.executable, "-I", "-S", "-B", str(file), "verify", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def example(root: Path) -> dict[str, bytes]:
    """Take the evidence file of the worked example out of the specification."""
    members = {}
    for block, text in blocks((root / "docs" / "formats.md").read_text(encoding="utf-8")).items():
        name = block.removeprefix("evidence-").replace("-charter-", "-charter/")
        name = name.replace("-answer-", "-answer/").replace("related-", "related/")
        name = {"keys-json": "keys.json", "readme-txt": "README.txt"}.get(name, name)
        if block.startswith("evidence-") and name not in ("archive", "verdict"):
            json_ends = name.endswith(("entry", ".json"))
            members[name] = text.encode() if json_ends else f"{text}\n".encode()
    return members


def test_the_worked_example_verifies(root: Path, tmp_path: Path) -> None:
    """The blocks of docs/formats.md are enough: exit codes, the exercise first, then the grades."""
    file, members = tmp_path / "evidence.zip", example(root)
    file.write_bytes(write_archive(members))
    channel = json.loads(members["keys.json"])["channel"]
    done = command(root, file, "--trust", " ".join(channel[i : i + 4] for i in range(0, 64, 4)))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("EXERCISE")
    assert lines[1] == "VERIFIED"
    assert lines[3:6] == [
        "- russia-receipt signed that head at 2016-06-16T12:01:06Z",
        "- russia-witness signed that head at 2016-06-16T12:01:05Z",
        f"- coalition signed record {hashlib.sha256(payload_of(members)).hexdigest()}",
    ]
    assert lines[6] == "- answered by russia: acknowledge"
    untrusted = command(root, file)
    assert untrusted.returncode == 1
    assert "KEYS NOT ESTABLISHED" in untrusted.stdout
    assert command(root, file, "--trust", "0" * 64).returncode == 1


def payload_of(members: dict[str, bytes]) -> bytes:
    """Take the record out of an evidence file."""
    return base64.b64decode(json.loads(members["entry"])["payload"])


def identity(name: str, generation: str = "", status: Status = "exercise") -> dict[str, Json]:
    """Give an identity file of a party of the test world, as section 18 says."""
    keys: dict[str, Json] = {}
    for role in PARTY_ROLES:
        key = signer(name, role, generation)
        proof = possession(name, role, status, key)
        keys[role] = {"public": b64(key.public), "possession": proof}
    return {
        "format": "parley/identity/1",
        "name": name,
        "code": name[:2].upper(),
        "display": name.title(),
        "role": "party",
        "status": status,
        "keys": keys,
        "tls_cert": "",
        "endpoint": "http://127.0.0.1:8461",
        "languages": ["en"],
    }


SPOILT_IDENTITIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": lambda i: i.update(format="parley/identity/2"),
    "a name that is none": lambda i: i.update(name="Russia!"),
    "a name that is a number": lambda i: i.update(name=5),
    "a status that is none": lambda i: i.update(status="war"),
    "a role that is none": lambda i: i["keys"].update(visitor=i["keys"]["line"]),
    "keys in a list": lambda i: i.update(keys=[]),
    "no possession": lambda i: i["keys"]["line"].pop("possession"),
    "the possession of another key": lambda i: i["keys"]["line"].update(i["keys"]["log"]),
    "a weak key": lambda i: i["keys"]["line"].update(public=b64(bytes([1]) + bytes(31))),
    "a fraction": lambda i: i.update(code=1.5),
    "too long": lambda i: i.update(code="x" * 65_536),
}


def test_bad_identities_are_bad_input_to_ours(
    tmp_path: Path, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    """Identities establish keys, or contradict the file; what cannot be read is 2."""
    file = tmp_path / "evidence.zip"
    file.write_bytes(write_evidence(world.source(STORED)))
    paths = identities(tmp_path)
    for names, code in (
        ([], 1),
        (["coalition"], 1),
        (["coalition", "russia"], 0),
        (["coalition", "false"], 1),
        (["stranger"], 1),
        (["twice"], 2),
        (["no"], 2),
        (["russia", "again"], 2),
        (["russia", "false"], 2),
        (["coalition", "actual"], 1),
        (["coalition", "elsewhere"], 0),
        *(([name], 2) for name in SPOILT_IDENTITIES),
    ):
        trust = [word for name in names for word in ("--trust", paths[name])]
        assert run(["verify", str(file), *trust]) == code, names
    capfd.readouterr()


def identities(folder: Path) -> dict[str, str]:
    """Write identity files, good and bad ones; give their paths by name."""
    twice = json.dumps(identity("russia"))[:-1] + ', "code": "RU"}'
    texts = {name: json.dumps(identity(name), indent=1) for name in ("coalition", "russia")}
    texts |= {"false": json.dumps(identity("russia", "false")), "twice": twice, "no": "{}"}
    texts |= {"stranger": json.dumps(identity("stranger"))}
    texts |= {"again": json.dumps(identity("russia"))}
    texts |= {"actual": json.dumps(identity("russia", status="actual"))}
    texts |= {"elsewhere": json.dumps(identity("russia") | {"endpoint": "", "code": "russia"})}
    for name, change in SPOILT_IDENTITIES.items():
        said = json.loads(json.dumps(identity("russia")))
        change(said)
        texts[name] = json.dumps(said)
    paths = {name: str(folder / f"{name}.json") for name in texts}
    for name, text in texts.items():
        Path(paths[name]).write_text(text)
    return paths


def test_trust_and_bad_input_have_the_same_exit_codes(
    root: Path, tmp_path: Path, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    """A fingerprint establishes every key; what cannot be read is 2 for both."""
    file, other = tmp_path / "evidence.zip", tmp_path / "other.zip"
    file.write_bytes(write_evidence(world.source(STORED)))
    for name, data in read_archive(file.read_bytes()).items():
        if name in ("entry", "policy", "proof"):
            (tmp_path / name).write_bytes(data)
    entry, policy, proof = (
        [str(tmp_path / "entry")],
        str(tmp_path / "policy"),
        str(tmp_path / "proof"),
    )
    other.write_bytes(b"no zip")
    spoken = " ".join(world.channel[at : at + 4] for at in range(0, 64, 4)).upper()
    for arguments, code in (
        ([str(file)], 1),
        ([str(file), "--trust", world.channel], 0),
        ([str(file), "--trust", spoken], 0),
        ([str(file), "--trust", world.channel[::-1]], 1),
        ([str(file), "--trust", world.channel, "--trust", "0" * 64], 1),
        ([str(file), "--trust", "12ab"], 2),
        ([str(other)], 2),
        ([str(tmp_path / "absent")], 2),
        ([str(file), "--policy", str(file)], 2),
        ([str(file), "--proof", str(file)], 2),
        ([*entry, "--policy", policy], 2),
        ([*entry, "--proof", proof], 2),
        ([*entry, "--policy", policy, "--proof", proof], 0),
        ([*entry, "--policy", policy, "--proof", proof, "--trust", world.channel], 2),
    ):
        done = command(root, *arguments)
        assert done.returncode == run(["verify", *arguments]) == code
        assert "NoneType" not in done.stderr
    capfd.readouterr()


def test_identity_files_are_not_covered(root: Path, tmp_path: Path, world: World) -> None:
    """A good identity, a bad one, one beside the fingerprint: exit code 1, in so many words."""
    file, identity_file = tmp_path / "evidence.zip", tmp_path / "russia.json"
    file.write_bytes(write_evidence(world.source(STORED)))
    for text in (json.dumps(identity("russia")), "{}"):
        identity_file.write_text(text)
        for more in ((), ("--trust", world.channel)):
            done = command(root, file, "--trust", identity_file, *more)
            assert (done.returncode, done.stdout) == (1, "")
            assert f"{UNCOVERED}, ask parley verify: identity files" in done.stderr


# --- evidence files


BEYOND = ("told", "stored", "withdrawn")  # a call, a part, a withdrawal


@pytest.mark.parametrize("case", CASES)
def test_every_grade_is_shown_by_both(second: ModuleType, world: World, case: str) -> None:
    """Head seen, stored, answered: the same words; an account, a part, a withdrawal: refused."""
    data = write_evidence(CASES[case](world))
    shown = agreed(second, read_archive(data), covered=case not in BEYOND)
    assert shown == words(check_evidence(data))


def test_what_is_not_covered_has_exit_code_1(root: Path, tmp_path: Path, world: World) -> None:
    """Even under the right fingerprint, and it says who covers it."""
    file = tmp_path / "evidence.zip"
    for case in BEYOND:
        file.write_bytes(write_evidence(CASES[case](world)))
        assert run(["verify", str(file), "--trust", world.channel]) == 0
        done = command(root, file, "--trust", world.channel)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"FAILS: {UNCOVERED}, ask parley verify: ")


def test_everything_covered_is_shown_by_both(second: ModuleType, full: dict[str, bytes]) -> None:
    """A file that holds all that is covered, and one that is no exercise."""
    shown = agreed(second, full)
    assert shown is not None
    assert len(shown) == 6
    actual = World("actual")
    assert agreed(second, evidence_members(actual.source(STORED, related="head answer")))


def test_every_member_changed_is_judged_alike(second: ModuleType, full: dict[str, bytes]) -> None:
    """Members changed at sampled bytes, in an archive that is right: both refuse, or show less."""
    chance, original = random.Random(6962), agreed(second, full)
    assert original is not None
    for name, content in full.items():
        if name != "README.txt":
            for forged in changed(content, chance, 29):
                shown = agreed(second, {**full, name: forged})
                assert shown is None or set(shown) <= set(original)
        agreed(second, {other: data for other, data in full.items() if other != name})


def test_every_byte_flipped_in_the_archive_is_refused(
    second: ModuleType, full: dict[str, bytes]
) -> None:
    """In its headers, its directory or its contents: README.txt too, because of its checksum.

    That ours refuses them too is asked in tests/spine/log/test_evidence.py.
    """
    data = write_archive(full)
    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
        assert by_second(second, flipped)[0] is None
    for forged in (data + b"\0", data[:-1], b"\0" + data):
        assert by_second(second, forged)[0] is None


def test_the_text_of_readme_is_out_of_its_scope(second: ModuleType, full: dict[str, bytes]) -> None:
    """With right checksums, a changed README.txt is refused by ours alone; it changes no result."""
    assert "README.txt is NOT checked" in " ".join(str(second.__doc__).split())
    for text in (b"", b"Everybody agreed.\n", full["README.txt"] + b" "):
        forged = write_archive({**full, "README.txt": text})
        with pytest.raises(ParleyError, match="README"):
            check_evidence(forged)
        assert by_second(second, forged)[0] == by_ours(full)
    without = {name: content for name, content in full.items() if name != "README.txt"}
    assert by_second(second, write_archive(without))[0] is None


def test_what_no_signature_covers_changes_nothing(
    second: ModuleType, full: dict[str, bytes], world: World
) -> None:
    """A stranger's line in any proof: both show the same. Opaque data: not covered."""
    original = agreed(second, full)
    stranger = world.coalition.head(("stranger", "receipt", 1_466_000_000)).signatures[1]
    for name in (name for name in full if name.endswith("proof")):
        proof = Proof.parse(full[name])
        note = proof.head().joined([stranger]).format()
        more = Proof(proof.index, proof.hashes, note).format()
        assert agreed(second, {**full, name: more}) == original
        extra = Proof(proof.index, proof.hashes, note, b"stored by everybody").format()
        assert agreed(second, {**full, name: extra}, covered=False) == original


@pytest.mark.parametrize(("more", "holds"), [(0, True), (1, False)])
def test_the_limit_counts_all_before_the_directory(
    second: ModuleType, more: int, holds: bool
) -> None:
    """67,108,864 bytes of headers, names and contents; the directory and its end come on top."""
    small = {name: name.encode() for name in ("entry", "policy", "proof")}
    before = sum(30 + 2 * len(name) for name in small)
    content = bytes(2**26 - before - 30 - len("README.txt") + more)
    data = written_anyway({**small, "README.txt": content})
    assert data.index(b"PK\1\2", 2**26) == 2**26 + more
    for read in (read_archive, second.unzip):
        try:
            assert list(read(data)) == ["README.txt", *small]
            held = True
        except (ParleyError, *second.FAULTS):
            held = False
        assert held == holds


def written_anyway(members: dict[str, bytes]) -> bytes:
    """Write an archive in the one byte form, however large: by another program than ours."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name)  # 1980-01-01 00:00, stored
            member.create_system, member.create_version, member.extract_version = 0, 10, 10
            archive.writestr(member, members[name])
            member.external_attr = 0
    return data.getvalue()


def unsorted(data: bytes) -> bytes:
    """Put the first member of an archive behind the second one, all offsets right."""
    second_at = data.index(b"PK\3\4", 4)
    third_at = data.index(b"PK\3\4", second_at + 4)
    listing = data.index(b"PK\1\2")
    next_at = data.index(b"PK\1\2", listing + 4)
    then_at = data.index(b"PK\1\2", next_at + 4)
    local = data[second_at:third_at] + data[:second_at] + data[third_at:listing]
    offsets = (third_at - second_at).to_bytes(4, "little"), bytes(4)
    first, other = data[listing:next_at], data[next_at:then_at]
    moved_first = first[:42] + offsets[0] + first[46:]
    return local + other[:42] + offsets[1] + other[46:] + moved_first + data[then_at:]


def test_members_out_of_order_are_refused(second: ModuleType, full: dict[str, bytes]) -> None:
    """An archive that any unzip program opens, but in another order of its members."""
    data = unsorted(write_archive(full))
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
    assert by_second(second, data)[0] is None
    with pytest.raises(ParleyError):
        check_evidence(data)


def doubled(data: bytes) -> bytes:
    """Put a second member of the first one's name behind it, but count it once in the end."""
    entry_at, proof_at = data.index(b"PK\3\4", 4), data.index(b"PK\3\4")
    first, listing = data[proof_at:entry_at], data.index(b"PK\1\2")
    next_at, end = data.index(b"PK\1\2", listing + 4), data.index(b"PK\5\6")
    entries = [data[listing:next_at], data[next_at:end]]
    moved_on = [entries[0][:42] + len(first).to_bytes(4, "little") + entries[0][46:]]
    rest, at = entries[1], 0
    while at < len(rest):
        span = 46 + int.from_bytes(rest[at + 28 : at + 30], "little")
        offset = int.from_bytes(rest[at + 42 : at + 46], "little") + len(first)
        entry = rest[at : at + 42] + offset.to_bytes(4, "little") + rest[at + 46 : at + span]
        moved_on.append(entry)
        at += span
    directory = entries[0] + b"".join(moved_on)
    counts = data[end : end + 12] + len(directory).to_bytes(4, "little")
    local = first + data[:listing]
    return local + directory + counts + len(local).to_bytes(4, "little") + data[end + 20 :]


def test_a_member_twice_is_refused(second: ModuleType, full: dict[str, bytes]) -> None:
    """Counted once where the archive ends, so that its end is what a reader expects."""
    data = doubled(write_archive(full))
    assert data.count(b"PK\3\4") == len(full) + 1
    theirs, why = by_second(second, data)
    assert theirs is None
    assert "twice" in why
    with pytest.raises(ParleyError):
        check_evidence(data)


def moved(members: dict[str, bytes], **folders: str) -> dict[str, bytes]:
    """Give folders of related entries, by their first letters and number, other names."""
    found = {}
    for name, content in members.items():
        folder, slash, file = name.rpartition("/")
        found[folders.get(folder[8:9] + folder[10:11], folder) + slash + file] = content
    return found


FILES = ("entry", "proof")
REARRANGED: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "out of order": lambda m: moved(m, **{"1c": "related/2-charter", "2c": "related/1-charter"}),
    "a gap": lambda m: moved(m, **{"4a": "related/5-answer"}),
    "another kind": lambda m: moved(m, **{"4a": "related/4-charter"}),
    "two of one number": lambda m: moved(m, **{"4a": "related/3-answer"}),
    "twice": lambda m: m | {f"related/5-answer/{n}": m[f"related/4-answer/{n}"] for n in FILES},
    "no charter": lambda m: {n: c for n, c in m.items() if not n.startswith("related/")},
    "a part nobody named": lambda m: m | {f"parts/{hashlib.sha256(b'x').hexdigest()}": b"x"},
    "a part that is another": lambda m: m | {f"parts/{MAP_DIGEST}": b"x"},
    "an unknown member": lambda m: m | {"notes.txt": b"x"},
    "a proof under another": lambda m: m | {"proof": m["related/4-answer/proof"]},
    "nothing claimed": lambda m: m | {"policy": fewer(m["policy"], 1)},
    "one claimed": lambda m: m | {"policy": fewer(m["policy"], 2)},
    "one claimed as two": lambda m: m | {"policy": m["policy"].replace(b"-receipt", b"", 1)},
}


def fewer(policy: bytes, kept: int) -> bytes:
    """Keep the first lines of a policy and give it the quorum that follows from them."""
    lines = policy.split(b"\n")[:kept]
    name = lines[1].split(b" ")[1] if kept == 2 else b"none"
    return b"\n".join([*lines, b"quorum " + name, b""])


@pytest.mark.parametrize("how", REARRANGED)
def test_rearranged_members_are_judged_alike(
    second: ModuleType, full: dict[str, bytes], how: str
) -> None:
    """Members moved, doubled, left out; only a policy that claims less is accepted."""
    forged = REARRANGED[how](full)
    assert forged != full
    assert (agreed(second, forged) is not None) == how.endswith(" claimed")


def test_more_signatures_where_the_charter_wants_them(second: ModuleType) -> None:
    """One of two is not enough for ours; a second key, or two signatures, are not covered."""
    body = charter_body()
    keys, new = body["keys"], signer("coalition", "author", "second")
    assert isinstance(keys, list)
    proof = possession("coalition", "author", "exercise", new)
    said = {"holder": "coalition", "role": "author", "public": b64(new.public)}
    keys.append({**said, "possession": proof})
    body["signatures_needed"] = {"activity/1": 2}
    both = [signer("coalition", "author"), new]
    for signers, holds in ((both, True), (both[:1], False), (both[1:], False)):
        world = World(body=body)
        index = world.add("coalition", "activity/1", {}, signers=both)
        head = world.coalition.head(STORED)
        members = evidence_members(world.source(STORED, record=world.coalition.logged(index, head)))
        entry = seal(canonical(json.loads(world.payloads[-1]) | {"id": "0" * 32}), signers)
        item = world.coalition.logged(world.coalition.append(entry), world.coalition.head(STORED))
        shown = agreed(second, place(members, "", item), covered=False)
        assert (shown is not None) == holds


def test_a_head_smaller_than_its_tree_proves_nothing(second: ModuleType) -> None:
    """A log that signs a size under the root of more entries gets no entry beyond that size."""
    world = World()
    members, log = evidence_members(world.source()), world.coalition
    for size in range(1, 5):
        for said in range(6):
            head = Checkpoint(log.origin, said, log.tree.root(size))
            signed = sign_checkpoint(head, signer("coalition", "log"))
            note = SignedNote(head.body().decode(), (signed,)).format()
            hashes = tuple(inclusion_proof(log.tree, size - 1, size))
            item = Logged(log.entries[size - 1], size - 1, hashes, note)
            covered = None if size == 4 else True  # there is the account of a call
            shown = agreed(second, place(members, "", item), covered=covered)
            assert shown is None if said < size else shown is not None or said > size


# --- an entry, a proof and a policy


def code_of_ours(entry: bytes, proof: bytes, policy: bytes) -> int:
    try:
        rules = Policy.parse(policy)
    except ParleyError:
        return 2
    try:
        verify_proof(entry, Proof.parse(proof), rules)
    except ParleyError:
        return 1
    return 0


def code_of_second(second: ModuleType, entry: bytes, proof: bytes, policy: bytes) -> int:
    code = 2
    try:
        second.cosigned(policy, None)
        code = 1
        _, head = second.included(entry, proof)
        second.cosigned(policy, head)
    except second.FAULTS:
        return code
    return 0


SHAPES: list[tuple[bytes, bytes]] = [
    (b"all", b"any"),
    (b"any", b"all"),
    (b"group g3 2", b"group g3 1"),
    (b"group g3 2", b"group g3 3"),
    (b"quorum g3", b"quorum none"),
    (b"quorum g3", b"quorum a"),
    (b"quorum g3", b"quorum z"),
    (b"witness a ", b"witness none "),
    (b"witness a ", b"witness b "),
    (b"g1 all a b", b"g1 all a a"),
    (b"g1 all a b", b"g1 any a z"),
    (b"g1 all a b", b"g1 any a g2"),
    (b"group g3 2 g1 g2", b"group a 2 g1 g2"),
    (b"quorum g3\n", b"quorum g3\nquorum g3\n"),
    (b"quorum g3\n", b"quorum g3"),
    (b"quorum g3\n", b""),
    (b"log ", b"log +00000000"),
    (b"g2 any d c", b"g2 any d a"),
    (b"g2 any", b"g2 01"),
    (b" ", b"  "),
    (b"\n", b"\r\n"),
    (b"quorum", b"# a comment\nquorum"),
]


def line(note: SignedNote, holder: str, role: str, time_s: int) -> bytes:
    """Cosign with any time at all, which our own code refuses to do."""
    key = signer(holder, role)
    name = f"exercise.invalid/{holder}/{role}"
    signature = key.sign(f"cosignature/v1\ntime {time_s}\n{note.text}".encode())
    key_hash = VerifierKey(name, 4, key.public).key_hash
    return NoteSignature(name, key_hash, time_s.to_bytes(8, "big") + signature).format().encode()


def odd_proofs(proof: bytes) -> list[bytes]:
    """Proofs with one thing that no single byte changes."""
    note = Proof.parse(proof).head()
    row = note.signatures[-1].format().encode()
    far = 253_402_300_800  # the year 10000
    times = (0, 1, far - 1, far, 2**63 - 1, 2**63, 2**64 - 1)
    late = [line(note, "russia", "witness", time_s) for time_s in times]
    own = note.signatures[0].format().encode()
    bare = proof[: proof.index("\u2014 ".encode())]
    others = [s for s in note.signatures[1:] if not s.name.endswith("russia/witness")]
    rest = b"".join(s.format().encode() for s in others)
    return [
        proof + row,
        proof + "\u2014 stranger AAAAAA==\n".encode(),
        proof + "\u2014 stranger AAAAAAA=\n".encode(),
        proof + "\u2014 a\u00a0stranger AAAAAAA=\n".encode(),
        *(bare + own + rest + n for n in late),
        proof.replace(b"index 2", b"index 02"),
        proof.replace(b"index 2", f"index {2**63}".encode()),
        proof.replace(b"\n\n", b"\n" + b64(bytes(32)).encode() + b"\n\n", 1),
        proof.replace(b"\n\n", b"\n\n\n", 1),
        bare,
    ]


def uncovered_proofs(proof: bytes) -> list[bytes]:
    """Proofs that ours accepts: with opaque data."""
    extra = [b"extra " + b64(bytes(size)).encode() for size in (1, 65_535)]
    return [proof.replace(b"\nindex", b"\n" + each + b"\nindex") for each in extra]


def test_changed_proofs_and_policies_have_the_same_exit_codes(
    second: ModuleType, world: World, root: Path, tmp_path: Path
) -> None:
    """A quorum of groups, with every member changed: 0, 1 or 2 alike."""
    made = evidence_members(world.source(SEEN, STORED, MIRRORED))
    logs = [
        VerifierKey(log.origin, 1, signer(log.holder, "log").public).format()
        for log in (world.coalition, world.russia)
    ]
    cosigners = [("russia", "witness"), ("russia", "receipt"), ("mirror", "receipt")]
    lines = [f"log {log}" for log in logs]
    for name, (holder, role) in zip("abcd", [*cosigners, ("mirror", "witness")], strict=True):
        key = VerifierKey(f"exercise.invalid/{holder}/{role}", 4, signer(holder, role).public)
        lines.append(f"witness {name} {key.format()}")
    lines += ["group g1 all a b", "group g2 any d c", "group g3 2 g1 g2", "quorum g3", ""]
    whole = (made["entry"], made["proof"], "\n".join(lines).encode())
    assert code_of_ours(*whole) == code_of_second(second, *whole) == 0
    chance, codes = random.Random(4648), set()
    forged = [(*whole[:2], whole[2].replace(*shape, 1)) for shape in SHAPES]
    forged.append((*whole[:2], whole[2].replace(b"group", f"{lines[2]}x\ngroup".encode(), 1)))
    again = lines[2].replace("witness a", "witness e")
    forged.append((*whole[:2], whole[2].replace(b"group", f"{again}\ngroup".encode(), 1)))
    forged += [(whole[0], one, whole[2]) for one in odd_proofs(whole[1])]
    for at in range(whole[1].index(b"\n\n")):
        one = whole[1][:at] + bytes([whole[1][at] ^ 1 << at % 8]) + whole[1][at + 1 :]
        forged.append((whole[0], one, whole[2]))
    forged.append((whole[0], whole[1].replace(b"c2sp.", b"c2spx"), whole[2]))
    forged += [(one, *whole[1:]) for one in changed(whole[0], chance, 97)]
    forged += [(whole[0], one, whole[2]) for one in changed(whole[1], chance, 5)]
    forged += [(*whole[:2], one) for one in changed(whole[2], chance, 11)]
    for triple in forged:
        assert code_of_ours(*triple) == code_of_second(second, *triple), triple
        codes.add(code_of_ours(*triple))
    assert codes == {0, 1, 2}
    for one in uncovered_proofs(whole[1]):
        assert code_of_ours(whole[0], one, whole[2]) == 0
        assert code_of_second(second, whole[0], one, whole[2]) == 1
    for n, (triple, code) in enumerate(((whole, 0), (forged[4], 0), (forged[6], 2))):
        paths = [tmp_path / f"{n}-{name}" for name in ("entry", "proof", "policy")]
        for path, content in zip(paths, triple, strict=True):
            path.write_bytes(content)
        done = command(root, paths[0], "--proof", paths[1], "--policy", paths[2])
        assert done.returncode == code, done.stderr
        assert done.stdout.startswith("EXERCISE") == (code == 0)
