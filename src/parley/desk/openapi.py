"""The OpenAPI description: paths from the routes, bodies of records from the kinds."""

import copy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from parley.desk.problems import MEDIA_TYPE, PROBLEM_SCHEMA
from parley.desk.routes.channels import ResumeInput
from parley.desk.routes.mutes import MuteInput
from parley.desk.routes.parts import ErasureInput, OpeningInput
from parley.node.accounts.rights import Right
from parley.node.batches import MOST_KEY, MOST_RECORDS
from parley.record.kind import Kind, Kinds

_REF = "#/components/schemas/"


def describe(app: FastAPI, kinds: Kinds, version: str) -> dict[str, Any]:
    """Make the description; every kind's body is a component, and a record is one of them."""
    doc = get_openapi(
        title="Parley",
        version=version,
        description=(
            "One node's API, for its desk. A request carries a token, or the cookie of a session; "
            "x-parley-right says what right it needs (open: none, and no log-in). Times are RFC "
            "3339 in UTC. A notification changes nobody's legal duties."
        ),
        routes=app.routes,
    )
    schemas = doc.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    drafts = {kind.name: add_kind(schemas, kind) for kind in kinds}
    schemas["RecordDraft"] = {
        "oneOf": [{"$ref": _REF + name} for name in drafts.values()],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: _REF + name for kind, name in drafts.items()},
        },
    }
    doc["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "parley-PORT",
            "description": "over TLS __Host-parley-PORT; a change needs X-Parley-CSRF as well",
        },
    }
    doc["security"] = [{"token": []}, {"session": []}]
    for operations in doc["paths"].values():
        for operation in operations.values():
            _answer_problems(operation)
    return doc


def _answer_problems(operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    responses["default"] = {
        "description": "a refusal, as problem details (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REF + "Problem"}}},
    }


def component(kind: str, suffix: str = "") -> str:
    """Name the component of a kind: ``activity/1`` is ``activity.1``."""
    return kind.replace("/", ".") + suffix


def add_kind(schemas: dict[str, Any], kind: Kind) -> str:
    """Add a kind's body and the draft of a record of it; give the name of the draft."""
    schema = copy.deepcopy(kind.schema())
    parts = schema.pop("$defs", {})
    own = component(kind.name)
    names = {f"#/$defs/{part}": f"{_REF}{own}.{part}" for part in parts}
    for part, inner in parts.items():
        schemas[f"{own}.{part}"] = _moved(inner, names)
    schemas[own] = _moved(schema, names)
    draft = component(kind.name, ".draft")
    schemas[draft] = {
        "title": f"A {kind.name} to be logged",
        "type": "object",
        "required": ["kind", "body"],
        "additionalProperties": False,
        "properties": {
            "kind": {"const": kind.name},
            "body": {"$ref": _REF + own},
            **_DRAFT,
        },
    }
    return draft


_DRAFT: dict[str, Any] = {
    "priority": {"enum": ["routine", "urgent"], "default": "routine"},
    "id": {
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
        "description": "idempotency key: the same request with the same id is logged once",
    },
    "refs": {
        "type": "array",
        "maxItems": 64,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["role", "record"],
            "properties": {
                "role": {
                    "enum": ["replaces", "withdraws", "answers", "about", "opens", "same_event"]
                },
                "record": {"type": "string", "description": "a name, a number, or first digits"},
            },
        },
    },
    "parts": {
        "type": "array",
        "maxItems": 64,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "media_type", "part_class", "data"],
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "media_type": {"type": "string"},
                "part_class": {"enum": ["shared", "sealed", "personal"]},
                "audience": {"type": "array", "items": {"type": "string"}},
                "data": {"type": "string", "contentEncoding": "base64"},
            },
        },
    },
}


def _moved(value: Any, names: dict[str, str]) -> Any:
    """Point references at their new places."""
    if isinstance(value, dict):
        return {
            key: names.get(item, item)
            if key == "$ref" and isinstance(item, str)
            else _moved(item, names)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_moved(item, names) for item in value]
    return value


def json_body(schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """Describe a request body that a route reads as bytes."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def with_right(extra: dict[str, Any], right: Right) -> dict[str, Any]:
    """Say what right an operation needs; ``open`` is asked for without a log-in."""
    return {**extra, "x-parley-right": str(right)}


def shape_body(shape: type[BaseModel]) -> dict[str, Any]:
    """Describe a request body that a route reads into a shape."""
    schema = shape.model_json_schema()
    return json_body(_whole(schema, schema.pop("$defs", {})))


def _whole(value: Any, parts: dict[str, Any]) -> Any:
    """Put the parts of a shape where it refers to them; no shape of ours holds itself."""
    if isinstance(value, dict):
        name = str(value.get("$ref", "")).removeprefix("#/$defs/")
        if name in parts:
            return _whole({**parts[name], **{k: v for k, v in value.items() if k != "$ref"}}, parts)
        return {key: _whole(item, parts) for key, item in value.items()}
    return [_whole(item, parts) for item in value] if isinstance(value, list) else value


RECORD_BODY = json_body({"$ref": _REF + "RecordDraft"})
CHARTER_BODY = json_body(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["as", "charter"],
        "properties": {
            "as": {"enum": ["sign", "accept"]},
            "charter": {"$ref": f"{_REF}{component('charter/1')}"},
        },
    }
)
_OBJECT = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}}
PLANS_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/geo+json": {"schema": _OBJECT},
            "application/geo+json-seq": {"schema": {"type": "string"}},
            "application/vnd.google-earth.kml+xml": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}
TAR_BODY = json_body({"type": "string", "format": "binary"}, "application/x-tar")
BATCH = json_body(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["records"],
        "properties": {
            "records": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_RECORDS,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["key", "kind", "body"],
                    "properties": {
                        "key": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": MOST_KEY,
                            "description": "what the author's own list calls the subject",
                        },
                        "kind": {"type": "string"},
                        "body": {"type": "object"},
                        "parts": _DRAFT["parts"],
                    },
                },
            },
            "check_only": {"type": "boolean", "default": False},
            "strict": {"type": "boolean", "default": False},
        },
    }
)
ERASURE = json_body(ErasureInput.model_json_schema())
OPENING = json_body(OpeningInput.model_json_schema())
MUTE = json_body(MuteInput.model_json_schema())
RESUME = json_body(ResumeInput.model_json_schema())
