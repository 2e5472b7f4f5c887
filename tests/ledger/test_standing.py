"""What is held, paused or about to end is found, by whose it is."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import administrations, deliveries, removing, standing, uploads
from bridge.ledger.schema import account_keys
from bridge.ledger.schema import accounts as accounts_table
from bridge.ledger.schema import deliveries as deliveries_table
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload
from tests.support.clock import DAY, MINUTE, NOON


def test_held_files_are_counted_by_account_and_reason(connection: Connection) -> None:
    place = an_administration(connection)
    sender, other = an_account(connection, place), an_account(connection, place, name="other")
    for number in range(2):
        upload = an_upload(connection, sender, f"/{number}.csv")
        uploads.stop(
            connection,
            upload=upload,
            to=UploadState.HELD,
            reason=ReasonCode.BROKEN_CSV,
            detail="line 3",
            now=NOON,
            sha256=None,
        )
    delivery = an_accepted_upload(connection, sender)
    connection.execute(
        sa.text("UPDATE deliveries SET state = 'held', reason = 'ambiguous' WHERE id = :id"),
        {"id": delivery.id},
    )
    kept = an_accepted_upload(connection, other)
    deliveries.hold(connection, delivery_id=kept.id)

    found = standing.held(connection)

    assert deliveries.get(connection, delivery_id=kept.id).state is DeliveryState.HELD
    assert {name: one.detail for name, one in found.items()} == {
        "sender": "3 files: 2 broken_csv, 1 ambiguous"  # and not what an operator keeps back
    }


def test_administrations_for_which_nothing_is_sent(connection: Connection) -> None:
    for code in ("A1", "B2", "C3"):
        an_administration(connection, code)
    [one, two, _] = administrations.listing(connection)
    administrations.pause(connection, administration_id=one.id, until=NOON + MINUTE, reason="401")
    administrations.pause(connection, administration_id=two.id, until=NOON - MINUTE, reason="401")
    administrations.set_stopped(connection, code="C3", is_stopped=True)

    found = standing.paused(connection, now=NOON)

    assert [(each.code, each.is_stopped, each.reason) for each in found] == [
        ("A1", False, "401"),
        ("C3", True, None),
    ]


def test_what_a_removed_account_left_is_not_told_of_the_next_of_its_name(connection: Connection) -> None:
    gone = an_account(connection)
    left = an_accepted_upload(connection, gone)
    deliveries.hold(connection, delivery_id=left.id)
    connection.execute(sa.update(deliveries_table).values(reason=ReasonCode.BROKEN_CSV))
    removing.remove(connection, account_id=gone.id, now=NOON)
    an_account(connection, an_administration(connection, "B2"))

    assert left.account_id == gone.id
    assert list(standing.held(connection)) == [f"sender#{gone.id}"]


def test_passwords_and_keys_that_end_are_found_the_first_first(connection: Connection) -> None:
    place = an_administration(connection)
    account = an_account(connection, place, password_hash="x")
    gone = an_account(connection, place, name="gone", password_hash="x")
    connection.execute(sa.update(accounts_table).values(password_expires_at=NOON + 3 * DAY))
    removing.remove(connection, account_id=gone.id, now=NOON)
    for fingerprint, ends_in in (("SHA256:a", DAY), ("SHA256:b", 30 * DAY), ("SHA256:c", -30 * DAY)):
        connection.execute(
            sa.insert(account_keys).values(
                account_id=account.id,
                fingerprint=fingerprint,
                public_key="",
                comment="",
                expires_at=NOON + ends_in,
            )
        )

    found = standing.expiring(connection, since=NOON - 14 * DAY, until=NOON + timedelta(days=14))

    assert [(one.account, one.what) for one in found] == [("sender", "SHA256:a"), ("sender", "password")]
