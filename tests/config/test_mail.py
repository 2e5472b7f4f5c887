"""Mail needs a sender, and a password is not sent where others can read it."""

import pytest
from pydantic import ValidationError

from bridge.config.mail import MailSettings

WHOLE = {"host": "smtp.example.com", "sender": "bridge@example.com"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        WHOLE,
        {**WHOLE, "username": "u", "password": "p", "security": "tls", "port": 465},
        {**WHOLE, "host": "localhost", "username": "u", "password": "p", "security": "none"},
    ],
)
def test_what_can_work_is_taken(values: dict[str, object]) -> None:
    MailSettings.model_validate(values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"host": "smtp.example.com"}, "mail.sender"),
        ({**WHOLE, "sender": "Bridge <bridge@example.com>"}, "one mail address"),
        ({**WHOLE, "username": "u"}, "both or neither"),
        ({**WHOLE, "ca_file": "/nowhere/ca.pem"}, "expected a PEM file"),
        ({**WHOLE, "username": "u", "password": "p", "security": "none"}, "starttls or tls"),
    ],
)
def test_what_cannot_work_is_refused(values: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        MailSettings.model_validate(values)
