"""The exchange with every peer: rounds on demand, or in a thread for each peer with back-off."""

import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from parley.errors import ParleyError, Unreachable
from parley.node.amendments import where_now
from parley.node.channels import Channel, Where
from parley.node.peers import BackOff, PeerLine
from parley.node.rounds import Round
from parley.node.station import Station
from parley.node.tls import line_context


@dataclass(slots=True)
class SyncReport:
    """What one round with every peer came to: who answered, who did not and why."""

    answered: list[str] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)


class _Post:
    """One peer in one channel: its round, its pause, and whether it answered last time."""

    def __init__(
        self,
        round_: Round,
        line: PeerLine,
        pause: BackOff,
        channel: Channel,
        name: str,
        where: Where,
    ) -> None:
        self.where = where
        self.channel = channel
        self.peer = name.partition(" ")[2]
        self.round = round_
        self.line = line
        self.pause = pause
        self.name = name
        # One round at a time: a thread of its own and sync() may both want it.
        self.lock = threading.Lock()
        self.reachable: bool | None = None


class Exchange:
    """The outgoing side of one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._lock = threading.Lock()
        self._posts: dict[tuple[str, str], _Post] = {}
        self._wake = threading.Condition()
        self._asked = 0
        self._stopping = False
        # What is due is read and logged by one thread at a time, or it would be logged twice.
        self._attesting = threading.Lock()
        station.intake.wake = self.wake
        self._threads: dict[tuple[str, str], threading.Thread] = {}

    # --- on demand

    def sync(self) -> SyncReport:
        """Do one round with every peer of every channel, in order, then log the heads that are due.

        Heads go to all before content goes to any, so that nobody may choose by content.
        """
        report = SyncReport()
        posts = [(c, p) for c in self._station.channels.all() for p in self._posts_of(c)]
        for _, post in posts:
            self._try(post, report, heads_only=True)
        for _, post in posts:
            if post.name not in report.unreachable:
                self._try(post, report)
        self.attest()
        return report

    def attest(self) -> None:
        """Log the ``head/1`` records that are due; where we may not write now, later."""
        with self._attesting:
            for channel in self._station.channels.all():
                for body in list(self._station.attesting.due(channel)):
                    try:
                        self._station.attest(channel, body)
                    except ParleyError:
                        return

    def audit(self) -> None:
        """Look at what every mirror still holds, now; a mirror that does not answer is left out."""
        for channel in self._station.channels.all():
            for post in self._posts_of(channel):
                with suppress(Unreachable):
                    self._look(post, due=channel.member(post.peer).role == "mirror")

    def _look(self, post: _Post, *, due: bool) -> None:
        if due:
            with post.lock:
                post.line.signer = self._station.keys.line(post.channel, post.peer)
                self._station.auditing.look(post.channel, post.peer, post.line)

    def _try(self, post: _Post, report: SyncReport, *, heads_only: bool = False) -> None:
        try:
            self._round(post, heads_only=heads_only)
        except ParleyError as error:
            report.unreachable[post.name] = str(error)
        else:
            if not heads_only:
                report.answered.append(post.name)

    def _round(self, post: _Post, *, heads_only: bool = False) -> None:
        with post.lock:
            post.line.signer = self._station.keys.line(post.channel, post.peer)
            try:
                if heads_only:
                    post.round.push_heads()
                else:
                    post.round.run()
            except Unreachable as error:
                self._seen(post, reachable=False, why=str(error))
                raise
            self._seen(post, reachable=True, why="")

    def _seen(self, post: _Post, *, reachable: bool, why: str) -> None:
        if post.reachable is not reachable:
            post.reachable = reachable
            channel, _, name = post.name.partition(" ")
            now = self._station.clock.now()
            self._station.events.tell("peer", now, channel, peer=name, reachable=reachable, why=why)

    def _posts_of(self, channel: Channel) -> list[_Post]:
        where = where_now(self._station.reading, channel, self._station.clock)
        return [self._post(channel, name, where[name]) for name in channel.peers() if name in where]

    def _post(self, channel: Channel, name: str, where: Where) -> _Post:
        with self._lock:
            post = self._posts.get((channel.id, name))
            if post is not None and post.where != where:
                with post.lock:
                    post.line.close()
            if post is None or post.where != where:
                settings = self._station.settings
                secure = where.url.startswith("https") and where.pin is not None
                line = PeerLine(
                    where.url,
                    signer=self._station.keys.line(channel, name),
                    clock=self._station.clock,
                    entropy=self._station.entropy,
                    context=self._context(where.pin) if secure and where.pin else None,
                    timeout_s=settings.timeout_s,
                    max_part=settings.max_part_bytes,
                )
                round_ = Round(self._station, channel, name, line)
                pause = BackOff(self._station.entropy, settings.backoff_cap_s)
                post = _Post(round_, line, pause, channel, f"{channel.id} {name}", where)
                self._posts[channel.id, name] = post
            return post

    def posts(self, name: str) -> list[_Post]:
        """Give what we keep of a member, one for each channel we share."""
        every = (self._posts_of(c) for c in self._station.channels.all())
        return [post for posts in every for post in posts if post.peer == name]

    def _context(self, pin: bytes) -> ssl.SSLContext:
        certificate, key = self._station.ring.tls_files
        return line_context(str(certificate), str(key), lambda: (pin,), server=False)

    # --- in the background

    def start(self) -> None:
        """Keep a thread at work for each peer; channels that come later are taken in."""
        self._stopping = False
        for channel in self._station.channels.all():
            for post in self._posts_of(channel):
                key = (channel.id, post.peer)
                if key not in self._threads:
                    thread = threading.Thread(
                        target=self._run,
                        args=(channel, post),
                        name=f"peer:{post.peer}",
                        daemon=True,
                    )
                    self._threads[key] = thread
                    thread.start()

    def wake(self) -> None:
        """Let every thread go to its peer now: something was published or came in."""
        with self._wake:
            self._asked += 1
            self._wake.notify_all()

    def stop(self) -> None:
        """End the threads and drop the connections."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        for thread in self._threads.values():
            thread.join()
        self._threads.clear()
        with self._lock:
            for post in self._posts.values():
                post.line.close()
            self._posts.clear()

    def _run(self, channel: Channel, post: _Post) -> None:
        name = post.peer
        settings = self._station.settings
        done = -1
        while not self._stopping:
            with self._wake:
                asked = self._asked
            changes = self._station.intake.changes
            try:
                where = where_now(self._station.reading, channel, self._station.clock)
                if name in where:
                    post = self._post(channel, name, where[name])
                self._round(post)
                self._look(post, due=self._station.auditing.due(channel, name))
                post.pause.answered()
                pause: float = settings.poll_s
                done = asked
            except ParleyError:
                pause = post.pause.failed()
            except Exception as error:  # noqa: BLE001  # told and tried again: never silent
                pause = post.pause.failed()
                self._seen(post, reachable=False, why=f"{type(error).__name__}: {error}")
            self.attest()
            if self._station.intake.changes != changes:
                self.wake()
            self._rest(pause, done, failing=post.pause.failures > 0)

    def _rest(self, pause: float, done: int, *, failing: bool) -> None:
        """Pause; a silent peer is left alone all the time, an answering one may be woken."""
        with self._wake:
            self._wake.wait_for(
                lambda: self._stopping or (not failing and self._asked != done), pause
            )
