"""Targets are added, tried, changed and removed; secrets are sealed, and nowhere to be read."""

import asyncio
from dataclasses import replace

import orjson
import pytest

from bridge.admin.operations import accounts, alarms, alerts, trail
from bridge.admin.operations.desk import Desk
from bridge.config.mail import MailSettings
from bridge.domain.accounts import AccountId
from bridge.domain.alarms import AlarmKind
from bridge.domain.audit import Actor, Way
from bridge.domain.errors import AlreadyThere, Invalid, NotFound, Refused
from bridge.domain.roles import Role
from bridge.domain.signatures import is_right
from bridge.ledger import notices, telling
from tests.support.mail_server import mail_server
from tests.support.receiver import receiver

SECRET = "a secret of some length"
URL = "https://hooks.example.com/T0/PATH"


def with_mail(desk: Desk, port: int) -> Desk:
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender="bridge@example.com")
    return replace(desk, settings=desk.settings.model_copy(update={"mail": mail}))


def test_a_webhook_without_a_secret_gets_one_that_is_shown_once(desk: Desk) -> None:
    added = alerts.add(desk, name="hook", webhook=URL)

    assert added.generated_secret is not None
    assert len(added.generated_secret) >= 32
    record = alerts.record(alerts.show(desk, name="hook"))
    assert record == {
        "name": "hook",
        "way": "webhook",
        "address": "https://hooks.example.com/…",
        "account": None,
        "kinds": None,
        "language": None,
        "disabled": False,
        "last_sent_at": None,
        "last_error": None,
    }


def test_neither_secret_nor_path_is_in_the_audit_trail(desk: Desk) -> None:
    alerts.add(desk, name="hook", webhook=URL, secret=SECRET)
    alerts.change(desk, name="hook", secret=SECRET * 2, kinds=[AlarmKind.DISK_LOW])

    found = trail.listing(desk, subject="alert:hook")
    assert [one.act for one in found] == ["alert change", "alert add"]
    assert found[0].detail == {"kinds": {"from": None, "to": ["disk_low"]}, "secret": "set"}
    assert SECRET not in str(found)
    assert "PATH" not in str(found)


def test_what_cannot_work_is_refused(desk: Desk) -> None:
    for wrong in (
        {},
        {"webhook": URL, "mail": "a@b.nl"},
        {"webhook": URL, "secret": "short"},
        {"mail": "a@b.nl"},  # there is no mail server
    ):
        with pytest.raises(Invalid):
            alerts.add(desk, name="x", **wrong)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="not signed"):
        alerts.add(with_mail(desk, 25), name="x", mail="a@b.nl", secret=SECRET)
    with pytest.raises(NotFound, match="nobody"):
        alerts.add(desk, name="x", webhook=URL, account="nobody")
    alerts.add(desk, name="x", webhook=URL)
    with pytest.raises(AlreadyThere):
        alerts.add(desk, name="x", webhook=URL)
    with pytest.raises(Invalid, match="add another"):
        alerts.change(with_mail(desk, 25), name="x", mail="a@b.nl")


def test_what_is_changed_can_go_back_to_all(desk: Desk) -> None:
    accounts.add(desk, name="sender", administration_codes=["A1"], password="x")
    alerts.add(desk, name="x", webhook=URL, account="sender", kinds=[AlarmKind.FILES_HELD], language="nl")

    changed = alerts.change(desk, name="x", clears=["account", "kinds", "language"], is_disabled=True)

    assert (changed.account, changed.kinds, changed.language, changed.is_disabled) == (
        None,
        None,
        None,
        True,
    )


async def test_a_webhook_is_tried_for_real(desk: Desk) -> None:
    async with receiver() as hook:
        await asyncio.to_thread(alerts.add, desk, name="hook", webhook=hook.url, secret=SECRET)
        good = await asyncio.to_thread(alerts.try_out, desk, name="hook")
        hook.status = 500
        bad = await asyncio.to_thread(alerts.try_out, desk, name="hook")

    assert (good.is_good, good.answer) == (True, "answered 204")
    assert (bad.is_good, bad.answer) == (False, "answered 500")
    body, headers = hook.got[0]
    assert orjson.loads(body)["event"] == "test"
    now = int(desk.clock.now().timestamp())
    assert is_right(SECRET, body, headers["Bridge-Signature"], now=now)
    shown = alerts.show(desk, name="hook")
    assert (shown.last_sent_at, shown.last_error) == (None, "answered 500")


async def test_a_mail_is_tried_for_real(desk: Desk) -> None:
    async with mail_server() as server:
        mailing = with_mail(desk, server.port)
        await asyncio.to_thread(alerts.add, mailing, name="ops", mail="ops@example.com", language="nl")
        tested = await asyncio.to_thread(alerts.try_out, mailing, name="ops")

    assert tested.is_good
    assert server.mails() == [
        (
            "[bridge] proefbericht",
            "Dit is een proefbericht: hier komen de alarmen van de bridge aan.\n",
        )
    ]
    assert trail.listing(desk, subject="alert:ops")[0].act == "alert test"


def test_only_operators_may(desk: Desk) -> None:
    alerts.add(desk, name="x", webhook=URL)
    support = replace(desk, actor=Actor(who="s", way=Way.CONSOLE, role=Role.SUPPORT))
    viewer = replace(desk, actor=Actor(who="v", way=Way.CONSOLE, role=Role.VIEWER, account=AccountId(1)))

    for act in (
        lambda: alerts.add(support, name="y", webhook=URL),
        lambda: alerts.remove(support, name="x"),
        lambda: alerts.try_out(support, name="x"),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(NotFound):
        alerts.listing(viewer)
    assert len(alerts.listing(support)) == 1


def test_what_a_person_closes_is_told_with_the_name(desk: Desk) -> None:
    alerts.add(desk, name="x", webhook=URL)
    raised = desk.database.write_now(
        telling.raise_once,
        kind=AlarmKind.LANE_PAUSED,
        subject="lane:destination",
        detail="stopped",
        now=desk.clock.now(),
        not_since=desk.clock.now(),
        has_mail=False,
    )
    assert raised is not None

    alarms.close(desk, alarm_id=raised.id)

    [first] = desk.database.read_now(notices.due, now=desk.clock.now(), limit=5)
    [second] = desk.database.read_now(notices.following, first=first, limit=5)
    assert (second.message.event, second.message.closed_by) == ("recovered", "tester")


def test_what_is_removed_is_gone(desk: Desk) -> None:
    alerts.add(desk, name="x", webhook=URL)
    alerts.remove(desk, name="x")

    assert alerts.listing(desk) == []
    with pytest.raises(NotFound):
        alerts.show(desk, name="x")
