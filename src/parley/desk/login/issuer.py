"""Logging in by one OpenID Connect issuer: code flow with PKCE (Core 1.0, section 3.1).

The node asks nobody but the issuer in ``oidc.toml``: every address of it that we call must be of
its own origin. What comes back says which account it is by the link (``sub``) that an administrator
made; a name or an e-mail address proves nothing.
"""

import base64
import hmac
import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from parley.desk.login.challenges import Challenges
from parley.errors import AccountRefused, BadSettings, IssuerFailed
from parley.node.accounts.accounts import Accounts, Entered
from parley.node.entropy import SystemEntropy
from parley.node.settings import IssuerSettings
from parley.values.instants import Instant

TIMEOUT_S = 10.0
MOST_BYTES = 256 * 1024
LEEWAY_S = 60
DOORS_MS = 10 * 60_000
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Sent:
    """What we keep of somebody whom we sent to the issuer, until they come back."""

    nonce: str
    verifier: str
    returns_to: str
    browser: str


@dataclass(frozen=True, slots=True)
class Way:
    """Where to send a browser, and the word by which it shows that it is the one we sent."""

    address: str
    browser: str


class Issuer:
    """The configured issuer, asked when somebody wants to log in by it; never before."""

    def __init__(
        self,
        settings: IssuerSettings,
        accounts: Accounts,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._transport = transport
        self._entropy = SystemEntropy()
        self._sent: Challenges[Sent] = Challenges(accounts.clock)
        self._asking = threading.Lock()
        self._doors: tuple[Instant, dict[str, str]] | None = None
        _check_address(settings.issuer, settings.issuer, BadSettings)

    def send(self, returns_to: str) -> Way:
        """Send a browser to the issuer; raises IssuerFailed."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        found = self._discover()
        state, nonce, browser = (self._entropy.draw(32).hex() for _ in range(3))
        verifier = self._entropy.draw(48).hex()
        self._sent.put(state.encode(), Sent(nonce, verifier, returns_to, browser))
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": returns_to,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return Way(f"{found['authorization_endpoint']}?{urlencode(query)}", browser)

    def receive(
        self, *, state: str, code: str, issuer: str, browser: str, address: str, former: str
    ) -> Entered:
        """Log in somebody who came back from the issuer; raises AccountRefused, IssuerFailed.

        (1) we sent them, not long ago, and this very browser (2) it was our issuer (RFC 9207)
        (3) the code gives a token (4) signed by the issuer, for us, now, with our nonce (5) of
        somebody whom an administrator linked to an account.
        """
        sent = self._sent.take(state.encode())
        if sent is None or not hmac.compare_digest(sent.browser, browser):
            raise self._accounts.refused("issuer: not sent by us", address)
        if issuer not in ("", self._settings.issuer):
            raise self._accounts.refused("issuer: another issuer", address)
        found = self._discover()
        token = self._exchange(found["token_endpoint"], code, sent)
        try:
            subject = self._subject(token, self._ask("GET", found["jwks_uri"]), sent)
        except IssuerFailed as error:
            raise self._accounts.refused(f"issuer: {error.what}", address) from None
        account = self._accounts.people.of_subject(subject)
        if account is None:
            self._accounts.audit.say("log-in refused", None, address, account=None, why="unlinked")
            raise AccountRefused(
                "the issuer knows you, this desk does not",
                where="session",
                hint=f"ask an administrator to link your account to {subject}",
            )
        return self._accounts.enter(account, "oidc", address=address, former=former)

    def _discover(self) -> dict[str, str]:
        """Give where the issuer's doors are, asking at most once in some minutes.

        Strangers may press the button as often as they like: one asks, whoever comes meanwhile is
        told to try again, so that a slow issuer holds up nobody else.
        """
        held, now = self._doors, self._accounts.clock.now()
        if held is not None and 0 <= now - held[0] < DOORS_MS:
            return held[1]
        if not self._asking.acquire(blocking=False):
            raise IssuerFailed("is being asked, and has not answered yet", hint="try again")
        try:
            doors = self._read_doors()
        finally:
            self._asking.release()
        self._doors = (now, doors)
        return doors

    def _read_doors(self) -> dict[str, str]:
        """Read where the issuer's doors are (OpenID Connect Discovery 1.0, section 4)."""
        base = self._settings.issuer
        told = self._ask("GET", base.rstrip("/") + "/.well-known/openid-configuration")
        if told.get("issuer") != base:
            raise IssuerFailed("says that it is another issuer", where=base)
        doors: dict[str, str] = {}
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = told.get(name)
            if not isinstance(address, str):
                raise IssuerFailed(f"has no {name}", where=base)
            _check_address(address, base, IssuerFailed)
            doors[name] = address
        return doors

    def _exchange(self, address: str, code: str, sent: Sent) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": sent.returns_to,
            "code_verifier": sent.verifier,
            "client_id": self._settings.client_id,
        }
        headers = {}
        if self._settings.client_secret:
            pair = f"{self._settings.client_id}:{self._settings.client_secret}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        told = self._ask("POST", address, data=form, headers=headers)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise IssuerFailed("gave no ID token", where=address)
        return token

    def _subject(self, token: str, keys: Any, sent: Sent) -> str:
        """Judge an ID token by section 3.1.3.7 of Core 1.0; give whom it is about."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        options = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
            "nonce": {"essential": True, "value": sent.nonce},
        }
        now = self._accounts.clock.now() // 1000
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(
                read.claims,
                read.header,
                options,
                {"client_id": self._settings.client_id, "nonce": sent.nonce},
            )
            claims.validate(now=now, leeway=LEEWAY_S)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise IssuerFailed(f"its ID token: {type(error).__name__}", where="id_token") from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject or claims.get("nonce") != sent.nonce:
            raise IssuerFailed("its ID token is about nobody", where="id_token")
        return subject

    def _ask(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        """Ask the issuer; no redirect is followed, no proxy used, no long answer read."""
        try:
            with (
                httpx.Client(
                    timeout=TIMEOUT_S,
                    follow_redirects=False,
                    trust_env=False,
                    transport=self._transport,
                ) as client,
                client.stream(method, address, **options) as answer,
            ):
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise IssuerFailed("its answer is too long", where=address)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise IssuerFailed(f"cannot be asked: {type(error).__name__}", where=address) from None
        if answer.status_code != 200:
            raise IssuerFailed(f"answers {answer.status_code}", where=address)
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise IssuerFailed("does not answer in JSON", where=address)
        return value


def _check_address(
    address: str, base: str, refusal: type[BadSettings] | type[IssuerFailed]
) -> None:
    """Refuse an address that is not of the issuer's own origin, or could be listened to."""
    try:
        parts, origin = urlsplit(address), urlsplit(base)
        same = (parts.scheme, parts.hostname, parts.port) == (
            origin.scheme,
            origin.hostname,
            origin.port,
        )
    except ValueError:
        same = False
    safe = same and bool(parts.hostname) and not parts.fragment and "@" not in parts.netloc
    if safe and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    ):
        return
    raise refusal("an https address of the issuer's own host is needed", where=address[:200])
