"""How a one-time link is written: behind ``#``, which a browser sends to no server and no log."""

LINK_PATH = "/desk/#/link/"
