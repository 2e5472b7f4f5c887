"""The page today.txt, as a person reads it."""

from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.status import Fate
from bridge.domain.status_page import today
from bridge.domain.uploads import UploadState
from tests.support.status import a_part, facts, later, received, wording

HELD, PENDING = DeliveryState.HELD, DeliveryState.PENDING
ZIP = received(
    "/scans.zip",
    a_part(count=17),
    a_part(HELD, ReasonCode.BROKEN_PDF),
    number=2,
    size=3_400_000,
    closed_at=later(1),
)
SPOOLED = received("/new.pdf", number=3, state=UploadState.SPOOLED, closed_at=later(2))
CSV = received("/csv/open.csv", a_part())

IN_ENGLISH = """\
bakker: received on Saturday 21 November 2026
3 files: 1 delivered, 1 waiting to be sent, 1 held.

Time     Size  File           What became of it
13:02  1.2 kB  /new.pdf       received; being checked
13:01  3.4 MB  /scans.zip     17 of 18 delivered, 1 held: The PDF is incomplete or damaged; please make it
                              anew and send it again. More in scans.zip.rejected.txt.
13:00  1.2 kB  /csv/open.csv  delivered; import expected Sunday 01:00; sending from 02:00

Still waiting: 1 file; it goes by itself.

Not delivered in the last 3 days; each of these says why, and what to do:
  scans.zip.rejected.txt

Times are local (Europe/Amsterdam). Delivered means that Payt has the file; what the import made of
it is seen in Payt."""

IN_DUTCH = """\
bakker: ontvangen op zaterdag 21 november 2026
3 bestanden: 1 afgeleverd, 1 nog te verzenden, 1 vastgehouden.

Tijd   Grootte  Bestand        Wat ermee is gebeurd
13:02   1,2 kB  /new.pdf       ontvangen; wordt gecontroleerd
13:01   3,4 MB  /scans.zip     17 van 18 afgeleverd, 1 vastgehouden: De pdf is onvolledig of beschadigd;
                               graag opnieuw maken en aanleveren. Meer in scans.zip.rejected.txt.
13:00   1,2 kB  /csv/open.csv  afgeleverd; import verwacht zondag 01:00; verzending vanaf 02:00

Nog te verzenden: 1 bestand; dat gaat vanzelf.

Niet afgeleverd in de laatste 3 dagen; in elk van deze bestanden staat waarom, en wat u kunt doen:
  scans.zip.rejected.txt

Tijden zijn lokaal (Europe/Amsterdam). Afgeleverd betekent dat Payt het bestand heeft; wat de import
ermee deed, is in Payt te zien."""


def test_a_day_reads_like_this_in_english() -> None:
    found = facts(SPOOLED, ZIP, CSV, waiting=1)

    assert "\n".join(today(found, wording(), ["scans.zip.rejected.txt"])) == IN_ENGLISH


def test_and_like_this_in_dutch() -> None:
    found = facts(SPOOLED, ZIP, CSV, waiting=1, language="nl")

    assert "\n".join(today(found, wording("nl"), ["scans.zip.rejected.txt"])) == IN_DUTCH


def test_an_empty_day_is_said_in_a_sentence() -> None:
    lines = today(facts(), wording(), [])

    assert lines[:3] == [
        "bakker: received on Saturday 21 November 2026",
        "Nothing has been received yet today.",
        "",
    ]
    assert "Vandaag is er nog niets ontvangen." in today(facts(), wording("nl"), [])


def test_what_came_before_midnight_is_not_of_today() -> None:
    lines = today(facts(received("/old.csv", a_part(), closed_at=later(-24 * 60))), wording(), [])

    assert "Nothing has been received yet today." in lines
    assert not any("old.csv" in line for line in lines)


def test_what_still_waits_of_earlier_days_is_said_on_an_empty_day_too() -> None:
    assert "Still waiting: 1,500 files; they go by themselves." in today(facts(waiting=1500), wording(), [])


def test_of_a_flood_the_newest_are_listed_and_all_are_counted() -> None:
    lines = today(facts(CSV, tally={Fate.DELIVERED: 19_501}), wording(), [])

    assert "19,501 files: 19,501 delivered." in lines
    assert "… and 19,500 more, received before these." in lines


def test_of_more_than_can_be_counted_the_newest_are() -> None:
    lines = today(facts(CSV, tally={Fate.DELIVERED: 20_000}, is_tally_cut=True), wording(), [])

    assert "More than 20,000 files; of the newest 20,000: 20,000 delivered." in lines


def test_many_reports_are_named_up_to_a_bound() -> None:
    lines = today(facts(), wording(), [f"{number}.rejected.txt" for number in range(1025)])

    assert "  19.rejected.txt" in lines
    assert "  20.rejected.txt" not in lines
    assert "  … and 1,005 more." in lines


def test_a_long_name_pushes_only_its_own_line() -> None:
    long = received(f"/{'x' * 80}.pdf", state=UploadState.SPOOLED)
    lines = today(facts(long, CSV), wording(), [])

    [pushed] = [line for line in lines if "xxx" in line]
    [other] = [line for line in lines if "open.csv" in line]
    assert pushed.endswith(f"{'x' * 80}.pdf  received; being checked")
    assert other.index("delivered") == 5 + 2 + 6 + 2 + 44 + 2


def test_hostile_names_cannot_draw_lines_of_their_own() -> None:
    evil = received("/csv/a\r\nb\x1b[31m\u202egnp.csv", state=UploadState.SPOOLED)
    lines = today(facts(evil), wording(), ["a\r\n.rejected.txt"])

    assert any("/csv/a\\u000d\\u000ab\\u001b[31m\\u202egnp.csv  received" in line for line in lines)
    assert "  a\\u000d\\u000a.rejected.txt" in lines
    assert all(line.isprintable() for line in lines)
