"""A mail server on loopback that keeps what it is given; it speaks as much SMTP as one client needs."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class MailServer:
    """What it was given, and how it answers."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # by command: RCPT, DATA; else it takes everything
    offers: ssl.SSLContext | None = None  # for STARTTLS
    talks: set[asyncio.Task[object]] = field(default_factory=set)
    secured: int = 0  # mails that came in TLS

    def mails(self) -> list[tuple[str, str]]:
        """Return subject and text of each mail, its line ends as of text here."""
        return [(str(one["Subject"]), one.get_content().replace("\r\n", "\n")) for one in self.taken]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client, who may leave at any moment, or not trust the certificate."""
        if task := asyncio.current_task():
            self.talks.add(task)
        try:
            with suppress(OSError):
                await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ready\r\n")
        while line := await reader.readline():
            word = line[:4].upper().decode().strip()
            answer = self.answers.get(word)
            if word == "EHLO" and self.offers is not None:
                answer = "250-mail.test\r\n250 STARTTLS"
            if word == "STAR" and self.offers is not None:
                writer.write(b"220 go on\r\n")
                await writer.start_tls(self.offers)
                continue
            if answer is None and word == "DATA":
                writer.write(b"354 go on\r\n")
                self.taken.append(message_from_bytes(await _data(reader), policy=policy.default))
                self.secured += writer.get_extra_info("ssl_object") is not None
                answer = "250 taken"
            elif answer is None and word == "RCPT":
                self.recipients.append(line.decode().partition("<")[2].partition(">")[0])
            writer.write(f"{answer or ('221 bye' if word == 'QUIT' else '250 ok')}\r\n".encode())
            await writer.drain()
            if word == "QUIT":
                break


async def _data(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while (line := await reader.readline()) not in {b".\r\n", b""}:
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, offers: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """Serve on a free port: in *tls* from the first byte, or offering STARTTLS."""
    server = MailServer(offers=offers)
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        if server.talks:
            await asyncio.wait(server.talks, timeout=10)
