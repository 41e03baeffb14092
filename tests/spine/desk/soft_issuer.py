"""An OpenID Connect issuer on loopback: discovery, keys and tokens (Core 1.0), for one client.

It checks what an issuer must: the redirect address, the client's secret, PKCE (RFC 7636). What it
says may be changed by a test, to see whether anybody looks.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

CLIENT, SECRET = "parley-desk", "the client's secret"


@dataclass
class SoftIssuer:
    """One issuer: whom it says everybody is, and what it says wrongly."""

    url: str = ""
    subject: str = "sub-of-officer"
    claims: dict[str, Any] = field(default_factory=dict)
    doors: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "ES256"
    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
    )
    signing: Any = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_with(self, key: Any, algorithm: str) -> None:
        """Sign tokens with another key than the one that is published."""
        self.signing, self.algorithm = key, algorithm

    def log_in(self, address: str) -> dict[str, str]:
        """Log somebody in as their browser would be: give what it is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def discovery(self) -> dict[str, Any]:
        """Say where the doors are."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.doors,
        }

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Give an ID token for a code, once, to the client that asked for it."""
        asked = self.codes.pop(form["code"], None)
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or authorization != f"Basic {pair}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        signing = self.signing or self.key
        token = jwt.encode(header, told, signing, algorithms=[self.algorithm])
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


@contextmanager
def serving(issuer: SoftIssuer) -> Iterator[SoftIssuer]:
    """Let an issuer answer on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            known = {
                "/.well-known/openid-configuration": issuer.discovery(),
                "/keys": {"keys": [issuer.key.as_dict(private=False)]},
            }
            self._answer(known.get(self.path))

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self._answer(issuer.token(form, self.headers.get("Authorization", "")))

        def _answer(self, value: Any) -> None:
            body = json.dumps(value or {"error": "invalid_grant"}).encode()
            self.send_response(200 if value else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def other_key() -> ECKey:
    """Give a key that the issuer does not publish."""
    return ECKey.generate_key("P-256", {"kid": "one"})


def shared_secret() -> OctKey:
    """Give the client's secret as a key, as a token signed with it would be."""
    return OctKey.import_key(SECRET.encode() * 3, {"kid": "one"})
