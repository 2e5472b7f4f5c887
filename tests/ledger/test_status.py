"""What the folder status is made of, as the ledger has it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.errors import NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.status import Facts, Fate
from bridge.domain.uploads import Upload
from bridge.ledger import accounts, status, tree
from bridge.ledger.schema import account_administrations, deliveries, uploads
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
    claim,
)
from tests.support.clock import DAY, MINUTE, NOON

HOUR = 60 * MINUTE


def facts(connection: Connection, account: Account, now: datetime = NOON + HOUR) -> Facts:
    return status.facts(connection, account_id=account.id, language="en", now=now)


def paths(found: Facts) -> list[str]:
    return [upload.path for upload in found.recent]


def deliver(connection: Connection, delivery: Delivery) -> None:
    connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery.id)
        .values(state=DeliveryState.DELIVERED, lease_token=None, lease_until=None, finished_at=NOON + MINUTE)
    )


def stop(connection: Connection, upload: Upload, state: str = "held", reason: str = "broken_csv") -> None:
    connection.execute(
        sa.update(uploads)
        .where(uploads.c.id == upload.id)
        .values(state=state, reason=reason, finished_at=NOON + MINUTE)
    )


def test_uploads_of_the_last_days_are_told_the_newest_first(connection: Connection) -> None:
    account = an_account(connection)
    other = an_account(connection, account.administrations[0], name="other")
    for age, path in ((4, "/old.csv"), (2, "/mine.csv"), (0, "/new.csv")):
        an_upload(connection, account, path, now=NOON - age * DAY)
    an_upload(connection, other, "/theirs.csv")

    found = facts(connection, account)

    assert paths(found) == ["/new.csv", "/mine.csv"]
    assert found.tally == {Fate.WAITING: 1}
    assert (found.waiting, found.is_tally_cut) == (3, False)


def test_what_its_sender_took_back_is_not_told(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/a.csv")
    tree.remove_file(connection, account_id=account.id, folder="/", name="a.csv", now=NOON)

    found = facts(connection, account)

    assert (paths(found), dict(found.tally), found.waiting) == ([], {}, 0)


def test_what_is_delivered_says_its_import_and_when_that_became_known(connection: Connection) -> None:
    account = an_account(connection)
    deliver(connection, an_accepted_upload(connection, account, "/csv/open.csv", Kind.DATA))

    [upload] = facts(connection, account).recent

    [part] = upload.parts
    assert (upload.fate, upload.changed_at, part.count) == (Fate.DELIVERED, NOON + MINUTE, 1)
    assert part.coming is not None
    assert part.coming.import_at == NOON + 12 * HOUR


def test_uploads_of_today_are_counted_by_what_became_of_them(connection: Connection) -> None:
    account = an_account(connection)
    place = account.administrations[0]
    deliver(connection, an_accepted_upload(connection, account, "/1.pdf"))
    an_accepted_upload(connection, account, "/2.pdf")
    an_upload(connection, account, "/3.pdf")
    an_upload(connection, account, "/4.pdf", is_closed=False)
    an_upload(connection, account, "/5.pdf.part")
    stop(connection, an_upload(connection, account, "/6.zip"), "refused", "broken_archive")
    archive = an_upload(connection, account, "/7.zip")
    accept(connection, archive, *[a_plan(archive, place, member=f"{n}.pdf") for n in range(3)])
    for delivery in claim(connection, limit=1):
        deliver(connection, delivery.delivery)
    held = an_upload(connection, account, "/8.pdf")
    accept(connection, held, a_plan(held, place, reason=ReasonCode.BROKEN_PDF))

    found = facts(connection, account)

    counted = {fate: sum(upload.fate is fate for upload in found.recent) for fate in found.tally}
    assert found.tally == counted
    assert found.tally[Fate.WAITING] >= 2
    assert {Fate.INTERRUPTED, Fate.UNRENAMED, Fate.REFUSED, Fate.HELD} <= set(found.tally)


def test_what_waits_is_counted_in_every_lane_and_of_every_kind(connection: Connection) -> None:
    account = an_account(connection)
    other = an_account(connection, account.administrations[0], name="other")
    an_accepted_upload(connection, account, "/1.pdf")
    an_accepted_upload(connection, account, "/2.csv", Kind.DATA)
    again = an_accepted_upload(connection, account, "/3.pdf")
    connection.execute(sa.update(deliveries).where(deliveries.c.id == again.id).values(attempts=2))
    leased = an_accepted_upload(connection, account, "/4.pdf")
    connection.execute(
        sa.update(deliveries).where(deliveries.c.id == leased.id).values(state="leased", lease_token="x")
    )
    an_upload(connection, account, "/5.pdf", now=NOON - 9 * DAY)
    deliver(connection, an_accepted_upload(connection, account, "/6.pdf"))
    an_accepted_upload(connection, other, "/7.pdf")

    assert facts(connection, account).waiting == 5


def test_only_the_newest_of_a_flood_are_told_and_counted(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "MAX_FILES", 2)
    monkeypatch.setattr(status, "MAX_COUNTED", 3)
    account = an_account(connection)
    for number in range(3):
        an_upload(connection, account, f"/{number}.csv")

    assert not facts(connection, account).is_tally_cut
    an_upload(connection, account, "/3.csv")
    found = facts(connection, account)

    assert paths(found) == ["/3.csv", "/2.csv"]
    assert (found.is_tally_cut, sum(found.tally.values())) == (True, 3)


def test_the_day_is_that_of_the_first_administration(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/evening.csv", now=NOON)

    tonight = facts(connection, account, now=NOON + 11 * HOUR)

    assert str(tonight.today) == "2026-11-22"
    assert dict(tonight.tally) == {}
    assert paths(tonight) == ["/evening.csv"]


def test_an_account_without_an_administration_has_a_page_too(connection: Connection) -> None:
    account = an_account(connection)
    connection.execute(sa.delete(account_administrations))

    assert facts(connection, account).timezone == "Etc/UTC"


def test_language_and_wishes_are_the_account_s(connection: Connection) -> None:
    account = an_account(connection)
    before = facts(connection, account)
    accounts.change(connection, account_id=account.id, values={"language": "nl", "tells_ok": True})
    after = facts(connection, account)

    assert (before.language, before.tells_ok) == ("en", False)
    assert (after.language, after.tells_ok) == ("nl", True)


def test_an_account_that_is_none_has_no_page(connection: Connection) -> None:
    with pytest.raises(NotFound):
        status.facts(connection, account_id=an_account(connection).id + 1, language="en", now=NOON)  # type: ignore[arg-type]


def test_the_answers_are_made_from_the_facts(connection: Connection) -> None:
    account = an_account(connection, an_administration(connection, code="A7"))
    stop(connection, an_upload(connection, account, "/a.csv"))

    found = status.answers(connection, account_id=account.id, language="nl", now=NOON + HOUR)

    assert [answer.name for answer in found] == ["today.txt", "a.csv.rejected.txt"]
    assert found[1].modified_at == NOON + MINUTE
    assert status.answers(connection, account_id=account.id, language="nl", now=NOON + 2 * HOUR) == found


def test_days_that_end_within_the_look_back_do_not_matter(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/a.csv", now=NOON - timedelta(days=2, hours=23))

    assert paths(facts(connection, account, now=NOON)) == ["/a.csv"]
    assert paths(facts(connection, account, now=NOON + 2 * HOUR)) == []
