"""``/v1/relief``: what is open, and the watch handed over by two officers who both sign."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from parley.desk.login.who import Asking
from parley.desk.relief.handing_over import Handing, hand_over
from parley.desk.relief.open_matters import open_matters
from parley.desk.routes.sessions import address_of
from parley.desk.strict import RawBody, read_shape
from parley.errors import BadQuery
from parley.node.runtime import Node


class ReliefInput(BaseModel):
    """Who relieves whom; both give their password, and their code if the account wants one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    incoming: str = Field(max_length=100)
    incoming_password: str = Field(max_length=1000)
    incoming_code: str = Field("", max_length=20)
    outgoing: str = Field("", max_length=100, description="who asks, if left out")
    outgoing_password: str = Field("", max_length=1000)
    outgoing_code: str = Field("", max_length=20)
    remarks: str = Field("", max_length=300)
    until: str = Field("", max_length=60, description="end of the watch; 12 hours, if left out")
    post: str = Field("", max_length=300, description="post that has the watch; the account's else")
    deputies: list[str] = Field(default_factory=list, max_length=16)
    languages: list[str] = Field(default_factory=list, max_length=16)
    channels: list[str] = Field(default_factory=list, max_length=64, description="all, if empty")


class ReliefPaths:
    """The relief of the watch at this desk."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def look(self) -> dict[str, Any]:
        """List what is open in every channel, for whoever takes over."""
        return open_matters(self._node)

    def relieve(
        self,
        data: RawBody,
        who: Asking,
        request: Request,
    ) -> dict[str, Any]:
        """Hand the watch over: both officers prove who they are, the log names both.

        A ``roster/1`` in each channel tells the others which post has the watch now.
        """
        wanted = read_shape(ReliefInput, data)
        if not wanted.remarks.isprintable():
            raise BadQuery("remarks on one line", where="body.remarks")
        handing = Handing(
            outgoing=wanted.outgoing,
            outgoing_password=wanted.outgoing_password,
            outgoing_code=wanted.outgoing_code,
            incoming=wanted.incoming,
            incoming_password=wanted.incoming_password,
            incoming_code=wanted.incoming_code,
            remarks=wanted.remarks,
            until=wanted.until,
            post=wanted.post,
            deputies=wanted.deputies,
            languages=wanted.languages,
            channels=wanted.channels,
        )
        return hand_over(self._node, handing, who, address_of(request))
