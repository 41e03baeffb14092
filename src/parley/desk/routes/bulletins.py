"""``/v1/channels/{channel}/bulletin/{day}``: a day's bulletin, as canonical JSON or as a page."""

from typing import Annotated, Literal

from fastapi import Query, Response

from parley.desk.bulletin.page import html_bulletin
from parley.desk.bulletin.words import Language
from parley.desk.routes.views import sizes_of
from parley.node.runtime import Node


class BulletinPaths:
    """Bulletins of one channel."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def bulletin(
        self,
        channel: str,
        day: str,
        form: Literal["html", "json"] = "html",
        lang: Annotated[Language, Query(description="of the page's own words")] = "en",
        upto: Annotated[
            list[str] | None,
            Query(description="a JSON object {origin: size}, or origin:size, repeated"),
        ] = None,
    ) -> Response:
        """Give the bulletin of a day; the JSON has the same bytes on every node for equal sizes."""
        sizes = None if upto is None else sizes_of(upto)
        view = self._node.bulletin(self._node.channel(channel), day, upto=sizes)
        if form == "json":
            return Response(view.to_bytes(), media_type="application/json")
        page = html_bulletin(view.to_json(), lang)
        return Response(page, media_type="text/html; charset=utf-8")
