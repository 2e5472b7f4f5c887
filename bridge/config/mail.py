"""Settings for mail: alerts and daily summaries."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bridge.config.section import Section
from bridge.domain.errors import Invalid
from bridge.domain.hosts import check_mail_address, is_loopback


class MailSettings(Section):
    """The mail server that alerts are given to."""

    host: str | None = None  # None: no mail is sent
    port: int = Field(587, ge=1, le=65535)  # 465 with tls
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None  # PEM; trusted in addition to the system's
    username: str | None = None
    password: SecretStr | None = None
    sender: str | None = None  # the address that mails come from

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return check_mail_address(value)
        except Invalid:
            raise ValueError("expected one mail address, such as bridge@example.com") from None

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("expected a PEM file; there is none of this name")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.host is not None and self.sender is None:
            raise ValueError("mail.sender: expected the address that mails come from, as mail.host is set")
        if (self.username is None) != (self.password is None):
            raise ValueError("mail.username and mail.password: expected both or neither")
        if self.security == "none" and self.password is not None and not is_loopback(self.host or ""):
            raise ValueError("mail.security: expected starttls or tls, so that nobody reads the password")
        return self
