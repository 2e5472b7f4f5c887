"""How the snapshot guards are set: a rule for each, its text, and what overrides what.

What the guards find is for `bridge.domain.guards`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bridge.domain.errors import Invalid
from bridge.domain.reasons import ReasonCode

_BY_DEFAULT = "default"  # instead of a rule: no rule of its own


class Action(StrEnum):
    """What a guard does when it finds something."""

    OFF = "off"
    WARN = "warn"  # the file goes, with a remark
    HOLD = "hold"  # the file waits for a person


@dataclass(frozen=True, slots=True)
class Rule:
    """How one guard is set; its text is ``hold``, ``warn``, ``off`` or ``hold:30%``."""

    action: Action
    share: float | None = None  # 0.3 is 30 %; None: not told, that of the layer below counts

    def __str__(self) -> str:
        if self.share is None or self.action is Action.OFF:
            return str(self.action)
        return f"{self.action}:{round(self.share * 100, 2):g}%"


DEFAULTS: Mapping[ReasonCode, Rule] = {
    ReasonCode.EMPTY_DATA_FILE: Rule(Action.HOLD),
    ReasonCode.ROWS_FALLEN: Rule(Action.HOLD, 0.3),
    ReasonCode.OPEN_INVOICES_FALLEN: Rule(Action.HOLD, 0.3),
    ReasonCode.OPEN_AMOUNT_CHANGED: Rule(Action.WARN, 0.5),
    ReasonCode.SAME_AS_LAST: Rule(Action.WARN),
    ReasonCode.FOREIGN_ADMINISTRATION: Rule(Action.HOLD),
    ReasonCode.INVOICE_TWICE: Rule(Action.HOLD),
    ReasonCode.COLUMNS_MISSING: Rule(Action.HOLD),
    ReasonCode.DUE_BEFORE_INVOICE: Rule(Action.WARN),
    ReasonCode.FIELD_TOO_LONG: Rule(Action.WARN),
    ReasonCode.OUTDATED: Rule(Action.HOLD),
}
_FALLS = frozenset({ReasonCode.ROWS_FALLEN, ReasonCode.OPEN_INVOICES_FALLEN})
_SHARES = frozenset({*_FALLS, ReasonCode.OPEN_AMOUNT_CHANGED})

_RULE = re.compile(r"(off|warn|hold)(?:\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*%)?", re.IGNORECASE)


def parse_rule(code: ReasonCode, text: str) -> Rule:
    """Return the rule of the guard *code* that *text* says.

    Raises:
        Invalid: it says none, or a share where the guard has none or could never reach it.
    """
    found = _RULE.fullmatch(text.strip())
    if found is None:
        example = f" or with a share: hold:{'30' if code in _FALLS else '50'}%" if code in _SHARES else ""
        raise Invalid(f"expected hold, warn or off,{example}" if example else "expected hold, warn or off")
    action = Action(found[1].lower())
    if found[2] is None:
        return Rule(action)
    if code not in _SHARES or action is Action.OFF:
        raise Invalid(f"expected {action} alone: there is no share to be told here")
    percent = float(found[2])
    if code in _FALLS and percent >= 100:
        raise Invalid(
            "expected a share below 100%: nothing falls by more than all; to ask for nothing say off"
        )
    return Rule(action, round(percent / 100, 4))


def guard_named(name: str) -> ReasonCode:
    """Return the guard called *name*; raise `Invalid` if there is none."""
    for code in DEFAULTS:
        if code.value == name:
            return code
    near = get_close_matches(name, [code.value for code in DEFAULTS], n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(DEFAULTS)}"
    raise Invalid(f"guard {name!r}: no such guard; {hint}")


def parse_changes(texts: Mapping[str, str]) -> dict[ReasonCode, Rule | None]:
    """Return rules by guard from their names and texts; None for ``default``: no rule of its own any more.

    Raises:
        Invalid: a guard does not exist, or a text is no rule of it.
    """
    changes: dict[ReasonCode, Rule | None] = {}
    for name, text in texts.items():
        code = guard_named(name)
        try:
            changes[code] = None if text.strip().lower() == _BY_DEFAULT else parse_rule(code, text)
        except Invalid as error:
            raise Invalid(
                f"guard {name} = {text!r}: {error}; {_BY_DEFAULT} for that of the settings"
            ) from None
    return changes


def changed(
    rules: Mapping[ReasonCode, Rule], changes: Mapping[ReasonCode, Rule | None]
) -> dict[ReasonCode, Rule]:
    """Return *rules* after *changes*, in the order of the catalogue."""
    both = {**rules, **changes}
    return {code: rule for code in DEFAULTS if (rule := both.get(code)) is not None}


def merged(*layers: Mapping[ReasonCode, Rule] | None) -> dict[ReasonCode, Rule]:
    """Return the rule of every guard; a later layer wins, and keeps the share below where it tells none.

    The layers are those of the settings, the administration and the route.
    """
    rules = dict(DEFAULTS)
    for layer in layers:
        for code, rule in (layer or {}).items():
            share = rules[code].share if rule.share is None else rule.share
            rules[code] = Rule(rule.action, share)
    return rules


def to_json(rules: Mapping[ReasonCode, Rule]) -> str | None:
    """Return what the ledger stores; None for no rules."""
    return json.dumps({code.value: str(rule) for code, rule in rules.items()}) if rules else None


def from_json(stored: str | None) -> dict[ReasonCode, Rule]:
    """Return what `to_json` stored."""
    if stored is None:
        return {}
    return {(code := guard_named(name)): parse_rule(code, text) for name, text in json.loads(stored).items()}
