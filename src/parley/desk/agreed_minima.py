"""The separation minima of a charter's file, for ``parley check --charter``."""

from pathlib import Path

from parley.desk.files import read_object
from parley.errors import ParleyError
from parley.kinds.line.charter import CHARTER, Charter
from parley.sky import Limits


def minima_of(charter: Path) -> Limits:
    """Read the minima that a charter states; raises a ``ParleyError`` that names the file."""
    try:
        body = CHARTER.parse(read_object(charter))
    except ParleyError as error:
        raise error if error.where == str(charter) else error.at(str(charter)) from None
    assert isinstance(body, Charter)  # noqa: S101 - for the type checker: its kind says so
    agreed = body.minima.minima()
    return Limits(agreed.lateral_e4m, agreed.vertical_e4m, agreed.time_ms)
