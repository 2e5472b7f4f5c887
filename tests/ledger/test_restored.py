"""A restored ledger: nothing is sent twice by itself, nothing that was promised is forgotten."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import deliveries, lanes, restored, uploads
from bridge.ledger.schema import admins, console_sessions
from tests.support.builders import an_accepted_upload, an_account, an_upload, claim
from tests.support.clock import MINUTE, NOON

LATER = NOON + timedelta(hours=5)


def settle(connection: Connection) -> restored.Settled:
    """Do it, five hours later."""
    return restored.settle(connection, now=LATER, detail="the backup of noon was made", is_shared=True)


@pytest.mark.parametrize("kind", [Kind.DECLARATION, Kind.INVOICE_ATTACHMENT, Kind.DATA])
def test_what_would_do_harm_twice_is_held(connection: Connection, kind: Kind) -> None:
    delivery = an_accepted_upload(connection, an_account(connection), kind=kind)

    settled = settle(connection)

    after = deliveries.get(connection, delivery_id=delivery.id)
    assert (after.state, after.reason) == (DeliveryState.HELD, ReasonCode.RESTORED)
    assert (settled.held_deliveries, settled.going_again) == (1, 0)


@pytest.mark.parametrize("kind", [Kind.INVOICE_PDF, Kind.INVOICE_UBL])
def test_what_only_overwrites_goes_again_once_the_lane_may_send(connection: Connection, kind: Kind) -> None:
    delivery = an_accepted_upload(connection, an_account(connection), kind=kind)

    settled = settle(connection)

    assert settled.going_again == 1
    assert settled.lanes == ("destination",)
    assert claim(connection, now=LATER) == []
    lanes.resume(connection, name="destination")
    assert [one.delivery.id for one in claim(connection, now=LATER)] == [delivery.id]


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_under_way_is_unknown(connection: Connection, kind: Kind) -> None:
    delivery = an_accepted_upload(connection, an_account(connection), kind=kind)
    claim(connection)

    settle(connection)

    after = deliveries.get(connection, delivery_id=delivery.id)
    [attempt] = deliveries.attempts_of(connection, delivery_id=delivery.id)
    assert after.unknowns == 1
    assert after.lease_token is None
    assert after.state is (DeliveryState.PENDING if kind in restored.GOES_AGAIN else DeliveryState.HELD)
    assert (attempt.outcome, attempt.ended_at) == (Outcome.UNKNOWN, LATER)


def test_an_upload_that_nobody_had_looked_at_waits_for_a_person_and_can_be_taken_up(
    connection: Connection,
) -> None:
    account = an_account(connection)
    upload = an_upload(connection, account, "/declaration_file/a.txt")
    parked = an_upload(connection, account, "/b.pdf.part")

    settled = settle(connection)

    after = uploads.get(connection, upload_id=upload.id)
    assert settled.held_uploads == 1
    assert (after.state, after.reason) == (UploadState.HELD, ReasonCode.RESTORED)
    assert uploads.get(connection, upload_id=parked.id).state is UploadState.PARKED
    uploads.retry(connection, upload_id=upload.id, kind=None, administration=None, now=LATER)
    assert uploads.oldest_ready(connection, now=LATER) is not None


def test_what_was_decided_before_the_backup_stays(connection: Connection) -> None:
    account = an_account(connection)
    held = an_accepted_upload(connection, account, "/a.pdf")
    deliveries.hold(connection, delivery_id=held.id)
    cancelled = an_accepted_upload(connection, account, "/b.pdf")
    deliveries.cancel(connection, delivery_id=cancelled.id, now=NOON)

    settle(connection)

    assert deliveries.get(connection, delivery_id=held.id).reason == ReasonCode.BY_OPERATOR
    assert deliveries.get(connection, delivery_id=cancelled.id).state is DeliveryState.CANCELLED


def test_a_ledger_that_a_server_works_with_is_left_alone(connection: Connection) -> None:
    lanes.take(connection, name="destination", owner="node", now=NOON, until=LATER + MINUTE)

    with pytest.raises(Conflict, match="server node"):
        settle(connection)


def test_who_sent_when_a_file_was_copied_is_gone(connection: Connection) -> None:
    lanes.take(connection, name="destination", owner="node", now=NOON, until=LATER + MINUTE)

    restored.settle(connection, now=LATER, detail="the backup of noon was made", is_shared=False)

    assert lanes.get(connection, name="destination").owner is None


def test_the_senders_are_told_with_the_last_that_is_known_of_them(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/a.pdf", now=NOON)
    an_upload(connection, account, "/b.pdf", now=NOON + MINUTE)

    settled = settle(connection)

    assert settled.senders == (restored.Sender(account="sender", last_upload_at=NOON + MINUTE),)


def test_no_session_of_the_console_lives_again(connection: Connection) -> None:
    connection.execute(
        sa.insert(admins).values(id=1, name="a", role="operator", password_hash="x", created_at=NOON)
    )
    connection.execute(
        sa.insert(console_sessions).values(
            token_hash="x", admin_id=1, created_at=NOON, seen_at=NOON, expires_at=LATER, peer="", browser=""
        )
    )

    settle(connection)

    assert connection.execute(sa.select(sa.func.count()).select_from(console_sessions)).scalar() == 0
