"""How logs stand: read up to, stored, gaps, forks, unread, silent, unreceipted, oddly dated."""

from typing import Any

from tests.spine.projection.world import HOUR, MINUTE, NOON, Log, World, signer


def row(world: World, log: Log, at: int = NOON) -> dict[str, Any]:
    rows = world.data("standing", at)["logs"]
    (found,) = [r for r in rows if r["origin"] == log.origin]
    return dict(found)


def test_every_log_of_the_charter_has_a_row() -> None:
    """A log that is not looked at stands there with size 0."""
    world = World()
    main = world.main("russia")
    data: Any = world.view("standing", upto={main.origin: 1}).data
    assert [(r["party"], r["lane"], r["size"]) for r in data["logs"]] == [
        ("coalition", "main", 0),
        ("coalition", "urgent", 0),
        ("russia", "main", 1),
        ("russia", "urgent", 0),
    ]


def test_read_and_stored_come_from_cosigned_heads() -> None:
    """A witness line shows how far a party has read, a receipt how far it stores."""
    world = World()
    log = world.main("russia")
    log.say("plain/1")
    both = [("coalition", "witness"), ("mirror", "receipt")]
    log.say("head/1", note=log.note(2, cosigners=both))
    found = row(world, log)
    assert [(r["party"], r["size"], r["behind"]) for r in found["read_by"]] == [("coalition", 2, 1)]
    assert [(s["holder"], s["size"]) for s in found["stored_by"]] == [("mirror", 2)]


def test_who_logs_a_head_has_seen_it() -> None:
    """A head without cosignatures in another's log shows that the other saw it."""
    world = World()
    log = world.main("russia")
    world.main("coalition").say("head/1", note=log.note())
    assert row(world, log)["read_by"][0]["size"] == 1


def test_heads_that_prove_nothing_are_shown_with_the_reason() -> None:
    """Garbage, another channel, no log signature, a forged cosignature: no grade from any."""
    world, other = World(), World(note="other")
    log, ours = world.main("russia"), world.main("coalition")
    log.say("plain/1")
    text, lines = log.note(1, cosigners=[("mirror", "receipt")]).split("\n\n")
    cosigned_only = f"{text}\n\n{lines.splitlines()[1]}\n"
    # the mirror's line over size 1, put under a good head of size 2
    moved = f"{log.note()}{lines.splitlines()[1]}\n"
    stolen = log.note(key=signer("nobody", "log"))
    for note in ("garbage", other.main("russia").note(), cosigned_only, stolen, moved):
        ours.say("head/1", note=note)
    codes = [head["code"] for head in world.data("standing")["refused_heads"]]
    assert codes == [
        "log-note",
        "head-elsewhere",
        "head-unsigned",
        "head-unsigned",
        "log-cosignature",
    ]
    assert row(world, log)["stored_by"] == []


def test_a_head_beyond_what_we_look_at_is_a_gap_and_proves_no_storing() -> None:
    """Another party has seen more of a log than is here: the gap is counted, nothing is clear."""
    world = World()
    log = world.main("russia")
    log.say("plain/1")
    note = log.note(cosigners=[("mirror", "receipt")])
    world.main("coalition").say("head/1", note=note)
    upto = {**world.sizes(), log.origin: 1}
    data: Any = world.view("standing", upto=upto).data
    (found,) = [r for r in data["logs"] if r["origin"] == log.origin]
    assert [g["missing"] for g in found["gaps"]] == [1]
    assert (found["stored_by"], data["clear"]) == ([], False)
    air: Any = world.view("air", upto=upto).data
    assert (air["clear"], air["missing"]) == (False, 1)


def test_another_root_at_one_size_is_a_fork() -> None:
    """A signed head that does not fit our copy is noted, and its receipts prove nothing."""
    world = World()
    log = world.main("russia")
    log.say("plain/1")
    note = log.note(2, root=b"\x07" * 32, cosigners=[("mirror", "receipt")])
    world.main("coalition").say("head/1", note=note)
    found = row(world, log)
    assert [(f["size"], f["unlike_ours"]) for f in found["forks"]] == [(2, True)]
    assert found["stored_by"] == []


def test_two_heads_of_one_size_beyond_ours_are_a_fork_too() -> None:
    """Neither needs to be our own history."""
    world = World()
    log = world.main("russia")
    for root in (b"\x07" * 32, b"\x08" * 32):
        world.main("coalition").say("head/1", note=log.note(9, root=root))
    assert [f["unlike_ours"] for f in row(world, log)["forks"]] == [False]


def test_silence_is_counted_from_the_last_word() -> None:
    """Seconds from the latest time a party claimed to the instant of the view."""
    world = World()
    log = world.main("russia")
    log.say("plain/1", NOON + HOUR)
    assert row(world, log, NOON + 2 * HOUR)["silent_s"] == 3600
    assert row(world, log, NOON)["silent_s"] == 0


def test_unreceipted_is_what_nobody_else_stores_past_the_deadline() -> None:
    """Before the deadline, and with any foreign receipt, nothing is reported."""
    world = World()
    log = world.main("russia")
    log.say("plain/1", NOON + HOUR)
    late = NOON + 2 * HOUR
    assert [r["number"] for r in row(world, log, late - 1)["unreceipted"]] == ["RU-0616-000"]
    overdue = [r["number"] for r in row(world, log, late)["unreceipted"]]
    assert overdue == ["RU-0616-000", "RU-0616-001"]
    own = log.note(2, late, cosigners=[("russia", "receipt")])
    world.main("coalition").say("head/1", late, note=own)
    assert len(row(world, log, late)["unreceipted"]) == 2
    log.say("head/1", late, note=log.note(2, late, cosigners=[("mirror", "receipt")]))
    assert row(world, log, late)["unreceipted"] == []


def test_a_backdated_record_is_flagged_not_refused() -> None:
    """Its log held a head that a foreign clock dates an hour after the time it claims."""
    world = World()
    log = world.main("russia")
    log.say("head/1", note=log.note(1, NOON + HOUR, cosigners=[("coalition", "witness")]))
    name = log.say("plain/1", NOON)
    (odd,) = row(world, log)["odd_issued"]
    assert (odd["name"], odd["off_s"], odd["after"]) == (name, 3600, "2016-06-16T13:00:00Z")
    assert name in [r["name"] for r in world.data("register")["records"]]


def test_a_postdated_record_is_flagged() -> None:
    """A foreign clock had signed a head over it well before the time it claims."""
    world = World()
    log = world.main("russia")
    log.say("plain/1", NOON + 20 * MINUTE)
    log.say("head/1", NOON, note=log.note(2, NOON, cosigners=[("coalition", "receipt")]))
    assert [o["off_s"] for o in row(world, log)["odd_issued"]] == [1200]


def test_clocks_ten_minutes_apart_are_not_odd() -> None:
    """A skew of ten minutes either way is nobody's fault."""
    world = World()
    log = world.main("russia")
    own = [("coalition", "witness")]
    log.say("head/1", note=log.note(1, NOON + 10 * MINUTE, cosigners=own))
    log.say("plain/1", NOON)
    log.say("head/1", NOON, note=log.note(3, NOON - 10 * MINUTE, cosigners=own))
    assert row(world, log)["odd_issued"] == []


def test_a_clock_that_the_others_contradict_makes_nothing_odd() -> None:
    """One that signs with next year's date smears no record that another saw in time."""
    world = World()
    log = world.main("russia")
    liar = log.note(1, NOON + 365 * 24 * HOUR, cosigners=[("coalition", "witness")])
    log.say("head/1", note=liar)
    name = log.say("plain/1", NOON)
    assert [o["name"] for o in row(world, log)["odd_issued"]] == [name]  # seen by nobody yet
    log.say("head/1", NOON, note=log.note(3, NOON, cosigners=[("mirror", "receipt")]))
    assert name not in [o["name"] for o in row(world, log)["odd_issued"]]


def test_ones_own_cosigner_is_no_foreign_clock() -> None:
    """A party cannot date its own records by its own witness."""
    world = World()
    log = world.main("russia")
    log.say("head/1", note=log.note(1, NOON + HOUR, cosigners=[("russia", "witness")]))
    log.say("plain/1", NOON)
    assert row(world, log)["odd_issued"] == []


def test_the_line_is_as_each_party_last_said() -> None:
    """The latest word by the party's own time; a withdrawn one does not count."""
    world = World()
    log = world.main("russia")
    log.say("line/1", NOON, state="open")
    word = log.say("line/1", NOON + 1, state="suspended")
    assert [(li["party"], li["state"]) for li in world.data("standing")["line"]] == [
        ("russia", "suspended")
    ]
    log.say("plain/1", refs=[("withdraws", word)])
    assert [li["state"] for li in world.data("standing")["line"]] == ["open"]
