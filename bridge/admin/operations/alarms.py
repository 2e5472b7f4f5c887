"""Alarms: what somebody should know, and that somebody knows."""

from bridge.admin.operations import records
from bridge.admin.operations.desk import Desk
from bridge.domain.alarms import Alarm, AlarmId, alarm_text, todo
from bridge.domain.audit import Deed
from bridge.ledger import alarms, telling


def listing(desk: Desk, *, is_open: bool = False, before: int | None = None, limit: int = 100) -> list[Alarm]:
    """Return alarms, the newest first, older than the id *before*; with *is_open* only what is not over."""
    desk.check_sees_all("alarms")
    return desk.database.read_now(
        alarms.listing, is_open=is_open, before=None if before is None else AlarmId(before), limit=limit
    )


def close(desk: Desk, *, alarm_id: int) -> Alarm:
    """Take an alarm as done with; it is not raised again for what it was about.

    Raises:
        NotFound: there is no such alarm.
        Conflict: it is not open.
    """
    return desk.change(
        _closed,
        telling.recover,
        alarm_id=AlarmId(alarm_id),
        now=desk.clock.now(),
        closed_by=desk.actor.who,
    )


def _closed(alarm: Alarm) -> Deed:
    detail = {"kind": alarm.kind, "about": alarm.subject}
    return Deed(act="alarm close", subject=f"alarm:{alarm.id}", detail=detail)


def record(alarm: Alarm) -> records.Record:
    """Return an alarm as plain values for JSON; its names are a contract."""
    return {
        "id": alarm.id,
        "kind": alarm.kind,
        "subject": alarm.subject,
        "text": alarm_text(alarm.kind).raised,
        "detail": alarm.detail,
        "todo": todo(alarm) if alarm.recovered_at is None else None,
        "raised_at": records.moment(alarm.raised_at),
        "recovered_at": records.moment(alarm.recovered_at),
    }
