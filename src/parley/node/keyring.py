"""The private keys of one identity: files of mode 0600, one per role, read into signers."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from parley.errors import BadIdentity, FolderInUse, NoNode
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
from parley.record.signature import SeedSigner, Signer, prove_possession

IDENTITY = "identity.json"
STATUSES: tuple[Status, ...] = ("actual", "exercise", "test")


@dataclass(frozen=True, slots=True)
class Keyring:
    """An identity with its private keys; ``authors`` holds further author keys after the first.

    ``folder`` holds ``identity.json``, ``keys/`` and the TLS key. The recovery key is not here.
    """

    folder: Path
    identity: Identity
    signers: Mapping[KeyRole, Signer]
    authors: tuple[Signer, ...]

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
        raise NoNode(f"no {IDENTITY} here", where=str(folder), hint="parley init")
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


def _load(home: Path) -> Keyring:
    identity = read_identity(home / IDENTITY)
    signers: dict[KeyRole, Signer] = {}
    for role, key in identity.keys.items():
        if role == "recovery":
            continue
        path = home / "keys" / f"{role}.key"
        signer = SeedSigner(read_seed(path))
        if signer.public != key.public:
            raise BadIdentity("the private key is not that of identity.json", where=str(path))
        signers[role] = signer
    extra = sorted((home / "keys").glob("author-*.key"))
    return Keyring(home, identity, signers, tuple(SeedSigner(read_seed(path)) for path in extra))


def _prove(signer: Signer, name: str, role: str, status: str) -> PublicKey:
    statement = possession_statement(name, role, status)
    return PublicKey(signer.public, prove_possession(signer, statement))
