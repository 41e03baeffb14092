"""Where the pages without JavaScript are."""

BASE = "/plain/"
LOG_IN = BASE + "login"
STYLE = BASE + "plain.css"


def is_plain(path: str) -> bool:
    """Tell whether a path of a request is one of these pages."""
    return path == BASE.rstrip("/") or path.startswith(BASE)
