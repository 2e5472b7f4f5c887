"""The courier takes messages by the way of the address, in its language, signed with its secret."""

from pathlib import Path

import pytest

from bridge.config.mail import MailSettings
from bridge.courier.courier import Address, Courier
from bridge.domain.alerts import AlertWay
from bridge.domain.errors import Invalid, Unavailable
from bridge.runtime.sealing import Sealer
from tests.domain.test_alerts import RAISED
from tests.support.clock import FakeClock
from tests.support.mail_server import mail_server


def courier(tmp_path: Path, clock: FakeClock, mail: MailSettings) -> Courier:
    return Courier(mail=mail, sealer=Sealer.from_folder(tmp_path / "keys"), clock=clock)


async def test_a_contact_reads_the_words_for_senders(tmp_path: Path, clock: FakeClock) -> None:
    to = Address(way=AlertWay.MAIL, to="t@example.com", language="nl", is_sender=True)
    async with mail_server() as server:
        mail = MailSettings(host="127.0.0.1", port=server.port, security="none", sender="b@example.com")
        await courier(tmp_path, clock, mail).take([RAISED], to)

    [(subject, text)] = server.mails()
    assert subject == "[bridge] bestanden wachten: jansen"
    assert "bridge upload" not in text


async def test_without_a_mail_server_that_is_said(tmp_path: Path, clock: FakeClock) -> None:
    to = Address(way=AlertWay.MAIL, to="t@example.com", language="en")

    with pytest.raises(Invalid, match=r"mail\.host"):
        await courier(tmp_path, clock, MailSettings()).take([RAISED], to)


async def test_a_secret_that_another_key_sealed_is_said(tmp_path: Path, clock: FakeClock) -> None:
    other = Sealer.from_folder(tmp_path / "other").seal("a secret of some length")
    to = Address(way=AlertWay.WEBHOOK, to="http://127.0.0.1:1", language="en", sealed_secret=other)

    with pytest.raises(Unavailable, match=r"secrets\.key"):
        await courier(tmp_path, clock, MailSettings()).take([RAISED], to)
