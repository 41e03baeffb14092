"""``/v1/check``: what one plan would meet of all that this node knows; nothing is stored."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from parley.desk.asking import asked_answer, question_of
from parley.desk.checking import UNTITLED
from parley.desk.strict import RawBody
from parley.kinds.air.formats import Format, read_file
from parley.node.runtime import Node

# Answers that are worked out at a time.
_ASKING = 2


class CheckPaths:
    """Questions about plans that are not filed."""

    def __init__(self, node: Node) -> None:
        self._node = node
        # Threads of their own: however many ask, and while the first fold lasts, the rest of the
        # API answers.
        self._pool = ThreadPoolExecutor(_ASKING, thread_name_prefix="check")

    async def check(
        self,
        data: RawBody,
        channel: str | None = None,
        replaces: str | None = None,
        offers: bool = False,
        format: Format = "geojson",
    ) -> dict[str, Any]:
        """Compare one plan with everything this node knows, and store nothing.

        The body is one activity or zone, as for ``/geojson``: one feature, or several that share
        their ``activity``. Without a party it is this node's own. It is compared in every channel
        of the node's first status, or in one ``channel``; what it ``replaces`` (a record, by name
        or number) does not count. With ``offers``, each conflict comes with the least changes of
        time, level and place that would clear it. Questions are counted, and limited: by the
        minute, and in how many wait. Beyond that they are refused at once.
        """
        questions = self._node.questions
        questions.admit()
        ask = partial(self._answer, data, channel, replaces, offers=offers, format=format)
        # It leaves when its work ends, or will never begin; not when its caller hangs up.
        working = self._pool.submit(ask)
        working.add_done_callback(lambda _: questions.leave())
        return await asyncio.wrap_future(working)

    def _answer(
        self,
        data: bytes,
        channel: str | None,
        replaces: str | None,
        *,
        offers: bool,
        format: Format,
    ) -> dict[str, Any]:
        node = self._node
        name = None if channel is None else node.channel(channel)
        status = node.identity.status if name is None else node.terms(name).status
        own = node.stations[status].identity.name
        features = tuple(read_file([data], format, untitled=UNTITLED))
        question, title = question_of(features, own)
        if replaces is not None:
            question = node.in_place_of(question, replaces, name)
        return asked_answer(node, question, title, name, offers=offers)
