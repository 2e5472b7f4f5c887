"""Administrations: whom files are for."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bridge.admin.operations.desk import Desk
from bridge.domain.administrations import (
    Administration,
    check_code,
    check_import_times,
    check_timezone,
    check_token,
)
from bridge.domain.audit import Deed, changes
from bridge.domain.errors import Invalid
from bridge.domain.rules import changed, parse_changes
from bridge.ledger import administrations
from bridge.ledger.database import Transaction

_LARGEST_ID = 2**63 - 1  # what the ledger's column holds


def add(
    desk: Desk,
    *,
    code: str,
    payt_id: int | None = None,
    token: str | None = None,
    import_times: Sequence[str] = ("01:00",),
    timezone: str = "Europe/Amsterdam",
    guards: Mapping[str, str] | None = None,
) -> Administration:
    """Add an administration.

    Args:
        desk: where to work.
        code: its name here and over SFTP; sent as ``administration_code`` unless *payt_id* is given.
        payt_id: sent as ``administration_id`` instead of the code.
        token: Payt's import token; kept sealed.
        import_times: each HH:MM, local; when Payt's imports run, once a day or oftener.
        timezone: IANA name, of *import_times*.
        guards: rules that come before those of the settings, by name: ``{"rows_fallen": "hold:50%"}``.

    Raises:
        Invalid: one of them cannot be right.
        AlreadyThere: the code is taken.
    """
    check_code(code)
    times, zone = check_import_times(import_times), check_timezone(timezone)
    number = None if payt_id is None else _check_id(payt_id)
    rules = changed({}, parse_changes(guards or {}))
    sealed = None if token is None else desk.seal(check_token(token))

    def deed(added: Administration) -> Deed:
        told = {key: value for key, value in _told(added).items() if value}
        return Deed(act="administration add", subject=f"administration:{code}", detail=told)

    return desk.change(
        deed,
        administrations.add,
        code=code,
        payt_id=number,
        sealed_token=sealed,
        import_times=times,
        timezone=zone,
        now=desk.clock.now(),
        guards=rules,
    )


def listing(desk: Desk) -> list[Administration]:
    """Return all of them, by code."""
    desk.check_sees_all("administrations")
    return desk.database.read_now(administrations.listing)


def page(desk: Desk, *, after: str | None, limit: int) -> list[Administration]:
    """Return the next *limit* of them by code, behind the code *after*."""
    desk.check_sees_all("administrations")
    return desk.database.read_now(administrations.page, after=after, limit=limit)


def get(desk: Desk, *, code: str) -> Administration:
    """Return one; raise `NotFound`."""
    desk.check_sees_all(f"administration {code}")
    return desk.database.read_now(administrations.get, code=code)


def change(
    desk: Desk,
    *,
    code: str,
    payt_id: int | None = None,
    forget_payt_id: bool = False,
    token: str | None = None,
    forget_token: bool = False,
    import_times: Sequence[str] | None = None,
    timezone: str | None = None,
    guards: Mapping[str, str] | None = None,
) -> Administration:
    """Change what is given and leave the rest; one that the destination locked out is tried again at once.

    *import_times* take the place of all that were there.  Of *guards* those that are named change;
    ``default`` as a rule gives that of the settings back.

    Raises:
        Invalid: a value cannot be right, or is both given and to be forgotten.
        NotFound: there is no such administration.
    """
    if (payt_id is not None and forget_payt_id) or (token is not None and forget_token):
        raise Invalid(f"administration {code}: either give a new value or forget the old one, not both")
    values: dict[str, Any] = {}
    if payt_id is not None or forget_payt_id:
        values["payt_id"] = None if payt_id is None else _check_id(payt_id)
    if token is not None or forget_token:
        values["sealed_token"] = None if token is None else desk.seal(check_token(token))
    if import_times is not None:
        values["import_time"] = administrations.times_text(check_import_times(import_times))
    if timezone is not None:
        values["timezone"] = check_timezone(timezone)
    rules = parse_changes(guards or {})

    def write(ledger: Transaction) -> tuple[Administration, Administration]:
        before = administrations.get(ledger, code=code)
        return before, administrations.change(ledger, code=code, values=values, guards=rules)

    return desk.change(partial(_deed_of_change, has_new_token=token is not None), write)[1]


def set_stopped(desk: Desk, *, code: str, is_stopped: bool) -> Administration:
    """Send nothing more for the administration, whoever uploads it; or send again.

    Raises:
        NotFound: there is no such administration.
    """
    deed = Deed(act=f"administration {'stop' if is_stopped else 'resume'}", subject=f"administration:{code}")
    return desk.change(deed, administrations.set_stopped, code=code, is_stopped=is_stopped)


def remove(desk: Desk, *, code: str) -> None:
    """Remove one; raise `NotFound`, or `Conflict` while an account or an unfinished delivery uses it."""
    deed = Deed(act="administration remove", subject=f"administration:{code}")
    desk.change(deed, administrations.remove, code=code, now=desk.clock.now())


def _deed_of_change(both: tuple[Administration, Administration], *, has_new_token: bool) -> Deed:
    before, after = both
    differing = changes(_told(before), _told(after))
    if has_new_token:  # one in the place of another looks the same; what either is, is not told
        differing |= {"token": "given"}
    return Deed(act="administration change", subject=f"administration:{after.code}", detail=differing)


def _told(one: Administration) -> dict[str, Any]:
    """Return what may change, as the audit trail tells it."""
    return {
        "id": one.payt_id,
        "token": "set" if one.sealed_token else None,
        "import_times": [f"{each:%H:%M}" for each in one.import_times],
        "timezone": one.timezone,
        "guards": {code.value: str(rule) for code, rule in one.guards.items()},
    }


def _check_id(number: int) -> int:
    if not 0 < number <= _LARGEST_ID:
        raise Invalid(f"administration id {number}: expected the number that Payt shows, 1 or more")
    return number
