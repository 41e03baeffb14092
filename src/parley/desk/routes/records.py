"""``/v1/channels/{channel}/records``: list them, read one, log one of our own."""

import base64
import binascii
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.describe import Describer
from parley.desk.drafts.draft import check_alone
from parley.desk.login.who import Asking
from parley.desk.page import html_page, text_page
from parley.desk.record_page import page_of
from parley.desk.strict import RawBody, read_shape
from parley.errors import BadQuery
from parley.kinds.air.formats import Format, records_of
from parley.kinds.air.geojson import Draft
from parley.node.runtime import Node, PartInput
from parley.record.canonical import digest
from parley.record.envelope import PartClass, Priority, Ref, Role
from parley.record.kind import Occupies
from parley.values.instants import Instant


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class RefInput(_Strict):
    """A typed pointer to another record: by name, number, or the first digits of the name."""

    role: Role
    record: str = Field(min_length=4, max_length=64)


class PartInputShape(_Strict):
    """What lies beside the log: its bytes in base64, and who may have them."""

    name: str = Field(min_length=1, max_length=200)
    media_type: str
    part_class: PartClass
    audience: list[str] = Field(default_factory=list)
    data: str


class RecordInput(_Strict):
    """A record to be logged; ``id`` is the idempotency key, 32 hex digits."""

    kind: str
    body: dict[str, Any]
    priority: Priority = "routine"
    refs: list[RefInput] = Field(default_factory=list, max_length=64)
    parts: list[PartInputShape] = Field(default_factory=list, max_length=64)
    id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")


class RecordPaths:
    """Records of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._words = Describer(node)

    def listing(
        self,
        channel: str,
        kind: str | None = None,
        author: str | None = None,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:
        """List records by origin and index; ``after`` skips as many."""
        name = self._node.channel(channel)
        found = [
            opened
            for _, entries in sorted(self._node.opened(name).items())
            for opened in entries
            if kind is None or (opened.record is not None and opened.record.kind == kind)
            if author is None or (opened.record is not None and opened.record.author == author)
        ]
        shown = found[after : after + limit]
        return {
            "channel": name,
            "records": self._words.summaries(name, shown),
            "total": len(found),
            "more": after + limit < len(found),
        }

    def one(self, channel: str, ref: str) -> dict[str, Any]:
        """Give one record by its name, its number, or the first digits of its name."""
        name = self._node.channel(channel)
        return self._words.full(name, self._node.find(ref, channel=name))

    def grades(self, channel: str, ref: str) -> dict[str, Any]:
        """Say who is proven to know of a record."""
        name = self._node.channel(channel)
        return self._words.grades_answer(name, self._node.find(ref, channel=name))

    def evidence(self, channel: str, ref: str, claim: str | None = None) -> Response:
        """Give a zip that proves the record to a stranger, offline."""
        name = self._node.channel(channel)
        opened = self._node.find(ref, channel=name)
        data = self._node.evidence(name, opened.name, claim=claim)
        return Response(data, media_type="application/zip")

    def page(self, channel: str, ref: str, form: Literal["html", "text"] = "html") -> Response:
        """Give the record on one page, to be read over the telephone or sent by fax."""
        name = self._node.channel(channel)
        found = self._words.full(name, self._node.find(ref, channel=name))
        refs = tuple((r["role"], r["number"] or r["record"]) for r in found["refs"])
        page = page_of(self._node, name, self._node.find(ref, channel=name), refs)
        if form == "text":
            return Response(text_page(page), media_type="text/plain; charset=utf-8")
        return Response(html_page(page), media_type="text/html; charset=utf-8")

    def publish(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> Any:
        """Log a record of our own; the answer comes once it is durable, under a signed head.

        A kind that takes two signatures by the charter is drafted and released instead.
        """
        name = self._node.channel(channel)
        wanted = read_shape(RecordInput, data)
        check_alone(self._node, name, [wanted.kind], who, [r.model_dump() for r in wanted.refs])
        refs = tuple(Ref(r.role, self._node.find(r.record, channel=name).name) for r in wanted.refs)
        return self._node.publish(
            name,
            wanted.kind,
            wanted.body,
            priority=wanted.priority,
            refs=refs,
            parts=tuple(part_input(p, f"parts.{i}") for i, p in enumerate(wanted.parts)),
            id=wanted.id,
        )

    def notify(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
        priority: Priority = "routine",
        id: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")] = None,
        format: Format = "geojson",
    ) -> dict[str, Any]:
        """Log the activities and zones of a file, all of them or none.

        ``format`` says how it is written: GeoJSON, a GeoJSON text sequence, KML or CSV. With
        ``id``, the same file again is logged once: each record's id follows from it. ``over``
        gives the numbers of those that are over already, by their own times: a wrong year, perhaps.
        """
        name = self._node.channel(channel)
        own = self._node.stations[self._node.terms(name).status].identity.name
        drafts = records_of(data, party=own, form=format, where="body")
        check_alone(self._node, name, [draft.kind for draft in drafts], who)
        ids = None if id is None else [_id_of(id, i) for i in range(len(drafts))]
        done = self._node.publish_all(
            name, [(d.kind, d.body) for d in drafts], priority=priority, ids=ids
        )
        now = self._node.clock.now()
        over = [p.number for d, p in zip(drafts, done, strict=True) if self._over(d, now)]
        return {"channel": name, "records": done, "over": over}

    def _over(self, draft: Draft, now: Instant) -> bool:
        """Tell whether nothing that a plan or zone occupies is still to come."""
        body = self._node.kinds[draft.kind].parse(draft.body)
        windows = body.occupancy().windows if isinstance(body, Occupies) else ()
        return bool(windows) and all(w.end is not None and w.end < now for w in windows)


def _id_of(request: str, number: int) -> str:
    return digest(f"parley/request/1\n{request} {number}".encode())[:32]


def part_input(part: PartInputShape, where: str) -> PartInput:
    """Read a part as the API takes it; ``where`` is its place in the body."""
    try:
        data = base64.b64decode(part.data, validate=True)
    except (binascii.Error, ValueError):
        raise BadQuery("base64 is needed", where=f"body.{where}.data") from None
    return PartInput(part.name, data, part.media_type, part.part_class, tuple(part.audience))
