"""The command line's way to a running node: its API, over loopback."""

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from parley.desk.access import Access, read_access
from parley.desk.problems import refusal
from parley.errors import BadUsage, NotRunning, ParleyError

_TIMEOUT_S = 60.0


class Client:
    """Requests to one node's API; what the node refuses is raised as the refusal it was."""

    def __init__(self, access: Access, transport: httpx.BaseTransport | None = None) -> None:
        self._where = access.url
        self._http = httpx.Client(
            base_url=access.url,
            headers={"Authorization": f"Bearer {access.token}"},
            timeout=_TIMEOUT_S,
            transport=transport,
            trust_env=False,
            verify=_trust(access),
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def wait(self, timeout_s: float) -> None:
        """Wait so long for each answer from now on: for what looks through all of a long log."""
        self._http.timeout = timeout_s

    def answers(self) -> bool:
        """Tell whether a node answers at all."""
        try:
            self._ask("GET", "/v1/kinds")
        except NotRunning:
            return False
        return True

    def get(self, path: str, **query: str | int | tuple[str, ...] | None) -> Any:
        """Get JSON."""
        return json.loads(self._ask("GET", path, params=_given(query)).content)

    def get_bytes(self, path: str, **query: str | int | None) -> bytes:
        """Get a file."""
        return self._ask("GET", path, params=_given(query)).content

    def lines(self, path: str, **query: str | int | tuple[str, ...] | None) -> Iterator[bytes]:
        """Get a long answer line by line, as it comes."""
        given = _given(query)
        rest = b""
        try:
            with self._http.stream("GET", path, params=given) as answer:
                if not answer.is_success:
                    answer.read()
                    raise refused(answer)
                for block in answer.iter_bytes():
                    *whole, rest = (rest + block).split(b"\n")
                    yield from whole
        except httpx.TransportError:
            raise NotRunning("the node stopped answering", where=self._where) from None
        if rest:
            yield rest

    def post(self, path: str, body: object, **query: str | int | None) -> Any:
        """Post JSON, get JSON."""
        return self.post_bytes(path, json.dumps(body).encode(), "application/json", **query)

    def post_bytes(
        self, path: str, data: bytes, media_type: str, /, **query: str | int | None
    ) -> Any:
        """Post a file, get JSON."""
        headers = {"Content-Type": media_type}
        answer = self._ask("POST", path, content=data, headers=headers, params=_given(query))
        return json.loads(answer.content)

    def channel(self, wanted: str | None) -> str:
        """Give the full name of the channel that ``wanted`` begins, or of the only one."""
        names = [str(c["channel"]) for c in self.get("/v1/channels")["channels"]]
        found = [name for name in names if name.startswith((wanted or "").lower())]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(name[:12] for name in found or names) or "none"
        what = "which channel is meant?" if found else f"no channel begins with {wanted or ''!r}"
        raise BadUsage(what, where="--channel", hint=f"this node is in: {listed}")

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.InvalidURL:
            raise BadUsage("a name with control characters, or too long a one") from None
        except httpx.TransportError:
            raise NotRunning(
                "no node answers", where=self._where, hint="start it with `parley run`"
            ) from None
        if answer.is_success:
            return answer
        raise refused(answer)


def refused(answer: httpx.Response) -> ParleyError:
    """Give the refusal that an answer carries; a parameter of ours is named as the option it is."""
    try:
        told = json.loads(answer.content)
    except ValueError:
        told = None
    error = refusal(told)
    # what the API calls a parameter is an option here, of the same name
    error.where = error.where.replace("query.", "--", 1 if error.where.startswith("query.") else 0)
    return error


def _trust(access: Access) -> ssl.SSLContext | bool:
    """Trust the very certificate that the node's folder names, whoever made it.

    Nothing else is trusted: the folder is ours, and every other source could be wrong.
    """
    if not access.certificate:
        return True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(access.certificate)
    except (OSError, ssl.SSLError):
        raise NotRunning(
            "its certificate cannot be read", where=access.certificate, hint="restart the node"
        ) from None
    return context


def _given(
    query: Mapping[str, str | int | tuple[str, ...] | None],
) -> dict[str, str | int | tuple[str, ...]]:
    return {name: value for name, value in query.items() if value is not None}


@contextmanager
def running(folder: Path) -> Iterator[Client]:
    """Talk to the node that runs in ``folder``."""
    client = Client(read_access(folder))
    try:
        yield client
    finally:
        client.close()
