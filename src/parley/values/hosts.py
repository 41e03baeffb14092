"""Names and addresses of hosts, as an endpoint states them; nothing is looked up."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this very machine: localhost, or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
