"""A change of our own keys, as the record that says it: ``key/1``, one for each lane."""

import base64
from collections.abc import Mapping, Sequence

from parley.node.identity import Identity, KeyRole, PublicKey
from parley.record.canonical import Json


def change_body(
    identity: Identity,
    added: Mapping[KeyRole, PublicKey],
    ended: Sequence[tuple[KeyRole, bytes]],
    *,
    revoke: bool = False,
    reason: Json = None,
) -> dict[str, Json]:
    """Write the body that brings keys into force and ends others, from the entry after its own.

    ``ended`` are (role, public key); ``revoke`` says that others may hold them.
    """
    changes: list[Json] = [
        {
            "role": role,
            "public": _b64(key.public),
            "change": "add",
            "from_main": 0,
            "from_urgent": 0,
            "possession": _b64(key.possession),
        }
        for role, key in added.items()
    ]
    changes += [
        {
            "role": role,
            "public": _b64(public),
            "change": "revoke" if revoke else "end",
            "from_main": 0,
            "from_urgent": 0,
        }
        for role, public in ended
    ]
    body: dict[str, Json] = {
        "holder": identity.name,
        "status": identity.status,
        "changes": changes,
    }
    if reason is not None:
        body["reason"] = reason
    return body


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
