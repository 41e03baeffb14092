"""One node among its own: charters, publishing with every check first, finding what was said."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.errors import (
    BadBody,
    BadRecord,
    CharterPending,
    IdReused,
    NoRecord,
    NotAParty,
    ParleyError,
    RecordTooLarge,
    UnknownKind,
)
from parley.node.charter import fingerprint, new_charter
from parley.node.publishing import PartInput
from parley.node.runtime import Node
from parley.record.canonical import Json
from parley.record.envelope import Ref
from parley.record.signature import SeedSigner
from tests.stories.village import Village, village, warning


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Village]:
    with village(tmp_path) as v:
        v.add("coalition", "CO")
        v.add("russia", "RU")
        yield v


@pytest.fixture
def channel(place: Village) -> str:
    name = place.charter("coalition", "russia")
    place.settle()
    return name


def sizes(node: Node, channel: str) -> dict[str, int]:
    return {origin: len(log) for origin, log in node.opened(channel).items()}


def test_a_channel_opens_when_every_party_has_signed(place: Village) -> None:
    """One signature is not a charter; both, seen here, are."""
    coalition, russia = place.nodes["coalition"], place.nodes["russia"]
    body = new_charter([coalition.identity, russia.identity], at=place.clock.now())
    channel = coalition.sign_charter(body)
    assert fingerprint(body).replace(" ", "") == channel
    assert set(sizes(coalition, channel).values()) == {0, 1}
    with pytest.raises(CharterPending):
        coalition.publish(channel, "warning/1", warning())
    assert russia.sign_charter(body) == channel
    place.settle()
    coalition.publish(channel, "warning/1", warning())
    # Signing again changes nothing.
    before = sizes(coalition, channel)
    assert coalition.sign_charter(body) == channel
    assert sizes(coalition, channel) == before


def test_the_same_id_gives_the_same_record(place: Village, channel: str) -> None:
    """Publishing is idempotent by id, after a restart too; another text under it is refused."""
    node = place.nodes["coalition"]
    first = node.publish(channel, "warning/1", warning(), id="ab" * 16)
    before = sizes(node, channel)
    place.clock.advance(60_000)
    assert node.publish(channel, "warning/1", warning(), id="ab" * 16) == first
    with pytest.raises(IdReused):
        node.publish(channel, "warning/1", warning("elsewhere"), id="ab" * 16)
    node = place.reopen("coalition")
    place.settle()
    before = sizes(node, channel)
    assert node.publish(channel, "warning/1", warning(), id="ab" * 16) == first
    assert sizes(node, channel) == before


LONG: dict[str, Json] = {**warning(), "whom": {"lang": "en", "text": "x" * 19_000}}
HUGE: list[PartInput] = [
    PartInput("n" * 190, str(i).encode(), "text/plain", "shared") for i in range(64)
]


@pytest.mark.parametrize(
    ("kind", "body", "options", "error"),
    [
        ("warning/9", warning(), {}, UnknownKind),
        ("warning/1", {**warning(), "colour": "red"}, {}, BadBody),
        ("warning/1", {**warning(), "valid_until": 1.5}, {}, ParleyError),
        ("answer/1", {"stance": "acknowledge", "officer": "x"}, {}, BadRecord),
        ("warning/1", warning(), {"id": "short"}, BadRecord),
        ("warning/1", warning(), {"refs": [Ref("about", "zz")]}, BadRecord),
        ("warning/1", warning(), {"signers": [SeedSigner(bytes(32))]}, ParleyError),
        (
            "warning/1",
            warning(),
            {"parts": [PartInput("a", b"x", "text/plain", "personal", ("mars",))]},
            BadRecord,
        ),
        (
            "warning/1",
            warning(),
            {"parts": [PartInput("a", b"x", "text/plain", "shared", ("russia",))]},
            BadRecord,
        ),
        (
            "warning/1",
            {**LONG, "asked": {"lang": "en", "text": "я" * 19_000}},
            {"parts": HUGE},
            RecordTooLarge,
        ),
    ],
)
def test_a_bad_draft_leaves_nothing_behind(
    place: Village,
    channel: str,
    kind: str,
    body: dict[str, Json],
    options: dict,
    error: type[ParleyError],
) -> None:
    """Each refusal comes before the append: logs and parts stay as they were."""
    node = place.nodes["coalition"]
    store = node.stations["exercise"].store
    before = sizes(node, channel)
    with pytest.raises(error):
        node.publish(channel, kind, body, **options)
    assert sizes(node, channel) == before
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM part").fetchone() == (0,)


def test_all_or_none(place: Village, channel: str) -> None:
    """Of several records published together, one bad one stops all."""
    node = place.nodes["coalition"]
    before = sizes(node, channel)
    with pytest.raises(BadBody):
        node.publish_all(channel, [("warning/1", warning()), ("warning/1", {"urgency": "x"})])
    assert sizes(node, channel) == before
    done = node.publish_all(channel, [("warning/1", warning(str(n))) for n in range(3)])
    assert [p.index for p in done] == [done[0].index + n for n in range(3)]


def test_a_mirror_says_nothing(tmp_path: Path) -> None:
    with village(tmp_path) as v:
        for name, code, role in (
            ("coalition", "CO", "party"),
            ("russia", "RU", "party"),
            ("mirror", "MI", "mirror"),
        ):
            v.add(name, code, role=role)
        channel = v.charter("coalition", "russia", mirrors=("mirror",))
        v.settle()
        with pytest.raises(NotAParty):
            v.nodes["mirror"].publish(channel, "warning/1", warning())


def test_records_are_found_by_what_people_say(place: Village, channel: str) -> None:
    """By number in either case, by name, by eight digits of it; never by less, never by guess."""
    node = place.nodes["coalition"]
    said = node.publish(channel, "warning/1", warning(), priority="urgent")
    for reference in (said.number, said.number.lower(), said.name, said.name[:8], f" {said.name} "):
        assert node.find(reference, channel).name == said.name
    for reference in (said.name[:7], "CO-0616-999", "CO-0617-U001", "XX-0616-U001", "", "the last"):
        with pytest.raises(NoRecord):
            node.find(reference, channel)


def test_urgent_records_have_their_own_lane(place: Village, channel: str) -> None:
    node = place.nodes["coalition"]
    routine = node.publish(channel, "warning/1", warning())
    urgent = node.publish(channel, "warning/1", warning(), priority="urgent")
    assert routine.origin.endswith("/main")
    assert urgent.origin.endswith("/urgent")
    assert "U" in urgent.number.rpartition("-")[2]


def test_two_signatures_where_the_charter_asks_for_two(tmp_path: Path) -> None:
    """A kind that needs two author keys is not published with one."""
    with village(tmp_path) as v:
        for name, code in (("coalition", "CO"), ("russia", "RU")):
            v.add(name, code)
        with pytest.raises(BadBody, match="fewer author keys"):
            v.charter("coalition", "russia", signatures_needed={"line_state/1": 2})


def test_private_files_are_private(place: Village) -> None:
    """Databases and keys lie in a folder that only the owner may enter."""
    folder = place.folder / "coalition"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
