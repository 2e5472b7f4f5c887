"""Alerts: where alarms are sent, by signed webhook or by mail, and whether they would arrive."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from bridge.admin.operations import records
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import AccountId
from bridge.domain.alarms import AlarmKind
from bridge.domain.alerts import (
    AlertEvent,
    AlertTarget,
    AlertWay,
    Message,
    check_secret,
    check_target_name,
    check_webhook_url,
)
from bridge.domain.audit import Deed, changes
from bridge.domain.errors import BridgeError, Invalid
from bridge.domain.hosts import check_mail_address
from bridge.domain.reasons import Language
from bridge.ledger import accounts, alert_targets, notices
from bridge.ledger.database import Transaction

Clearable = Literal["account", "kinds", "language"]  # what can go back to all, or to the settings'
_TEST: dict[Language, tuple[str, str]] = {
    "en": ("test", "This is a test: alarms of the bridge arrive here."),
    "nl": ("proefbericht", "Dit is een proefbericht: hier komen de alarmen van de bridge aan."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A new target, and its secret if one was generated: shown once, kept only sealed."""

    target: AlertTarget
    generated_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A target, and what became of the last that was sent there."""

    target: AlertTarget
    last_sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What a test came to."""

    target: AlertTarget
    is_good: bool
    answer: str


def add(
    desk: Desk,
    *,
    name: str,
    webhook: str | None = None,
    secret: str | None = None,
    mail: str | None = None,
    account: str | None = None,
    kinds: Sequence[AlarmKind] = (),
    language: Language | None = None,
) -> Added:
    """Add a target: a *webhook* or a *mail* address.

    Args:
        desk: where to work.
        name: what it is called.
        webhook: a URL; https, or http to loopback.
        secret: what the webhook is signed with; None: one is made.
        mail: an address.
        account: only alarms about it; None: all.
        kinds: only these; none: all.
        language: of what is sent; None: the settings'.

    Raises:
        Invalid: one of them cannot be right.
        NotFound: there is no such account.
        AlreadyThere: the name is taken.
    """
    check_target_name(name)
    way, address = _where(desk, webhook, mail)
    generated = None
    if way is AlertWay.WEBHOOK:
        if secret is None:
            secret = generated = secrets.token_urlsafe(32)
        check_secret(secret)
    elif secret is not None:
        raise Invalid("a secret is for webhooks: mail is not signed")
    sealed = None if secret is None else desk.seal(secret)
    target = desk.change(
        _added,
        alert_targets.add,
        name=name,
        way=way,
        address=address,
        sealed_secret=sealed,
        account_id=_account_id(desk, account),
        kinds=frozenset(kinds) or None,
        language=language,
        now=desk.clock.now(),
    )
    return Added(target=target, generated_secret=generated)


def _added(target: AlertTarget) -> Deed:
    return Deed(act="alert add", subject=f"alert:{target.name}", detail=_facts(target))


def _where(desk: Desk, webhook: str | None, mail: str | None) -> tuple[AlertWay, str]:
    if (webhook is None) == (mail is None):
        raise Invalid("expected either a webhook's URL or a mail address")
    if webhook is not None:
        return AlertWay.WEBHOOK, check_webhook_url(webhook)
    if desk.settings.mail.host is None:
        raise Invalid("mail cannot be sent: set mail.host and mail.sender first (deploy/bridge.toml)")
    return AlertWay.MAIL, check_mail_address(mail or "")


def _account_id(desk: Desk, account: str | None) -> AccountId | None:
    return None if account is None else desk.database.read_now(accounts.get, name=account).id


def listing(desk: Desk) -> list[Shown]:
    """Return all targets, by name, each with what became of the last message."""
    desk.check_sees_all("alerts")
    lasts = desk.database.read_now(notices.last_of)
    return [_shown(one, lasts) for one in desk.database.read_now(alert_targets.listing)]


def show(desk: Desk, *, name: str) -> Shown:
    """Return one target; raise `NotFound`."""
    desk.check_sees_all(f"alert {name}")
    target = desk.database.read_now(alert_targets.get, name=name)
    return _shown(target, desk.database.read_now(notices.last_of))


def _shown(target: AlertTarget, lasts: dict[Any, tuple[datetime | None, str | None]]) -> Shown:
    sent_at, error = lasts.get(target.id, (None, None))
    return Shown(target=target, last_sent_at=sent_at if error is None else None, last_error=error)


def change(
    desk: Desk,
    *,
    name: str,
    webhook: str | None = None,
    secret: str | None = None,
    mail: str | None = None,
    account: str | None = None,
    kinds: Sequence[AlarmKind] = (),
    language: Language | None = None,
    is_disabled: bool | None = None,
    clears: Sequence[Clearable] = (),
) -> AlertTarget:
    """Change what is given of a target; *clears* names what goes back to all, or to the settings'.

    Raises:
        Invalid: one of them cannot be right, or is for the other way.
        NotFound: there is no such target or account.
    """
    before = desk.database.read_now(alert_targets.get, name=name)
    given = {
        "address": _new_address(desk, before, webhook, mail),
        "sealed_secret": _new_secret(desk, before, secret),
        "account_id": _account_id(desk, account),
        "kinds": alert_targets.kinds_text(frozenset(kinds) or None),
        "language": language,
        "is_disabled": is_disabled,
    }
    values: dict[str, Any] = {{"account": "account_id"}.get(word, word): None for word in clears}
    values |= {column: value for column, value in given.items() if value is not None}

    def changed(after: AlertTarget) -> Deed:
        detail = changes(_facts(before), _facts(after))
        detail |= {"secret": "set"} if secret is not None else {}
        return Deed(act="alert change", subject=f"alert:{name}", detail=detail)

    return desk.change(changed, alert_targets.change, name=name, values=values)


def _new_address(desk: Desk, before: AlertTarget, webhook: str | None, mail: str | None) -> str | None:
    if webhook is None and mail is None:
        return None
    way, address = _where(desk, webhook, mail)
    if way is not before.way:
        raise Invalid(f"alert {before.name} is a {before.way}; add another one instead")
    return address


def _new_secret(desk: Desk, before: AlertTarget, secret: str | None) -> str | None:
    if secret is None:
        return None
    if before.way is not AlertWay.WEBHOOK:
        raise Invalid("a secret is for webhooks: mail is not signed")
    return desk.seal(check_secret(secret))


def remove(desk: Desk, *, name: str) -> AlertTarget:
    """Send nothing there any more; raise `NotFound`."""
    deed = Deed(act="alert remove", subject=f"alert:{name}")
    return desk.change(deed, alert_targets.remove, name=name, now=desk.clock.now())


def try_out(desk: Desk, *, name: str) -> Tested:
    """Send a message there now, and say what was answered; not in an event loop, for it waits.

    Raises:
        NotFound: there is no such target.
        Refused: the role does not allow it.
    """
    from bridge.courier.courier import Address, Courier
    from bridge.runtime.sealing import Sealer

    target = desk.database.read_now(alert_targets.get, name=name)
    language = target.language or desk.settings.language
    subject, text = _TEST[language]
    message = Message(
        id=uuid4().hex, event=AlertEvent.TEST, created_at=desk.clock.now(), subject=subject, text=text
    )
    courier = Courier(
        mail=desk.settings.mail, sealer=Sealer.from_folder(desk.settings.keys_dir), clock=desk.clock
    )
    address = Address(
        way=target.way, to=target.address, language=language, sealed_secret=target.sealed_secret
    )
    # First the entry, so that nobody sends anything without a right to.
    desk.change(Deed(act="alert test", subject=f"alert:{name}"), alert_targets.get, name=name)
    try:
        answer, error = asyncio.run(courier.take([message], address)), None
    except BridgeError as failure:
        answer = error = str(failure)

    def note(ledger: Transaction) -> None:
        now = desk.clock.now()
        notices.add(ledger, message=message, target_id=target.id, now=now, finished_at=now, error=error)

    desk.note_use(note)
    return Tested(target=target, is_good=error is None, answer=answer)


def _facts(target: AlertTarget) -> dict[str, Any]:
    """Return what the audit trail and JSON say of a target: no secret, and no path, which may be one."""
    return {
        "way": target.way,
        "address": target.shown_address,
        "account": target.account,
        "kinds": None if target.kinds is None else sorted(target.kinds),
        "language": target.language,
        "disabled": target.is_disabled,
    }


def secret_record(added: Added) -> records.Record:
    """Return for JSON the secret that was made, once; nothing if none was.

    `secret` is its name in the HTTP API; `generated_secret` that of earlier versions of the command.
    """
    if added.generated_secret is None:
        return {}
    return {"secret": added.generated_secret, "generated_secret": added.generated_secret}


def record(shown: Shown) -> records.Record:
    """Return a target as plain values for JSON; its names are a contract."""
    return {
        "name": shown.target.name,
        **_facts(shown.target),
        "last_sent_at": records.moment(shown.last_sent_at),
        "last_error": shown.last_error,
    }
