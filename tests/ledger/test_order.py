"""An older file never lands after a newer one, however long it was held (payt-imports §2)."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import Assignment, Delivery, DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import deliveries, obstacles, replays, schema, uploads
from tests.support.builders import a_plan, accept, an_accepted_upload, an_account, an_upload, claim
from tests.support.clock import MINUTE, NOON

LANE = "destination"


def now_of(connection: Connection, delivery: Delivery) -> Delivery:
    """The delivery as it is now."""
    return deliveries.get(connection, delivery_id=delivery.id)


def lose_the_answer(connection: Connection, assignment: Assignment) -> None:
    """Settle it as unknown, to be sent again."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.UNKNOWN,
        now=NOON,
        due_at=NOON,
        yields=assignment.delivery.kind is Kind.DATA,
    )


def data(connection: Connection, account: Account, day: str) -> Delivery:
    """A data file."""
    return an_accepted_upload(connection, account, f"/{day}.csv", Kind.DATA)


def test_a_late_accepted_older_data_file_that_is_released_goes_before_the_newer_one_that_waits(
    connection: Connection,
) -> None:
    # A bug once went by the ids of deliveries: Tuesday's went first, and Monday's after it.
    monday, tuesday = monday_accepted_after_tuesday(connection)
    assert now_of(connection, monday).reason == ReasonCode.OVERTAKEN

    deliveries.release(connection, delivery_id=monday.id, now=NOON)

    assert obstacles.around(connection, delivery=tuesday).older_data_file == monday.id
    assert obstacles.around(connection, delivery=monday).older_data_file is None
    [first] = claim(connection)
    assert first.delivery.id == monday.id
    assert claim(connection) == []
    deliver(connection, first)
    assert [one.delivery.id for one in claim(connection)] == [tuesday.id]


def test_a_late_accepted_older_data_file_goes_first_when_the_newer_one_was_held_meanwhile(
    connection: Connection,
) -> None:
    monday, tuesday = monday_accepted_after_tuesday(connection, is_tuesday_held=True)
    assert now_of(connection, monday).state is DeliveryState.PENDING

    deliveries.release(connection, delivery_id=tuesday.id, now=NOON)

    assert [one.delivery.id for one in claim(connection)] == [monday.id]


@pytest.mark.parametrize("is_delivered", [True, False])
def test_an_older_data_file_is_never_sent_once_the_newer_one_has_gone_however_it_came_to_wait(
    connection: Connection, is_delivered: bool
) -> None:
    monday, tuesday = monday_accepted_after_tuesday(connection)
    [newer] = claim(connection)
    assert newer.delivery.id == tuesday.id
    if is_delivered:
        deliver(connection, newer)
    # As when two processes decide at the same moment, and neither sees what the other did.
    connection.execute(
        sa.update(schema.deliveries)
        .where(schema.deliveries.c.id == monday.id)
        .values(state=DeliveryState.PENDING, reason=None)
    )

    for _ in range(2):
        assert claim(connection) == []

    kept = now_of(connection, monday)
    if is_delivered:
        assert (kept.state, kept.reason, kept.attempts) == (DeliveryState.HELD, ReasonCode.OVERTAKEN, 0)
    assert deliveries.attempts_of(connection, delivery_id=monday.id) == []


def test_what_is_newer_goes_on_when_what_came_too_late_is_held(connection: Connection) -> None:
    account = an_account(connection)
    monday, tuesday = monday_accepted_after_tuesday(connection, account)
    deliver(connection, claim(connection)[0])
    wednesday = data(connection, account, "wednesday")
    connection.execute(
        sa.update(schema.deliveries)
        .where(schema.deliveries.c.id == monday.id)
        .values(state=DeliveryState.PENDING, reason=None)
    )

    claim(connection)

    assert [one.delivery.id for one in claim(connection)] == [wednesday.id]
    assert now_of(connection, tuesday).state is DeliveryState.DELIVERED


def monday_accepted_after_tuesday(
    connection: Connection, account: Account | None = None, *, is_tuesday_held: bool = False
) -> tuple[Delivery, Delivery]:
    """Two data files; the older one was held as an upload while the newer one was accepted."""
    account = account or an_account(connection)
    late = a_held_upload(connection, account, "/monday.csv")
    tuesday = data(connection, account, "tuesday")
    if is_tuesday_held:
        deliveries.hold(connection, delivery_id=tuesday.id)
    late = uploads.retry(connection, upload_id=late.id, kind=Kind.DATA, administration=None, now=NOON)
    [monday] = accept(connection, late, a_plan(late, account.administrations[0], Kind.DATA))
    return monday, tuesday


def a_held_upload(connection: Connection, account: Account, path: str) -> Upload:
    """An upload that waits for a person as a whole."""
    upload = an_upload(connection, account, path)
    uploads.stop(
        connection, upload=upload, to=UploadState.HELD, reason=ReasonCode.UNKNOWN_KIND, detail="", now=NOON
    )
    return upload


def deliver(connection: Connection, assignment: Assignment) -> None:
    """Settle it well."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
    )


@pytest.mark.parametrize("became", [DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.CANCELLED])
def test_a_newer_data_file_that_may_have_arrived_counts_as_if_it_had(
    connection: Connection, became: DeliveryState
) -> None:
    account = an_account(connection)
    sunday, monday = data(connection, account, "sunday"), data(connection, account, "monday")
    deliver(connection, claim(connection)[0])
    deliveries.hold(connection, delivery_id=monday.id)
    late = an_upload(connection, account, "/before-tuesday.csv")
    tuesday = data(connection, account, "tuesday")
    lose_the_answer(connection, claim(connection)[0])
    if became is not DeliveryState.PENDING:
        deliveries.hold(connection, delivery_id=tuesday.id)
    if became is DeliveryState.CANCELLED:
        deliveries.cancel(connection, delivery_id=tuesday.id, now=NOON)

    [accepted] = accept(connection, late, a_plan(late, account.administrations[0], Kind.DATA))

    assert (accepted.state, accepted.reason) == (DeliveryState.HELD, ReasonCode.OVERTAKEN)
    for older in (monday, accepted):
        with pytest.raises(Conflict, match=f"delivery {tuesday.id}.*or may have"):
            deliveries.release(connection, delivery_id=older.id, now=NOON)
    with pytest.raises(Conflict, match="newer data file"):
        replays.replay(connection, delivery_id=sunday.id, now=NOON)


@pytest.mark.parametrize("newer_is", [DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DELIVERED])
@pytest.mark.parametrize("is_recovered", [True, False])
def test_an_older_document_does_not_overwrite_the_newer_one_of_its_path_after_a_retry(
    connection: Connection, newer_is: DeliveryState, is_recovered: bool
) -> None:
    # A bug: only what was pending when the newer one came was superseded; this one was under way.
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/a.pdf")
    beside = an_accepted_upload(connection, account, "/b.pdf")
    under_way = claim(connection)
    newer = an_accepted_upload(connection, account, "/a.pdf")
    if newer_is is not DeliveryState.PENDING:
        [latest] = claim(connection, now=NOON + MINUTE)
        assert latest.delivery.id == newer.id
        if newer_is is DeliveryState.DELIVERED:
            deliver(connection, latest)

    if is_recovered:
        deliveries.recover(connection, lane=LANE, now=NOON + MINUTE, expired_only=True)
    else:
        for one in under_way:
            defer(connection, one)

    ended = now_of(connection, older)
    expected = ReasonCode.UNKNOWN_REPLACED if is_recovered else None
    assert (ended.state, ended.reason) == (DeliveryState.SUPERSEDED, expected)
    assert now_of(connection, newer).state is newer_is
    assert now_of(connection, beside).state is DeliveryState.PENDING


def defer(connection: Connection, assignment: Assignment) -> None:
    """Settle it as not delivered, to be sent again at once."""
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.PENDING,
        outcome=Outcome.DEFERRED,
        now=NOON,
        due_at=NOON,
    )


def test_a_declaration_is_sent_again_whatever_came_under_its_name(connection: Connection) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/a.txt", Kind.DECLARATION)
    [first] = claim(connection)
    an_accepted_upload(connection, account, "/a.txt", Kind.DECLARATION)

    defer(connection, first)

    assert now_of(connection, older).state is DeliveryState.PENDING


@pytest.mark.parametrize("newer_is", [DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DELIVERED])
def test_a_document_is_not_released_over_the_newer_one_of_its_path(
    connection: Connection, newer_is: DeliveryState
) -> None:
    account = an_account(connection)
    older = an_accepted_upload(connection, account, "/a.pdf")
    deliveries.hold(connection, delivery_id=older.id)
    newer = an_accepted_upload(connection, account, "/a.pdf")
    if newer_is is not DeliveryState.PENDING:
        [latest] = claim(connection)
        if newer_is is DeliveryState.DELIVERED:
            deliver(connection, latest)

    with pytest.raises(Conflict, match=f"delivery {newer.id} .{newer_is}. is a newer file of its path"):
        deliveries.release(connection, delivery_id=older.id, now=NOON)

    assert now_of(connection, older).state is DeliveryState.HELD


def test_a_document_is_released_where_what_is_newer_does_not_go_or_is_another(connection: Connection) -> None:
    account = an_account(connection)
    kinds = {"/a.pdf": Kind.INVOICE_PDF, "/b.txt": Kind.DECLARATION}
    older = [an_accepted_upload(connection, account, path, kind) for path, kind in kinds.items()]
    for one in older:
        deliveries.hold(connection, delivery_id=one.id)
    newer = an_accepted_upload(connection, account, "/a.pdf")
    deliveries.cancel(connection, delivery_id=newer.id, now=NOON)
    an_accepted_upload(connection, account, "/a.pdf", Kind.INVOICE_UBL)
    an_accepted_upload(connection, account, "/b.txt", Kind.DECLARATION)

    for one in older:
        assert deliveries.release(connection, delivery_id=one.id, now=NOON).state is DeliveryState.PENDING


def test_a_released_document_takes_the_place_of_an_older_one_that_waits(connection: Connection) -> None:
    # Accepted late, the older one has the higher id, and would go after it.
    account = an_account(connection)
    late = a_held_upload(connection, account, "/a.pdf")
    newer = an_accepted_upload(connection, account, "/a.pdf")
    deliveries.hold(connection, delivery_id=newer.id)
    late = uploads.retry(connection, upload_id=late.id, kind=None, administration=None, now=NOON)
    [older] = accept(connection, late, a_plan(late, account.administrations[0]))
    assert older.state is DeliveryState.PENDING

    deliveries.release(connection, delivery_id=newer.id, now=NOON)

    assert now_of(connection, older).state is DeliveryState.SUPERSEDED
    assert [one.delivery.id for one in claim(connection)] == [newer.id]
