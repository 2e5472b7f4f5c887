"""The reports on single files, as their sender reads them."""

from typing import Any

import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.batches import Batch
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import Language, ReasonCode
from bridge.domain.reports import Counted
from bridge.domain.status import Rejected, Stuck
from bridge.domain.status_report import MAX_PLACES, MAX_STUCK, delivered, rejected
from bridge.domain.uploads import UploadId, UploadState
from tests.support.clock import NOON
from tests.support.status import a_part, received, refused, wording

HELD, CANCELLED, DELIVERED = DeliveryState.HELD, DeliveryState.CANCELLED, DeliveryState.DELIVERED


def stuck(name: str = "x/bad.pdf", reason: ReasonCode | None = ReasonCode.BROKEN_PDF, **values: Any) -> Stuck:
    usual: dict[str, Any] = {"state": HELD, "detail": "byte 3120: no %%EOF"}
    return Stuck(name=name, reason=reason, **usual | values)


def a_batch(uploads: dict[UploadState, int], deliveries: dict[Counted, int]) -> Batch:
    return Batch(
        id=UploadId(1),
        account_id=AccountId(1),
        files=18,
        first_at=NOON,
        last_at=NOON,
        uploads=uploads,
        deliveries=deliveries,
    )


REFUSED = """\
scan.zip: not delivered

Received      Saturday 21 November 2026 13:00, 1.2 kB, as /scan.zip
State         refused: it is not sent
Why           The zip is damaged or incomplete; please send it again.
Where         the directory at its end is missing
What to do    Put it right and send it again under the same name; this report goes
              away then.

To ask about it, name upload 42: the administrator of the server finds it by that
number."""

OF_AN_ARCHIVE = """\
scans.zip: niet alles ervan is afgeleverd

Ontvangen        zaterdag 21 november 2026 13:00, 1,2 kB, als /scans.zip
Status           17 van 18 afgeleverd, 1 vastgehouden

Bestand          x/bad.pdf
Status           vastgehouden: zolang het wacht, wordt het niet verzonden
Reden            De pdf is onvolledig of beschadigd; graag opnieuw maken en
                 aanleveren.
Waar             byte 3120: no %%EOF (melding in het Engels)
Wat te doen      Verbeter het en lever het onder dezelfde naam opnieuw aan; dit
                 bericht verdwijnt dan.

Vragen? Noem upload 7: onder dat nummer vindt de beheerder van de server het terug."""


def test_a_refused_file_says_why_where_and_what_to_do() -> None:
    one = refused(number=42, detail="the directory at its end is missing")

    assert "\n".join(rejected([one], wording())) == REFUSED


def test_an_archive_tells_the_files_in_it() -> None:
    upload = received("/scans.zip", a_part(count=17), a_part(HELD, ReasonCode.BROKEN_PDF), number=7)
    one = Rejected(upload=upload, stuck=(stuck(),))

    assert "\n".join(rejected([one], wording("nl"))) == OF_AN_ARCHIVE


def test_a_single_held_file_is_told_without_naming_it_twice() -> None:
    upload = received("/bad.pdf", a_part(HELD, ReasonCode.BROKEN_PDF))
    text = "\n".join(rejected([Rejected(upload=upload, stuck=(stuck("bad.pdf"),))], wording()))

    assert "State         held: it is not sent while it waits" in text
    assert "Where         byte 3120: no %%EOF" in text
    assert "File  " not in text


def test_what_may_have_arrived_is_not_called_undelivered() -> None:
    upload = received("/d.txt", a_part(HELD, ReasonCode.AMBIGUOUS))
    one = Rejected(upload=upload, stuck=(stuck("d.txt", ReasonCode.AMBIGUOUS, detail="attempt 3"),))
    lines = rejected([one], wording())

    assert lines[0] == "d.txt: perhaps delivered, perhaps not"
    assert "do not send it again" in "\n".join(lines)
    assert "attempt 3" not in "\n".join(lines)


def test_the_rest_of_its_batch_is_told() -> None:
    one = refused("/18.zip")
    together = Rejected(upload=one.upload, batch=a_batch({UploadState.REFUSED: 1}, {DELIVERED: 17}))

    assert "Sent with it  17 of 18 delivered, 1 refused" in rejected([together], wording())


def test_what_a_person_decided_against_is_not_waited_for() -> None:
    upload = received("/a.pdf", a_part(CANCELLED, ReasonCode.DUPLICATE))
    one = Rejected(upload=upload, stuck=(stuck("a.pdf", ReasonCode.DUPLICATE, state=CANCELLED),))
    text = "\n".join(rejected([one], wording()))

    assert "not sent: the administrator decided so" in text
    assert "Please contact the administrator" in text
    assert "Please wait" not in text


def test_two_files_of_one_name_are_told_in_one_report() -> None:
    text = "\n".join(
        rejected([refused("/a/scan.zip", number=9), refused("/b/scan.zip", number=8)], wording())
    )

    assert text.index("as /a/scan.zip") < text.index("upload 9") < text.index("as /b/scan.zip")
    assert "upload 8" in text


def test_a_report_is_bounded() -> None:
    many = [refused(number=number) for number in range(MAX_PLACES + 3)]
    upload = received("/a.zip", a_part(HELD, ReasonCode.BROKEN_PDF, 20_000))
    big = Rejected(upload=upload, stuck=tuple(stuck(f"{number}.pdf") for number in range(5000)))

    assert rejected(many, wording())[-1] == "… and 3 more."
    lines = rejected([big], wording())
    assert sum(line.startswith("File ") for line in lines) == MAX_STUCK
    assert "… and 19,980 more." in lines


def test_hostile_names_and_details_are_inert() -> None:
    upload = received(
        "/a\r\nb.csv",
        state=UploadState.HELD,
        reason=ReasonCode.BROKEN_CSV,
        detail="column \x1b[2J\u202e",
    )
    lines = rejected([Rejected(upload=upload)], wording())

    assert lines[0] == "a\\u000d\\u000ab.csv: not delivered"
    assert all(line.isprintable() for line in lines)


def test_an_ok_says_where_and_when_each_of_the_name_went() -> None:
    lines = delivered([received("/A1/csv/a.csv", a_part()), received("/csv/a.csv", a_part())], wording())

    assert lines[:4] == [
        "a.csv: delivered",
        "",
        "Received      Saturday 21 November 2026 13:00, 1.2 kB, as /A1/csv/a.csv",
        "State         delivered; import expected Sunday 01:00; sending from 02:00",
    ]
    assert len(lines) == 7


@pytest.mark.parametrize(("language", "said"), [("en", "may then be ignored"), ("nl", "kunt u dan negeren")])
def test_what_is_to_go_under_another_name_is_not_said_to_take_its_report_away(
    language: Language, said: str
) -> None:
    upload = received("/data.gz", a_part(HELD, ReasonCode.GZIP_INNER_NAME))
    one = Rejected(upload=upload, stuck=(stuck("data.gz", ReasonCode.GZIP_INNER_NAME),))

    assert said in " ".join(" ".join(rejected([one], wording(language))).split())
