"""Health: whether everything works, the lanes, and what somebody should know."""

from dataclasses import replace

from fastapi import FastAPI

from bridge.admin.operations import alarms, lanes
from bridge.admin.operations.desk import Desk
from bridge.domain.alarms import AlarmKind
from bridge.ledger import alarms as stored
from tests.admin.web.conftest import Browser
from tests.support.clock import NOON


def test_it_says_that_no_server_sends(operator: Browser) -> None:
    assert "1 lane sends nothing." in operator.get("/system").text


def test_it_shows_which_parts_work(operator: Browser, application: FastAPI) -> None:
    well = operator.get("/system").text
    application.state.console = replace(
        application.state.console, parts=lambda: {"sftp": True, "intake": False}
    )
    ill = operator.get("/system").text

    assert "not ready" not in well
    assert "intake is not ready" in ill
    assert ill.index("sftp</span>") < ill.index("intake is not ready</span>")


def test_an_operator_stops_and_resumes_a_lane_and_says_why(operator: Browser, desk: Desk) -> None:
    operator.post("/system/lanes/pause", lane="destination", why="maintenance at Payt")
    paused = lanes.listing(desk)[0].is_stopped
    page = operator.get("/system").text
    operator.post("/system/lanes/resume", lane="destination")

    assert paused
    assert "stopped by an operator" in page
    assert "Lane destination is stopped" in page
    assert not lanes.listing(desk)[0].is_stopped
    assert "maintenance at Payt" in operator.get("/audit").text


def test_support_looks_and_does_not_stop(support: Browser, desk: Desk) -> None:
    page = support.get("/system")

    assert page.status_code == 200
    assert ">Stop<" not in page.text
    assert support.post("/system/lanes/pause", lane="destination").status_code == 404
    assert not lanes.listing(desk)[0].is_stopped


def test_an_alarm_is_shown_with_what_to_do_and_can_be_closed(operator: Browser, desk: Desk) -> None:
    alarm = desk.database.write_now(
        stored.raise_once,
        kind=AlarmKind.UPLOAD_MISSING,
        subject="account:jansen",
        detail="due 17:00",
        now=NOON,
        not_since=NOON,
    )
    assert alarm is not None

    page = operator.get("/system").text
    operator.post(f"/system/alarms/{alarm.id}/close")

    assert "1 alarm is open" in page
    assert "Ask the sender whether the export ran." in page
    assert alarms.listing(desk, is_open=True) == []


def test_no_other_act_is_possible(operator: Browser) -> None:
    assert operator.post("/system/lanes/explode", lane="destination").status_code == 404
    assert operator.post("/system/lanes/pause", lane="nothing").status_code == 404


def test_the_checks_are_those_of_the_command(operator: Browser) -> None:
    part = operator.get("/system/checks").text

    assert "every setting can be used" in part
    assert "ledger" in part


def test_it_is_not_for_viewers(viewer: Browser) -> None:
    assert [viewer.get(path).status_code for path in ("/system", "/system/live", "/system/checks")] == [
        404
    ] * 3
