"""A node's keys and identity: distinct, proven, private where they must be, never overwritten."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from parley.errors import (
    BadFile,
    BadIdentity,
    BadSettings,
    BadSignature,
    FolderInUse,
    NoNode,
    ParleyError,
    WeakKey,
)
from parley.node.entropy import SeededEntropy, SystemEntropy
from parley.node.identity import (
    PARTY_ROLES,
    Identity,
    check_endpoint,
    parse_identity,
    read_identity,
)
from parley.node.keyring import init_node, load_keyrings
from parley.node.settings import Settings, load_settings
from parley.record.canonical import Json


def new_node(folder: Path, **changes: object) -> Identity:
    options: dict[str, object] = {
        "name": "coalition",
        "code": "CO",
        "display": "Coalition",
        "endpoint": "http://127.0.0.1:8461",
        "entropy": SeededEntropy(folder.name),
        "status": "exercise",
    }
    return init_node(folder, **{**options, **changes})  # type: ignore[arg-type]


def test_a_recovery_key_without_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    """The same command works once the folder is there: no half-made node stands in its way."""
    folder, recovery = tmp_path / "node", tmp_path / "safe" / "coalition.key"
    with pytest.raises(BadFile) as refused:
        new_node(folder, recovery_file=recovery)
    assert refused.value.where == str(recovery.parent)
    assert not folder.exists()
    recovery.parent.mkdir()
    new_node(folder, recovery_file=recovery)
    assert recovery.exists()


def test_init_writes_what_a_node_needs(tmp_path: Path) -> None:
    """Every role has its own key, private files are 0600, the recovery key lies apart."""
    folder = tmp_path / "node"
    identity = new_node(folder)
    assert read_identity(folder / "identity.json") == identity
    assert len({key.public for key in identity.keys.values()}) == len(PARTY_ROLES) == 6
    private = [*(folder / "keys").iterdir(), folder / "recovery.key", folder / "tls.key"]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
    assert not (folder / "keys" / "recovery.key").exists()
    ring = load_keyrings(folder)["exercise"]
    assert "recovery" not in ring.signers
    assert {role: s.public for role, s in ring.signers.items()} == {
        role: key.public for role, key in identity.keys.items() if role != "recovery"
    }


def test_a_mirror_has_no_log_to_sign(tmp_path: Path) -> None:
    """A mirror stores and cosigns; it holds neither author nor log key."""
    identity = new_node(tmp_path / "m", name="mirror", code="MI", role="mirror")
    assert set(identity.keys) == {"witness", "receipt", "line", "recovery"}


def test_two_draws_give_two_sets_of_keys(tmp_path: Path) -> None:
    """Nodes made from the system's entropy share no key."""
    one = new_node(tmp_path / "a", entropy=SystemEntropy())
    two = new_node(tmp_path / "b", entropy=SystemEntropy())
    publics = {k.public for i in (one, two) for k in i.keys.values()}
    assert len(publics) == 12


def test_init_never_overwrites(tmp_path: Path) -> None:
    """A folder in use is refused and left as it was."""
    folder = tmp_path / "node"
    new_node(folder)
    before = (folder / "identity.json").read_bytes()
    with pytest.raises(FolderInUse):
        new_node(folder, name="other")
    assert (folder / "identity.json").read_bytes() == before
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / "diary.txt").write_text("mine")
    with pytest.raises(FolderInUse):
        new_node(stranger)


def test_a_node_holds_identities_of_several_statuses(tmp_path: Path) -> None:
    """An exercise identity stands beside the actual one, with keys of its own."""
    folder = tmp_path / "node"
    actual = new_node(folder, status="actual", entropy=SystemEntropy())
    exercise = new_node(folder, status="exercise", endpoint="http://127.0.0.1:8471")
    rings = load_keyrings(folder)
    assert {s: r.identity for s, r in rings.items()} == {"actual": actual, "exercise": exercise}
    assert {k.public for k in actual.keys.values()}.isdisjoint(
        k.public for k in exercise.keys.values()
    )
    with pytest.raises(FolderInUse):
        new_node(folder, status="exercise")


def test_a_swapped_private_key_is_noticed(tmp_path: Path) -> None:
    """A key file that is not the one of identity.json stops the node."""
    folder = tmp_path / "node"
    new_node(folder)
    path = folder / "keys" / "log.key"
    path.write_text((folder / "keys" / "author.key").read_text())
    with pytest.raises(BadIdentity, match="not that of identity"):
        load_keyrings(folder)


def test_a_folder_without_node_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoNode):
        load_keyrings(tmp_path)
    with pytest.raises(NoNode):
        load_settings(tmp_path)


def changed(identity: Identity, path: str, value: Json) -> Json:
    whole = json.loads(json.dumps(identity.to_json()))
    at = whole
    *parents, last = path.split(".")
    for name in parents:
        at = at[name]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("format", "parley/identity/2", BadIdentity),
        ("name", "Coalition", BadIdentity),
        ("code", "C", BadIdentity),
        ("role", "judge", BadIdentity),
        ("status", "real", BadIdentity),
        ("status", "actual", BadSignature),  # the proofs of possession name the status
        ("name", "russia", BadSignature),
        ("endpoint", "http://192.0.2.1:8461", BadIdentity),
        ("endpoint", "https://host", BadIdentity),
        ("endpoint", "https://host:8461/path", BadIdentity),
        ("keys.author", None, BadIdentity),
        ("keys.author.possession", None, BadIdentity),
        ("keys.author.public", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", WeakKey),
        ("extra", "x", BadIdentity),
        ("display", None, BadIdentity),
    ],
)
def test_a_bad_identity_is_refused(
    tmp_path: Path, path: str, value: Json, error: type[ParleyError]
) -> None:
    """Whatever no charter could use is refused before it gets there."""
    identity = new_node(tmp_path / "node")
    with pytest.raises(error):
        parse_identity(changed(identity, path, value))


@pytest.mark.parametrize(
    "endpoint", ["https://node.example:8461", "http://127.0.0.1:1", "http://[::1]:8461"]
)
def test_endpoints_that_are_allowed(endpoint: str) -> None:
    assert check_endpoint(endpoint) == endpoint


def test_settings_come_from_file_and_environment(tmp_path: Path) -> None:
    """The environment wins over the file; unknown names and wrong values are refused."""
    folder = tmp_path / "node"
    new_node(folder, settings=Settings(folder, poll_s=7))
    assert load_settings(folder, {}).poll_s == 7
    assert load_settings(folder, {"PARLEY_POLL_S": "9", "PARLEY_OTHER": "1"}).poll_s == 9
    for bad in (
        "poll_s = 0\n",
        "pol_s = 3\n",
        'poll_s = "3"\n',
        "poll_s = \n",
        'api_host = "::"\n',
    ):
        (folder / "parley.toml").write_text(bad)
        with pytest.raises(BadSettings):
            load_settings(folder, {})


def test_every_setting_is_explained(root: Path) -> None:
    """docs/operating.md lists each setting with its default, and no other."""
    text = (root / "docs" / "operating.md").read_text(encoding="utf-8")
    table = text.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `?([^ `|]+)`? \|", table, re.MULTILINE)
    defaults = {f.name: str(f.default) for f in fields(Settings) if f.name != "folder"}
    assert dict(rows) == defaults
    assert len(defaults) <= 15
