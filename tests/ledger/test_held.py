"""What waits for a person, by its reason."""

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import held, uploads
from tests.support.builders import a_plan, accept, an_account, an_administration, an_upload
from tests.support.clock import MINUTE, NOON

WHY = ReasonCode.UNKNOWN_KIND


def stopped(connection: Connection, account: Account, path: str, reason: ReasonCode = WHY) -> Upload:
    """An upload that is held as a whole."""
    upload = an_upload(connection, account, path)
    uploads.stop(connection, upload=upload, to=UploadState.HELD, reason=reason, detail="x", now=NOON)
    return upload


@pytest.fixture
def pair(connection: Connection) -> tuple[Account, Account]:
    """Two accounts: of the first two uploads are held and a file of an archive, of the second one upload."""
    place = an_administration(connection)
    one, two = (an_account(connection, place, name=name) for name in ("one", "two"))
    archive = an_upload(connection, one, "/all.zip", now=NOON - MINUTE)
    accept(connection, archive, a_plan(archive, place, None, member="a.dat", reason=WHY), now=NOON - MINUTE)
    stopped(connection, one, "/a.dat")
    stopped(connection, one, "/b.dat")
    stopped(connection, two, "/c.pdf", ReasonCode.BROKEN_PDF)
    return one, two


def test_what_is_held_is_told_by_reason_the_oldest_first(
    connection: Connection, pair: tuple[Account, Account]
) -> None:
    one, two = pair

    groups = held.groups(connection)
    own = held.groups(connection, account_id=two.id)

    assert [(group.reason, group.uploads, group.deliveries, group.files) for group in groups] == [
        (WHY, 2, 1, 3),
        (ReasonCode.BROKEN_PDF, 1, 0, 1),
    ]
    assert groups[0].oldest_at == NOON - MINUTE
    assert groups[0].accounts == {one.id}
    assert [group.reason for group in own] == [ReasonCode.BROKEN_PDF]


def test_a_group_opens_by_the_page(connection: Connection, pair: tuple[Account, Account]) -> None:
    first = held.uploads_of(connection, reason=WHY, limit=1)
    second = held.uploads_of(connection, reason=WHY, after=first[-1].id)
    [single] = held.deliveries_of(connection, reason=WHY, account_id=pair[0].id)

    assert [one.name for one in (*first, *second)] == ["a.dat", "b.dat"]
    assert held.deliveries_of(connection, reason=WHY, after=single.id) == []
    assert held.uploads_of(connection, reason=WHY, account_id=pair[1].id) == []


def test_all_of_a_group_can_be_named(connection: Connection, pair: tuple[Account, Account]) -> None:
    whole, single = held.chosen(connection, reason=WHY)
    others, none = held.chosen(connection, reason=ReasonCode.BROKEN_PDF, account_id=pair[1].id)

    assert (len(whole), len(single)) == (2, 1)
    assert (len(others), len(none)) == (1, 0)
