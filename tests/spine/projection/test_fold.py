"""An entry is read by one procedure; what cannot be read says why, and hides nothing after it."""

import base64
from collections.abc import Callable

import pytest

from parley.projection.fold import WHY_UNREAD, Opened, Reader, open_log
from parley.record.canonical import canonical, decode
from parley.record.envelope import origin_of, pre_authentication, seal
from tests.spine.projection.world import KINDS, Log, World, signer


def opened(log: Log) -> list[Opened]:
    return open_log(log.origin, log.entries, KINDS)


def last_code(log: Log) -> str | None:
    unread = opened(log)[-1].unread
    return unread.code if unread else None


def test_a_good_record_is_read_with_its_facts() -> None:
    """A record of a known kind comes with its body, its name and its facts."""
    log = World().main("russia")
    name = log.say("notice/1", manner="warned")
    entry = opened(log)[1]
    assert (entry.name, entry.unread, entry.said.author) == (name, None, "russia")
    assert entry.facts.says("warned")


def garbage(log: Log) -> None:
    log.entries.append(b"\x00not an envelope")


def loose_json(log: Log) -> None:
    log.say("plain/1")
    log.entries[-1] += b" "


def bad_fields(log: Log) -> None:
    payload = canonical({"channel": "nothing else"})
    log.entries.append(seal(payload, [signer(log.party, "author")]).raw)


def from_other_log(log: Log) -> None:
    log.say("plain/1", changes={"author": "coalition", "log": log.world.main("coalition").origin})


def other_status(log: Log) -> None:
    log.say("plain/1", changes={"status": "test"})


def actual_status(log: Log) -> None:
    elsewhere = origin_of(log.party, log.world.channel, log.lane, "actual")
    log.say("plain/1", changes={"status": "actual", "log": elsewhere})


def stranger(log: Log) -> None:
    log.say("plain/1", by=[signer("coalition", "author")])


def log_key(log: Log) -> None:
    log.say("plain/1", by=[signer(log.party, "log")])


def recovery_key(log: Log) -> None:
    log.say("plain/1", by=[signer(log.party, "recovery")])


def bad_signature(log: Log) -> None:
    log.say("plain/1")
    value = decode(log.entries[-1])
    assert isinstance(value, dict)
    forged = base64.b64encode(bytes(64)).decode()
    value["signatures"][0]["sig"] = forged  # type: ignore[index, call-overload]
    log.entries[-1] = canonical(value)


def other_payload_type(log: Log) -> None:
    log.say("plain/1")
    log.entries[-1] = log.entries[-1].replace(b"vnd.parley", b"vnd.barley")


def replay(log: Log) -> None:
    log.say("plain/1", text="once")
    log.entries.append(log.entries[-1])


def same_id(log: Log) -> None:
    log.say("plain/1", text="one", changes={"id": "0" * 32})
    log.say("plain/1", text="two", changes={"id": "0" * 32})


def unknown_kind(log: Log) -> None:
    log.say("future/1", text="?")


def unknown_version(log: Log) -> None:
    log.say("plain/2", text="?")


def unknown_field(log: Log) -> None:
    log.put(log.record("plain/1", {}, body={"text": "", "more": 1}))


def default_left_out(log: Log) -> None:
    log.put(log.record("plain/1", {}, body={}))


def trait_that_fails(log: Log) -> None:
    # every field is fine, but the window it states ends before it starts
    log.say("about/1", start=2, end=1)


CASES: tuple[tuple[Callable[[Log], None], str], ...] = (
    (garbage, "envelope"),
    (loose_json, "envelope"),
    (other_payload_type, "envelope"),
    (bad_fields, "fields"),
    (from_other_log, "elsewhere"),
    (other_status, "status"),
    (actual_status, "status"),
    (stranger, "signature"),
    (log_key, "signature"),
    (recovery_key, "signature"),
    (bad_signature, "signature"),
    (replay, "duplicate"),
    (same_id, "duplicate"),
    (unknown_kind, "kind"),
    (unknown_version, "kind"),
    (unknown_field, "body"),
    (default_left_out, "body"),
    (trait_that_fails, "body"),
)


@pytest.mark.parametrize(("spoil", "code"), CASES, ids=[case[0].__name__ for case in CASES])
def test_what_cannot_be_read_says_why_and_blocks_nothing(
    spoil: Callable[[Log], None], code: str
) -> None:
    """Each flaw has its reason, and the record after it is read."""
    log = World().main("russia")
    spoil(log)
    assert last_code(log) == code
    name = log.say("plain/1", text="after")
    assert (opened(log)[-1].name, last_code(log)) == (name, None)


def test_every_reason_is_shown_by_a_test() -> None:
    """No reason exists without a case that gives it."""
    assert {code for _, code in CASES} | {"charter"} == set(WHY_UNREAD)


def test_a_message_signed_for_another_purpose_is_no_record() -> None:
    """A signature over another payload type does not count for a record."""
    log = World().main("russia")
    record = log.record("plain/1", {"text": "x"})
    entry = decode(seal(record.payload(), [signer("russia", "author")]).raw)
    assert isinstance(entry, dict)
    other = signer("russia", "author").sign(pre_authentication(record.payload(), "text/plain"))
    entry["signatures"][0]["sig"] = base64.b64encode(other).decode()  # type: ignore[index, call-overload]
    log.entries.append(canonical(entry))
    assert last_code(log) == "signature"


def test_without_the_charter_nothing_is_read() -> None:
    """A log that begins with anything but its channel's charter is unread as a whole."""
    world, other = World(), World(note="another agreement")
    log = world.main("russia")
    log.say("plain/1")
    for first in (log.entries[1], other.main("russia").entries[0], b"garbage"):
        log.entries[0] = first
        assert all(entry.unread for entry in opened(log))
        assert last_code(log) == "charter"


def test_a_charter_that_its_party_did_not_sign_opens_nothing() -> None:
    """The body alone is not enough: the party's own author key signs entry 0."""
    log = World().main("russia")
    record = log.record("rules/1", dict(log.world.rules.__dict__))
    log.entries[0] = seal(record.payload(), [signer("coalition", "author")]).raw
    log.say("plain/1")
    assert [entry.unread.code for entry in opened(log) if entry.unread] == ["signature", "charter"]


def test_an_id_is_burnt_only_by_who_may_sign() -> None:
    """An entry that its author did not sign does not make a later good one a duplicate."""
    log = World().main("russia")
    record = log.record("plain/1", {"text": "x"})
    log.put(record, [signer("coalition", "author")])
    log.put(record)
    assert [bool(entry.unread) for entry in opened(log)] == [False, True, False]


def test_a_kind_may_need_two_signatures() -> None:
    """Where the charter asks for two author keys, one is not enough."""
    log = World(needed={"plain/1": 2}).main("russia")
    log.say("plain/1")
    assert last_code(log) == "signature"


def test_reading_on_gives_what_reading_anew_gives() -> None:
    """A reader that continues, at whatever cuts, gives the same as one that starts over."""
    log = World().main("russia")
    for spoil, _ in CASES:
        spoil(log)
        log.say("plain/1")
    whole = opened(log)
    for step in (1, 2, 7, len(log.entries)):
        reader, taken = Reader(log.origin, KINDS), []
        for i in range(0, len(log.entries), step):
            reader, more = reader.read(log.entries[i : i + step])
            taken += more
        assert taken == whole


def test_many_entries_at_once_are_read_as_one_by_one() -> None:
    """More than are taken apart at once; an id that comes back, what is unreadable in between."""
    log = World().main("russia")
    for _ in range(3):
        for spoil, _ in CASES:
            spoil(log)
        for _ in range(200):
            log.say("plain/1")
        log.entries.append(log.entries[1])
    reader, one_by_one = Reader(log.origin, KINDS), []
    for entry in log.entries:
        reader, more = reader.read([entry])
        one_by_one += more
    whole, at_once = Reader(log.origin, KINDS).read(log.entries)
    assert at_once == one_by_one
    assert (whole.size, len(whole.seen)) == (reader.size, len(reader.seen))
    assert {o.unread.code for o in at_once if o.unread} >= {"duplicate", "envelope", "body"}
