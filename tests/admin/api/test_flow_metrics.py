"""Metrics of the flow have bounded labels, and histograms add up."""

from datetime import timedelta

from bridge.admin.api.flow_metrics import LANES, LOGIN_RESULTS, Flow, families
from bridge.admin.api.tallies import BUCKETS, Histogram
from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from tests.support.clock import NOON


def samples(found: Flow) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families(found, NOON)
        for sample in family.samples
    }


def test_ages_outcomes_and_notices_are_told() -> None:
    found = samples(
        Flow(
            oldest_uploads={UploadState.HELD: NOON - timedelta(hours=1)},
            oldest_deliveries={DeliveryState.PENDING: NOON - timedelta(seconds=30)},
            outcomes={Outcome.DEFERRED: 3},
            notices=(2, NOON - timedelta(minutes=1)),
            utilisation={"destination": 0.75},
        )
    )

    assert found["bridge_uploads_oldest_seconds", "held"] == 3600
    assert found["bridge_uploads_oldest_seconds", "spooled"] == 0
    assert found["bridge_deliveries_oldest_seconds", "pending"] == 30
    assert found["bridge_attempts_total", "deferred"] == 3
    assert found["bridge_attempts_total", "delivered"] == 0
    assert found["bridge_notices_waiting",] == 2
    assert found["bridge_notices_oldest_seconds",] == 60
    assert found["bridge_limiter_utilisation", "destination"] == 0.75


def test_a_histogram_adds_up() -> None:
    times = Histogram()
    for seconds in (1.0, 5.0, 6.0, 10.0**6):
        times.add(seconds)

    found = samples(Flow(delivered_after=times))

    assert found["bridge_delivery_seconds_bucket", "5.0"] == 2
    assert found["bridge_delivery_seconds_bucket", "15.0"] == 3
    assert found["bridge_delivery_seconds_bucket", str(BUCKETS[-1])] == 3
    assert found["bridge_delivery_seconds_bucket", "+Inf"] == found["bridge_delivery_seconds_count",] == 4
    assert found["bridge_delivery_seconds_sum",] == 1_000_012.0


def test_labels_are_bounded() -> None:
    found = samples(
        Flow(
            set_aside={("held", "ambiguous"): 1, ("held", "made up"): 2, ("held", "another"): 3},
            logins={f"reason {number}": 1 for number in range(LOGIN_RESULTS + 5)} | {"accepted": 7},
            utilisation={f"lane {number}": number / 1000 for number in range(LANES + 50)},
        )
    )

    assert found["bridge_files_set_aside", "held", "ambiguous"] == 1
    assert found["bridge_files_set_aside", "held", "other"] == 5
    assert found["bridge_logins_total", "accepted"] == 7
    assert found["bridge_logins_total", "other"] == 6
    assert len([key for key in found if key[0] == "bridge_logins_total"]) == LOGIN_RESULTS + 1
    assert len([key for key in found if key[0] == "bridge_limiter_utilisation"]) == LANES
