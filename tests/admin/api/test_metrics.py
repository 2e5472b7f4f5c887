"""Metrics show every state, so that graphs have no gaps, and only bounded labels."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from bridge.admin.api.flow_metrics import Flow
from bridge.admin.api.metrics import Figures, render
from bridge.admin.operations.forecasts import Forecast
from bridge.domain.alarms import AlarmKind
from bridge.domain.deliveries import DeliveryState, Lane
from bridge.domain.uploads import UploadState
from tests.support.clock import NOON

NOTHING = Forecast(at=NOON, rows=[], lanes=[], held=0, arriving=0)


def samples(found: Figures | None) -> dict[tuple[str, ...], float]:
    text = render(found, now=NOON, release="1.2.3").decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def lane(*, is_stopped: bool = False) -> Lane:
    return Lane(
        name="destination",
        is_stopped=is_stopped,
        paused_until=None,
        paused_reason=None,
        owner=None,
        owned_until=None,
        slow_downs=4,
    )


def test_every_state_has_its_number() -> None:
    found = samples(
        Figures(
            uploads={UploadState.ACCEPTED: 7},
            deliveries={DeliveryState.HELD: 2},
            flow=Flow(oldest_deliveries={DeliveryState.LEASED: NOON - timedelta(seconds=90)}),
            lanes=[lane(is_stopped=True)],
            forecast=NOTHING,
            alarms={AlarmKind.UPLOAD_MISSING: 3},
        )
    )

    assert found["bridge_uploads", "accepted"] == 7
    assert found["bridge_uploads", "held"] == 0
    assert found["bridge_deliveries", "held"] == 2
    assert found["bridge_oldest_waiting_seconds",] == 90
    assert found["bridge_lane_paused", "destination"] == 1
    assert found["bridge_lane_slow_downs_total", "destination"] == 4
    assert found["bridge_alarms_open", "upload_missing"] == 3
    assert found["bridge_alarms_open", "batch_incomplete"] == 0
    assert found["bridge_build_info", "1.2.3"] == 1
    assert len([key for key in found if key[0] == "bridge_uploads"]) == len(UploadState)


def test_nothing_waiting_is_zero_seconds() -> None:
    found = samples(
        Figures(uploads={}, deliveries={}, flow=Flow(), lanes=[lane()], forecast=NOTHING, alarms={})
    )

    assert found["bridge_oldest_waiting_seconds",] == 0
    assert found["bridge_lane_paused", "destination"] == 0


def test_without_a_ledger_only_that_is_said() -> None:
    found = samples(None)

    assert found["bridge_ledger_up",] == 0
    assert not any(key[0] == "bridge_uploads" for key in found)
