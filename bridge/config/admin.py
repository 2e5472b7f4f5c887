"""Settings of the admin side: where it is reached, and whose word about senders it takes."""

import ipaddress
from urllib.parse import urlsplit

from pydantic import field_validator

from bridge.config.section import Port, Section
from bridge.domain.administrations import check_timezone
from bridge.domain.errors import Invalid


class AdminSettings(Section):
    """The console, the HTTP API, health and metrics."""

    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: str | None = None  # as browsers see it, behind a proxy that speaks TLS
    # Addresses or networks whose X-Forwarded-For says who asks; anybody else's would be made up.
    trusted_proxies: tuple[str, ...] = ()
    timezone: str = "Europe/Amsterdam"  # IANA name; of the times that the console shows

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("expected https://HOST, without a path")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            try:
                network = ipaddress.ip_network(value)
            except ValueError:
                raise ValueError(
                    f"expected addresses such as 10.0.0.5, or networks such as 10.0.0.0/24; not {value!r}"
                ) from None
            if not network.prefixlen:
                raise ValueError(f"expected the proxies only; {value} is everybody")
        return values

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            return check_timezone(value)
        except Invalid as error:
            raise ValueError(f"expected an IANA zone such as Europe/Amsterdam: {error}") from None
