"""Addresses to connect to, for those that are listened on."""


def reachable(host: str) -> str:
    """Return an address to connect to for the one that is listened on: loopback for all addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  nothing is bound here


def in_url(host: str) -> str:
    """Return *host* as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
