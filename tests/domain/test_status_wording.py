"""How the folder status says things."""

import pytest

from bridge.domain.deliveries import DeliveryState
from bridge.domain.names import MAX_NAME_BYTES
from bridge.domain.reasons import Language, ReasonCode, reason
from bridge.domain.status import Received
from bridge.domain.status_wording import OK, REJECTED, encoded, field, paragraph, report_name
from bridge.domain.uploads import UploadState
from tests.support.status import a_part, later, received, wording

HELD, PENDING, CANCELLED = DeliveryState.HELD, DeliveryState.PENDING, DeliveryState.CANCELLED
BROKEN = reason(ReasonCode.BROKEN_PDF).sender


@pytest.mark.parametrize(
    ("size", "en", "nl"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1200, "1.2 kB", "1,2 kB"),
        (34_000, "34 kB", "34 kB"),
        (999_600, "1 MB", "1 MB"),
        (3_450_000_000, "3.45 GB", "3,45 GB"),
        (2 * 10**12, "2 TB", "2 TB"),
    ],
)
def test_sizes_are_short_and_as_the_language_writes_them(size: int, en: str, nl: str) -> None:
    assert (wording("en").size(size), wording("nl").size(size)) == (en, nl)


def test_numbers_and_days_are_as_the_language_writes_them() -> None:
    assert (wording("en").number(19_500), wording("nl").number(19_500)) == ("19,500", "19.500")
    assert wording("en").day(later(0).date()) == "Saturday 21 November 2026"
    assert wording("nl").day(later(0).date()) == "zaterdag 21 november 2026"
    assert [wording("nl").files(count) for count in (1, 2)] == ["1 bestand", "2 bestanden"]


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (received("/a", a_part()), "delivered; import expected Sunday 01:00; sending from 02:00"),
        (received("/a", a_part(PENDING)), "waiting to be sent"),
        (received("/a", a_part(HELD, ReasonCode.BROKEN_PDF)), f"held: {BROKEN}"),
        (
            received("/a", a_part(HELD, ReasonCode.AMBIGUOUS)),
            f"uncertain: {reason(ReasonCode.AMBIGUOUS).sender}",
        ),
        (received("/a", a_part(CANCELLED, ReasonCode.SENT_BEFORE)), "sent before"),
        (received("/a", a_part(CANCELLED)), f"not sent: {reason(ReasonCode.TURNED_DOWN).sender}"),
        (received("/a", a_part(DeliveryState.SUPERSEDED)), "replaced by a newer file"),
        (received("/a"), "nothing in it to send"),
        (
            received("/a", a_part(count=18)),
            "all 18 delivered; import expected Sunday 01:00; sending from 02:00",
        ),
        (
            received("/a", a_part(count=17), a_part(HELD, ReasonCode.BROKEN_PDF)),
            f"17 of 18 delivered, 1 held: {BROKEN}",
        ),
        (
            received(
                "/a",
                a_part(HELD, ReasonCode.BROKEN_CSV, 2, first=9),
                a_part(HELD, ReasonCode.BROKEN_PDF, first=3),
                a_part(PENDING, count=4000),
            ),
            f"0 of 4,003 delivered, 4,000 waiting to be sent, 3 held; the first: {BROKEN}",
        ),
        (received("/a", state=UploadState.SPOOLED), "received; being checked"),
        (
            received("/a", state=UploadState.HELD, reason=ReasonCode.BROKEN_PDF),
            f"held: {BROKEN}",
        ),
        (
            received("/a", state=UploadState.REFUSED, reason=ReasonCode.BROKEN_ARCHIVE, is_replaced=True),
            "sent again since; the newer file counts",
        ),
        (
            received("/a", a_part(HELD, ReasonCode.BROKEN_PDF), is_replaced=True),
            "sent again since; the newer file counts",
        ),
    ],
)
def test_what_became_of_an_upload_is_one_line(upload: Received, said: str) -> None:
    assert wording().outcome(upload) == said


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("state", [state for state in UploadState if state is not UploadState.ACCEPTED])
def test_every_state_is_said_in_both_languages(language: Language, state: UploadState) -> None:
    said = wording(language).outcome(received("/a", state=state, reason=ReasonCode.BROKEN_PDF))

    assert said
    assert "{" not in said


def test_the_import_is_said_only_where_all_is_delivered() -> None:
    assert "import" not in wording().outcome(received("/a", a_part(), a_part(PENDING)))


def test_uploads_that_are_not_in_the_queue_are_counted_in_their_own_words() -> None:
    told = wording().told({DeliveryState.DELIVERED: 1}, {UploadState.PARTIAL: 2, UploadState.SPOOLED: 3})

    assert wording().together(told) == "1 of 6 delivered, 3 waiting to be sent, 2 interrupted"


def test_a_report_has_the_name_of_its_file() -> None:
    assert report_name("open.csv", REJECTED) == "open.csv.rejected.txt"
    assert report_name("open.csv", OK) == "open.csv.ok"


def test_the_longest_name_still_has_a_report_that_can_be_asked_for() -> None:
    name = report_name("é" * (MAX_NAME_BYTES // 2), REJECTED)

    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name.startswith("éé")
    assert name.endswith(REJECTED)


def test_a_file_has_the_line_ends_that_old_editors_need() -> None:
    assert encoded(["één", "", "two  "]) == "één\r\n\r\ntwo\r\n".encode()


def test_long_texts_hang_behind_their_label() -> None:
    assert field("Why", "one two three", width=14, label_width=5) == ["Why    one two", "       three"]
    assert field("Why", "one two", width=14, label_width=5) == ["Why    one two"]
    assert paragraph("one two three", width=8) == ["one two", "three"]
