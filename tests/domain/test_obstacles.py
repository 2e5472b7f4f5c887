"""What keeps a delivery back is said with what lets it go, and what ends by itself with its end."""

from dataclasses import replace
from datetime import time

import pytest

from bridge.domain.accounts import Account, AccountId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState, Lane
from bridge.domain.documents import DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.obstacles import ObstacleCode, Surroundings, obstacles
from tests.support.clock import MINUTE, NOON

LANE = Lane(
    name="destination",
    is_stopped=False,
    paused_until=None,
    paused_reason=None,
    owner="here",
    owned_until=NOON + MINUTE,
)
ACCOUNT = Account(id=AccountId(1), name="sender", password_hash=None, encoding=None, is_disabled=False)
ADMINISTRATION = Administration(
    id=AdministrationId(1),
    code="A1",
    payt_id=None,
    sealed_token=None,
    import_times=(time(1),),
    timezone="Europe/Amsterdam",
)
FREE = Surroundings(lane=LANE, account=ACCOUNT, administration=ADMINISTRATION, older_data_file=None)
DELIVERY = Delivery(
    id=DeliveryId(2),
    document_id=DocumentId(2),
    account_id=ACCOUNT.id,
    administration_id=ADMINISTRATION.id,
    kind=Kind.DATA,
    state=DeliveryState.PENDING,
    attempts=0,
    rejections=0,
    due_at=NOON,
    created_at=NOON,
)
LATER = NOON + MINUTE


def test_where_nothing_is_in_the_way_it_waits_for_its_turn_only() -> None:
    assert obstacles(DELIVERY, FREE, now=NOON) == []


@pytest.mark.parametrize(
    ("around", "code", "words"),
    [
        (replace(FREE, lane=replace(LANE, is_stopped=True)), ObstacleCode.LANE_STOPPED, "bridge lane resume"),
        (
            replace(FREE, account=replace(ACCOUNT, is_stopped=True)),
            ObstacleCode.ACCOUNT_STOPPED,
            "bridge account resume sender",
        ),
        (
            replace(FREE, administration=replace(ADMINISTRATION, is_stopped=True)),
            ObstacleCode.ADMINISTRATION_STOPPED,
            "bridge administration resume A1",
        ),
        (replace(FREE, lane=replace(LANE, owned_until=NOON)), ObstacleCode.NO_SENDER, "bridge serve"),
        (replace(FREE, lane=replace(LANE, owned_until=None)), ObstacleCode.NO_SENDER, "bridge serve"),
        (replace(FREE, older_data_file=DeliveryId(1)), ObstacleCode.OLDER_DATA_FILE, "delivery 1 goes first"),
    ],
)
def test_what_a_person_or_another_file_ends_is_said_without_an_end(
    around: Surroundings, code: ObstacleCode, words: str
) -> None:
    [found] = obstacles(DELIVERY, around, now=NOON)

    assert (found.code, found.until) == (code, None)
    assert words in found.text


def test_what_the_destination_paused_ends_by_itself() -> None:
    around = replace(
        FREE,
        lane=replace(LANE, paused_until=LATER, paused_reason="429"),
        administration=replace(ADMINISTRATION, paused_until=LATER, paused_reason="401"),
    )

    lane, administration = obstacles(DELIVERY, around, now=NOON)

    assert (lane.code, lane.until) == (ObstacleCode.LANE_PAUSED, LATER)
    assert (administration.code, administration.until) == (ObstacleCode.ADMINISTRATION_PAUSED, LATER)
    assert "401" in administration.text
    owned = replace(around, lane=replace(around.lane, owned_until=LATER + MINUTE))
    assert obstacles(DELIVERY, owned, now=LATER) == []


def test_an_outage_is_said_instead_of_the_pause_until_the_next_probe() -> None:
    failing = replace(LANE, failing_since=NOON, paused_until=LATER, paused_reason="Last: status 503.")

    [found] = obstacles(DELIVERY, replace(FREE, lane=failing), now=NOON)

    assert (found.code, found.until) == (ObstacleCode.LANE_FAILING, None)
    assert "Last: status 503." in found.text


def test_what_failed_waits_until_it_is_due() -> None:
    failed = replace(DELIVERY, attempts=1, due_at=LATER)

    [found] = obstacles(failed, FREE, now=NOON)

    assert (found.code, found.until) == (ObstacleCode.NOT_DUE, LATER)


def test_everything_that_is_in_the_way_is_said() -> None:
    around = replace(
        FREE,
        lane=replace(LANE, is_stopped=True, owner=None, owned_until=None),
        account=replace(ACCOUNT, is_stopped=True),
    )

    assert [one.code for one in obstacles(DELIVERY, around, now=NOON)] == [
        ObstacleCode.LANE_STOPPED,
        ObstacleCode.NO_SENDER,
        ObstacleCode.ACCOUNT_STOPPED,
    ]
