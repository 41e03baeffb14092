"""One path of the API, and what it takes to ask it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import compile_path

from parley.desk import shapes
from parley.desk.login.gate import Rule
from parley.node.accounts.rights import Right


@dataclass(frozen=True, slots=True)
class Path:
    """One method of one path: the right it needs, what answers it, with which shape.

    ``extra`` goes into OpenAPI. ``stores`` is false of a POST that only asks: it is not audited.
    ``large``: its body may be as large as a part in base64, not only ``gate.SMALL_BYTES``.
    ``hidden``: a page for people, which the description of the API leaves out.
    """

    method: str
    path: str
    allow: Right
    endpoint: Callable[..., Any]
    shape: type[shapes.Shape] | None = None
    status: int = 200
    media_type: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    stores: bool = True
    large: bool = False
    hidden: bool = False

    def rule(self) -> Rule:
        """Give what the gate looks at."""
        return Rule(self.method, compile_path(self.path)[0], self.allow, self.stores, self.large)
