"""Settings for what is suspicious in a file: the snapshot guards, and files that come twice."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from bridge.config.section import Section
from bridge.domain.errors import Invalid
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import DEFAULTS, Rule, merged, parse_rule


class GuardSettings(Section):
    """The snapshot guards of data files: hold, warn or off; those that compare take a share, as hold:30%.

    An administration or a route may have rules of its own, which come before these.
    """

    empty_data_file: str = "hold"  # Payt would mark every open invoice as paid
    rows_fallen: str = "hold:30%"  # against the data file that was delivered last; so the next two
    open_invoices_fallen: str = "hold:30%"
    open_amount_changed: str = "warn:50%"  # up or down
    same_as_last: str = "warn"  # a stale export, if nothing else
    foreign_administration: str = "hold"  # rows with another administration's code
    invoice_twice: str = "hold"  # Payt refuses such a file
    columns_missing: str = "hold"  # required ones, and those that the last file had: a blank erases
    due_before_invoice: str = "warn"
    field_too_long: str = "warn"  # Payt takes 255 characters
    outdated: str = "hold"  # older than what was delivered last, by its name or its time
    required_columns: tuple[str, ...] = ("invoice_number",)  # of a file in Payt's own layout

    @field_validator(*DEFAULTS)
    @classmethod
    def _is_a_rule(cls, value: str, info: ValidationInfo) -> str:
        try:
            return str(parse_rule(ReasonCode(info.field_name or ""), value))
        except Invalid as error:
            raise ValueError(str(error)) from None

    @field_validator("required_columns")
    @classmethod
    def _are_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(name.strip() for name in value):
            raise ValueError("expected names of columns, none of them blank")
        return tuple(name.strip().lower() for name in value)

    @property
    def rules(self) -> dict[ReasonCode, Rule]:
        """The rule of every guard, complete with its share."""
        return merged({code: parse_rule(code, getattr(self, code.value)) for code in DEFAULTS})


class DuplicateSettings(Section):
    """What becomes of a file with the content of one that was delivered before."""

    data: Literal["send"] = "send"  # the newest snapshot wins; see same_as_last under [guards]
    invoice_pdf: Literal["send", "skip", "hold"] = "skip"
    invoice_ubl: Literal["send", "skip", "hold"] = "skip"
    invoice_attachment: Literal["send", "skip", "hold"] = "hold"  # Payt would show it twice
    declaration: Literal["hold"] = "hold"  # each is an action of its own; only a person can tell
    window_days: float = Field(30.0, gt=0)  # skipped only if the first was delivered within this time
