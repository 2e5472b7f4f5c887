"""Where a path says a file belongs."""

from dataclasses import replace
from datetime import time

import pytest

from bridge.domain.accounts import Account, AccountId, Route, RouteId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.kinds import KIND_FOLDERS, Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.routes import place


def administration(number: int, code: str) -> Administration:
    return Administration(
        id=AdministrationId(number),
        code=code,
        payt_id=None,
        sealed_token=None,
        import_times=(time(1),),
        timezone="Europe/Amsterdam",
    )


FIRST, SECOND = administration(1, "NL01"), administration(2, "NL02")
ONE = Account(
    id=AccountId(1),
    name="klant",
    password_hash=None,
    encoding=None,
    is_disabled=False,
    administrations=(FIRST,),
)
TWO = replace(ONE, administrations=(FIRST, SECOND))
NONE = replace(ONE, administrations=())


def with_routes(account: Account, *rules: tuple[str, Kind | None, Administration | None]) -> Account:
    return replace(
        account,
        routes=tuple(
            Route(
                id=RouteId(number),
                pattern=pattern,
                kind=kind,
                administration_id=None if whom is None else whom.id,
            )
            for number, (pattern, kind, whom) in enumerate(rules)
        ),
    )


@pytest.mark.parametrize("folder", KIND_FOLDERS)
@pytest.mark.parametrize("spelled", [str.lower, str.upper])
def test_a_kind_folder_says_the_kind_for_the_first_administration(folder: str, spelled: type[str]) -> None:
    found = place(TWO, f"/{spelled(folder)}/x")

    assert (found.kind, found.administration, found.hold) == (KIND_FOLDERS[folder], FIRST, None)


def test_the_root_is_the_first_administrations_and_leaves_the_kind_open() -> None:
    found = place(TWO, "/x.csv")

    assert (found.kind, found.administration, found.hold, found.is_stray) == (None, FIRST, None, False)


def test_a_folder_below_a_kind_folder_changes_nothing() -> None:
    assert place(TWO, "/csv/2026/november/x").kind is Kind.DATA


def test_an_administrations_folder_says_whom_it_is_for() -> None:
    open_kind, told = place(TWO, "/NL02/x.csv"), place(TWO, "/NL02/invoice_pdf/x")

    assert (open_kind.kind, open_kind.administration) == (None, SECOND)
    assert (told.kind, told.administration) == (Kind.INVOICE_PDF, SECOND)


def test_codes_keep_their_case() -> None:
    assert place(TWO, "/nl02/x.csv").hold is ReasonCode.UNKNOWN_FOLDER


def test_a_kind_folder_inside_an_unknown_folder_names_an_administration_that_is_missing() -> None:
    for account in (ONE, TWO):
        found = place(account, "/NL03/csv/x")
        assert (found.administration, found.hold) == (None, ReasonCode.UNKNOWN_ADMINISTRATION)


def test_an_unknown_folder_takes_documents_only_and_only_with_one_administration() -> None:
    one, two = place(ONE, "/maart/x.pdf"), place(TWO, "/maart/x.pdf")

    assert (one.administration, one.is_stray, one.hold) == (FIRST, True, None)
    assert (two.administration, two.hold) == (None, ReasonCode.UNKNOWN_FOLDER)


def test_without_an_administration_everything_waits() -> None:
    assert place(NONE, "/csv/x").hold is ReasonCode.NO_ADMINISTRATION


def test_the_first_route_that_fits_wins_over_later_ones_and_over_folders() -> None:
    account = with_routes(
        TWO,
        ("*.txt", Kind.DATA, SECOND),
        ("*.txt", Kind.DECLARATION, FIRST),
        ("/invoice_pdf/bijlage*", Kind.INVOICE_ATTACHMENT, None),
    )

    text, attachment = place(account, "/NL01/x.txt"), place(account, "/invoice_pdf/bijlage.pdf")

    assert (text.kind, text.administration) == (Kind.DATA, SECOND)
    assert (attachment.kind, attachment.administration) == (Kind.INVOICE_ATTACHMENT, FIRST)


def test_a_route_without_an_administration_keeps_the_folders() -> None:
    account = with_routes(TWO, ("*.txt", Kind.DATA, None))

    assert place(account, "/NL02/x.txt").administration is SECOND


def test_a_route_for_an_unknown_folder_makes_it_known() -> None:
    account = with_routes(TWO, ("/maart/*", None, SECOND))

    found = place(account, "/maart/x.csv")

    assert (found.kind, found.administration, found.hold, found.is_stray) == (None, SECOND, None, False)


def test_a_route_to_an_administration_that_the_account_lost_waits() -> None:
    account = with_routes(ONE, ("*.txt", Kind.DATA, SECOND))

    assert place(account, "/x.txt").hold is ReasonCode.NO_ADMINISTRATION


def test_an_expression_reads_the_administration_out_of_the_path() -> None:
    account = with_routes(TWO, ("re:/export/(?P<administration>[^/]+)/.*", Kind.DATA, None))

    for folder in ("NL02", "nl02"):
        found = place(account, f"/export/{folder}/open.csv")
        assert (found.kind, found.administration, found.hold) == (Kind.DATA, SECOND, None)
    assert found.route is account.routes[0]


@pytest.mark.parametrize("account", [ONE, TWO, NONE])
def test_a_code_that_the_account_does_not_have_waits_and_never_goes_to_a_default(account: Account) -> None:
    account = with_routes(account, ("re:/export/(?P<administration>[^/]*)/.*", Kind.DATA, None))

    for folder in ("NL03", "\x1b[31m"):
        found = place(account, f"/export/{folder}/open.csv")
        assert (found.administration, found.hold) == (None, ReasonCode.UNKNOWN_ADMINISTRATION)
        assert "account klant does not have it" in found.detail
        assert found.detail.isprintable()


def test_a_code_that_took_no_part_waits_too() -> None:
    account = with_routes(ONE, ("re:/open(?:_(?P<administration>[^_/]+))?.csv", Kind.DATA, None))

    assert place(account, "/open_nl01.csv").administration is FIRST
    assert place(account, "/open.csv").hold is ReasonCode.UNKNOWN_ADMINISTRATION


def test_of_codes_that_differ_in_case_alone_only_the_exact_one_counts() -> None:
    lower = administration(3, "nl01")
    account = with_routes(
        replace(ONE, administrations=(FIRST, lower)), ("re:/(?P<administration>[^/]+)/.*", None, None)
    )

    assert place(account, "/nl01/x").administration is lower
    assert place(account, "/NL01/x").administration is FIRST
    assert place(account, "/Nl01/x").hold is ReasonCode.UNKNOWN_ADMINISTRATION


def test_a_path_that_is_too_long_for_an_expression_waits() -> None:
    # Whether it would have fitted is not known, and with it not whose the file is.
    account = with_routes(ONE, ("*.pdf", Kind.INVOICE_PDF, None), ("re:/x/.*", Kind.DATA, None))
    long = "/csv/" + "x" * 1000

    assert place(account, f"{long}.csv").hold is ReasonCode.UNKNOWN_FOLDER
    assert place(account, f"{long}.pdf").kind is Kind.INVOICE_PDF
