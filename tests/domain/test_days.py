"""The day in a file's name is told only where it is beyond doubt."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.days import PLAUSIBLE_YEARS, day_in_name


@pytest.mark.parametrize(
    "name",
    [
        "20220728.csv",
        "debiteuren_20220728.csv.gz",
        "export-2022-07-28.csv",
        "export 2022_7_28.csv",
        "2022.07.28.xml",
        "28-07-2022.csv",
        "openstaand 28.7.2022.csv",
        "28072022.csv",
        "export_20220728_013000.csv",
        "export20220728013000.csv",
        "202207280130.csv",
        "20220728T013000.csv",
        "2022-07-28 (20220728).csv",
    ],
)
def test_a_day_is_found_however_it_is_written(name: str) -> None:
    assert day_in_name(name) == date(2022, 7, 28)


@pytest.mark.parametrize(
    "name",
    [
        "export.csv",
        "",
        "20220701_20220731.csv",  # a period has two days
        "20221328.csv",
        "2022-02-30.csv",
        "19520728.csv",
        "10020815.csv",
        "07-28-2022.csv",  # month first: nobody here writes it so
        "2022-07_28.csv",
        "1202207281.csv",
        "28-07-22.csv",
        "٢٠٢٢٠٧٢٨.csv",
    ],
)
def test_where_a_name_leaves_room_for_doubt_there_is_no_day(name: str) -> None:
    assert day_in_name(name) is None


@given(st.dates(date(PLAUSIBLE_YEARS.start, 1, 1), date(PLAUSIBLE_YEARS.stop - 1, 12, 31)))
def test_every_way_to_write_a_day_gives_that_day(day: date) -> None:
    for form in ("%Y%m%d", "%Y-%m-%d", "%d-%m-%Y", "%d%m%Y", "%d.%m.%Y", "%Y%m%d%H%M%S"):
        assert day_in_name(f"x_{day.strftime(form)}.csv") == day


@given(st.text(alphabet="0123456789-_. x"))
def test_no_name_is_too_odd(name: str) -> None:
    day_in_name(name)
