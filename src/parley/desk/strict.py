"""Routes that refuse what they do not know: a misspelt ``upto`` must not show another moment."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from parley.errors import BadQuery
from parley.record.canonical import decode_lenient


class StrictRoute(APIRoute):
    """A route that takes the query parameters it lists and no others."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler in the check."""
        inner = super().get_route_handler()
        known = set(_query_names(self.dependant))

        async def handler(request: Request) -> Response:
            for name in request.query_params:
                if name not in known:
                    listed = ", ".join(sorted(known)) or "no parameters"
                    raise BadQuery(
                        "unknown parameter", where=f"query.{name}", hint=f"this path takes {listed}"
                    )
            return await inner(request)

        return handler


def _query_names(dependant: Dependant) -> Iterator[str]:
    """Name the query parameters of an endpoint, and of whatever takes part of the query for it."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for each in dependant.dependencies:
        yield from _query_names(each)


async def raw_body(request: Request) -> bytes:
    """Give the bytes of a request; the guard has bounded them."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]
"""The bytes of a request, as an argument of its endpoint."""

_Shape = TypeVar("_Shape", bound=BaseModel)


def read_shape(shape: type[_Shape], data: bytes) -> _Shape:
    """Read the JSON of a request into a shape; floats and doubled keys are refused."""
    value = decode_lenient(data, where="body")
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(["body", *(str(p) for p in first["loc"])])
        raise BadQuery(first["msg"], where=where) from None
