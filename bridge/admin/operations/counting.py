"""Counts that every page shows."""

from datetime import datetime

from bridge.admin.operations.desk import Desk
from bridge.ledger import accounts, demand, figures


def held(desk: Desk) -> int:
    """Return how many files wait for a person: uploads as a whole, and single deliveries."""
    name = desk.seen(None)
    account_id = None if name is None else desk.database.read_now(accounts.get, name=name).id
    return desk.database.read_now(demand.held, account_id=account_id) + desk.database.read_now(
        figures.held_uploads, account_id=account_id
    )


def oldest_held_at(desk: Desk) -> datetime | None:
    """Return since when the oldest of them waits; None if none does."""
    name = desk.seen(None)
    account_id = None if name is None else desk.database.read_now(accounts.get, name=name).id
    return desk.database.read_now(figures.oldest_held_at, account_id=account_id)
