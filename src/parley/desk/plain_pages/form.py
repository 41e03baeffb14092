"""A form of a plain page as it comes back, and what goes wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Request

from parley.desk.login.gate import FORM
from parley.errors import BadQuery, ParleyError
from parley.node.entropy import SystemEntropy

MOST_FIELDS = 100


async def typed_form(request: Request) -> dict[str, str]:
    """Read the fields of a form, each at most once (BadQuery); the guard has bounded it."""
    sort = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sort != FORM:
        raise BadQuery("a form is needed", where="content-type", hint=FORM)
    try:
        text = (await request.body()).decode("ascii")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise BadQuery(f"at most {MOST_FIELDS} fields in UTF-8 are needed", where="body") from None
    for name, values in fields.items():
        if len(values) > 1:
            raise BadQuery("this field may occur once", where=name[:60])
    # a browser ends the lines of a text by CR LF (HTML, form submission)
    return {name: values[0].replace("\r\n", "\n") for name, values in fields.items()}


Typed = Annotated[dict[str, str], Depends(typed_form)]


def as_request(value: Mapping[str, Any]) -> bytes:
    """Write what a form says as the request to the API that it stands for."""
    return json.dumps(value).encode()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refusal beside the field that it is about, or above the form: ``field`` is empty then."""

    error: ParleyError
    field: str = ""

    @classmethod
    def of(cls, error: ParleyError) -> "Wrong":
        """Find the field: the last piece of a path such as ``body.readback.from``."""
        return cls(error, error.where.partition(":")[0].rpartition(".")[2])


def fresh_id() -> str:
    """Give the key by which a form is taken once, however often it is sent."""
    return SystemEntropy().draw(16).hex()
