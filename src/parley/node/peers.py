"""The only outgoing connections: signed requests to one peer, pinned, with bounded answers."""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from parley.errors import Unreachable, WrongCertificate
from parley.node.clock import Clock
from parley.node.entropy import Entropy, fraction
from parley.node.httpsig import sign_request
from parley.record.signature import Signer
from parley.values.hosts import is_loopback

MAX_ANSWER = 18 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered: status, media type, body, and its refusal code if it gave one."""

    status: int
    media_type: str
    body: bytes
    refusal: str = ""


class PeerLine:
    """The way to one endpoint; safe to use from one thread at a time.

    ``signer`` may be replaced between two requests, when our key changes.
    ``context`` pins the peer's certificate; it may be None only where the host is loopback.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        signer: Signer,
        clock: Clock,
        entropy: Entropy,
        context: ssl.SSLContext | None,
        timeout_s: float,
        max_part: int,
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            raise Unreachable("plain HTTP is for loopback only", where=endpoint)
        if parts.scheme == "https" and context is None:
            raise Unreachable("no certificate to pin", where=endpoint)
        self.endpoint = endpoint
        self.signer = signer
        self._clock = clock
        self._entropy = entropy
        self._limit = max(MAX_ANSWER, max_part)
        # trust_env False: no proxy from the environment may stand between two sides.
        self._client = httpx.Client(
            verify=context if context is not None else False,
            timeout=timeout_s,
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Drop the connections."""
        self._client.close()

    def get(self, path: str) -> Answer:
        """Ask for something; ``path`` begins with a slash and is already quoted."""
        return self.send("GET", path, b"")

    def send(
        self, method: str, path: str, body: bytes, media_type: str = "application/octet-stream"
    ) -> Answer:
        """Send one signed request and give the answer, whatever its status; or ``Unreachable``."""
        target = self.endpoint + path
        fields = sign_request(
            method,
            target,
            body,
            signer=self.signer,
            at=self._clock.now(),
            nonce=self._entropy.draw(16),
        )
        if body:
            fields["Content-Type"] = media_type
        try:
            with self._client.stream(method, target, content=body, headers=fields) as response:
                return self._answer(response)
        except httpx.HTTPError as error:
            if "charter pins" in str(error):
                raise WrongCertificate(
                    "the node there does not show the certificate of the charter", where=target
                ) from None
            name = type(error).__name__
            raise Unreachable(f"no answer: {str(error) or name}", where=self.endpoint) from None

    def _answer(self, response: httpx.Response) -> Answer:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._limit:
                raise Unreachable(f"an answer over {self._limit} bytes", where=self.endpoint)
            chunks.append(chunk)
        return Answer(
            response.status_code,
            response.headers.get("content-type", "").partition(";")[0],
            b"".join(chunks),
            response.headers.get("parley-refusal", ""),
        )


class BackOff:
    """How long to leave a silent peer alone: doubling from one second, capped, with jitter."""

    def __init__(self, entropy: Entropy, cap_s: float) -> None:
        self._entropy = entropy
        self._cap = cap_s
        self.failures = 0

    def failed(self) -> float:
        """Count a failure and give the seconds to wait: half to all of the doubled pause."""
        self.failures += 1
        pause = min(self._cap, float(2 ** min(self.failures - 1, 30)))
        return pause * (0.5 + fraction(self._entropy) / 2)

    def answered(self) -> None:
        """Start from the shortest pause again."""
        self.failures = 0
