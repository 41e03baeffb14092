"""A side that is asked about plans nobody filed, over its API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from parley.desk.serving import ApiServer
from parley.kinds.air.formats import records_of
from parley.node.entropy import SeededEntropy
from parley.node.runtime import Node
from parley.node.skies import ChannelSky
from parley.record.envelope import Ref
from tests.stories.village import Village


def corridor(party: str | None, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A feature along the road to At-Tanf, 15,000 to 17,000 ft."""
    limits = {
        f"altitude_{name}": {"value": feet, "units": "FT", "reference": "AMSL"}
        for name, feet in (("lower", 15_000), ("upper", 17_000))
    }
    properties = {
        "kind": "activity/1",
        "title": "Support to At-Tanf",
        "half_width_m": 9260,
        "time_start": f"2016-06-16T{start}:00Z",
        "time_end": f"2016-06-16T{end}:00Z",
        **limits,
        **({} if party is None else {"party": party}),
        **more,
    }
    line = {"type": "LineString", "coordinates": [[37.2, 34.4], [38.6, 33.5]]}
    return {"type": "Feature", "geometry": line, "properties": properties}


class World:
    """Two sides, what one has filed, and the API of the other."""

    def __init__(
        self,
        village: Village,
        http: httpx.Client,
        channel: str,
        server: ApiServer | None = None,
    ) -> None:
        self.village, self.http, self.channel = village, http, channel
        self.server = server

    def file(self, who: str, feature: dict[str, Any], *, replaces: str | None = None) -> str:
        (draft,) = records_of(json.dumps(feature).encode(), party=who)
        refs = [Ref("replaces", replaces)] if replaces else []
        node = self.village.nodes[who]
        done = node.publish(self.channel, draft.kind, draft.body, refs=refs)
        self.village.settle()
        return str(done.name)

    def ask(self, feature: dict[str, Any], **query: Any) -> Any:
        answer = self.post(feature, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, feature: dict[str, Any], **query: Any) -> httpx.Response:
        return self.http.post("/v1/check", content=json.dumps(feature), params=query)

    def sky(self) -> ChannelSky:
        return self.village.nodes["coalition"].skies[self.channel]


@contextmanager
def served(node: Node) -> Iterator[httpx.Client]:
    """Serve the API of a node on any port; gives a client that holds the token."""
    with serving(node) as (http, _):
        yield http


@contextmanager
def serving(node: Node) -> Iterator[tuple[httpx.Client, ApiServer]]:
    """Serve the API of a node as above; gives the server, too.

    Alarms are looked after by the tests themselves: their clock jumps.
    """
    node.settings = replace(node.settings, api_port=0)
    with ApiServer(node, SeededEntropy("token"), alarms=False) as server:
        headers = {"Authorization": f"Bearer {server.access.token}"}
        url = server.access.url
        with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as http:
            yield http, server


@contextmanager
def two_sides(folder: Path) -> Iterator[World]:
    """Two parties of one channel; the coalition is asked."""
    village = Village(folder)
    village.add("coalition", "CO")
    village.add("russia", "RU")
    channel = village.charter("coalition", "russia")
    village.settle()
    with serving(village.nodes["coalition"]) as (http, server):
        yield World(village, http, channel, server)
    village.close()
