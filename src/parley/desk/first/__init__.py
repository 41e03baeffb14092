"""The first log-in: five short steps by which somebody gets to know a desk, as often as wanted."""
