"""How far the geoid lies above the WGS84 ellipsoid: EGM96 at 15', bilinear between its nodes.

EGM96 is what ICAO Annex 15 takes for mean sea level (Lemoine et al. 1998, NASA/TP-1998-206861). The
grid comes with the package, in ``grids/``, and is read once, when first asked. Height above the
ellipsoid = height above the sea + undulation.
"""

import hashlib
import zlib
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from parley.errors import GeoidDamaged
from parley.sky.geodesy import Floats
from parley.sky.heights import UNDULATION_UNCERTAINTY_E4M, Band
from parley.sky.spans import latitudes, longitudes

Grid = npt.NDArray[np.int16]

FOLDER, FILE = "grids", "egm96-15.cm.zz"
# Of the inflated bytes: another zlib deflates the same grid to others.
SHA256 = "e8826f561f2f43bdd33c51afa63dec1772fdab851062344a2f35471b417f003c"
ROWS, COLUMNS = 721, 1440  # from the South Pole northward, from 180 W eastward
PER_DEGREE = 4

_CM_PER_M = 100.0
_E4M_PER_CM = 100
_HINT = "install Parley again"


def undulation(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """Give how far the geoid lies above the ellipsoid, in metres, at each of the places.

    ``lon`` (any number of turns) and ``lat`` (-90 to 90) are finite degrees, of shapes that go
    together; so is the result. At a node of the grid it is that node's, to the centimetre kept.
    Raises ``GeoidDamaged``.
    """
    grid = _grid()
    x = (np.asarray(lon, dtype=np.float64) + 180.0) * PER_DEGREE
    y = (np.asarray(lat, dtype=np.float64) + 90.0) * PER_DEGREE
    west, south = np.floor(x), np.clip(np.floor(y), 0, ROWS - 2)
    right, up = x - west, y - south
    column, row = west.astype(np.int64) % COLUMNS, south.astype(np.int64)
    beside = (column + 1) % COLUMNS
    below = (1 - right) * grid[row, column] + right * grid[row, beside]
    above = (1 - right) * grid[row + 1, column] + right * grid[row + 1, beside]
    result: Floats = ((1 - up) * below + up * above) / _CM_PER_M
    return result


def undulation_range(
    lon: Floats, lat: Floats, radius_m: float = 0.0, *, poles: tuple[bool, bool] = (False, False)
) -> Band:
    """Bound the undulation within ``radius_m`` of a line or of the area in a ring, in 0.1 mm.

    ``lon`` and ``lat`` are degrees, shape (n,): the knots in the order of travel, the northernmost
    and southernmost points among them and each less than 180 degrees of longitude from the last.
    ``poles`` tells whether an area holds the North and the South Pole. The bounds are the least
    and the greatest node of all cells that the box around it touches, widened by what the model
    does not know. Raises ``GeoidDamaged``.
    """
    grid = _grid()
    south, north = latitudes(lat, radius_m, poles)
    span = longitudes(lon, lat, radius_m, (south, north))
    first = max(0, int(np.floor((south + 90.0) * PER_DEGREE)))
    last = min(ROWS - 1, int(np.ceil((north + 90.0) * PER_DEGREE)))
    cells = grid[first : last + 1]
    if span is not None:
        west = int(np.floor((span[0] + 180.0) * PER_DEGREE))
        east = int(np.ceil((span[0] + span[1] + 180.0) * PER_DEGREE))
        if east - west < COLUMNS:
            cells = cells[:, np.arange(west, east + 1) % COLUMNS]
    return Band(
        int(cells.min()) * _E4M_PER_CM - UNDULATION_UNCERTAINTY_E4M,
        int(cells.max()) * _E4M_PER_CM + UNDULATION_UNCERTAINTY_E4M,
    )


@cache
def _grid() -> Grid:
    """Read the grid that comes with the package."""
    where = f"parley/sky/{FOLDER}/{FILE}"
    try:
        return unpacked(resources.files("parley.sky").joinpath(FOLDER, FILE).read_bytes(), where)
    except OSError as error:
        raise GeoidDamaged(f"cannot be read: {error}", where=where, hint=_HINT) from None


def unpacked(deflated: bytes, where: str) -> Grid:
    """Give the grid in centimetres, rows from the south, of what ``scripts/geoid.py`` made.

    Raises ``GeoidDamaged`` for any others.
    """
    try:
        steps = zlib.decompress(deflated)
    except zlib.error:
        raise GeoidDamaged("does not inflate", where=where, hint=_HINT) from None
    if hashlib.sha256(steps).hexdigest() != SHA256:
        raise GeoidDamaged("has another checksum", where=where, hint=_HINT)
    north = np.frombuffer(steps, "<i2").reshape(ROWS, COLUMNS).astype(np.int32)
    grid = np.cumsum(np.cumsum(north, axis=0), axis=1).astype(np.int16)
    grid.flags.writeable = False
    return grid
