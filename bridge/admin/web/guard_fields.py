"""Guards in forms: each with what it finds, its rule, and the rule that holds without one."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.admin.web.forms import Form
from bridge.domain.errors import Invalid
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.rules import DEFAULTS, Action, Rule, parse_changes

_BY_DEFAULT = "default"
_ELSE = "; default for"  # the form has a choice for that


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardField:
    """One guard in a form."""

    code: str
    sentence: str
    has_share: bool
    below: str  # the rule that holds where none is set here


def guard_fields(below: Mapping[ReasonCode, Rule]) -> list[GuardField]:
    """Return the guards; *below* has the rule of each where none is set."""
    return [
        GuardField(
            code=code.value,
            sentence=reason(code).admin,
            has_share=DEFAULTS[code].share is not None,
            below=str(below[code]),
        )
        for code in DEFAULTS
    ]


def typed(rules: Mapping[ReasonCode, Rule]) -> dict[str, str]:
    """Return the fields that show *rules*."""
    fields = {}
    for code in DEFAULTS:
        rule = rules.get(code)
        fields[f"guard.{code.value}"] = _BY_DEFAULT if rule is None else str(rule.action)
        if rule is not None and rule.share is not None:
            fields[f"share.{code.value}"] = f"{round(rule.share * 100, 2):g}"
    return fields


def asked(form: Form) -> dict[str, str]:
    """Return the rule that is asked for, by guard; what cannot be right is noted in *form*."""
    texts = {}
    for code in DEFAULTS:
        name = f"guard.{code.value}"
        text = form[name] or _BY_DEFAULT
        share = form[f"share.{code.value}"].removesuffix("%").strip().replace(",", ".")
        if share and text in {Action.HOLD, Action.WARN}:
            text = f"{text}:{share}%"
        try:
            parse_changes({code.value: text})
        except Invalid as error:
            form.mistakes[name] = str(error).partition(": ")[2].partition(_ELSE)[0]
        else:
            texts[code.value] = text
    return texts
