"""The forecast is computed at most once a minute, whoever asks."""

from bridge.admin.operations import accounts
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.latest import KEPT, LatestForecast
from tests.support import builders
from tests.support.clock import MINUTE, FakeClock


def test_it_is_kept_for_a_minute(desk: Desk, clock: FakeClock) -> None:
    latest = LatestForecast(desk)
    first = latest()

    clock.advance(KEPT / 2)
    assert latest() is first
    clock.advance(KEPT)
    assert latest() is not first
    clock.advance(-2 * MINUTE)  # somebody sets the clock back
    assert latest().at == clock.now()


def test_prospects_are_of_what_waits(desk: Desk) -> None:
    account = accounts.add(desk, name="sender", administration_codes=["A1", "B2"], password="x").account
    desk.database.write_now(lambda ledger: builders.an_accepted_upload(ledger, account))

    [one] = LatestForecast(desk).prospects()

    assert (one.account, one.administration, one.waiting, one.is_stopped) == ("sender", "A1", 1, False)
    assert "1 file waits" in one.detail
