"""``/v1/events``: what happens on this node, as server-sent events (WHATWG HTML, section 9.2)."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from parley.desk.findings import Findings
from parley.desk.login.who import Asking
from parley.errors import BadQuery, TooMuch
from parley.node.accounts.rights import Right, Who
from parley.node.runtime import Node
from parley.record.canonical import Json

_WAIT_S = 1.0
# A desk that hears nothing for 5 s calls what it shows stale: a quiet line says that it lives.
_SIGN_ROUNDS = 2
_QUIET_ROUNDS = 15
# Every tab of a desk has one stream open.
MOST_OF_ONE = 32
MOST = 128


class EventPaths:
    """The stream: records, heads, receipts, and the findings that follow from them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._open: Counter[str] = Counter()
        self._waiting: CapacityLimiter | None = None

    async def stream(
        self,
        request: Request,
        who: Asking,
        last_event_id: Annotated[str | None, Header()] = None,
        after: Annotated[int | None, Query(ge=0)] = None,
        until: Annotated[
            int | None, Query(ge=0, description="end the stream once this event was sent")
        ] = None,
    ) -> StreamingResponse:
        """Send events as they happen; ``Last-Event-ID`` or ``after`` resumes behind one.

        Each has its sequence number as id; they begin anew when the node does, and whoever resumes
        behind a number of a former run is told everything since the start. Conflicts and advisories
        follow from the records: they carry the number of the event that led to them, and a resumed
        stream tells those that stand. The stream ends with the session or token that it was asked
        for by; one account has so many at a time, and all together, for each holds a thread.
        """
        if self._open[who.name] >= MOST_OF_ONE or self._open.total() >= MOST:
            raise TooMuch("too many streams are open", where="events", hint="close some pages")
        begin = after
        if last_event_id is not None:
            if not (last_event_id.isascii() and last_event_id.isdecimal()):
                raise BadQuery("the number of an event is needed", where="Last-Event-ID")
            begin = int(last_event_id)
        body = self._counted(who, self._events(request, who, begin, until))
        return StreamingResponse(body, media_type="text/event-stream")

    async def _counted(self, who: Who, frames: AsyncIterator[str]) -> AsyncIterator[str]:
        self._open[who.name] += 1
        try:
            async for frame in frames:
                yield frame
        finally:
            self._open[who.name] -= 1

    async def _events(
        self, request: Request, who: Who, begin: int | None, until: int | None
    ) -> AsyncIterator[str]:
        hub, accounts = self._node.events, self._node.accounts
        waiting = self._waiting = self._waiting or CapacityLimiter(MOST)
        findings = Findings(self._node)
        position = hub.last if begin is None else begin
        if position > hub.last:
            position = 0  # a number of a former run of this node
        if begin is None:
            await run_in_threadpool(findings.fresh)  # what stands already is no news
        yield f": from {position}\n\n"
        quiet = 0
        while not await request.is_disconnected():
            # on threads of their own: those that answer everything else must not run out
            events = await to_thread.run_sync(hub.wait, position, _WAIT_S, limiter=waiting)
            if not await run_in_threadpool(accounts.stands, who, Right.READ):
                return
            for event in events:
                position = event.seq
                yield _frame(event.kind, event.to_json(), position)
            quiet = 0 if events else quiet + 1
            if not events and quiet % _SIGN_ROUNDS == 0:
                yield ": still here\n\n"
            if events or quiet % _QUIET_ROUNDS == 0:
                # time alone can bring a finding: an answer that is overdue
                for kind, told in await run_in_threadpool(findings.fresh):
                    yield _frame(kind, told, position)
            if hub.closed or (until is not None and position >= until):
                return


def _frame(kind: str, data: Json | dict[str, Json], position: int) -> str:
    return f"id: {position}\nevent: {kind}\ndata: {json.dumps(data, sort_keys=True)}\n\n"
