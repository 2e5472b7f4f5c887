"""Mail: one plain-text message to one address, by SMTP."""

import asyncio
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from bridge.config.mail import MailSettings
from bridge.domain.errors import Refused, Unavailable
from bridge.domain.letters import Letter
from bridge.runtime.certificates import tls_context

STEP_SECONDS = 20.0
TIMEOUT_SECONDS = 60.0  # all steps together: less than a notice is taken for


def compose(letter: Letter, *, sender: str, to: str, message_id: str, at: datetime) -> EmailMessage:
    """Return the message; the same *message_id* at every attempt, so that a second copy can be told."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = to
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies to this
    message.set_content(letter.text)
    return message


async def send(message: EmailMessage, *, settings: MailSettings) -> str:
    """Give *message* to the mail server; return what it answered.

    Raises:
        Unavailable: the server does not answer, or asks to try later.
        Refused: it will not take this message or these credentials.
    """
    trusted = await _trusted(settings)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            _, answer = await aiosmtplib.send(
                message,
                hostname=settings.host,
                port=settings.port,
                use_tls=settings.security == "tls",
                start_tls=settings.security == "starttls",
                username=settings.username,
                password=None if settings.password is None else settings.password.get_secret_value(),
                tls_context=trusted,
                timeout=STEP_SECONDS,
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        raise _refusal("the recipient", first.code) from error
    except aiosmtplib.SMTPSenderRefused as error:
        raise Unavailable(f"the mail server refuses mail.sender ({error.code})") from error
    except aiosmtplib.SMTPAuthenticationError as error:
        raise Unavailable(
            f"the mail server refuses mail.username and mail.password ({error.code})"
        ) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refusal("the message", error.code) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise Unavailable(f"mail server {settings.host} port {settings.port}: {_words(error)}") from error
    return f"the mail server took it: {answer}"[:200]


async def _trusted(settings: MailSettings) -> ssl.SSLContext | None:
    if settings.security == "none":
        return None
    try:
        return await asyncio.to_thread(tls_context, settings.ca_file)
    except OSError as error:
        raise Unavailable(f"mail.ca_file {settings.ca_file}: no readable PEM file: {error}") from error


def _refusal(what: str, code: int) -> Refused | Unavailable:
    text = f"the mail server refuses {what} ({code})"
    return Refused(text) if code >= 500 else Unavailable(text)


def _words(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted ({cause.verify_message}); mail.ca_file takes the "
                "certificate of its authority"
            )
        cause = cause.__cause__ or cause.__context__
    match error:
        case aiosmtplib.SMTPTimeoutError() | TimeoutError():
            return "no answer in time"
        case aiosmtplib.SMTPConnectError():
            return "cannot connect"
        case aiosmtplib.SMTPServerDisconnected():
            return "it closed the connection"
        case _:
            return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
