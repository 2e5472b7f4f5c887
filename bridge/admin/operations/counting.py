"""Counts that many pages show, and the mark by which they know that something has changed."""

from datetime import datetime

from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import DeliveryState
from bridge.domain.uploads import UploadState
from bridge.ledger import demand, figures, marks, tallies


def held(desk: Desk) -> int:
    """Return how many files wait for a person: uploads as a whole, and single deliveries."""
    account_id = desk.actor.account
    return desk.database.read_now(demand.held, account_id=account_id) + desk.database.read_now(
        figures.held_uploads, account_id=account_id
    )


def oldest_held_at(desk: Desk) -> datetime | None:
    """Return since when the oldest of them waits; None if none does."""
    account_id = desk.actor.account
    return desk.database.read_now(figures.oldest_held_at, account_id=account_id)


def uploads_by_state(desk: Desk) -> dict[UploadState, int]:
    """Return how many uploads are in each state."""
    desk.check_sees_all("counts")
    return desk.database.read_now(tallies.uploads_by_state)


def deliveries_by_state(desk: Desk) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state."""
    desk.check_sees_all("counts")
    return desk.database.read_now(tallies.deliveries_by_state)


def mark(desk: Desk) -> str:
    """Return what is equal as long as nothing has changed; of the whole ledger, and telling nothing of it."""
    return desk.database.read_now(marks.mark)
