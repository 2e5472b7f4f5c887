"""Imports are told in the administration's own time, with the date where it is not today's."""

from datetime import UTC, datetime, time

from bridge.admin.operations.schedule_texts import delivered, local
from bridge.domain.schedule import expected_import

EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # 21:00 in Amsterdam
NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # 00:30


def test_what_is_delivered_says_when_it_is_imported_and_when_sent_and_not_that_it_was() -> None:
    coming = expected_import([time(1)], "Europe/Amsterdam", NIGHT)

    assert delivered("delivered", coming, NIGHT) == (
        "delivered; import expected 01:00 CET; sending from 02:00 CET"
    )
    assert delivered("delivered", coming, EVENING) == (
        "delivered; import expected 2026-11-22 01:00 CET; sending from 2026-11-22 02:00 CET"
    )
    assert delivered("pending", None, EVENING) == "pending"


def test_today_is_that_of_the_zone() -> None:
    moment = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    assert local(moment, "America/New_York", EVENING) == "22:00 EST"
    assert local(moment, "Europe/Amsterdam", EVENING) == "2026-11-22 04:00 CET"
    assert local(None, "Europe/Amsterdam", EVENING) is None
