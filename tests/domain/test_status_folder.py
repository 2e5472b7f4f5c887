"""Which files are in the folder status."""

from typing import Any

from bridge.domain.deliveries import DeliveryState
from bridge.domain.status import Received
from bridge.domain.status_folder import Answer, folder
from bridge.domain.uploads import UploadState
from tests.support.status import MIDNIGHT, a_part, facts, later, received, refused


def names(*recent: Received, **values: Any) -> list[str]:
    return [answer.name for answer in folder(facts(*recent, **values))]


def by_name(*recent: Received, **values: Any) -> dict[str, Answer]:
    return {answer.name: answer for answer in folder(facts(*recent, **values))}


def test_the_page_of_the_day_is_always_there() -> None:
    assert names() == ["today.txt"]


def test_what_is_rejected_has_a_report_and_what_is_delivered_has_none() -> None:
    assert names(received("/a.csv", a_part()), rejected=(refused("/b.zip"),)) == [
        "today.txt",
        "b.zip.rejected.txt",
    ]


def test_who_wants_it_is_told_what_is_delivered() -> None:
    found = names(
        received("/a.csv", a_part()),
        received("/b.csv", a_part(DeliveryState.PENDING), number=2),
        received("/c.csv", a_part(DeliveryState.SUPERSEDED), number=3),
        received("/d.csv", state=UploadState.PARTIAL, number=4),
        tells_ok=True,
    )

    assert found == ["today.txt", "a.csv.ok"]


def test_of_two_uploads_of_one_path_the_newest_tells() -> None:
    old, new = received("/a.csv", a_part()), received("/a.csv", a_part(DeliveryState.PENDING), number=2)

    assert names(new, old, tells_ok=True) == ["today.txt"]
    assert names(old, new, tells_ok=True) == ["today.txt", "a.csv.ok"]


def test_one_name_in_two_folders_is_well_only_when_both_are() -> None:
    here, there = received("/csv/a.csv", a_part()), received("/A1/csv/a.csv", a_part(), number=2)
    waiting = received("/A1/csv/a.csv", a_part(DeliveryState.PENDING), number=2)

    assert names(there, here, tells_ok=True) == ["today.txt", "a.csv.ok"]
    assert names(waiting, here, tells_ok=True) == ["today.txt"]


def test_a_name_never_has_both_answers() -> None:
    found = names(received("/in/a.zip", a_part()), rejected=(refused("/a.zip"),), tells_ok=True)

    assert found == ["today.txt", "a.zip.rejected.txt"]


def test_rejected_files_of_one_name_share_their_report() -> None:
    found = by_name(rejected=(refused("/x/a.zip", number=2, changed_at=later(5)), refused("/y/a.zip")))

    assert list(found) == ["today.txt", "a.zip.rejected.txt"]
    assert found["a.zip.rejected.txt"].modified_at == later(5)
    assert b"/y/a.zip" in found["a.zip.rejected.txt"].content


def test_a_page_is_as_old_as_the_last_change_that_it_tells() -> None:
    found = by_name(
        received("/a.csv", a_part(), changed_at=later(3)), rejected=(refused(changed_at=later(9)),)
    )

    assert found["today.txt"].modified_at == later(9)
    assert by_name()["today.txt"].modified_at == MIDNIGHT


def test_the_same_facts_give_the_same_bytes_in_the_account_s_language() -> None:
    upload = received("/é.csv", a_part())

    assert folder(facts(upload)) == folder(facts(upload))
    assert "received on" in by_name(upload)["today.txt"].content.decode()
    dutch = by_name(upload, language="nl")["today.txt"].content
    assert "ontvangen op" in dutch.decode()
    assert "/é.csv".encode() in dutch
    assert dutch.count(b"\n") == dutch.count(b"\r\n") > 5
