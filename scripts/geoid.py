"""Make src/parley/sky/grids/egm96-15.cm.zz from a GTX file of EGM96 at 15'; --check compares.

    python scripts/geoid.py egm96_15.gtx [--check]

GTX (PROJ, "Vertical grid shift"; first published by NOAA): big-endian, south, west and the two
steps in degrees as doubles, rows and columns as 32-bit integers, then 32-bit floats in metres, row
by row from the south, eastward. What is written: see src/parley/sky/grids/README.md.
"""

import hashlib
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

GRID = Path(__file__).resolve().parent.parent / "src/parley/sky/grids/egm96-15.cm.zz"
HEAD = struct.Struct(">4d2i")
EXPECTED = (-90.0, -180.0, 0.25, 0.25, 721, 1440)


def packed(gtx: bytes) -> bytes:
    """Turn a GTX file into centimetres, their differences east and then north, deflated."""
    if HEAD.unpack_from(gtx) != EXPECTED:
        raise SystemExit(f"not the whole globe at 15': {HEAD.unpack_from(gtx)}")
    metres = np.frombuffer(gtx, ">f4", offset=HEAD.size).reshape(EXPECTED[4:]).astype(np.float64)
    if not (np.abs(metres) < 200.0).all():
        raise SystemExit("no geoid: a height beyond 200 m")
    cm = np.rint(metres * 100).astype(np.int32)
    east = np.diff(cm, axis=1, prepend=0)
    north = np.diff(east, axis=0, prepend=0)
    return zlib.compress(north.astype("<i2").tobytes(), 9)


def main() -> int:
    """Write the grid and print its checksum, or compare it with what is there."""
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    made = packed(Path(arguments[0]).read_bytes())
    if "--check" in sys.argv[1:]:
        # The deflated bytes may differ from one zlib to the next: what they hold may not.
        same = zlib.decompress(GRID.read_bytes()) == zlib.decompress(made)
        print("the same grid" if same else "another grid")
        return 0 if same else 1
    GRID.parent.mkdir(exist_ok=True)
    GRID.write_bytes(made)
    print(f"{len(made):,} bytes, SHA-256 {hashlib.sha256(zlib.decompress(made)).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
