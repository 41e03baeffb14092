"""The answer to a question is described as it is: every key, and nothing that is left open."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from parley.desk import question_shapes as shapes
from parley.desk.api import make_app
from parley.desk.routes.check import CheckPaths
from parley.desk.shapes import Shape
from parley.sky import encounters, offers, shifts
from tests.stories.asking import World, corridor, two_sides

ASKED = corridor(None, "05:30", "07:00")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A plan is in the way, and a zone that the way out in time would enter."""
    with two_sides(tmp_path_factory.mktemp("world")) as made:
        made.file("russia", corridor(None, "05:00", "06:00"))
        area = [[[36.0, 32.0], [40.0, 32.0], [40.0, 36.0], [36.0, 36.0], [36.0, 32.0]]]
        zone = corridor(None, "07:01", "12:00", kind="zone/1", title="Closed")
        del zone["properties"]["half_width_m"]
        zone["properties"]["zone_type"] = "hazard"
        zone["properties"]["asks"] = "avoid"
        zone["geometry"] = {"type": "Polygon", "coordinates": area}
        made.file("russia", zone)
        yield made


def test_the_answer_is_what_was_worked_out_key_by_key(world: World) -> None:
    """The shape drops nothing, adds nothing and renames nothing, offers of every kind included."""
    node = world.village.nodes["coalition"]
    paths = CheckPaths(node)
    body = json.dumps(ASKED).encode()
    for asked in (False, True):
        plain: Any = asyncio.run(paths.check(body, offers=asked))
        answer = world.ask(ASKED, offers=asked)
        answer["asked"], plain["asked"] = {}, {}
        # As texts: 3 and 3.0 are equal, and not the same JSON.
        assert json.dumps(answer) == json.dumps(plain)
    (met,) = answer["conflicts"]
    kinds = {"withheld" if "withheld" in o else o["axis"] for o in met["offers"]}
    assert kinds == {"withheld", "level", "lateral"}


def test_nothing_of_the_answer_is_left_open_in_the_description(world: World) -> None:
    """From the answer on, every object of the OpenAPI lists its keys; only logs go by names."""
    schemas = make_app(world.village.nodes["coalition"]).openapi()["components"]["schemas"]
    seen: set[str] = set()

    def walk(schema: dict[str, Any]) -> None:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in seen:
                seen.add(name)
                walk(schemas[name])
            return
        choices = schema.get("anyOf", [])
        assert choices or schema.get("type") or "const" in schema, schema
        if schema.get("type") == "object" and "properties" in schema:
            assert schema["additionalProperties"] is False
            assert set(schema["required"]) == set(schema["properties"])
        elif schema.get("type") == "object":
            assert schema["additionalProperties"] == {"type": "integer"}
        if schema.get("type") == "array":
            walk(schema["items"])
        for inner in [*choices, *schema.get("properties", {}).values()]:
            walk(inner)

    walk({"$ref": "#/components/schemas/CheckAnswer"})
    assert {"PlanMet", "CheckedChannel", "TimeOffer", "WithheldOffer", "Closest"} <= seen


@pytest.mark.parametrize(
    ("shape", "key", "words"),
    [
        (shapes.MetPlan, "role", encounters.Role),
        (shapes.PlanMet, "verdict", encounters.Verdict),
        (shapes.PlaceOffer, "side", shifts.Side),
        (shapes.WithheldOffer, "axis", shifts.Axis),
        (shapes.WithheldOffer, "withheld", offers.Reason),
    ],
)
def test_the_words_are_those_of_the_sky(shape: type[Shape], key: str, words: Any) -> None:
    """A word that the sky learns must be told here too."""
    schema = TypeAdapter(shape).json_schema()["properties"][key]
    assert set(schema["enum"]) == set(get_args(words))


def test_the_dimensions_are_those_of_the_sky() -> None:
    """As above, in a list."""
    schema = TypeAdapter(shapes.PlanMet).json_schema()["properties"]
    for key in ("broken", "open"):
        assert set(schema[key]["items"]["enum"]) == set(get_args(encounters.Dimension))
