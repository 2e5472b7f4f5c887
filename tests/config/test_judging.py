"""Settings of guards and duplicates: each guard has one, with the domain's default."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bridge.config import Settings, load
from bridge.config.judging import DuplicateSettings, GuardSettings
from bridge.domain.errors import Invalid
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import DEFAULTS, Action, Rule


def test_every_guard_has_its_setting_at_the_domain_s_default() -> None:
    assert set(GuardSettings.model_fields) - {"required_columns"} == {code.value for code in DEFAULTS}
    assert GuardSettings().rules == DEFAULTS
    assert Settings().guards.rules == DEFAULTS


def test_a_rule_is_set_and_keeps_the_share_that_it_does_not_tell() -> None:
    rules = GuardSettings(rows_fallen="warn", open_amount_changed="hold: 75 %", outdated="OFF").rules

    assert rules[ReasonCode.ROWS_FALLEN] == Rule(Action.WARN, 0.3)
    assert rules[ReasonCode.OPEN_AMOUNT_CHANGED] == Rule(Action.HOLD, 0.75)
    assert rules[ReasonCode.OUTDATED].action is Action.OFF


def test_a_wrong_rule_is_told_with_what_would_be_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_SECRETS_DIR", str(tmp_path))
    config = tmp_path / "b.toml"
    config.write_text(
        '[guards]\nrows_fallen = "hold:30"\nsame_as_last = "warn:5%"\nrows_falen = "off"\n'
        'required_columns = [""]\n[duplicates]\ndata = "skip"\ninvoice_pdf = "drop"\n'
    )

    with pytest.raises(Invalid) as caught:
        load(config)

    assert sorted(line.strip() for line in str(caught.value).splitlines()[1:]) == [
        "duplicates.data = 'skip': expected 'send'",
        "duplicates.invoice_pdf = 'drop': expected 'send', 'skip' or 'hold'",
        "guards.required_columns = ['']: expected names of columns, none of them blank",
        "guards.rows_falen: no such setting; did you mean guards.rows_fallen?",
        "guards.rows_fallen = 'hold:30': expected hold, warn or off, or with a share: hold:30%",
        "guards.same_as_last = 'warn:5%': expected warn alone: there is no share to be told here",
    ]


def test_the_environment_sets_one_guard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIDGE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("BRIDGE_GUARDS__ROWS_FALLEN", "off")
    monkeypatch.setenv("BRIDGE_LANGUAGE", "nl")

    settings = load()

    assert settings.language == "nl"
    assert settings.guards.rules[ReasonCode.ROWS_FALLEN].action is Action.OFF
    assert settings.guards.rules[ReasonCode.OUTDATED] == DEFAULTS[ReasonCode.OUTDATED]


def test_required_columns_are_names_in_lower_case() -> None:
    assert GuardSettings(required_columns=(" Invoice_Number ",)).required_columns == ("invoice_number",)
    assert GuardSettings(required_columns=()).required_columns == ()


def test_every_kind_says_what_becomes_of_its_duplicates() -> None:
    assert {kind.value for kind in Kind} == set(DuplicateSettings.model_fields) - {"window_days"}
    with pytest.raises(ValidationError):
        DuplicateSettings(window_days=0)
