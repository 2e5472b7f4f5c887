"""What an account has sent lately and what is kept of it, counted no further than is needed."""

from datetime import datetime

from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.uploads import UploadId
from bridge.ledger.usage import Usage, usage
from tests.support.builders import an_account, an_administration, an_upload
from tests.support.clock import DAY, MINUTE, NOON


def asked(
    connection: Connection,
    account: Account,
    *,
    since: datetime = NOON - DAY,
    most: int = 10,
    first: UploadId | None = None,
) -> Usage:
    return usage(connection, account_id=account.id, since=since, most_files=most, first_kept=first)


def test_closed_files_of_this_account_count_and_partials_only_by_their_bytes(connection: Connection) -> None:
    place = an_administration(connection)
    account = an_account(connection, place)
    other = an_account(connection, place, name="other")
    an_upload(connection, account, "/old.pdf", size=1, now=NOON - 2 * DAY)
    first = an_upload(connection, account, "/1.pdf", size=10, now=NOON - MINUTE)
    an_upload(connection, account, "/2.pdf", size=100, now=NOON)
    an_upload(connection, account, "/3.pdf", size=1000, now=NOON, is_closed=False)
    an_upload(connection, other, "/4.pdf", size=10_000, now=NOON)

    found = asked(connection, account)

    assert (found.files, found.oldest_at, found.kept_bytes) == (2, NOON - MINUTE, 1111)
    assert asked(connection, account, first=first.id).kept_bytes == 1110


def test_no_more_files_are_looked_at_than_may_be_sent(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(4):
        an_upload(connection, account, f"/{number}.pdf", now=NOON + number * MINUTE)

    found = asked(connection, account, most=2)

    assert (found.files, found.oldest_at) == (2, NOON + 2 * MINUTE)


def test_what_is_no_longer_kept_takes_no_room_and_moves_the_first(connection: Connection) -> None:
    account = an_account(connection)
    gone = an_upload(connection, account, "/1.pdf", size=10)
    an_upload(connection, account, "/1.pdf", size=20)  # takes its place

    found = asked(connection, account)

    assert found.kept_bytes == 20
    assert found.first_kept is not None
    assert found.first_kept > gone.id


def test_an_account_that_sent_nothing_has_used_nothing(connection: Connection) -> None:
    found = asked(connection, an_account(connection), first=UploadId(7))

    assert found == Usage(files=0, oldest_at=None, kept_bytes=0, first_kept=UploadId(7))
