"""``/v1/channels/{channel}/exercises/first``: the steps of a first log-in, repeatable."""

from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.first.practice import practice_page
from parley.desk.first.steps import FirstSteps, Taken
from parley.desk.inbox.answering import ReadBackInput
from parley.desk.login.who import Asking
from parley.desk.page import html_page
from parley.desk.strict import RawBody, read_shape
from parley.node.runtime import Node


class FirstInput(BaseModel):
    """A step as it is taken, or ``again`` to begin anew."""

    model_config = ConfigDict(extra="forbid", strict=True)

    step: Literal["clocks", "alarm", "line_check", "answer", "page", "again"]
    theatre: str = Field("", max_length=60, description="IANA zone; the charter's if left out")
    own: str = Field("", max_length=60)
    readback: ReadBackInput | None = None


class FirstPaths:
    """The first steps at this desk."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._steps = FirstSteps(node)

    def look(self, channel: str, who: Asking) -> dict[str, Any]:
        """Say which steps are done, with the notice to practise with."""
        return self._steps.look(self._node.channel(channel), who)

    def take(
        self,
        channel: str,
        data: RawBody,
        who: Asking,
    ) -> dict[str, Any]:
        """Take a step, or begin anew."""
        wanted = read_shape(FirstInput, data)
        name = self._node.channel(channel)
        if wanted.step == "again":
            return self._steps.again(name, who)
        typed = None if wanted.readback is None else wanted.readback.model_dump(by_alias=True)
        taken = Taken(wanted.step, wanted.theatre, wanted.own, typed)
        return self._steps.take(name, who, taken)

    def page(self, channel: str, who: Asking) -> Response:
        """Give the notice to practise with on one page, to be printed."""
        name = self._node.channel(channel)
        body, began = self._steps.practice(name, who)
        page = practice_page(self._node, name, body, began)
        return Response(html_page(page), media_type="text/html; charset=utf-8")
