"""The conflict engine: pure arithmetic on the ellipsoid, usable without node, log or database."""
