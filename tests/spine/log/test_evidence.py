"""Evidence files say what is proven, name the holder, and cannot be made to say more."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parley.errors import BadEvidence, EvidenceRefused, ParleyError
from parley.log.archive import read_archive, write_archive
from parley.log.checkpoint import (
    COSIGNER_KEY,
    SignedNote,
    VerifierKey,
    cosign,
    parse_checkpoint,
)
from parley.log.evidence import EvidenceInput, Logged, evidence_members, pack, write_evidence
from parley.log.evidence_check import check_evidence
from parley.log.evidence_words import Report, claimed, not_proven, proven, table
from parley.log.identity_trust import Trust, TrustedIdentity, fingerprint
from parley.log.proof import Proof
from parley.record.canonical import Json, canonical, decode
from parley.record.envelope import Ref
from parley.values.instants import Instant
from tests.spine.log.evidence_world import (
    MAP,
    MAP_DIGEST,
    MIRRORED,
    NOON,
    NOON_S,
    PARTY_ROLES,
    SEEN,
    STORED,
    World,
    b64,
    charter_body,
    possession,
    signer,
)

GOLDEN = Path(__file__).parent / "golden"
EVERYTHING = "head call retraction answer"


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def full(world: World) -> bytes:
    """Everything an evidence file can hold."""
    lines = (SEEN, STORED, MIRRORED)
    return write_evidence(world.source(*lines, related=EVERYTHING, parts={MAP_DIGEST: MAP}))


def not_more(report: Report, original: Report) -> bool:
    """Tell whether a report shows the same entry with no grade, bound or bearing that is new."""
    same = ("record", "name", "index", "size", "signed_by", "keys")
    return (
        all(getattr(report, name) == getattr(original, name) for name in same)
        and set(report.grades) <= set(original.grades)
        and report.after in (None, original.after)
        and report.before in (None, original.before)
        and set(report.bearings) <= set(original.bearings)
        and set(report.parts_shown) <= set(original.parts_shown)
        and set(report.established) <= set(original.established)
    )


def refused(data: bytes, trust: Trust | None = None) -> str:
    """Give the refusal of a file; fail if it is accepted."""
    with pytest.raises((EvidenceRefused, BadEvidence)) as caught:
        check_evidence(data, trust or Trust())
    return str(caught.value)


# --- what is said


CASES: dict[str, Callable[[World], EvidenceInput]] = {
    "logged": lambda w: w.source(),
    "told": lambda w: w.source(related="call"),
    "head_seen": lambda w: w.source(SEEN),
    "stored": lambda w: w.source(STORED, related="head", parts={MAP_DIGEST: MAP}),
    "stored_by_mirror": lambda w: w.source(MIRRORED),
    "answered": lambda w: w.source(MIRRORED, related="answer"),
    "withdrawn": lambda w: w.source(STORED, related="retraction"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_each_grade(world: World, case: str) -> None:
    """Each grade has its golden text: what is proven, of whom, and what is not."""
    said = table(check_evidence(write_evidence(CASES[case](world)))) + "\n"
    golden = GOLDEN / f"{case}.txt"
    assert said == golden.read_text(encoding="utf-8")


def test_the_charter_is_of_the_real_kind() -> None:
    """The charter of these tests is one that the kind charter/1 accepts in its one form."""
    charter = pytest.importorskip("parley.kinds.line.charter").CHARTER
    body = charter_body()
    parsed = charter.parse(body)
    assert parsed.terms().parties() == ("coalition", "russia")
    assert canonical(parsed.to_json()) == canonical(body)


def test_attack_text_that_steers_the_terminal() -> None:
    """What a record says is printed as it is, but for characters that could hide or turn text."""
    world = World()
    title = "\u0421\u0431\u043e\u0440 \u202egnihton\u202c \x9b2J"
    index = world.add("coalition", "activity/1", {"title": title})
    said = table(check_evidence(write_evidence(world.source(record=world.coalition.logged(index)))))
    assert "\u0421\u0431\u043e\u0440 \\u{202e}gnihton\\u{202c} \\u{9b}2J" in said
    assert not set(said) & set("\u202e\u202c\x9b")


def test_an_exercise_says_so_first(world: World, full: bytes) -> None:
    """EXERCISE is the first word of README.txt and of what verify prints."""
    assert read_archive(full)["README.txt"].startswith(b"EXERCISE")
    assert table(check_evidence(full)).startswith("EXERCISE")
    actual = check_evidence(write_evidence(World("actual").source(STORED)))
    assert "EXERCISE" not in table(actual)


def test_every_export_says_what_it_does_not_prove(full: bytes) -> None:
    """No file claims that anybody read the record or that it is true."""
    text = read_archive(full)["README.txt"].decode()
    assert "That anybody read it" in text
    assert "That what it says is true" in text
    assert "changes nobody's legal duties" in text


def test_nothing_is_claimed_of_the_called_but_by_account(world: World) -> None:
    """A call is told, not stored: its holder's keys are not needed, and no time bound follows."""
    report = check_evidence(write_evidence(world.source(related="call")))
    assert [g.name for g in report.grades] == ["told"]
    assert report.needed == ("coalition",)
    assert report.before is None
    assert any(line.startswith("Nobody but coalition") for line in proven(report))


def test_a_call_that_reached_nobody_told_nobody(world: World) -> None:
    """An attempt that did not connect gives no grade."""
    later = World()
    body: dict[str, Json] = {
        "medium": "telephone",
        "direction": "out",
        "to": "russia",
        "opened_at": NOON,
        "outcome": "no_answer",
    }
    index = later.add("coalition", "call/1", body, refs=(Ref("about", later.name),))
    related = (*later.charters(), later.coalition.logged(index))
    report = check_evidence(write_evidence(later.source(related=related)))
    assert report.grades == ()
    assert [b.kind for b in report.bearings] == ["call/1"]


# --- time


@pytest.mark.parametrize(
    ("issued", "flag"),
    [(NOON, ""), (NOON - 3_600_000, "before"), (NOON + 9_999, ""), (NOON + 10_000, "after")],
)
def test_attack_backdating_is_flagged(issued: int, flag: str) -> None:
    """A claimed time outside the proven interval is flagged, on the side it lies."""
    world = World()
    index = world.add("coalition", "activity/1", {"title": "Late"}, issued=Instant(issued))
    head = world.coalition.head(("russia", "receipt", NOON_S + 9))
    source = EvidenceInput(
        world.coalition.logged(index, head),
        (*world.charters(), world.coalition.logged(world.head, head)),
    )
    report = check_evidence(write_evidence(source))
    assert report.after is not None
    assert report.after.at == (NOON_S - 600) * 1000
    assert report.before is not None
    assert report.before.at == (NOON_S + 9) * 1000
    assert report.issued_outside == flag
    assert ("FLAG" in claimed(report)[0]) == bool(flag)


def test_attack_a_head_logged_later_bounds_nothing(world: World) -> None:
    """A foreign head bounds the time only if it was logged before, under the same head."""
    late = World()
    body: dict[str, Json] = {"origin": late.russia.origin, "size": 1, "note": late.note_seen}
    after = late.add("coalition", "head/1", body)
    head = late.coalition.head(STORED)
    related = (*late.charters(), late.coalition.logged(after, head))
    with pytest.raises(EvidenceRefused, match="not logged before"):
        write_evidence(EvidenceInput(late.coalition.logged(late.activity, head), related))
    other = (*world.charters(), world.coalition.logged(world.head))
    with pytest.raises(EvidenceRefused, match="not under the same head"):
        write_evidence(
            world.source(
                record=world.coalition.logged(world.activity, world.coalition.head(STORED, size=4)),
                related=other,
            )
        )


def test_the_authors_own_clock_bounds_nothing() -> None:
    """A head with no foreign cosignature cannot bound the time."""
    world = World()
    note = world.russia.head(("coalition", "receipt", NOON_S + 99)).format().decode()
    body: dict[str, Json] = {"origin": world.russia.origin, "size": 2, "note": note}
    head_at = world.add("coalition", "head/1", body)
    index = world.add("coalition", "activity/1", {"title": "Later"})
    head = world.coalition.head(STORED)
    related = (*world.charters(), world.coalition.logged(head_at, head))
    with pytest.raises(EvidenceRefused, match="no foreign cosignature"):
        write_evidence(EvidenceInput(world.coalition.logged(index, head), related))


# --- bytes


def test_every_flipped_byte_is_refused(full: bytes) -> None:
    """One bit changed anywhere in the file: it is refused."""
    for position in range(len(full)):
        damaged = bytearray(full)
        damaged[position] ^= 1 << position % 8
        refused(bytes(damaged))


def test_every_bit_of_a_sample_is_refused(full: bytes) -> None:
    """All eight bits of bytes spread over the whole file: refused."""
    for position in range(0, len(full), 97):
        for bit in range(8):
            damaged = bytearray(full)
            damaged[position] ^= 1 << bit
            refused(bytes(damaged))


def mutants(data: bytes) -> list[bytes]:
    return [
        data[:at] + bytes([data[at] ^ (1 << (at * 5 + at // 8) % 8)]) + data[at + 1 :]
        for at in range(len(data))
    ]


def test_attack_every_byte_of_every_member_in_a_fresh_archive(full: bytes) -> None:
    """Every byte changed inside the members, checksums repaired: refused, or the same with less.

    Entry, proof and policy are refused outright, for all of them are under the quorum.
    """
    original = check_evidence(full)
    members = read_archive(full)
    strict = {"entry", "proof", "policy", "keys.json", "README.txt"}
    for name, content in members.items():
        for changed in mutants(content):
            forged = write_archive({**members, name: changed})
            if name in strict:
                refused(forged)
                continue
            try:
                report = check_evidence(forged)
            except ParleyError:
                continue
            assert not_more(report, original), name


def test_a_line_of_an_unknown_key_is_ignored(world: World, full: bytes) -> None:
    """An extra signature line, and the opaque extra data, add nothing to what is shown."""
    members = read_archive(full)
    proof = Proof.parse(members["proof"])
    stranger = world.coalition.head(("stranger", "receipt", NOON_S + 1)).signatures[1]
    note = proof.head().joined([stranger]).format()
    changed = Proof(proof.index, proof.hashes, note, b"stored by everybody").format()
    report = check_evidence(write_archive({**members, "proof": changed}))
    assert report == check_evidence(full)


@pytest.mark.parametrize("where", ["front", "back", "between"])
def test_attack_bytes_hidden_in_the_archive(full: bytes, where: str) -> None:
    """Nothing can stand before, after or between the members."""
    second = full.index(b"PK\x03\x04", 4)
    at = {"front": 0, "back": len(full), "between": second}[where]
    refused(full[:at] + b"hidden" + full[at:])


@pytest.mark.parametrize("name", ["notes.txt", "related/1-charter/more", "parts/x", "related/x"])
def test_attack_an_unknown_member(full: bytes, name: str) -> None:
    """An evidence file holds the known members and nothing else."""
    refused(write_archive({**read_archive(full), name: b"read this"}))


@pytest.mark.parametrize(
    "name", ["../entry", "/entry", "related//entry", "a\\b", "\N{CYRILLIC SMALL LETTER A}", ""]
)
def test_attack_a_path_that_leaves_the_folder(full: bytes, name: str) -> None:
    """No member's name can lead out of the folder it is unpacked into."""
    with pytest.raises(ParleyError, match="no name for a member"):
        write_archive({**read_archive(full), name: b"x"})


@pytest.mark.parametrize(
    "name", ["entry", "proof", "policy", "keys.json", "README.txt", "related/1-charter/entry"]
)
def test_a_missing_member_is_refused(full: bytes, name: str) -> None:
    """Every member is needed."""
    members = read_archive(full)
    del members[name]
    refused(write_archive(members))


def test_what_is_no_archive_is_bad_input() -> None:
    """A file that is no zip is told apart from one that fails."""
    with pytest.raises(BadEvidence):
        check_evidence(b"not a zip")


def test_the_zip_opens_elsewhere(full: bytes, tmp_path: Path) -> None:
    """The standard library's zipfile reads what we write."""
    (tmp_path / "e.zip").write_bytes(full)
    with zipfile.ZipFile(tmp_path / "e.zip") as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in archive.namelist()} == read_archive(full)


# --- attacks on keys and cosigners


def repacked(members: dict[str, bytes], **changes: bytes) -> str:
    """Give why members cannot even be written as evidence."""
    with pytest.raises(EvidenceRefused) as caught:
        pack({**members, **changes})
    return str(caught.value)


@pytest.fixture
def members(world: World) -> dict[str, bytes]:
    return evidence_members(world.source(STORED))


def test_attack_author_keys_swapped_in_keys_json(members: dict[str, bytes]) -> None:
    """keys.json is what the charter gives, to the byte."""
    value = decode(members["keys.json"])
    assert isinstance(value, dict)
    parties = value["parties"]
    parties["coalition"], parties["russia"] = parties["russia"], parties["coalition"]  # type: ignore[index,call-overload]
    assert "(4)" in repacked(members, **{"keys.json": canonical(value)})


def test_attack_keys_json_extended(members: dict[str, bytes]) -> None:
    """A key that the charter does not name cannot be slipped in."""
    value = decode(members["keys.json"])
    span: Json = {
        "public": b64(signer("thief", "author").public),
        "from": {"main": 0, "urgent": 0},
        "until": None,
    }
    value["parties"]["russia"]["author"].append(span)  # type: ignore[index,call-overload,union-attr]
    assert "(4)" in repacked(members, **{"keys.json": canonical(value)})


def test_attack_a_record_signed_by_a_stranger(world: World) -> None:
    """Only keys of the author that were good at the index sign for it."""
    forged = World()
    index = forged.add(
        "coalition", "activity/1", {"title": "Forged"}, signers=[signer("thief", "author")]
    )
    source = forged.source(record=forged.coalition.logged(index))
    with pytest.raises(EvidenceRefused, match=r"\(5\).*0 of 1 signatures"):
        write_evidence(source)


def test_attack_a_receipt_by_an_unknown_key(world: World, members: dict[str, bytes]) -> None:
    """A cosigner that the charter does not name is no holder of anything."""
    head = world.coalition.head(("stranger", "receipt", NOON_S))
    with pytest.raises(EvidenceRefused, match="no receipt line of stranger"):
        write_evidence(
            world.source(
                record=world.coalition.logged(world.activity, head),
                claims=(("stranger", "receipt"),),
            )
        )
    policy = members["policy"].replace(b"russia", b"stranger")
    assert "(6)" in repacked(members, policy=policy)


def test_attack_a_receipt_of_ones_own_log(world: World) -> None:
    """The author's own receipt is not claimed, and cannot be."""
    own = ("coalition", "receipt", NOON_S)
    report = check_evidence(write_evidence(world.source(own)))
    assert report.grades == ()
    with pytest.raises(EvidenceRefused, match="no receipt line of coalition"):
        write_evidence(world.source(own, claims=(("coalition", "receipt"),)))
    members = evidence_members(world.source(own, STORED))
    key = VerifierKey(
        "exercise.invalid/coalition/receipt", COSIGNER_KEY, signer("coalition", "receipt").public
    )
    log = members["policy"].split(b"\n")[0]
    policy = log + f"\nwitness coalition-receipt {key.format()}\n".encode()
    policy += b"quorum coalition-receipt\n"
    assert "own cosigner" in repacked(members, policy=policy)


def test_attack_a_witness_key_as_receipt(world: World) -> None:
    """Who saw a head has not stored it: the witness key signs no receipt."""
    head = world.coalition.head()
    line = cosign(
        parse_checkpoint(head),
        "exercise.invalid/russia/receipt",
        signer("russia", "witness"),
        NOON_S,
    )
    forged = head.joined([line])
    report = check_evidence(
        write_evidence(world.source(record=world.coalition.logged(world.activity, forged)))
    )
    assert report.grades == ()


def test_attack_a_weaker_quorum(world: World, members: dict[str, bytes]) -> None:
    """The policy is the one form: a quorum of none beside a claim is refused."""
    lines = members["policy"].split(b"\n")
    for quorum in (b"quorum none", b"quorum claimed"):
        assert "(6)" in repacked(members, policy=b"\n".join([*lines[:-2], quorum, b""]))


def test_dropping_a_line_drops_its_grade(world: World) -> None:
    """A file with fewer lines and its own policy shows fewer grades, and nothing else."""
    more = check_evidence(write_evidence(world.source(SEEN, STORED)))
    less = check_evidence(
        write_evidence(world.source(SEEN, STORED, claims=(("russia", "witness"),)))
    )
    assert not_more(less, replace(more, before=less.before))
    assert [g.name for g in less.grades] == ["head_seen"]


def test_attack_the_quorum_line_removed(world: World, members: dict[str, bytes]) -> None:
    """A proof without the line that the policy demands is refused."""
    proof = Proof.parse(members["proof"])
    note = SignedNote(proof.head().text, proof.head().signatures[:1]).format()
    assert "(7)" in repacked(members, proof=Proof(proof.index, proof.hashes, note).format())


def test_attack_one_key_in_two_roles() -> None:
    """A charter in which a log key is a cosigner's too is refused."""
    body = charter_body()
    keys = body["keys"]
    assert isinstance(keys, list)
    logs = [k for k in keys if k["holder"] == "russia" and k["role"] == "log"]  # type: ignore[index,call-overload]
    receipts = [k for k in keys if k["holder"] == "russia" and k["role"] == "receipt"]  # type: ignore[index,call-overload]
    receipts[0]["public"] = logs[0]["public"]  # type: ignore[index,call-overload]
    with pytest.raises(EvidenceRefused, match="two holders or roles"):
        write_evidence(World(body=body).source())


def test_attack_a_weak_key_in_the_charter() -> None:
    """A key under which any message verifies is refused wherever it comes from."""
    body = charter_body()
    body["keys"][0]["public"] = b64(b"\x01" + bytes(31))  # type: ignore[index,call-overload]
    with pytest.raises(ParleyError, match="full order"):
        write_evidence(World(body=body).source())


# --- attacks on what is related


def test_attack_an_answer_from_another_channel(world: World) -> None:
    """An answer counts in the record's own channel only."""
    body = charter_body()
    body["title"] = {"lang": "en", "text": "Another channel"}
    other = World(body=body)
    answer = other.add(
        "russia", "answer/1", {"stance": "acknowledge"}, refs=(Ref("answers", world.name),)
    )
    related = (*world.charters(), other.russia.logged(answer))
    with pytest.raises(EvidenceRefused, match="another channel"):
        write_evidence(world.source(related=related))


def test_attack_an_answer_to_another_record(world: World) -> None:
    """An answer that names another record does not bear on this one."""
    other = World()
    answer = other.add("russia", "answer/1", {"stance": "object"}, refs=(Ref("answers", "0" * 64),))
    related = (*other.charters(), other.russia.logged(answer))
    with pytest.raises(EvidenceRefused, match="does not speak of this record"):
        write_evidence(other.source(related=related))


def test_attack_an_answer_by_the_author() -> None:
    """Nobody answers for the other side."""
    other = World()
    answer = other.add(
        "coalition", "answer/1", {"stance": "acknowledge"}, refs=(Ref("answers", other.name),)
    )
    related = (*other.charters(), other.coalition.logged(answer))
    with pytest.raises(EvidenceRefused, match="own answer"):
        write_evidence(other.source(related=related))


def test_attack_an_answer_forged_under_the_others_name() -> None:
    """An answer needs the answering side's author key and its log's signature."""
    other = World()
    forged = other.add(
        "russia",
        "answer/1",
        {"stance": "acknowledge"},
        refs=(Ref("answers", other.name),),
        signers=[signer("coalition", "author")],
    )
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(other.source(related=(*other.charters(), other.russia.logged(forged))))
    head = other.russia.head(key=signer("coalition", "log"))
    good = other.russia.logged(other.answer, head)
    with pytest.raises(EvidenceRefused, match="no log key of russia"):
        write_evidence(other.source(related=(*other.charters(), good)))


def test_attack_a_withdrawal_by_the_other_side() -> None:
    """Only the author withdraws its record."""
    other = World()
    index = other.add("russia", "retraction/1", {}, refs=(Ref("withdraws", other.name),))
    with pytest.raises(EvidenceRefused, match="only coalition withdraws"):
        write_evidence(other.source(related=(*other.charters(), other.russia.logged(index))))


def test_attack_one_partys_charter_left_out(world: World) -> None:
    """Every party's own record of the charter is needed: nobody is bound by another's."""
    with pytest.raises(EvidenceRefused, match="one record of each party"):
        write_evidence(world.source(related=(world.coalition.logged(0),)))


def test_attack_a_charter_only_one_side_signed() -> None:
    """A charter that russia never signed binds russia to nothing."""
    world = World()
    false = world.russia
    false.entries.clear()
    false.tree = type(false.tree)()
    false.append(
        world.seal("russia", "charter/1", world.body, signers=[signer("coalition", "author")])
    )
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(world.source())


def test_attack_a_part_that_is_not_the_one_named(world: World) -> None:
    """A part is shown only if the record names its digest."""
    for digest, data in ((MAP_DIGEST, MAP + b"!"), (hashlib.sha256(b"x").hexdigest(), b"x")):
        with pytest.raises(EvidenceRefused, match=r"\(9\)"):
            write_evidence(world.source(parts={digest: data}))


# --- changes of keys


def change(world: World, what: str, generation: str, at: int, role: str = "author") -> Json:
    key = signer("coalition", role, generation)
    value: dict[str, Json] = {
        "role": role,
        "public": b64(key.public),
        "change": what,
        "from_main": at,
        "from_urgent": at,
    }
    if what == "add":
        value["possession"] = possession("coalition", role, world.status, key)
    return value


def rotated(*, by: str = "author", at: int = 0) -> tuple[World, int, Logged]:
    """Exchange coalition's author key for a new one; give the index of the change."""
    world = World()
    body: dict[str, Json] = {
        "holder": "coalition",
        "status": world.status,
        "changes": [change(world, "add", "new", at), change(world, "revoke", "", at)],
    }
    index = world.add("coalition", "key/1", body, signers=[signer("coalition", by)])
    return world, index, world.coalition.logged(index)


@pytest.mark.parametrize("by", ["author", "recovery"])
def test_a_changed_key_is_good_from_the_entry_after_its_change(by: str) -> None:
    """The new key signs after the change, the old one before it; neither elsewhere."""
    world, _, key = rotated(by=by)
    new, old = signer("coalition", "author", "new"), signer("coalition", "author")
    by_new = world.add("coalition", "activity/1", {"title": "New"}, signers=[new])
    by_old = world.add("coalition", "activity/1", {"title": "Old"}, signers=[old])
    related = (*world.charters(), key)
    for index in (world.activity, by_new):
        source = world.source(STORED, record=world.coalition.logged(index), related=related)
        assert check_evidence(write_evidence(source)).index == index
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(world.source(record=world.coalition.logged(by_old), related=related))
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(world.source(record=world.coalition.logged(by_new)))


def test_attack_a_thief_changes_the_keys() -> None:
    """A change signed by no key that may do it has no force, and refuses the file."""
    world, _, key = rotated(by="receipt")
    with pytest.raises(EvidenceRefused, match="no key that may do this"):
        write_evidence(world.source(related=(*world.charters(), key)))
    as_main = world.source(record=key)
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(as_main)


@pytest.mark.parametrize("attack", ["another's key", "no possession", "another's holder"])
def test_attack_a_change_without_force_neither_counts_nor_blocks(attack: str) -> None:
    """A change that has no force is passed over: it enrols nothing, and stops no evidence."""
    world = World()
    new = signer("coalition", "author", "new")
    bad = change(world, "add", "new", 0)
    assert isinstance(bad, dict)
    if attack == "another's key":
        bad["public"], new = b64(signer("russia", "author").public), signer("russia", "author")
    if attack == "no possession":
        bad["possession"] = possession("coalition", "log", world.status, new)
    holder = "russia" if attack == "another's holder" else "coalition"
    body: dict[str, Json] = {"holder": holder, "status": world.status, "changes": [bad]}
    index = world.add("coalition", "key/1", body)
    forged = world.add("coalition", "activity/1", {"title": "Forged"}, signers=[new])
    related = (*world.charters(), world.coalition.logged(index))
    with_change = check_evidence(write_evidence(world.source(STORED, related=related)))
    without = check_evidence(write_evidence(world.source(STORED)))
    assert with_change.keys == without.keys
    with pytest.raises(EvidenceRefused, match=r"\(5\)"):
        write_evidence(world.source(record=world.coalition.logged(forged), related=related))


def test_attack_a_second_log_key_does_not_stop_evidence() -> None:
    """A party that gives its log a second key is still held to what either key signs."""
    world = World()
    body: dict[str, Json] = {
        "holder": "coalition",
        "status": world.status,
        "changes": [change(world, "add", "new", 0, role="log")],
    }
    key = world.add("coalition", "key/1", body)
    world.add("coalition", "activity/1", {"title": "More"})
    related = (*world.charters(), world.coalition.logged(key))
    for generation in ("", "new"):
        head = world.coalition.head(STORED, key=signer("coalition", "log", generation))
        logged = world.coalition.logged(world.activity, head)
        report = check_evidence(write_evidence(world.source(record=logged, related=related)))
        assert [g.name for g in report.grades] == ["stored"]


def test_a_charter_and_a_change_of_keys_can_be_proven_themselves() -> None:
    """The record may be one that the keys rest on; it then stands among the related ones too."""
    world, index, key = rotated(by="recovery")
    related = (*world.charters(), key)
    for at in (0, index):
        source = world.source(STORED, record=world.coalition.logged(at), related=related)
        assert check_evidence(write_evidence(source)).index == at


# --- trust


def identity(name: str, *, generation: str = "", status: str = "exercise") -> TrustedIdentity:
    keys = {role: frozenset([signer(name, role, generation).public]) for role in PARTY_ROLES}
    return TrustedIdentity(name, status, keys)


def test_the_fingerprint_establishes_every_key(world: World, full: bytes) -> None:
    """The charter's digest, in any grouping, binds all keys of the channel."""
    spoken = " ".join(world.channel[i : i + 4] for i in range(0, 64, 4)).upper()
    report = check_evidence(full, Trust(channels=frozenset([fingerprint(spoken)])))
    assert report.verified
    assert table(report).splitlines()[-1].startswith("VERIFIED")


def test_without_trust_it_is_only_consistent(full: bytes) -> None:
    """Keys inside the file establish nobody."""
    report = check_evidence(full)
    assert not report.verified
    assert report.open_keys == ("coalition", "mirror", "russia")
    assert table(report).splitlines()[-1].startswith("CONSISTENT; KEYS NOT ESTABLISHED")


def test_each_holder_is_established_by_its_identity(world: World) -> None:
    """Every holder the proof rests on must be known: author and receipt here, no one else."""
    data = write_evidence(world.source(STORED))
    one = check_evidence(data, Trust(identities={"coalition": identity("coalition")}))
    assert one.open_keys == ("russia",)
    both = Trust(identities={name: identity(name) for name in ("coalition", "russia")})
    assert check_evidence(data, both).verified


def test_attack_a_whole_invented_channel(full: bytes) -> None:
    """A file made up from end to end fails against a true identity or fingerprint."""
    wrong = Trust(identities={"russia": identity("russia", generation="true")})
    assert "not those you trust" in refused(full, wrong)
    assert "another charter" in refused(full, Trust(channels=frozenset(["0" * 64])))
    assert "no iran" in refused(full, Trust(identities={"iran": identity("iran")}))


def test_an_identity_of_another_status_establishes_nobody(full: bytes) -> None:
    """The same keys, proven for another status, contradict the file."""
    actual = Trust(identities={"russia": identity("russia", status="actual")})
    assert "has status actual" in refused(full, actual)


def test_attack_a_second_author_key_beside_the_true_one(world: World) -> None:
    """An identity establishes its holder only if the charter gives it no key more."""
    body = charter_body()
    second = signer("russia", "author", "second")
    keys = body["keys"]
    assert isinstance(keys, list)
    keys.append(
        {
            "holder": "russia",
            "role": "author",
            "public": b64(second.public),
            "possession": possession("russia", "author", "exercise", second),
        }
    )
    data = write_evidence(World(body=body).source(STORED))
    assert "author keys of russia" in refused(
        data, Trust(identities={"russia": identity("russia")})
    )


@pytest.mark.parametrize("text", ["", "identity.json", "12ab", "g" * 64, "0" * 65])
def test_what_is_no_fingerprint_is_bad_input(text: str) -> None:
    """A trust that cannot be read is refused before anything is checked."""
    with pytest.raises(BadEvidence):
        fingerprint(text)


def test_evidence_is_deterministic(world: World) -> None:
    """The same input gives the same bytes, whatever order the related entries come in."""
    source = world.source(STORED, related=EVERYTHING)
    assert write_evidence(source) == write_evidence(
        replace(source, related=tuple(reversed(source.related)))
    )


def test_limits_are_said(full: bytes, world: World) -> None:
    """A part that is not in the file, and a key that has ended, stand among what is not proven."""
    report = check_evidence(write_evidence(world.source(STORED)))
    assert any(MAP_DIGEST in line for line in not_proven(report))
    assert not any(MAP_DIGEST in line for line in not_proven(check_evidence(full)))
