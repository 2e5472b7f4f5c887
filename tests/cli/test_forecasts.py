"""``bridge lane forecast`` answers first, then shows a row for each administration of an account."""

import pytest

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.ledger import deliveries, lanes
from tests.cli.conftest import Command
from tests.support import builders


@pytest.fixture
def waiting(desk: Desk, account: Account) -> None:
    """A document and a data file for A1."""
    for path, kind in (("/a.pdf", Kind.INVOICE_PDF), ("/a.csv", Kind.DATA)):
        desk.database.write_now(builders.an_accepted_upload, account, path, kind, now=desk.clock.now())


@pytest.mark.usefixtures("waiting")
def test_the_answer_comes_before_the_table(bridge: Command) -> None:
    told = bridge("lane", "forecast")
    lines = told.out.splitlines()

    assert told.code == 0
    assert "A1" in lines[0]
    assert "bridge serve" in lines[1]
    headings, first, second = lines[-3:]
    assert headings.split()[:3] == ["administration", "account", "waiting"]
    assert first.split()[:3] == ["A1", "sender", "2"]
    assert second.split()[:3] == ["B2", "sender", "0"]


@pytest.mark.usefixtures("waiting")
def test_json_has_the_same_in_figures(bridge: Command) -> None:
    told = bridge("lane", "forecast", "--json", "--limit", "1").json

    assert told["administrations"].keys() == {"on_time", "at_risk", "late"}
    assert sum(told["administrations"].values()) == 2
    assert told["rows_left_out"] == 1
    [row] = told["rows"]
    assert (row["administration"], row["waiting"], row["documents"], row["data_files"]) == ("A1", 2, 1, 1)
    assert row["cut_off_at"] > told["at"]
    assert row["expected_done_at"] > told["at"]
    assert isinstance(row["slack_seconds"], int)
    [lane] = told["lanes"]
    assert (lane["name"], lane["files_per_second"]) == ("destination", 2.927)


@pytest.mark.usefixtures("waiting")
def test_more_than_the_limit_is_said_beside(bridge: Command) -> None:
    told = bridge("lane", "forecast", "--limit", "1")

    assert told.error == "These are the 1 most pressing of 2; --limit shows more.\n"
    assert "B2" not in told.out.splitlines()[-1]


@pytest.mark.usefixtures("waiting")
def test_a_stopped_lane_is_late_with_what_to_do(desk: Desk, bridge: Command) -> None:
    desk.database.write_now(lanes.stop, name="destination")

    told = bridge("lane", "forecast")

    assert told.code == 0
    assert told.out.startswith("1 of 2 administrations will be late: A1 (stopped: lane destination).\n")
    assert "bridge lane resume destination" in told.out
    assert "never" in told.out


def test_without_accounts_the_first_step_is_said(bridge: Command) -> None:
    told = bridge("lane", "forecast")

    assert (told.code, told.out.splitlines()[0]) == (
        0,
        "There is nothing to forecast: no account has an administration. See: bridge account add",
    )


def test_after_delivery_the_import_and_the_sending_are_told(
    desk: Desk, account: Account, bridge: Command
) -> None:
    now = desk.clock.now()
    delivery = desk.database.write_now(builders.an_accepted_upload, account, "/a.pdf", now=now)
    [assignment] = desk.database.write_now(builders.claim, now=now)
    desk.database.write_now(
        deliveries.settle,
        delivery=assignment.delivery,
        to=DeliveryState.DELIVERED,
        outcome=Outcome.DELIVERED,
        now=now,
    )

    shown = bridge("delivery", "show", str(delivery.id)).out
    record = bridge("delivery", "show", str(delivery.id), "--json").json
    upload = bridge("upload", "show", str(record["upload_id"]))
    of_upload = bridge("upload", "show", str(record["upload_id"]), "--json").json

    assert "delivered; import expected " in shown
    assert "; sending from " in shown
    assert "imported" not in shown + upload.out
    assert "delivered; import expected " in upload.out
    assert record["import_expected_at"] > record["finished_at"]
    assert (of_upload["import_expected_at"], of_upload["sending_from_at"]) == (
        record["import_expected_at"],
        record["sending_from_at"],
    )
