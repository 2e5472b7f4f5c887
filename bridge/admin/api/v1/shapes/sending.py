"""Lanes, the forecast, alarms, the audit trail and the catalogue of reasons in answers."""

from typing import Any

from pydantic import Field

from bridge.admin.api.v1.shapes.plain import Moment, Shape
from bridge.domain.alarms import AlarmKind
from bridge.domain.audit import Way
from bridge.domain.forecast import Verdict


class Lane(Shape):
    """Deliveries that share one rate limit."""

    name: str = Field(examples=["destination"])
    stopped: bool
    paused_until: Moment | None
    paused_reason: str | None
    failing_since: Moment | None
    sender: str | None
    sender_until: Moment | None
    slow_downs: int


class Expected(Shape):
    """What is to be expected for one administration of one account."""

    lane: str
    account: str
    administration: str
    timezone: str
    waiting: int
    expected_done_at: Moment | None
    cut_off_at: Moment
    slack_seconds: int | None
    verdict: Verdict
    stopped: str | None
    last_safe_upload_at: Moment | None


class Forecast(Shape):
    """Whether what waits will be there when the imports run."""

    at: Moment
    answer: list[str] = Field(description="In sentences.")
    administrations: dict[str, int]
    held: int
    arriving: int
    lanes: list[dict[str, Any]]
    rows: list[Expected]
    rows_left_out: int


class Watch(Shape):
    """What is going on now."""

    at: Moment
    limit_per_second: float | None
    lanes: list[dict[str, Any]]
    waiting: dict[str, Any]
    held: int
    arriving: int
    accounts: list[dict[str, Any]]
    more_accounts: int
    cut_offs: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]


class Alarm(Shape):
    """What somebody should know."""

    id: int
    kind: AlarmKind
    subject: str
    text: str
    detail: str | None
    todo: str | None
    raised_at: Moment
    recovered_at: Moment | None


class Act(Shape):
    """An entry of the audit trail."""

    at: Moment
    who: str
    way: Way
    act: str = Field(examples=["delivery release"])
    subject: str = Field(examples=["delivery:42"])
    why: str | None
    detail: dict[str, Any]


class Reason(Shape):
    """An entry of the catalogue of reasons."""

    code: str
    sender: str
    admin: str
    todo: str | None


class Alert(Shape):
    """Where alarms are sent."""

    name: str
    way: str = Field(examples=["webhook"])
    address: str = Field(description="Of a webhook without its path.")
    account: str | None
    kinds: list[AlarmKind] | None
    language: str | None
    disabled: bool
    last_sent_at: Moment | None
    last_error: str | None


class NewAlert(Alert):
    """A target with the secret that was made, if one was: shown only here."""

    secret: str | None = None


class AlertTest(Shape):
    """What a test came to."""

    name: str
    sent: bool
    answer: str
