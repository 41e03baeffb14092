"""The inbox: what waits at this desk, computed from the views each time it is asked for."""
