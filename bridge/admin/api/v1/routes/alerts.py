"""Alert targets: where alarms are sent, by signed webhook or by mail."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from bridge.admin.api.v1.calling import OperatorChange, Support
from bridge.admin.api.v1.paging import Page
from bridge.admin.api.v1.router import CONFLICT, router
from bridge.admin.api.v1.shapes import sending
from bridge.admin.operations import alerts
from bridge.admin.operations.alerts import Clearable
from bridge.admin.operations.declared import AccountName, Declared
from bridge.admin.operations.records import Record
from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import TARGET_NAME
from bridge.domain.reasons import Language

routes = router("/alerts", tag="alerts")
Name = Annotated[str, Path(pattern=f"^{TARGET_NAME}$", examples=["Night-pager"])]

Webhook = Annotated[
    str | None,
    Field(
        max_length=2000,
        description="A URL; its path is in no answer, for it may be a secret.",
        examples=["https://example.com/hooks/bridge"],
        json_schema_extra={"writeOnly": True},
    ),
]
Secret = Annotated[
    str | None,
    Field(
        max_length=400,
        description="What a webhook is signed with; for a new one null: made, and in the answer once.",
        json_schema_extra={"writeOnly": True},
    ),
]
Mail = Annotated[str | None, Field(max_length=320, examples=["night@example.com"])]


class AlertBody(Declared):
    """A new target: a webhook or a mail address."""

    name: Annotated[str, Field(pattern=f"^{TARGET_NAME}$", examples=["Night-pager"])]
    webhook: Webhook = None
    secret: Secret = None
    mail: Mail = None
    account: Annotated[AccountName | None, Field(description="Only alarms about it.")] = None
    kinds: Annotated[list[AlarmKind], Field(max_length=50, description="[]: all.", default_factory=list)]
    language: Language | None = None


class AlertChange(Declared):
    """What of a target changes; what is left out stays as it is."""

    webhook: Webhook = None
    secret: Secret = None
    mail: Mail = None
    account: Annotated[AccountName | None, Field(description="Only alarms about it; null: all.")] = None
    kinds: Annotated[list[AlarmKind], Field(max_length=50, description="[]: all.", default_factory=list)]
    language: Annotated[Language | None, Field(description="null: the settings'.")] = None
    disabled: bool | None = None

    @property
    def cleared(self) -> list[Clearable]:
        """What is said to go back to all, or to the settings'."""
        said: dict[Clearable, object] = {
            "account": self.account,
            "kinds": self.kinds,
            "language": self.language,
        }
        return [name for name, value in said.items() if name in self.model_fields_set and not value]


@routes.get("", response_model=Page[sending.Alert])
def list_alerts(call: Support) -> Record:
    """List alert targets, by name; all of them."""
    return {"items": [alerts.record(one) for one in alerts.listing(call.desk)], "next": None}


@routes.post("", status_code=201, response_model=sending.NewAlert, responses=CONFLICT)
def add_alert(call: OperatorChange, body: AlertBody) -> Record:
    """Add an alert target."""
    added = alerts.add(
        call.desk,
        name=body.name,
        webhook=body.webhook,
        secret=body.secret,
        mail=body.mail,
        account=body.account,
        kinds=body.kinds,
        language=body.language,
    )
    shown = alerts.record(alerts.show(call.desk, name=body.name))
    return shown | {"secret": added.generated_secret}


@routes.get("/{name}", response_model=sending.Alert)
def get_alert(call: Support, name: Name) -> Record:
    """Show one target, and what became of the last message."""
    return alerts.record(alerts.show(call.desk, name=name))


@routes.patch("/{name}", response_model=sending.Alert)
def change_alert(call: OperatorChange, name: Name, body: AlertChange) -> Record:
    """Change what is said of a target; what is left out stays."""
    alerts.change(
        call.desk,
        name=name,
        webhook=body.webhook,
        secret=body.secret,
        mail=body.mail,
        account=body.account,
        kinds=body.kinds,
        language=body.language,
        is_disabled=body.disabled,
        clears=body.cleared,
    )
    return alerts.record(alerts.show(call.desk, name=name))


@routes.delete("/{name}", status_code=204)
def remove_alert(call: OperatorChange, name: Name) -> None:
    """Send nothing there any more."""
    alerts.remove(call.desk, name=name)


@routes.post("/{name}/disable", response_model=sending.Alert)
def disable_alert(call: OperatorChange, name: Name) -> Record:
    """Send nothing there until it is enabled."""
    alerts.change(call.desk, name=name, is_disabled=True)
    return alerts.record(alerts.show(call.desk, name=name))


@routes.post("/{name}/enable", response_model=sending.Alert)
def enable_alert(call: OperatorChange, name: Name) -> Record:
    """Send there again."""
    alerts.change(call.desk, name=name, is_disabled=False)
    return alerts.record(alerts.show(call.desk, name=name))


@routes.post("/{name}/test", response_model=sending.AlertTest)
def test_alert(call: OperatorChange, name: Name) -> Record:
    """Send a message there now, and say what was answered."""
    tested = alerts.try_out(call.desk, name=name)
    return {"name": tested.target.name, "sent": tested.is_good, "answer": tested.answer}
