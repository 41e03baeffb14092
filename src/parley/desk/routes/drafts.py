"""``/v1/channels/{channel}/drafts`` and ``/v1/templates``: what is written and not sent yet."""

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.drafts.draft import Drafts
from parley.desk.drafts.template import Templates
from parley.desk.login.who import Asking
from parley.desk.routes.records import RefInput
from parley.desk.strict import RawBody, read_shape
from parley.node.runtime import Node
from parley.record.envelope import Priority


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DraftInput(_Strict):
    """A record to be; its body is checked when it is released."""

    kind: str = Field(max_length=60)
    title: str = Field("", max_length=300)
    body: dict[str, Any]
    priority: Priority = "routine"
    refs: list[RefInput] = Field(default_factory=list, max_length=64)


class TemplateInput(_Strict):
    """A body to begin from, under a name."""

    name: str = Field(min_length=1, max_length=100)
    kind: str = Field(max_length=60)
    body: dict[str, Any]
    priority: Priority = "routine"


class DraftPaths:
    """Drafts of a channel, and templates of the desk."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._drafts = Drafts(node)
        self._templates = Templates(node)

    def listing(self, channel: str) -> dict[str, Any]:
        """List the drafts of a channel."""
        name = self._node.channel(channel)
        return {"channel": name, "drafts": self._drafts.all(name)}

    def add(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Put a draft down; it stays on this desk."""
        return self._drafts.add(self._node.channel(channel), self._read(data), who)

    def change(
        self,
        channel: str,
        draft: int,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Write a draft anew; whoever does becomes one of its authors."""
        return self._drafts.change(self._node.channel(channel), draft, self._read(data), who)

    def drop(self, channel: str, draft: int) -> Response:
        """Throw a draft away."""
        self._drafts.drop(self._node.channel(channel), draft)
        return Response(status_code=204)

    def release(
        self,
        channel: str,
        draft: int,
        who: Asking,
        version: Annotated[int | None, Query(ge=1, description="the one that was read")] = None,
    ) -> dict[str, Any]:
        """Log a draft; where the charter wants two persons, by one who wrote none of it.

        Whoever releases another's words says which ``version`` they have read: a draft that was
        written anew behind their back is refused.
        """
        return self._drafts.release(self._node.channel(channel), draft, who, version)

    def _read(self, data: bytes) -> dict[str, Any]:
        wanted = read_shape(DraftInput, data)
        self._node.kinds[wanted.kind]
        return wanted.model_dump()

    def templates(self) -> dict[str, Any]:
        """List the templates of this desk."""
        return {"templates": self._templates.all()}

    def keep(
        self,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Keep a body to begin from."""
        wanted = read_shape(TemplateInput, data)
        self._node.kinds[wanted.kind]
        return self._templates.add(wanted.model_dump(), who.name)

    def forget(self, template: int) -> Response:
        """Throw a template away."""
        self._templates.drop(template)
        return Response(status_code=204)

    def last(self, channel: str, kind: str | None = None) -> dict[str, Any]:
        """Give our last record of a kind, or our last plan, to begin from."""
        return self._templates.last(self._node.channel(channel), kind)
