"""Two sides on watch: real nodes on loopback, each with its API, for the tests of the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from parley.node.accounts.changes import Changes
from parley.node.accounts.rights import OPERATOR
from parley.node.runtime import Node
from parley.record.canonical import Json
from tests.spine.desk.conftest import TANF
from tests.stories.asking import serving
from tests.stories.village import Village

LINE = "37SDT645074 r5NM SFC-FL150 0430-0530Z"


class Side:
    """One desk: its client, and its paths in the channel."""

    def __init__(self, http: httpx.Client, channel: str) -> None:
        self.http, self.channel = http, channel

    def path(self, rest: str) -> str:
        return f"/v1/channels/{self.channel}/{rest}"

    def get(self, rest: str, **query: Any) -> Any:
        answer = self.http.get(self.path(rest), params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, rest: str, **body: Any) -> Any:
        answer = self.http.post(self.path(rest), json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def refused(self, rest: str, **body: Any) -> Any:
        answer = self.http.post(self.path(rest), json=body)
        assert answer.status_code >= 400, answer.text
        return answer.json()

    def items(self, sort: str | None = None, **query: Any) -> list[dict[str, Any]]:
        found = self.get("inbox", **query)["items"]
        return [item for item in found if sort in (None, item["sort"])]

    def send(self, line: str = LINE, **more: Any) -> Any:
        """Enter a line and log what it says."""
        draft = self.post("quick", line=line, **more)
        wanted = {"kind": draft["kind"], "body": draft["body"], "priority": draft["priority"]}
        return self.post("records", **wanted)


PASSWORD = "seven green kettles at dawn"


class Watch:
    """Both sides, their channel, and the clock that both go by."""

    def __init__(self, village: Village, channel: str, sides: dict[str, Side]) -> None:
        self.village, self.channel, self.sides = village, channel, sides
        self.clock = village.clock
        self.coalition, self.russia = sides["coalition"], sides["russia"]
        self.coalition_node, self.russia_node = village.nodes["coalition"], village.nodes["russia"]

    def settle(self) -> None:
        self.village.settle()

    def account(self, name: str, *roles: str, node: Node | None = None) -> None:
        """Make an account of a desk (the coalition's), with ``PASSWORD``."""
        accounts = (node or self.coalition_node).accounts
        changes = Changes(accounts)
        link = changes.add(
            OPERATOR,
            name=name,
            display=name.title(),
            post=f"Post of {name}",
            roles=roles,
            language="ru",
        )
        accounts.by_link(link, name=name, display="", post="", password=PASSWORD, language="ru")

    @contextmanager
    def seated(self, name: str) -> Iterator[Side]:
        """Log an account in at the coalition's desk; a browser's requests, without the token."""
        url = self.coalition.http.base_url
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
            session = http.post("/v1/session", json={"name": name, "password": PASSWORD})
            assert session.status_code == 200, session.text
            http.headers["X-Parley-CSRF"] = session.json()["csrf"]
            yield Side(http, self.channel)


@contextmanager
def on_watch(folder: Path, **changes: Json) -> Iterator[Watch]:
    """Serve two desks of one exercise channel whose clock stands at 04:00Z on 16 June 2016."""
    village = Village(folder)
    village.add("coalition", "CO")
    village.add("russia", "RU")
    terms: dict[str, Any] = {"places": [TANF], **changes}
    channel = village.charter("coalition", "russia", **terms)
    village.settle()
    try:
        with (
            serving(village.nodes["coalition"]) as (co, _),
            serving(village.nodes["russia"]) as (
                ru,
                _,
            ),
        ):
            yield Watch(
                village, channel, {"coalition": Side(co, channel), "russia": Side(ru, channel)}
            )
    finally:
        village.close()
