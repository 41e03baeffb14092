"""The exchange with every peer: rounds on demand, or in a thread for each peer with back-off."""

import ssl
import threading
from collections.abc import Callable
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
    """What one round came to: who answered, who did not and why; each as ``CHANNEL PEER``."""

    answered: list[str] = field(default_factory=list)
    unreachable: dict[str, str] = field(default_factory=dict)


SETTLE_S = 0.5
"""What comes in is passed on and logged after this pause, so that a burst is one step of it."""


class _Post:
    """One peer in one channel: its round, its pauses, and whether it answered last time.

    Three things are due at times of their own: our own news at once, what follows from what came
    in after ``SETTLE_S``, a look at what the peer holds after ``poll_s``.
    """

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
        # By the clock's seconds: when the next look is due, and when what came in is to settle.
        self.look_at = 0.0
        self.settle_at: float | None = None
        # How much had been stored here when the last settling began.
        self.settled = -1


class Exchange:
    """The outgoing side of one station."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._lock = threading.Lock()
        self._posts: dict[tuple[str, str], _Post] = {}
        self._wake = threading.Condition()
        self._asked = 0
        self._stopping = False
        self._attested = -1
        # What is due is read and logged by one thread at a time, or it would be logged twice.
        self._attesting = threading.Lock()
        station.intake.wake = self._came_in
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

    def attest(self) -> bool:
        """Log the ``head/1`` records that are due; False where we may not write now."""
        with self._attesting:
            for channel in self._station.channels.all():
                for body in list(self._station.attesting.due(channel)):
                    try:
                        self._station.attest(channel, body)
                    except ParleyError:
                        return False
        return True

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
            self._round(post, Round.push_heads if heads_only else Round.run)
        except ParleyError as error:
            report.unreachable[post.name] = str(error)
        else:
            if not heads_only:
                report.answered.append(post.name)

    def _round(self, post: _Post, step: Callable[[Round], None]) -> None:
        with post.lock:
            post.line.signer = self._station.keys.line(post.channel, post.peer)
            try:
                step(post.round)
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
                    entropy=self._station.line_entropy,
                    context=self._context(where.pin) if secure and where.pin else None,
                    timeout_s=settings.timeout_s,
                    max_part=settings.max_part_bytes,
                )
                round_ = Round(self._station, channel, name, line)
                pause = BackOff(self._station.line_entropy, settings.backoff_cap_s)
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
        """Let every thread go to its peer now: something of ours was published."""
        with self._wake:
            self._asked += 1
            self._wake.notify_all()

    def _came_in(self) -> None:
        """Let every thread reckon with something to pass on or to log."""
        with self._wake:
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
        done = -1
        while not self._stopping:
            with self._wake:
                asked = self._asked
            now = self._station.clock.elapsed()
            look = now >= post.look_at
            settle = look or (post.settle_at is not None and now >= post.settle_at)
            pause = 0.0
            try:
                where = where_now(self._station.reading, channel, self._station.clock)
                if name in where:
                    post = self._post(channel, name, where[name])
                self._turn(post, now, look=look, settle=settle)
                post.pause.answered()
                done = asked
            except ParleyError:
                pause = post.pause.failed()
            except Exception as error:  # noqa: BLE001  # told and tried again: never silent
                pause = post.pause.failed()
                self._seen(post, reachable=False, why=f"{type(error).__name__}: {error}")
            if settle or pause:
                self._attest_news()
            self._rest(post, pause, done)

    def _turn(self, post: _Post, now: float, *, look: bool, settle: bool) -> None:
        """Go to the peer with what is due; ``now`` in the clock's seconds."""
        if not settle:
            self._round(post, Round.push)
            return
        post.settled, post.settle_at = self._station.intake.changes, None
        self._round(post, lambda round_: round_.run(pull=look))
        if look:
            self._look(post, due=self._station.auditing.due(post.channel, post.peer))
            post.look_at = now + self._station.settings.poll_s

    def _attest_news(self) -> None:
        """Log the heads that are due, if anything came in since that was done last."""
        changes = self._station.intake.changes
        if changes != self._attested and self.attest():
            self._attested = changes
        if self._station.intake.changes != changes:
            self.wake()

    def _rest(self, post: _Post, pause: float, done: int) -> None:
        """Wait for what is due; a silent peer is left alone for all of its pause (seconds)."""
        clock, intake = self._station.clock, self._station.intake
        if pause:
            post.look_at = 0.0
            with self._wake:
                self._wake.wait_for(lambda: self._stopping, pause)
            return
        with self._wake:
            while not self._stopping and self._asked == done:
                now = clock.elapsed()
                if post.settle_at is None and intake.changes != post.settled:
                    post.settle_at = now + SETTLE_S
                due = min(post.look_at, post.settle_at or post.look_at)
                if due <= now:
                    return
                self._wake.wait(due - now)
