"""``/v1/events``: what happens on this node, as server-sent events (WHATWG HTML, section 9.2)."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from parley.desk.findings import Findings
from parley.errors import BadQuery
from parley.node.runtime import Node
from parley.record.canonical import Json

_WAIT_S = 1.0
# A desk that hears nothing for 5 s calls what it shows stale: a quiet line says that it lives.
_SIGN_ROUNDS = 2
_QUIET_ROUNDS = 15


class EventPaths:
    """The stream: records, heads, receipts, and the findings that follow from them."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def stream(
        self,
        request: Request,
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
        stream tells those that stand.
        """
        begin = after
        if last_event_id is not None:
            if not (last_event_id.isascii() and last_event_id.isdecimal()):
                raise BadQuery("the number of an event is needed", where="Last-Event-ID")
            begin = int(last_event_id)
        body = self._events(request, begin, until)
        return StreamingResponse(body, media_type="text/event-stream")

    async def _events(
        self, request: Request, begin: int | None, until: int | None
    ) -> AsyncIterator[str]:
        hub = self._node.events
        findings = Findings(self._node)
        position = hub.last if begin is None else begin
        if position > hub.last:
            position = 0  # a number of a former run of this node
        if begin is None:
            await run_in_threadpool(findings.fresh)  # what stands already is no news
        yield f": from {position}\n\n"
        quiet = 0
        while not await request.is_disconnected():
            events = await run_in_threadpool(hub.wait, position, _WAIT_S)
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
