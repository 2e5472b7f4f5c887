"""Names and addresses of hosts, as people type them into a client."""

import ipaddress
import re

_LONGEST = 253  # RFC 1035
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def is_host(text: str) -> bool:
    """Whether *text* is a host name or an address: no port, no scheme, no path."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        labels = text.split(".")
        return len(text) <= _LONGEST and all(_LABEL.fullmatch(label) for label in labels)
    return True
