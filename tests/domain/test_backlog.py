"""What a place has to do, and when."""

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.backlog import DataHead, Documents, Place, Work
from tests.support.clock import MINUTE, NOON

ACCOUNT, ADMINISTRATION = AccountId(1), AdministrationId(2)


def a_place(*, data: bool = False, **documents: object) -> Place:
    """A place with these documents."""
    return Place(
        ACCOUNT,
        ADMINISTRATION,
        documents=Documents(account_id=ACCOUNT, administration_id=ADMINISTRATION, **documents),  # type: ignore[arg-type]
        data=DataHead(administration_id=ADMINISTRATION, account_id=ACCOUNT, due_at=NOON + MINUTE)
        if data
        else None,
    )


def test_documents_come_before_the_data_file() -> None:
    assert a_place(data=True, fresh=1).work(NOON + MINUTE) is Work.DOCUMENT
    assert a_place(data=True).work(NOON + MINUTE) is Work.DATA
    assert a_place(data=True).work(NOON) is None


def test_what_is_paused_does_nothing_until_the_end_of_the_pause() -> None:
    paused = a_place(fresh=1, retries=1, retry_due_at=NOON, paused_until=NOON + MINUTE)

    assert not paused.has_fresh(NOON)
    assert not paused.may_retry(NOON)
    assert paused.wakes_at(NOON) == NOON + MINUTE
    assert paused.has_fresh(NOON + MINUTE)
    assert paused.may_retry(NOON + MINUTE)


def test_a_place_wakes_at_the_first_thing_that_it_can_do() -> None:
    assert a_place(retries=1, retry_due_at=NOON + 2 * MINUTE).wakes_at(NOON) == NOON + 2 * MINUTE
    assert a_place(data=True, retries=1, retry_due_at=NOON + 2 * MINUTE).wakes_at(NOON) == NOON + MINUTE
    assert a_place().wakes_at(NOON) is None


def test_what_waits_for_an_answer_wakes_by_news_only() -> None:
    head = DataHead(administration_id=ADMINISTRATION, account_id=ACCOUNT, due_at=NOON, is_under_way=True)

    assert Place(ACCOUNT, ADMINISTRATION, data=head).wakes_at(NOON) is None
    assert not Place(ACCOUNT, ADMINISTRATION, data=head).may_send_data(NOON)
