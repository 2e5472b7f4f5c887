"""Alert targets by the API: what a command made is found, and changed."""

from bridge.admin.operations import alerts, trail
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


def test_what_is_left_out_of_a_change_stays_and_null_goes_back(operator: Program, desk: Desk) -> None:
    operator.post(
        "/alerts",
        {"name": "ops", "webhook": HOOK, "account": "jansen", "kinds": ["disk_low"], "language": "nl"},
    )

    changed = operator.ask("PATCH", "/alerts/ops", {"language": None, "disabled": True}).json()
    cleared = operator.ask("PATCH", "/alerts/ops", {"account": None, "kinds": []}).json()
    moved = operator.ask("PATCH", "/alerts/ops", {"webhook": "https://hooks.example/x", "secret": "s" * 20})

    assert (changed["language"], changed["disabled"]) == (None, True)
    assert (changed["account"], changed["kinds"]) == ("jansen", ["disk_low"])
    assert (cleared["account"], cleared["kinds"]) == (None, None)
    assert moved.json()["address"] == "https://hooks.example/…"
    [latest, *_] = trail.listing(desk, subject="alert:ops")
    assert latest.act == "alert change"
    assert "sss" not in str(latest.detail)


def test_a_change_for_the_other_way_or_of_none_is_refused(operator: Program, support: Program) -> None:
    operator.post("/alerts", {"name": "ops", "webhook": HOOK})

    assert operator.ask("PATCH", "/alerts/ops", {"secret": "short"}).status_code == 422
    assert operator.ask("PATCH", "/alerts/none", {"disabled": True}).status_code == 404
    assert support.ask("PATCH", "/alerts/ops", {"disabled": True}).status_code == 403
