"""What does not go is found, and nothing else."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.status import Rejected
from bridge.domain.uploads import Upload, UploadId
from bridge.ledger import arrived, deliveries, status_rejected, tree
from bridge.ledger import uploads as upload_questions
from bridge.ledger.database import Database
from bridge.ledger.schema import deliveries as delivery_rows
from bridge.ledger.schema import uploads as upload_rows
from tests.ledger.test_plans import explain
from tests.support.builders import a_plan, accept, an_account, an_upload, deliveries_of
from tests.support.clock import DAY, MINUTE, NOON


@pytest.fixture
def account(connection: Connection) -> Account:
    return an_account(connection)


def found(connection: Connection, account: Account) -> list[Rejected]:
    since = NOON - 3 * DAY
    return status_rejected.rejected(
        connection,
        account_id=account.id,
        since=since,
        from_id=arrived.first_since(connection, since=since),
    )


def paths(connection: Connection, account: Account) -> list[str]:
    return [one.upload.path for one in found(connection, account)]


def stop(connection: Connection, upload: Upload, state: str = "held", reason: str = "broken_csv") -> None:
    connection.execute(
        sa.update(upload_rows)
        .where(upload_rows.c.id == upload.id)
        .values(state=state, reason=reason, detail="line 3", finished_at=upload.closed_at)
    )


def stopped(connection: Connection, account: Account, path: str, **values: Any) -> Upload:
    upload = an_upload(connection, account, path, **values)
    stop(connection, upload)
    return upload


def accepted(
    connection: Connection, account: Account, path: str, reason: ReasonCode | None = None, **values: Any
) -> Upload:
    """An upload of one document, which is held for the *reason* if there is one."""
    kind = values.pop("kind", Kind.INVOICE_PDF)
    upload = an_upload(connection, account, path, **values)
    accept(connection, upload, a_plan(upload, account.administrations[0], kind, reason=reason))
    return upload


def test_uploads_and_files_of_them_that_are_held_are_found_the_newest_first(
    connection: Connection, account: Account
) -> None:
    stopped(connection, account, "/1.csv")
    accepted(connection, account, "/2.pdf")
    accepted(connection, account, "/3.pdf", ReasonCode.BROKEN_PDF)
    stop(connection, an_upload(connection, account, "/4.zip"), "refused", "broken_archive")
    an_upload(connection, account, "/5.csv")

    assert paths(connection, account) == ["/4.zip", "/3.pdf", "/1.csv"]


def test_nothing_of_others_or_of_long_ago_is(connection: Connection, account: Account) -> None:
    other = an_account(connection, account.administrations[0], name="other")
    for whose, path, now in ((other, "/theirs.csv", NOON), (account, "/old.csv", NOON - 4 * DAY)):
        stopped(connection, whose, path, now=now)
        accepted(connection, whose, f"{path}.pdf", ReasonCode.BROKEN_PDF, now=now)

    assert paths(connection, account) == []


def test_an_archive_tells_which_of_its_files_do_not_go(connection: Connection, account: Account) -> None:
    place = account.administrations[0]
    archive = an_upload(connection, account, "/a.zip")
    accept(
        connection,
        archive,
        a_plan(archive, place, member="x/1.pdf"),
        a_plan(archive, place, member="x/2.pdf", reason=ReasonCode.BROKEN_PDF),
        a_plan(archive, place, member="x/3.pdf", reason=ReasonCode.SAME_NAME_TWICE),
    )

    [one] = found(connection, account)

    assert [(stuck.name, stuck.reason) for stuck in one.stuck] == [
        ("x/2.pdf", ReasonCode.BROKEN_PDF),
        ("x/3.pdf", ReasonCode.SAME_NAME_TWICE),
    ]
    assert one.upload.counts == {DeliveryState.PENDING: 1, DeliveryState.HELD: 2}
    assert one.batch is None


def test_what_a_person_cancelled_is_told_and_what_was_skipped_is_not(
    connection: Connection, account: Account
) -> None:
    cancelled = accepted(connection, account, "/cancelled.pdf", ReasonCode.BROKEN_PDF)
    [delivery] = deliveries_of(connection, cancelled)
    deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
    plain = accepted(connection, account, "/plain.pdf")
    [delivery] = deliveries_of(connection, plain)
    deliveries.cancel(connection, delivery_id=delivery.id, now=NOON)
    skip(connection, accepted(connection, account, "/skipped.pdf"))

    assert paths(connection, account) == ["/plain.pdf", "/cancelled.pdf"]


def skip(connection: Connection, upload: Upload) -> None:
    [delivery] = deliveries_of(connection, upload)
    connection.execute(
        sa.update(delivery_rows)
        .where(delivery_rows.c.id == delivery.id)
        .values(state="cancelled", reason="sent_before", finished_at=NOON)
    )


def test_what_was_sent_again_under_its_path_is_found_no_more(
    connection: Connection, account: Account
) -> None:
    stopped(connection, account, "/a.csv")
    accepted(connection, account, "/b.pdf", ReasonCode.BROKEN_PDF)
    assert paths(connection, account) == ["/b.pdf", "/a.csv"]

    an_upload(connection, account, "/a.csv", now=NOON + MINUTE)
    an_upload(connection, account, "/b.pdf", now=NOON + MINUTE)

    assert paths(connection, account) == []


def test_also_when_the_newer_one_was_delivered_and_forgotten(
    connection: Connection, account: Account
) -> None:
    stopped(connection, account, "/d.txt")
    newer = accepted(connection, account, "/d.txt", kind=Kind.DECLARATION, now=NOON + MINUTE)
    tree.forget(connection, upload_ids=[newer.id])

    assert paths(connection, account) == []


def test_the_same_name_in_another_folder_replaces_nothing(connection: Connection, account: Account) -> None:
    stopped(connection, account, "/csv/a.csv")
    an_upload(connection, account, "/a.csv")

    assert paths(connection, account) == ["/csv/a.csv"]


def test_a_repetition_that_was_skipped_replaces_nothing(connection: Connection, account: Account) -> None:
    accepted(connection, account, "/a.pdf", ReasonCode.REJECTED)
    skip(connection, accepted(connection, account, "/a.pdf", now=NOON + MINUTE))

    assert paths(connection, account) == ["/a.pdf"]


def test_every_declaration_is_a_claim_of_its_own(connection: Connection, account: Account) -> None:
    accepted(connection, account, "/d.txt", ReasonCode.DUPLICATE, kind=Kind.DECLARATION)
    accepted(connection, account, "/d.txt", kind=Kind.DECLARATION, now=NOON + MINUTE)

    assert paths(connection, account) == ["/d.txt"]


def test_what_was_refused_again_is_told_once(connection: Connection, account: Account) -> None:
    for minute in range(3):
        stopped(connection, account, "/a.csv", now=NOON + minute * MINUTE)

    assert paths(connection, account) == ["/a.csv"]


def test_the_rest_of_its_batch_is_told(connection: Connection, account: Account) -> None:
    first = accepted(connection, account, "/1.pdf")
    accepted(connection, account, "/2.pdf", ReasonCode.BROKEN_PDF, batch=first.id)

    [one] = found(connection, account)

    assert one.batch is not None
    assert (one.batch.id, one.batch.files) == (first.id, 2)


def test_the_newest_of_many_are_told(
    connection: Connection, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_rejected, "MAX_REPORTS", 2)
    for number in range(4):
        stopped(connection, account, f"/{number}.csv")

    assert paths(connection, account) == ["/3.csv", "/2.csv"]


def test_an_upload_that_a_person_retries_is_told_no_more(connection: Connection, account: Account) -> None:
    upload = stopped(connection, account, "/a.csv")
    upload_questions.retry(
        connection, upload_id=UploadId(upload.id), kind=None, administration=None, now=NOON
    )

    assert paths(connection, account) == []


@pytest.mark.parametrize("query", [*status_rejected._WHOLE, *status_rejected._STUCK])
def test_what_does_not_go_is_found_by_the_indexes_of_it(sqlite_database: Database, query: Any) -> None:
    plan = sqlite_database.read_now(explain, query)

    assert not any(word in line for line in plan for word in ("SCAN", "TEMP B-TREE", "account_id_id"))
    assert any(
        "ix_uploads_set_aside" in line or "ix_deliveries_state (state=? AND id>" in line for line in plan
    )
