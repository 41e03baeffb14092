"""Passkeys: enrol one, and log in by one (W3C Web Authentication level 2, sections 7.1 and 7.2).

A passkey stands for a log-in of its own, with the person verified by the device: it is two factors
in one, and no password is asked for. It is bound to the name by which the desk was called; an IP
address has none, so that the plain loopback address offers none (``localhost`` does).
"""

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from parley.desk.login.challenges import Challenges
from parley.errors import BadAccount
from parley.node.accounts.accounts import Accounts, Entered
from parley.node.accounts.changes import Changes
from parley.node.accounts.factors import Passkey
from parley.node.accounts.people import line_typed
from parley.node.accounts.rights import Who
from parley.node.entropy import SystemEntropy

CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Site:
    """The desk as the browser sees it: its origin, and the name that passkeys are bound to."""

    origin: str
    name: str

    @classmethod
    def of(cls, origin: str) -> "Site":
        """Take the site from an origin that the guard has checked; refuse a bare address."""
        host = urlsplit(origin).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return cls(origin, host)
        raise BadAccount(
            "a passkey needs the desk to be called by a name, not by an address",
            where="Host",
            hint="localhost, or a name in api_names",
        )


class Passkeys:
    """Ask browsers for passkeys, and judge what they answer."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._entropy = SystemEntropy()
        self._enrolling: Challenges[str] = Challenges(accounts.clock)
        self._entering: Challenges[bool] = Challenges(accounts.clock)

    def begin(self, who: Who, password: str, site: Site) -> dict[str, Any]:
        """Give what a browser needs to make a passkey, to somebody who proves who they are."""
        from webauthn import generate_registration_options, options_to_json
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        account = Changes(self._accounts).prove(who, password)
        challenge = self._entropy.draw(CHALLENGE_BYTES)
        self._enrolling.put(challenge, account.name)
        options = generate_registration_options(
            rp_id=site.name,
            rp_name="Parley",
            user_id=_handle(account.name),
            user_name=account.name,
            user_display_name=account.display,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=each.id)
                for each in self._accounts.factors.passkeys(account.name)
            ],
        )
        return _object(options_to_json(options))

    def finish(self, who: Who, credential: dict[str, Any], label: str, site: Site) -> Entered:
        """Keep a passkey that a browser made; a new session begins. Raises BadAccount."""
        from webauthn import verify_registration_response

        challenge = _challenge_in(credential)
        # (1) a challenge of ours, for this very account, good once (2) the standard's steps
        if self._enrolling.take(challenge) != who.name:
            raise BadAccount("this passkey was not asked for", where="credential")
        with _Judged():
            found = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.name,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        passkey = Passkey(
            found.credential_id,
            who.name,
            found.credential_public_key,
            found.sign_count,
            line_typed(label or "passkey", where="label"),
            self._accounts.clock.now(),
            None,
        )
        return Changes(self._accounts).add_passkey(who, passkey)

    def ask(self, site: Site) -> dict[str, Any]:
        """Give what a browser needs to log in by a passkey that it has for this desk."""
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import UserVerificationRequirement

        challenge = self._entropy.draw(CHALLENGE_BYTES)
        self._entering.put(challenge, True)
        options = generate_authentication_options(
            rp_id=site.name,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _object(options_to_json(options))

    def enter(
        self, credential: dict[str, Any], site: Site, *, address: str, former: str
    ) -> Entered:
        """Log in by what a browser answered; raises AccountRefused whatever is wrong."""
        from webauthn import verify_authentication_response

        refused = self._accounts.refused
        # (1) a challenge of ours, good once (2) a passkey that is here (3) the standard's steps,
        # with the person verified and a counter that grew (4) an account that may come in
        try:
            challenge = _challenge_in(credential)
            passkey = self._accounts.factors.passkey(_raw_id(credential))
        except BadAccount as error:
            raise refused(error.what, address) from None
        if not self._entering.take(challenge) or passkey is None:
            raise refused("no such passkey", address)
        try:
            with _Judged():
                found = verify_authentication_response(
                    credential=credential,
                    expected_challenge=challenge,
                    expected_rp_id=site.name,
                    expected_origin=site.origin,
                    credential_public_key=passkey.public,
                    credential_current_sign_count=passkey.count,
                    require_user_verification=True,
                )
        except BadAccount:
            raise refused("passkey", address, passkey.account) from None
        self._accounts.factors.used_passkey(
            passkey.id, found.new_sign_count, self._accounts.clock.now()
        )
        account = self._accounts.people.get(passkey.account)
        return self._accounts.enter(account, "passkey", address=address, former=former)


class _Judged:
    """Turn whatever the library says about an answer into a refusal of ours, and nothing else."""

    def __enter__(self) -> None:
        """Begin to judge."""

    def __exit__(self, sort: type[BaseException] | None, error: object, trace: object) -> None:
        """Turn the library's refusal, or a form that it cannot read, into ours."""
        from cbor2 import CBORDecodeError
        from webauthn.helpers.exceptions import WebAuthnException

        broken = (WebAuthnException, CBORDecodeError, ValueError, KeyError, TypeError)
        if sort is not None and issubclass(sort, broken):
            raise BadAccount("this passkey does not prove itself", where="credential") from None


def _handle(account: str) -> bytes:
    """Name an account to a passkey without its name (level 2, section 14.6.1)."""
    return hashlib.sha256(f"parley/passkey/1\n{account}".encode()).digest()


def _challenge_in(credential: dict[str, Any]) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    with _Judged():
        data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(data["challenge"])


def _raw_id(credential: dict[str, Any]) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    with _Judged():
        return base64url_to_bytes(credential["rawId"])


def _object(text: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(text)
    return value
