"""Guards in a form: shown as they are, asked for as they are typed."""

import pytest

from bridge.admin.web.forms import Form
from bridge.admin.web.guard_fields import asked, guard_fields, typed
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import DEFAULTS, Action, Rule


def test_each_guard_has_its_sentence_and_the_rule_below() -> None:
    fields = {field.code: field for field in guard_fields(DEFAULTS)}

    assert list(fields) == [code.value for code in DEFAULTS]
    assert (fields["rows_fallen"].below, fields["rows_fallen"].has_share) == ("hold:30%", True)
    assert not fields["invoice_twice"].has_share
    assert all(field.sentence for field in fields.values())


def test_what_is_shown_and_sent_back_changes_nothing() -> None:
    rules = {ReasonCode.ROWS_FALLEN: Rule(Action.WARN, 0.125), ReasonCode.OUTDATED: Rule(Action.OFF)}

    texts = asked(Form(typed(rules)))

    assert texts["rows_fallen"] == "warn:12.5%"
    assert texts["outdated"] == "off"
    assert {text for name, text in texts.items() if name not in {"rows_fallen", "outdated"}} == {"default"}


@pytest.mark.parametrize(("share", "said"), [("many", "expected hold, warn or off"), ("100", "below 100%")])
def test_a_share_that_cannot_be_is_noted(share: str, said: str) -> None:
    form = Form({"guard.rows_fallen": "hold", "share.rows_fallen": share})

    texts = asked(form)

    assert said in form.mistakes["guard.rows_fallen"]
    assert "default for" not in form.mistakes["guard.rows_fallen"]
    assert "rows_fallen" not in texts


def test_a_comma_and_a_percent_sign_are_understood() -> None:
    form = Form({"guard.rows_fallen": "hold", "share.rows_fallen": "12,5 %"})

    assert asked(form)["rows_fallen"] == "hold:12.5%"
