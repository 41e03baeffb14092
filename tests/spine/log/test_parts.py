"""Parts of three classes: what is hashed, who gets them, and what is left when one is erased."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.errors import BadPart, PartErased, PartMissing
from parley.log.padding import SMALLEST, pad, unpad
from parley.log.parts import PartStore
from parley.log.store import Store

CHANNEL, OTHER = "5a" * 32, "5b" * 32
SALT = bytes(range(32))


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[PartStore]:
    """Return an empty store of parts."""
    with Store(tmp_path / "parley.db") as store:
        yield PartStore(store)


@given(content=st.binary(max_size=2000), salt=st.binary(min_size=32, max_size=32))
def test_padding_hides_the_size_and_gives_the_content_back(content: bytes, salt: bytes) -> None:
    """The padded size is the smallest power of two from 256 up; the content comes back exact."""
    padded = pad(content, salt)
    assert unpad(padded) == content
    assert len(padded) >= max(SMALLEST, 40 + len(content))
    assert len(padded) & (len(padded) - 1) == 0
    assert len(padded) == SMALLEST or len(padded) // 2 < 40 + len(content)


@pytest.mark.parametrize(("length", "size"), [(0, 256), (216, 256), (217, 512), (472, 512)])
def test_the_padded_sizes_at_the_edges(length: int, size: int) -> None:
    """A content that fits exactly is not padded further."""
    assert len(pad(b"x" * length, SALT)) == size


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        pad(b"abc", SALT)[:-1],
        pad(b"abc", SALT) + b"\0" * 256,
        pad(b"abc", SALT)[:-1] + b"\1",
        SALT + (217).to_bytes(8, "big") + b"x" * 216,
        SALT + (2**64 - 1).to_bytes(8, "big") + b"x" * 216,
    ],
)
def test_what_was_not_padded_so_is_refused(damaged: bytes) -> None:
    """Another size, another length or something in the padding is no padded part."""
    with pytest.raises(BadPart):
        unpad(damaged)


def test_a_salt_is_32_bytes() -> None:
    """A shorter salt could be guessed, so it is refused."""
    with pytest.raises(BadPart):
        pad(b"abc", SALT[:-1])


def test_equal_contents_have_unequal_digests_unless_shared(parts: PartStore) -> None:
    """A guess at a sealed content cannot be confirmed without its salt."""
    one = parts.put(CHANNEL, "sealed", pad(b"yes", SALT))
    other = parts.put(CHANNEL, "sealed", pad(b"yes", SALT[::-1]))
    assert one != other
    assert parts.put(CHANNEL, "shared", b"yes") == hashlib.sha256(b"yes").hexdigest()
    assert parts.content(one) == parts.content(other) == b"yes"


def test_shared_parts_go_to_their_channel_only(parts: PartStore) -> None:
    """Every party of the channel gets a shared part; under another channel it is not there."""
    digest = parts.put(CHANNEL, "shared", b"map")
    assert parts.deliverable(digest, "russia", CHANNEL) == b"map"
    with pytest.raises(PartMissing):
        parts.deliverable(digest, "russia", OTHER)
    parts.put(OTHER, "shared", b"map")
    assert parts.deliverable(digest, "russia", OTHER) == b"map"


def test_personal_parts_go_to_their_audience_only(parts: PartStore) -> None:
    """Whoever is not named gets the same answer as for a part that does not exist."""
    padded = pad(b"a name", SALT)
    digest = parts.put(CHANNEL, "personal", padded, audience=["russia"])
    assert parts.deliverable(digest, "russia", CHANNEL) == padded
    answers = set()
    for caller, asked, channel in [
        ("mirror", digest, CHANNEL),
        ("*", digest, CHANNEL),
        ("russia", digest, OTHER),
        ("russia", "00" * 32, CHANNEL),
    ]:
        with pytest.raises(PartMissing) as refused:
            parts.deliverable(asked, caller, channel)
        answers.add(refused.value.what)
    assert len(answers) == 1


def test_sealed_parts_stay_until_they_are_opened(parts: PartStore) -> None:
    """Nobody gets a sealed part; once its author opened it, its channel does, with the salt."""
    padded = pad(b"casualty list", SALT)
    digest = parts.put(CHANNEL, "sealed", padded)
    for caller in ("russia", "coalition", "mirror"):
        with pytest.raises(PartMissing):
            parts.deliverable(digest, caller, CHANNEL)
    parts.open_sealed(digest)
    assert parts.deliverable(digest, "russia", CHANNEL) == padded
    with pytest.raises(BadPart):
        parts.open_sealed(parts.put(CHANNEL, "shared", b"x"))


def test_a_class_is_not_changed_by_putting_a_part_again(parts: PartStore) -> None:
    """A personal part cannot be made shared from outside; repeating it adds readers only."""
    padded = pad(b"a name", SALT)
    digest = parts.put(CHANNEL, "personal", padded, audience=["russia"])
    with pytest.raises(BadPart):
        parts.put(CHANNEL, "shared", padded)
    assert parts.put(CHANNEL, "personal", padded, audience=["mirror"]) == digest
    assert parts.deliverable(digest, "mirror", CHANNEL) == padded


@pytest.mark.parametrize(
    ("part_class", "audience"), [("personal", []), ("shared", ["russia"]), ("sealed", ["russia"])]
)
def test_an_audience_belongs_to_personal_parts(
    parts: PartStore, part_class: str, audience: list[str]
) -> None:
    """A personal part names its audience, and no other part has one."""
    with pytest.raises(BadPart):
        parts.put(CHANNEL, part_class, pad(b"x", SALT), audience=audience)  # type: ignore[arg-type]


def test_only_padded_bytes_are_sealed_or_personal(parts: PartStore) -> None:
    """Bytes whose size or content would tell are refused as sealed or personal."""
    with pytest.raises(BadPart):
        parts.put(CHANNEL, "sealed", b"bare")


def test_erasing_leaves_the_digest_and_no_byte(parts: PartStore, tmp_path: Path) -> None:
    """After erasure no file of the store holds the content, and the part does not come back."""
    secret = b"Ivan Ivanovich Ivanov, born 1 January 1970"
    padded = pad(secret, SALT)
    digest = parts.put(CHANNEL, "personal", padded, audience=["russia"])
    neighbour = parts.put(CHANNEL, "shared", b"neighbour" * 1000)
    files = [tmp_path / name for name in ("parley.db", "parley.db-wal")]
    assert any(secret in file.read_bytes() for file in files)
    parts.erase(digest)
    assert [file.name for file in files if secret in file.read_bytes()] == []
    state = parts.state(digest)
    assert state is not None
    assert (state.erased, state.size, parts.has(digest)) == (True, 256, False)
    for ask in (
        lambda: parts.get(digest),
        lambda: parts.deliverable(digest, "russia", CHANNEL),
        lambda: parts.put(CHANNEL, "personal", padded, audience=["russia"]),
    ):
        with pytest.raises(PartErased):
            ask()
    assert parts.get(neighbour) == b"neighbour" * 1000


def test_bytes_go_with_the_last_author_who_brought_them(parts: PartStore) -> None:
    """Each author lets go of its own ground, in its own channel; a stranger of none."""
    padded = pad(b"a name", SALT)
    digest = parts.put(CHANNEL, "personal", padded, audience=["russia"], author="coalition")
    parts.put(CHANNEL, "personal", padded, audience=["russia", "mirror"], author="turkey")
    parts.put(OTHER, "personal", padded, audience=["russia"], author="turkey")
    for channel, author in [(CHANNEL, "iran"), (OTHER, "coalition"), (CHANNEL, "coalition")]:
        assert not parts.release(digest, channel, author)
        assert parts.get(digest) == padded
    # Whoever let go gives it out no more.
    with pytest.raises(PartMissing):
        parts.deliverable(digest, "russia", CHANNEL, giver="coalition")
    assert parts.deliverable(digest, "russia", CHANNEL, giver="turkey") == padded
    assert not parts.release(digest, CHANNEL, "turkey")
    assert parts.release(digest, OTHER, "turkey")
    assert not parts.has(digest)
    # Erasing once more finds it gone; it does not come back under anybody's name.
    assert parts.release(digest, OTHER, "turkey")
    with pytest.raises(PartErased):
        parts.put(CHANNEL, "personal", padded, audience=["russia"], author="coalition")


def test_a_part_ahead_of_its_record_takes_the_class_that_its_author_states(
    parts: PartStore,
) -> None:
    """What no record lists counts as shared; it is narrowed once, and never widened again."""
    padded = pad(b"a name", SALT)
    digest = parts.put(CHANNEL, "shared", padded)
    assert parts.shares(digest, CHANNEL)
    parts.put(CHANNEL, "personal", padded, audience=["russia"], author="coalition")
    assert not parts.shares(digest, CHANNEL)
    with pytest.raises(PartMissing):
        parts.deliverable(digest, "mirror", CHANNEL)
    with pytest.raises(BadPart):
        parts.put(CHANNEL, "shared", padded, author="turkey")
    # A part that a record already lists as shared stays so: receipts say that it is held.
    listed = parts.put(CHANNEL, "shared", pad(b"minutes", SALT), author="coalition")
    with pytest.raises(BadPart):
        parts.put(CHANNEL, "personal", pad(b"minutes", SALT), audience=["russia"], author="turkey")
    assert parts.shares(listed, CHANNEL)
    assert not parts.shares(listed, OTHER)


def test_shared_parts_cannot_be_erased(parts: PartStore) -> None:
    """Receipts say that shared parts are held, so they stay."""
    digest = parts.put(CHANNEL, "shared", b"map")
    with pytest.raises(BadPart):
        parts.erase(digest)
    with pytest.raises(PartMissing):
        parts.erase("00" * 32)
    assert parts.get(digest) == b"map"
