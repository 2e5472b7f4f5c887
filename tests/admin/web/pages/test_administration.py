"""The page of one administration: its night, its settings and its guards; and what is done to it."""

import pytest

from bridge.admin.operations import accounts, administrations
from bridge.admin.operations.desk import Desk
from bridge.domain.errors import NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Action
from tests.admin.web.conftest import Browser
from tests.support import builders

HERE = "/administrations/A1"


def test_the_first_sentence_says_how_its_night_is(support: Browser, desk: Desk) -> None:
    nothing = support.get(HERE).text
    account = accounts.get(desk, name="jansen")
    desk.database.write_now(builders.an_accepted_upload, account)
    waiting = support.get(HERE).text
    administrations.set_stopped(desk, code="A1", is_stopped=True)
    stopped = support.get(HERE).text

    assert "A1 is on time for its next import: nothing waits." in nothing
    assert "A1 will be on time for its next import: " in waiting
    assert "A1 is stopped: nothing is sent for it until it is resumed." in stopped


def test_support_sees_all_of_it_and_changes_nothing(support: Browser, desk: Desk) -> None:
    page = support.get(HERE).text

    assert page.count("<form") == 1  # to sign out
    for act in ("change", "guards", "stop", "remove"):
        assert support.post(f"{HERE}/{act}", code="A1").status_code == 404
    for form in ("change", "guards"):
        assert support.get(f"{HERE}/{form}").status_code == 404
    assert not administrations.get(desk, code="A1").is_stopped


def test_a_token_is_given_kept_and_forgotten_and_never_read(operator: Browser, desk: Desk) -> None:
    fields: dict[str, str] = {"times": "02:00", "timezone": "Europe/Amsterdam"}

    operator.post(f"{HERE}/change", token="abc-token", **fields)
    given = administrations.get(desk, code="A1")
    form = operator.get(f"{HERE}/change").text
    operator.post(f"{HERE}/change", token="", payt_id="7", **fields)
    kept = administrations.get(desk, code="A1")
    both = operator.post(f"{HERE}/change", token="x", forget_token="on", **fields)
    operator.post(f"{HERE}/change", forget_token="on", **fields)
    forgotten = administrations.get(desk, code="A1")

    assert given.sealed_token
    assert "abc-token" not in form + operator.get(HERE).text
    assert (kept.sealed_token, kept.payt_id) == (given.sealed_token, 7)
    assert both.status_code == 422
    assert (forgotten.sealed_token, forgotten.payt_id) == (None, None)


def test_each_guard_is_explained_and_shows_whose_rule_it_is(operator: Browser, desk: Desk) -> None:
    administrations.change(desk, code="A1", guards={"rows_fallen": "warn:40%"})

    page, form = operator.get(HERE).text, operator.get(f"{HERE}/guards").text

    assert "Payt would mark every open invoice as paid." in page
    assert "<b>warn:40%</b> <small>not hold:30%</small>" in page
    assert "1 rule is its own" in page
    assert 'name="share.rows_fallen" inputmode="decimal" value="40"' in form


def test_guards_are_set_and_given_back(operator: Browser, desk: Desk) -> None:
    operator.post(
        f"{HERE}/guards",
        **{"guard.rows_fallen": "hold", "share.rows_fallen": "50 %", "guard.same_as_last": "off"},
    )
    own = administrations.get(desk, code="A1").guards
    operator.post(f"{HERE}/guards", **{"guard.rows_fallen": "default"})

    assert own[ReasonCode.ROWS_FALLEN].share == 0.5
    assert own[ReasonCode.SAME_AS_LAST].action is Action.OFF
    assert administrations.get(desk, code="A1").guards == {}


def test_a_share_that_cannot_be_is_said_at_its_guard(operator: Browser, desk: Desk) -> None:
    answer = operator.post(f"{HERE}/guards", **{"guard.rows_fallen": "hold", "share.rows_fallen": "250"})

    assert answer.status_code == 422
    assert 'id="guard.rows_fallen-wrong">expected a share below 100%' in answer.text
    assert 'value="250"' in answer.text
    assert administrations.get(desk, code="A1").guards == {}


def test_it_is_stopped_and_resumed(operator: Browser, desk: Desk) -> None:
    operator.post(f"{HERE}/stop", why="moving")
    stopped, told = administrations.get(desk, code="A1").is_stopped, operator.told()
    operator.post(f"{HERE}/resume")

    assert (stopped, told) == (True, "Nothing more is sent for A1.")
    assert not administrations.get(desk, code="A1").is_stopped


def test_it_is_removed_by_its_code_and_not_while_somebody_sends_for_it(operator: Browser, desk: Desk) -> None:
    used = operator.post(f"{HERE}/remove", code="A1")
    accounts.remove(desk, name="jansen")
    wrong = operator.post(f"{HERE}/remove", code="B2")
    right = operator.post(f"{HERE}/remove", code="A1")

    assert (used.status_code, wrong.status_code, right.status_code) == (409, 422, 303)
    with pytest.raises(NotFound):
        administrations.get(desk, code="A1")


def test_one_that_is_not_there_is_not_found(operator: Browser) -> None:
    assert operator.get("/administrations/XX").status_code == 404
    assert operator.post("/administrations/XX/stop").status_code == 404
    assert operator.post(f"{HERE}/explode").status_code == 422
