"""The API against its own description: whatever the description allows, and more, is no fault.

Schemathesis makes the requests from the description, right ones and wrong ones; each goes to a real
server once as it was made, and once with a channel that is there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.core.result import Ok

from parley.desk.api import make_app
from parley.desk.openapi import describe
from parley.desk.paths import paths
from parley.errors import ParleyError
from parley.projection.view import VIEW_NAMES
from tests.spine.desk.conftest import Desk, open_desk

EXAMPLES = 12


@schemathesis.serializer("application/x-tar")
def tar(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send what was made for a carried file as it is."""
    return value if isinstance(value, bytes) else json.dumps(value, default=str).encode()


# The stream does not end by itself; tests/spine/desk/test_events.py listens to it.
ENDLESS = "/v1/events"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Serve one node for this module."""
    with open_desk(tmp_path_factory.mktemp("desk")) as served:
        yield served


def operations(document: dict[str, Any]) -> list[APIOperation]:
    """Give every operation of the description but the endless one."""
    results = list(schemathesis.openapi.from_dict(document).get_all_operations())
    found = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(found) == len(results)
    return [operation for operation in found if operation.path != ENDLESS]


def codes() -> set[str]:
    """Give every code that a refusal may have."""
    found, stack = set(), [ParleyError]
    while stack:
        here = stack.pop()
        found.add(here.code)
        stack += here.__subclasses__()
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_request_is_a_fault(desk: Desk) -> None:
    """No request makes the node fail, and every refusal is a problem with a known code."""
    document = desk.http.get("/v1/openapi.json").json()
    known = codes()

    def send(case: Case) -> None:
        answer = case.call(
            base_url=desk.server.access.url,
            headers={"Authorization": f"Bearer {desk.server.access.token}"},
        )
        asked = f"{case.method} {case.formatted_path} {case.query} {case.body!r:.500}"
        assert answer.status_code < 500, asked
        if answer.status_code >= 400:
            kind = answer.headers["content-type"][0]
            # a path that the server itself cannot read never reaches us
            assert kind == "application/problem+json" or answer.status_code == 400, asked
            if kind == "application/problem+json":
                assert json.loads(answer.content)["code"] in known, asked

    for operation in operations(document):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def play(case: Case) -> None:
                send(case)
                if "channel" in (case.path_parameters or {}):
                    case.path_parameters["channel"] = desk.channel
                    send(case)

            play()


def test_every_path_is_described(desk: Desk) -> None:
    """Each path of the API stands in the description, with its problem and its method.

    The plain pages, and nothing else, are left out.
    """
    document = describe(make_app(desk.node), desk.node.kinds, "1")
    listed = [path for path in paths(desk.node) if not path.path.startswith("/plain")]
    for path in listed:
        plain = path.path.replace(":path", "")
        operation = document["paths"][plain][path.method.lower()]
        assert "application/problem+json" in operation["responses"]["default"]["content"]
        assert operation["summary"]
    assert sum(len(methods) for methods in document["paths"].values()) == len(listed)
    hidden = {path.path for path in paths(desk.node) if path.hidden}
    assert hidden == {path.path for path in paths(desk.node)} - {path.path for path in listed}


def test_every_kind_is_a_component(desk: Desk) -> None:
    """The bodies in the description are those of the kinds, and a draft names its kind."""
    schemas = desk.http.get("/v1/openapi.json").json()["components"]["schemas"]
    mapping = schemas["RecordDraft"]["discriminator"]["mapping"]
    assert set(mapping) == {kind.name for kind in desk.node.kinds}
    for kind in desk.node.kinds:
        name = mapping[kind.name].removeprefix("#/components/schemas/")
        draft = schemas[name]
        assert draft["properties"]["kind"] == {"const": kind.name}
        body = schemas[draft["properties"]["body"]["$ref"].removeprefix("#/components/schemas/")]
        assert set(body["properties"]) == set(kind.schema()["properties"])


def test_every_reference_in_the_description_leads_somewhere(desk: Desk) -> None:
    """No schema points at something that is not there."""
    document = desk.http.get("/v1/openapi.json").json()

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for item in value.values():
                yield from walk(item)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item)

    for reference in walk(document):
        at: Any = document
        for step in reference.removeprefix("#/").split("/"):
            at = at[step.replace("~1", "/")]
        assert isinstance(at, dict)


def test_the_page_names_every_path(desk: Desk, root: Path) -> None:
    """docs/api.md mentions each part of each path, and every view."""
    page = (root / "docs" / "api.md").read_text(encoding="utf-8")
    listed = [path for path in paths(desk.node) if not path.hidden]
    words = {w for path in listed for w in path.path.split("/") if w and "{" not in w}
    assert [w for w in sorted(words | set(VIEW_NAMES)) if w not in page] == []
