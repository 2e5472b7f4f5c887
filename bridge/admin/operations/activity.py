"""What was received and delivered in the last day, hour by hour."""

from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.ledger import activity as stored
from bridge.ledger.activity import Hour

__all__ = ["Hour", "last_day"]

SPAN = timedelta(hours=23)  # before the hour that is running


def last_day(desk: Desk) -> list[Hour]:
    """Return 24 hours, the running one last; for a viewer of the one account."""
    now = desk.clock.now()
    return desk.database.read_now(stored.by_hour, since=now - SPAN, until=now, account_id=desk.actor.account)
