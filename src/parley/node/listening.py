"""The listening side of one station: its peer-facing server, TLS pinned unless on loopback HTTP."""

import ssl
from urllib.parse import urlsplit

from parley.node.amendments import where_now
from parley.node.answering import Answers
from parley.node.settings import Settings
from parley.node.station import Station
from parley.node.tls import line_context, trust
from parley.node.wire import LineServer, line_app
from parley.node.wire_limits import Refusals


class Listening:
    """One server for one identity; the port is that of its endpoint, or of the settings."""

    def __init__(self, station: Station, settings: Settings, *, first: bool) -> None:
        self._station = station
        self._settings = settings
        endpoint = urlsplit(station.identity.endpoint)
        self._secure = endpoint.scheme == "https"
        self._port = (settings.line_port if first else 0) or endpoint.port or 0
        self._context: ssl.SSLContext | None = None
        self._server: LineServer | None = None
        self.refusals = Refusals()

    @property
    def port(self) -> int:
        """The port it listens on; 0 while it does not."""
        return 0 if self._server is None else self._server.port

    def start(self) -> None:
        """Listen; raises Unreachable when the address is taken."""
        if self._server is not None:
            return
        if self._secure:
            certificate, key = self._station.ring.tls_files
            self._context = line_context(
                str(certificate), str(key), lambda: server_pins(self._station), server=True
            )
        app = line_app(
            Answers(self._station),
            clock=self._station.clock,
            calls_per_minute=self._settings.calls_per_minute,
            max_part=self._settings.max_part_bytes,
            refusals=self.refusals,
        )
        self._server = LineServer(app, self._settings.line_host, self._port, self._context)
        self._server.start()

    def renew_pins(self) -> None:
        """Let the members of a channel that came in since call as well."""
        if self._context is not None:
            trust(self._context, server_pins(self._station))

    def stop(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.stop()
            self._server = None


def server_pins(station: Station) -> set[bytes]:
    """Give the certificates that may call this station: those of its channels' other members."""
    found = set()
    for channel in station.channels.all():
        for where in where_now(station.reading, channel, station.clock).values():
            if where.pin is not None:
                found.add(where.pin)
    return found
