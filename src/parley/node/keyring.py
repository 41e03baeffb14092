"""The private keys of one identity: files of mode 0600, one per role, read into signers."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from parley.errors import BadFile, BadIdentity, FolderInUse, NoNode
from parley.node.entropy import Entropy
from parley.node.identity import (
    MIRROR_ROLES,
    PARTY_ROLES,
    Identity,
    KeyRole,
    PublicKey,
    check_identity,
    possession_statement,
    read_identity,
)
from parley.node.settings import FILE, Settings, write_settings
from parley.node.tls import make_certificate
from parley.record.envelope import Status
from parley.record.signature import SeedSigner, Signer, key_id, prove_possession

IDENTITY = "identity.json"
STATUSES: tuple[Status, ...] = ("actual", "exercise", "test")


@dataclass(frozen=True, slots=True)
class Keyring:
    """An identity with its private keys; ``further`` holds those of a role after the first.

    ``folder`` holds ``identity.json``, ``keys/`` and the TLS key. The recovery key is not here.
    """

    folder: Path
    identity: Identity
    signers: Mapping[KeyRole, Signer]
    further: dict[KeyRole, tuple[Signer, ...]]

    def able(self, role: KeyRole) -> tuple[Signer, ...]:
        """Give every private key of a role, that of ``identity.json`` first."""
        first = self.signers.get(role)
        return (*(() if first is None else (first,)), *self.further.get(role, ()))

    def reread(self) -> None:
        """Take in key files that were added since the start; none is ever taken away."""
        self.further.update(_further(self.folder, self.signers))

    @property
    def tls_files(self) -> tuple[Path, Path]:
        """The certificate and the key that TLS presents."""
        return self.folder / "tls.crt", self.folder / "tls.key"


def init_node(
    folder: Path,
    *,
    name: str,
    code: str,
    display: str,
    endpoint: str,
    entropy: Entropy,
    role: Literal["party", "mirror"] = "party",
    status: Status = "actual",
    languages: tuple[str, ...] = ("en",),
    liaison: str | None = None,
    recovery_file: Path | None = None,
    settings: Settings | None = None,
) -> Identity:
    """Make a node, or add an identity of another status to one; give the public identity.

    All keys are new and distinct. The recovery key goes to ``recovery_file`` (default
    ``recovery.key`` beside the identity), from where its owner is to move it off this machine.
    """
    home, recovery = _free_places(folder, status, recovery_file)
    roles = PARTY_ROLES if role == "party" else MIRROR_ROLES
    seeds = {key_role: entropy.draw(32) for key_role in roles}
    tls_key, certificate, der = make_certificate(name, entropy)
    identity = Identity(
        name=name,
        code=code,
        display=display,
        role=role,
        status=status,
        keys={r: _prove(SeedSigner(seed), name, r, status) for r, seed in seeds.items()},
        tls_cert=der,
        endpoint=endpoint,
        languages=languages,
        liaison=liaison,
    )
    check_identity(identity)
    _write_home(home, identity, seeds, recovery, (tls_key, certificate))
    if not (folder / FILE).exists():
        write_settings(replace(settings or Settings(folder), folder=folder))
    return identity


def _free_places(folder: Path, status: Status, recovery_file: Path | None) -> tuple[Path, Path]:
    """Give where an identity and its recovery key go; refuse before anything is written."""
    home = folder
    if (folder / IDENTITY).exists():
        home = folder / status
        if read_identity(folder / IDENTITY).status == status or home.exists():
            raise FolderInUse(f"an identity of status {status} lives here", where=str(folder))
    elif folder.exists() and any(folder.iterdir()):
        raise FolderInUse("not empty, and no node of ours", where=str(folder))
    recovery = recovery_file or home / "recovery.key"
    if recovery.exists():
        raise FolderInUse("would overwrite a recovery key", where=str(recovery))
    if not recovery.parent.is_dir() and home.absolute() not in recovery.absolute().parents:
        raise BadFile("no folder to write a recovery key to", where=str(recovery.parent))
    return home, recovery


def _write_home(
    home: Path,
    identity: Identity,
    seeds: Mapping[KeyRole, bytes],
    recovery: Path,
    tls: tuple[bytes, bytes],
) -> None:
    (home / "keys").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    for role, seed in seeds.items():
        path = recovery if role == "recovery" else home / "keys" / f"{role}.key"
        write_private(path, seed.hex().encode() + b"\n")
    write_private(home / "tls.key", tls[0])
    (home / "tls.crt").write_bytes(tls[1])
    text = json.dumps(identity.to_json(), indent=2, ensure_ascii=False)
    (home / IDENTITY).write_text(text + "\n", encoding="utf-8")


def load_keyrings(folder: Path) -> dict[Status, Keyring]:
    """Read every identity of a node folder, by status; refuse a key that is not the public one."""
    if not (folder / IDENTITY).exists():
        hint = "`parley init` makes a node, --node or PARLEY_NODE names one"
        raise NoNode(f"no {IDENTITY} here", where=str(folder), hint=hint)
    homes = [folder, *(folder / status for status in STATUSES if (folder / status).is_dir())]
    rings = [_load(home) for home in homes if (home / IDENTITY).exists()]
    by_status = {ring.identity.status: ring for ring in rings}
    if len(by_status) != len(rings):
        raise BadIdentity("two identities of one status", where=str(folder))
    return by_status


def read_seed(path: Path) -> bytes:
    """Read a 32-byte seed (64 hex digits) from a key file."""
    try:
        text = path.read_text(encoding="ascii").strip()
        seed = bytes.fromhex(text)
    except (OSError, ValueError):
        raise BadIdentity("no readable key of 64 hex digits", where=str(path)) from None
    if len(seed) != 32:
        raise BadIdentity("a seed has 64 hex digits", where=str(path))
    return seed


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read, and put it on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def add_key(ring: Keyring, role: KeyRole, entropy: Entropy) -> PublicKey:
    """Make a further key of a role, beside those that are there; give its public half.

    It signs nothing before a ``key/1`` brings it into force.
    """
    seed = entropy.draw(32)
    identity = ring.identity
    key = _prove(SeedSigner(seed), identity.name, role, identity.status)
    path = ring.folder / "keys" / f"{role}-{key_id(key.public)[:16]}.key"
    write_private(path, seed.hex().encode() + b"\n")
    sync_folder(path.parent)
    return key


def put_first(ring: Keyring, keys: Mapping[KeyRole, PublicKey]) -> Identity:
    """Let ``identity.json`` show keys that have come into force, for charters yet to be drawn up.

    The file is replaced as a whole, and the private keys stay where they are. The identity as it
    was is kept beside it: whoever checks evidence of a channel that began with it needs that one.
    """
    path = ring.folder / IDENTITY
    former = path.read_bytes()
    identity = read_identity(path)
    shown = replace(identity, keys={**identity.keys, **keys})
    check_identity(shown)
    kept = path.with_name(f"identity-{hashlib.sha256(former).hexdigest()[:8]}.json")
    text = json.dumps(shown.to_json(), indent=2, ensure_ascii=False) + "\n"
    for target, data in ((kept, former), (path, text.encode())):
        scratch = target.with_suffix(".new")
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
    sync_folder(ring.folder)
    return shown


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load(home: Path) -> Keyring:
    identity = read_identity(home / IDENTITY)
    signers: dict[KeyRole, Signer] = {}
    for role, key in identity.keys.items():
        if role == "recovery":
            continue
        path = home / "keys" / f"{role}.key"
        held = [SeedSigner(read_seed(path)), *_beside(home, role)]
        shown = next((signer for signer in held if signer.public == key.public), None)
        if shown is None:
            raise BadIdentity("the private key is not that of identity.json", where=str(path))
        signers[role] = shown
    return Keyring(home, identity, signers, _further(home, signers))


def _beside(home: Path, role: KeyRole) -> list[SeedSigner]:
    return [SeedSigner(read_seed(path)) for path in sorted((home / "keys").glob(f"{role}-*.key"))]


def _further(home: Path, signers: Mapping[KeyRole, Signer]) -> dict[KeyRole, tuple[Signer, ...]]:
    found: dict[KeyRole, tuple[Signer, ...]] = {}
    for role, first in signers.items():
        every = [SeedSigner(read_seed(home / "keys" / f"{role}.key")), *_beside(home, role)]
        found[role] = tuple(signer for signer in every if signer.public != first.public)
    return found


def _prove(signer: Signer, name: str, role: str, status: str) -> PublicKey:
    statement = possession_statement(name, role, status)
    return PublicKey(signer.public, prove_possession(signer, statement))
