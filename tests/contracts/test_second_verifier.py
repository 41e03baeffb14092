"""verify/parley_verify.py, which shares no code with ours, comes to the same result as ours.

One thing is out of its scope, and tested as such: the text of README.txt. So evidence is compared
without step 10, which binds that text.
"""

import importlib.util
import json
import random
import subprocess
import sys
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
from parley.log.checkpoint import VerifierKey
from parley.log.evidence import Logged, evidence_members, write_evidence
from parley.log.evidence_check import check_evidence, check_members
from parley.log.evidence_words import Report
from parley.log.policy import Policy
from parley.log.proof import Proof, verify_proof
from parley.record.canonical import Json, canonical
from parley.record.envelope import Priority, origin_of, seal
from parley.values.instants import format_instant
from tests.contracts.formats_example import blocks
from tests.spine.log.evidence_world import (
    MAP,
    MAP_DIGEST,
    MIRRORED,
    PARTY_ROLES,
    SEEN,
    STORED,
    PartyLog,
    World,
    b64,
    charter_body,
    possession,
    signer,
)
from tests.spine.log.test_evidence import CASES, EVERYTHING

Shown = tuple[list[str], list[str]] | None
"""What a file shows and on whose keys it rests, None if it is refused."""


@pytest.fixture(scope="module")
def second(root: Path) -> ModuleType:
    """Load the file as a module; nothing of ours is in it."""
    spec = importlib.util.spec_from_file_location("second", root / "verify" / "parley_verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def full(world: World) -> dict[str, bytes]:
    """The members of a file with every grade, bound and bearing, and a part."""
    lines = (SEEN, STORED, MIRRORED)
    source = world.source(*lines, related=EVERYTHING, parts={MAP_DIGEST: MAP})
    return read_archive(write_evidence(source))


def words(report: Report) -> Shown:
    """Say what a report of ours shows in the words of the second verifier."""
    author, lane = report.record.author, report.record.log.rpartition("/")[2]
    said = f"{author} signed record {report.name}, of kind {report.record.kind}"
    lines = [f"{said}, and logged it at index {report.index} of its {lane} log"]
    for grade in report.grades:
        holder, at = grade.holder, format_instant(grade.at)
        lines.append(
            {
                "stored": f"stored by {holder} at {at} (its clock)",
                "head_seen": f"head seen by {holder} at {at} (its clock)",
                "told": f"told {holder} at {at}: {author} says so, and nobody else",
                "answered": f"answered by {holder}: {grade.stance} (claimed time {at})",
            }[grade.name]
        )
    for b in report.bearings:
        at = format_instant(b.at)
        lines.append(f"{b.role} this record: {b.kind} of {b.author} (claimed time {at})")
    if report.after is not None:
        lines.append(
            f"logged after {format_instant(report.after.at)}, when {report.after.holder} signed"
        )
    lines += [f"the shared part {part} is the one the record names" for part in report.parts_shown]
    return sorted(lines), sorted(report.needed)


def by_ours(members: dict[str, bytes]) -> Shown:
    try:
        return words(check_members(members))
    except ParleyError:
        return None


def by_second(second: ModuleType, data: bytes) -> Shown:
    try:
        found = second.Evidence(data)
    except second.FAULTS:
        return None
    return sorted(found.report), sorted(found.rests)


def agreed(second: ModuleType, members: dict[str, bytes]) -> Shown:
    """Return what both show of these members; fail unless it is the same."""
    members = {**members, "README.txt": b"out of scope"}
    ours = by_ours(members)
    assert by_second(second, write_archive(members)) == ours
    return ours


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
        for changed in (
            (key, message, signature[:32] + larger),
            (key, message, turned),
            (key, message + b"!", signature),
            (key, message, signature[:-1]),
            (flipped, message, signature),
        ):
            assert accepts(second, *changed) == libsodium(*changed) is False


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
        "- stored by russia at 2016-06-16T12:01:06Z (its clock)",
        "- head seen by russia at 2016-06-16T12:01:05Z (its clock)",
        "- answered by russia: acknowledge (claimed time 2016-06-16T12:01:00Z)",
    ]
    untrusted = command(root, file)
    assert untrusted.returncode == 1
    assert "KEYS NOT ESTABLISHED (coalition, russia)" in untrusted.stdout
    assert f"fingerprint of the charter: {channel}" in untrusted.stdout
    assert command(root, file, "--trust", "0" * 64).returncode == 1


def identity(name: str, generation: str = "") -> dict[str, Json]:
    """Give an identity file of a party of the test world, as section 18 says."""
    keys: dict[str, Json] = {}
    for role in PARTY_ROLES:
        key = signer(name, role, generation)
        proof = possession(name, role, "exercise", key)
        keys[role] = {"public": b64(key.public), "possession": proof}
    return {
        "format": "parley/identity/1",
        "name": name,
        "code": name[:2].upper(),
        "display": name.title(),
        "role": "party",
        "status": "exercise",
        "keys": keys,
        "tls_cert": "",
        "endpoint": "http://127.0.0.1:8461",
        "languages": ["en"],
    }


def test_trust_and_bad_input_have_the_same_exit_codes(
    root: Path, tmp_path: Path, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    """Identities and fingerprints establish the same keys; what cannot be read is 2 for both."""
    file, other = tmp_path / "evidence.zip", tmp_path / "other.zip"
    file.write_bytes(write_evidence(world.source(STORED)))
    other.write_bytes(b"no zip")
    twice = json.dumps(identity("russia"))[:-1] + ', "code": "RU"}'
    texts = {name: json.dumps(identity(name), indent=1) for name in ("coalition", "russia")}
    texts |= {"false": json.dumps(identity("russia", "false")), "twice": twice, "no": "{}"}
    texts |= {"stranger": json.dumps(identity("stranger"))}
    paths = {name: str(tmp_path / f"{name}.json") for name in texts}
    for name, text in texts.items():
        Path(paths[name]).write_text(text)
    for names, code in (
        ([], 1),
        (["coalition"], 1),
        (["coalition", "russia"], 0),
        (["coalition", "false"], 1),
        (["stranger"], 1),
        (["twice"], 2),
        (["no"], 2),
    ):
        trust = [word for name in names for word in ("--trust", paths[name])]
        assert command(root, file, *trust).returncode == code, names
        assert run(["verify", str(file), *trust]) == code, names
    for arguments in ([str(other)], [str(file), "--trust", "12ab"], [str(tmp_path / "absent")]):
        assert command(root, *arguments).returncode == run(["verify", *arguments]) == 2
    capfd.readouterr()


# --- evidence files


@pytest.mark.parametrize("case", CASES)
def test_every_grade_is_shown_by_both(second: ModuleType, world: World, case: str) -> None:
    """Told, head seen, stored, answered, withdrawn: the same words of the same holders."""
    data = write_evidence(CASES[case](world))
    shown = agreed(second, read_archive(data))
    assert shown is not None
    assert shown == words(check_evidence(data)) == by_second(second, data)


def test_everything_is_shown_by_both(second: ModuleType, full: dict[str, bytes]) -> None:
    """A file that holds all there is, and one that is no exercise."""
    shown = agreed(second, full)
    assert shown is not None
    assert len(shown[0]) == 9
    actual = World("actual")
    assert agreed(second, evidence_members(actual.source(STORED, related=EVERYTHING)))


def changed(content: bytes, chance: random.Random, stride: int) -> list[bytes]:
    """Change content at sampled places: a bit, a byte less, a byte more, or two lines swapped."""
    found = []
    for at in range(chance.randrange(stride), len(content), stride):
        flipped = bytes([content[at] ^ 1 << chance.randrange(8)])
        more = bytes([chance.choice(content), content[at]])
        found.append(
            content[:at] + chance.choice([flipped, flipped, b"", more]) + content[at + 1 :]
        )
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at], lines[at - 1] = lines[at - 1], lines[at]
    return [*found, b"\n".join(lines)]


def test_every_member_changed_is_judged_alike(second: ModuleType, full: dict[str, bytes]) -> None:
    """Members changed at sampled bytes, in an archive that is right: both refuse, or show less."""
    chance, original = random.Random(6962), agreed(second, full)
    assert original is not None
    for name, content in full.items():
        if name != "README.txt":
            for forged in changed(content, chance, 151):
                shown = agreed(second, {**full, name: forged})
                assert shown is None or set(shown[0]) <= set(original[0])
        agreed(second, {other: data for other, data in full.items() if other != name})


def test_bytes_flipped_in_the_archive_are_refused_by_both(
    second: ModuleType, full: dict[str, bytes]
) -> None:
    """In its headers, its directory or its contents: README.txt too, because of its checksum."""
    data = write_archive(full)
    places = {*range(0, len(data), 997), *range(len(data) - 400, len(data), 7), *range(0, 80, 3)}
    for at in places:
        flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
        assert by_second(second, flipped) is None
        with pytest.raises(ParleyError):
            check_evidence(flipped)
    for forged in (data + b"\0", data[:-1], b"\0" + data):
        assert by_second(second, forged) is None


def test_the_text_of_readme_is_out_of_its_scope(second: ModuleType, full: dict[str, bytes]) -> None:
    """With right checksums, a changed README.txt is refused by ours alone; it changes no result."""
    forged = write_archive({**full, "README.txt": full["README.txt"] + b"All of this is true.\n"})
    with pytest.raises(ParleyError, match="README"):
        check_evidence(forged)
    assert by_second(second, forged) == by_ours(full)


# --- what the keys' owners themselves sign wrongly


def place(members: dict[str, bytes], folder: str, item: Logged) -> dict[str, bytes]:
    """Put an entry and its proof into a folder, as they are."""
    proof = Proof(item.index, item.hashes, item.head).format()
    return {**members, f"{folder}entry": item.entry, f"{folder}proof": proof}


STRANGE: list[Json] = [None, True, 0, -1, 2**53 - 1, "", "x", "russia", "answers", [], {}, ["a"]]


def spoilt(value: Json, chance: random.Random) -> Any:
    """Change one place of a JSON value: left out, of another type, another text, one more."""
    paths: list[tuple[str | int, ...]] = []

    def walk(found: Json, path: tuple[str | int, ...]) -> None:
        paths.append(path)
        members = found.items() if isinstance(found, dict) else ()
        items = enumerate(found) if isinstance(found, list) else ()
        for name, inner in (*members, *items):
            walk(inner, (*path, name))

    whole: Any = json.loads(canonical(value))
    walk(whole, ())
    *path, last = chance.choice(paths[1:])
    at = whole
    for step in path:
        at = at[step]
    old = at[last]
    new = chance.choice(STRANGE)
    if isinstance(old, str) and old and chance.random() < 0.5:
        cut = chance.randrange(len(old))
        new = old[:cut] + chance.choice(["", "A", "/", "\n", "\u00e9", "0"]) + old[cut + 1 :]
    if isinstance(old, int) and chance.random() < 0.5:
        new = old + chance.choice([-1, 1, 2**41])
    if chance.random() < 0.3:
        del at[last]
    else:
        at[last] = new
    return whole


def test_a_spoilt_record_is_judged_alike(second: ModuleType) -> None:
    """Its author signed and logged it, so only the rules for records can refuse it."""
    chance, results = random.Random(7493), []
    extent: dict[str, Json] = dict.fromkeys(("south_e7", "north_e7", "west_e7", "east_e7"), 5)
    extent |= {"lower_e4m": None, "upper_e4m": 3, "time_start": 4, "time_end": None}
    part: dict[str, Json] = {"name": "p", "sha256": "ab" * 32, "size": 3, "class": "personal"}
    part |= {"media_type": "text/plain; a=b", "audience": ["russia"]}
    for _ in range(60):
        world = World()
        said = json.loads(next(each for each in world.payloads if b"activity/1" in each))
        said |= {"extent": extent, "parts": [*said["parts"], part]}
        entry = seal(canonical(spoilt(said, chance)), [signer("coalition", "author")])
        index = world.coalition.append(entry)
        head = world.coalition.head(STORED)
        record = world.coalition.logged(world.activity, head)
        members = evidence_members(world.source(STORED, record=record))
        members = place(members, "", world.coalition.logged(index, head))
        results.append(agreed(second, members) is not None)
    assert True in results
    assert False in results


def test_a_spoilt_related_record_is_judged_alike(second: ModuleType) -> None:
    """Answers, accounts of calls, withdrawals and logged heads, each with something wrong."""
    chance, results = random.Random(3161), []
    for round_ in range(40):
        world = World()
        kind = ("answer", "call", "retraction", "head")[round_ % 4]
        said = json.loads(next(p for p in world.payloads if f"{kind}/1".encode() in p))
        if chance.random() < 0.4:
            roles = ["answers", "about", "withdraws", "replaces", "opens", "same_event"]
            said["refs"] = [{"role": chance.choice(roles), "record": world.name}]
        spoil: Callable[[Json, random.Random], Json] = spoilt if chance.random() < 0.8 else _as_is
        entry = seal(canonical(spoil(said, chance)), [signer(said["author"], "author")])
        log = world.russia if said["author"] == "russia" else world.coalition
        index = log.append(entry)
        main = world.add("coalition", "activity/1", {}) if kind == "head" else world.activity
        head = world.coalition.head(STORED)
        record = world.coalition.logged(main, head)
        members = evidence_members(world.source(STORED, record=record))
        item = log.logged(index, head if log is world.coalition else None)
        results.append(agreed(second, place(members, f"related/3-{kind}/", item)) is not None)
    assert True in results
    assert False in results


def _as_is(value: Json, _: random.Random) -> Json:
    return value


def test_a_spoilt_charter_is_judged_alike(second: ModuleType) -> None:
    """A charter that both parties signed, with something wrong in it."""
    chance, results = random.Random(1466), []
    for _ in range(40):
        body = spoilt(charter_body(), chance)
        assert isinstance(body, dict)
        world = World(body=body)
        head = world.coalition.head(STORED)
        log = VerifierKey(world.coalition.origin, 1, signer("coalition", "log").public).format()
        cosigner = "exercise.invalid/russia/receipt"
        receipt = VerifierKey(cosigner, 4, signer("russia", "receipt").public).format()
        lines = (f"log {log}", f"witness russia-receipt {receipt}", "quorum russia-receipt", "")
        members = {"policy": "\n".join(lines).encode(), "keys.json": b"{}"}
        members = place(members, "", world.coalition.logged(world.activity, head))
        members = place(members, "related/1-charter/", world.coalition.logged(0))
        members = place(members, "related/2-charter/", world.russia.logged(0))
        try:
            members["keys.json"] = evidence_members(world.source(STORED))["keys.json"]
        except ParleyError:
            members["keys.json"] = _keys_of_second(second, world, members)
        results.append(agreed(second, members) is not None)
    assert True in results
    assert False in results


def _keys_of_second(second: ModuleType, world: World, members: dict[str, bytes]) -> bytes:
    """Write keys.json as the second verifier would have it, if it takes the charter at all."""
    found = second.Evidence.__new__(second.Evidence)
    found.channel, found.status = world.channel, "exercise"
    names = ("related/1-charter/", "related/2-charter/")
    try:
        found.read_charters(
            [second.Entry(members[f"{name}entry"], members[f"{name}proof"]) for name in names]
        )
        return str(found.keys_json()).encode()
    except second.FAULTS:
        return b"{}"


def one_change(chance: random.Random) -> Json:
    """Make a change of coalition's keys, right or nearly so."""
    role = chance.choice(PARTY_ROLES)
    owner = chance.choice(["coalition"] * 9 + ["russia"])
    key = signer(owner, role, chance.choice(["", "new", "new"]))
    said = chance.choice([role] * 9 + ["author", "visitor"])
    value: Json = {
        "role": said,
        "public": b64(key.public),
        "change": chance.choice(["add", "add", "end", "revoke"]),
        "from_main": chance.randrange(12),
        "from_urgent": chance.randrange(4),
        "possession": possession("coalition", said, "exercise", key),
    }
    return spoilt(value, chance) if chance.random() < 0.2 else value


def test_changes_of_keys_are_judged_alike(second: ModuleType) -> None:
    """Keys added, ended and revoked in both lanes, with and without authority, by various keys."""
    chance, results = random.Random(1606), []
    signings = [("author",), ("author",), ("recovery",), ("author", "recovery"), ("log",)]
    for _ in range(40):
        world = World()
        origin = origin_of("coalition", world.channel, "urgent", world.status)
        urgent = PartyLog("coalition", origin)
        urgent.append(world.seal("coalition", "charter/1", world.body, priority="urgent"))
        related = list(world.charters())
        for _ in range(chance.randrange(1, 4)):
            log = chance.choice([world.coalition, urgent])
            priority: Priority = "urgent" if log is urgent else "routine"
            changes = [one_change(chance) for _ in range(chance.randrange(1, 4))]
            body: dict[str, Json] = {"holder": "coalition", "status": "exercise"}
            body["changes"] = changes if chance.random() < 0.9 else chance.choice(STRANGE)
            signers = [signer("coalition", role) for role in chance.choice(signings)]
            entry = world.seal("coalition", "key/1", body, priority=priority, signers=signers)
            related.append(log.logged(log.append(entry)))
        key = signer("coalition", "author", chance.choice(["", "new"]))
        later = world.add("coalition", "activity/1", {}, signers=[key])
        head = world.coalition.head(STORED, key=signer("coalition", "log"))
        choices = [world.coalition.logged(index, head) for index in (later, world.activity)]
        source = world.source(
            STORED, record=chance.choice([*choices, *related[2:]]), related=tuple(related)
        )
        try:
            results.append(agreed(second, evidence_members(source)) is not None)
        except ParleyError:
            results.append(False)
    assert True in results
    assert False in results


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
    (b"g2 any d c", b"g2 any d a"),
    (b"g2 any", b"g2 01"),
    (b" ", b"  "),
    (b"\n", b"\r\n"),
    (b"quorum", b"# a comment\nquorum"),
]


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
    proof = made["proof"].replace(b"\nindex", b"\nextra YWJj\nindex")
    whole = (made["entry"], proof, "\n".join(lines).encode())
    assert code_of_ours(*whole) == code_of_second(second, *whole) == 0
    chance, codes = random.Random(4648), set()
    forged = [(*whole[:2], whole[2].replace(*shape, 1)) for shape in SHAPES]
    forged += [(one, *whole[1:]) for one in changed(whole[0], chance, 97)]
    forged += [(whole[0], one, whole[2]) for one in changed(whole[1], chance, 5)]
    forged += [(*whole[:2], one) for one in changed(whole[2], chance, 11)]
    for triple in forged:
        assert code_of_ours(*triple) == code_of_second(second, *triple), triple
        codes.add(code_of_ours(*triple))
    assert codes == {0, 1, 2}
    for n, (triple, code) in enumerate(((whole, 0), (forged[4], 0), (forged[6], 2))):
        paths = [tmp_path / f"{n}-{name}" for name in ("entry", "proof", "policy")]
        for path, content in zip(paths, triple, strict=True):
            path.write_bytes(content)
        done = command(root, paths[0], "--proof", paths[1], "--policy", paths[2])
        assert done.returncode == code, done.stderr
        assert done.stdout.startswith("EXERCISE") == (code == 0)
