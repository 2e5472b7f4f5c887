"""Rules of guards: their texts, and what overrides what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import Invalid
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import (
    DEFAULTS,
    Action,
    Rule,
    changed,
    from_json,
    guard_named,
    merged,
    parse_changes,
    parse_rule,
    to_json,
)

ROWS, SAME, AMOUNT = ReasonCode.ROWS_FALLEN, ReasonCode.SAME_AS_LAST, ReasonCode.OPEN_AMOUNT_CHANGED


@pytest.mark.parametrize(
    ("code", "text", "rule"),
    [
        (SAME, "off", Rule(Action.OFF)),
        (SAME, " Warn ", Rule(Action.WARN)),
        (ROWS, "hold", Rule(Action.HOLD)),
        (ROWS, "hold:30%", Rule(Action.HOLD, 0.3)),
        (ROWS, "warn: 12.5 %", Rule(Action.WARN, 0.125)),
        (ROWS, "hold:0%", Rule(Action.HOLD, 0.0)),
        (AMOUNT, "warn:200%", Rule(Action.WARN, 2.0)),
    ],
)
def test_a_text_says_a_rule(code: ReasonCode, text: str, rule: Rule) -> None:
    assert parse_rule(code, text) == rule


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        (SAME, "", "expected hold, warn or off"),
        (SAME, "block", "expected hold, warn or off"),
        (SAME, "hold:30%", "expected hold alone"),
        (ROWS, "off:30%", "expected off alone"),
        (ROWS, "hold:30", "hold:30%"),
        (ROWS, "hold:-5%", "hold:30%"),
        (ROWS, "hold:nan%", "hold:30%"),
        (ROWS, "hold:100%", "below 100%"),
        (AMOUNT, "30%", "hold:50%"),
    ],
)
def test_what_is_no_rule_is_refused_with_what_would_be_one(code: ReasonCode, text: str, says: str) -> None:
    with pytest.raises(Invalid, match=r"^expected") as caught:
        parse_rule(code, text)

    assert says in str(caught.value)


@given(st.sampled_from(list(Action)), st.integers(0, 9999))
def test_a_rule_comes_back_from_its_text(action: Action, hundredths: int) -> None:
    rule = Rule(action) if action is Action.OFF else Rule(action, hundredths / 10000)

    assert parse_rule(ROWS, str(rule)) == rule


@pytest.mark.parametrize("code", list(DEFAULTS))
def test_every_guard_has_a_default_that_can_be_written(code: ReasonCode) -> None:
    assert guard_named(code.value) is code
    assert parse_rule(code, str(DEFAULTS[code])) == DEFAULTS[code]


@pytest.mark.parametrize(("name", "says"), [("rows_falen", "did you mean rows_fallen"), ("q", "there are")])
def test_a_guard_that_is_not_there_is_told(name: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        guard_named(name)
    with pytest.raises(Invalid, match=says):
        parse_changes({name: "hold"})


def test_a_reason_that_is_no_guard_is_none() -> None:
    with pytest.raises(Invalid):
        guard_named(ReasonCode.BROKEN_CSV.value)


def test_a_wrong_change_names_the_guard() -> None:
    with pytest.raises(Invalid, match=r"guard same_as_last = 'x': expected hold, warn or off; default for"):
        parse_changes({"same_as_last": "x"})


def test_a_change_sets_a_rule_or_takes_it_away() -> None:
    before = {SAME: Rule(Action.OFF), AMOUNT: Rule(Action.HOLD)}

    after = changed(before, parse_changes({"rows_fallen": "warn:40%", "same_as_last": "default"}))

    assert after == {ROWS: Rule(Action.WARN, 0.4), AMOUNT: Rule(Action.HOLD)}
    assert list(after) == [ROWS, AMOUNT]


def test_a_later_layer_wins_and_keeps_the_share_that_it_does_not_tell() -> None:
    settings, administration = {ROWS: Rule(Action.HOLD, 0.4)}, {ROWS: Rule(Action.WARN)}
    route = {ROWS: Rule(Action.OFF), SAME: Rule(Action.HOLD)}

    assert merged() == dict(DEFAULTS)
    assert merged(settings, None)[ROWS] == Rule(Action.HOLD, 0.4)
    assert merged(settings, administration)[ROWS] == Rule(Action.WARN, 0.4)
    assert merged(settings, administration, route)[ROWS].action is Action.OFF
    assert merged(settings, route, administration)[ROWS] == Rule(Action.WARN, 0.4)
    assert merged(route)[SAME] == Rule(Action.HOLD)
    assert DEFAULTS[ROWS] == Rule(Action.HOLD, 0.3)


def test_rules_come_back_from_the_ledger() -> None:
    rules = {ROWS: Rule(Action.WARN, 0.125), SAME: Rule(Action.OFF)}

    assert to_json(rules) == '{"rows_fallen": "warn:12.5%", "same_as_last": "off"}'
    assert from_json(to_json(rules)) == rules
    assert to_json({}) is None
    assert from_json(None) == {}
