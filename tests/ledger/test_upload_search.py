"""Searching among all that came: what is found, how far one look goes, that no table is walked through."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import upload_search, uploads
from bridge.ledger.database import Database
from bridge.ledger.upload_search import Found, Wanted, search
from tests.ledger.million import fill
from tests.support.builders import (
    a_plan,
    accept,
    an_accepted_upload,
    an_account,
    an_administration,
    an_upload,
)
from tests.support.clock import DAY, MINUTE, NOON
from tests.support.databases import SqliteTemplate


def names(found: Found) -> list[str]:
    return [one.name for one in found.uploads]


def test_a_part_of_a_name_is_found_in_any_case_and_inside_archives(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/Open_Items.csv")
    archive = an_upload(connection, account, "/all.zip")
    accept(connection, archive, a_plan(archive, account.administrations[0], member="in/open_items-2.pdf"))
    an_upload(connection, account, "/openXitems.csv")

    found = search(connection, wanted=Wanted(name="open_ITEMS"))

    assert names(found) == ["all.zip", "Open_Items.csv"]  # an underscore is no wildcard


def test_a_page_ends_where_the_next_begins(connection: Connection) -> None:
    account = an_account(connection)
    for number in range(5):
        an_upload(connection, account, f"/{number}.pdf")

    first = search(connection, wanted=Wanted(), limit=2)
    second = search(connection, wanted=Wanted(), before=first.before, limit=2)
    third = search(connection, wanted=Wanted(), before=second.before, limit=2)

    assert [names(page) for page in (first, second, third)] == [
        ["4.pdf", "3.pdf"],
        ["2.pdf", "1.pdf"],
        ["0.pdf"],
    ]
    assert third.before is None


def test_a_batch_is_found_however_long_ago_it_came(connection: Connection) -> None:
    account = an_account(connection)
    first = an_upload(connection, account, "/0.pdf")
    an_upload(connection, account, "/1.pdf", batch=first.id)
    an_upload(connection, account, "/2.pdf")

    found = search(connection, wanted=Wanted(batch=first.id), stretch=1)

    assert names(found) == ["1.pdf", "0.pdf"]
    assert (found.before, found.looked_to) == (None, None)


def test_a_day_has_what_was_closed_in_it_also_by_a_later_rename(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/before.pdf", now=NOON - MINUTE)
    late = an_upload(connection, account, "/renamed.pdf", now=NOON - DAY / 2)
    an_upload(connection, account, "/in.pdf", now=NOON)
    connection.execute(
        sa.text("UPDATE uploads SET closed_at = :at WHERE id = :id"),
        {"at": int((NOON + MINUTE).timestamp()) * 1_000_000, "id": late.id},
    )
    an_upload(connection, account, "/after.pdf", now=NOON + DAY)

    found = search(connection, wanted=Wanted(since=NOON, until=NOON + DAY))

    assert names(found) == ["in.pdf", "renamed.pdf"]


def test_a_hash_is_found_by_its_beginning_in_documents_and_in_what_was_set_aside(
    connection: Connection,
) -> None:
    account = an_account(connection)
    an_accepted_upload(connection, account, "/sent.pdf")  # its document has 64 zeros
    held = an_upload(connection, account, "/held.pdf")
    uploads.stop(
        connection,
        upload=held,
        to=UploadState.HELD,
        reason=ReasonCode.BROKEN_PDF,
        detail="",
        now=NOON,
        sha256="0000000" + "f" * 57,
    )
    an_upload(connection, account, "/other.pdf")

    assert names(search(connection, wanted=Wanted(sha256="0000000"))) == ["held.pdf", "sent.pdf"]
    assert names(search(connection, wanted=Wanted(sha256="0" * 64))) == ["sent.pdf"]


def test_an_archive_that_was_unpacked_is_found_by_its_own_hash(connection: Connection) -> None:
    account = an_account(connection)
    archive = an_upload(connection, account, "/all.zip")
    planned = a_plan(archive, account.administrations[0], member="1.pdf")
    uploads.accept(connection, upload=archive, sha256="a" * 64, planned=[planned], now=NOON)

    assert names(search(connection, wanted=Wanted(sha256="aaaaaa"))) == ["all.zip"]


def test_filters_narrow_each_other(connection: Connection) -> None:
    place = an_administration(connection)
    one = an_account(connection, place, name="one")
    two = an_account(connection, place, name="two")
    for account in (one, two):
        an_upload(connection, account, "/a.pdf", is_closed=False)
        an_upload(connection, account, "/b.pdf")

    wanted = Wanted(account_id=two.id, states=(UploadState.PARTIAL,), name="a")
    found = search(connection, wanted=wanted)

    assert [(one.account_id, one.name) for one in found.uploads] == [(two.id, "a.pdf")]


def test_one_look_goes_so_far_and_the_next_goes_on(connection: Connection) -> None:
    account = an_account(connection)
    an_upload(connection, account, "/wanted.pdf", now=NOON - DAY)
    for number in range(6):
        an_upload(connection, account, f"/{number}.pdf")

    first = search(connection, wanted=Wanted(name="wanted"), stretch=4)
    second = search(connection, wanted=Wanted(name="wanted"), before=first.before, stretch=4)

    assert names(first) == []
    assert first.looked_to == NOON
    assert names(second) == ["wanted.pdf"]
    assert second.looked_to is None


def test_an_archive_with_more_files_than_one_look_takes_is_searched_all_the_same(
    connection: Connection,
) -> None:
    account = an_account(connection)
    archive = an_upload(connection, account, "/all.zip")
    plans = [a_plan(archive, account.administrations[0], member=f"{number}.pdf") for number in range(9)]
    accept(connection, archive, *plans)

    assert names(search(connection, wanted=Wanted(name="7.pdf"), stretch=3)) == ["all.zip"]


QUESTIONS = {
    "nothing": Wanted(),
    "name": Wanted(name="no-such-name"),
    "name and account": Wanted(name="no-such-name", account_id=AccountId(2)),
    "hash": Wanted(sha256="00a0b0"),
    "account": Wanted(account_id=AccountId(3)),
    "unknown account": Wanted(account_id=AccountId(99)),
    "day": Wanted(since=NOON - 60 * DAY, until=NOON - 59 * DAY),
    **{f"state {state}": Wanted(states=(state,)) for state in UploadState},
    "held of an account": Wanted(states=(UploadState.HELD,), account_id=AccountId(3)),
    "withdrawn of an account": Wanted(states=(UploadState.WITHDRAWN,), account_id=AccountId(1)),
}


@pytest.fixture(scope="module", params=[50_000, pytest.param(1_000_000, marks=pytest.mark.campaign)])
def many(
    request: pytest.FixtureRequest, sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A ledger with many uploads."""
    with sqlite_template.database(tmp_path_factory.mktemp("many")) as database:
        database.write_now(fill, uploads=request.param)
        yield database


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_among_many_uploads_a_page_comes_at_once_and_no_table_is_walked_through(
    many: Database, name: str
) -> None:
    plans: list[str] = []

    def look(connection: Connection) -> Found:
        def explain(statement: str, parameters: tuple[object, ...]) -> None:
            rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in rows)

        sa.event.listen(connection, "before_cursor_execute", lambda *each: explain(each[2], each[3]))
        return search(connection, wanted=QUESTIONS[name])

    started = time.perf_counter()
    many.read_now(search, wanted=QUESTIONS[name])
    took = timedelta(seconds=time.perf_counter() - started)
    many.read_now(look)

    assert [line for line in plans if line in {"SCAN uploads", "SCAN documents"}] == []
    assert plans
    assert took < timedelta(milliseconds=300)


def test_today_is_counted_up_to_a_bound(many: Database) -> None:
    wanted = Wanted(since=NOON - DAY)

    assert many.read_now(upload_search.count, wanted=wanted, most=100) == 100
    assert many.read_now(upload_search.count, wanted=wanted, most=20_000) in {501, 10_001}


def test_looks_one_after_the_other_find_the_oldest_of_many(many: Database) -> None:
    before: UploadId | None = None
    looks = 0
    found = Found(uploads=())
    while not found.uploads and (looks == 0 or before is not None):
        found = many.read_now(search, wanted=Wanted(name="invoice-17"), before=before, limit=1)
        before, looks = found.before, looks + 1

    assert found.uploads
    assert looks <= 11
