"""``bridge delivery hold``, ``release``, ``cancel`` and ``retry``: one, several, or all that fit a filter."""

import pytest

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries
from tests.cli.conftest import Command
from tests.support import builders
from tests.support.clock import NOON


@pytest.fixture
def two(desk: Desk, account: Account) -> tuple[str, str]:
    """The ids of two deliveries that wait."""
    first, second = (
        desk.database.write_now(builders.an_accepted_upload, account, path).id
        for path in ("/a.pdf", "/b.pdf")
    )
    return str(first), str(second)


def test_one_that_refuses_does_not_keep_the_others_back(two: tuple[str, str], bridge: Command) -> None:
    first, second = two

    held = bridge("delivery", "hold", first, "99", second, "--json")

    assert held.code == 1
    assert [one["id"] for one in held.json] == [int(first), int(second)]
    assert {one["state"] for one in held.json} == {"held"}
    assert held.error == "bridge: no delivery 99; see: bridge delivery list\n"
    listed = bridge("delivery", "list", "--state", "held", "--json").json
    assert [one["id"] for one in listed] == [int(second), int(first)]


def test_a_delivery_is_released_retried_and_cancelled(two: tuple[str, str], bridge: Command) -> None:
    number, _ = two
    bridge("delivery", "hold", number)

    released = bridge("delivery", "release", number, "--kind", "invoice_attachment", "--administration", "B2")
    shown = bridge("delivery", "show", number, "--json").json

    assert released.out == f"delivery {number} (a.pdf) is pending\n"
    assert (shown["kind"], shown["administration"], shown["attempts"]) == ("invoice_attachment", "B2", 0)
    assert shown["attempt_list"] == []
    assert bridge("delivery", "retry", number).code == 0
    assert bridge("delivery", "cancel", number).out == f"delivery {number} (a.pdf) is cancelled\n"
    assert bridge("delivery", "release", number).code == 1


def test_all_that_fit_are_held_and_released(two: tuple[str, str], bridge: Command) -> None:
    first, second = two

    held = bridge("delivery", "hold", "--account", "sender", "--since", "2026-01-01", "--why", "wrong month")
    released = bridge("delivery", "release", "--administration", "A1", "--reason", "by_operator", "--json")

    assert held.out == f"delivery {first} (a.pdf) is held\ndelivery {second} (b.pdf) is held\n"
    assert [(one["state"], one["administration"]) for one in released.json] == [("pending", "A1")] * 2
    [release, hold] = bridge("audit", "list", "--subject", f"delivery:{first}", "--json").json
    assert hold["why"] == "wrong month"
    assert hold["detail"]["chosen_by"].keys() == {"account", "since"}
    assert release["detail"]["chosen_by"] == {"administration": "A1", "reason": "by_operator"}


def test_a_dry_run_shows_how_many_and_which_and_changes_nothing(
    two: tuple[str, str], bridge: Command
) -> None:
    first, second = two

    told = bridge("delivery", "cancel", "--account", "sender", "--dry-run")
    listed = bridge("delivery", "cancel", "--account", "sender", "--dry-run", "--json").json
    one = bridge("delivery", "cancel", first, "--dry-run")

    assert told.out.endswith("cancel would be tried on 2 deliveries; nothing was changed\n")
    assert "b.pdf" in told.out
    assert [each["id"] for each in listed] == [int(first), int(second)]
    assert one.out.endswith("cancel would be tried on 1 delivery; nothing was changed\n")
    assert bridge("delivery", "list", "--state", "cancelled", "--json").json == []


@pytest.mark.usefixtures("two")
def test_of_those_that_fit_those_that_refuse_are_told_each(
    desk: Desk, account: Account, bridge: Command
) -> None:
    upload = desk.database.write_now(builders.an_upload, account, "/x.bin")
    plan = builders.a_plan(upload, None, None, reason="unknown_kind")
    [placeless] = desk.database.write_now(builders.accept, upload, plan)

    told = bridge("delivery", "retry", "--account", "sender")

    assert told.code == 1
    assert told.out.count("is pending") == 2
    assert told.error.startswith(f"bridge: delivery {placeless.id} needs a kind and an administration")
    assert told.error.count("\n") == 1


@pytest.mark.usefixtures("account")
def test_where_nothing_fits_that_is_said(bridge: Command) -> None:
    told = bridge("delivery", "release", "--account", "sender")

    assert (told.code, told.out) == (0, "No delivery fits; nothing was changed.\n")


@pytest.mark.parametrize(
    "words",
    [
        ["cancel"],
        ["cancel", "1", "--account", "sender"],
        ["hold", "--state", "delivered"],
        ["retry", "--account", "sender", "--since", "soon"],
    ],
)
@pytest.mark.usefixtures("two")
def test_what_is_not_clear_is_refused_as_wrong_use(bridge: Command, words: list[str]) -> None:
    assert bridge("delivery", *words).code == 2
    assert {one["state"] for one in bridge("delivery", "list", "--json").json} == {"pending"}


@pytest.fixture
def delivered(desk: Desk, account: Account) -> list[str]:
    """The ids of what was delivered: two data files, the older first, a PDF and a declaration."""
    ids = []
    for path, kind in (
        ("/monday.csv", Kind.DATA),
        ("/tuesday.csv", Kind.DATA),
        ("/a.pdf", Kind.INVOICE_PDF),
        ("/a.txt", Kind.DECLARATION),
    ):
        ids.append(str(desk.database.write_now(builders.an_accepted_upload, account, path, kind).id))
        [assignment] = desk.database.write_now(builders.claim)
        desk.database.write_now(
            deliveries.settle,
            delivery=assignment.delivery,
            to=DeliveryState.DELIVERED,
            outcome=Outcome.DELIVERED,
            now=NOON,
        )
    return ids


def test_what_was_delivered_goes_again_but_for_what_would_do_harm(
    delivered: list[str], bridge: Command
) -> None:
    monday, tuesday, paper, declaration = delivered

    told = bridge("delivery", "replay", "--account", "sender", "--why", "imported into the test environment")

    assert told.code == 1
    assert told.out == (
        f"delivery {tuesday} (tuesday.csv) is sent again as delivery 5\n"
        f"delivery {paper} (a.pdf) is sent again as delivery 6\n"
    )
    left_out, refused = told.error.splitlines()
    assert left_out.startswith(f"delivery {monday} (monday.csv) is left out")
    assert refused.startswith(f"bridge: delivery {declaration} is a declaration")
    assert "sent again after it was delivered" in bridge("delivery", "show", "6").out
    assert bridge("delivery", "show", tuesday, "--json").json["state"] == "delivered"


def test_a_dry_run_of_a_replay_says_what_would_go_and_what_not(delivered: list[str], bridge: Command) -> None:
    _, tuesday, paper, declaration = delivered

    told = bridge("delivery", "replay", *delivered, "--dry-run", "--json")

    assert told.code == 0
    assert [one["id"] for one in told.json] == [int(tuesday), int(paper)]
    assert f"delivery {declaration} is a declaration" in told.error
    assert len(bridge("delivery", "list", "--json").json) == 4
