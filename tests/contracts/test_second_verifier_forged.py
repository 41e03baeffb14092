"""What the owners of the keys sign themselves, wrongly or with intent, is judged alike by both.

Every signature here is true; only the rules of docs/formats.md can refuse. Bytes and meaning are
separate: what the proof does not use may make no sense, and is proven to be signed and logged. What
the second verifier does not cover (UNCOVERED below) it refuses in so many words.
"""

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from parley.log.checkpoint import SignedNote, VerifierKey
from parley.log.evidence import Logged, evidence_members
from parley.log.merkle import leaf_hash
from parley.record.canonical import Json, canonical
from parley.record.envelope import (
    PAYLOAD_TYPE,
    Part,
    Priority,
    Ref,
    origin_of,
    pre_authentication,
    seal,
)
from parley.record.signature import key_id
from tests.contracts.second_verifier import STRANGE, Shown, agreed, built, load, place, spoilt
from tests.spine.log.evidence_world import (
    MAP,
    MAP_DIGEST,
    NOON,
    NOON_S,
    PARTY_ROLES,
    STORED,
    PartyLog,
    World,
    b64,
    charter_body,
    possession,
    signer,
)

YEAR_10000 = 253_402_300_800


@pytest.fixture(scope="module")
def second(root: Path) -> ModuleType:
    """The second verifier, from its file."""
    return load(root)


# --- at random, from fixed seeds


def test_a_spoilt_record_is_judged_alike(second: ModuleType) -> None:
    """Its author signed and logged it, so only the rules for records can refuse it."""
    chance, results = random.Random(7493), []
    for _ in range(150):
        world = World()
        said = boxed(world)
        results.append(of_record(second, world, canonical(spoilt(said, chance))))
    assert results.count(None) > 30
    assert len(results) - results.count(None) > 60


def boxed(world: World) -> dict[str, Json]:
    """Give the activity with an extent and a personal part."""
    extent: dict[str, Json] = dict.fromkeys(("south_e7", "north_e7", "west_e7", "east_e7"), 5)
    extent |= {"lower_e4m": None, "upper_e4m": 3, "time_start": 4, "time_end": None}
    part: dict[str, Json] = {"name": "p", "sha256": "ab" * 32, "size": 3, "class": "personal"}
    part |= {"media_type": "text/plain; a=b", "audience": ["russia"]}
    said: dict[str, Any] = json.loads(next(p for p in world.payloads if b"activity/1" in p))
    return said | {"extent": extent, "parts": [*said["parts"], part]}


@pytest.mark.parametrize("name", ["extent", "parts", "refs"])
def test_what_the_proof_does_not_use_is_not_judged(second: ModuleType, name: str) -> None:
    """Whatever stands in an extent, in a part, in a reference: both say that it was signed."""
    chance, world = random.Random(8785), World()
    said: Any = boxed(world) | {"refs": [{"role": "same_event", "record": "cd" * 32}]}
    for _ in range(20):
        value = spoilt({"": said[name]}, chance).get("", [])
        value = value if name == "extent" or isinstance(value, list) else [value]
        assert of_record(second, World(), canonical(said | {name: value})) is not None


def of_record(second: ModuleType, world: World, payload: bytes) -> Shown:
    """Give what both show of evidence of a payload that coalition signed and logged."""
    index = world.coalition.append(seal(payload, [signer("coalition", "author")]))
    item = world.coalition.logged(index, world.coalition.head(STORED))
    return agreed(second, built(second, item, *world.charters()))


def test_a_spoilt_related_record_is_judged_alike(second: ModuleType) -> None:
    """Answers, accounts of calls, withdrawals and logged heads, each with something wrong."""
    chance, results = random.Random(3161), []
    roles = ["answers", "about", "withdraws", "replaces", "opens", "same_event"]
    for turn in range(120):
        world = World()
        kind = ("answer", "call", "retraction", "head")[turn % 4]
        said = json.loads(next(p for p in world.payloads if f"{kind}/1".encode() in p))
        if chance.random() < 0.4:
            said["refs"] = [{"role": chance.choice(roles), "record": world.name}]
        said = spoilt(said, chance) if chance.random() < 0.8 else said
        log = world.russia if kind == "answer" else world.coalition
        entry = seal(canonical(said), [signer(log.holder, "author")])
        index = log.append(entry)
        main = world.add("coalition", "activity/1", {}) if kind == "head" else world.activity
        head = world.coalition.head(STORED)
        record = world.coalition.logged(main, head)
        members = evidence_members(world.source(STORED, record=record))
        item = log.logged(index, head if log is world.coalition else None)
        covered = None if kind in ("call", "retraction") or len(said.get("refs", [])) else True
        forgery = place(members, f"related/3-{kind}/", item)
        results.append(agreed(second, forgery, covered=covered))
    assert results.count(None) > 40
    assert len(results) - results.count(None) > 15


def test_a_spoilt_charter_is_judged_alike(second: ModuleType) -> None:
    """A charter that both parties signed, with something wrong in it."""
    chance, results = random.Random(1466), []
    for _ in range(120):
        world = World(body=spoilt(charter_body(), chance))
        results.append(agreed(second, stored(second, world), covered=None))
    assert results.count(None) > 20
    assert len(results) - results.count(None) > 20


def stored(second: ModuleType, world: World, *more: Logged) -> dict[str, bytes]:
    """Put together evidence of the activity, stored by russia."""
    item = world.coalition.logged(world.activity, world.coalition.head(STORED))
    return built(second, item, *world.charters(), *more)


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


def test_changes_of_keys_are_not_covered(second: ModuleType) -> None:
    """Keys added, ended and revoked in both lanes, with and without authority, by various keys."""
    chance, results = random.Random(1606), []
    signings = [("author",), ("author",), ("recovery",), ("author", "recovery"), ("log",)]
    for _ in range(60):
        world = World()
        origin = origin_of("coalition", world.channel, "urgent", world.status)
        urgent = PartyLog("coalition", origin)
        urgent.append(world.seal("coalition", "charter/1", world.body, priority="urgent"))
        changed = []
        for _ in range(chance.randrange(1, 4)):
            log = chance.choice([world.coalition, urgent])
            priority: Priority = "urgent" if log is urgent else "routine"
            changes: Json = [one_change(chance) for _ in range(chance.randrange(1, 4))]
            body: dict[str, Json] = {"holder": "coalition", "status": "exercise"}
            body |= {"changes": changes if chance.random() < 0.9 else chance.choice(STRANGE)}
            body = spoilt(body, chance) if chance.random() < 0.1 else body
            signers = [signer("coalition", role) for role in chance.choice(signings)]
            entry = world.seal("coalition", "key/1", body, priority=priority, signers=signers)
            index = log.append(entry)
            changed.append(log.logged(index, log.head(STORED)))
        key = signer("coalition", "author", chance.choice(["", "new"]))
        later = world.add("coalition", "activity/1", {}, signers=[key])
        head = world.coalition.head(STORED)
        mains = [world.coalition.logged(index, head) for index in (later, world.activity)]
        main = chance.choice([*mains, *mains, *changed])
        members = built(second, main, *world.charters(), *changed)
        results.append(agreed(second, members, covered=False))
    assert results.count(None) > 15
    assert len(results) - results.count(None) > 15


# --- by hand: (what is forged, whether it holds all the same)

Forgery = Callable[[ModuleType], dict[str, bytes]]
FORGED: dict[str, tuple[Forgery, bool]] = {}
UNCOVERED = {
    "a call",
    "a call to somebody unknown",
    "a call that was not answered",
    "the same, among the related ones too",
    "a key added by a record that states another status",
    "a key first given to a role that is none",
    "both parts as they are named",
}
"""Forgeries that are none, of which the second verifier says that it does not cover them."""


def forged(name: str, *, holds: bool = False) -> Callable[[Forgery], Forgery]:
    """List a forgery under a name."""

    def put(forgery: Forgery) -> Forgery:
        FORGED[name] = forgery, holds
        return forgery

    return put


def with_payload(change: Callable[[dict[str, Any]], object], *, raw: bool = False) -> Forgery:
    """Change the payload of the activity; ``raw`` writes it with spaces."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world = World()
        said = json.loads(next(each for each in world.payloads if b"activity/1" in each))
        change(said)
        payload = json.dumps(said, sort_keys=True).encode() if raw else canonical(said)
        index = world.coalition.append(seal(payload, [signer("coalition", "author")]))
        item = world.coalition.logged(index, world.coalition.head(STORED))
        return built(second, item, *world.charters())

    return make


FORGED |= {
    "a payload with spaces": (with_payload(lambda r: r, raw=True), False),
    "a payload as it should be": (with_payload(lambda r: r), True),
    "the largest part": (with_payload(lambda r: r["parts"][0].update(size=2**40)), True),
    # signed and logged all the same; that these records are malformed is no matter of the proof
    "a part too large": (with_payload(lambda r: r["parts"][0].update(size=2**40 + 1)), True),
    "an extent that is a word": (with_payload(lambda r: r.update(extent="everywhere")), True),
    "an answer to nothing": (with_payload(lambda r: r.update(refs=["answers"])), True),
    "parts that are no list": (with_payload(lambda r: r.update(parts={})), False),
    "no references": (with_payload(lambda r: r.pop("refs")), False),
    "a member of its own": (with_payload(lambda r: r.update(note="x")), False),
    "a body that is a list": (with_payload(lambda r: r.update(body=[])), False),
    "a body that is true": (with_payload(lambda r: r.update(body=True)), False),
    "sixty-four parts": (with_payload(lambda r: r.update(parts=r["parts"] * 64)), True),
    "sixty-five parts": (with_payload(lambda r: r.update(parts=r["parts"] * 65)), True),
    "the last instant": (with_payload(lambda r: r.update(issued=YEAR_10000 * 1000 - 1)), True),
    "a later instant": (with_payload(lambda r: r.update(issued=YEAR_10000 * 1000)), False),
    "another status": (with_payload(lambda r: r.update(status="test")), False),
}


def with_envelope(change: Callable[[list[dict[str, str]]], object], text: str = "") -> Forgery:
    """Change the signatures of the activity's envelope, and lengthen its body."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world = World()
        said = json.loads(next(each for each in world.payloads if b"activity/1" in each))
        payload, key = canonical(said | {"body": {"text": text}}), signer("coalition", "author")
        signatures = [
            {"keyid": key_id(key.public), "sig": b64(key.sign(pre_authentication(payload)))}
        ]
        change(signatures)
        envelope: dict[str, Any] = {"payload": b64(payload), "payloadType": PAYLOAD_TYPE}
        raw = canonical(envelope | {"signatures": signatures})
        log = world.coalition
        log.entries.append(raw)
        log.tree.append(leaf_hash(raw))
        item = log.logged(len(log.entries) - 1, log.head(STORED))
        return built(second, item, *world.charters())

    return make


def other(length: int, keyid: str = "0" * 64) -> dict[str, str]:
    return {"keyid": keyid, "sig": b64(bytes(length))}


FORGED |= {
    "a stranger signed too": (with_envelope(lambda s: s.append(other(64))), True),
    "a stranger's short signature": (with_envelope(lambda s: s.append(other(63))), False),
    "one key id twice": (with_envelope(lambda s: s.append(s[0])), False),
    "a stranger twice": (with_envelope(lambda s: s.extend([other(64), other(64)])), False),
    "four signatures": (
        with_envelope(lambda s: s.extend(other(64, c * 64) for c in "123")),
        True,
    ),
    "five signatures": (
        with_envelope(lambda s: s.extend(other(64, c * 64) for c in "1234")),
        False,
    ),
    "no signature": (with_envelope(lambda s: s.clear()), False),
    "nearly too long": (with_envelope(lambda s: s, "x" * 48_000), True),
    "too long": (with_envelope(lambda s: s, "x" * 49_000), False),
}


def respelled(old: bytes, new: bytes) -> Forgery:
    """Log the activity's envelope in another spelling, which changes nothing that is signed."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world, log = World(), World().coalition
        raw = world.coalition.entries[world.activity]
        assert raw.count(old) == 1
        log.entries.append(raw.replace(old, new))
        log.tree.append(leaf_hash(log.entries[-1]))
        item = log.logged(len(log.entries) - 1, log.head(STORED))
        return built(second, item, *world.charters())

    return make


STRANGER = b'{"keyid":"' + b"0" * 64 + b'","sig":"' + b"A" * 86 + b'=="}'
FORGED |= {
    "the envelope as it is": (respelled(b'"}]}', b'"}]}'), True),
    "a stranger behind a comma": (respelled(b'"}]}', b'"},' + STRANGER + b"]}"), True),
    "a stranger without a comma": (respelled(b'"}]}', b'"}' + STRANGER + b"]}"), False),
    "a comma too many": (respelled(b'"}]}', b'"},]}'), False),
    "a space": (respelled(b'"}]}', b'"} ]}'), False),
    "another payload type": (respelled(b"record+json", b"record-json"), False),
}


def answering(world: World, stance: str) -> Logged:
    """Let russia log an answer to the activity."""
    index = world.add("russia", "answer/1", {"stance": stance}, refs=(Ref("answers", world.name),))
    return world.russia.logged(index)


@forged("an answer without a stance")
def no_stance(second: ModuleType) -> dict[str, bytes]:
    world = World()
    return stored(second, world, answering(world, "agree"))


@forged("an answer by the author of the record")
def own_answer(second: ModuleType) -> dict[str, bytes]:
    world, refs = World(), (Ref("answers", World().name),)
    index = world.add("coalition", "answer/1", {"stance": "acknowledge"}, refs=refs)
    return stored(second, world, world.coalition.logged(index))


@forged("an answer in a channel of another status")
def other_status(second: ModuleType) -> dict[str, bytes]:
    world = World()
    payload = json.loads(next(each for each in world.payloads if b"answer/1" in each))
    entry = seal(canonical(payload | {"status": "test"}), [signer("russia", "author")])
    return stored(second, world, world.russia.logged(world.russia.append(entry)))


@forged("an answer in another channel")
def other_channel(second: ModuleType) -> dict[str, bytes]:
    world, away = World(), World(body=charter_body() | {"lead_times_ms": {"air": 1}})
    away.name = world.name
    members = stored(second, world, world.russia.logged(world.answer))
    return place(members, "related/3-answer/", answering(away, "acknowledge"))


def called(**said: Json) -> Forgery:
    """Let the author give an account of a call."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world = World()
        body: dict[str, Json] = {"to": "russia", "opened_at": NOON, "outcome": "connected"}
        body |= {"said": {"lang": "en", "text": "One."}}
        body |= said
        index = world.add("coalition", "call/1", body, refs=(Ref("about", world.name),))
        return stored(second, world, world.coalition.logged(index))

    return make


FORGED |= {
    "a call": (called(), True),
    "a call to a name that is none": (called(to="Russia!"), False),
    "a call to nobody named": (called(to=None), False),
    "a call to somebody unknown": (called(to="unknown"), True),
    "a call at no instant": (called(opened_at=-1), False),
    "a call at true": (called(opened_at=True), False),
    "a call that was not answered": (called(outcome="no_answer", opened_at=-1), True),
}


@forged("a change of keys by its recovery key, as the record itself")
def recovered_alone(second: ModuleType) -> dict[str, bytes]:
    return recovered(second, related=False)


@forged("the same, among the related ones too", holds=True)
def recovered_and_related(second: ModuleType) -> dict[str, bytes]:
    return recovered(second, related=True)


def recovered(second: ModuleType, *, related: bool) -> dict[str, bytes]:
    world = World()
    body: dict[str, Json] = {"holder": "coalition", "status": "exercise", "changes": []}
    signers = [signer("coalition", "recovery")]
    index = world.add("coalition", "key/1", body, signers=signers)
    item = world.coalition.logged(index, world.coalition.head(STORED))
    return built(second, item, *world.charters(), *([item] if related else []))


@forged("a key added with a proof of possession for another status")
def possession_of_another_status(second: ModuleType) -> dict[str, bytes]:
    return added_key(second, proven="actual", stated="actual")


@forged("a key added by a record that states another status", holds=True)
def stated_of_another_status(second: ModuleType) -> dict[str, bytes]:
    return added_key(second, proven="exercise", stated="actual")


def added_key(second: ModuleType, *, proven: str, stated: str) -> dict[str, bytes]:
    """Let the author add a key, and sign the record with it."""
    world, new = World(), signer("coalition", "author", "new")
    change: Json = {
        "role": "author",
        "public": b64(new.public),
        "change": "add",
        "from_main": 0,
        "from_urgent": 0,
        "possession": possession("coalition", "author", proven, new),
    }
    body: dict[str, Json] = {"holder": "coalition", "status": stated, "changes": [change]}
    key = world.coalition.logged(world.add("coalition", "key/1", body))
    index = world.add("coalition", "activity/1", {}, signers=[new])
    item = world.coalition.logged(index, world.coalition.head(STORED))
    return built(second, item, *world.charters(), key)


@forged("a key first given to a role that is none", holds=True)
def visitor_then_author(second: ModuleType) -> dict[str, bytes]:
    world, new = World(), signer("coalition", "author", "new")
    changes: list[Json] = [
        {
            "role": role,
            "public": b64(new.public),
            "change": "add",
            "from_main": 0,
            "from_urgent": 0,
            "possession": possession("coalition", role, "exercise", new),
        }
        for role in ("visitor", "author")
    ]
    body: dict[str, Json] = {"holder": "coalition", "status": "exercise", "changes": changes}
    key = world.coalition.logged(world.add("coalition", "key/1", body))
    index = world.add("coalition", "activity/1", {}, signers=[new])
    item = world.coalition.logged(index, world.coalition.head(STORED))
    return built(second, item, *world.charters(), key)


def chartered(change: Callable[[dict[str, Any]], object]) -> Forgery:
    """Change the charter that both parties log."""

    def make(second: ModuleType) -> dict[str, bytes]:
        body = charter_body()
        change(body)
        return stored(second, World(body=body))

    return make


FORGED |= {
    "a charter as it should be": (chartered(lambda b: b), True),
    "one key twice": (chartered(lambda b: b["keys"].append(b["keys"][0])), False),
    "a role that is none": (chartered(lambda b: b["keys"][4].update(role="visitor")), False),
    "a holder that is no name": (chartered(lambda b: b["keys"][4].update(holder="A b")), False),
    "a number of signatures in words": (
        chartered(lambda b: b["signatures_needed"].update({"zone/1": "2"})),
        False,
    ),
    "a number of signatures that is true": (
        chartered(lambda b: b["signatures_needed"].update({"zone/1": True})),
        False,
    ),
    "no signatures needed": (
        chartered(lambda b: b["signatures_needed"].update({"activity/1": 0})),
        True,
    ),
    "numbers of signatures in a list": (chartered(lambda b: b.update(signatures_needed=[])), False),
    "the mirror is a party": (chartered(lambda b: b["members"][2].update(role="party")), False),
    "a charter of a test": (chartered(lambda b: b.update(status="test")), False),
    "another's proof of possession": (
        chartered(lambda b: b["keys"][1].update(possession=b["keys"][0]["possession"])),
        True,
    ),
    "no proof of possession": (chartered(lambda b: b["keys"][1].pop("possession")), True),
}


@forged("a charter that is not at the start of its log")
def late_charter(second: ModuleType) -> dict[str, bytes]:
    world = World()
    again = world.coalition.append(world.seal("coalition", "charter/1", world.body))
    item = world.coalition.logged(world.activity, world.coalition.head(STORED))
    charters = world.coalition.logged(again), world.russia.logged(0)
    return built(second, item, *charters)


@forged("a charter that does not name the channel")
def nameless_charter(second: ModuleType) -> dict[str, bytes]:
    world = World.__new__(World)
    world.__dict__ |= {"status": "exercise", "channel": "0" * 64, "body": charter_body()}
    world.coalition, world.russia = world._log("coalition"), world._log("russia")
    world.activity = world.add("coalition", "activity/1", {})
    return stored(second, world)


@forged("a party twice, in both lanes, and the other one nowhere")
def one_party_twice(second: ModuleType) -> dict[str, bytes]:
    body = charter_body()
    members: Any = body["members"]
    members[1]["name"] = "coalition"
    world = World(body=body)
    origin = origin_of("coalition", world.channel, "urgent", world.status)
    urgent = PartyLog("coalition", origin)
    urgent.append(world.seal("coalition", "charter/1", world.body, priority="urgent"))
    item = world.coalition.logged(world.activity, world.coalition.head(STORED))
    return built(second, item, world.coalition.logged(0), urgent.logged(0))


def after(note: Callable[[World], SignedNote], body: dict[str, Json] | None = None) -> Forgery:
    """Let the author log a head before the activity, under one head with it."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world = World(body=body)
        text = note(world).format().decode()
        first = world.add("coalition", "head/1", {"note": text})
        main = world.add("coalition", "activity/1", {})
        head = world.coalition.head(STORED)
        items = [world.coalition.logged(index, head) for index in (main, first)]
        return built(second, items[0], *world.charters(), items[1])

    return make


def elsewhere(_: World) -> SignedNote:
    """Sign a head in a channel of the same parties and keys, but another charter."""
    return World(body=charter_body() | {"lead_times_ms": {"air": 1}}).russia.head(STORED)


def with_mirror_log() -> dict[str, Json]:
    """Give the mirror, which is no party, a key for a log."""
    body, key = charter_body(), signer("mirror", "log")
    keys: Any = body["keys"]
    proof = possession("mirror", "log", "exercise", key)
    keys.append({"holder": "mirror", "role": "log", "public": b64(key.public), "possession": proof})
    return body


def of_mirror(world: World) -> SignedNote:
    log = world._log("mirror")
    return log.head(STORED)


FORGED |= {
    "a head logged before": (after(lambda w: w.russia.head(STORED)), True),
    "a head of its own log": (after(lambda w: w.coalition.head(STORED)), True),
    "a head of an empty log": (after(lambda w: w.russia.head(STORED, size=0)), False),
    "a head seen in the year 10000": (
        after(lambda w: w.russia.head(("mirror", "witness", YEAR_10000))),
        False,
    ),
    "a head seen just before": (
        after(lambda w: w.russia.head(("mirror", "witness", YEAR_10000 - 1))),
        True,
    ),
    "a head seen in both years": (
        after(lambda w: w.russia.head(STORED, ("mirror", "witness", YEAR_10000))),
        False,
    ),
    "a head that only its author saw": (
        after(lambda w: w.russia.head(("coalition", "witness", NOON_S))),
        False,
    ),
    "a head that its author saw too": (
        after(lambda w: w.russia.head(STORED, ("coalition", "witness", NOON_S + 99))),
        True,
    ),
    "a head that another key signed": (
        after(lambda w: w.russia.head(STORED, key=signer("coalition", "log"))),
        False,
    ),
    "a head of another channel": (after(elsewhere), False),
    "a head of who is no party": (after(of_mirror, with_mirror_log()), False),
}


@forged("a head logged later than the record")
def later_head(second: ModuleType) -> dict[str, bytes]:
    world = World()
    text = world.russia.head(STORED).format().decode()
    later = world.add("coalition", "head/1", {"note": text})
    head = world.coalition.head(STORED)
    items = [world.coalition.logged(index, head) for index in (world.activity, later)]
    return built(second, items[0], *world.charters(), items[1])


@forged("a head logged under another head")
def head_under_another(second: ModuleType) -> dict[str, bytes]:
    world = World()
    world.add("coalition", "activity/1", {})
    under = world.coalition.logged(world.head, world.coalition.head(size=4))
    return stored(second, world, under)


@forged("the same under the head of the record", holds=True)
def head_under_the_same(second: ModuleType) -> dict[str, bytes]:
    world = World()
    head = world.coalition.head(STORED)
    return stored(second, world, world.coalition.logged(world.head, head))


def claimed(*lines: tuple[str, str, int]) -> Forgery:
    """Claim the cosigners of these lines, the author's own too."""

    def make(second: ModuleType) -> dict[str, bytes]:
        world = World()
        head = world.coalition.head(*lines)
        item = world.coalition.logged(world.activity, head)
        members = built(second, item, *world.charters(), claim=False)
        rows, names = members["policy"].split(b"\n")[:1], []
        for holder, role, _ in sorted(lines, key=lambda line: line[:2]):
            public = signer(holder, role).public
            key = VerifierKey(f"exercise.invalid/{holder}/{role}", 4, public).format()
            names.append(f"{holder}-{role}")
            rows.append(f"witness {names[-1]} {key}".encode())
        if len(names) > 1:
            rows.append(f"group claimed all {' '.join(names)}".encode())
        quorum = "claimed" if len(names) > 1 else names[0]
        return members | {"policy": b"\n".join([*rows, f"quorum {quorum}\n".encode()])}

    return make


FORGED |= {
    "russia's receipt": (claimed(STORED), True),
    "russia's receipt and witness": (claimed(STORED, ("russia", "witness", NOON_S)), True),
    "the author's own receipt": (claimed(("coalition", "receipt", NOON_S)), False),
    "both receipts": (claimed(STORED, ("coalition", "receipt", NOON_S)), False),
    "a receipt of the year 10000": (claimed(("russia", "receipt", YEAR_10000)), False),
    "a receipt just before": (claimed(("russia", "receipt", YEAR_10000 - 1)), True),
    "a stranger's receipt": (claimed(("stranger", "receipt", NOON_S)), False),
}


@forged("one part under the name of another")
def exchanged_parts(second: ModuleType) -> dict[str, bytes]:
    return parts(second, {MAP_DIGEST: b"other", OTHER: MAP})


@forged("both parts as they are named", holds=True)
def named_parts(second: ModuleType) -> dict[str, bytes]:
    return parts(second, {MAP_DIGEST: MAP, OTHER: b"other"})


OTHER = hashlib.sha256(b"other").hexdigest()


def parts(second: ModuleType, given: dict[str, bytes]) -> dict[str, bytes]:
    world = World()
    named = (
        Part("sketch.pdf", MAP_DIGEST, len(MAP), "application/pdf", "shared"),
        Part("other.txt", OTHER, 5, "text/plain", "shared"),
    )
    index = world.add("coalition", "activity/1", {}, parts=named)
    item = world.coalition.logged(index, world.coalition.head(STORED))
    members = built(second, item, *world.charters())
    return members | {f"parts/{name}": data for name, data in given.items()}


@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_is_judged_alike(second: ModuleType, name: str) -> None:
    """Both refuse it; where nothing is wrong with it after all, both show the same."""
    forgery, holds = FORGED[name]
    covered = None if not holds else name not in UNCOVERED
    assert (agreed(second, forgery(second), covered=covered) is not None) == holds
