"""Who is told what: by kind and account; a tenant's contact of the own account only; the end, who heard."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.alarms import Alarm, AlarmKind
from bridge.domain.alerts import AlertEvent, AlertWay
from bridge.ledger import alert_targets, notices, removing, telling
from bridge.ledger.schema import accounts, deliveries
from bridge.ledger.schema import alert_targets as targets_table
from bridge.ledger.schema import notices as table
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON

HELD, DISK = AlarmKind.FILES_HELD, AlarmKind.DISK_LOW


@pytest.fixture
def sender(connection: Connection) -> Account:
    """An account of A1, beside another one; both have a contact."""
    place = an_administration(connection)
    account = an_account(connection, place)
    an_account(connection, an_administration(connection, "B2"), name="other")
    connection.execute(sa.update(accounts).values(contact=accounts.c.name + "@example.com"))
    return account


def target(connection: Connection, name: str, **values: Any) -> None:
    wanted = {"account_id": None, "kinds": None, "language": None, **values}
    alert_targets.add(
        connection,
        name=name,
        way=AlertWay.WEBHOOK,
        address="https://example.com",
        sealed_secret="x",
        now=NOON,
        **wanted,
    )


def sound(
    connection: Connection, kind: AlarmKind = HELD, subject: str = "account:sender", *, has_mail: bool = True
) -> Alarm | None:
    return telling.raise_once(
        connection,
        kind=kind,
        subject=subject,
        detail="1 file",
        now=NOON,
        not_since=NOON + MINUTE,
        has_mail=has_mail,
    )


def told(connection: Connection, event: AlertEvent = AlertEvent.RAISED) -> set[str]:
    """Names of targets, and addresses of contacts."""
    rows = connection.execute(
        sa.select(targets_table.c.name, accounts.c.contact)
        .select_from(table)
        .outerjoin(targets_table, targets_table.c.id == table.c.target_id)
        .outerjoin(accounts, accounts.c.id == table.c.account_id)
        .where(table.c.event == event)
    )
    return {row.name or row.contact for row in rows}


def test_targets_of_a_removed_account_hear_nothing_of_the_next_of_its_name(
    connection: Connection, sender: Account
) -> None:
    target(connection, "of-sender", account_id=sender.id)
    files = an_upload(connection, sender, "/a.zip")
    removing.remove(connection, account_id=sender.id, now=NOON)
    following = an_account(connection, sender.administrations[0])
    target(connection, "of-the-next", account_id=following.id)

    sound(connection)
    assert told(connection) == {"of-the-next"}
    sound(connection, AlarmKind.BATCH_INCOMPLETE, f"batch:{files.id}", has_mail=False)

    assert told(connection) == {"of-the-next"}  # nor the next of what the former sent
    assert alert_targets.listing(connection)[0].account_id == following.id


def test_targets_hear_what_they_asked_for(connection: Connection, sender: Account) -> None:
    target(connection, "all")
    target(connection, "held", kinds=frozenset({HELD}))
    target(connection, "disk", kinds=frozenset({DISK}))
    target(connection, "of-sender", account_id=sender.id)
    target(connection, "off")
    alert_targets.change(connection, name="off", values={"is_disabled": True})

    sound(connection)
    assert told(connection) == {"all", "held", "of-sender", "sender@example.com"}
    assert sound(connection) is None  # nobody is told twice
    assert len(connection.execute(sa.select(table)).all()) == 4


@pytest.mark.parametrize(
    ("subject", "hears"),
    [
        ("administration:A1", {"of-sender"}),
        ("administration:B2", set()),
        ("lane:destination", set()),
        ("batch:1", {"of-sender"}),
        ("account:other", set()),
    ],
)
def test_a_target_of_an_account_hears_what_is_about_it(
    connection: Connection, sender: Account, subject: str, hears: set[str]
) -> None:
    target(connection, "of-sender", account_id=sender.id)
    upload = an_upload(connection, sender)

    sound(connection, AlarmKind.CUT_OFF_LATE, subject.replace("batch:1", f"batch:{upload.id}"))

    assert told(connection) == hears


def test_contacts_hear_of_three_kinds_and_only_where_mail_can_be_sent(
    connection: Connection, sender: Account
) -> None:
    sound(connection, AlarmKind.UPLOAD_MISSING, has_mail=False)
    sound(connection, AlarmKind.ADMINISTRATION_PAUSED, "administration:A1")
    assert told(connection) == set()

    sound(connection, AlarmKind.CREDENTIAL_EXPIRING)
    assert told(connection) == {"sender@example.com"}
    assert sender.name == "sender"


def test_a_contact_learns_why_the_files_wait(connection: Connection, sender: Account) -> None:
    an_accepted_upload(connection, sender)
    connection.execute(sa.update(deliveries).values(state="held", reason="ambiguous"))

    sound(connection)

    [found] = notices.due(connection, now=NOON, limit=5)
    assert found.message.reasons == {"ambiguous": 1}


def test_who_heard_of_it_hears_that_it_is_over(connection: Connection, sender: Account) -> None:
    target(connection, "early")
    target(connection, "leaves")
    alarm = sound(connection)
    assert alarm is not None
    target(connection, "late")
    alert_targets.remove(connection, name="leaves", now=NOON)

    telling.recover(connection, alarm_id=alarm.id, now=NOON + MINUTE)

    assert told(connection, AlertEvent.RECOVERED) == {"early", f"{sender.name}@example.com"}


def test_what_a_person_closed_is_told_to_operators_only(connection: Connection, sender: Account) -> None:
    target(connection, "ops")
    alarm = sound(connection, subject=f"account:{sender.name}")
    assert alarm is not None

    telling.recover(connection, alarm_id=alarm.id, now=NOON + MINUTE, closed_by="anna")

    assert told(connection, AlertEvent.RECOVERED) == {"ops"}


def test_every_message_has_an_id_of_its_own(connection: Connection, sender: Account) -> None:
    target(connection, "one")
    target(connection, "two")
    sound(connection, subject=f"account:{sender.name}")

    found = notices.due(connection, now=NOON, limit=5)

    assert len({one.message.id for one in found}) == len(found) == 3
