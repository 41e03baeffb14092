"""``/v1/watchlog``: what the officers on watch write down; only ever added to, never sent."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.drafts.draft import check_alone
from parley.desk.inbox.answering import published_json
from parley.desk.login.who import Asking
from parley.desk.routes.records import RefInput
from parley.desk.strict import RawBody, read_shape
from parley.desk.watch_log.line import body_with, line_json, listing_json
from parley.node.runtime import Node
from parley.record.envelope import Priority, Ref


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LineInput(_Strict):
    """One line, and what it is about, if anything."""

    line: str = Field(max_length=500)
    channel: str | None = Field(None, max_length=64)
    about: str | None = Field(None, max_length=80, description="a record, or an item's id")


class LineRecordInput(_Strict):
    """The record that a line becomes: its words go into the field of that kind that says them."""

    channel: str = Field(max_length=64)
    kind: str = Field("question/1", max_length=60)
    body: dict[str, Any] = Field(default_factory=dict, description="whatever else it says")
    field: str | None = Field(None, max_length=60, description="where the words go")
    lang: str = Field("und", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    priority: Priority = "routine"
    refs: list[RefInput] = Field(default_factory=list, max_length=64)
    id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")


class WatchLogPaths:
    """The watch log of this desk."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def listing(
        self,
        after: Annotated[int | None, Query(ge=0)] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    ) -> dict[str, Any]:
        """List lines after a number; without one, the last of them."""
        return listing_json(self._node.desk_state.watch_log, after, limit)

    def write(
        self,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Write a line; it is stamped here, and stays."""
        wanted = read_shape(LineInput, data)
        about: dict[str, Any] = {}
        if wanted.channel is not None:
            about["channel"] = self._node.channel(wanted.channel)
        if wanted.about:
            about["about"] = wanted.about
        entry = self._node.desk_state.watch_log.write(
            wanted.line,
            at=self._node.clock.now(),
            by=who.name,
            post=who.post,
            about=about,
        )
        return line_json(entry)

    def record(
        self,
        line: int,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Log a record that says what a line says; the line stays, another says what it became."""
        wanted = read_shape(LineRecordInput, data)
        node, log = self._node, self._node.desk_state.watch_log
        name, entry = node.channel(wanted.channel), log.line(line)
        check_alone(node, name, [wanted.kind], who, [r.model_dump() for r in wanted.refs])
        done = node.publish(
            name,
            wanted.kind,
            body_with(wanted.kind, wanted.body, entry, wanted.lang, wanted.field),
            priority=wanted.priority,
            refs=[Ref(r.role, node.find(r.record, channel=name).name) for r in wanted.refs],
            id=wanted.id,
        )
        became = log.write(
            f"Line {line} became {done.number}.",
            at=node.clock.now(),
            by=who.name,
            post=who.post,
            sort="record",
            about={"channel": name, "record": done.name, "line": line},
        )
        return {"line": line_json(became), "published": published_json(done)}
