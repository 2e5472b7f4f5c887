"""A mail is plain text with one recipient, and the mail server's answer decides whether it is tried again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.config.mail import MailSettings
from bridge.courier import mail
from bridge.domain.errors import Refused, Unavailable
from bridge.domain.letters import Letter
from tests.support.certificates import Certificate, certificate_for
from tests.support.clock import NOON
from tests.support.mail_server import MailServer, mail_server

LETTER = Letter(subject="[bridge] te laat: café", text="Één regel.\n.\nen nog een\n")


def settings(server: MailServer) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=server.port, security="none", sender="bridge@example.com")


async def give(server: MailServer) -> str:
    message = mail.compose(
        LETTER, sender="bridge@example.com", to="anna@example.com", message_id="m1", at=NOON
    )
    return await mail.send(message, settings=settings(server))


async def test_it_arrives_as_it_was_written() -> None:
    async with mail_server() as server:
        answer = await give(server)

    [message] = server.taken
    assert answer == "the mail server took it: taken"
    assert server.recipients == ["anna@example.com"]
    assert server.mails() == [("[bridge] te laat: café", LETTER.text)]
    assert message["Date"] == "Sat, 21 Nov 2026 12:00:00 +0000"
    assert message["Message-ID"] == "<m1@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"


def test_a_line_end_in_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        mail.compose(
            Letter(subject="x\r\nBcc: all@example.com", text=""),
            sender="a@b.nl",
            to="c@d.nl",
            message_id="m",
            at=NOON,
        )


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such user", Refused),
        ("RCPT", "450 try later", Unavailable),
        ("DATA", "554 spam", Refused),
        ("DATA", "451 try later", Unavailable),
        ("MAIL", "550 not you", Unavailable),  # that is a matter of the settings, and can be mended
    ],
)
async def test_what_the_server_refuses_for_good_is_not_tried_again(
    command: str, answer: str, error: type[Exception]
) -> None:
    async with mail_server() as server:
        server.answers[command] = answer

        with pytest.raises(error, match=answer[:3]) as caught:
            await give(server)

    assert type(caught.value) is error


async def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 port 1: "):
        await give(MailServer(port=1))


def in_tls(server: MailServer, security: str, ca_file: Path | None) -> MailSettings:
    return MailSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": server.port,
            "security": security,
            "ca_file": ca_file,
            "sender": "bridge@example.com",
        }
    )


@asynccontextmanager
async def serving_tls(security: str, certificate: Certificate) -> AsyncIterator[MailServer]:
    """A mail server that speaks TLS in the one way or the other."""
    way = {"tls" if security == "tls" else "offers": certificate.server}
    async with mail_server(**way) as server:
        yield server


MESSAGE = mail.compose(LETTER, sender="bridge@example.com", to="anna@example.com", message_id="m", at=NOON)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_server_with_an_authority_of_its_own_is_trusted_with_its_file(
    security: str, tmp_path: Path
) -> None:
    certificate = certificate_for(tmp_path)
    async with serving_tls(security, certificate) as server:
        answer = await mail.send(MESSAGE, settings=in_tls(server, security, certificate.file))

    assert answer == "the mail server took it: taken"
    assert server.secured == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("has_other", [True, False])
async def test_a_certificate_of_nobody_that_is_trusted_is_refused_and_said(
    security: str, has_other: bool, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = certificate_for(tmp_path / "other").file if has_other else None
    async with serving_tls(security, certificate_for(tmp_path)) as server:
        with pytest.raises(Unavailable) as refused:
            await mail.send(MESSAGE, settings=in_tls(server, security, other))

    assert "its certificate is not trusted (self-signed certificate" in str(refused.value)
    assert "mail.ca_file takes the certificate of its authority" in str(refused.value)
    assert server.taken == []


async def test_a_server_that_does_not_offer_tls_gets_no_mail() -> None:
    async with mail_server() as server:
        with pytest.raises(Unavailable, match="STARTTLS"):
            await mail.send(MESSAGE, settings=in_tls(server, "starttls", None))

    assert server.taken == []


async def test_a_file_that_is_no_certificate_is_said(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    async with mail_server() as server:
        with pytest.raises(Unavailable, match=r"mail\.ca_file .*ca\.pem: no readable PEM file"):
            await mail.send(MESSAGE, settings=in_tls(server, "tls", tmp_path / "ca.pem"))
