"""``/v1/channels/{channel}/dossier``: what was said of an area and a window, and to whom."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from parley.desk.dossier.composing import composed
from parley.desk.dossier.page import html_page
from parley.desk.dossier.typed import scope_typed
from parley.desk.routes.views import sizes_of
from parley.desk.typed import time_typed
from parley.node.dossier import dossier_here
from parley.node.runtime import Node


class Asked(BaseModel):
    """What a dossier is asked about, as typed; see ``dossier.typed`` and the views."""

    area: str
    begin: str
    end: str
    named: list[str]
    upto: list[str] | None
    at: str | None


def asked(
    area: Annotated[str, Query(description="PLACE,RADIUS or south,west,north,east")],
    begin: Annotated[str, Query(alias="from", description="start of the window")],
    end: Annotated[str, Query(alias="to", description="end of the window")],
    named: Annotated[
        list[str] | None, Query(description="what records may call the area: p-codes, names")
    ] = None,
    upto: Annotated[list[str] | None, Query(description="sizes by log, as for views")] = None,
    at: Annotated[str | None, Query(description="the instant; now, if it is left out")] = None,
) -> Asked:
    """Take the query of a dossier."""
    return Asked(area=area, begin=begin, end=end, named=named or [], upto=upto, at=at)


AskedQuery = Annotated[Asked, Depends(asked)]


class DossierPaths:
    """Dossiers of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def dossier(self, channel: str, wanted: AskedQuery) -> dict[str, Any]:
        """Give the dossier: ``common`` is equal on every node at equal arguments."""
        return self._composed(channel, wanted)

    def page(self, channel: str, wanted: AskedQuery) -> Response:
        """Give the dossier as one page that needs nothing else, to read and to print."""
        page = html_page(self._composed(channel, wanted))
        return Response(page, media_type="text/html; charset=utf-8")

    def _composed(self, channel: str, wanted: Asked) -> dict[str, Any]:
        full = self._node.channel(channel)
        scope = scope_typed(
            wanted.area,
            wanted.begin,
            wanted.end,
            names=wanted.named,
            agreed=self._node.terms(full).places,
            where="query.",
        )
        sizes = None if wanted.upto is None else sizes_of(wanted.upto)
        moment = None if wanted.at is None else time_typed(wanted.at, where="query.at")
        found = dossier_here(self._node, full, scope, upto=sizes, at=moment)
        return composed(self._node, full, found)
