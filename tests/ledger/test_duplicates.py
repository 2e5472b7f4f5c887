"""What was sent before is sent again, skipped or held, as its kind's policy says."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.administrations import Administration
from bridge.domain.deliveries import Delivery, DeliveryState
from bridge.domain.documents import PlannedDocument
from bridge.domain.duplicates import DuplicatePolicy
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload
from bridge.ledger import administrations, deliveries, uploads
from bridge.ledger.database import Database
from tests.support.builders import a_plan, an_account, an_administration, an_upload, claim, deliveries_of
from tests.support.clock import NOON

WINDOW = timedelta(days=30)
SKIP = {Kind.INVOICE_PDF: DuplicatePolicy.SKIP, Kind.INVOICE_UBL: DuplicatePolicy.SKIP}
HOLD = {Kind.INVOICE_ATTACHMENT: DuplicatePolicy.HOLD, Kind.DECLARATION: DuplicatePolicy.HOLD}
POLICIES = {**SKIP, **HOLD}


def take(
    connection: Connection,
    upload: Upload,
    *planned: PlannedDocument,
    policies: Mapping[Kind, DuplicatePolicy] = POLICIES,
    now: datetime = NOON,
) -> list[Delivery]:
    """Accept *upload* as *planned* under *policies*."""
    uploads.accept(
        connection,
        upload=upload,
        sha256="0" * 64,
        planned=planned,
        policies=policies,
        window=WINDOW,
        now=now,
    )
    return deliveries_of(connection, upload)


def send(
    connection: Connection,
    account: Account,
    path: str,
    kind: Kind = Kind.INVOICE_PDF,
    *,
    sha256: str = "a" * 64,
    identity: str | None = None,
    place: Administration | None = None,
    now: datetime = NOON,
) -> Delivery:
    """Send one file; return its delivery."""
    upload = an_upload(connection, account, path, now=now)
    plan = replace(
        a_plan(upload, place or account.administrations[0], kind), sha256=sha256, identity=identity
    )
    [delivery] = take(connection, upload, plan, now=now)
    return delivery


def names(delivery: Delivery) -> str:
    """How a detail names it."""
    return f"delivery {delivery.id} ({delivery.state})"


@pytest.mark.parametrize("kind", list(SKIP))
def test_the_same_bytes_under_the_same_name_are_skipped_and_the_former_is_named(
    connection: Connection, kind: Kind
) -> None:
    account = an_account(connection)
    former = send(connection, account, "/1", kind)

    again = send(connection, account, "/2/1", kind)

    assert (again.state, again.reason) == (DeliveryState.CANCELLED, ReasonCode.SENT_BEFORE)
    assert again.detail is not None
    assert names(former) in again.detail


def test_another_name_or_other_bytes_are_no_repetition(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.pdf")

    assert send(connection, account, "/2.pdf").state is DeliveryState.PENDING
    assert send(connection, account, "/1.pdf", sha256="b" * 64).state is DeliveryState.PENDING


def test_a_version_that_another_one_followed_goes_again(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.pdf", sha256="a" * 64)
    send(connection, account, "/1.pdf", sha256="b" * 64)

    assert send(connection, account, "/1.pdf", sha256="a" * 64).state is DeliveryState.PENDING
    assert send(connection, account, "/1.pdf", sha256="a" * 64).reason == ReasonCode.SENT_BEFORE


def test_what_was_sent_before_the_window_counts_no_more(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.pdf")

    in_time = send(connection, account, "/1.pdf", now=NOON + WINDOW)
    too_late = send(connection, account, "/1.pdf", now=NOON + WINDOW + timedelta(microseconds=1))

    assert in_time.state is DeliveryState.CANCELLED
    assert too_late.state is DeliveryState.PENDING


def test_what_was_never_sent_counts_for_nothing(connection: Connection) -> None:
    account = an_account(connection)
    former = send(connection, account, "/1.pdf")
    deliveries.cancel(connection, delivery_id=former.id, now=NOON)

    assert send(connection, account, "/1.pdf").state is DeliveryState.PENDING


def test_another_administration_kind_or_account_is_another_file(connection: Connection) -> None:
    places = [an_administration(connection, code) for code in ("A1", "A2")]
    one, two = (an_account(connection, *places, name=name) for name in ("one", "two"))
    send(connection, one, "/1.pdf")

    assert send(connection, one, "/1.pdf", place=places[1]).state is DeliveryState.PENDING
    assert send(connection, one, "/1.pdf", Kind.INVOICE_UBL).state is DeliveryState.PENDING
    assert send(connection, two, "/1.pdf").state is DeliveryState.PENDING


def test_an_attachment_of_the_same_name_and_bytes_waits_for_a_person(connection: Connection) -> None:
    account = an_account(connection)
    former = send(connection, account, "/1.pdf", Kind.INVOICE_ATTACHMENT)

    again = send(connection, account, "/1.pdf", Kind.INVOICE_ATTACHMENT)
    other_name = send(connection, account, "/2.pdf", Kind.INVOICE_ATTACHMENT)

    assert (again.state, again.reason) == (DeliveryState.HELD, ReasonCode.DUPLICATE)
    assert again.detail is not None
    assert names(former) in again.detail
    assert other_name.state is DeliveryState.PENDING


def test_a_declaration_of_the_same_bytes_waits_whatever_its_name(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.txt", Kind.DECLARATION, identity="12345678 1")

    again = send(connection, account, "/2.txt", Kind.DECLARATION, identity="12345678 1")

    assert (again.state, again.reason) == (DeliveryState.HELD, ReasonCode.DUPLICATE)


def test_a_declaration_with_a_number_that_was_used_waits(connection: Connection) -> None:
    account = an_account(connection)
    former = send(connection, account, "/1.txt", Kind.DECLARATION, identity="12345678 1")

    again = send(connection, account, "/2.txt", Kind.DECLARATION, sha256="b" * 64, identity="12345678 1")
    other = send(connection, account, "/3.txt", Kind.DECLARATION, sha256="c" * 64, identity="12345678 2")

    assert (again.state, again.reason) == (DeliveryState.HELD, ReasonCode.DECLARATION_NUMBER_USED)
    assert again.detail is not None
    assert names(former) in again.detail
    assert other.state is DeliveryState.PENDING


def test_what_waits_for_a_person_or_was_delivered_counts_too(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.txt", Kind.DECLARATION)
    [assignment] = claim(connection)
    deliveries.settle(
        connection,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=NOON,
        status=200,
    )

    held = send(connection, account, "/2.txt", Kind.DECLARATION)
    after_it = send(connection, account, "/3.txt", Kind.DECLARATION)

    assert held.reason == ReasonCode.DUPLICATE
    assert after_it.detail is not None
    assert names(held) in after_it.detail


def test_each_file_of_an_archive_goes_by_its_own_kind_and_history(connection: Connection) -> None:
    account = an_account(connection)
    [place] = account.administrations
    send(connection, account, "/sent.pdf")
    send(connection, account, "/sent.jpg", Kind.INVOICE_ATTACHMENT)
    archive = an_upload(connection, account, "/x.zip")

    def member(name: str, kind: Kind, reason: str | None = None) -> PlannedDocument:
        return replace(a_plan(archive, place, kind, member=name, reason=reason), sha256="a" * 64)

    made = take(
        connection,
        archive,
        member("new.pdf", Kind.INVOICE_PDF),
        member("sent.pdf", Kind.INVOICE_PDF),
        member("sent.jpg", Kind.INVOICE_ATTACHMENT),
        member("sent.xml", Kind.INVOICE_PDF, reason=ReasonCode.BROKEN_PDF),
        member("twice/new.pdf", Kind.INVOICE_PDF),
        member("sent.csv", Kind.DATA),
    )

    assert [(one.state, one.reason) for one in made] == [
        (DeliveryState.PENDING, None),
        (DeliveryState.CANCELLED, ReasonCode.SENT_BEFORE),
        (DeliveryState.HELD, ReasonCode.DUPLICATE),
        (DeliveryState.HELD, ReasonCode.BROKEN_PDF),
        (DeliveryState.PENDING, None),
        (DeliveryState.PENDING, None),
    ]


@pytest.mark.parametrize("decision", [{"is_released": True}, {"kind_wanted": Kind.INVOICE_PDF}])
def test_what_an_operator_decided_goes_whatever_was_sent(
    connection: Connection, decision: dict[str, bool | Kind]
) -> None:
    account = an_account(connection)
    send(connection, account, "/1.pdf")
    upload = replace(an_upload(connection, account, "/1.pdf"), **decision)  # type: ignore[arg-type]  # each fits

    [delivery] = take(
        connection, upload, replace(a_plan(upload, account.administrations[0]), sha256="a" * 64)
    )

    assert delivery.state is DeliveryState.PENDING


def test_a_kind_without_a_policy_goes_again(connection: Connection) -> None:
    account = an_account(connection)
    send(connection, account, "/1.csv", Kind.DATA)

    assert send(connection, account, "/1.csv", Kind.DATA).state is DeliveryState.PENDING


def test_a_declaration_twice_in_one_archive_is_sent_once(connection: Connection) -> None:
    # A bug: only what was in other uploads counted, and both were sent.
    account = an_account(connection)
    [place] = account.administrations
    archive = an_upload(connection, account, "/x.zip")

    def member(name: str, sha256: str, identity: str | None, to: Administration = place) -> PlannedDocument:
        plan = a_plan(archive, to, Kind.DECLARATION, member=name)
        return replace(plan, sha256=sha256 * 64, identity=identity)

    made = take(
        connection,
        archive,
        member("1.txt", "a", "12345678 1"),
        member("same-bytes.txt", "a", "12345678 1"),
        member("same-number.txt", "b", "12345678 1"),
        member("other.txt", "c", "12345678 2"),
        member("no-number.txt", "d", None),
        member("no-number-either.txt", "e", None),
        member("elsewhere.txt", "a", "12345678 1", an_administration(connection, "A2")),
    )

    assert [(one.state, one.reason) for one in made] == [
        (DeliveryState.PENDING, None),
        (DeliveryState.HELD, ReasonCode.DUPLICATE),
        (DeliveryState.HELD, ReasonCode.DECLARATION_NUMBER_USED),
        *[(DeliveryState.PENDING, None)] * 4,
    ]
    assert [one.detail for one in made[1:3]] == [f"upload {archive.id}, 1.txt"] * 2


def test_an_attachment_twice_in_one_archive_is_sent_once_also_when_the_archive_was_released(
    connection: Connection,
) -> None:
    account = an_account(connection)
    archive = replace(an_upload(connection, account, "/x.zip"), is_released=True)

    def member(name: str, kind: Kind = Kind.INVOICE_ATTACHMENT) -> PlannedDocument:
        return replace(a_plan(archive, account.administrations[0], kind, member=name), sha256="a" * 64)

    plans = [member("a/1.jpg"), member("b/1.jpg"), member("2.jpg"), *[member("1.pdf", Kind.INVOICE_PDF)] * 2]
    made = take(connection, archive, *plans)

    assert [one.reason for one in made] == [None, ReasonCode.DUPLICATE, None, None, None]


def test_two_accounts_that_send_one_declaration_at_the_same_moment_send_it_once(database: Database) -> None:
    def prepare(connection: Connection) -> list[Upload]:
        place = an_administration(connection)
        senders = [an_account(connection, place, name=name) for name in ("one", "two")]
        return [an_upload(connection, sender, "/1.txt") for sender in senders]

    uploads_made = database.write_now(prepare)
    [place] = database.read_now(administrations.listing)
    plans = [a_plan(one, place, Kind.DECLARATION) for one in uploads_made]
    second: list[Delivery] = []

    def send_the_second() -> None:
        second.extend(database.write_now(take, uploads_made[1], plans[1]))

    with database.engine.begin() as connection:
        [first] = take(connection, uploads_made[0], plans[0])
        waiting = threading.Thread(target=send_the_second)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()  # it waits for what the first one does
    waiting.join()

    assert first.state is DeliveryState.PENDING
    assert [(one.state, one.reason) for one in second] == [(DeliveryState.HELD, ReasonCode.DUPLICATE)]
