"""Alert targets by the API: what a command made is found, and changed."""

from bridge.admin.operations import alerts
from bridge.admin.operations.desk import Desk
from tests.admin.api.v1.conftest import Program

HOOK = "http://127.0.0.1:9/hook"


def test_a_target_with_capitals_that_a_command_made_has_an_address(operator: Program, desk: Desk) -> None:
    alerts.add(desk, name="Ops_2", webhook=HOOK)

    assert operator.get("/alerts/Ops_2")["name"] == "Ops_2"
    assert operator.post("/alerts/Ops_2/disable").json()["disabled"] is True
    assert operator.post("/alerts", {"name": "Night", "webhook": HOOK}).status_code == 201
    assert operator.get("/alerts/Night")["name"] == "Night"


def test_a_name_that_no_target_can_have_is_refused_in_the_body_and_in_the_address(operator: Program) -> None:
    assert operator.post("/alerts", {"name": "a b", "webhook": HOOK}).status_code == 422
    assert operator.ask("DELETE", "/alerts/a@b").status_code == 422
