"""Names and addresses of hosts, and mail addresses, as people type them."""

import ipaddress
import re

from bridge.domain.errors import Invalid

_LONGEST = 253  # RFC 1035
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_host(text: str) -> bool:
    """Whether *text* is a host name or an address: no port, no scheme, no path."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        labels = text.split(".")
        return len(text) <= _LONGEST and all(_LABEL.fullmatch(label) for label in labels)
    return True


def check_mail_address(address: str) -> str:
    """Return *address*; raise `Invalid` unless it is one plain mail address."""
    if not _MAIL.fullmatch(address) or len(address) > 254:
        raise Invalid(f"mail address {address!r}: expected one such as alerts@example.com")
    return address
