"""Who asks: what the guard found out about a request, for the endpoint that answers it."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from parley.errors import NotLoggedIn
from parley.node.accounts.rights import Who

SCOPE_KEY = "parley.who"
"""Where the guard leaves who asks, in the ASGI scope of the request."""


async def who_asks(request: Request) -> Who:
    """Give who asks; raises NotLoggedIn where nobody does, as an open path may be asked."""
    who = request.scope.get(SCOPE_KEY)
    if not isinstance(who, Who):
        raise NotLoggedIn("log in first", where="session")
    return who


Asking = Annotated[Who, Depends(who_asks)]
"""Who asks, as an argument of the endpoint that answers."""
