"""What cannot be an address is refused, and what may be a secret is not shown."""

from dataclasses import replace

import pytest

from bridge.domain.alarms import Alarm, AlarmId, AlarmKind
from bridge.domain.alerts import (
    AlertEvent,
    AlertTarget,
    AlertWay,
    Message,
    TargetId,
    check_secret,
    check_target_name,
    check_webhook_url,
)
from bridge.domain.errors import Invalid
from bridge.domain.hosts import check_mail_address
from tests.support.clock import MINUTE, NOON

ALARM = Alarm(
    id=AlarmId(7),
    kind=AlarmKind.FILES_HELD,
    subject="account:jansen",
    detail="3 files: 2 broken_csv, 1 ambiguous",
    raised_at=NOON,
)
RAISED = Message(id="m1", event=AlertEvent.RAISED, created_at=NOON, alarm=ALARM, reasons={"broken_csv": 2})


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.com/x?y=1", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:8/x"],
)
def test_https_or_loopback_is_taken(url: str) -> None:
    assert check_webhook_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "http://10.0.0.1/x",
        "https://user:word@example.com/",
        "https://example.com/#part",
        "ftp://example.com/",
        "https:///x",
        "https://example.com/\r\nX: y",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_webhook_url(url)


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a b@c.nl", "A <a@b.nl>", "a@b.nl,c@d.nl", f"a@{'b' * 255}"],
)
def test_what_is_no_single_mail_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        check_mail_address(address)


def test_plain_addresses_names_and_long_secrets_are_taken() -> None:
    assert check_mail_address("night+watch@example.co.uk") == "night+watch@example.co.uk"
    assert check_target_name("on-call.1") == "on-call.1"
    assert check_secret("x" * 16)
    for wrong in ("", "a b", "-x", "x" * 65):
        with pytest.raises(Invalid):
            check_target_name(wrong)
    with pytest.raises(Invalid, match="16"):
        check_secret("x" * 15)


def test_the_path_of_a_webhook_is_not_shown() -> None:
    target = AlertTarget(
        id=TargetId(1), name="x", way=AlertWay.WEBHOOK, address="https://hooks.example.com/T0/SECRET"
    )

    assert target.shown_address == "https://hooks.example.com/…"
    assert replace(target, address="https://example.com").shown_address == "https://example.com"
    assert replace(target, way=AlertWay.MAIL, address="a@b.nl").shown_address == "a@b.nl"


def test_a_message_is_the_same_after_it_was_stored() -> None:
    over = replace(
        RAISED,
        event=AlertEvent.RECOVERED,
        alarm=replace(ALARM, recovered_at=NOON + MINUTE),
        closed_by="anna",
    )

    for message in (RAISED, over, Message(id="x", event=AlertEvent.TEST, created_at=NOON, text="hello")):
        assert Message.from_record(message.to_record()) == message
