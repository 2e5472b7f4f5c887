"""An administration has import times that can be read, in order and each once."""

from datetime import time

import pytest

from bridge.domain.administrations import Administration, AdministrationId, check_import_times
from bridge.domain.errors import Invalid


def test_import_times_come_in_order_and_each_once() -> None:
    assert check_import_times(["18:00", "01:00", "18:00"]) == (time(1), time(18))


@pytest.mark.parametrize(
    "texts", [[], ["24:00"], ["1:00"], ["01:00", "13.30"], ["01:00:00"], ["\N{ARABIC-INDIC DIGIT ZERO}1:00"]]
)
def test_what_is_no_time_of_day_is_refused(texts: list[str]) -> None:
    with pytest.raises(Invalid, match="import time"):
        check_import_times(texts)


@pytest.mark.parametrize("times", [(), (time(18), time(1)), (time(1), time(1))])
def test_an_administration_without_order_in_its_times_cannot_be(times: tuple[time, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        Administration(
            id=AdministrationId(1),
            code="A1",
            payt_id=None,
            sealed_token=None,
            import_times=times,
            timezone="Europe/Amsterdam",
        )
