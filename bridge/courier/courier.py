"""The courier's one act: these messages to this address."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bridge.config.mail import MailSettings
from bridge.domain.alerts import AlertWay, Message
from bridge.domain.clock import Clock
from bridge.domain.errors import Invalid, Unavailable
from bridge.domain.letters import letter, webhook_body
from bridge.domain.reasons import Language
from bridge.runtime.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where, and how it is said there."""

    way: AlertWay
    to: str  # a URL or a mail address
    language: Language
    sealed_secret: str | None = None  # of a webhook
    is_sender: bool = False  # a tenant's contact


class Courier:
    """Takes messages to an address."""

    def __init__(self, *, mail: MailSettings, sealer: Sealer, clock: Clock) -> None:
        self._mail = mail
        self._sealer = sealer
        self._clock = clock

    async def take(self, messages: Sequence[Message], address: Address) -> str:
        """Take *messages* there, by mail as one, by webhook exactly one; return what was answered.

        Raises:
            Unavailable: not now.
            Refused: it will not help to try again.
            Invalid: this server has no way to send it.
        """
        match address.way:
            case AlertWay.WEBHOOK:
                return await self._post(messages[0], address)
            case AlertWay.MAIL:
                return await self._send(messages, address)

    async def _post(self, message: Message, address: Address) -> str:
        from bridge.courier.webhook import post

        if address.sealed_secret is None:
            raise Unavailable("the webhook has no secret; set one: bridge alert change NAME --secret-file -")
        return await post(
            address.to,
            orjson.dumps(webhook_body(message, address.language)),
            secret=self._sealer.open(address.sealed_secret),
            at=int(self._clock.now().timestamp()),
        )

    async def _send(self, messages: Sequence[Message], address: Address) -> str:
        if self._mail.host is None or self._mail.sender is None:
            raise Invalid("mail.host is not set: there is no mail server to give it to")
        from bridge.courier.mail import compose, send  # 60 ms to load

        composed = compose(
            letter(messages, address.language, is_for_sender=address.is_sender),
            sender=self._mail.sender,
            to=address.to,
            message_id=messages[0].id,
            at=self._clock.now(),
        )
        return await send(composed, settings=self._mail)
