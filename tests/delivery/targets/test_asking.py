"""A file that is only thought of is asked for as a real one is, without its bytes and secrets."""

from datetime import time

import pytest

from bridge.config.settings import DestinationSettings
from bridge.delivery.targets.asking import TOKEN_IS_SET, Asking
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.kinds import Kind
from tests.support.clock import FakeClock


def of(payt_id: int | None = None, sealed_token: str | None = "sealed") -> Administration:
    return Administration(
        id=AdministrationId(1),
        code="A1",
        payt_id=payt_id,
        sealed_token=sealed_token,
        import_times=(time(1),),
        timezone="Europe/Amsterdam",
    )


@pytest.fixture
def ask(clock: FakeClock) -> Asking:
    return Asking(DestinationSettings(), clock)


def test_of_a_token_it_is_only_said_that_it_is_there(ask: Asking) -> None:
    asked = ask(Kind.DATA, "a.csv", 10, administration=of())

    assert TOKEN_IS_SET in asked.fields.values()
    assert "sealed" not in str(asked)


def test_without_a_token_none_is_spoken_of(ask: Asking) -> None:
    asked = ask(Kind.DATA, "a.csv", 10, administration=of(sealed_token=None))

    assert TOKEN_IS_SET not in asked.fields.values()


def test_the_endpoint_is_that_of_the_kind_and_a_large_data_file_goes_gzipped(ask: Asking) -> None:
    small = ask(Kind.DATA, "a.csv", 10, administration=of())
    large = ask(Kind.DATA, "a.csv", 1 << 30, administration=of())
    pdf = ask(Kind.INVOICE_PDF, "a.pdf", 1 << 30, administration=of())

    assert (small.filename, large.filename, pdf.filename) == ("a.csv", "a.csv.gz", "a.pdf")
    assert pdf.path.endswith("/invoice_pdf")
